// The lesson's five controls in thumb's reach.
import type { Lesson } from "../live/lesson";
import type { Sound } from "../live/sound";
import { el, icon, replace, setClass, setShown, setText } from "../ui/dom";
import type { TextId } from "../ui/texts";
import { t } from "../ui/texts";

export interface FooterHost {
  hand: () => void;
  photo: (button: HTMLElement) => void;
  talk: () => void;
  chat: (button: HTMLElement) => void;
  more: (button: HTMLElement) => void;
}

type Talk = "on" | "off" | "muted" | "none" | "wait";
const WORDS: Record<Talk, TextId> = { on: "mic_on", off: "mic_off", muted: "mic_muted", none: "mic_none", wait: "mic_wait" };

function control(id: string, sign: string, words: string, act: (button: HTMLElement) => void): HTMLButtonElement {
  const button: HTMLButtonElement = el("button", { type: "button", id, class: "control", onclick: () => act(button) },
    icon(sign, 28), el("span", { class: "words" }, words));
  return button;
}

export class Footer {
  readonly node: HTMLElement;
  private readonly hand: HTMLButtonElement;
  private readonly talk: HTMLButtonElement;
  private readonly disc = el("em", {});
  private readonly talkWords = el("span", { class: "words" });
  private readonly unread = el("span", { class: "badge num", hidden: true });
  private shown = "";

  constructor(host: FooterHost) {
    this.hand = control("hand", "hand-stop", t("hand"), host.hand);
    this.talk = el("button", { type: "button", id: "talk", class: "control talk", "aria-pressed": "false", onclick: host.talk }, this.disc, this.talkWords);
    const chat = control("chat", "message-circle", t("chat"), host.chat);
    chat.append(this.unread);
    this.node = el("footer", { class: "controls" },
      this.hand, control("photo", "camera", t("photo"), host.photo), this.talk, chat, control("more", "dots", t("more"), host.more));
  }

  setHand(isUp: boolean): void {
    this.hand.setAttribute("aria-pressed", String(isUp));
    setText(this.hand.querySelector(".words") as Element, t(isUp ? "hand_up" : "hand"));
  }

  setUnread(count: number): void {
    setShown(this.unread, count > 0);
    setText(this.unread, String(Math.min(count, 99)));
  }

  showTalk(lesson: Lesson, sound: Sound): void {
    const state = talkState(lesson, sound);
    this.disc.style.setProperty("--level", state === "on" ? sound.ownLevel().toFixed(2) : "0");
    if (state === this.shown) return;
    this.shown = state;
    this.talk.setAttribute("aria-pressed", String(state === "on"));
    this.talk.dataset.state = state;
    setClass(this.talk, "on", state === "on");
    setText(this.talkWords, t(WORDS[state]));
    replace(this.disc, icon(state === "on" ? "microphone-filled" : state === "off" || state === "wait" ? "microphone" : "microphone-off", 32));
  }
}

function talkState(lesson: Lesson, sound: Sound): Talk {
  if (sound.state === "asking") return "wait";
  if (sound.microphone === null) return "none";
  if (!lesson.isTold) return "wait";
  if (lesson.teacher === "here" && !lesson.maySpeak) return "muted";
  return sound.isOpen ? "on" : "off";
}
