// Sheets of the lesson: chat and "more". They cover panels and never more than half the board.
import type { ChatLine } from "../protocol/board";
import { TEACHER } from "../protocol/generated";
import { PAPERS } from "../board/inks";
import { el, icon, replace } from "../ui/dom";
import type { Preferences } from "../ui/preferences";
import type { Language, TextId } from "../ui/texts";
import { currentLanguage, t } from "../ui/texts";

export interface Sheet {
  node: HTMLElement;
  focus: () => void;
}

export function sheet(name: string, title: string, close: () => void, ...body: HTMLElement[]): HTMLElement {
  const node = el("section", { class: `sheet ${name}`, role: "dialog", "aria-label": title },
    el("header", {}, el("h2", {}, title),
      el("button", { class: "plain", type: "button", "aria-label": t("close"), onclick: close }, icon("x", 24))),
    ...body);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  return node;
}

/** Chat lines show pictures small; `view` opens one, and says what to look at. */
export interface ChatHost {
  me: number;
  send: (text: string) => void;
  close: () => void;
  pictureUrl: (sha256: string, size: "small" | "full") => string;
}

export function chatSheet({ me, send, close, pictureUrl }: ChatHost): Sheet & {
  show: (chat: readonly ChatLine[]) => void;
} {
  const list = el("ol", { class: "chat", "aria-live": "polite" });
  const empty = el("p", { class: "hint" }, t("chat_empty"));
  const input = el("input", { id: "chat-text", maxlength: 500, autocomplete: "off", placeholder: t("chat_hint"), "aria-label": t("chat_hint") });
  const form = el("form", { class: "chat-form" }, input,
    el("button", { class: "primary", type: "submit", id: "chat-send", "aria-label": t("send") }, icon("send", 24)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    send(text);
    input.value = "";
  });
  const node = sheet("chat-sheet", t("chat"), close, empty, list, form);
  let shown: readonly ChatLine[] = [];
  let count = 0;
  return {
    node,
    focus: () => input.focus(),
    show: (chat) => {
      if (chat !== shown || count > chat.length) {
        replace(list);
        count = 0;
      }
      shown = chat;
      for (; count < chat.length; count++) {
        const line = chat[count];
        const who = line.member === me ? "you" : line.member === TEACHER ? "teacher" : "pupil";
        list.append(el("li", { class: who }, el("span", { class: "who" }, t(who)),
          line.picture !== "" && picture(pictureUrl, line.picture, t("photo_of", { who: t(who) })),
          line.text !== "" && el("span", { class: "said" }, line.text)));
      }
      empty.hidden = count > 0;
      list.scrollTop = list.scrollHeight;
    },
  };
}

const PICTURE_WAITS_MS = [1000, 3000, 9000, 27_000];

/** A picture in a line of chat; small until it is tapped. It is asked for again when it does not come. */
function picture(urlOf: ChatHost["pictureUrl"], sha256: string, words: string): HTMLElement {
  const image = el("img", { src: urlOf(sha256, "small"), alt: words, loading: "lazy" });
  let tries = 0;
  let size: "small" | "full" = "small";
  image.addEventListener("error", () => {
    const wait = PICTURE_WAITS_MS[tries++];
    if (wait !== undefined) window.setTimeout(() => (image.src = `${urlOf(sha256, size)}&try=${tries}`), wait);
  });
  const button: HTMLButtonElement = el("button", {
    type: "button", class: "picture", "aria-expanded": "false",
    onclick: () => {
      const isLarge = button.classList.toggle("large");
      button.setAttribute("aria-expanded", String(isLarge));
      if (!isLarge || size === "full") return;
      size = "full";
      image.src = urlOf(sha256, size);
    },
  }, image);
  return button;
}

export interface MoreHost {
  preferences: Preferences;
  change: (change: Partial<Preferences>) => void;
  switchLanguage: (language: Language) => void;
  leave: () => void;
}

function choice(title: string, options: readonly (readonly [string, string])[], now: string, pick: (id: string) => void): HTMLElement {
  const buttons = options.map(([id, words]) =>
    el("button", {
      type: "button", class: "option", "aria-pressed": String(id === now), "data-id": id,
      onclick: () => {
        buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.id === id)));
        pick(id);
      },
    }, words));
  return el("div", { class: "choice", role: "group", "aria-label": title }, el("span", { class: "hint" }, title), el("div", { class: "options" }, ...buttons));
}

export function moreSheet(host: MoreHost, close: () => void): Sheet {
  const { preferences } = host;
  const leave = twiceButton("leave-lesson", host.leave);
  const node = sheet("more-sheet", t("more"), close,
    choice(t("text_size"), [["normal", t("size_normal")], ["large", t("size_large")], ["huge", t("size_huge")]], preferences.size,
      (size) => host.change({ size: size as Preferences["size"] })),
    choice(t("language"), [["zh", "中文"], ["en", "English"]], currentLanguage(), (id) => host.switchLanguage(id as Language)),
    choice(t("paper"), PAPERS.map((id) => [id, t(`paper_${id}` as TextId)] as const), preferences.paper, (paper) => host.change({ paper })),
    choice(t("theme"), [["auto", t("theme_auto")], ["light", t("theme_light")], ["dark", t("theme_dark")]], preferences.theme,
      (theme) => host.change({ theme: theme as Preferences["theme"] })),
    leave);
  return { node, focus: () => (node.querySelector("button.option") as HTMLElement | null)?.focus() };
}

const SECOND_PRESS_MS = 3000;

/** A button that acts on the second press within three seconds. */
export function twiceButton(id: string, act: () => void): HTMLButtonElement {
  let timer = 0;
  const words = el("span", {}, t("leave"));
  const button = el("button", {
    class: "secondary danger", type: "button", id,
    onclick: () => {
      if (timer !== 0) {
        window.clearTimeout(timer);
        act();
        return;
      }
      words.textContent = t("leave_again");
      button.classList.add("armed");
      timer = window.setTimeout(() => {
        timer = 0;
        button.classList.remove("armed");
        words.textContent = t("leave");
      }, SECOND_PRESS_MS);
    },
  }, icon("door-exit", 20), words);
  return button;
}
