import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBlock } from "../src/protocol/blocks";
import { ByteReader, ByteWriter, toHex } from "../src/protocol/bytes";
import { EntryKind } from "../src/protocol/generated";
import { decodeHints } from "../src/protocol/hints";
import { commandId, compareEpochs, strokeId } from "../src/protocol/ids";
import { Board, TooNewError } from "../src/protocol/board";
import { InvalidError, int, list, object, text } from "../src/protocol/schema";
import { sha256 } from "../src/protocol/sha256";
import { PAGE_ADDED, PAGE_SHOWN, encodeBlock, json } from "./support/world";

const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe("numbers", () => {
  it("come back as they went", () => {
    fc.assert(fc.property(fc.array(safe), fc.array(fc.integer({ min: -1e9, max: 1e9 })), (numbers, column) => {
      const out = new ByteWriter();
      numbers.forEach((number) => out.varint(number));
      out.column(column);
      const reader = new ByteReader(out.done());
      expect(numbers.map(() => reader.varint())).toEqual(numbers);
      expect(reader.column(column.length)).toEqual(column);
      expect(reader.isEmpty).toBe(true);
    }));
  });

  it("are refused when cut short or too long", () => {
    expect(() => new ByteReader(Uint8Array.of(0x80)).varint()).toThrow(InvalidError);
    expect(() => new ByteReader(new Uint8Array(9).fill(0xff)).varint()).toThrow(InvalidError);
  });

  it("make ids beyond 32 bits", () => {
    const stroke = strokeId(1023, 65535, 1048575);
    expect(stroke).toBe(Number((1023n << 36n) | (65535n << 20n) | 1048575n));
    expect(commandId(3, 1)).toBe(50331649);
    expect(compareEpochs({ counter: 2, engine: "a" }, { counter: 2, engine: "b" })).toBeLessThan(0);
  });
});

it("hashes as everybody does", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
    expect(toHex(sha256(data.subarray(0, 7), data.subarray(7)))).toBe(createHash("sha256").update(data).digest("hex"));
  }));
});

describe("damage", () => {
  const block = encodeBlock({ counter: 1, engine: "00".repeat(8) }, 1, new Uint8Array(32), [PAGE_ADDED, PAGE_SHOWN]);

  it("in a block is refused as such, wherever the bit", () => {
    fc.assert(fc.property(fc.nat(block.length * 8 - 1), (bit) => {
      const bad = block.slice();
      bad[bit >> 3] ^= 1 << (bit & 7);
      expect(() => decodeBlock(bad)).toThrow(InvalidError);
    }));
    expect(() => decodeBlock(block.subarray(0, 20))).toThrow(InvalidError);
  });

  it("in hints is refused or read, never another error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
      data[0] = 1;
      try {
        decodeHints(data);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidError);
      }
    }));
  });
});

describe("a kind unknown here", () => {
  const blockOf = (kind: number) => decodeBlock(encodeBlock({ counter: 1, engine: "00".repeat(8) }, 1, new Uint8Array(32), [{ kind, page: 0, author: 0, body: json({}) }]));

  it("is skipped, or asks for a newer page where it must be understood", () => {
    expect(new Board().apply(blockOf(0x7f).entries[0]).pages.size).toBe(0);
    expect(() => new Board().apply(blockOf(0xff).entries[0])).toThrow(TooNewError);
  });

  it("that makes no sense is counted", () => {
    const board = new Board();
    const [entry] = decodeBlock(encodeBlock({ counter: 1, engine: "00".repeat(8) }, 1, new Uint8Array(32), [
      { kind: EntryKind.ITEMS_ERASED, page: 9, author: 1, body: json({ items: [1] }) },
    ])).entries;
    board.apply(entry);
    expect(board.skipped).toBe(1);
  });
});

describe("readers", () => {
  it("count characters as Python does", () => {
    expect(text(2, 1)("\u{1f600}\u{1f600}", "")).toHaveLength(4);
    expect(() => text(2, 1)("\u{1f600}ab", "")).toThrow(InvalidError);
    expect(() => text(9, 2)("\u{1f600}", "")).toThrow(InvalidError);
    expect(() => text(9, 0)("\ud800", "")).toThrow(InvalidError);
  });

  it("refuse what is not theirs", () => {
    const reader = object<{ a: number; b: number[] }>({ a: [int(0, 5)], b: [list(int(0, 1), 2, 0), []] });
    expect(reader({ a: 1 }, "")).toEqual({ a: 1, b: [] });
    for (const bad of [{}, { a: 6 }, { a: 1, c: 1 }, { a: 1, b: [0, 0, 0] }, [], null, { a: true }, { a: 1, ["__proto__x"]: 1 }]) {
      expect(() => reader(bad, "")).toThrow(InvalidError);
    }
  });
});
