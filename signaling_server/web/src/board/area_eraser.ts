// The eraser that rubs out what it passes over, and not whole strokes. Pure; 1/100 mm.
import type { StrokePart } from "../protocol/generated";
import type { Stroke } from "../protocol/items";
import { runsOf } from "../protocol/items";
import type { Runs } from "./outline";

type Range = [first: number, stop: number];
type Point = readonly [x: number, y: number];

/** What one way of the eraser took: parts of strokes, and dots, which have no parts. */
export interface Erased {
  parts: StrokePart[];
  gone: number[];
}

export class AreaEraser {
  private last: Point | null = null;
  private readonly taken = new Map<number, Range[]>();
  private readonly gone = new Set<number>();

  constructor(private readonly radius: number) {}

  /** The eraser comes to (x, y): what is left of each stroke that lost something on this step. */
  move(strokes: Iterable<Stroke>, x: number, y: number): Map<number, Runs> {
    const from = this.last ?? [x, y];
    const to: Point = [x, y];
    this.last = to;
    const left = new Map<number, Runs>();
    for (const stroke of strokes) {
      if (!stroke.hasEnded || this.gone.has(stroke.id)) continue;
      const reach = this.radius + stroke.style.width / 2;
      if (stroke.x.length === 1) {
        const at: Point = [stroke.x[0], stroke.y[0]];
        if (!areNear(from, to, at, at, reach)) continue;
        this.gone.add(stroke.id);
        left.set(stroke.id, []);
        continue;
      }
      const touched = this.touchedBy(stroke, from, to, reach);
      if (touched.length === 0) continue;
      this.taken.set(stroke.id, merged([...(this.taken.get(stroke.id) ?? []), ...touched]));
      left.set(stroke.id, this.left(stroke));
    }
    return left;
  }

  /** What was erased, to be sent. */
  take(): Erased {
    const parts = Array.from(this.taken).flatMap(([stroke, ranges]) => ranges.map(([first, stop]) => ({ stroke, first, stop })));
    return { parts, gone: Array.from(this.gone) };
  }

  private left(stroke: Stroke): Runs {
    return runsOf({ ...stroke, gaps: merged([...stroke.gaps, ...(this.taken.get(stroke.id) ?? [])] as Range[]) });
  }

  /** The lines between two samples that the eraser touches on its way. */
  private touchedBy(stroke: Stroke, from: Point, to: Point, reach: number): Range[] {
    const { x, y } = stroke;
    const touched: Range[] = [];
    for (const [first, stop] of this.left(stroke)) {
      for (let i = first; i < stop - 1; i++) {
        if (areNear(from, to, [x[i], y[i]], [x[i + 1], y[i + 1]], reach)) touched.push([i, i + 2]);
      }
    }
    return touched;
  }
}

/** Ranges in order; those that follow each other are made one. */
function merged(ranges: Range[]): Range[] {
  const joined: Range[] = [];
  for (const [first, stop] of ranges.sort((one, other) => one[0] - other[0])) {
    const last = joined[joined.length - 1];
    if (last !== undefined && first < last[1]) last[1] = Math.max(last[1], stop);
    else joined.push([first, stop]);
  }
  return joined;
}

/** Whether two lines come within `reach` of each other. */
export function areNear(a: Point, b: Point, c: Point, d: Point, reach: number): boolean {
  if (Math.min(a[0], b[0]) - reach > Math.max(c[0], d[0]) || Math.max(a[0], b[0]) + reach < Math.min(c[0], d[0])) return false;
  if (Math.min(a[1], b[1]) - reach > Math.max(c[1], d[1]) || Math.max(a[1], b[1]) + reach < Math.min(c[1], d[1])) return false;
  const side = (p: Point, q: Point, r: Point): number => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
  return Math.min(away(c, a, b), away(d, a, b), away(a, c, d), away(b, c, d)) <= reach;
}

/** How far a point lies from a line. */
export function away([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const at = long === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / long));
  return Math.hypot(ax + at * dx - x, ay + at * dy - y);
}
