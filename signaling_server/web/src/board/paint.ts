// Ink, paper and pictures onto a canvas context. Lengths come in mm and leave as device pixels.
import { PageKind } from "../protocol/generated";
import type { Picture, Stroke } from "../protocol/items";
import type { Page } from "../protocol/page";
import { drawnWidth } from "../protocol/width";
import type { Paper } from "./inks";
import type { Viewport } from "./viewport";

const DOT_PITCH_MM = 5;
const MIN_WIDTH_PX = 0.8;

export interface Target {
  context: CanvasRenderingContext2D;
  viewport: Viewport;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

/** Draw samples `from`..`to` - 1 of a stroke, joined to the sample before. */
export function drawRange(target: Target, stroke: Stroke, color: string, from: number, to: number): void {
  const { context, viewport, ratio } = target;
  const k = viewport.scale * ratio;
  const { x, y, force, style } = stroke;
  const px = (i: number): number => (x[i] / 100 - viewport.x) * k;
  const py = (i: number): number => (y[i] / 100 - viewport.y) * k;
  const wide = (i: number): number => Math.max((drawnWidth(style.width, force === null ? null : force[i]) / 100) * k, MIN_WIDTH_PX * ratio);
  context.strokeStyle = color;
  context.lineCap = "round";
  context.lineJoin = "round";
  if (from === 0 && to > 0) dot(context, px(0), py(0), wide(0), color);
  const start = Math.max(1, from);
  if (start >= to) return;
  if (force === null) {
    context.lineWidth = wide(0);
    context.beginPath();
    context.moveTo(px(start - 1), py(start - 1));
    for (let i = start; i < to; i++) context.lineTo(px(i), py(i));
    context.stroke();
    return;
  }
  for (let i = start; i < to; i++) {
    context.lineWidth = (wide(i - 1) + wide(i)) / 2;
    context.beginPath();
    context.moveTo(px(i - 1), py(i - 1));
    context.lineTo(px(i), py(i));
    context.stroke();
  }
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, width: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, width / 2, 0, 2 * Math.PI);
  context.fill();
}

/** The page's ground, its dots and its pictures (a frame until they are fetched). */
export function drawPaper(target: Target, page: Page, paper: Paper): void {
  const { context, viewport, ratio } = target;
  const k = viewport.scale * ratio;
  const [width, height] = [page.width / 100, page.height / 100];
  context.fillStyle = paper.ground;
  context.fillRect(-viewport.x * k, -viewport.y * k, width * k, height * k);
  if (page.kind === PageKind.DOTS) drawDots(target, width, height, paper.dots);
  for (const picture of page.pictures.values()) if (picture.isVisible) drawFrame(target, picture, paper);
}

function drawDots(target: Target, width: number, height: number, color: string): void {
  const { context, viewport, ratio } = target;
  const k = viewport.scale * ratio;
  const size = Math.max(1, Math.round(0.3 * k));
  context.fillStyle = color;
  for (let y = DOT_PITCH_MM; y < height; y += DOT_PITCH_MM) {
    for (let x = DOT_PITCH_MM; x < width; x += DOT_PITCH_MM) {
      context.fillRect(Math.round((x - viewport.x) * k), Math.round((y - viewport.y) * k), size, size);
    }
  }
}

function drawFrame(target: Target, picture: Picture, paper: Paper): void {
  const { context, viewport, ratio } = target;
  const k = viewport.scale * ratio;
  const { x, y, width: wide, height: high } = picture.body;
  const left = (x / 100 - viewport.x) * k;
  const top = (y / 100 - viewport.y) * k;
  const [width, height] = [(wide / 100) * k, (high / 100) * k];
  context.globalAlpha = 0.35;
  context.fillStyle = paper.dots;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = paper.dots;
  context.lineWidth = 2 * ratio;
  context.strokeRect(left, top, width, height);
}
