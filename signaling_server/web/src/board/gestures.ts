// Fingers, pen and mouse on the board: two fingers zoom and move; one writes, erases or moves.
import type { Viewport } from "./viewport";

/** What one pointer does; points are CSS px inside the surface. */
export interface Drawing {
  /** Whether this pointer may draw now. */
  mayDraw: () => boolean;
  begin: (event: PointerEvent, at: Point) => void;
  move: (event: PointerEvent, at: readonly Point[]) => void;
  end: (event: PointerEvent) => void;
  /** A second finger came: it was a pinch, not a stroke. */
  cancel: () => void;
}

export interface Point {
  x: number;
  y: number;
  /** 0..1, or null where the pointer has none. */
  pressure: number | null;
  /** ms, the page's own clock. */
  time: number;
}

export class Gestures {
  private readonly pointers = new Map<number, Point>();
  private drawing: number | null = null;
  private hasSeenPen = false;
  private readonly abort = new AbortController();

  constructor(
    private readonly surface: HTMLElement,
    private readonly viewport: Viewport,
    private readonly draw: Drawing,
    /** The view moved; `isByHand` is true. */
    private readonly moved: () => void,
  ) {
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void): void => {
      const listener = (event: HTMLElementEventMap[K]): void => {
        if (!this.abort.signal.aborted) act(event);
      };
      surface.addEventListener(name, listener as EventListener, { passive: false });
    };
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
    on("wheel", (event) => this.wheel(event));
    on("contextmenu", (event) => event.preventDefault());
  }

  dispose(): void {
    this.abort.abort();
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    event.preventDefault();
    try {
      this.surface.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is gone already cannot be captured; its up will not come either.
    }
    this.hasSeenPen = this.hasSeenPen || event.pointerType === "pen";
    const at = this.pointOf(event);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 2 && this.drawing !== null) {
      this.drawing = null;
      this.draw.cancel();
    } else if (this.pointers.size === 1 && this.draws(event)) {
      this.drawing = event.pointerId;
      this.draw.begin(event, at);
    }
  }

  /** Once a pen was seen a finger only moves the page. */
  private draws(event: PointerEvent): boolean {
    return this.draw.mayDraw() && !(this.hasSeenPen && event.pointerType === "touch");
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) return;
    if (this.drawing === event.pointerId) {
      const parts = event.getCoalescedEvents?.() ?? [];
      this.draw.move(event, (parts.length ? parts : [event]).map((part) => this.pointOf(part)));
      return;
    }
    const now = this.pointOf(event);
    const other = Array.from(this.pointers).find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (other === undefined) this.viewport.panBy(now.x - before.x, now.y - before.y);
    else {
      const was = Math.hypot(before.x - other.x, before.y - other.y);
      const is = Math.hypot(now.x - other.x, now.y - other.y);
      this.viewport.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
      if (was > 8) this.viewport.zoomAt(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
    }
    this.moved();
  }

  private up(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    if (this.drawing !== event.pointerId) return;
    this.drawing = null;
    this.draw.end(event);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const rect = this.surface.getBoundingClientRect();
    if (event.ctrlKey) {
      this.viewport.zoomAt(Math.exp(-event.deltaY / 200), event.clientX - rect.left, event.clientY - rect.top);
    } else this.viewport.panBy(-event.deltaX, -event.deltaY);
    this.moved();
  }

  private pointOf(event: PointerEvent): Point {
    const rect = this.surface.getBoundingClientRect();
    const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : null;
    return { x: event.clientX - rect.left, y: event.clientY - rect.top, pressure, time: event.timeStamp };
  }
}
