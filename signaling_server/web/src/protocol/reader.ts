// A reader of a lesson: the log, and over it hints and one's own pending ink. The counterpart of
// reader.py: blocks may come doubled, out of order or from a newer epoch, hints and pending ink
// before or after them; once the log has caught up, what is drawn is the board of the log alone.
import { sameBytes } from "./bytes";
import type { Block } from "./blocks";
import { NO_HASH } from "./blocks";
import { Board, Changes, digestOf } from "./board";
import type { Blank, Entry } from "./entries";
import { Tool } from "./generated";
import type { HintBatch, HintMessage } from "./hints";
import type { Epoch } from "./ids";
import { NO_EPOCH, compareEpochs } from "./ids";
import type { Samples, Style } from "./ink";
import type { Stroke } from "./items";
import { newStroke } from "./items";

const MAX_WAITING = 4096;

/** A block in place: where it ends, who wrote it, its hash. */
interface Held {
  last: number;
  epoch: Epoch;
  hash: Uint8Array;
}

type Row = readonly [x: number, y: number, ms: number, force: number];

/** Samples of a stroke that the log may not hold yet, by index. */
class Tail {
  readonly samples = new Map<number, Row>();
  hasForce = false;
  /** How many samples the stroke has, once known. */
  end: number | null = null;

  constructor(
    readonly page: number,
    readonly stroke: number,
    readonly author: number,
    readonly style: Style,
  ) {}

  add(first: number, samples: Samples, isLast: boolean): void {
    const { x, y, ms, force } = samples;
    this.hasForce = this.hasForce || force !== null;
    for (let i = 0; i < x.length; i++) {
      this.samples.set(first + i, [x[i], y[i], ms[i], force === null ? 0 : force[i]]);
    }
    if (isLast) this.end = first + x.length;
  }
}

/** By page and stroke: whoever sends one id on two pages mixes nothing (reader.py's TailKey). */
type Tails = Map<string, Tail>;

const keyOf = (page: number, stroke: number): string => `${page} ${stroke}`;

export class LessonReader {
  /** The board of the log alone. */
  board = new Board();
  /** Command ids of one's own that entries have cited. */
  readonly confirmed = new Set<number>();
  private entries: (Entry | Blank)[] = [];
  private heldBlocks: Held[] = [];
  private waiting = new Map<string, Block>();
  private hintEpoch = NO_EPOCH;
  private hints: Tails = new Map();
  private pending: Tails = new Map();

  constructor(readonly me: number) {}

  // the log

  /** The last number held without gaps; 0 at first. */
  get held(): number {
    return this.entries.length;
  }

  /** The epoch of the last entry held. */
  get epoch(): Epoch {
    return this.heldBlocks.length ? this.heldBlocks[this.heldBlocks.length - 1].epoch : NO_EPOCH;
  }

  /** Take in a block, and those that waited for it; may throw TooNewError. */
  addBlock(block: Block): Changes {
    const all = new Changes();
    for (let next: Block | null = block; next !== null; next = this.nextWaiting()) {
      const changes = this.place(next);
      if (changes === null) break;
      all.add(changes);
    }
    return all;
  }

  /** Append or replace; null where the block is old, doubled or has to wait. */
  private place(block: Block): Changes | null {
    const index = this.indexBefore(block.first);
    if (index === null) {
      this.wait(block);
      return null;
    }
    if (index < this.heldBlocks.length && compareEpochs(block.epoch, this.heldBlocks[index].epoch) <= 0) {
      return null;
    }
    if (!sameBytes(block.previous, this.hashBefore(index))) {
      this.wait(block);
      return null;
    }
    return index < this.heldBlocks.length ? this.replace(index, block) : this.append(block);
  }

  /** Index among the held blocks where one beginning at `first` belongs; null if it cannot yet. */
  private indexBefore(first: number): number | null {
    if (first === this.entries.length + 1) return this.heldBlocks.length;
    for (let index = this.heldBlocks.length - 1; index >= 0; index--) {
      const start = index > 0 ? this.heldBlocks[index - 1].last + 1 : 1;
      if (start === first) return index;
      if (start < first) return null;
    }
    return null;
  }

  private hashBefore(index: number): Uint8Array {
    return index > 0 ? this.heldBlocks[index - 1].hash : NO_HASH;
  }

  private wait(block: Block): void {
    if (this.waiting.size >= MAX_WAITING) return;
    this.waiting.set(`${block.first} ${block.epoch.counter} ${block.epoch.engine}`, block);
  }

  /** A waiting block that fits behind or into what is held, the newest epoch first. */
  private nextWaiting(): Block | null {
    const newestFirst = Array.from(this.waiting).sort((a, b) => compareEpochs(b[1].epoch, a[1].epoch));
    for (const [key, block] of newestFirst) {
      const index = this.indexBefore(block.first);
      if (index === null || !sameBytes(block.previous, this.hashBefore(index))) continue;
      this.waiting.delete(key);
      return block;
    }
    return null;
  }

  private append(block: Block): Changes {
    const changes = new Changes();
    this.heldBlocks.push({ last: block.last, epoch: block.epoch, hash: block.hash });
    for (const entry of block.entries) {
      this.entries.push(entry);
      changes.add(this.board.apply(entry));
      if (entry.kind !== "blank" && entry.author === this.me && entry.command > 0) {
        this.confirmed.add(entry.command);
      }
    }
    changes.add(this.dropOldHints(block.epoch));
    this.settle(inkOf(block));
    return changes;
  }

  /** A newer epoch begins inside what is held: drop from there on and fold again. */
  private replace(index: number, block: Block): Changes {
    this.heldBlocks.length = index;
    this.entries.length = block.first - 1;
    this.board = new Board();
    for (const entry of this.entries) this.board.apply(entry);
    const changes = this.append(block);
    this.settle(null);
    changes.wasRefolded = true;
    return changes;
  }

  // over the log

  /** Take in ink from the live path. */
  addHints(message: HintMessage): Changes {
    const changes = new Changes();
    if (compareEpochs(message.epoch, this.epoch) < 0 || compareEpochs(message.epoch, this.hintEpoch) < 0) {
      return changes;
    }
    changes.add(this.dropOldHints(message.epoch));
    for (const batch of message.batches) {
      const stroke = this.board.stroke(batch.page, batch.stroke);
      const end = batch.first + batch.samples.x.length;
      if (stroke !== undefined && (stroke.hasEnded || end <= stroke.x.length)) continue;
      addTail(this.hints, batch);
      changes.pages.add(batch.page);
      if (batch.style.tool === Tool.LASER) changes.laser = true;
      else changes.grown.add(batch.stroke);
    }
    return changes;
  }

  /** Take in one's own ink, before anybody confirmed it. */
  addPending(batch: HintBatch): Changes {
    addTail(this.pending, batch);
    this.settle(new Set([batch.stroke]));
    const changes = new Changes();
    changes.pages.add(batch.page);
    changes.grown.add(batch.stroke);
    return changes;
  }

  /** One's own stroke was refused: take it away. */
  refuse(stroke: number): Changes {
    const changes = new Changes();
    for (const [key, tail] of this.pending) {
      if (tail.stroke !== stroke) continue;
      this.pending.delete(key);
      changes.pages.add(tail.page);
      changes.redrawn.add(stroke);
    }
    return changes;
  }

  /** Whether nothing but the log is drawn. */
  get isSettled(): boolean {
    return this.hints.size === 0 && this.pending.size === 0;
  }

  /** The strokes to draw on a page: visible ones of the log, longer by their tails. */
  *drawn(page: number): Generator<Stroke> {
    const boardPage = this.board.pages.get(page);
    if (boardPage !== undefined) {
      for (const stroke of boardPage.strokes.values()) if (stroke.isVisible) yield this.withTail(stroke);
    }
    yield* this.bare(page, false);
  }

  /** What is pointed at on a page, or was in the last seconds; the face lets it fade. */
  *lasers(page: number): Generator<Stroke> {
    for (const stroke of this.board.pages.get(page)?.lasers.values() ?? []) yield this.withTail(stroke);
    yield* this.bare(page, true);
  }

  /** Strokes of which the log has nothing yet. */
  private *bare(page: number, areLasers: boolean): Generator<Stroke> {
    for (const tail of new Map([...this.pending, ...this.hints]).values()) {
      const isLaser = tail.style.tool === Tool.LASER;
      if (tail.page !== page || isLaser !== areLasers || this.board.stroke(page, tail.stroke) !== undefined) continue;
      yield this.withTail(newStroke(tail.stroke, page, tail.author, tail.style, tail.hasForce));
    }
  }

  /** The digest of what is drawn; equal to the log's own once the log has caught up. */
  drawnDigest(page: number): string | null {
    const boardPage = this.board.pages.get(page);
    return boardPage === undefined ? null : digestOf(boardPage, this.drawn(page));
  }

  /**
   * One stroke to draw, with its tail; null if it is not to be drawn. Samples before `from` may
   * be left out of the copy (holes): who draws only what is new does not pay for what is old.
   */
  drawnStroke(page: number, name: number, from = 0): Stroke | null {
    const stroke = this.board.stroke(page, name);
    if (stroke !== undefined) {
      const isDrawn = stroke.isVisible && stroke.style.tool !== Tool.LASER;
      return isDrawn ? this.withTail(stroke, from) : null;
    }
    const key = keyOf(page, name);
    const tail = this.hints.get(key) ?? this.pending.get(key);
    if (tail === undefined || tail.style.tool === Tool.LASER) return null;
    return this.withTail(newStroke(name, page, tail.author, tail.style, tail.hasForce), from);
  }

  private withTail(stroke: Stroke, from = 0): Stroke {
    if (this.isSettled) return stroke;
    const key = keyOf(stroke.page, stroke.id);
    const hints = this.hints.get(key);
    const pending = this.pending.get(key);
    if (hints === undefined && pending === undefined) return stroke;
    const start = stroke.x.length;
    let longer: Stroke | null = null;
    let at = start;
    for (;;) {
      const row = hints?.samples.get(at) ?? pending?.samples.get(at);
      if (row === undefined) break;
      longer = longer ?? longerCopy(stroke, from);
      if (at >= from) setRow(longer, at, row);
      at += 1;
    }
    if (longer === null) return stroke;
    longer.hasEnded = hints?.end === at || pending?.end === at;
    return longer;
  }

  /** A newer epoch: what older hints showed and the log does not hold never was. */
  private dropOldHints(epoch: Epoch): Changes {
    const changes = new Changes();
    if (compareEpochs(epoch, this.hintEpoch) <= 0) return changes;
    for (const tail of this.hints.values()) {
      changes.pages.add(tail.page);
      changes.redrawn.add(tail.stroke);
    }
    this.hints.clear();
    this.hintEpoch = epoch;
    return changes;
  }

  /** Let go of tails that the log holds by now; of the strokes named, or of all. */
  private settle(names: ReadonlySet<number> | null): void {
    for (const tails of [this.hints, this.pending]) {
      for (const [key, tail] of tails) {
        if (names !== null && !names.has(tail.stroke)) continue;
        const stroke = this.board.stroke(tail.page, tail.stroke);
        if (stroke === undefined) continue;
        const held = stroke.x.length;
        const isHeld = stroke.hasEnded || Array.from(tail.samples.keys()).every((i) => i < held);
        if (isHeld) tails.delete(key);
      }
    }
  }
}

/** The strokes that a block has ink of, lasers too. */
function inkOf(block: Block): Set<number> {
  const names = new Set<number>();
  for (const entry of block.entries) {
    if (entry.kind !== "blank" && entry.kind !== "unknown" && "samples" in entry.body) names.add(entry.body.stroke);
  }
  return names;
}

function addTail(tails: Tails, batch: HintBatch): void {
  const key = keyOf(batch.page, batch.stroke);
  let tail = tails.get(key);
  if (tail === undefined) {
    tail = new Tail(batch.page, batch.stroke, batch.author, batch.style);
    tails.set(key, tail);
  }
  tail.add(batch.first, batch.samples, batch.isLast);
}

/** A copy whose columns hold samples from `from` on at their own indices. */
function longerCopy(stroke: Stroke, from: number): Stroke {
  const copy: Stroke = { ...stroke, x: [], y: [], ms: [], force: stroke.force && [] };
  for (let i = from; i < stroke.x.length; i++) {
    setRow(copy, i, [stroke.x[i], stroke.y[i], stroke.ms[i], stroke.force === null ? 0 : stroke.force[i]]);
  }
  return copy;
}

function setRow(stroke: Stroke, at: number, [x, y, ms, force]: Row): void {
  stroke.x[at] = x;
  stroke.y[at] = y;
  stroke.ms[at] = ms;
  if (stroke.force !== null) stroke.force[at] = force;
}
