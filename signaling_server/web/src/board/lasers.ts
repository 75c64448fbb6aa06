// The teacher's laser: a dot, and a tail that fades within a second. Its samples are drawn as they
// come, from hints too; how old they are counts from then, or from the log's time for older ones.
import type { Stroke } from "../protocol/items";

export const FADES_MS = 1000;
const DOT_PX = 6;
const RING_PX = 2;

interface Trail {
  /** When each sample was first seen, on the page's clock, ms. */
  seen: number[];
}

export class Lasers {
  private readonly trails = new Map<number, Trail>();

  /** Note what came; `logMs` is the newest time in the log. Whether anything is to be seen. */
  take(strokes: Iterable<Stroke>, now: number, logMs: number): boolean {
    const there = new Set<number>();
    let isLit = false;
    for (const { id, x, ms, style } of strokes) {
      there.add(id);
      let trail = this.trails.get(id);
      if (trail === undefined) {
        trail = { seen: [] };
        this.trails.set(id, trail);
      }
      for (let i = trail.seen.length; i < x.length; i++) {
        trail.seen.push(now - Math.max(0, logMs - style.t0Ms - ms[i]));
      }
      isLit = isLit || now - (trail.seen[trail.seen.length - 1] ?? -FADES_MS) < FADES_MS;
    }
    for (const id of this.trails.keys()) if (!there.has(id)) this.trails.delete(id);
    return isLit;
  }

  /** Draw what has not faded; the context is in page units, `px` of them are one CSS px. */
  draw(context: CanvasRenderingContext2D, strokes: Iterable<Stroke>, now: number, colorOf: (stroke: Stroke) => string, px: number): void {
    for (const stroke of strokes) {
      const seen = this.trails.get(stroke.id)?.seen ?? [];
      const last = seen.length - 1;
      const lightAt = (i: number): number => 1 - (now - seen[i]) / FADES_MS;
      if (last < 0 || lightAt(last) <= 0) continue;
      const { x, y } = stroke;
      context.strokeStyle = context.fillStyle = colorOf(stroke);
      context.lineCap = "butt"; // round ends would be seen through one another
      for (let i = last; i > 0 && lightAt(i) > 0; i--) {
        context.globalAlpha = Math.max(0, lightAt(i)) * 0.6;
        context.lineWidth = DOT_PX * px * (0.3 + 0.7 * lightAt(i));
        context.beginPath();
        context.moveTo(x[i - 1], y[i - 1]);
        context.lineTo(x[i], y[i]);
        context.stroke();
      }
      context.globalAlpha = lightAt(last);
      context.beginPath();
      context.arc(x[last], y[last], DOT_PX * px, 0, 2 * Math.PI);
      context.fill();
      context.lineWidth = RING_PX * px;
      context.strokeStyle = "#fff";
      context.stroke();
      context.globalAlpha = 1;
    }
  }
}
