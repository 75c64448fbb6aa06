// What is printed on a page: its kind's dots and lines, by the rules and numbers of
// assets/grounds.json, which the desktop reads too.
import { kinds, least_px as LEAST_PX } from "../../../../assets/grounds.json";
import type { PageKind } from "../protocol/generated";
import type { Paper } from "./inks";
import type { Box } from "./places";

interface Layer {
  draw: string;
  at: number[];
  width: number;
  tone: number;
  dash?: number[];
}

interface Axes {
  unit: number;
  margin: number;
  longest: number;
  width: number;
  tone: number;
  tick: number;
  arrow: number[];
}

interface Ground {
  cell: number[];
  margin: number[];
  layers: Layer[];
  axes?: Axes;
}

export interface Sheet {
  width: number;
  height: number;
  kind: PageKind;
}

/** Device pixels: k of them are 1/100 mm, and the canvas begins at (left, top) of the page. */
export interface Target {
  context: CanvasRenderingContext2D;
  k: number;
  left: number;
  top: number;
}

/** Print a page's ruling inside an area of it (1/100 mm); the colour of the paper is there. */
export function drawGround(target: Target, sheet: Sheet, area: Box, paper: Paper): void {
  const ground = (kinds as unknown as Record<PageKind, Ground>)[sheet.kind];
  target.context.setTransform(1, 0, 0, 1, -target.left, -target.top);
  const printer = new Printer(target.context, target.k, area);
  const [cellX, cellY] = ground.cell;
  const wide = whole(sheet.width - 2 * ground.margin[0], cellX);
  const high = whole(sheet.height - 2 * ground.margin[1], cellY);
  const left = Math.floor((sheet.width - wide) / 2);
  const top = ground.margin[1];
  for (const layer of ground.layers) {
    const columns = placesOf(left, wide, cellX, layer.at);
    const rows = placesOf(top, high, cellY, layer.at);
    printer.color = paper.toned(layer.tone);
    if (layer.draw === "dots") printer.dots(columns, rows, layer.width);
    else if (layer.draw === "rows") printer.lines(rows, left, left + wide, true, layer.width, layer.dash);
    else printer.lines(columns, top, top + high, false, layer.width, layer.dash);
  }
  if (ground.axes !== undefined) {
    printer.color = paper.toned(ground.axes.tone);
    printer.axes(ground.axes, sheet);
  }
}

function whole(length: number, cell: number): number {
  const room = Math.max(0, length);
  return cell === 0 ? room : Math.floor(room / cell) * cell;
}

/** Where a layer's lines stand, ascending, each once. */
export function placesOf(start: number, length: number, cell: number, at: readonly number[]): number[] {
  const count = cell === 0 ? 1 : length / cell;
  const places = new Set<number>();
  for (let i = 0; i < count; i++) for (const place of at) places.add(start + i * cell + place);
  return Array.from(places).sort((a, b) => a - b);
}

class Printer {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly k: number,
    private readonly area: Box,
  ) {}

  set color(color: string) {
    this.context.fillStyle = color;
  }

  dots(columns: readonly number[], rows: readonly number[], width: number): void {
    const { context, k } = this;
    if (this.areTooNear(columns) || this.areTooNear(rows)) return;
    const thick = this.thick(width);
    const xs = this.seen(columns, 0, width);
    const isSquare = thick <= 2;
    context.beginPath();
    for (const y of this.seen(rows, 1, width)) {
      for (const x of xs) {
        if (isSquare) context.fillRect(this.first(x, thick), this.first(y, thick), thick, thick);
        else {
          context.moveTo((x + width / 2) * k, y * k);
          context.arc(x * k, y * k, (width / 2) * k, 0, 2 * Math.PI);
        }
      }
    }
    if (!isSquare) context.fill();
  }

  /** Rows or columns from `begin` to `end`. */
  lines(places: readonly number[], begin: number, end: number, areRows: boolean, width: number, dash?: readonly number[]): void {
    if (this.areTooNear(places)) return;
    const thick = this.thick(width);
    for (const place of this.seen(places, areRows ? 1 : 0, width)) {
      const at = this.first(place, thick);
      for (const [from, to] of this.pieces(begin, end, areRows, dash)) {
        if (areRows) this.context.fillRect(from, at, to - from, thick);
        else this.context.fillRect(at, from, thick, to - from);
      }
    }
  }

  axes({ unit, margin, longest, width, tick, arrow: [long, half] }: Axes, sheet: Sheet): void {
    const x = Math.floor(sheet.width / 2);
    const y = Math.min(Math.floor(sheet.height / 2), Math.floor((sheet.width * longest) / 2));
    const [across, up] = [x - margin, y - margin];
    this.lines([y], x - across, x + across - long / 2, true, width);
    this.lines([x], y - up + long / 2, y + up, false, width);
    const steps = (reach: number): number[] => {
      const count = Math.max(0, Math.floor((reach - long) / unit));
      return Array.from({ length: count }, (_, i) => (i + 1) * unit);
    };
    for (const sign of [-1, 1]) {
      this.lines(steps(across).map((step) => x + sign * step), y - tick, y, false, width);
      this.lines(steps(up).map((step) => y + sign * step), x, x + tick, true, width);
    }
    this.triangle([x + across, y], [x + across - long, y - half], [x + across - long, y + half]);
    this.triangle([x, y - up], [x - half, y - up + long], [x + half, y - up + long]);
  }

  private triangle(...points: [number, number][]): void {
    this.context.beginPath();
    for (const [x, y] of points) this.context.lineTo(x * this.k, y * this.k);
    this.context.fill();
  }

  /** From `begin` to `end` in device pixels, in dashes that lie in the area. */
  private *pieces(begin: number, end: number, areRows: boolean, dash?: readonly number[]): Generator<[number, number]> {
    const { k } = this;
    if (dash === undefined) {
      yield [Math.round(begin * k), Math.round(end * k)];
      return;
    }
    const [on, off] = dash;
    const [low, high] = areRows ? [this.area[0], this.area[2]] : [this.area[1], this.area[3]];
    const skipped = Math.max(0, Math.floor((low - begin) / (on + off)));
    for (let at = begin + skipped * (on + off); at < Math.min(end, high); at += on + off) {
      yield [Math.round(at * k), Math.round(Math.min(at + on, end) * k)];
    }
  }

  private areTooNear(places: readonly number[]): boolean {
    return places.some((place, i) => i > 0 && (place - places[i - 1]) * this.k < LEAST_PX);
  }

  private seen(places: readonly number[], axis: 0 | 1, width: number): number[] {
    const room = width + 2 / this.k;
    return places.filter((place) => place >= this.area[axis] - room && place <= this.area[axis + 2] + room);
  }

  private thick(width: number): number {
    return Math.max(1, Math.round(width * this.k));
  }

  /** The first device pixel of a line: its edges fall on pixels. */
  private first(place: number, thick: number): number {
    return Math.round(place * this.k - thick / 2);
  }
}
