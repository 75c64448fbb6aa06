// Where the items of a page lie: a grid of boxes, so that only what is near is drawn again.
// Lengths in 1/100 mm.

export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** 12 mm: a line or two of writing; a stroke lies in one to four of them. */
const CELL = 1200;
/** Cells beyond are one: pages end at 10 m. */
const MOST = 4096;
/** An item over more cells than these is kept apart: no box, however hostile, costs more. */
const MANY = 2000;

export class Places {
  private readonly boxes = new Map<number, Box>();
  private readonly cells = new Map<number, Set<number>>();
  private readonly large = new Set<number>();

  clear(): void {
    this.boxes.clear();
    this.cells.clear();
    this.large.clear();
  }

  box(name: number): Box | undefined {
    return this.boxes.get(name);
  }

  /** Put an item where it lies now. */
  put(name: number, box: Box): void {
    const before = this.boxes.get(name);
    this.boxes.set(name, box);
    if (before !== undefined) {
      if (sameCells(before, box)) return;
      this.leave(name, before);
    }
    if (countOf(box) > MANY) {
      this.large.add(name);
      return;
    }
    for (const key of cellsOf(box)) {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, new Set([name]));
      else cell.add(name);
    }
  }

  remove(name: number): void {
    const box = this.boxes.get(name);
    if (box === undefined) return;
    this.leave(name, box);
    this.boxes.delete(name);
  }

  /** The items whose boxes touch an area, each once. */
  near(area: Box): Set<number> {
    const near = (name: number): boolean => touch(this.boxes.get(name) as Box, area);
    if (countOf(area) > this.cells.size) return new Set(Array.from(this.boxes.keys()).filter(near));
    const found = new Set(Array.from(this.large).filter(near));
    for (const key of cellsOf(area)) {
      for (const name of this.cells.get(key) ?? []) if (near(name)) found.add(name);
    }
    return found;
  }

  private leave(name: number, box: Box): void {
    if (this.large.delete(name)) return;
    for (const key of cellsOf(box)) {
      const cell = this.cells.get(key);
      if (cell?.delete(name) === true && cell.size === 0) this.cells.delete(key);
    }
  }
}

export function touch(one: Box, other: Box): boolean {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

export function union(one: Box | undefined, other: Box): Box {
  if (one === undefined) return other;
  return [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])];
}

const cellAt = (place: number): number => Math.min(Math.max(Math.floor(place / CELL), -1), MOST - 2) + 1;

function* cellsOf([left, top, right, bottom]: Box): Generator<number> {
  for (let row = cellAt(top); row <= cellAt(bottom); row++) {
    for (let column = cellAt(left); column <= cellAt(right); column++) yield row * MOST + column;
  }
}

function countOf([left, top, right, bottom]: Box): number {
  return (cellAt(right) - cellAt(left) + 1) * (cellAt(bottom) - cellAt(top) + 1);
}

function sameCells(one: Box, other: Box): boolean {
  return one.every((place, i) => cellAt(place) === cellAt(other[i]));
}
