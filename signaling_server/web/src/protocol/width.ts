// How wide ink is drawn and where the lines of a text stand: one formula here and in Python, with
// shared vectors in tests/data/wire/width.json.
import { Tool } from "./generated";
import type { Stroke } from "./items";

/** Height of a line of text and its first baseline below the box's top, in em. */
export const LINE = 1.4;
export const BASELINE = 1.05;

/** How wide one sample of a stroke of `width` is drawn, both in 1/100 mm; force 0..1023 or null. */
export function drawnWidth(width: number, force: number | null): number {
  return force === null ? width : width * (0.45 + (0.75 * force) / 1023);
}

/** The same of sample `i` of a stroke; a fineliner's does not follow the force. */
export function widthAt({ style, force }: Stroke, i: number): number {
  return drawnWidth(style.width, force === null || style.tool === Tool.FINELINER ? null : (force[i] ?? null));
}
