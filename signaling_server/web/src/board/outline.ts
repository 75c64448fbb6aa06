// A stroke's outline as one filled path: the union of strips and disks, all wound the same way, so
// that parts and strokes of one colour add up. The same shape as the desktop's; 1/100 mm.
import type { Stroke } from "../protocol/items";
import { runsOf } from "../protocol/items";
import type { Line } from "./curve";
import { STRAIGHT, rounded, thinned } from "./curve";
import type { Box } from "./places";

/** What a path is added to: a canvas context or a Path2D. */
export type Pen = Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "arc">;
export type Runs = readonly (readonly [first: number, stop: number])[];

const MOST_POINTS = 512;
/** Turns by more than 30 degrees are joined by a disk. */
const SOFT = Math.cos(Math.PI / 6);

/** Add the outline of a stroke; ink is never thinner than `least`. */
export function addOutline(pen: Pen, stroke: Stroke, runs: Runs = runsOf(stroke), least = 0): void {
  for (const line of linesOf(stroke, runs, least)) addLine(pen, line);
}

/**
 * The lines to draw of a stroke. Long ones come in pieces that share a point: a path that crosses
 * itself thousands of times would take seconds to fill.
 */
export function* linesOf(stroke: Stroke, runs: Runs = runsOf(stroke), least = 0): Generator<Line> {
  for (const [first, stop] of runs) {
    if (first >= stop) continue;
    const line = rounded(thinned(stroke, first, stop, least));
    if (line.length <= MOST_POINTS) yield line;
    else for (let at = 0; at < line.length - 1; at += MOST_POINTS) yield line.slice(at, at + MOST_POINTS + 1);
  }
}

/**
 * Add a line with round ends. Between points runs a strip whose sides meet at the mitre; where the
 * line turns sharply, or so tightly that the inner side would run backwards, the strip ends and a
 * disk joins it to the next.
 */
export function addLine(pen: Pen, { x, y, half }: Line): void {
  const last = x.length - 1;
  addDisk(pen, x[0], y[0], half[0]);
  if (last === 0) return;
  addDisk(pen, x[last], y[last], half[last]);
  let strip: number[] = [];
  let [beforeX, beforeY, reach] = [0, 0, 0];
  for (let i = 0; i < last; i++) {
    const [dx, dy, h] = [x[i + 1] - x[i], y[i + 1] - y[i], half[i]];
    const length = Math.hypot(dx, dy);
    const [sideX, sideY] = [-dy / length, dx / length];
    const dot = beforeX * sideX + beforeY * sideY;
    const cross = Math.abs(beforeX * sideY - beforeY * sideX);
    if (dot > SOFT && 2 * h * cross < (1 + dot) * Math.min(reach, length)) {
      const by = h / (1 + dot);
      strip.push(x[i], y[i], (beforeX + sideX) * by, (beforeY + sideY) * by);
    } else {
      if (strip.length > 0) {
        strip.push(x[i], y[i], beforeX * h, beforeY * h);
        addStrip(pen, strip);
        addDisk(pen, x[i], y[i], h);
      }
      strip = [x[i], y[i], sideX * h, sideY * h];
    }
    [beforeX, beforeY, reach] = [sideX, sideY, length];
  }
  strip.push(x[last], y[last], beforeX * half[last], beforeY * half[last]);
  addStrip(pen, strip);
}

/** `strip`: x, y and the way to its one side, for each point. */
function addStrip(pen: Pen, strip: readonly number[]): void {
  pen.moveTo(strip[0] - strip[2], strip[1] - strip[3]);
  for (let i = 4; i < strip.length; i += 4) pen.lineTo(strip[i] - strip[i + 2], strip[i + 1] - strip[i + 3]);
  for (let i = strip.length - 4; i >= 0; i -= 4) pen.lineTo(strip[i] + strip[i + 2], strip[i + 1] + strip[i + 3]);
  pen.closePath();
}

function addDisk(pen: Pen, x: number, y: number, half: number): void {
  pen.moveTo(x + half, y);
  pen.arc(x, y, half, 0, 2 * Math.PI);
}

/** No less than what a stroke covers, without building its outline. */
export function boundsOf({ x, y, style }: Stroke): Box {
  const box = boxAround(x, y);
  // the curve swings out by at most 4/27 of a chord; a force of 1023 draws 1.2 times the width
  const swing = (Math.min(STRAIGHT, Math.hypot(box[2] - box[0], box[3] - box[1])) * 4) / 27;
  return widened(box, swing + 0.6 * style.width);
}

/** What a line covers. */
export function lineBounds({ x, y, half }: Line): Box {
  return widened(boxAround(x, y), Math.max(...half));
}

function boxAround(x: readonly number[], y: readonly number[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    if (x[i] < left) left = x[i];
    if (x[i] > right) right = x[i];
    if (y[i] < top) top = y[i];
    if (y[i] > bottom) bottom = y[i];
  }
  return [left, top, right, bottom];
}

export function widened([left, top, right, bottom]: Box, by: number): Box {
  return [left - by, top - by, right + by, bottom + by];
}
