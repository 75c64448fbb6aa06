// How wide ink is drawn: one formula here and in Python, with shared vectors in
// tests/data/wire/width.json.

/** Width in mm of one sample of a stroke `width` wide (1/100 mm); force 0..1023 or null. */
export function widthMm(width: number, force: number | null): number {
  return force === null ? width / 100 : (width / 100) * (0.45 + (0.75 * force) / 1023);
}
