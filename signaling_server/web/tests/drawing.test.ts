// What is drawn: the line of a stroke, its outline, grounds, texts; eraser, tiles' index, pictures.
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import grounds from "../../../assets/grounds.json";
import { AreaEraser, areNear } from "../src/board/area_eraser";
import { LiveLine, rounded, thinned } from "../src/board/curve";
import { drawGround, placesOf } from "../src/board/ground";
import { paperOf } from "../src/board/inks";
import { Lasers } from "../src/board/lasers";
import type { Pen } from "../src/board/outline";
import { addOutline, boundsOf, linesOf } from "../src/board/outline";
import type { Load } from "../src/board/pictures";
import { PictureStore } from "../src/board/pictures";
import type { Box } from "../src/board/places";
import { Places, touch } from "../src/board/places";
import { boxMatrix, textLines } from "../src/board/text";
import type { PageKind } from "../src/protocol/generated";
import { Ink, Tool } from "../src/protocol/generated";
import type { Stroke } from "../src/protocol/items";
import { newStroke } from "../src/protocol/items";
import { BASELINE, LINE } from "../src/protocol/width";

interface Vectors {
  curves: { tool: Tool; width: number; x: number[]; y: number[]; force: number[]; expected: [number, number, number][] }[];
  grounds: Record<string, number[]>;
  text: { line: number; baseline: number };
  lines: { text: string; breaks: number[]; expected: string[] }[];
}

const vectors = JSON.parse(readFileSync(new URL("../../../tests/data/wire/drawing.json", import.meta.url), "utf8")) as Vectors;

function stroke(x: number[], y: number[], more: Partial<Stroke> = {}, tool: Tool = Tool.PEN, width = 70): Stroke {
  const made = newStroke(1, 1, 2, { tool, ink: Ink.INK, width, t0Ms: 0 }, false);
  return Object.assign(made, { x, y, ms: x.map((_, i) => i * 8), hasEnded: true }, more);
}

/** Records the corners of what is drawn. */
class Corners implements Pen {
  points: [number, number][] = [];

  moveTo(x: number, y: number): void {
    this.points.push([x, y]);
  }

  lineTo(x: number, y: number): void {
    this.points.push([x, y]);
  }

  arc(x: number, y: number, r: number): void {
    this.points.push([x - r, y - r], [x + r, y + r]);
  }

  closePath(): void {
    // the last corner joins the first
  }
}

describe("a stroke's line", () => {
  it.each(vectors.curves.map((one, i) => [i, one] as const))("is that of the desktop (%i)", (_, one) => {
    const line = rounded(thinned(stroke(one.x, one.y, { force: one.force }, one.tool, one.width), 0, one.x.length));
    expect(line.length).toBe(one.expected.length);
    one.expected.forEach(([x, y, half], i) => {
      expect(line.x[i]).toBeCloseTo(x, 3);
      expect(line.y[i]).toBeCloseTo(y, 3);
      expect(line.half[i]).toBeCloseTo(half, 3);
    });
  });

  it("goes through the same places when it is drawn bit by bit", () => {
    const { x, y, force } = vectors.curves[0];
    const whole = thinned(stroke(x, y, { force }), 0, x.length);
    const live = new LiveLine();
    const drawn = new Set<string>();
    for (let i = 1; i <= x.length; i++) {
      const piece = live.goOn(stroke(x.slice(0, i), y.slice(0, i), { force: force.slice(0, i) }));
      piece.x.forEach((at, j) => drawn.add(`${at} ${piece.y[j]}`));
    }
    whole.x.forEach((at, i) => expect(drawn).toContain(`${at} ${whole.y[i]}`));
  });

  it("stays within its bounds, gaps or not", () => {
    const place = fc.integer({ min: -1000, max: 20_000 });
    fc.assert(fc.property(fc.array(fc.tuple(place, place, fc.integer({ min: 0, max: 1023 })), { minLength: 1, maxLength: 30 }), (points) => {
      const one = stroke(points.map(([x]) => x), points.map(([, y]) => y), { force: points.map(([, , force]) => force) });
      if (points.length > 6) one.gaps = [[2, 5]];
      const pen = new Corners();
      addOutline(pen, one);
      const [left, top, right, bottom] = boundsOf(one);
      for (const [x, y] of pen.points) {
        expect(x >= left - 1e-6 && x <= right + 1e-6 && y >= top - 1e-6 && y <= bottom + 1e-6).toBe(true);
      }
    }));
  });

  it("of a part that is rubbed out is not drawn", () => {
    const pen = new Corners();
    addOutline(pen, stroke([0, 100, 200, 300, 400, 500], [0, 0, 0, 0, 0, 0], { gaps: [[1, 5]] }));
    expect(pen.points.every(([x]) => x <= 136 || x >= 364)).toBe(true);
  });
});

describe("a text", () => {
  it.each(vectors.lines)("is broken where its writer broke it: $text", ({ text, breaks, expected }) => {
    expect(textLines(text, breaks)).toEqual(expected);
  });

  it("has the desktop's lines and a box that may lie turned", () => {
    expect([LINE, BASELINE]).toEqual([vectors.text.line, vectors.text.baseline]);
    expect(boxMatrix([[10, 20], [10, 120], [-40, 20]], 100, 50)).toEqual({ a: 0, b: 1, c: -1, d: 0, e: 10, f: 20 });
    expect(boxMatrix([[10, 20], [10, 20], [10, 20]], 0, 0)).toEqual({ a: 0, b: 0, c: 0, d: 0, e: 10, f: 20 });
  });
});

describe("a ground", () => {
  /** Records filled rectangles. */
  class Paper {
    fillStyle = "";
    rects: number[][] = [];

    setTransform(): void {
      // whole device pixels
    }

    fillRect(...at: number[]): void {
      this.rects.push(at);
    }

    beginPath(): void {
      // no paths in this test
    }

    fill(): void {
      // no paths in this test
    }

    lineTo(): void {
      // no paths in this test
    }
  }
  const printed = (kind: PageKind, k: number): number[][] => {
    const context = new Paper();
    const target = { context: context as unknown as CanvasRenderingContext2D, k, left: 0, top: 0 };
    drawGround(target, { width: 17_600, height: 25_000, kind }, [0, 0, 17_600, 25_000], paperOf("white"));
    return context.rects;
  };

  it.each(Object.entries(vectors.grounds))("%s has the desktop's area", (kind, [left, top, wide, high]) => {
    const { layers } = grounds.kinds[kind as PageKind];
    const rects = printed(kind as PageKind, 0.07);
    if (layers.length === 0) return;
    expect(Math.min(...rects.map(([x]) => x))).toBeGreaterThanOrEqual(left * 0.07 - 1);
    expect(Math.max(...rects.map(([x, , w]) => x + w))).toBeLessThanOrEqual((left + wide) * 0.07 + 2);
    expect(Math.min(...rects.map(([, y]) => y))).toBeGreaterThanOrEqual(top * 0.07 - 1);
    expect(Math.max(...rects.map(([, y, , h]) => y + h))).toBeLessThanOrEqual((top + high) * 0.07 + 2);
  });

  it("falls on whole pixels, and is left out where it would be a veil", () => {
    for (const rect of printed("squares", 0.0443)) rect.forEach((at) => expect(Number.isInteger(at)).toBe(true));
    expect(printed("squares", 0.0443).length).toBeGreaterThan(50);
    expect(printed("squares", 0.009)).toHaveLength(0);
    expect(printed("axes", 0.05).length).toBeGreaterThan(10);
    expect(placesOf(500, 2000, 500, [0, 500])).toEqual([500, 1000, 1500, 2000, 2500]);
  });
});

describe("a line of thousands of points", () => {
  it("comes in pieces that go on from one another, so that no fill is long", () => {
    const zigzag = Array.from({ length: 5000 }, (_, i) => (i % 2) * 900_000);
    const down = zigzag.map((_, i) => i * 100);
    const pieces = Array.from(linesOf(stroke(zigzag, down)));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(513);
    expect(pieces.length).toBeGreaterThan(8);
    const joined = pieces.flatMap((piece, i) => piece.x.slice(i > 0 ? 1 : 0));
    expect(joined).toEqual(zigzag);
    pieces.slice(1).forEach((piece, i) => expect(piece.y[0]).toBe(pieces[i].y[pieces[i].length - 1]));
  });
});

describe("the index of places", () => {
  it("finds what touches an area, and nothing that moved or went away", () => {
    const place = fc.integer({ min: -2000, max: 30_000 });
    const size = fc.oneof(fc.nat(6000), fc.nat(6000), fc.nat(1_000_000));
    const box = fc.tuple(place, place, size, size).map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(9), fc.option(box)), { maxLength: 40 }), box, (steps, area) => {
      const places = new Places();
      const held = new Map<number, Box>();
      for (const [name, at] of steps) {
        if (at === null) {
          places.remove(name);
          held.delete(name);
        } else {
          places.put(name, at);
          held.set(name, at);
        }
      }
      const found = Array.from(places.near(area)).sort();
      expect(found).toEqual(Array.from(held).filter(([, at]) => touch(at, area)).map(([name]) => name).sort());
    }));
  });

  it("is not filled by strokes across 20 m, which a pupil may send by the dozen (A24)", () => {
    const places = new Places();
    for (let name = 0; name < 1000; name++) places.put(name, [-1_000_000, -1_000_000, 1_000_000, 1_000_000]);
    for (let name = 0; name < 998; name++) places.put(name, [0, 0, 10, 10]);
    expect(places.near([900_000, 900_000, 900_001, 900_001])).toEqual(new Set([998, 999]));
  });
});

describe("the eraser of parts", () => {
  const line = stroke([0, 100, 200, 300, 400, 500], [0, 0, 0, 0, 0, 0]);

  it("takes what it passes over, once, also between its samples", () => {
    const eraser = new AreaEraser(10);
    expect(eraser.move([line], 250, -300).size).toBe(0);
    expect(eraser.move([line], 250, 300).get(1)).toEqual([[0, 3], [3, 6]]);
    expect(eraser.move([line], 250, -300).size).toBe(0);
    expect(eraser.take()).toEqual({ parts: [{ stroke: 1, first: 2, stop: 4 }], gone: [] });
  });

  it("leaves open strokes alone and takes dots whole", () => {
    const dot = stroke([250], [0], { id: 2 });
    const eraser = new AreaEraser(300);
    expect(eraser.move([dot, { ...line, hasEnded: false }], 250, 0)).toEqual(new Map([[2, []]]));
    expect(eraser.take()).toEqual({ parts: [], gone: [2] });
  });

  it("knows how near lines come", () => {
    expect(areNear([0, 0], [10, 10], [0, 10], [10, 0], 0)).toBe(true);
    expect(areNear([0, 0], [10, 0], [0, 5], [10, 5], 4)).toBe(false);
    expect(areNear([0, 0], [10, 0], [0, 5], [10, 5], 5)).toBe(true);
  });
});

describe("lasers", () => {
  it("are lit for a second after they came, old ones from the log not at all", () => {
    const lasers = new Lasers();
    const pointing = stroke([1, 2], [1, 2], { ms: [0, 16] }, Tool.LASER);
    expect(lasers.take([pointing], 5000, 0)).toBe(true);
    expect(lasers.take([pointing], 5900, 0)).toBe(true);
    expect(lasers.take([pointing], 6100, 0)).toBe(false);
    expect(lasers.take([], 6200, 0)).toBe(false);
    expect(new Lasers().take([pointing], 5000, 4000)).toBe(false);
  });
});

describe("pictures", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const [one, two, three, four, five] = ["1", "2", "3", "4", "5"].map((name) => name.repeat(64));
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };

  function storeOf(fails: () => boolean): { store: PictureStore; asked: string[]; came: string[] } {
    const asked: string[] = [];
    const came: string[] = [];
    const load: Load = (sha256, size) => {
      asked.push(`${sha256[0]} ${size}`);
      return fails() ? Promise.reject(new Error("gone")) : Promise.resolve({ sha256, size } as unknown as CanvasImageSource);
    };
    return { store: new PictureStore(load, (sha256) => came.push(sha256)), asked, came };
  }

  it("come small first, and full where their place is larger", async () => {
    const { store, asked, came } = storeOf(() => false);
    expect(store.image(one, 3000)).toBeNull();
    await settle();
    expect([asked, came]).toEqual([["1 small"], [one]]);
    expect(store.image(one, 600)).toMatchObject({ size: "small" });
    expect(store.image(one, 700)).toMatchObject({ size: "small" });
    await settle();
    expect(asked).toEqual(["1 small", "1 full"]);
    expect(store.image(one, 100)).toMatchObject({ size: "full" });
  });

  it("are asked for again, ever more seldom, and at once when the line is back", async () => {
    let isDown = true;
    const { store, asked, came } = storeOf(() => isDown);
    store.image(one, 100);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked.length).toBe(6); // 0, 0.5, 1.5, 3.5, 7.5, 15.5 s
    isDown = false;
    store.hurry();
    await settle();
    expect([asked.length, came]).toEqual([7, [one]]);
    store.close();
  });

  it("in view overtake those of other pages", async () => {
    const { store, asked } = storeOf(() => false);
    [one, two, three, four].forEach((name) => store.prefetch(name));
    store.image(five, 100);
    await settle();
    expect(asked).toEqual(["1 small", "2 small", "3 small", "5 small", "4 small"]);
    store.image(one, 100);
    await settle();
    expect(asked).toHaveLength(5);
  });
});
