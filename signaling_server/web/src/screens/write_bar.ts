// The pupil's tools while it is the pupil's turn: three inks, eraser, undo, done.
import type { Writer } from "../board/writer";
import { Ink } from "../protocol/generated";
import { el, icon } from "../ui/dom";
import type { TextId } from "../ui/texts";
import { t } from "../ui/texts";

const INKS: readonly (readonly [Ink, string])[] = [
  [Ink.PUPIL, "pupil"],
  [Ink.INK, "ink"],
  [Ink.GREEN, "green"],
];

export class WriteBar {
  readonly node: HTMLElement;
  private readonly swatches: HTMLButtonElement[];
  private readonly eraser: HTMLButtonElement;

  constructor(
    private readonly writer: Writer,
    undo: () => void,
    done: () => void,
  ) {
    this.swatches = INKS.map(([ink, name]) =>
      el("button", {
        class: `swatch ${name}`, type: "button", "data-ink": ink,
        "aria-label": t("color", { name: t(`ink_${name}` as TextId) }), onclick: () => this.pick(ink, false),
      }, el("i")));
    this.eraser = el("button", {
      class: "tool", type: "button", id: "eraser", "aria-label": t("eraser"), onclick: () => this.pick(writer.ink, !writer.isErasing),
    }, icon("eraser", 24));
    this.node = el("div", { class: "turn", hidden: true }, ...this.swatches, this.eraser,
      el("button", { class: "tool", type: "button", id: "undo", "aria-label": t("undo"), onclick: undo }, icon("arrow-back-up", 24)),
      el("button", { class: "primary done", type: "button", id: "done-writing", onclick: done }, t("done_writing")));
    this.show();
  }

  private pick(ink: Ink, isErasing: boolean): void {
    this.writer.ink = ink;
    this.writer.isErasing = isErasing;
    this.show();
  }

  private show(): void {
    const { ink, isErasing } = this.writer;
    this.swatches.forEach((swatch) => {
      swatch.setAttribute("aria-pressed", String(!isErasing && Number(swatch.dataset.ink) === ink));
    });
    this.eraser.setAttribute("aria-pressed", String(isErasing));
  }
}
