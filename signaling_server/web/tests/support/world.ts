// Writing the contract's bytes, for tests alone: the page itself only reads them.
import { BODY_HEAD_BYTES, HEAD_BYTES } from "../../src/protocol/blocks";
import { ByteWriter, crc32 } from "../../src/protocol/bytes";
import { EntryKind } from "../../src/protocol/generated";
import type { HintBatch } from "../../src/protocol/hints";
import { HINT_VERSION } from "../../src/protocol/hints";
import type { Epoch } from "../../src/protocol/ids";
import type { Samples, Style } from "../../src/protocol/ink";
import { flagsOf, writeSamples, writeStyle } from "../../src/protocol/ink";

export interface Line {
  kind: number;
  page: number;
  author: number;
  audience?: number;
  command?: number;
  timeMs?: number;
  body: Uint8Array;
}

export const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export function inkBody(stroke: number, first: number, samples: Samples, style: Style | null, isLast: boolean): Uint8Array {
  const out = new ByteWriter().byte(flagsOf(samples, isLast)).varint(stroke);
  if (style !== null) writeStyle(out, style);
  out.varint(first);
  writeSamples(out, samples);
  return out.done();
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function encodeBlock(epoch: Epoch, first: number, previous: Uint8Array, lines: readonly Line[]): Uint8Array {
  const groups = new Map<number, { line: Line; at: number }[]>();
  lines.forEach((line, at) => {
    const key = line.author * 1024 + (line.audience ?? 0);
    groups.set(key, [...(groups.get(key) ?? []), { line, at }]);
  });
  const body = new ByteWriter().raw(head(epoch, first, lines.length, previous));
  for (const [key, members] of Array.from(groups).sort((a, b) => a[0] - b[0])) {
    const data = new ByteWriter();
    for (const { line } of members) {
      data.byte(line.kind).varint(line.timeMs ?? 0).varint(line.page).varint(line.command ?? 0);
      data.varint(line.body.length).raw(line.body);
    }
    const bytes = data.done();
    body.byte(0).varint(Math.floor(key / 1024)).varint(key % 1024).varint(members.length);
    body.column(members.map(({ at }) => at)).raw(new Uint8Array(16)).varint(bytes.length).raw(bytes);
  }
  const packed = body.done();
  const out = new Uint8Array(HEAD_BYTES + packed.length);
  const view = new DataView(out.buffer);
  out.set([0x4c, 0x4c, 0x42, 0x31]);
  view.setUint32(4, packed.length, true);
  view.setUint32(8, crc32(packed), true);
  out.set(packed, HEAD_BYTES);
  return out;
}

function head(epoch: Epoch, first: number, count: number, previous: Uint8Array): Uint8Array {
  const out = new Uint8Array(BODY_HEAD_BYTES);
  const view = new DataView(out.buffer);
  view.setUint16(0, epoch.counter, true);
  out.set(hex(epoch.engine), 2);
  view.setUint32(10, first, true);
  view.setUint16(14, count, true);
  out.set(previous, 16);
  return out;
}

export function encodeHints(epoch: Epoch, batches: readonly HintBatch[]): Uint8Array {
  const out = new ByteWriter().byte(HINT_VERSION).byte(epoch.counter).byte(epoch.counter >> 8).raw(hex(epoch.engine));
  for (const batch of batches) {
    out.byte(flagsOf(batch.samples, batch.isLast)).varint(batch.stroke).varint(batch.page).varint(batch.author);
    writeStyle(out, batch.style);
    out.varint(batch.first);
    writeSamples(out, batch.samples);
  }
  return out.done();
}

export const PAGE_ADDED: Line = {
  kind: EntryKind.PAGE_ADDED, page: 1, author: 1, body: json({ width: 17600, height: 25000, kind: "dots" }),
};
export const PAGE_SHOWN: Line = { kind: EntryKind.PAGE_SHOWN, page: 1, author: 1, body: json({}) };
