// Colours of ink and paper ids, from the tokens; the log holds ids only.
import { color, ink as inkTokens, paper as paperTokens } from "../../../../assets/tokens.json";
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
  colorOf: (ink: Ink) => string;
  /** A colour between the paper's dots (0) and its ink (1). */
  toned: (tone: number) => string;
  /** A picture that has not come yet. */
  frame: string;
  frameLine: string;
  /** What instruments are drawn with. */
  tool: string;
}

export function paperOf(id: string): Paper {
  const paper = paperTokens.find((one) => one.id === id) ?? paperTokens[0];
  const all = [...inkTokens.colors, ...inkTokens.highlighters];
  const onPaper = paper.inks === "blackboard" ? "blackboard" : "paper";
  const theme = onPaper === "blackboard" ? "dark" : "light";
  const colorOf = (ink: Ink): string => (all.find((one) => one.id === NAMES[ink]) ?? all[0])[onPaper];
  return {
    ground: paper.ground,
    colorOf,
    toned: (tone) => mixed(paper.dots, colorOf(Ink.INK), tone),
    frame: color["bg.pressed"][theme],
    frameLine: color["line.strong"][theme],
    tool: color["text.1"][theme],
  };
}

function mixed(one: string, other: string, share: number): string {
  const channel = (text: string, i: number): number => parseInt(text.slice(1 + 2 * i, 3 + 2 * i), 16);
  const parts = [0, 1, 2].map((i) => Math.round(channel(one, i) + (channel(other, i) - channel(one, i)) * share));
  return `rgb(${parts.join(",")})`;
}
