// How wide ink is drawn: one formula here and in Python, with shared vectors in
// tests/data/wire/width.json.

/** How wide one sample of a stroke of `width` is drawn, both in 1/100 mm; force 0..1023 or null. */
export function drawnWidth(width: number, force: number | null): number {
  return force === null ? width : width * (0.45 + (0.75 * force) / 1023);
}
