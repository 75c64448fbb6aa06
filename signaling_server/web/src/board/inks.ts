// Colours of ink and paper ids, from the tokens; the log holds ids only.
import { ink as inkTokens, paper as paperTokens } from "../../../../assets/tokens.json";
import { Ink } from "../protocol/generated";

export const PAPERS = paperTokens.map((paper) => paper.id);

const NAMES: Record<Ink, string> = {
  [Ink.INK]: "ink",
  [Ink.BLUE]: "blue",
  [Ink.RED]: "red",
  [Ink.GREEN]: "green",
  [Ink.OCHRE]: "ochre",
  [Ink.PURPLE]: "purple",
  [Ink.PUPIL]: "pupil",
  [Ink.MARKER_YELLOW]: "hl-yellow",
  [Ink.MARKER_AQUA]: "hl-aqua",
};

export const MARKER_OPACITY = inkTokens.highlighters[0].opacity;

export interface Paper {
  ground: string;
  dots: string;
  colorOf: (ink: Ink) => string;
}

export function paperOf(id: string): Paper {
  const paper = paperTokens.find((one) => one.id === id) ?? paperTokens[0];
  const all = [...inkTokens.colors, ...inkTokens.highlighters];
  const onPaper = paper.inks === "blackboard" ? "blackboard" : "paper";
  return {
    ground: paper.ground,
    dots: paper.dots,
    colorOf: (ink) => (all.find((one) => one.id === NAMES[ink]) ?? all[0])[onPaper],
  };
}
