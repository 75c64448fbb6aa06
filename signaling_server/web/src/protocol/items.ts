// What lies on a page: strokes, pictures and texts, and the acts of the log that changed them.
// The counterpart of items.py and matrix.py: what an item looks like is folded from those acts
// whose action was not undone, in order of the log.
import type { Ink, ItemsChanged, Matrix, PicturePlaced, StrokePart, TextPlaced } from "./generated";
import { MAX_COORDINATE } from "./generated";
import type { Samples, Style } from "./ink";

const MIN_WIDTH = 5;
const MAX_WIDTH = 2000;
const ONE = 1_000_000;

export type Point = readonly [x: number, y: number];
/** Top left, top right and bottom left of a box, as it lies on the page (1/100 mm). */
export type Corners = readonly [Point, Point, Point];

/** What an act did: showed (true) or hid an item, changed it, rubbed out a part of it. */
export type What = boolean | ItemsChanged | StrokePart;

export interface Act {
  /** The number that an undo of it names. */
  action: number;
  what: What;
}

interface Acted {
  /** The action that put it there. */
  begun: number;
  acts: Act[];
  isVisible: boolean;
  /** Grows whenever a standing act changes how it looks; not that it is visible. */
  revision: number;
  folded: Act[];
}

/** A stroke as it looks; the columns grow until it has ended. */
export interface Stroke extends Acted {
  type: "stroke";
  id: number;
  page: number;
  author: number;
  audience: number;
  style: Style;
  x: number[];
  y: number[];
  ms: number[];
  force: number[] | null;
  hasEnded: boolean;
  isCut: boolean;
  /** Sample ranges [first, stop), ascending, apart: the line from one end to the other is gone. */
  gaps: readonly Point[];
  /** As it was written, where a change stands. */
  raw: { x: number[]; y: number[]; style: Style } | null;
}

export interface Picture extends Acted {
  type: "picture";
  id: number;
  body: PicturePlaced;
  corners: Corners;
}

export interface TextItem extends Acted {
  type: "text";
  id: number;
  author: number;
  body: TextPlaced;
  corners: Corners;
  ink: Ink;
}

export type Item = Stroke | Picture | TextItem;

const NO_GAPS: readonly Point[] = [];

function acted(begun: number): Acted {
  return { begun, acts: [], isVisible: true, revision: 0, folded: [] };
}

export function newStroke(
  id: number,
  page: number,
  author: number,
  style: Style,
  hasForce: boolean,
  begun = 0,
  audience = 0,
): Stroke {
  return {
    ...acted(begun),
    type: "stroke",
    id,
    page,
    author,
    audience,
    style,
    x: [],
    y: [],
    ms: [],
    force: hasForce ? [] : null,
    hasEnded: false,
    isCut: false,
    gaps: NO_GAPS,
    raw: null,
  };
}

export function newPicture(id: number, body: PicturePlaced, begun: number): Picture {
  return { ...acted(begun), type: "picture", id, body, corners: upright(body) };
}

export function newText(id: number, author: number, body: TextPlaced, begun: number): TextItem {
  return { ...acted(begun), type: "text", id, author, body, corners: upright(body), ink: body.ink };
}

/** Append samples without their first `skip`. */
export function extend(stroke: Stroke, samples: Samples, skip: number): void {
  for (let i = skip; i < samples.x.length; i++) {
    stroke.x.push(samples.x[i]);
    stroke.y.push(samples.y[i]);
    stroke.ms.push(samples.ms[i]);
    if (stroke.force !== null) stroke.force.push(samples.force === null ? 0 : samples.force[i]);
  }
}

/** Sample ranges [first, stop) to draw, in order; a lone sample between two gaps is no line. */
export function runsOf({ x, gaps }: Stroke): Point[] {
  const count = x.length;
  if (gaps.length === 0) return [[0, count]];
  const runs: Point[] = [];
  let at = 0;
  for (const [first, stop] of [...gaps, [count - 1, count]]) {
    if (first > at) runs.push([at, first + 1]);
    at = stop - 1;
  }
  return runs;
}

/**
 * Take in the newest acts; whether the item is drawn otherwise now. What was folded before is not
 * looked at: an item may be acted on thousands of times.
 */
export function take(item: Item, acts: readonly Act[], undone: ReadonlySet<number>): boolean {
  const before = item.isVisible;
  const changes: Act[] = [];
  for (const act of acts) {
    item.acts.push(act);
    if (undone.has(act.action)) continue;
    if (typeof act.what === "boolean") item.isVisible = act.what && !undone.has(item.begun);
    else changes.push(act);
  }
  if (changes.length === 0) return before !== item.isVisible;
  changes.forEach((act) => item.folded.push(act));
  fold(item, changes, false);
  return before || item.isVisible;
}

/** Fold all standing acts anew; whether the item is drawn otherwise now. */
export function settle(item: Item, undone: ReadonlySet<number>): boolean {
  const before = item.isVisible;
  const changes: Act[] = [];
  let isVisible = true;
  for (const act of item.acts) {
    if (undone.has(act.action)) continue;
    if (typeof act.what === "boolean") isVisible = act.what;
    else changes.push(act);
  }
  item.isVisible = isVisible && !undone.has(item.begun);
  const { folded } = item;
  const goesOn = folded.every((act, i) => act === changes[i]); // a redo mostly does
  if (goesOn && changes.length === folded.length) return before !== item.isVisible;
  item.folded = changes;
  fold(item, goesOn ? changes.slice(folded.length) : changes, !goesOn);
  return before || item.isVisible;
}

export function isPart(what: What): what is StrokePart {
  return typeof what !== "boolean" && "stroke" in what;
}

/** Fold changes on top of what stands, or (`anew`) of the item as it was placed. */
function fold(item: Item, acts: readonly Act[], anew: boolean): void {
  item.revision += 1;
  const changes = acts.map(({ what }) => what as ItemsChanged | StrokePart);
  const parts = changes.filter(isPart);
  const changed = changes.filter((what): what is ItemsChanged => !isPart(what));
  if (item.type !== "stroke") {
    item.corners = moved(anew ? upright(item.body) : item.corners, changed);
    if (item.type === "text") {
      item.ink = changed.reduce((ink, change) => change.ink ?? ink, anew ? item.body.ink : item.ink);
    }
    return;
  }
  item.raw = item.raw ?? { x: item.x, y: item.y, style: item.style };
  let { x, y, style } = anew ? item.raw : item;
  for (const change of changed) {
    if (change.matrix !== null) [x, y] = columns(change.matrix, x, y);
    style = restyled(style, change);
  }
  const count = x.length;
  const ranges = parts.map(({ first, stop }): Point => [first, Math.min(stop, count)]);
  Object.assign(item, { x, y, style, gaps: merged([...(anew ? NO_GAPS : item.gaps), ...ranges]) });
}

/** Points moved and rounded, kept within the page's range; exact below 2^53, as in Python. */
export function columns(matrix: Matrix, x: readonly number[], y: readonly number[]): [number[], number[]] {
  const { a, b, c, d, e, f } = matrix;
  const place = (by: number, and: number, shift: number) => (u: number, i: number): number =>
    Math.min(Math.max(Math.floor((by * u + and * y[i] + ONE / 2) / ONE) + shift, -MAX_COORDINATE), MAX_COORDINATE);
  return [x.map(place(a, c, e)), x.map(place(b, d, f))];
}

function restyled(style: Style, change: ItemsChanged): Style {
  const width = Math.floor(((change.width ?? style.width) * change.scale + 500) / 1000);
  return { ...style, ink: change.ink ?? style.ink, width: Math.min(Math.max(width, MIN_WIDTH), MAX_WIDTH) };
}

/** Ranges in order, those that touch made one, too short ones left out. */
function merged(ranges: Point[]): Point[] {
  const gaps: [number, number][] = [];
  for (const [first, stop] of ranges.sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    if (stop < first + 2) continue;
    const last = gaps[gaps.length - 1];
    if (last !== undefined && first < last[1]) last[1] = Math.max(last[1], stop);
    else gaps.push([first, stop]);
  }
  return gaps;
}

/** The corners of a box as it was placed. */
function upright({ x, y, width, height }: PicturePlaced | TextPlaced): Corners {
  return [[x, y], [x + width, y], [x, y + height]];
}

function moved(corners: Corners, changes: readonly ItemsChanged[]): Corners {
  let x = corners.map((point) => point[0]);
  let y = corners.map((point) => point[1]);
  for (const { matrix } of changes) if (matrix !== null) [x, y] = columns(matrix, x, y);
  return [[x[0], y[0]], [x[1], y[1]], [x[2], y[2]]];
}
