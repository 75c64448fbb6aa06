// Whatever the order of log, hints and pending ink: once the log has caught up, what is drawn is
// the board of the log alone.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "../src/protocol/blocks";
import { NO_HASH, decodeBlock } from "../src/protocol/blocks";
import { digest } from "../src/protocol/board";
import { EntryKind, Ink, Tool } from "../src/protocol/generated";
import type { HintBatch, HintMessage } from "../src/protocol/hints";
import { decodeHints } from "../src/protocol/hints";
import type { Epoch } from "../src/protocol/ids";
import { strokeId } from "../src/protocol/ids";
import type { Samples, Style } from "../src/protocol/ink";
import { LessonReader } from "../src/protocol/reader";
import type { Line } from "./support/world";
import { PAGE_ADDED, PAGE_SHOWN, encodeBlock, encodeHints, inkBody, json } from "./support/world";

const ME = 2;
const STYLE: Style = { tool: Tool.PEN, ink: Ink.BLUE, width: 70, t0Ms: 5 };
const epochOf = (counter: number): Epoch => ({ counter, engine: counter.toString(16).padStart(16, "0") });

interface Plan {
  points: [number, number, number][];
  mine: boolean;
  hasForce: boolean;
  chunk: number;
  act: "none" | "erase" | "undo";
}

const plan: fc.Arbitrary<Plan> = fc.record({
  points: fc.array(
    fc.tuple(fc.integer({ min: -500, max: 17600 }), fc.integer({ min: 0, max: 25000 }), fc.integer({ min: 0, max: 1023 })),
    { minLength: 1, maxLength: 12 },
  ),
  mine: fc.boolean(),
  hasForce: fc.boolean(),
  chunk: fc.integer({ min: 1, max: 5 }),
  act: fc.constantFrom("none", "erase", "undo"),
});

function samplesOf({ points, hasForce }: Plan, from: number, to: number): Samples {
  const part = points.slice(from, to);
  return {
    x: part.map(([x]) => x),
    y: part.map(([, y]) => y),
    ms: part.map((_, i) => (from + i) * 8),
    force: hasForce ? part.map(([, , force]) => force) : null,
  };
}

/** One epoch's blocks from entry `first` on, with the hints and pending ink of its strokes. */
function write(plans: readonly Plan[], epoch: Epoch, first: number, previous: Uint8Array, cuts: readonly number[]) {
  const lines: Line[] = first === 1 ? [PAGE_ADDED, PAGE_SHOWN] : [];
  const hints: HintMessage[] = [];
  const pending: HintBatch[] = [];
  plans.forEach((one, i) => {
    const author = one.mine ? ME : 1;
    const stroke = strokeId(author, epoch.counter, i + 1);
    const begun = first + lines.length;
    for (let from = 0; from < one.points.length; from += one.chunk) {
      const to = Math.min(one.points.length, from + one.chunk);
      const isLast = to === one.points.length;
      const kind = from === 0 ? EntryKind.INK_BEGIN : isLast ? EntryKind.INK_END : EntryKind.INK_MORE;
      const samples = samplesOf(one, from, to);
      const body = inkBody(stroke, from, samples, from === 0 ? STYLE : null, isLast);
      lines.push({ kind, page: 1, author, command: one.mine ? 1000 + lines.length : 0, body });
      const batch: HintBatch = { stroke, page: 1, author, style: STYLE, first: from, samples, isLast };
      if (one.mine) pending.push(batch);
      else hints.push(decodeHints(encodeHints(epoch, [batch])));
    }
    if (one.act === "erase") lines.push({ kind: EntryKind.ITEMS_ERASED, page: 1, author, command: 7, body: json({ items: [stroke] }) });
    if (one.act === "undo") lines.push({ kind: EntryKind.UNDONE, page: 1, author, command: 8, body: json({ of: begun }) });
  });
  const blocks: Block[] = [];
  let at = 0;
  for (let i = 0; at < lines.length; i++) {
    const size = Math.max(1, cuts[i % cuts.length] ?? 1);
    const before = blocks.length ? blocks[blocks.length - 1].hash : previous;
    blocks.push(decodeBlock(encodeBlock(epoch, first + at, before, lines.slice(at, at + size))));
    at += size;
  }
  return { blocks, hints, pending };
}

const world = fc.record({
  plans: fc.array(plan, { minLength: 1, maxLength: 6 }),
  later: fc.array(plan, { maxLength: 3 }),
  cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  keep: fc.integer({ min: 1, max: 30 }),
  order: fc.infiniteStream(fc.nat()),
});

function alone(blocks: readonly Block[]): LessonReader {
  const reader = new LessonReader(ME);
  blocks.forEach((block) => reader.addBlock(block));
  return reader;
}

function shuffled<T>(items: readonly T[], order: Iterator<number>): T[] {
  const rest = [...items];
  const out: T[] = [];
  while (rest.length) out.push(...rest.splice((order.next().value as number) % rest.length, 1));
  return out;
}

function sameBoard(reader: LessonReader, log: LessonReader): void {
  expect(reader.held).toBe(log.held);
  const page = log.board.pages.get(1);
  if (page === undefined) return;
  const expected = digest(page);
  expect(digest(reader.board.pages.get(1) ?? page)).toBe(expected);
  expect(reader.drawnDigest(1)).toBe(expected);
  expect(reader.isSettled).toBe(true);
}

describe("a reader", () => {
  it("ends with the log's board, whatever order and doubles", () => {
    fc.assert(fc.property(world, ({ plans, cuts, order }) => {
      const { blocks, hints, pending } = write(plans, epochOf(1), 1, NO_HASH, cuts);
      const acts = shuffled([
        ...[...blocks, ...blocks].map((block) => (reader: LessonReader) => void reader.addBlock(block)),
        ...[...hints, ...hints].map((hint) => (reader: LessonReader) => void reader.addHints(hint)),
        ...pending.map((batch) => (reader: LessonReader) => void reader.addPending(batch)),
      ], order);
      const reader = new LessonReader(ME);
      acts.forEach((act) => act(reader));
      sameBoard(reader, alone(blocks));
      expect(reader.confirmed.size).toBe(alone(blocks).confirmed.size);
    }), { numRuns: 150 });
  });

  it("drops the end of an older epoch and what its hints showed", () => {
    fc.assert(fc.property(world, ({ plans, later, cuts, keep, order }) => {
      const old = write(plans, epochOf(1), 1, NO_HASH, cuts);
      const kept = old.blocks.slice(0, 1 + (keep % old.blocks.length));
      const last = kept[kept.length - 1];
      const fresh = write([...later, ...plans.slice(0, 1)], epochOf(2), last.last + 1, last.hash, cuts);
      const log = alone([...kept, ...fresh.blocks]);
      const reader = new LessonReader(ME);
      const own = old.pending.filter((batch) => log.board.stroke(1, batch.stroke)?.hasEnded);
      const acts = shuffled([
        ...[...old.blocks, ...fresh.blocks].map((block) => (r: LessonReader) => void r.addBlock(block)),
        ...[...old.hints, ...fresh.hints].map((hint) => (r: LessonReader) => void r.addHints(hint)),
        ...[...own, ...fresh.pending].map((batch) => (r: LessonReader) => void r.addPending(batch)),
      ], order);
      acts.forEach((act) => act(reader));
      [...kept, ...fresh.blocks].forEach((block) => reader.addBlock(block)); // as the server sends again
      sameBoard(reader, log);
    }), { numRuns: 150 });
  });

  it("takes up again at any entry after a reconnect", () => {
    fc.assert(fc.property(world, ({ plans, cuts, keep }) => {
      const { blocks, hints } = write(plans, epochOf(1), 1, NO_HASH, cuts);
      const reader = new LessonReader(ME);
      const at = keep % (blocks.length + 1);
      blocks.slice(0, at).forEach((block) => reader.addBlock(block));
      hints.forEach((hint) => reader.addHints(hint));
      blocks.filter((block) => block.last > reader.held).forEach((block) => reader.addBlock(block));
      sameBoard(reader, alone(blocks));
    }), { numRuns: 80 });
  });

  it("draws a hint before the log holds it, and takes a refused stroke away", () => {
    const one: Plan = { points: [[0, 0, 1], [100, 100, 2], [200, 200, 3]], mine: false, hasForce: true, chunk: 2, act: "none" };
    const { blocks, hints } = write([one], epochOf(1), 1, NO_HASH, [2]);
    const reader = alone(blocks.slice(0, 1));
    expect(Array.from(reader.addHints(hints[1]).grown)).toHaveLength(1);
    expect(Array.from(reader.drawn(1))[0]?.x ?? []).toHaveLength(0); // a gap: sample 0 is missing
    reader.addHints(hints[0]);
    const [stroke] = Array.from(reader.drawn(1));
    expect([stroke.x, stroke.hasEnded]).toEqual([[0, 100, 200], true]);
    expect(reader.drawnStroke(1, stroke.id, 2)?.x[2]).toBe(200);
    const mine: HintBatch = { stroke: strokeId(ME, 1, 9), page: 1, author: ME, style: STYLE, first: 0, samples: samplesOf(one, 0, 3), isLast: false };
    reader.addPending(mine);
    expect(Array.from(reader.drawn(1))).toHaveLength(2);
    expect(reader.refuse(mine.stroke).redrawn.has(mine.stroke)).toBe(true);
    expect(Array.from(reader.drawn(1))).toHaveLength(1);
  });

  it("never mixes tails of one stroke id on two pages", () => {
    const second: Line[] = [{ ...PAGE_ADDED, page: 2 }, PAGE_ADDED, PAGE_SHOWN];
    const tail = (page: number, x: number[], author = 1): HintBatch => ({
      stroke: strokeId(1, 1, 1), page, author, style: STYLE, first: 0, samples: { x, y: x, ms: x, force: null }, isLast: false,
    });
    const reader = new LessonReader(ME);
    reader.addBlock(decodeBlock(encodeBlock(epochOf(1), 1, NO_HASH, second)));
    reader.addHints({ epoch: epochOf(1), batches: [tail(1, [1, 2, 3]), tail(2, [7])] });
    const drawn = (page: number): number[][] => Array.from(reader.drawn(page)).map((stroke) => stroke.x);
    expect([drawn(1), drawn(2)]).toEqual([[[1, 2, 3]], [[7]]]);
    reader.addPending(tail(2, [7, 8, 9, 10]));
    expect([drawn(1), drawn(2)]).toEqual([[[1, 2, 3]], [[7, 8, 9, 10]]]);
    reader.refuse(strokeId(1, 1, 1));
    expect([drawn(1), drawn(2), reader.drawnStroke(3, strokeId(1, 1, 1))]).toEqual([[[1, 2, 3]], [[7]], null]);
  });
});
