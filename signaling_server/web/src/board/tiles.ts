// Square pieces of a painted page in device pixels of one scale: what is seen is kept, what
// changed is painted anew, and a zoom shows the old pieces stretched until the new ones are there.
import type { Box } from "./places";
import { union } from "./places";

/** Device pixels: a quarter of a phone's width; an erased stroke costs one to four of them. */
export const SIDE = 320;
/** About three screens of a phone; with all layers 100 MB at most. */
const MOST_TILES = 90;
const WORN = 0.25;

export type Layer = "base" | "markers" | "ink";

export class Tile {
  /** What must be painted again, in device pixels of the page; null: nothing. */
  dirty: Box | null;
  /** Paper and pictures must be painted again. */
  isBaseDirty = true;
  /** Nothing of it was shown yet: it may be painted bit by bit. */
  isNew = true;
  isBeingPainted = false;
  private readonly layers: Partial<Record<Layer, CanvasRenderingContext2D>> = {};

  constructor(
    readonly column: number,
    readonly row: number,
  ) {
    this.dirty = this.box;
  }

  /** Where it lies, in device pixels of the page. */
  get box(): Box {
    return [this.column * SIDE, this.row * SIDE, (this.column + 1) * SIDE, (this.row + 1) * SIDE];
  }

  get isReady(): boolean {
    return this.dirty === null && !this.isBaseDirty && !this.isBeingPainted;
  }

  /** So much of it is to be painted again that another takes its place when it is done. */
  get isWorn(): boolean {
    if (this.isNew || this.dirty === null) return false;
    const [left, top, right, bottom] = this.dirty;
    return (right - left) * (bottom - top) > WORN * SIDE * SIDE;
  }

  has(layer: Layer): boolean {
    return this.layers[layer] !== undefined;
  }

  /** A layer comes into being with its first use. */
  layer(name: Layer): CanvasRenderingContext2D {
    let context = this.layers[name];
    if (context === undefined) {
      context = newContext();
      this.layers[name] = context;
    }
    return context;
  }

  soil(area: Box): void {
    const [x, y] = [this.column * SIDE, this.row * SIDE];
    const inside: Box = [
      Math.max(area[0], x), Math.max(area[1], y), Math.min(area[2], x + SIDE), Math.min(area[3], y + SIDE),
    ];
    if (inside[0] < inside[2] && inside[1] < inside[3]) this.dirty = union(this.dirty ?? undefined, inside);
  }

  /** Have done what browsers put off until a canvas is looked at, so that it counts here and now. */
  flush(): void {
    const { ink, markers } = this.layers;
    for (const layer of [ink, markers]) if (layer !== undefined) glance().drawImage(layer.canvas, 0, 0, 1, 1, 0, 0, 1, 1);
  }

  /** Put the layers on top of one another. */
  blit(onto: CanvasRenderingContext2D, x: number, y: number, side: number, markerOpacity: number): void {
    for (const name of ["base", "markers", "ink"] as const) {
      const layer = this.layers[name];
      if (layer === undefined) continue;
      if (name === "markers") onto.globalAlpha = markerOpacity;
      onto.drawImage(layer.canvas, x, y, side, side);
      onto.globalAlpha = 1;
    }
  }

  /** Give the canvases back; phones count their memory. */
  free(): void {
    for (const layer of Object.values(this.layers)) spare.push(layer);
    while (spare.length > MOST_TILES) {
      const canvas = spare.pop()?.canvas;
      if (canvas !== undefined) canvas.width = canvas.height = 0;
    }
  }
}

let seen: CanvasRenderingContext2D | null = null;

/** A canvas of one pixel to look at others with. */
function glance(): CanvasRenderingContext2D {
  seen = seen ?? (document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D);
  return seen;
}

const spare: CanvasRenderingContext2D[] = [];

function newContext(): CanvasRenderingContext2D {
  const used = spare.pop();
  if (used !== undefined) {
    used.setTransform(1, 0, 0, 1, 0, 0);
    used.clearRect(0, 0, SIDE, SIDE);
    return used;
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  return canvas.getContext("2d") as CanvasRenderingContext2D;
}

/** The tiles of one scale. */
export class TileSet {
  private readonly tiles = new Map<number, Tile>();

  /** `k`: device pixels per 1/100 mm. */
  constructor(readonly k: number) {}

  get(column: number, row: number): Tile | undefined {
    return this.tiles.get(keyOf(column, row));
  }

  /** The tile at a place; the oldest used goes when there are too many. */
  take(column: number, row: number): Tile {
    const key = keyOf(column, row);
    const tile = this.tiles.get(key) ?? new Tile(column, row);
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    if (this.tiles.size > MOST_TILES) {
      const [oldest, gone] = this.tiles.entries().next().value as [number, Tile];
      this.tiles.delete(oldest);
      gone.free();
    }
    return tile;
  }

  /** Put a tile in the place of the one that is there. */
  replace(tile: Tile): void {
    const key = keyOf(tile.column, tile.row);
    this.tiles.get(key)?.free();
    this.tiles.set(key, tile);
  }

  *over(area: Box): Generator<Tile> {
    for (const [column, row] of placesOver(area)) {
      const tile = this.get(column, row);
      if (tile !== undefined) yield tile;
    }
  }

  all(): IterableIterator<Tile> {
    return this.tiles.values();
  }

  free(): void {
    this.tiles.forEach((tile) => tile.free());
    this.tiles.clear();
  }
}

const keyOf = (column: number, row: number): number => row * 65_536 + column;

/** Columns and rows of the tiles that an area in device pixels touches. */
export function* placesOver([left, top, right, bottom]: Box): Generator<[number, number]> {
  for (let row = Math.floor(top / SIDE); row < bottom / SIDE; row++) {
    for (let column = Math.floor(left / SIDE); column < right / SIDE; column++) yield [column, row];
  }
}
