// A page full of our own specimen writing and of every kind of item, folded into a reader.
// ?strokes=50000 &kind=squares &items=1 &tool=ruler &pages=3
import maths from "../../../assets/ink/maths.json";
import type { Changes } from "../src/protocol/board";
import type { InkEntry } from "../src/protocol/entries";
import type { PageKind } from "../src/protocol/generated";
import { EntryKind, Ink, Tool } from "../src/protocol/generated";
import { LessonReader } from "../src/protocol/reader";

export const query = new URLSearchParams(window.location.search);
export const reader = new LessonReader(2);
let number = 0;
export const head = (page = 1): { number: number; timeMs: number; page: number; author: number; audience: number; command: number } => {
  number += 1;
  return { number, timeMs: number, page, author: 1, audience: 0, command: 0 };
};



export function stroke(points: readonly number[][], dx: number, dy: number, by: number, ink: Ink, tool: Tool, width: number): InkEntry {
  return {
    ...head(), kind: EntryKind.INK_BEGIN,
    body: {
      stroke: 2 ** 36 + number, first: 0, isLast: true, isCut: false,
      style: { tool, ink, width, t0Ms: number },
      samples: {
        x: points.map(([x]) => Math.round(x * 100 * by + dx)),
        y: points.map(([, y]) => Math.round(y * 100 * by + dy)),
        ms: points.map(([, , ms]) => ms),
        force: points.map(([, , , force]) => Math.round(force * 1023)),
      },
    },
  };
}

export const specimen = maths.strokes as unknown as number[][][];

export function apply(entry: Parameters<typeof reader.board.apply>[0]): Changes {
  return reader.board.apply(entry);
}

apply({
  ...head(), kind: EntryKind.PAGE_ADDED,
  body: { width: 17600, height: 25000, kind: (query.get("kind") ?? "dots") as PageKind, paper: "", after: null },
});
apply({ ...head(), kind: EntryKind.PAGE_SHOWN, body: {} });
const wanted = Number(query.get("strokes") ?? 116);
for (let i = 0; i < wanted; i++) {
  const copy = Math.floor(i / specimen.length);
  const by = wanted > specimen.length ? 0.5 : 1;
  const [dx, dy] = wanted > specimen.length ? [((copy * 1237) % 8800), ((copy * 3571) % 12500)] : [0, 0];
  const inks = [Ink.INK, Ink.BLUE, Ink.RED, Ink.GREEN];
  apply(stroke(specimen[i % specimen.length], dx, dy, by, inks[copy % 4], Tool.PEN, 70));
}

if (query.has("items")) {
  const line = (x0: number, y0: number, x1: number, y1: number): number[][] =>
    Array.from({ length: 41 }, (_, i) => [x0 + ((x1 - x0) * i) / 40, y0 + ((y1 - y0) * i) / 40, i * 8, i / 40]);
  apply(stroke(line(20, 30, 110, 34), 0, 0, 1, Ink.MARKER_YELLOW, Tool.MARKER, 500));
  apply(stroke(line(20, 195, 150, 195), 0, 0, 1, Ink.RED, Tool.FINELINER, 40));
  const cut = stroke(line(20, 205, 150, 205), 0, 0, 1, Ink.BLUE, Tool.PEN, 120);
  apply(cut);
  apply({ ...head(), kind: EntryKind.PARTS_ERASED, body: { parts: [{ stroke: cut.body.stroke, first: 10, stop: 20 }] } });
  const text = {
    text: "配方法：先把二次项系数提出来，\n再加上一次项系数一半的平方。", x: 2000, y: 21200, width: 12000, height: 1120, size: 400, ink: Ink.GREEN,
    kind: "text" as const, breaks: [], outline: "",
  };
  apply({ ...head(), kind: EntryKind.TEXT_PLACED, body: text });
  apply({
    ...head(), kind: EntryKind.TEXT_PLACED,
    body: { ...text, text: "\\square", kind: "formula", x: 14500, y: 21000, width: 1000, height: 1000, outline: "M 0 0 L 1000 0 L 1000 1000 L 0 1000 Z M 150 150 L 150 850 Q 500 400 850 850 L 850 150 Z" },
  });
  apply({
    ...head(), kind: EntryKind.PICTURE_PLACED,
    body: { sha256: "a".repeat(64), x: 10500, y: 1200, width: 5600, height: 4200, is_ground: false },
  });
  const turned = number;
  apply({
    ...head(), kind: EntryKind.ITEMS_CHANGED,
    body: { items: [turned], matrix: { a: 990268, b: 139173, c: -139173, d: 990268, e: 400, f: -1800 }, scale: 1000, ink: null, width: null },
  });
}
const tool = query.get("tool");
if (tool !== null) {
  const size = tool === "ruler" ? 12000 : 6000;
  const body = { kind: tool as "ruler", x: 8800, y: 16000, angle: 35_000 % 36_000, size, opening: 3000 };
  apply({ ...head(), kind: EntryKind.INSTRUMENT_SET, body: tool === "ruler" ? { ...body, x: 2500 } : body });
}
