// Which page and which part of it the pupil sees: what the teacher looks at, until the pupil goes
// on alone; then a chip leads back.
import type { BoardView } from "../board/view";
import type { Frame } from "../board/viewport";
import type { Changes } from "../protocol/board";
import type { LessonReader } from "../protocol/reader";
import type { Notices } from "../ui/notices";
import { t } from "../ui/texts";
import { PageChip } from "./page_chip";

export interface FollowerHost {
  reader: LessonReader;
  me: number;
  notices: Notices;
  announce: (words: string) => void;
  /** Nothing moves under a finger that draws. */
  isDrawing: () => boolean;
}

export class Follower {
  readonly chip = new PageChip((step) => this.turn(step), () => this.follow());
  private isFollowing = true;
  /** The teacher's frame moved and was not followed yet. */
  private isBehind = false;

  constructor(
    private readonly view: BoardView,
    private readonly host: FollowerHost,
  ) {}

  /** Turn to the page that is shown now; before the view takes these changes. */
  turnTo(changes: Changes): void {
    if (changes.shown || changes.order || changes.wasRefolded || this.view.page === 0) this.shownPage();
    this.isBehind = this.isBehind || changes.view;
  }

  /** Go where the teacher looks or writes; after the view took these changes. */
  keepUp(hasGrown = false): void {
    if (!this.isFollowing || this.host.isDrawing()) return;
    if (this.isBehind) {
      this.isBehind = false;
      this.view.followFrame(this.frame);
    } else if (hasGrown && this.frame === null) this.view.followNewest(this.host.me);
  }

  follow(): void {
    const { shown } = this.host.reader.board;
    this.isFollowing = true;
    this.host.notices.set("turned", null);
    if (shown !== 0 && shown !== this.view.page) this.view.setPage(shown);
    this.view.followFrame(this.frame);
    this.show();
  }

  /** The screen has another size. */
  resized(): void {
    this.isBehind = this.isBehind || this.frame !== null;
    this.keepUp();
  }

  movedByHand(): void {
    const { viewport } = this.view;
    const isAsFitted = viewport.isFitted && viewport.y === 0 && this.frame === null;
    this.isFollowing = isAsFitted && this.view.page === this.host.reader.board.shown;
    this.view.moved();
    this.show();
  }

  /** The teacher's frame on the shown page, mm; null: none to follow. */
  private get frame(): Frame | null {
    const { pages, shown } = this.host.reader.board;
    const frame = this.view.page === shown ? (pages.get(shown)?.view ?? null) : null;
    return frame && { x: frame.x / 100, y: frame.y / 100, width: frame.width / 100, height: frame.height / 100 };
  }

  private shownPage(): void {
    const { shown, order } = this.host.reader.board;
    const n = order.indexOf(shown) + 1;
    if (shown !== this.view.page && (this.isFollowing || !order.includes(this.view.page))) {
      this.isFollowing = true;
      this.view.setPage(shown);
      this.isBehind = this.frame !== null;
    } else if (shown !== this.view.page) {
      const button = { words: t("back_to_teacher"), act: () => this.follow() };
      this.host.notices.set("turned", { words: t("teacher_turned", { n }), rank: 5, lasts: 8000, button });
    }
    if (shown !== 0) this.host.announce(t("page_of", { n, all: order.length }));
    this.show();
  }

  private turn(step: number): void {
    const { order, shown } = this.host.reader.board;
    const next = order[order.indexOf(this.view.page) + step];
    if (next === undefined) return;
    this.view.setPage(next);
    this.isFollowing = false;
    if (next === shown) this.follow();
    else this.show();
  }

  private show(): void {
    const { order } = this.host.reader.board;
    this.chip.show(this.view.page, order.indexOf(this.view.page), order.length, this.isFollowing);
  }
}
