// The chip on the board's lower edge: which page, and the way back to the teacher.
import { el, icon, setShown, setText } from "../ui/dom";
import { t } from "../ui/texts";

export class PageChip {
  readonly node = el("div", { class: "chip-row" });
  private readonly words = el("span", { class: "num" });
  private readonly label: HTMLButtonElement;
  private readonly back: HTMLButtonElement;
  private readonly before: HTMLButtonElement;
  private readonly after: HTMLButtonElement;
  private isOpen = false;
  private last: [page: number, index: number, count: number, isFollowing: boolean] = [0, 0, 0, true];

  constructor(turn: (step: number) => void, follow: () => void) {
    this.label = el("button", { class: "chip", type: "button", id: "page", "aria-expanded": "false", onclick: () => this.toggle() }, icon("notes", 20), this.words);
    this.before = el("button", { class: "chip", type: "button", id: "page-before", "aria-label": t("previous_page"), onclick: () => turn(-1) }, icon("chevron-left", 24));
    this.after = el("button", { class: "chip", type: "button", id: "page-after", "aria-label": t("next_page"), onclick: () => turn(1) }, icon("chevron-right", 24));
    this.back = el("button", { class: "chip back", type: "button", id: "back-to-teacher", onclick: follow }, icon("focus-2", 20), t("back_to_teacher"));
    this.node.append(this.before, this.label, this.after, this.back);
  }

  /** Show or hide the steps to other pages. */
  private toggle(): void {
    this.isOpen = !this.isOpen;
    this.label.setAttribute("aria-expanded", String(this.isOpen));
    this.show(...this.last);
  }

  show(page: number, index: number, count: number, isFollowing: boolean): void {
    this.last = [page, index, count, isFollowing];
    setShown(this.node, page !== 0);
    setShown(this.back, !isFollowing);
    this.before.disabled = index <= 0;
    this.after.disabled = index >= count - 1;
    setText(this.words, isFollowing && !this.isOpen ? t("following", { n: index + 1 }) : t("page_of", { n: index + 1, all: count }));
    const isShown = this.isOpen || (!isFollowing && count > 1);
    setShown(this.before, isShown);
    setShown(this.after, isShown);
  }
}
