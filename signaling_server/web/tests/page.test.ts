// The pure parts of the page: view, clock, commands, words.
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { touches } from "../src/board/writer";
import { LEAST_ZOOM, MOST_ZOOM, Viewport } from "../src/board/viewport";
import { CommandQueue } from "../src/live/commands";
import { Deadline, END_GRACE_MS } from "../src/live/deadline";
import { socketUrl } from "../src/live/socket";
import { newStroke } from "../src/protocol/items";
import type { SendCommand } from "../src/protocol/generated";
import { Ink, Refusal, Tool } from "../src/protocol/generated";
import { chooseLanguage, setLanguage, subjectName, t, tables } from "../src/ui/texts";
import { tokensCss } from "../tools/tokens_css";

describe("the view", () => {
  it("fits the page's width, keeps the pinched point and stays on the page", () => {
    const number = fc.double({ min: -2000, max: 2000, noNaN: true });
    const step = fc.tuple(fc.double({ min: 0.3, max: 3, noNaN: true }), number, number);
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const view = new Viewport();
      view.setScreen({ width: 390, height: 553 });
      view.setPage({ width: 176, height: 250 });
      view.fit();
      for (const [factor, x, y] of steps) {
        view.panBy(x, y);
        view.zoomAt(factor, 200, 200);
        const wide = 390 / view.scale;
        if (wide > 176) expect(view.x).toBeCloseTo((176 - wide) / 2);
        else expect([view.x >= -1e-9, view.x + wide <= 176 + 1e-6]).toEqual([true, true]);
        expect(view.y).toBeGreaterThanOrEqual(-1e-9);
        expect(view.scale / view.fitScale).toBeGreaterThanOrEqual(LEAST_ZOOM - 1e-9);
        expect(view.scale / view.fitScale).toBeLessThanOrEqual(MOST_ZOOM + 1e-9);
      }
      view.fit();
      expect([view.isFitted, view.x, view.y]).toEqual([true, 0, 0]);
    }));
  });

  it("shows the whole of the teacher's frame, in the middle where there is room", () => {
    const view = new Viewport();
    view.setScreen({ width: 390, height: 553 });
    view.setPage({ width: 176, height: 250 });
    view.show({ x: 50, y: 100, width: 60, height: 40 });
    expect(view.scale).toBeCloseTo(6.5);
    const { x, y, width, height } = view.seen;
    expect([x, width, y + height / 2]).toEqual([50, 60, 120].map((mm) => expect.closeTo(mm) as number));
    view.show({ x: -1, y: 0, width: 176, height: 90 });
    expect([view.x, view.y]).toEqual([0, 0]);
  });

  it("zooms about the fingers", () => {
    const view = new Viewport();
    view.setScreen({ width: 390, height: 553 });
    view.fit();
    const before = view.toPage(200, 300);
    view.zoomAt(2, 200, 300);
    view.toPage(200, 300).forEach((mm, i) => expect(mm).toBeCloseTo(before[i]));
  });

  it("follows writing down a page longer than the screen", () => {
    const view = new Viewport();
    view.setScreen({ width: 360, height: 300 });
    view.fit();
    expect(view.reveal(50)).toBe(false);
    expect(view.reveal(240)).toBe(true);
    expect(view.y).toBeGreaterThan(0);
  });
});

describe("time left", () => {
  it("counts whole minutes up, the last one in seconds, and ends by its own clock", () => {
    const clock = new Deadline();
    expect(clock.left(0).isOver).toBe(false);
    clock.set(11.2 * 60_000, 1_800_000, true, 1000);
    expect(clock.left(1000)).toMatchObject({ figure: 12, isSeconds: false });
    expect(clock.left(1000 + 10.5 * 60_000)).toMatchObject({ figure: 42, isSeconds: true, isOver: false });
    const end = 1000 + 11.2 * 60_000;
    expect(clock.left(end)).toMatchObject({ figure: 0, isOver: false });
    expect(clock.left(end + END_GRACE_MS + 1).isOver).toBe(true);
  });

  it("stands still until the lesson has begun", () => {
    const clock = new Deadline();
    clock.set(0, 1_800_000, false, 0);
    expect(clock.left(9e9)).toMatchObject({ figure: 30, isOver: false });
  });
});

describe("commands", () => {
  it("are sent again after a reconnect until they are cited or refused", () => {
    const sent: SendCommand[] = [];
    const queue = new CommandQueue((message) => sent.push(message) > 0);
    queue.attach(1);
    const [one, two, three] = ["a", "b", "c"].map((text) => queue.push({ t: "say", text, picture: "" }));
    queue.confirm(new Set([one]));
    expect(queue.refuse(two, Refusal.NO_RIGHT)).toEqual({ t: "say", text: "b", picture: "" });
    expect(queue.refuse(two, Refusal.NO_RIGHT)).toBeNull();
    sent.length = 0;
    queue.attach(2);
    expect(sent.map((message) => message.command)).toEqual([three]);
    expect(queue.push({ t: "undo" })).toBe(2 * 2 ** 24 + 1);
    expect(queue.waitingCount).toBe(2);
  });
});

it("finds own ink under the eraser", () => {
  const stroke = newStroke(1, 1, 2, { tool: Tool.PEN, ink: Ink.PUPIL, width: 70, t0Ms: 0 }, false);
  stroke.x.push(0, 1000);
  stroke.y.push(0, 0);
  expect(touches(stroke, 500, 90, 100)).toBe(true);
  expect(touches(stroke, 500, 110, 100)).toBe(false);
  expect(touches(stroke, 1200, 0, 100)).toBe(false);
});

describe("words", () => {
  it("are there in both languages, with the same values", () => {
    const { zh, en } = tables();
    const values = (words: string): string[] => (words.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const id of Object.keys(zh)) {
      expect(values(en[id]), id).toEqual(values(zh[id]));
      expect(/[\u4e00-\u9fff]/.test(en[id]), id).toBe(false);
    }
  });

  it("follow the link, then the choice, then the browser", () => {
    expect(chooseLanguage("en", "zh", "zh-CN")).toBe("en");
    expect(chooseLanguage(null, "en", "zh-CN")).toBe("en");
    expect(chooseLanguage("xx", null, "zh-TW")).toBe("zh");
    expect(chooseLanguage(null, null, "de")).toBe("en");
  });

  it("fill in values and name subjects", () => {
    setLanguage("zh");
    expect(t("minutes_today", { n: 29 })).toBe("这节学了 29 分钟");
    expect([subjectName("maths"), subjectName("数学")]).toEqual(["数学", "数学"]);
  });

  it("have a sentence for refusals and a socket beside the page", () => {
    expect(Object.values(Refusal).length).toBeGreaterThan(10);
    expect(socketUrl({ protocol: "https:", host: "a:1" })).toBe("wss://a:1/ws");
    expect(socketUrl({ protocol: "http:", host: "a" })).toBe("ws://a/ws");
  });
});

it("makes every colour a variable, light and dark", () => {
  const json = readFileSync(new URL("../../../assets/tokens.json", import.meta.url), "utf8");
  const css = tokensCss(json);
  for (const name of Object.keys((JSON.parse(json) as { color: object }).color)) {
    expect(css.split(`--${name.replace(/[._]/g, "-")}:`)).toHaveLength(4);
  }
  for (const match of readFileSync(new URL("../src/ui/lesson.css", import.meta.url), "utf8").matchAll(/var\((--[a-z0-9-]+)/g)) {
    if (match[1] !== "--level") expect(css, match[1]).toContain(`${match[1]}:`);
  }
});
