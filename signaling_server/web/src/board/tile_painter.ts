// Painting the layers of one tile. From below: paper, ground pictures, pictures, markers, texts, ink.
import { Tool } from "../protocol/generated";
import type { Corners, Picture, Stroke, TextItem } from "../protocol/items";
import { runsOf } from "../protocol/items";
import type { Page } from "../protocol/page";
import type { LessonReader } from "../protocol/reader";
import type { Line } from "./curve";
import { drawGround } from "./ground";
import type { Paper } from "./inks";
import type { Runs } from "./outline";
import { addLine, addOutline, lineBounds, linesOf } from "./outline";
import type { PictureStore } from "./pictures";
import type { Box } from "./places";
import { touch } from "./places";
import type { BoardFont } from "./text";
import { boxMatrix, drawText } from "./text";
import type { Tile } from "./tiles";
import { SIDE } from "./tiles";

/** Strokes of one colour are filled together, so many points at once: about 24 strokes. */
const POINTS_A_FILL = 1024;
/** Ink is never thinner than this many CSS px. */
const LEAST_PX = 0.8;

export interface Sources {
  reader: LessonReader;
  pictures: PictureStore;
  font: BoardFont;
}

export class TilePainter {
  /** Strokes not to be drawn: erased here, not yet in the log. */
  readonly hidden = new Set<number>();
  /** What is left of strokes of which a part is being rubbed out here. */
  readonly cut = new Map<number, Runs>();
  /** Device pixels per CSS px, and per 1/100 mm. */
  ratio = 1;
  k = 1;

  constructor(
    private readonly sources: Sources,
    public paper: Paper,
    /** Letters came: every text may look otherwise. */
    private readonly fontCame: () => void,
  ) {}

  /** Ink is never thinner than this, 1/100 mm. */
  get least(): number {
    return (LEAST_PX * this.ratio) / this.k;
  }

  /** Draw a stroke, or a piece of it, on top of what is there. */
  drawOnTop(tile: Tile, stroke: Stroke, piece: Line | null): void {
    const context = tile.layer(stroke.style.tool === Tool.MARKER ? "markers" : "ink");
    this.toPage(context, tile);
    context.fillStyle = this.paper.colorOf(stroke.style.ink);
    context.beginPath();
    if (piece === null) addOutline(context, stroke, runsOf(stroke), this.least);
    else addLine(context, piece);
    context.fill("nonzero");
  }

  private toPage(context: CanvasRenderingContext2D, tile: Tile): void {
    const { k } = this;
    context.setTransform(k, 0, 0, k, -tile.column * SIDE, -tile.row * SIDE);
  }

  /**
   * Paint what is dirty of a tile, a few strokes a step, so that a full page keeps nobody waiting;
   * `names`: what lies near an area, in order. Who leaves off calls `return`.
   */
  *paint(tile: Tile, page: Page, names: (area: Box) => readonly number[]): Generator<void> {
    const { k } = this;
    const toArea = (pixels: Box): Box => [(pixels[0] - 1) / k, (pixels[1] - 1) / k, (pixels[2] + 1) / k, (pixels[3] + 1) / k];
    const { dirty, isBaseDirty } = tile;
    tile.isBaseDirty = false;
    tile.dirty = null;
    tile.isBeingPainted = true;
    if (isBaseDirty) this.paintBase(tile, page, toArea(tile.box));
    if (dirty !== null) yield* this.paintInk(tile, page, dirty, toArea(dirty), names);
    tile.isBeingPainted = tile.isNew = false;
  }

  private paintBase(tile: Tile, page: Page, area: Box): void {
    const context = tile.layer("base");
    const { k } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.paper.ground;
    context.fillRect(0, 0, SIDE, SIDE);
    drawGround({ context, k, left: tile.column * SIDE, top: tile.row * SIDE }, page, area, this.paper);
    const shown = Array.from(page.pictures.values()).filter((picture) => picture.isVisible && touch(boxOf(picture.corners), area));
    shown.sort((one, other) => Number(other.body.is_ground) - Number(one.body.is_ground));
    for (const picture of shown) {
      this.toPage(context, tile);
      this.paintPicture(context, picture);
    }
  }

  private paintPicture(context: CanvasRenderingContext2D, { body, corners }: Picture): void {
    const [[x0, y0], [x1, y1], [x2, y2]] = corners;
    const edge = Math.max(Math.hypot(x1 - x0, y1 - y0), Math.hypot(x2 - x0, y2 - y0)) * this.k;
    const image = this.sources.pictures.image(body.sha256, edge);
    const { a, b, c, d, e, f } = boxMatrix(corners, 1, 1) as DOMMatrix;
    context.transform(a, b, c, d, e, f);
    if (image !== null) {
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, 1, 1);
      return;
    }
    context.fillStyle = this.paper.frame;
    context.fillRect(0, 0, 1, 1);
    context.strokeStyle = this.paper.frameLine;
    context.beginPath();
    context.rect(0, 0, 1, 1);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineWidth = this.ratio;
    context.stroke();
  }

  private *paintInk(tile: Tile, page: Page, dirty: Box, area: Box, names: (area: Box) => readonly number[]): Generator<void> {
    const texts: TextItem[] = [];
    const markers: Stroke[] = [];
    const ink: Stroke[] = [];
    for (const name of names(area)) {
      const text = page.texts.get(name);
      if (text !== undefined) texts.push(text);
      else if (!page.pictures.has(name) && !this.hidden.has(name)) {
        const stroke = this.sources.reader.drawnStroke(page.number, name);
        if (stroke !== null) (stroke.style.tool === Tool.MARKER ? markers : ink).push(stroke);
      }
    }
    if (markers.length > 0 || tile.has("markers")) {
      yield* this.fill(this.begin(tile, "markers", dirty), markers, area);
    }
    if (ink.length + texts.length === 0 && !tile.has("ink")) return;
    const context = this.begin(tile, "ink", dirty);
    for (const text of texts) this.paintText(context, text);
    yield* this.fill(context, ink, area);
  }

  /** Clear what is dirty of a layer, and draw nowhere else. */
  private begin(tile: Tile, layer: "markers" | "ink", [left, top, right, bottom]: Box): CanvasRenderingContext2D {
    const context = tile.layer(layer);
    context.setTransform(1, 0, 0, 1, -tile.column * SIDE, -tile.row * SIDE);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.clearRect(left, top, right - left, bottom - top);
    this.toPage(context, tile);
    return context;
  }

  /** Fill strokes as far as they touch an area, and end what `begin` began. */
  private *fill(context: CanvasRenderingContext2D, strokes: readonly Stroke[], area: Box): Generator<void> {
    let [ink, points] = [0, 0];
    try {
      for (const stroke of strokes) {
        for (const line of linesOf(stroke, this.cut.get(stroke.id), this.least)) {
          if (!touch(lineBounds(line), area)) continue;
          if (points > 0 && (stroke.style.ink !== ink || points + line.length > POINTS_A_FILL)) {
            context.fill("nonzero");
            yield;
            points = 0;
          }
          if (points === 0) {
            ink = stroke.style.ink;
            context.fillStyle = this.paper.colorOf(stroke.style.ink);
            context.beginPath();
          }
          addLine(context, line);
          points += line.length;
        }
      }
      if (points > 0) context.fill("nonzero");
    } finally {
      context.restore();
    }
  }

  private paintText(context: CanvasRenderingContext2D, text: TextItem): void {
    drawText(context, text, this.paper.colorOf(text.ink), this.k);
    this.sources.font.need(text.body.text, this.fontCame);
  }
}

/** The upright box around a turned one. */
export function boxOf([[x0, y0], [x1, y1], [x2, y2]]: Corners): Box {
  const [x3, y3] = [x1 + x2 - x0, y1 + y2 - y0];
  return [Math.min(x0, x1, x2, x3), Math.min(y0, y1, y2, y3), Math.max(x0, x1, x2, x3), Math.max(y0, y1, y2, y3)];
}
