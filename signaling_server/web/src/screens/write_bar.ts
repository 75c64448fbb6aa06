// The pupil's tools while it is the pupil's turn: three inks, eraser, undo, done.
import type { Eraser, Writer } from "../board/writer";
import { Ink } from "../protocol/generated";
import { el, icon, setText } from "../ui/dom";
import type { TextId } from "../ui/texts";
import { t } from "../ui/texts";

const INKS: readonly (readonly [Ink, string])[] = [
  [Ink.PUPIL, "pupil"],
  [Ink.INK, "ink"],
  [Ink.GREEN, "green"],
];

/** A tap on the eraser goes from writing to whole strokes, to parts, and back. */
const NEXT: Record<Eraser, Eraser> = { none: "strokes", strokes: "area", area: "none" };
const LABELS: Record<Eraser, TextId> = { none: "eraser_off", strokes: "eraser_strokes", area: "eraser_area" };
const WORDS: Record<Eraser, TextId> = { none: "eraser", strokes: "erase_strokes", area: "erase_area" };

export class WriteBar {
  readonly node: HTMLElement;
  private readonly swatches: HTMLButtonElement[];
  private readonly eraser: HTMLButtonElement;
  private readonly eraserWords = el("span", { class: "words" });

  constructor(
    private readonly writer: Writer,
    undo: () => void,
    done: () => void,
  ) {
    this.swatches = INKS.map(([ink, name]) =>
      el("button", {
        class: `swatch ${name}`, type: "button", "data-ink": ink,
        "aria-label": t("color", { name: t(`ink_${name}` as TextId) }), onclick: () => this.pick(ink, "none"),
      }, el("i")));
    this.eraser = el("button", {
      class: "tool", type: "button", id: "eraser", onclick: () => this.pick(writer.ink, NEXT[writer.eraser]),
    }, icon("eraser", 24), this.eraserWords);
    this.node = el("div", { class: "turn", hidden: true }, ...this.swatches, this.eraser,
      el("button", { class: "tool", type: "button", id: "undo", "aria-label": t("undo"), onclick: undo }, icon("arrow-back-up", 24)),
      el("button", { class: "primary done", type: "button", id: "done-writing", onclick: done }, t("done_writing")));
    this.show();
  }

  private pick(ink: Ink, eraser: Eraser): void {
    this.writer.ink = ink;
    this.writer.eraser = eraser;
    this.show();
  }

  private show(): void {
    const { ink, eraser } = this.writer;
    this.swatches.forEach((swatch) => {
      swatch.setAttribute("aria-pressed", String(eraser === "none" && Number(swatch.dataset.ink) === ink));
    });
    this.eraser.setAttribute("aria-pressed", String(eraser !== "none"));
    this.eraser.setAttribute("aria-label", t(LABELS[eraser]));
    setText(this.eraserWords, t(WORDS[eraser]));
  }
}
