// The pupil's own ink: pending at once, sent in commands of at most 100 ms, own erasers.
import type { Command } from "../protocol/generated";
import { Ink, MAX_COMMAND_SAMPLES, Tool } from "../protocol/generated";
import type { HintBatch } from "../protocol/hints";
import type { Stroke } from "../protocol/items";
import { AreaEraser, away } from "./area_eraser";
import type { Erased } from "./area_eraser";
import type { Drawing, Point } from "./gestures";
import type { Runs } from "./outline";
import type { Viewport } from "./viewport";

const SEND_EVERY_MS = 50;
/** A second finger within this time turns the stroke into a pinch; nothing was sent yet. */
const HOLD_BACK_MS = 100;
/** A fast mouse tells 1000 places a second; 250 draw the same line and fit the server's budget. */
const MIN_STEP_MS = 4;
const ERASER_MM = 3;
const WIDTH = 70;

/** What a finger rubs out: nothing, whole strokes, or what it passes over. */
export type Eraser = "none" | "strokes" | "area";

export interface WriterHost {
  mayWrite: () => boolean;
  newStroke: () => number;
  page: () => number;
  me: () => number;
  addPending: (batch: HintBatch) => void;
  dropPending: (stroke: number) => void;
  send: (command: Command) => void;
  /** One's own strokes on the page, as drawn. */
  ownStrokes: () => Iterable<Stroke>;
  erase: (strokes: number[]) => void;
  /** Show what is left of a stroke while its parts are rubbed out. */
  cut: (stroke: number, runs: Runs) => void;
  eraseParts: (erased: Erased) => void;
  now: () => number;
}

interface Open {
  id: number;
  page: number;
  startMs: number;
  hasForce: boolean;
  x: number[];
  y: number[];
  ms: number[];
  force: number[];
  sent: number;
}

export class Writer implements Drawing {
  ink: Ink = Ink.PUPIL;
  eraser: Eraser = "none";
  private open: Open | null = null;
  private timer = 0;
  private erased = new Set<number>();
  private area: AreaEraser | null = null;

  constructor(
    private readonly viewport: Viewport,
    private readonly host: WriterHost,
  ) {}

  mayDraw = (): boolean => this.host.mayWrite();

  begin = (_event: PointerEvent, at: Point): void => {
    if (this.eraser !== "none") {
      this.erased = new Set();
      this.area = this.eraser === "area" ? new AreaEraser(this.reach) : null;
      this.eraseAt(at);
      return;
    }
    this.open = {
      id: this.host.newStroke(),
      page: this.host.page(),
      startMs: at.time,
      hasForce: at.pressure !== null,
      x: [],
      y: [],
      ms: [],
      force: [],
      sent: 0,
    };
    this.add([at]);
    this.timer = window.setInterval(() => this.flush(false), SEND_EVERY_MS);
  };

  move = (_event: PointerEvent, points: readonly Point[]): void => {
    if (this.eraser !== "none") points.forEach((at) => this.eraseAt(at));
    else this.add(points);
  };

  end = (): void => {
    this.sendParts();
    this.flush(true);
    this.stop();
  };

  cancel = (): void => {
    this.sendParts();
    if (this.open !== null && this.open.sent === 0) this.host.dropPending(this.open.id);
    else this.flush(true);
    this.stop();
  };

  get isDrawing(): boolean {
    return this.open !== null || this.area !== null;
  }

  /** The right was taken in mid-stroke. */
  stop(): void {
    window.clearInterval(this.timer);
    this.open = null;
    this.area = null;
  }

  private add(points: readonly Point[]): void {
    const open = this.open;
    if (open === null) return;
    const first = open.x.length;
    for (const at of points) {
      const [x, y] = this.viewport.toPage(at.x, at.y).map((mm) => Math.round(mm * 100));
      const last = open.x.length - 1;
      if (last >= 0 && open.x[last] === x && open.y[last] === y) continue;
      const ms = Math.round(at.time - open.startMs);
      if (last >= 0 && ms < open.ms[last] + MIN_STEP_MS) continue;
      open.x.push(x);
      open.y.push(y);
      open.ms.push(ms);
      open.force.push(Math.round((at.pressure ?? 0.5) * 1023));
    }
    if (open.x.length > first) this.host.addPending(this.batch(open, first, false));
  }

  private batch(open: Open, first: number, isLast: boolean): HintBatch {
    return {
      stroke: open.id,
      page: open.page,
      author: this.host.me(),
      style: { tool: Tool.PEN, ink: this.ink, width: WIDTH, t0Ms: 0 },
      first,
      samples: {
        x: open.x.slice(first),
        y: open.y.slice(first),
        ms: open.ms.slice(first),
        force: open.hasForce ? open.force.slice(first) : null,
      },
      isLast,
    };
  }

  private flush(isLast: boolean): void {
    const open = this.open;
    if (open === null) return;
    if (!isLast && open.sent === 0 && this.host.now() - open.startMs < HOLD_BACK_MS) return;
    if (isLast) this.host.addPending(this.batch(open, open.x.length, true));
    while (open.sent < open.x.length) {
      const from = open.sent;
      const to = Math.min(open.x.length, from + MAX_COMMAND_SAMPLES);
      open.sent = to;
      this.host.send({
        t: "ink",
        stroke: open.id,
        page: open.page,
        tool: Tool.PEN,
        ink: this.ink,
        width: WIDTH,
        first: from,
        x: open.x.slice(from, to),
        y: open.y.slice(from, to),
        ms: open.ms.slice(from, to),
        force: open.hasForce ? open.force.slice(from, to) : [],
        is_last: isLast && to === open.x.length,
      });
      if (isLast && to === open.x.length) return;
    }
    if (isLast) this.sendEnd(open);
  }

  /** All samples went before the finger was lifted: the end travels alone. */
  private sendEnd(open: Open): void {
    this.host.send({
      t: "ink",
      stroke: open.id,
      page: open.page,
      tool: Tool.PEN,
      ink: this.ink,
      width: WIDTH,
      first: open.x.length,
      x: [],
      y: [],
      ms: [],
      force: [],
      is_last: true,
    });
  }

  /** The eraser is as wide on the screen as a finger can aim. */
  private get reach(): number {
    return Math.max(ERASER_MM * 100, (10 / this.viewport.scale) * 100);
  }

  private sendParts(): void {
    const erased = this.area?.take();
    if (erased !== undefined && erased.parts.length + erased.gone.length > 0) this.host.eraseParts(erased);
  }

  private eraseAt(at: Point): void {
    const [x, y] = this.viewport.toPage(at.x, at.y).map((mm) => mm * 100);
    if (this.area !== null) {
      for (const [stroke, runs] of this.area.move(this.host.ownStrokes(), x, y)) this.host.cut(stroke, runs);
      return;
    }
    const { reach } = this;
    const hit: number[] = [];
    for (const stroke of this.host.ownStrokes()) {
      if (!this.erased.has(stroke.id) && touches(stroke, x, y, reach)) hit.push(stroke.id);
    }
    if (hit.length === 0) return;
    hit.forEach((stroke) => this.erased.add(stroke));
    this.host.erase(hit);
  }
}

/** Whether a stroke comes within `reach` of a point, all in 1/100 mm. */
export function touches(stroke: Stroke, x: number, y: number, reach: number): boolean {
  for (let i = 0; i < stroke.x.length; i++) {
    const j = Math.max(0, i - 1);
    if (away([x, y], [stroke.x[j], stroke.y[j]], [stroke.x[i], stroke.y[i]]) <= reach) return true;
  }
  return false;
}
