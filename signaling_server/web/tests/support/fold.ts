// A reader as a program: a line of blocks (hex, by spaces) in, a line of what it ends with out.
import { createInterface } from "node:readline";
import { decodeBlock } from "../../src/protocol/blocks";
import { LessonReader } from "../../src/protocol/reader";
import { seenOf } from "./seen";
import { hex } from "./world";

for await (const line of createInterface({ input: process.stdin })) {
  const reader = new LessonReader(3);
  for (const block of line.split(" ")) reader.addBlock(decodeBlock(hex(block)));
  process.stdout.write(`${JSON.stringify({ held: reader.held, ...seenOf(reader.board) })}\n`);
}
