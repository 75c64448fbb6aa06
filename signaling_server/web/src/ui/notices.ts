// One line beside the writing: the most urgent notice that stands.
import { el, icon, replace, setShown } from "./dom";
import { t } from "./texts";

export interface Notice {
  words: string;
  tone?: "plain" | "warning" | "danger" | "good";
  button?: { words: string; act: () => void };
  /** Gone by itself after this time, ms. */
  lasts?: number;
  /** Larger first; 0 when left out. */
  rank?: number;
  /** May be put away by hand; then it stays away until it is removed. */
  canClose?: boolean;
}

const ICONS = { plain: "info-circle", warning: "alert-triangle", danger: "alert-triangle", good: "circle-check" };

export class Notices {
  readonly node = el("div", { class: "notice", role: "status", hidden: true });
  private readonly standing = new Map<string, Notice>();
  private readonly closed = new Set<string>();
  private readonly timers = new Map<string, number>();
  private shown = "";

  /** Put up, change or (null) take away the notice of this name. */
  set(name: string, notice: Notice | null): void {
    const old = this.standing.get(name);
    if (notice === null) {
      this.standing.delete(name);
      this.closed.delete(name);
    } else {
      this.standing.set(name, notice);
      window.clearTimeout(this.timers.get(name));
      if (notice.lasts !== undefined) {
        this.timers.set(name, window.setTimeout(() => this.set(name, null), notice.lasts));
      }
    }
    if (old?.words !== notice?.words || old?.button?.words !== notice?.button?.words) this.show();
  }

  dispose(): void {
    this.timers.forEach((timer) => window.clearTimeout(timer));
  }

  private show(): void {
    const open = Array.from(this.standing).filter(([name]) => !this.closed.has(name));
    open.sort(([, a], [, b]) => (b.rank ?? 0) - (a.rank ?? 0));
    const top = open[0];
    setShown(this.node, top !== undefined);
    if (top === undefined) {
      this.shown = "";
      return;
    }
    const [name, notice] = top;
    const key = `${name} ${notice.words} ${notice.button?.words ?? ""}`;
    if (key === this.shown) return;
    this.shown = key;
    const tone = notice.tone ?? "plain";
    this.node.className = `notice ${tone}`;
    const parts: HTMLElement[] = [el("span", { class: "words" }, icon(ICONS[tone], 20), el("span", {}, notice.words))];
    const { button } = notice;
    if (button !== undefined) parts.push(el("button", { class: "small", type: "button", onclick: button.act }, button.words));
    if (notice.canClose) {
      const close = el("button", {
        class: "plain", type: "button", "aria-label": t("close"),
        onclick: () => {
          this.closed.add(name);
          this.show();
        },
      }, icon("x", 20));
      parts.push(close);
    }
    replace(this.node, ...parts);
  }
}

/** Words for screen readers only. */
export class Announcer {
  readonly node = el("div", { class: "unseen" });
  private readonly polite = el("div", { "aria-live": "polite" });
  private readonly assertive = el("div", { "aria-live": "assertive" });

  constructor() {
    this.node.append(this.polite, this.assertive);
  }

  say(words: string, isUrgent = false): void {
    (isUrgent ? this.assertive : this.polite).textContent = words;
  }
}
