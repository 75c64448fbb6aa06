// The board on screen, fed by a reader's changes: one canvas for the page, one above it for what
// only points (lasers, instruments).
//
// What only got longer is drawn at once, inside the call that brought it: a hint is on the canvas
// when its message handler returns. All else is painted tile by tile, a few milliseconds a frame,
// so that fingers and ink are never kept waiting.
import type { Changes } from "../protocol/board";
import type { LessonReader } from "../protocol/reader";
import type { Paper } from "./inks";
import { paperOf } from "./inks";
import { drawInstrument } from "./instruments";
import { Lasers } from "./lasers";
import type { Runs } from "./outline";
import type { Painted } from "./page_canvas";
import { PageCanvas } from "./page_canvas";
import type { Load } from "./pictures";
import { PictureStore } from "./pictures";
import type { Box } from "./places";
import { BoardFont } from "./text";
import type { Frame } from "./viewport";
import { Viewport } from "./viewport";

/** Painting may take so much of a frame, ms. */
const BUDGET_MS = 8;
/** A zoom is shown stretched until the fingers rest for so long, ms. */
const REST_MS = 100;
const GLIDE_MS = 200;
const MAX_RATIO = 3;
/** So much growth is drawn at once between two frames, ms; more (after a join) waits for the next. */
const BURST_MS = 6;

export class BoardView {
  /** What is to be seen. */
  readonly viewport = new Viewport();
  /** What takes the pointer, above the canvases. */
  readonly surface: HTMLElement;
  page = 0;
  /** The newest sample drawn on top: whose, and where (mm from the page's top). */
  newest: { author: number; y: number } | null = null;
  private readonly layers: HTMLElement;
  private readonly canvas: CanvasRenderingContext2D;
  private readonly overlay: CanvasRenderingContext2D;
  private readonly pictures: PictureStore;
  private readonly content: PageCanvas;
  private readonly lasers = new Lasers();
  private paper: Paper = paperOf("white");
  private frame = 0;
  private ratio = 1;
  private restsAt = 0;
  private hasOverlay = false;
  private sheet = "";
  private burstMs = 0;
  private readonly late = new Set<number>();
  private glide: { from: Pick<Viewport, "scale" | "x" | "y">; to: Viewport; begun: number } | null = null;

  constructor(
    private readonly container: HTMLElement,
    private readonly reader: LessonReader,
    load: Load,
  ) {
    this.layers = document.createElement("div");
    this.layers.className = "board-layers";
    this.surface = document.createElement("div");
    this.surface.className = "board-surface";
    container.append(this.layers, this.surface);
    const [canvas, overlay] = ["page", "overlay"].map((name) => {
      const node = document.createElement("canvas");
      node.className = `board-${name}`;
      this.layers.append(node);
      return node.getContext("2d") as CanvasRenderingContext2D;
    });
    this.canvas = canvas;
    this.overlay = overlay;
    this.pictures = new PictureStore(load, (sha256) => {
      this.content.pictureCame(sha256);
      this.redrawSoon();
    });
    const sources = { reader, pictures: this.pictures, font: new BoardFont() };
    this.content = new PageCanvas(sources, this.paper, () => this.redrawSoon());
    this.resize();
  }

  set painted(painted: Painted) {
    this.content.painted = painted;
  }

  setPaper(id: string): void {
    this.paper = paperOf(id);
    this.content.painter.paper = this.paper;
    this.content.restart();
    this.redrawSoon();
  }

  /** Show a page from its top. */
  setPage(page: number): void {
    this.page = page;
    this.late.clear();
    this.newest = null;
    this.content.setPage(page);
    this.refit();
  }

  refit(): void {
    this.glide = null;
    this.takeSize();
    this.viewport.fit();
    this.redrawSoon();
  }

  /** Take the container's size again; keeps the zoom when it was zoomed. */
  resize(): void {
    const wasFitted = this.viewport.isFitted;
    const rect = this.container.getBoundingClientRect();
    this.ratio = Math.min(MAX_RATIO, window.devicePixelRatio || 1);
    this.content.painter.ratio = this.ratio;
    for (const { canvas } of [this.canvas, this.overlay]) {
      canvas.width = Math.max(1, Math.round(rect.width * this.ratio));
      canvas.height = Math.max(1, Math.round(rect.height * this.ratio));
    }
    const top = this.viewport.y;
    this.viewport.setScreen(rect);
    if (wasFitted) {
      this.viewport.fit();
      this.viewport.panBy(0, -top * this.viewport.scale);
    } else this.viewport.panBy(0, 0);
    this.glide = null;
    this.restsAt = 0;
    this.redraw();
  }

  /** Draw what changed: growth now, the rest at the next frame. */
  apply(changes: Changes): void {
    if (changes.wasRefolded) {
      this.content.setPage(this.page);
      this.redrawSoon();
    }
    if (changes.order && this.takeSize()) {
      this.viewport.panBy(0, 0);
      this.content.sheetChanged();
      this.redrawSoon();
    }
    if (changes.laser || changes.view) this.redrawSoon();
    if (!changes.pages.has(this.page)) return;
    if (changes.redrawn.size > 0) {
      changes.redrawn.forEach((name) => this.content.painter.hidden.delete(name)); // the log has spoken
      this.content.change(changes.redrawn);
      this.redrawSoon();
    }
    if (changes.grown.size === 0) return;
    const begun = performance.now();
    for (const name of changes.grown) {
      if (this.burstMs < BURST_MS && !this.late.has(name)) this.show(this.grow(name));
      else this.late.add(name);
    }
    this.burstMs += performance.now() - begun;
    this.redrawSoon();
  }

  // own ink that is being rubbed out, before the log says so

  isHidden(name: number): boolean {
    return this.content.painter.hidden.has(name);
  }

  hide(names: readonly number[]): void {
    names.forEach((name) => this.content.painter.hidden.add(name));
    this.content.touch(names);
    this.redrawSoon();
  }

  unhide(names: readonly number[]): void {
    names.forEach((name) => {
      this.content.painter.hidden.delete(name);
      this.content.painter.cut.delete(name);
    });
    this.content.touch(names);
    this.redrawSoon();
  }

  /** Show only these runs of a stroke. */
  cut(name: number, runs: Runs): void {
    this.content.painter.cut.set(name, runs);
    this.content.touch([name]);
    this.redrawSoon();
  }

  /** Show all strokes whole again that were being rubbed out in part. */
  uncut(): void {
    this.unhide(Array.from(this.content.painter.cut.keys()));
  }

  // the view

  /** Bring the newest ink of others into view; does nothing while it is seen. */
  followNewest(me: number): void {
    const { newest } = this;
    if (newest === null || newest.author === me || this.glide !== null) return;
    const to = this.aim((target) => void target.reveal(newest.y));
    if (Math.abs(to.y - this.viewport.y) > 0.01) this.glideTo(to);
  }

  /** See what the teacher sees; without a frame the page's whole width. */
  followFrame(frame: Frame | null): void {
    this.glideTo(this.aim((target) => (frame === null ? target.fit() : target.show(frame))));
  }

  redrawSoon(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.redraw());
  }

  /** The viewport moved under the fingers: a zoom is stretched until they rest. */
  moved(): void {
    this.glide = null;
    this.restsAt = performance.now() + REST_MS;
    this.redrawSoon();
  }

  /** The line is back. */
  hurry(): void {
    this.pictures.hurry();
  }

  /** Draw; whether all that is seen is there. */
  redraw(budget = BUDGET_MS): boolean {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const now = performance.now();
    this.late.forEach((name) => this.grow(name));
    this.late.clear();
    this.burstMs = 0;
    this.goOnGliding(now);
    const isStill = this.glide === null && now >= this.restsAt;
    if (isStill) this.content.setScale(this.k);
    const isDone = this.content.render(this.seenBox(), now + budget);
    this.blit();
    const isLit = this.drawOverlay(now);
    if (isDone && isStill) this.prefetch();
    if (!isDone || !isStill || isLit) this.redrawSoon();
    return isDone;
  }

  /** How many strokes the shown page has. */
  strokeCount(): number {
    return this.content.strokeCount;
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.pictures.close();
    this.content.free();
    this.layers.remove();
    this.surface.remove();
  }

  /** Device pixels per 1/100 mm. */
  private get k(): number {
    return (this.viewport.scale * this.ratio) / 100;
  }

  /** Whether the page's size or ground is another now. */
  private takeSize(): boolean {
    const page = this.reader.board.pages.get(this.page);
    if (page === undefined) return false;
    const { width, height, kind } = page;
    this.viewport.setPage({ width: width / 100, height: height / 100 });
    const before = this.sheet;
    this.sheet = `${width} ${height} ${kind}`;
    return before !== this.sheet;
  }

  private seenBox(): Box {
    const { x, y, width, height } = this.viewport.seen;
    return [x * 100, y * 100, (x + width) * 100, (y + height) * 100];
  }

  private grow(name: number): Box | null {
    const grown = this.content.grow(name);
    if (grown !== null) this.newest = { author: grown.author, y: grown.y / 100 };
    return grown === null ? null : grown.area;
  }

  /** Put an area of the page on the screen at once. */
  private show(area: Box | null): void {
    if (area === null) return;
    const [left, top] = this.corner();
    const { width, height } = this.canvas.canvas;
    const clip: Box = [
      Math.max(0, Math.floor(area[0] * this.k - left) - 1), Math.max(0, Math.floor(area[1] * this.k - top) - 1),
      Math.min(width, Math.ceil(area[2] * this.k - left) + 1), Math.min(height, Math.ceil(area[3] * this.k - top) + 1),
    ];
    if (clip[0] < clip[2] && clip[1] < clip[3]) this.blit(clip);
  }

  /** The page's point in the canvas's corner, in device pixels; whole ones where nothing is stretched. */
  private corner(): [number, number] {
    const [left, top] = [this.viewport.x * 100 * this.k, this.viewport.y * 100 * this.k];
    return this.k === this.content.k ? [Math.round(left), Math.round(top)] : [left, top];
  }

  private blit(clip?: Box): void {
    const [left, top] = this.corner();
    this.content.blit(this.canvas, this.k, left, top, clip);
  }

  /** Lasers and the instrument; whether a laser still fades. */
  private drawOverlay(now: number): boolean {
    const context = this.overlay;
    const instrument = this.reader.board.pages.get(this.page)?.instrument ?? null;
    const isLit = this.lasers.take(this.reader.lasers(this.page), now, this.reader.board.timeMs);
    if (!this.hasOverlay && !isLit && instrument === null) return false;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    this.hasOverlay = isLit || instrument !== null;
    if (!this.hasOverlay) return false;
    const [left, top] = this.corner();
    context.setTransform(this.k, 0, 0, this.k, -left, -top);
    const px = this.ratio / this.k;
    if (instrument !== null) drawInstrument(context, instrument, this.paper.tool, px);
    this.lasers.draw(context, this.reader.lasers(this.page), now, (stroke) => this.paper.colorOf(stroke.style.ink), px);
    return isLit;
  }

  /** The small pictures of all pages, behind those in view. */
  private prefetch(): void {
    const { order, pages } = this.reader.board;
    for (const number of order) {
      for (const picture of pages.get(number)?.pictures.values() ?? []) {
        if (picture.isVisible) this.pictures.prefetch(picture.body.sha256);
      }
    }
  }

  // gliding

  private aim(move: (target: Viewport) => void): Viewport {
    const target = Object.assign(new Viewport(), this.viewport);
    move(target);
    return target;
  }

  private glideTo(to: Viewport): void {
    const { scale, x, y } = this.viewport;
    const isReduced = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.glide = { from: { scale, x, y }, to, begun: isReduced ? -GLIDE_MS : performance.now() };
    this.redrawSoon();
  }

  private goOnGliding(now: number): void {
    if (this.glide === null) return;
    const { from, to, begun } = this.glide;
    const share = Math.min(1, Math.max(0, (now - begun) / GLIDE_MS));
    this.viewport.between(from, to, 1 - (1 - share) ** 3);
    if (share === 1) this.glide = null;
  }
}
