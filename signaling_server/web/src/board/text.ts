// Typed texts and formulas on a canvas. Lines begin where their writer broke them, so that every
// reader sees the same, whatever its font.
import { TextKind } from "../protocol/generated";
import type { Corners, TextItem } from "../protocol/items";
import { BASELINE, LINE } from "../protocol/width";

export const FAMILY = "Lamplight Board";
const FALLBACK = '"Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const OUTLINE = /^[MLQCZ0-9 -]*$/;

/** From a box (0, 0, width, height) to where its corners lie, both in 1/100 mm. */
export function boxMatrix([[x0, y0], [x1, y1], [x2, y2]]: Corners, width: number, height: number): DOMMatrix2DInit {
  const [w, h] = [width || 1, height || 1];
  return { a: (x1 - x0) / w, b: (y1 - y0) / w, c: (x2 - x0) / h, d: (y2 - y0) / h, e: x0, f: y0 };
}

/** The lines of a text; `breaks` count characters (code points), wrong ones are left out. */
export function textLines(text: string, breaks: readonly number[]): string[] {
  const letters = Array.from(text);
  const starts = new Set([0, ...breaks.filter((at) => at <= letters.length)]);
  letters.forEach((letter, i) => {
    if (letter === "\n") starts.add(i + 1);
  });
  const ordered = Array.from(starts).sort((a, b) => a - b);
  return ordered.map((from, i) => letters.slice(from, ordered[i + 1]).join("").replace(/\n$/, "").replace(/[\x00-\x1f\x7f]/g, " "));
}

/** A formula's outline (P-3.6), or null where it is not one. */
function formulaPath(outline: string): Path2D | null {
  return outline !== "" && OUTLINE.test(outline) ? new Path2D(outline) : null;
}

/**
 * Paint a text; the context is in page units, `scale` device pixels each. A formula whose outline
 * is none is shown by its source: nothing is lost.
 */
export function drawText(context: CanvasRenderingContext2D, item: TextItem, color: string, scale: number): void {
  const { body, corners } = item;
  const { a, b, c, d, e, f } = boxMatrix(corners, body.width, body.height) as Required<Pick<DOMMatrix, "a" | "b" | "c" | "d" | "e" | "f">>;
  context.save();
  context.transform(a, b, c, d, e, f);
  context.fillStyle = color;
  const path = body.kind === TextKind.FORMULA ? formulaPath(body.outline) : null;
  if (path !== null) context.fill(path, "nonzero");
  else {
    // letters are set in device pixels, so that the browser draws them at their own size
    const size = Math.min(Math.max(body.size * scale, 1), 400);
    const shrink = body.size / size;
    context.scale(shrink, shrink);
    context.font = `400 ${size}px "${FAMILY}", ${FALLBACK}`;
    context.textBaseline = "alphabetic";
    textLines(body.text, body.breaks).forEach((line, i) => context.fillText(line, 0, (BASELINE + i * LINE) * size));
  }
  context.restore();
}

/** Fetches the slices of the board's font that a text needs, once. */
export class BoardFont {
  private readonly asked = new Set<string>();
  private rules: Promise<unknown> | null = null;

  /** `came` is called when letters of this text look otherwise than before. */
  need(text: string, came: () => void): void {
    const fresh = Array.from(new Set(text)).filter((letter) => !this.asked.has(letter));
    if (fresh.length === 0 || typeof document === "undefined" || !("fonts" in document)) return;
    fresh.forEach((letter) => this.asked.add(letter));
    this.rules = this.rules ?? import("@fontsource/noto-sans-sc/400.css");
    const load = this.rules.then(() => document.fonts.load(`400 16px "${FAMILY}"`, fresh.join("")));
    load.then(came, () => fresh.forEach((letter) => this.asked.delete(letter)));
  }
}
