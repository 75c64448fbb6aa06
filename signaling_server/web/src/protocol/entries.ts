// Entries of the log, as a section of a block holds them: the counterpart of entries.py.
import type { ByteReader } from "./bytes";
import { BODIES, EntryKind, MAX_BODY_BYTES, MAX_PAGE, MAX_TIME_MS, MUST_UNDERSTAND } from "./generated";
import type { BodyOf } from "./generated";
import type { InkBody } from "./ink";
import { decodeInk } from "./ink";
import { InvalidError } from "./schema";

interface Head {
  number: number;
  timeMs: number;
  page: number;
  author: number;
  audience: number;
  command: number;
}

type InkKind = typeof EntryKind.INK_BEGIN | typeof EntryKind.INK_MORE | typeof EntryKind.INK_END;
export type InkEntry = Head & { kind: InkKind; body: InkBody };
type JsonEntry = { [K in keyof BodyOf]: Head & { kind: K; body: BodyOf[K] } }[keyof BodyOf];
/** A kind that this page does not know. */
export type UnknownEntry = Head & { kind: "unknown"; byte: number };
/** An entry that this reader may not see, or that was erased. */
export interface Blank {
  kind: "blank";
  number: number;
  author: number;
  audience: number;
}
export type Entry = InkEntry | JsonEntry | UnknownEntry;
/** Entries of certain kinds. */
export type EntryOf<K> = Extract<Entry, { kind: K }>;

const INK_KINDS: readonly number[] = [EntryKind.INK_BEGIN, EntryKind.INK_MORE, EntryKind.INK_END];
const UTF8 = new TextDecoder("utf-8", { fatal: true });

export function decodeEntry(reader: ByteReader, number: number, author: number, audience: number): Entry {
  const byte = reader.byte();
  const timeMs = reader.varint();
  const page = reader.varint();
  const command = reader.varint();
  const length = reader.varint();
  if (length > MAX_BODY_BYTES || page > MAX_PAGE || timeMs > MAX_TIME_MS) {
    throw new InvalidError("entry", "out of range");
  }
  const data = reader.take(length);
  const head: Head = { number, timeMs, page, author, audience, command };
  if (INK_KINDS.includes(byte)) {
    const body = decodeInk(data, byte === EntryKind.INK_BEGIN);
    if (body.isLast && byte === EntryKind.INK_MORE) throw new InvalidError("ink", "an end that is none");
    return { ...head, kind: byte as InkKind, body };
  }
  if (!(byte in BODIES)) return { ...head, kind: "unknown", byte };
  const kind = byte as keyof BodyOf;
  return { ...head, kind, body: BODIES[kind](parse(data), "") } as JsonEntry;
}

export function mustUnderstand(entry: UnknownEntry): boolean {
  return (entry.byte & MUST_UNDERSTAND) !== 0;
}

function parse(data: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(data));
  } catch {
    throw new InvalidError("body", "not JSON");
  }
}
