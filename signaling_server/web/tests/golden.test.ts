// The golden files that Python wrote and reads too: same bytes, same board, same refusals.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Block } from "../src/protocol/blocks";
import { decodeBlock } from "../src/protocol/blocks";
import { Board } from "../src/protocol/board";
import { toHex } from "../src/protocol/bytes";
import { readClientMessage, readServerMessage } from "../src/protocol/generated";
import { decodeHints } from "../src/protocol/hints";
import { columns } from "../src/protocol/items";
import { LessonReader } from "../src/protocol/reader";
import { InvalidError } from "../src/protocol/schema";
import { drawnWidth } from "../src/protocol/width";
import type { Seen } from "./support/seen";
import { seenOf, stateOf } from "./support/seen";
import { hex } from "./support/world";

interface GoldenLog {
  blocks: string[];
  sealed_for_3: string[];
  hashes: string[];
  hints: string[];
  held: number;
  epoch: { counter: number; engine: string };
  /** `states`: behind each block, the row of pages, the shown page, the beginnings of the digests. */
  teacher: Seen & { states: string[] };
  pupil_3: Seen & { states: string[] };
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../tests/data/wire/${name}`, import.meta.url), "utf8")) as T;
}

const logs = load<GoldenLog[]>("logs.json");
const messages = load<{ client: string[]; server: string[]; refused: string[] }>("messages.json");

const decoded = (blocks: readonly string[]): Block[] => blocks.map((block) => decodeBlock(hex(block)));

function read(blocks: readonly Block[]): LessonReader {
  const reader = new LessonReader(3);
  blocks.forEach((block) => reader.addBlock(block));
  return reader;
}

function matches({ board }: LessonReader, seen: GoldenLog["teacher"]): void {
  const { states, ...last } = seen;
  expect(states).not.toHaveLength(0);
  expect(seenOf(board)).toEqual({ ...last, skipped: board.skipped });
}

describe.each(logs.map((log, i) => [i, log] as const))("golden log %i", (_, log) => {
  const open = decoded(log.blocks);
  const sealed = decoded(log.sealed_for_3);

  it("folds to the same board, behind every block", () => {
    for (const [blocks, seen] of [[open, log.teacher], [sealed, log.pupil_3]] as const) {
      const board = new Board();
      const states = blocks.map(({ entries }) => {
        entries.forEach((entry) => board.apply(entry));
        return stateOf(board);
      });
      expect(states).toEqual(seen.states);
      expect(board.skipped).toBe(seen.skipped);
      const reader = read(blocks);
      matches(reader, seen);
      expect([reader.held, reader.epoch]).toEqual([log.held, log.epoch]);
    }
  });

  it("has the same block hashes, sealed or not", () => {
    for (const blocks of [open, sealed]) expect(blocks.map((block) => toHex(block.hash))).toEqual(log.hashes);
  });

  it("ends with the log's board when hints come before, between and after", () => {
    const hints = log.hints.map((hint) => decodeHints(hex(hint)));
    for (const step of [0, 1, 2]) {
      const reader = new LessonReader(3);
      if (step === 0) hints.forEach((hint) => reader.addHints(hint));
      open.forEach((block, i) => {
        if (step === 1 && i < hints.length) reader.addHints(hints[i]);
        reader.addBlock(block);
      });
      if (step === 2) hints.forEach((hint) => reader.addHints(hint));
      matches(reader, log.teacher);
    }
  });

  it("takes blocks backwards and doubled", () => {
    const reader = read([...open].reverse());
    [...open, ...open].forEach((block) => reader.addBlock(block));
    matches(reader, log.teacher);
  });
});

it("moves points as Python does", () => {
  for (const { matrix: [a, b, c, d, e, f], ...at } of load<Record<"matrix" | "x" | "y" | "to_x" | "to_y", number[]>[]>("matrices.json")) {
    expect(columns({ a, b, c, d, e, f }, at.x, at.y)).toEqual([at.to_x, at.to_y]);
  }
});

describe("golden messages", () => {
  it.each(messages.client)("reads %s", (text) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    expect(readClientMessage(value, "")).toMatchObject(value);
  });

  it.each(messages.server)("reads from the server %s", (text) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    expect(readServerMessage(value, "")).toMatchObject(value);
  });

  // JSON.parse takes the last of doubled keys; the server, who must not, refuses them.
  const refused = messages.refused.filter((text) => text !== '{"t":"ping","id":1,"id":1}');
  it.each(refused)("refuses %s", (text) => {
    expect(() => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw new InvalidError("", "not JSON");
      }
      readClientMessage(value, "");
    }).toThrow(InvalidError);
  });
});

it("draws ink as wide as Python does", () => {
  for (const vector of load<{ width: number; force: number | null; expected: number }[]>("width.json")) {
    expect(drawnWidth(vector.width, vector.force)).toBeCloseTo(vector.expected, 6);
  }
});
