// Building elements without markup: every text goes through textContent (THREATS, ground rule 7).
import { ICONS } from "virtual:icons";

type Child = Node | string | null | false;

export interface Attributes {
  class?: string;
  /** A stable name for tests and styles. */
  id?: string;
  onclick?: (event: MouseEvent) => void;
  [attribute: string]: string | boolean | number | ((event: MouseEvent) => void) | undefined;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener("click", value as (event: Event) => void);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== false) node.append(child);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon; always beside a word, so hidden from screen readers. */
export function icon(name: string, size = 24): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const isFilled = name.endsWith("-filled");
  const attributes: Record<string, string | number> = {
    viewBox: "0 0 24 24",
    width: size,
    height: size,
    fill: isFilled ? "currentColor" : "none",
    stroke: isFilled ? "none" : "currentColor",
    "stroke-width": 1.75,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
    focusable: "false",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  for (const data of ICONS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  return svg;
}

export function setText(node: Node, words: string): void {
  if (node.textContent !== words) node.textContent = words;
}

/** Set or remove a boolean class or attribute without touching the tree when nothing changes. */
export function setClass(node: Element, name: string, isOn: boolean): void {
  if (node.classList.contains(name) !== isOn) node.classList.toggle(name, isOn);
}

export function setShown(node: HTMLElement, isShown: boolean): void {
  if (node.hidden === isShown) node.hidden = !isShown;
}

export function replace(node: Element, ...children: (Node | string)[]): void {
  while (node.firstChild) node.firstChild.remove();
  node.append(...children);
}
