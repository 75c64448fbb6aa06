// What a pupil sees: the teacher's page and frame, until the pupil goes on alone.
import { beforeEach, expect, it, vi } from "vitest";
import type { BoardView } from "../src/board/view";
import { Viewport } from "../src/board/viewport";
import { Board, Changes } from "../src/protocol/board";
import type { LessonReader } from "../src/protocol/reader";
import { Follower } from "../src/screens/follower";
import type { Notices } from "../src/ui/notices";

vi.mock("../src/screens/page_chip", () => ({ PageChip: class { show = vi.fn(); } }));

const FRAME = { x: 1000, y: 2000, width: 6000, height: 4000 };

function setUp() {
  const board = new Board();
  const view = {
    page: 0,
    viewport: new Viewport(),
    setPage: vi.fn((page: number) => void (view.page = page)),
    followFrame: vi.fn(),
    followNewest: vi.fn(),
    moved: vi.fn(),
  };
  view.viewport.setScreen({ width: 390, height: 553 });
  view.viewport.fit();
  const notices = { set: vi.fn() };
  let isDrawing = false;
  const follower = new Follower(view as unknown as BoardView, {
    reader: { board } as unknown as LessonReader,
    me: 2,
    notices: notices as unknown as Notices,
    announce: () => undefined,
    isDrawing: () => isDrawing,
  });
  const show = (shown: number, order: number[], frame: typeof FRAME | null = null): void => {
    board.order = order;
    board.shown = shown;
    order.forEach((page) => board.pages.set(page, { view: page === shown ? frame : null } as never));
  };
  const take = (changes: Changes, hasGrown = false): void => {
    follower.turnTo(changes);
    follower.keepUp(hasGrown);
  };
  return { view, notices, follower, show, take, draw: (is: boolean) => (isDrawing = is) };
}

let all: ReturnType<typeof setUp>;
beforeEach(() => (all = setUp()));

it("turns to the teacher's page and frame, and never under a finger that draws", () => {
  const { view, show, take, draw, follower } = all;
  show(1, [1], FRAME);
  take(new Changes({ shown: true, view: true }));
  expect(view.page).toBe(1);
  expect(view.followFrame).toHaveBeenLastCalledWith({ x: 10, y: 20, width: 60, height: 40 });
  draw(true);
  take(new Changes({ view: true }));
  expect(view.followFrame).toHaveBeenCalledTimes(1);
  draw(false);
  follower.keepUp();
  expect(view.followFrame).toHaveBeenCalledTimes(2);
  take(new Changes(), true);
  expect(view.followNewest).not.toHaveBeenCalled(); // the frame says where to look
});

it("follows new ink where there is no frame", () => {
  const { view, show, take } = all;
  show(1, [1]);
  take(new Changes({ shown: true }), true);
  expect(view.followNewest).toHaveBeenCalledWith(2);
});

it("stays where the pupil went, says that the teacher turned, and goes back at a tap", () => {
  const { view, notices, show, take, follower } = all;
  show(1, [1, 2], FRAME);
  take(new Changes({ shown: true, view: true }));
  view.viewport.zoomAt(3, 10, 10);
  follower.movedByHand();
  show(2, [1, 2]);
  take(new Changes({ shown: true }), true);
  expect([view.page, view.followFrame.mock.calls.length, view.followNewest.mock.calls.length]).toEqual([1, 1, 0]);
  expect(notices.set).toHaveBeenLastCalledWith("turned", expect.objectContaining({ rank: 5 }));
  follower.follow();
  expect([view.page, view.followFrame.mock.lastCall]).toEqual([2, [null]]);
});

it("leaves a page that vanished, even for one who looked at it alone", () => {
  const { view, show, take, follower } = all;
  show(1, [1, 2]);
  take(new Changes({ shown: true }));
  view.setPage(2);
  view.viewport.zoomAt(3, 10, 10);
  follower.movedByHand();
  show(1, [1]);
  take(new Changes({ order: true }));
  expect(view.page).toBe(1);
});
