// One page, painted: what changed is found, drawn at once where ink only grew, or painted again
// tile by tile.
import type { Stroke } from "../protocol/items";
import type { Page } from "../protocol/page";
import type { Paper } from "./inks";
import { MARKER_OPACITY } from "./inks";
import type { Line } from "./curve";
import { LiveLine } from "./curve";
import { boundsOf, lineBounds, widened } from "./outline";
import type { Box } from "./places";
import { Places, union } from "./places";
import type { Sources } from "./tile_painter";
import { TilePainter, boxOf } from "./tile_painter";
import { SIDE, Tile, TileSet, placesOver } from "./tiles";

/** Samples first..last-1 of a stroke are painted. */
export type Painted = (stroke: number, first: number, last: number) => void;

/** What a stroke's growth touched, whose it is, and how far down its newest sample lies. */
export interface Grown {
  area: Box;
  author: number;
  y: number;
}

/** Steps of painting between two looks at what they cost. */
const FLUSH_EVERY = 4;

export class PageCanvas {
  painted: Painted | null = null;
  readonly painter: TilePainter;
  private page = 0;
  private readonly places = new Places();
  private readonly order = new Map<number, number>();
  private readonly counts = new Map<number, number>();
  /** Open strokes, as far as they were drawn. */
  private readonly live = new Map<number, LiveLine>();
  private tiles = new TileSet(1);
  /** What is being painted; `shown` stands in its place until it is done. */
  private job: { shown: Tile; tile: Tile; steps: Generator<void> } | null = null;
  /** Shown stretched until the tiles of the new scale are there. */
  private old: TileSet | null = null;

  constructor(
    private readonly sources: Sources,
    paper: Paper,
    /** Something is to be painted that nobody asked for: letters came. */
    private readonly changed: () => void,
  ) {
    this.painter = new TilePainter(sources, paper, () => {
      this.touch(this.board?.texts.keys() ?? []);
      this.changed();
    });
  }

  /** Device pixels per 1/100 mm. */
  get k(): number {
    return this.tiles.k;
  }

  get strokeCount(): number {
    let count = 0;
    for (const stroke of this.sources.reader.drawn(this.page)) count += Number(!this.painter.hidden.has(stroke.id));
    return count;
  }

  /** Begin another page, or the same anew. */
  setPage(page: number): void {
    if (page !== this.page) {
      this.painter.hidden.clear();
      this.painter.cut.clear();
    }
    this.page = page;
    this.places.clear();
    this.order.clear();
    this.counts.clear();
    this.live.clear();
    this.restart(this.tiles.k);
    const there = this.board;
    if (there === undefined) return;
    for (const picture of there.pictures.values()) this.put(picture.id);
    for (const text of there.texts.values()) this.put(text.id);
    for (const stroke of this.sources.reader.drawn(page)) this.putStroke(stroke);
  }

  /** Another scale: tiles are painted as they are seen, the old ones stretched meanwhile. */
  setScale(k: number): void {
    if (k === this.tiles.k) return;
    this.leaveOff();
    const isReady = Array.from(this.tiles.all()).some((tile) => tile.isReady);
    if (isReady || this.old === null) {
      this.old?.free();
      this.old = this.tiles;
    } else this.tiles.free();
    this.tiles = new TileSet(k);
    this.painter.k = k;
  }

  /** The page's size or ground changed: its paper is painted again, its ink stays. */
  sheetChanged(): void {
    for (const tile of this.tiles.all()) this.soilBase(tile);
  }

  /** Paint everything again as it is seen: another paper, or another page. */
  restart(k = this.tiles.k): void {
    this.leaveOff();
    this.old?.free();
    this.old = null;
    this.tiles.free();
    this.tiles = new TileSet(k);
    this.painter.k = k;
  }

  /** Items came, went or changed: have their places painted again. */
  change(names: Iterable<number>): void {
    for (const name of names) {
      const before = this.places.box(name);
      if (before !== undefined) this.soil(before, this.isPicture(name));
      this.painter.cut.delete(name);
      this.put(name);
      const after = this.places.box(name);
      if (after !== undefined) this.soil(after, this.isPicture(name));
    }
  }

  /** Have the places of items painted again that are hidden or cut here alone. */
  touch(names: Iterable<number>): void {
    for (const name of names) {
      const box = this.places.box(name);
      if (box !== undefined) this.soil(box, false);
    }
  }

  /** A stroke got longer: draw it on top. What changed, or null. */
  grow(name: number): Grown | null {
    const from = this.counts.get(name) ?? 0;
    const stroke = this.sources.reader.drawnStroke(this.page, name, from);
    if (stroke === null || this.painter.hidden.has(name)) return null;
    const count = stroke.x.length;
    const isWhole = from === 0 && stroke.hasEnded && count > 0;
    const area = isWhole ? this.drawOnTop(stroke, null) : count > from ? this.drawLive(stroke) : null;
    this.orderOf(name);
    this.counts.set(name, count);
    if (area !== null) this.places.put(name, union(this.places.box(name), area));
    if (stroke.hasEnded && this.live.delete(name)) {
      const box = this.places.box(name); // its outline takes the place of the pieces
      if (box !== undefined) this.soil(box, false);
    }
    if (count > from) this.painted?.(name, from, count);
    return area === null ? null : { area, author: stroke.author, y: stroke.y[count - 1] };
  }

  private drawLive(stroke: Stroke): Box {
    const line = this.live.get(stroke.id) ?? new LiveLine();
    this.live.set(stroke.id, line);
    return this.drawOnTop(stroke, line.goOn(stroke, this.painter.least));
  }

  private drawOnTop(stroke: Stroke, piece: Line | null): Box {
    const area = piece === null ? boundsOf(stroke) : lineBounds(piece);
    const pixels = this.toPixels(area);
    for (const tile of this.tiles.over(pixels)) {
      // on a tile that waits to be painted again it is seen all the same
      if (!tile.isNew && !tile.isBeingPainted) this.painter.drawOnTop(tile, stroke, piece);
      if (!tile.isReady || this.job?.shown === tile) this.soilTile(tile, pixels);
    }
    return area;
  }

  /** A picture came: paint it where it lies. */
  pictureCame(sha256: string): void {
    for (const picture of this.board?.pictures.values() ?? []) {
      if (picture.body.sha256 === sha256 && picture.isVisible) this.soil(boxOf(picture.corners), true);
    }
  }

  /** Paint tiles over an area (1/100 mm) until `until` (page clock, ms); whether all are there. */
  render(area: Box, until: number): boolean {
    const page = this.board;
    if (page === undefined) return true;
    const { k } = this.tiles;
    const seen: Box = [
      Math.max(0, area[0] * k), Math.max(0, area[1] * k), Math.min(area[2], page.width) * k, Math.min(area[3], page.height) * k,
    ];
    for (const [column, row] of placesOver(seen)) {
      const tile = this.tiles.take(column, row);
      if (tile.isReady) continue;
      if (performance.now() > until || !this.paint(tile, page, until)) return false;
    }
    this.old?.free();
    this.old = null;
    return true;
  }

  /**
   * Show the page: (left, top) of it in the corner of the canvas, in device pixels of `k`; what
   * was painted in another scale is stretched. `clip`: only there, in pixels of the canvas.
   */
  blit(onto: CanvasRenderingContext2D, k: number, left: number, top: number, clip?: Box): void {
    const page = this.board;
    const { width, height } = onto.canvas;
    const [x0, y0, x1, y1] = clip ?? [0, 0, width, height];
    onto.setTransform(1, 0, 0, 1, 0, 0);
    onto.clearRect(x0, y0, x1 - x0, y1 - y0);
    if (page === undefined) return;
    onto.save();
    onto.beginPath();
    const right = Math.min(x1, page.width * k - left);
    const bottom = Math.min(y1, page.height * k - top);
    onto.rect(Math.max(x0, -left), Math.max(y0, -top), right - Math.max(x0, -left), bottom - Math.max(y0, -top));
    onto.clip();
    onto.fillStyle = this.painter.paper.ground;
    onto.fillRect(x0, y0, x1 - x0, y1 - y0);
    for (const set of [this.old, this.tiles]) {
      if (set === null) continue;
      const by = k / set.k;
      const area: Box = [(left + x0) / by, (top + y0) / by, (left + x1) / by, (top + y1) / by];
      for (const tile of set.over(area)) {
        if (set === this.tiles && this.old !== null && !tile.isReady) continue;
        tile.blit(onto, tile.column * SIDE * by - left, tile.row * SIDE * by - top, SIDE * by, MARKER_OPACITY);
      }
    }
    onto.restore();
  }

  free(): void {
    this.restart();
  }

  /** Paint a tile; false if it is new and not done in time. */
  private paint(tile: Tile, page: Page, until: number): boolean {
    if (this.job?.shown !== tile) {
      this.leaveOff();
      const fresh = tile.isWorn ? new Tile(tile.column, tile.row) : tile;
      this.job = { shown: tile, tile: fresh, steps: this.painter.paint(fresh, page, (box) => this.near(box)) };
    }
    const { tile: painted, steps } = this.job;
    for (let step = 1; !steps.next().done; step++) {
      if (!painted.isNew) continue;
      if (step % FLUSH_EVERY === 0) painted.flush();
      if (performance.now() > until) return false;
    }
    this.job = null;
    if (painted !== tile) this.tiles.replace(painted);
    return painted.isReady || this.paint(painted, page, until); // soiled while it was painted
  }

  /** Another tile is wanted now: this one is painted anew when it is seen again. */
  private leaveOff(): void {
    if (this.job === null) return;
    const { shown, tile, steps } = this.job;
    this.job = null;
    steps.return(undefined);
    if (tile !== shown) {
      tile.free();
      return;
    }
    tile.isBeingPainted = false;
    tile.isBaseDirty = true;
    tile.soil(tile.box);
  }

  // what lies where

  private get board(): Page | undefined {
    return this.sources.reader.board.pages.get(this.page);
  }

  private isPicture(name: number): boolean {
    return this.board?.pictures.has(name) === true;
  }

  private orderOf(name: number): number {
    let order = this.order.get(name);
    if (order === undefined) {
      order = this.order.size;
      this.order.set(name, order);
    }
    return order;
  }

  private near(area: Box): number[] {
    return Array.from(this.places.near(area)).sort((one, other) => this.orderOf(one) - this.orderOf(other));
  }

  private put(name: number): void {
    const box = this.board?.pictures.get(name) ?? this.board?.texts.get(name);
    if (box !== undefined) {
      this.orderOf(name);
      if (box.isVisible) this.places.put(name, widened(boxOf(box.corners), box.type === "text" ? box.body.size : 0)); // letters may reach beyond
      else this.places.remove(name);
      return;
    }
    const stroke = this.sources.reader.drawnStroke(this.page, name);
    if (stroke === null || stroke.x.length === 0) {
      this.places.remove(name);
      this.counts.delete(name);
      this.live.delete(name);
    } else this.putStroke(stroke);
  }

  private putStroke(stroke: Stroke): void {
    if (stroke.x.length === 0) return;
    this.orderOf(stroke.id);
    this.places.put(stroke.id, boundsOf(stroke));
    this.counts.set(stroke.id, stroke.x.length);
    if (!stroke.hasEnded) {
      const line = new LiveLine();
      line.goOn(stroke);
      this.live.set(stroke.id, line);
    }
    this.painted?.(stroke.id, 0, stroke.x.length);
  }

  private toPixels([left, top, right, bottom]: Box): Box {
    const { k } = this.tiles;
    return [Math.floor(left * k) - 1, Math.floor(top * k) - 1, Math.ceil(right * k) + 1, Math.ceil(bottom * k) + 1];
  }

  private soilTile(tile: Tile, pixels: Box): void {
    tile.soil(pixels);
    if (this.job?.shown === tile && this.job.tile !== tile) this.job.tile.soil(pixels);
  }

  private soilBase(tile: Tile): void {
    tile.isBaseDirty = true;
    if (this.job?.shown === tile) this.job.tile.isBaseDirty = true;
  }

  private soil(box: Box, isBase: boolean): void {
    const pixels = this.toPixels(box);
    for (const tile of this.tiles.over(pixels)) {
      if (isBase) this.soilBase(tile);
      else this.soilTile(tile, pixels);
    }
  }
}
