// The board alone: what a frame costs, and how each kind of page and item looks; see world.ts.
// Also ?paper=blackboard &pictures=never
import "virtual:tokens.css";
import "../src/ui/style.css";
import "../src/ui/lesson.css";
import { BoardView } from "../src/board/view";
import { EntryKind, Ink, Tool } from "../src/protocol/generated";
import { apply, head, query, reader, specimen, stroke } from "./world";

function picture(): Promise<CanvasImageSource> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const light = context.createLinearGradient(0, 0, 640, 480);
  light.addColorStop(0, "#8fb8f2");
  light.addColorStop(1, "#f0a42c");
  context.fillStyle = light;
  context.fillRect(0, 0, 640, 480);
  return new Promise((resolve, reject) => {
    if (query.get("pictures") === "never") reject(new Error("not there"));
    else setTimeout(() => resolve(canvas), 100);
  });
}

const view = new BoardView(document.querySelector(".board") as HTMLElement, reader, picture);
view.setPaper(query.get("paper") ?? "white");
const begun = performance.now();
view.setPage(1);
const readMs = performance.now() - begun;

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
const finish = (): void => void document.querySelector<HTMLCanvasElement>(".board-page")?.getContext("2d")?.getImageData(0, 0, 1, 1);

/** Median and worst of so many runs, ms. */
function timed(count: number, act: (i: number) => void): { median: number; worst: number } {
  const times = Array.from({ length: count }, (_, i) => {
    const from = performance.now();
    act(i);
    finish();
    return performance.now() - from;
  }).sort((a, b) => a - b);
  return { median: times[count >> 1], worst: times[count - 1] };
}

const bench = {
  view,
  reader,
  readMs,
  /** The whole page in view, in one go, ms. */
  whole(): number {
    view.setPaper(query.get("paper") ?? "white");
    return timed(1, () => view.redraw(Infinity)).median;
  },
  /** As the pupil sees it: how long until all is there, and the longest frame, ms. */
  async opened(): Promise<{ all: number; longest: number }> {
    await frame();
    view.setPaper(query.get("paper") ?? "white");
    const from = performance.now();
    let longest = 0;
    for (let isDone = false; !isDone;) {
      const at = performance.now();
      isDone = view.redraw();
      finish();
      longest = Math.max(longest, performance.now() - at);
      await frame();
    }
    return { all: performance.now() - from, longest };
  },
  /** One live point after another; the frame behind each counts too. */
  points(count = 200): Record<string, number> {
    view.redraw(Infinity);
    const name = 2 ** 36 + 900_000;
    const style = { tool: Tool.PEN, ink: Ink.RED, width: 70, t0Ms: 0 } as const;
    const frames: number[] = [];
    const result = timed(count, (i) => {
      const samples = { x: [2000 + i * 40], y: [8000 + Math.round(600 * Math.sin(i / 5))], ms: [i * 8], force: [600] };
      const batch = { stroke: name, page: 1, author: 1, style, first: i, samples, isLast: false };
      view.apply(reader.addHints({ epoch: { counter: 1, engine: "0".repeat(16) }, batches: [batch] }));
      const from = performance.now();
      finish();
      view.redraw(); // the frame that follows
      frames.push(performance.now() - from);
    });
    frames.sort((a, b) => a - b);
    return { ...result, frame: frames[count >> 1] };
  },
  /** Erase strokes one after another: a frame, and until each is gone, ms. */
  erased(count = 20): Record<string, number> {
    view.redraw(Infinity);
    const names = Array.from(reader.board.pages.get(1)?.strokes.keys() ?? []);
    let longest = 0;
    const { median, worst } = timed(count, (i) => {
      const items = [names[(i * 977) % names.length]];
      view.apply(apply({ ...head(), kind: EntryKind.ITEMS_ERASED, body: { items } }));
      for (let isDone = false; !isDone;) {
        const from = performance.now();
        isDone = view.redraw();
        longest = Math.max(longest, performance.now() - from);
      }
    });
    return { median, worst, longest };
  },
  /** The log comes in as after a join, so many strokes a frame, in three pieces each, ms. */
  flooded(count = 3000, aFrame = 100): Record<string, number> {
    const frames: number[] = [];
    for (let i = 0; i < count;) {
      const from = performance.now();
      for (const stop = i + aFrame; i < stop; i++) {
        const whole = stroke(specimen[i % specimen.length], (i * 37) % 8000, (i * 91) % 12_000, 0.5, Ink.BLUE, Tool.PEN, 70);
        const { samples, stroke: name, style } = whole.body;
        const third = Math.ceil(samples.x.length / 3);
        for (let part = 0; part < 3; part++) {
          const cut = (column: number[]): number[] => column.slice(part * third, part === 2 ? undefined : (part + 1) * third);
          const piece = { x: cut(samples.x), y: cut(samples.y), ms: cut(samples.ms), force: cut(samples.force ?? []) };
          const body = { stroke: name, first: Math.min(part * third, samples.x.length), isLast: part === 2, isCut: false, style: part === 0 ? style : null, samples: piece };
          const kind = part === 0 ? EntryKind.INK_BEGIN : part === 1 ? EntryKind.INK_MORE : EntryKind.INK_END;
          view.apply(apply({ ...head(), kind, body }));
        }
      }
      view.redraw();
      finish();
      frames.push(performance.now() - from);
    }
    frames.sort((a, b) => a - b);
    return { all: frames.reduce((sum, ms) => sum + ms, 0), median: frames[frames.length >> 1], longest: frames[frames.length - 1] };
  },
  /** Pan by 40 px a frame. */
  panned(count = 20): { median: number; worst: number } {
    view.redraw(Infinity);
    return timed(count, (i) => {
      view.viewport.panBy(0, i < count / 2 ? -40 : 40);
      view.moved();
      view.redraw();
    });
  },
  /** A pinch under way: stretched tiles only. */
  pinched(count = 20): { median: number; worst: number } {
    view.redraw(Infinity);
    const times = timed(count, (i) => {
      view.viewport.zoomAt(i < count / 2 ? 1.05 : 1 / 1.05, 200, 300);
      view.moved();
      view.redraw();
    });
    view.refit();
    return times;
  },
  async laser(): Promise<void> {
    const style = { tool: Tool.LASER, ink: Ink.RED, width: 70, t0Ms: 0 } as const;
    for (let i = 0; i < 40; i++) {
      const samples = { x: [3000 + i * 200], y: [12000 + Math.round(1500 * Math.sin(i / 8))], ms: [i * 16], force: null };
      const batch = { stroke: 2 ** 36 + 999_999, page: 1, author: 1, style, first: i, samples, isLast: false };
      view.apply(reader.addHints({ epoch: { counter: 1, engine: "0".repeat(16) }, batches: [batch] }));
      await frame();
    }
  },
};
Object.assign(window, { bench });
