// The line that a pen drew, from its samples: thinned where it rests, rounded where it flies. The
// rules stand in the desktop's curve.py and are the same here; lengths in 1/100 mm.
import type { Stroke } from "../protocol/items";
import { widthAt } from "../protocol/width";

/** Samples nearer than this part of the nominal width to the last kept one are left out. */
const NEAREST = 0.18;
/** The width changes by at most this part of the way, on each side of the line. */
const SLOPE = 0.3;
/** A turn by 60 degrees or more between two samples is meant. */
const CORNER = 0.5;
/** A chord longer than 8 mm is meant. */
export const STRAIGHT = 800;
const FINEST = 24;

/** Points of the line and half its width there. */
export class Line {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly half: number[] = [];

  get length(): number {
    return this.x.length;
  }

  add(x: number, y: number, half: number): void {
    this.x.push(x);
    this.y.push(y);
    this.half.push(half);
  }

  slice(from: number, to = this.length): Line {
    const part = new Line();
    for (let i = from; i < Math.min(to, this.length); i++) part.add(this.x[i], this.y[i], this.half[i]);
    return part;
  }
}

/** The samples first..stop-1 that matter; ink is never thinner than `least`. */
export function thinned(stroke: Stroke, first: number, stop: number, least = 0): Line {
  const spots = new Line();
  const nearest = NEAREST * stroke.style.width;
  const halfAt = (i: number): number => Math.max(widthAt(stroke, i), least) / 2;
  let [keptX, keptY, half] = [stroke.x[first], stroke.y[first], halfAt(first)];
  spots.add(keptX, keptY, half);
  for (let i = first + 1; i < stop; i++) {
    const far = Math.hypot(stroke.x[i] - keptX, stroke.y[i] - keptY);
    if (far < nearest && !(i === stop - 1 && far > 0)) continue;
    [keptX, keptY, half] = [stroke.x[i], stroke.y[i], Math.max(halfAt(i), half - SLOPE * far)];
    spots.add(keptX, keptY, half);
  }
  for (let i = spots.length - 2; i >= 0; i--) {
    const far = Math.hypot(spots.x[i + 1] - spots.x[i], spots.y[i + 1] - spots.y[i]);
    spots.half[i] = Math.max(spots.half[i], spots.half[i + 1] - SLOPE * far);
  }
  return spots;
}

/** Points along the line through these spots, from spot `start` on. */
export function rounded(spots: Line, start = 0): Line {
  const line = new Line();
  line.add(spots.x[start], spots.y[start], spots.half[start]);
  const [from, to] = [[0, 0], [0, 0]];
  let hasFrom = start > 0 && wayAt(spots, start, from);
  for (let i = start; i < spots.length - 1; i++) {
    const hasTo = i + 2 < spots.length && wayAt(spots, i + 1, to);
    addSteps(line, spots, i + 1, hasFrom ? from : null, hasTo ? to : null);
    [from[0], from[1]] = to;
    hasFrom = hasTo;
  }
  return line;
}

/** The line's direction at a spot between two others, into `way`; false at a corner. */
function wayAt({ x, y }: Line, i: number, way: number[]): boolean {
  if (i + 1 >= x.length) return false;
  const [ax, ay, bx, by] = [x[i] - x[i - 1], y[i] - y[i - 1], x[i + 1] - x[i], y[i + 1] - y[i]];
  const before = Math.hypot(ax, ay);
  const after = Math.hypot(bx, by);
  if (ax * bx + ay * by < CORNER * before * after || Math.max(before, after) > STRAIGHT) return false;
  way[0] = (ax * after) / before + (bx * before) / after;
  way[1] = (ay * after) / before + (by * before) / after;
  const long = Math.hypot(way[0], way[1]);
  way[0] /= long;
  way[1] /= long;
  return true;
}

/** Go on to spot `i`, leaving in direction `from` and arriving in `to`. */
function addSteps(line: Line, spots: Line, i: number, from: readonly number[] | null, to: readonly number[] | null): void {
  const at = line.length - 1;
  const [x0, y0, half] = [line.x[at], line.y[at], line.half[at]];
  const [cx, cy] = [spots.x[i] - x0, spots.y[i] - y0];
  const length = Math.hypot(cx, cy);
  const [ux, uy] = [cx / length, cy / length];
  const [sx, sy] = [ux * ux - uy * uy, 2 * ux * uy];
  // where an end has no direction, the other's mirrored at the chord; the chord's where both have none
  const [gx, gy] = from ?? (to === null ? [ux, uy] : [sx * to[0] + sy * to[1], sy * to[0] - sx * to[1]]);
  const [hx, hy] = to ?? [sx * gx + sy * gy, sy * gx - sx * gy];
  const bend = Math.hypot(ux - gx, uy - gy) + Math.hypot(ux - hx, uy - hy);
  const count = Math.min(FINEST, Math.ceil(Math.sqrt((bend * (length + half * bend)) / 4)));
  for (let k = 1; k < count; k++) {
    const s = k / count;
    const back = 1 - s;
    const along = s * s * (3 - 2 * s);
    const [begin, end] = [s * back * back * length, s * s * back * length];
    line.add(x0 + along * cx + begin * gx - end * hx, y0 + along * cy + begin * gy - end * hy, half + s * (spots.half[i] - half));
  }
  line.add(spots.x[i], spots.y[i], spots.half[i]);
}

/** The line of one open stroke as far as it was drawn; every step costs the same. */
export class LiveLine {
  private count = 0;
  private spots = new Line();

  /** The piece that is new, joined to what was drawn. */
  goOn(stroke: Stroke, least = 0): Line {
    const drawn = this.spots.length;
    let hasTip = false;
    for (; this.count < stroke.x.length; this.count++) hasTip = this.take(stroke, this.count, least);
    const first = Math.max(0, drawn - 2);
    const spots = this.spots.slice(first);
    if (hasTip) spots.add(stroke.x[this.count - 1], stroke.y[this.count - 1], Math.max(widthAt(stroke, this.count - 1), least) / 2);
    this.spots = this.spots.length > 64 ? this.spots.slice(this.spots.length - 8) : this.spots;
    return rounded(spots, Math.max(0, drawn - 1) - first);
  }

  /** Keep a sample; whether it is too near to the last one, and only the tip for now. */
  private take(stroke: Stroke, i: number, least: number): boolean {
    const { x, y, half } = this.spots;
    const last = x.length - 1;
    let wide = Math.max(widthAt(stroke, i), least) / 2;
    if (last >= 0) {
      const far = Math.hypot(stroke.x[i] - x[last], stroke.y[i] - y[last]);
      if (far < NEAREST * stroke.style.width) return far > 0;
      wide = Math.max(wide, half[last] - SLOPE * far);
    }
    this.spots.add(stroke.x[i], stroke.y[i], wide);
    return false;
  }
}
