// Fingers, pen and mouse, and what the pupil's writing sends.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Point } from "../src/board/gestures";
import { Gestures } from "../src/board/gestures";
import { Viewport } from "../src/board/viewport";
import { Writer } from "../src/board/writer";
import type { Command } from "../src/protocol/generated";
import { MAX_COMMAND_SAMPLES } from "../src/protocol/generated";
import type { HintBatch } from "../src/protocol/hints";
import { FakeSurface } from "./support/fake_dom";

type WriteInk = Extract<Command, { t: "ink" }>;

function page(): Viewport {
  const view = new Viewport();
  view.setScreen({ width: 352, height: 500 });
  view.setPage({ width: 176, height: 250 });
  view.fit(); // 2 px a mm
  return view;
}

describe("gestures", () => {
  const setUp = (mayDraw: boolean) => {
    const surface = new FakeSurface();
    const view = page();
    const log: string[] = [];
    const points: Point[] = [];
    new Gestures(surface as unknown as HTMLElement, view, {
      mayDraw: () => mayDraw,
      begin: () => log.push("begin"),
      move: (_, parts) => {
        log.push("move");
        points.push(...parts);
      },
      end: () => log.push("end"),
      cancel: () => log.push("cancel"),
    }, () => log.push("moved"));
    return { surface, view, log, points };
  };

  it("write with one finger, with every point the browser kept", () => {
    const { surface, log, points } = setUp(true);
    surface.point("pointerdown", 1, 5, 5);
    const parts = [6, 7, 8].map((x) => ({ clientX: x + 10, clientY: 25, pressure: 0.5, pointerType: "touch", timeStamp: x }));
    surface.point("pointermove", 1, 8, 5, { getCoalescedEvents: () => parts });
    surface.point("pointermove", 1, 9, 5);
    surface.point("pointerup", 1, 9, 5);
    expect(log).toEqual(["begin", "move", "move", "end"]);
    expect(points.map((at) => at.x)).toEqual([6, 7, 8, 9]);
    expect(points[0].pressure).toBeNull();
  });

  it("pinch with two, and take back the stroke of the first", () => {
    const { surface, view, log } = setUp(true);
    surface.point("pointerdown", 1, 100, 100);
    surface.point("pointerdown", 2, 200, 100);
    surface.point("pointermove", 2, 300, 100);
    expect(log).toEqual(["begin", "cancel", "moved"]);
    expect(view.scale).toBeCloseTo(4);
    surface.point("pointerup", 2, 300, 100);
    surface.point("pointerup", 1, 100, 100);
    surface.point("pointerdown", 3, 1, 1);
    expect(log[3]).toBe("begin");
  });

  it("move the page with one finger when it is not one's turn, or once a pen was seen", () => {
    const watching = setUp(false);
    watching.surface.point("pointerdown", 1, 100, 100);
    watching.surface.point("pointermove", 1, 100, 60);
    expect(watching.log).toEqual(["moved"]);
    const writing = setUp(true);
    writing.surface.point("pointerdown", 1, 1, 1, { pointerType: "pen", pressure: 0.25 });
    writing.surface.point("pointermove", 1, 2, 1, { pointerType: "pen", pressure: 0.25 });
    writing.surface.point("pointerup", 1, 2, 1, { pointerType: "pen" });
    writing.surface.point("pointerdown", 2, 5, 5);
    writing.surface.point("pointermove", 2, 5, 9);
    expect(writing.log).toEqual(["begin", "move", "end", "moved"]);
    expect(writing.points[0].pressure).toBe(0.25);
  });
});

describe("writing", () => {
  let now = 0;
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", globalThis);
    now = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const setUp = () => {
    const sent: WriteInk[] = [];
    const pending: HintBatch[] = [];
    const dropped: number[] = [];
    const writer = new Writer(page(), {
      mayWrite: () => true,
      newStroke: () => 77,
      page: () => 1,
      me: () => 2,
      addPending: (batch) => pending.push(batch),
      dropPending: (stroke) => dropped.push(stroke),
      send: (command) => sent.push(command as WriteInk),
      ownStrokes: () => [],
      erase: () => undefined,
      cut: () => undefined,
      eraseParts: () => undefined,
      now: () => now,
    });
    const event = {} as PointerEvent;
    const at = (i: number): Point => ({ x: i, y: 10, pressure: null, time: i * 5 });
    return { writer, sent, pending, dropped, event, at };
  };

  it("shows ink at once and sends it in order, in pieces, with one end", () => {
    const { writer, sent, pending, event, at } = setUp();
    writer.begin(event, at(0));
    expect(pending).toHaveLength(1);
    for (let i = 1; i <= 200; i++) {
      writer.move(event, [at(i)]);
      now = i * 5;
      vi.advanceTimersByTime(5);
    }
    writer.end();
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.every((command) => command.x.length <= MAX_COMMAND_SAMPLES)).toBe(true);
    let next = 0;
    for (const command of sent) {
      expect(command.first).toBe(next);
      next += command.x.length;
    }
    expect([next, sent.filter((command) => command.is_last).length, sent[sent.length - 1].is_last]).toEqual([201, 1, true]);
    expect(sent.flatMap((command) => command.x)).toEqual(Array.from({ length: 201 }, (_, i) => i * 50));
    expect(pending.flatMap((batch) => batch.samples.x)).toHaveLength(201);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("thins what a fast mouse tells", () => {
    const { writer, sent, event, at } = setUp();
    writer.begin(event, at(0));
    writer.move(event, Array.from({ length: 1000 }, (_, i) => ({ ...at(i), time: i })));
    writer.end();
    const ms = sent.flatMap((command) => command.ms);
    expect(ms).toEqual(Array.from({ length: 250 }, (_, i) => i * 4));
  });

  it("sends nothing of a stroke that turned out to be a pinch", () => {
    const { writer, sent, dropped, event, at } = setUp();
    writer.begin(event, at(0));
    writer.move(event, [at(1)]);
    vi.advanceTimersByTime(60);
    writer.cancel();
    expect([sent, dropped, writer.isDrawing]).toEqual([[], [77], false]);
  });

  it("ends a stroke whose samples all went before", () => {
    const { writer, sent, event, at } = setUp();
    writer.begin(event, at(0));
    now = 150;
    vi.advanceTimersByTime(150);
    writer.end();
    expect(sent.map((command) => [command.first, command.x.length, command.is_last])).toEqual([[0, 1, false], [1, 0, true]]);
  });
});
