// The board alone: what a frame costs, and how each kind of page and item looks; see world.ts.
// Also ?paper=blackboard &pictures=never
import "virtual:tokens.css";
import "../src/ui/style.css";
import "../src/ui/lesson.css";
import { BoardView } from "../src/board/view";
import { EntryKind, Ink, Tool } from "../src/protocol/generated";
import { apply, head, query, reader } from "./world";

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
  /** One live point after another. */
  points(count = 200): { median: number; worst: number } {
    view.redraw(Infinity);
    const name = 2 ** 36 + 900_000;
    const style = { tool: Tool.PEN, ink: Ink.RED, width: 70, t0Ms: 0 } as const;
    return timed(count, (i) => {
      const samples = { x: [2000 + i * 40], y: [8000 + Math.round(600 * Math.sin(i / 5))], ms: [i * 8], force: [600] };
      const batch = { stroke: name, page: 1, author: 1, style, first: i, samples, isLast: false };
      view.apply(reader.addHints({ epoch: { counter: 1, engine: "0".repeat(16) }, batches: [batch] }));
    });
  },
  /** Erase a stroke in the middle, bring it back. */
  erased(count = 20): { median: number; worst: number } {
    view.redraw(Infinity);
    const names = Array.from(reader.board.pages.get(1)?.strokes.keys() ?? []);
    return timed(count, (i) => {
      const items = [names[(i * 977) % names.length]];
      view.apply(apply({ ...head(), kind: EntryKind.ITEMS_ERASED, body: { items } }));
      view.redraw(Infinity);
    });
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
