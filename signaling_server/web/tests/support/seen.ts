// What a reader ends with, as make_golden.py's `seen` says it.
import type { Board } from "../../src/protocol/board";
import { digest } from "../../src/protocol/board";
import { runsOf } from "../../src/protocol/items";
import type { Page } from "../../src/protocol/page";

export interface Seen {
  digests: Record<string, string>;
  order: number[];
  shown: number;
  skipped: number;
  pages: Record<string, {
    audience: number;
    is_deleted: boolean;
    lasers: number[];
    view: number[] | null;
    instrument: (string | number)[] | null;
    runs: Record<string, number[][]>;
  }>;
  chat: [number, string, number][];
  members: Record<string, [boolean, number | null, boolean, boolean]>;
}

export function seenOf(board: Board): Seen {
  const of = <T>(get: (page: Page) => T): Record<string, T> =>
    Object.fromEntries(Array.from(board.pages.values(), (page) => [String(page.number), get(page)]));
  const members = Array.from(board.members, ([member, s]) => [String(member), [s.isJoined, s.handSinceMs, s.maySpeak, s.mayWrite]]);
  return {
    digests: of(digest),
    order: board.order,
    shown: board.shown,
    skipped: board.skipped,
    pages: of(overAndUnder),
    chat: board.chat.map((line) => [line.member, line.text, line.timeMs]),
    members: Object.fromEntries(members) as Seen["members"],
  };
}

export function stateOf({ order, shown, pages }: Board): string {
  const digests = Array.from(pages.values(), (page) => `${page.number}:${digest(page).slice(0, 8)}`);
  return `${order.join(",")};${shown};${digests.join(" ")}`;
}

function overAndUnder(page: Page): Seen["pages"][string] {
  const { view, instrument: tool } = page;
  const cut = Array.from(page.strokes.values()).filter((stroke) => stroke.isVisible && stroke.gaps.length > 0);
  return {
    audience: page.audience,
    is_deleted: page.isDeleted,
    lasers: Array.from(page.lasers.keys()),
    view: view && [view.x, view.y, view.width, view.height],
    instrument: tool && [tool.kind, tool.x, tool.y, tool.angle, tool.size, tool.opening],
    runs: Object.fromEntries(cut.map((stroke) => [String(stroke.id), runsOf(stroke).map((run) => [...run])])),
  };
}
