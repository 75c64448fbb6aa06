// The board on screen: three canvases (paper, marker under ink, ink) fed by a reader's changes.
//
// What only got longer is drawn at once, inside the call that brought it: a hint is on the canvas
// when its message handler returns. What appeared, vanished or moved is drawn again at the next
// frame. The marker's canvas is opaque inside and translucent as a whole, so that crossing marker
// strokes do not darken each other.
import type { Changes } from "../protocol/board";
import { Tool } from "../protocol/generated";
import type { Stroke } from "../protocol/items";
import type { LessonReader } from "../protocol/reader";
import type { Paper } from "./inks";
import { MARKER_OPACITY, paperOf } from "./inks";
import type { Target } from "./paint";
import { drawPaper, drawRange } from "./paint";
import { Viewport } from "./viewport";

/** Samples first..last-1 of a stroke are painted; called when the draw call has returned. */
export type Painted = (stroke: number, first: number, last: number) => void;

/** A page that takes longer to draw is stretched under the fingers and drawn when they rest, ms. */
const SLOW_MS = 12;
const REST_MS = 120;

export class BoardView {
  /** What is to be seen. */
  readonly viewport = new Viewport();
  /** What takes the pointer, above the canvases. */
  readonly surface: HTMLElement;
  /** Strokes not to be drawn: erased here, not yet in the log. */
  readonly hidden = new Set<number>();
  page = 0;
  painted: Painted | null = null;
  /** The newest sample drawn on top: whose, and where (mm from the page's top). */
  newest: { author: number; y: number } | null = null;
  /** What the canvases show; moved to `viewport` by a transform until they are drawn again. */
  private readonly drawn = new Viewport();
  private readonly layers: HTMLElement;
  private redrawMs = 0;
  private restTimer = 0;
  private readonly canvases: HTMLCanvasElement[];
  private readonly contexts: CanvasRenderingContext2D[];
  private paper: Paper = paperOf("white");
  private drawnCounts = new Map<number, number>();
  private frame = 0;
  private ratio = 1;

  constructor(
    private readonly container: HTMLElement,
    private readonly reader: LessonReader,
  ) {
    this.layers = document.createElement("div");
    this.layers.className = "board-layers";
    this.surface = document.createElement("div");
    this.surface.className = "board-surface";
    container.append(this.layers, this.surface);
    this.canvases = ["paper", "marker", "ink"].map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = `board-${name}`;
      this.layers.append(canvas);
      return canvas;
    });
    this.canvases[1].style.opacity = String(MARKER_OPACITY);
    this.contexts = this.canvases.map((canvas) => canvas.getContext("2d") as CanvasRenderingContext2D);
    this.resize();
  }

  setPaper(id: string): void {
    this.paper = paperOf(id);
    this.redrawSoon();
  }

  /** Show a page from its top. */
  setPage(page: number): void {
    this.page = page;
    this.refit();
  }

  refit(): void {
    const page = this.reader.board.pages.get(this.page);
    if (page !== undefined) this.viewport.setPage({ width: page.width / 100, height: page.height / 100 });
    this.viewport.fit();
    this.redrawSoon();
  }

  /** Take the container's size again; keeps the zoom when it was zoomed. */
  resize(): void {
    const wasFitted = this.viewport.isFitted;
    const rect = this.container.getBoundingClientRect();
    this.ratio = Math.min(3, window.devicePixelRatio || 1);
    for (const canvas of this.canvases) {
      canvas.width = Math.max(1, Math.round(rect.width * this.ratio));
      canvas.height = Math.max(1, Math.round(rect.height * this.ratio));
    }
    const top = this.viewport.y;
    this.viewport.setScreen(rect);
    if (wasFitted) {
      this.viewport.fit();
      this.viewport.panBy(0, -top * this.viewport.scale);
    } else this.viewport.panBy(0, 0);
    this.redraw();
  }

  /** Draw what changed: growth now, the rest at the next frame. */
  apply(changes: Changes): void {
    changes.redrawn.forEach((stroke) => this.hidden.delete(stroke)); // the log has spoken
    if (changes.wasRefolded || changes.redrawn.size > 0) this.redrawSoon();
    if (!changes.pages.has(this.page)) return;
    if (changes.grown.size === 0) this.redrawSoon();
    for (const name of changes.grown) this.drawGrowth(name);
  }

  /** Bring the newest ink of others into view; does nothing while it is seen. */
  followNewest(me: number): void {
    const { newest } = this;
    if (newest !== null && newest.author !== me && this.viewport.reveal(newest.y)) this.redrawSoon();
  }

  redrawSoon(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.redraw());
  }

  /** The viewport moved under the fingers: show it at the next frame, drawn or stretched. */
  moved(): void {
    if (this.redrawMs <= SLOW_MS) {
      this.redrawSoon();
      return;
    }
    const k = this.viewport.scale / this.drawn.scale;
    const x = (this.drawn.x - this.viewport.x) * this.viewport.scale;
    const y = (this.drawn.y - this.viewport.y) * this.viewport.scale;
    this.layers.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => this.redraw(), REST_MS);
  }

  redraw(): void {
    cancelAnimationFrame(this.frame);
    window.clearTimeout(this.restTimer);
    const begun = performance.now();
    this.frame = 0;
    this.drawn.copy(this.viewport);
    this.layers.style.transform = "";
    this.drawnCounts.clear();
    this.canvases.forEach((canvas, i) => this.contexts[i].clearRect(0, 0, canvas.width, canvas.height));
    const page = this.reader.board.pages.get(this.page);
    if (page === undefined) return;
    drawPaper(this.target(0), page, this.paper);
    for (const stroke of this.reader.drawn(this.page)) this.draw(stroke, 0);
    this.redrawMs = performance.now() - begun;
  }

  /** How many strokes the shown page has. */
  strokeCount(): number {
    let count = 0;
    for (const stroke of this.reader.drawn(this.page)) count += Number(!this.hidden.has(stroke.id));
    return count;
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    window.clearTimeout(this.restTimer);
    this.layers.remove();
    this.surface.remove();
  }

  private drawGrowth(name: number): void {
    const from = this.drawnCounts.get(name) ?? 0;
    const stroke = this.reader.drawnStroke(this.page, name, Math.max(0, from - 1));
    if (stroke !== null) this.draw(stroke, from);
  }

  private draw(stroke: Stroke, from: number): void {
    const to = stroke.x.length;
    if (this.hidden.has(stroke.id) || to <= from) return;
    const layer = stroke.style.tool === Tool.MARKER ? 1 : 2;
    drawRange(this.target(layer), stroke, this.paper.colorOf(stroke.style.ink), from, to);
    this.drawnCounts.set(stroke.id, to);
    this.newest = { author: stroke.author, y: stroke.y[to - 1] / 100 };
    this.painted?.(stroke.id, from, to);
  }

  private target(layer: number): Target {
    return { context: this.contexts[layer], viewport: this.drawn, ratio: this.ratio };
  }
}
