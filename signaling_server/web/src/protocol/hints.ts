// Ink hints of the live path: the counterpart of hints.py.
import { ByteReader, toHex } from "./bytes";
import { MAX_FIRST, MAX_MEMBER, MAX_PAGE } from "./generated";
import type { Epoch } from "./ids";
import type { Samples, Style } from "./ink";
import { isLastFlag, readSamples, readStyle } from "./ink";
import { InvalidError } from "./schema";

export const HINT_VERSION = 1;
const HEAD_BYTES = 11;

/** Samples of one stroke from index `first` on, with all that is needed to draw them. */
export interface HintBatch {
  stroke: number;
  page: number;
  author: number;
  style: Style;
  first: number;
  samples: Samples;
  isLast: boolean;
}

/** Batches of one epoch; none at all is the engine's heartbeat. */
export interface HintMessage {
  epoch: Epoch;
  batches: HintBatch[];
}

export function decodeHints(data: Uint8Array): HintMessage {
  if (data.length < HEAD_BYTES) throw new InvalidError("hints", "cut short");
  if (data[0] !== HINT_VERSION) throw new InvalidError("hints", "another version");
  const epoch = { counter: data[1] | (data[2] << 8), engine: toHex(data.subarray(3, HEAD_BYTES)) };
  const reader = new ByteReader(data.subarray(HEAD_BYTES));
  const batches: HintBatch[] = [];
  while (!reader.isEmpty) batches.push(readBatch(reader));
  return { epoch, batches };
}

function readBatch(reader: ByteReader): HintBatch {
  const flags = reader.byte();
  const stroke = reader.varint();
  const page = reader.varint();
  const author = reader.varint();
  const style = readStyle(reader);
  const first = reader.varint();
  if (page > MAX_PAGE || author > MAX_MEMBER || first > MAX_FIRST) throw new InvalidError("hints", "out of range");
  const samples = readSamples(reader, flags);
  return { stroke, page, author, style, first, samples, isLast: isLastFlag(flags) };
}
