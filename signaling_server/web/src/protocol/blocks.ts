// Blocks: what is synced, sent and stored at once, chained by hash. The counterpart of blocks.py.
import { ByteReader, ByteWriter, crc32, toHex } from "./bytes";
import type { Blank, Entry } from "./entries";
import { decodeEntry } from "./entries";
import { MAX_MEMBER } from "./generated";
import type { Epoch } from "./ids";
import { InvalidError } from "./schema";
import { sha256 } from "./sha256";

export const HEAD_BYTES = 12;
export const BODY_HEAD_BYTES = 48;
const MAX_BLOCK_BYTES = 1024 * 1024;
const MAX_ENTRIES = 4096;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
export const NO_HASH = new Uint8Array(HASH_BYTES);

/** `entries` run on without gaps from `first` to `last`. */
export interface Block {
  epoch: Epoch;
  first: number;
  last: number;
  previous: Uint8Array;
  hash: Uint8Array;
  entries: (Entry | Blank)[];
}

interface Section {
  author: number;
  audience: number;
  numbers: number[];
  leaf: Uint8Array;
  data: Uint8Array | null;
}

const ascii = (words: string): Uint8Array => Uint8Array.from(words, (letter) => letter.charCodeAt(0));
const LEAF_MARK = ascii("lamplight leaf 1\n");
const BLOCK_MARK = ascii("lamplight block 1\n");

/** Read one whole block; InvalidError where it is damaged or malformed. */
export function decodeBlock(data: Uint8Array): Block {
  const body = bodyOf(data);
  if (body.length < BODY_HEAD_BYTES) throw new InvalidError("block", "cut short");
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const epoch = { counter: view.getUint16(0, true), engine: toHex(body.subarray(2, 10)) };
  const first = view.getUint32(10, true);
  const count = view.getUint16(14, true);
  if (count < 1 || count > MAX_ENTRIES || first < 1) throw new InvalidError("block", "no entries or too many");
  const sections = readSections(new ByteReader(body.subarray(BODY_HEAD_BYTES)), first, count);
  const entries = sections.flatMap(entriesOf).sort((one, other) => one.number - other.number);
  if (entries.length !== count || entries.some((entry, i) => entry.number !== first + i)) {
    throw new InvalidError("block", "numbers with gaps or doubled");
  }
  return {
    epoch,
    first,
    last: first + count - 1,
    previous: body.slice(16, BODY_HEAD_BYTES),
    hash: sha256(BLOCK_MARK, body.subarray(0, BODY_HEAD_BYTES), ...sections.map((section) => section.leaf)),
    entries,
  };
}

function bodyOf(data: Uint8Array): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length < HEAD_BYTES || toHex(data.subarray(0, 4)) !== "4c4c4231") {
    throw new InvalidError("block", "not a block");
  }
  const length = view.getUint32(4, true);
  if (length > MAX_BLOCK_BYTES || length + HEAD_BYTES !== data.length) {
    throw new InvalidError("block", "cut short");
  }
  const body = data.subarray(HEAD_BYTES);
  if (crc32(body) !== view.getUint32(8, true)) throw new InvalidError("block", "damaged");
  return body;
}

function readSections(reader: ByteReader, first: number, count: number): Section[] {
  const sections: Section[] = [];
  let before = -1;
  let named = 0;
  while (!reader.isEmpty) {
    const section = readSection(reader, first, count - named);
    named += section.numbers.length;
    const rank = section.author * (MAX_MEMBER + 1) + section.audience;
    if (rank <= before) throw new InvalidError("block", "sections out of order");
    before = rank;
    sections.push(section);
  }
  return sections;
}

function readSection(reader: ByteReader, first: number, most: number): Section {
  const isSealed = reader.byte();
  const author = reader.varint();
  const audience = reader.varint();
  const size = reader.varint();
  if (isSealed > 1 || author > MAX_MEMBER || audience > MAX_MEMBER || size < 1 || size > most) {
    throw new InvalidError("block.section", "out of range");
  }
  const numbers = reader.column(size).map((offset) => first + offset);
  if (isSealed) return { author, audience, numbers, leaf: reader.take(HASH_BYTES), data: null };
  const salt = reader.take(SALT_BYTES);
  const data = reader.take(reader.varint());
  const head = new ByteWriter().varint(author).varint(audience).varint(numbers.length).column(numbers).done();
  return { author, audience, numbers, leaf: sha256(LEAF_MARK, salt, head, data), data };
}

function entriesOf(section: Section): (Entry | Blank)[] {
  const { author, audience, numbers, data } = section;
  if (data === null) return numbers.map((number) => ({ kind: "blank", number, author, audience }));
  const reader = new ByteReader(data);
  const entries = numbers.map((number) => decodeEntry(reader, number, author, audience));
  if (!reader.isEmpty) throw new InvalidError("block.section", "trailing bytes");
  return entries;
}
