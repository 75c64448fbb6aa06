// What the board says to those who hear it: which page, who wrote last, typed words and formulas.
import type { BoardView } from "../board/view";
import { TEACHER, TextKind } from "../protocol/generated";
import type { Page } from "../protocol/page";
import type { LessonReader } from "../protocol/reader";
import { currentLanguage, t } from "../ui/texts";

/** A screen reader reads labels to their end; longer ones are cut. */
const LONGEST = 600;

export function boardLabel(reader: LessonReader, view: BoardView, me: number): string {
  const { order, pages } = reader.board;
  const page = pages.get(view.page);
  if (page === undefined) return t("no_page");
  const strokes = view.strokeCount();
  const parts = [t("board_label", { n: order.indexOf(page.number) + 1, all: order.length, strokes })];
  const author = newestAuthor(page);
  if (author !== null) parts.push(t("board_newest", { who: t(author === me ? "you" : author === TEACHER ? "teacher" : "pupil") }));
  for (const { isVisible, body } of page.texts.values()) {
    if (isVisible) parts.push(t(body.kind === TextKind.FORMULA ? "board_formula" : "board_text", { words: body.text }));
  }
  if (strokes === 0 && parts.length === 1) parts.push(t("board_empty"));
  const label = parts.join(currentLanguage() === "zh" ? "；" : "; ");
  return label.length > LONGEST ? `${label.slice(0, LONGEST)}…` : label;
}

function newestAuthor(page: Page): number | null {
  let newest: number | null = null;
  for (const stroke of page.strokes.values()) if (stroke.isVisible) newest = stroke.author;
  return newest;
}
