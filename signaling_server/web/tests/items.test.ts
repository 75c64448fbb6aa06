// The rules of §8 by name: what changes, hides, cuts and groups items, and the row of pages.
import { describe, expect, it } from "vitest";
import { Board } from "../src/protocol/board";
import { decodeBlock, NO_HASH } from "../src/protocol/blocks";
import { EntryKind, Ink, Tool } from "../src/protocol/generated";
import { runsOf } from "../src/protocol/items";
import type { Line } from "./support/world";
import { PAGE_ADDED, PAGE_SHOWN, encodeBlock, inkBody, json } from "./support/world";

const STROKE = 2 ** 36 + 1;
const EPOCH = { counter: 1, engine: "1".repeat(16) };

function line(kind: number, body: unknown, more: Partial<Line> = {}): Line {
  return { kind, page: 1, author: 1, body: json(body), ...more };
}

function ink(stroke = STROKE, tool: Tool = Tool.PEN, isLast = true, more: Partial<Line> = {}): Line {
  const at = [0, 100, 200, 300, 400, 500];
  const samples = { x: at, y: at.map(() => 0), ms: at, force: null };
  const body = inkBody(stroke, 0, samples, { tool, ink: Ink.BLUE, width: 70, t0Ms: 0 }, isLast);
  return { kind: EntryKind.INK_BEGIN, page: 1, author: 1, body, ...more };
}

/** Fold these lines, from entry 1 on, behind a page that is added and shown (1, 2). */
function fold(...lines: Line[]): Board {
  const board = new Board();
  decodeBlock(encodeBlock(EPOCH, 1, NO_HASH, [PAGE_ADDED, PAGE_SHOWN, ...lines])).entries.forEach((entry) => board.apply(entry));
  return board;
}

const strokeOf = (board: Board): NonNullable<ReturnType<Board["stroke"]>> => {
  const stroke = board.stroke(1, STROKE);
  if (stroke === undefined) throw new Error("no stroke");
  return stroke;
};

const CHANGED = line(EntryKind.ITEMS_CHANGED, { items: [STROKE], matrix: { a: 2_000_000, d: 2_000_000, e: 10 }, scale: 2000, ink: Ink.RED });
const UNDONE = (of: number): Line => line(EntryKind.UNDONE, { of });

describe("an item", () => {
  it("looks as its standing changes say, and as it was written without them (P-8.5)", () => {
    const changed = strokeOf(fold(ink(), CHANGED));
    expect([changed.x[1], changed.style.width, changed.style.ink, changed.ms[1]]).toEqual([210, 140, Ink.RED, 100]);
    const back = strokeOf(fold(ink(), CHANGED, UNDONE(4)));
    expect([back.x[1], back.style.width, back.style.ink]).toEqual([100, 70, Ink.BLUE]);
    expect(back.revision).toBeGreaterThan(1);
    const redone = strokeOf(fold(ink(), CHANGED, CHANGED, UNDONE(4)));
    expect([redone.x[1], redone.style.width]).toEqual([210, 140]);
  });

  it("that is still written is hidden, not changed (P-8.5)", () => {
    const board = fold(ink(STROKE, Tool.PEN, false), CHANGED, line(EntryKind.ITEMS_ERASED, { items: [STROKE] }));
    expect([strokeOf(board).x[1], strokeOf(board).isVisible]).toEqual([100, false]);
  });

  it("loses parts of at least two samples; those that touch are one (P-8.5)", () => {
    const parts = (...ranges: [number, number][]): Line =>
      line(EntryKind.PARTS_ERASED, { parts: ranges.map(([first, stop]) => ({ stroke: STROKE, first, stop })) });
    expect(strokeOf(fold(ink(), parts([1, 2], [9, 3]))).gaps).toEqual([]);
    const cut = strokeOf(fold(ink(), parts([1, 3], [2, 4]), parts([4, 99])));
    expect([cut.gaps, runsOf(cut)]).toEqual([[[1, 4], [4, 6]], [[0, 2], [3, 5]]]);
  });

  it("hides with a clearing, but not the page's ground (P-8.1, P-8.4)", () => {
    const picture = (is_ground: boolean): Line =>
      line(EntryKind.PICTURE_PLACED, { sha256: "a".repeat(64), x: 0, y: 0, width: 10, height: 10, is_ground });
    const page = fold(ink(), picture(true), picture(false), line(EntryKind.PAGE_CLEARED, {})).pages.get(1);
    expect(Array.from(page?.pictures.values() ?? [], (one) => one.isVisible)).toEqual([true, false]);
    expect(page?.strokes.get(STROKE)?.isVisible).toBe(false);
  });

  it("goes and comes with all entries of its command (P-8.2)", () => {
    const mine = { author: 2, command: 7 };
    const board = fold(ink(STROKE, Tool.PEN, true, mine), ink(STROKE + 1, Tool.PEN, true, mine), UNDONE(3));
    expect(Array.from(board.pages.get(1)?.strokes.values() ?? [], (one) => one.isVisible)).toEqual([false, false]);
  });
});

it("lasers are no items and no action (P-3.5)", () => {
  const board = fold(ink(STROKE, Tool.LASER), UNDONE(3));
  const page = board.pages.get(1);
  expect([page?.strokes.size, page?.lasers.size, board.skipped]).toEqual([0, 1, 1]);
});

describe("the row of pages", () => {
  const added = (page: number, after: number | null): Line =>
    ({ ...PAGE_ADDED, page, body: json({ width: 17600, height: 25000, kind: "lines", after }) });

  it("follows additions and moves that stand (P-8.6)", () => {
    expect(fold(added(2, null), added(3, 0), added(4, 1)).order).toEqual([3, 1, 4, 2]);
    const moved = line(EntryKind.PAGE_MOVED, { after: 0 }, { page: 2 });
    expect(fold(added(2, null), moved).order).toEqual([2, 1]);
    expect(fold(added(2, null), moved, line(EntryKind.UNDONE, { of: 4 }, { page: 2 })).order).toEqual([1, 2]);
  });

  it("shows the page before one that is deleted, and brings it back in its place (P-8.6)", () => {
    const shown = line(EntryKind.PAGE_SHOWN, {}, { page: 3 });
    const gone = line(EntryKind.PAGE_DELETED, {}, { page: 3 });
    const deleted = fold(added(2, null), added(3, null), shown, gone);
    expect([deleted.order, deleted.shown]).toEqual([[1, 2], 2]);
    expect(fold(added(2, null), added(3, null), gone, line(EntryKind.UNDONE, { of: 5 }, { page: 3 })).order).toEqual([1, 2, 3]);
  });

  it("keeps frame and instrument of each page", () => {
    const board = fold(
      line(EntryKind.VIEW_SHOWN, { x: 1, y: 2, width: 30, height: 40 }), line(EntryKind.INSTRUMENT_SET, { kind: "ruler", size: 9 }),
    );
    expect(board.pages.get(1)).toMatchObject({ view: { width: 30 }, instrument: { kind: "ruler", size: 9 } });
    const page = fold(line(EntryKind.VIEW_SHOWN, {}), line(EntryKind.INSTRUMENT_SET, { kind: "none" })).pages.get(1);
    expect([page?.view, page?.instrument]).toEqual([null, null]);
  });
});
