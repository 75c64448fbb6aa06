// What lies under the ink: a placed picture's frame, at its place, gone when undone.
import { expect, it } from "vitest";
import { paperOf } from "../src/board/inks";
import { drawPaper } from "../src/board/paint";
import { Viewport } from "../src/board/viewport";
import { decodeBlock, NO_HASH } from "../src/protocol/blocks";
import { EntryKind, Ink, Tool } from "../src/protocol/generated";
import { LessonReader } from "../src/protocol/reader";
import type { Line } from "./support/world";
import { PAGE_ADDED, PAGE_SHOWN, encodeBlock, inkBody, json } from "./support/world";

const EPOCH = { counter: 1, engine: "1".repeat(16) };
const PLACED: Line = {
  kind: EntryKind.PICTURE_PLACED, page: 1, author: 1,
  body: json({ sha256: "a".repeat(64), x: 1000, y: 2000, width: 5000, height: 4000 }),
};
const INK: Line = {
  kind: EntryKind.INK_BEGIN, page: 1, author: 1,
  body: inkBody(2 ** 36 + 1, 0, { x: [1], y: [1], ms: [0], force: null }, { tool: Tool.PEN, ink: Ink.INK, width: 70, t0Ms: 0 }, true),
};

/** Records filled and outlined rectangles: left, top, width, height. */
class Canvas {
  fillStyle = "";
  strokeStyle = "";
  globalAlpha = 1;
  lineWidth = 1;
  filled: number[][] = [];
  outlined: number[][] = [];

  fillRect(...at: number[]): void {
    this.filled.push(at);
  }

  strokeRect(...at: number[]): void {
    this.outlined.push(at);
  }
}

function frames(reader: LessonReader): Canvas {
  const canvas = new Canvas();
  const viewport = new Viewport();
  viewport.scale = 2;
  viewport.y = 5;
  const page = reader.board.pages.get(1);
  if (page === undefined) throw new Error("no page");
  drawPaper({ context: canvas as unknown as CanvasRenderingContext2D, viewport, ratio: 3 }, page, paperOf("white"));
  return canvas;
}

it("draws a picture's frame at its place, and not when it is undone", () => {
  const reader = new LessonReader(2);
  const first = decodeBlock(encodeBlock(EPOCH, 1, NO_HASH, [PAGE_ADDED, PAGE_SHOWN, PLACED, INK]));
  const changes = reader.addBlock(first);
  expect([changes.redrawn.has(3), changes.grown.size]).toEqual([true, 1]); // ink beside it hides nothing
  const rect = [60, 90, 300, 240];
  expect(frames(reader).outlined).toEqual([rect]);
  expect(frames(reader).filled).toContainEqual(rect);
  const undone: Line = { kind: EntryKind.UNDONE, page: 1, author: 1, body: json({ of: 3 }) };
  const redone: Line = { ...undone, kind: EntryKind.REDONE };
  const second = decodeBlock(encodeBlock(EPOCH, 5, first.hash, [undone]));
  expect(reader.addBlock(second).redrawn.has(3)).toBe(true);
  expect(frames(reader).outlined).toEqual([]);
  expect(reader.addBlock(decodeBlock(encodeBlock(EPOCH, 6, second.hash, [redone]))).redrawn.has(3)).toBe(true);
  expect(frames(reader).outlined).toEqual([rect]);
});
