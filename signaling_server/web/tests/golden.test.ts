// The golden files that Python wrote and reads too: same bytes, same board, same refusals.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeBlock } from "../src/protocol/blocks";
import { digest } from "../src/protocol/board";
import { toHex } from "../src/protocol/bytes";
import { readClientMessage, readServerMessage } from "../src/protocol/generated";
import { decodeHints } from "../src/protocol/hints";
import { LessonReader } from "../src/protocol/reader";
import { InvalidError } from "../src/protocol/schema";
import { drawnWidth } from "../src/protocol/width";
import { hex } from "./support/world";

interface GoldenLog {
  blocks: string[];
  sealed_for_3: string[];
  hashes: string[];
  hints: string[];
  held: number;
  epoch: { counter: number; engine: string };
  digests: Record<string, string>;
  shown: number;
  chat: [number, string, number][];
  members: Record<string, [boolean, number | null, boolean, boolean]>;
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../tests/data/wire/${name}`, import.meta.url), "utf8")) as T;
}

const logs = load<GoldenLog[]>("logs.json");
const messages = load<{ client: string[]; server: string[]; refused: string[] }>("messages.json");

describe.each(logs.map((log, i) => [i, log] as const))("golden log %i", (_, log) => {
  const read = (reader: LessonReader, blocks: string[]): LessonReader => {
    blocks.forEach((block) => reader.addBlock(decodeBlock(hex(block))));
    return reader;
  };

  const matches = (reader: LessonReader): void => {
    const { board } = reader;
    expect(reader.held).toBe(log.held);
    expect(reader.epoch).toEqual(log.epoch);
    expect(board.shown).toBe(log.shown);
    for (const [number, page] of board.pages) expect(digest(page)).toBe(log.digests[number]);
    expect(board.pages.size).toBe(Object.keys(log.digests).length);
    expect(board.chat.map((line) => [line.member, line.text, line.timeMs])).toEqual(log.chat);
    for (const [member, state] of board.members) {
      const { isJoined, handSinceMs, maySpeak, mayWrite } = state;
      expect([isJoined, handSinceMs, maySpeak, mayWrite]).toEqual(log.members[member]);
    }
  };

  it("folds to the same board", () => matches(read(new LessonReader(3), log.blocks)));

  it("has the same block hashes, sealed or not", () => {
    expect(log.blocks.map((block) => toHex(decodeBlock(hex(block)).hash))).toEqual(log.hashes);
    expect(log.sealed_for_3.map((block) => toHex(decodeBlock(hex(block)).hash))).toEqual(log.hashes);
  });

  it("reads a sealed log as long as the open one", () => {
    expect(read(new LessonReader(3), log.sealed_for_3).held).toBe(log.held);
  });

  it("ends with the log's board when hints come before, between and after", () => {
    const hints = log.hints.map((hint) => decodeHints(hex(hint)));
    for (const step of [0, 1, 2]) {
      const reader = new LessonReader(3);
      if (step === 0) hints.forEach((hint) => reader.addHints(hint));
      log.blocks.forEach((block, i) => {
        if (step === 1 && i < hints.length) reader.addHints(hints[i]);
        reader.addBlock(decodeBlock(hex(block)));
      });
      if (step === 2) hints.forEach((hint) => reader.addHints(hint));
      matches(reader);
    }
  });

  it("takes blocks backwards and doubled", () => {
    const reader = read(new LessonReader(3), [...log.blocks].reverse());
    matches(read(reader, [...log.blocks, ...log.blocks]));
  });
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
