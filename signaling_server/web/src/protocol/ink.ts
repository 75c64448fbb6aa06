// Ink as it travels, packed in columns: the counterpart of ink.py.
import type { ByteReader, ByteWriter } from "./bytes";
import { ByteReader as Bytes } from "./bytes";
import { Ink, MAX_COORDINATE, MAX_FIRST, MAX_SAMPLES, MAX_TIME_MS, Tool } from "./generated";
import { InvalidError } from "./schema";

const FORCE = 1;
const TILT = 2;
const LAST = 4;
const CUT = 8;

/** Columns of one length; x and y in 1/100 mm, ms since the stroke's begin, force 0..1023. */
export interface Samples {
  x: number[];
  y: number[];
  ms: number[];
  force: number[] | null;
}

/** Width in 1/100 mm; begin in lesson ms. */
export interface Style {
  tool: Tool;
  ink: Ink;
  width: number;
  t0Ms: number;
}

export interface InkBody {
  stroke: number;
  first: number;
  samples: Samples;
  style: Style | null;
  isLast: boolean;
  isCut: boolean;
}

export function decodeInk(data: Uint8Array, hasStyle: boolean): InkBody {
  const reader = new Bytes(data);
  const flags = reader.byte();
  const stroke = reader.varint();
  const style = hasStyle ? readStyle(reader) : null;
  const first = reader.varint();
  const samples = readSamples(reader, flags);
  if (!reader.isEmpty || first > MAX_FIRST || (flags & CUT && !(flags & LAST))) {
    throw new InvalidError("ink", "malformed");
  }
  return { stroke, first, samples, style, isLast: isLastFlag(flags), isCut: (flags & CUT) !== 0 };
}

export function readStyle(reader: ByteReader): Style {
  const tool = reader.byte() as Tool;
  const ink = reader.byte() as Ink;
  if (!Object.values(Tool).includes(tool) || !Object.values(Ink).includes(ink)) {
    throw new InvalidError("ink.style", "unknown tool or ink");
  }
  const width = reader.varint();
  const t0Ms = reader.varint();
  if (width < 5 || width > 2000 || t0Ms > MAX_TIME_MS) throw new InvalidError("ink.style", "out of range");
  return { tool, ink, width, t0Ms };
}

/** Tilt is read over: nothing on the page uses it. */
export function readSamples(reader: ByteReader, flags: number): Samples {
  if (flags & ~(FORCE | TILT | LAST | CUT)) throw new InvalidError("ink.flags", "unknown");
  const count = reader.varint();
  if (count > MAX_SAMPLES) throw new InvalidError("ink", "too many samples");
  const x = checked(reader.column(count), -MAX_COORDINATE, MAX_COORDINATE);
  const y = checked(reader.column(count), -MAX_COORDINATE, MAX_COORDINATE);
  const ms = checked(reader.column(count), 0, MAX_TIME_MS);
  const force = flags & FORCE ? checked(reader.column(count), 0, 1023) : null;
  if (flags & TILT) {
    checked(reader.column(count), -180, 180);
    checked(reader.column(count), -180, 180);
  }
  return { x, y, ms, force };
}

export function isLastFlag(flags: number): boolean {
  return (flags & LAST) !== 0;
}

/** The flag byte before samples without tilt. */
export function flagsOf(samples: Samples, isLast: boolean, isCut = false): number {
  return (samples.force ? FORCE : 0) | (isLast ? LAST : 0) | (isCut ? CUT : 0);
}

export function writeSamples(out: ByteWriter, samples: Samples): void {
  out.varint(samples.x.length).column(samples.x).column(samples.y).column(samples.ms);
  if (samples.force) out.column(samples.force);
}

export function writeStyle(out: ByteWriter, style: Style): void {
  out.byte(style.tool).byte(style.ink).varint(style.width).varint(style.t0Ms);
}

function checked(column: number[], low: number, high: number): number[] {
  for (const value of column) {
    if (value < low || value > high) throw new InvalidError("ink", "sample out of range");
  }
  return column;
}
