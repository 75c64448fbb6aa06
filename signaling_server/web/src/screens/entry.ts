// The screens before a lesson: opening, sign in, ask, wait, enter.
import type { MicrophoneState } from "../live/sound";
import { el, icon, replace, setText } from "../ui/dom";
import type { Language } from "../ui/texts";
import { SUBJECTS, currentLanguage, subjectName, t } from "../ui/texts";
import type { Screen } from "./screen";

export interface EntryHost {
  switchLanguage: (language: Language) => void;
}

const SUBJECT_ICONS: Record<string, string> = {
  chinese: "book", maths: "ruler-2", english: "letter-case", physics: "atom", chemistry: "flask",
  biology: "leaf", politics: "scale", history: "building-bank", geography: "map",
};

function frame(name: string, host: EntryHost, body: HTMLElement[], foot: HTMLElement[]): HTMLElement {
  const other = currentLanguage() === "zh" ? "en" : "zh";
  const words = other === "zh" ? "中文" : "English";
  const language = el("button", {
    class: "plain language", type: "button", lang: other, onclick: () => host.switchLanguage(other),
  }, icon("language", 20), words);
  return el("main", { class: `entry ${name}` },
    el("header", { class: "entry-bar" }, el("span", { class: "brand" }, icon("bulb", 24), t("title")), language),
    el("div", { class: "entry-body" }, ...body),
    el("div", { class: "entry-foot" }, ...foot));
}

export function openingScreen(host: EntryHost, hasTrouble: boolean): Screen {
  const words = el("p", { class: "lead", role: "status" }, t(hasTrouble ? "no_server" : "opening"));
  return { node: frame("opening", host, [words], []) };
}

export interface SignInHost extends EntryHost {
  /** Gives the words for what went wrong, or null. */
  signIn: (account: string, password: string) => Promise<string | null>;
}

export function signInScreen(host: SignInHost, note: string | null): Screen {
  const account = el("input", {
    id: "account", name: "account", autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: 64, required: true,
  });
  const password = el("input", {
    id: "password", name: "password", type: "password", autocomplete: "current-password", maxlength: 256, required: true,
  });
  const error = el("p", { class: "error", id: "sign-in-error", role: "alert", hidden: true });
  const button = el("button", { class: "primary", type: "submit", id: "sign-in" }, t("sign_in"));
  const fail = (words: string): void => {
    error.hidden = false;
    replace(error, icon("alert-triangle", 20), words);
    password.setAttribute("aria-invalid", "true");
    password.setAttribute("aria-describedby", "sign-in-error");
  };
  const form = el("form", { class: "fields", novalidate: true },
    el("label", { for: "account" }, t("account")), account,
    el("label", { for: "password" }, t("password")), password,
    error, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    if (account.value === "" || password.value === "") {
      (account.value === "" ? account : password).focus();
      return;
    }
    button.disabled = true;
    button.classList.add("busy");
    error.hidden = true;
    void host.signIn(account.value.trim(), password.value).then((words) => {
      button.disabled = false;
      button.classList.remove("busy");
      if (words === null) return;
      fail(words);
      password.focus();
      password.select();
    });
  });
  const body = [el("h1", {}, t("sign_in_title")), el("p", { class: "lead" }, t("sign_in_lead"))];
  if (note !== null) body.push(el("p", { class: "note", role: "alert" }, icon("info-circle", 20), note));
  return { node: frame("sign-in", host, [...body, form], []) };
}

export interface AskHost extends EntryHost {
  name: string;
  ask: (subject: string, text: string) => void;
  signOut: () => void;
}

export function askScreen(host: AskHost, note: string | null): Screen {
  let chosen = "";
  const tiles = SUBJECTS.map((subject) =>
    el("button", {
      class: "tile", type: "button", "aria-pressed": "false", "data-subject": subject, onclick: () => choose(subject),
    }, icon(SUBJECT_ICONS[subject], 24), subjectName(subject)));
  const text = el("textarea", { id: "question", rows: 2, maxlength: 500, placeholder: t("one_sentence_hint") });
  const hint = el("p", { class: "hint", id: "ask-hint" }, t("choose_subject"));
  const button = el("button", {
    class: "primary", type: "button", id: "find-teacher", "aria-disabled": "true", "aria-describedby": "ask-hint",
    onclick: () => {
      if (chosen === "") hint.classList.add("shown");
      else if (!button.classList.contains("busy")) {
        button.classList.add("busy");
        host.ask(chosen, text.value.trim());
      }
    },
  }, t("find_teacher"));
  function choose(subject: string): void {
    chosen = subject;
    tiles.forEach((tile) => tile.setAttribute("aria-pressed", String(tile.dataset.subject === subject)));
    button.setAttribute("aria-disabled", "false");
    setText(hint, "");
  }
  const body = [
    el("h1", {}, t("hello", { name: host.name })),
    ...(note === null ? [] : [el("p", { class: "note", role: "alert" }, icon("info-circle", 20), note)]),
    el("div", { class: "tiles", role: "group", "aria-label": t("subject") }, ...tiles),
    el("label", { for: "question" }, t("one_sentence")),
    text,
  ];
  const out = el("button", { class: "plain", type: "button", id: "sign-out", onclick: host.signOut }, t("sign_out"));
  return { node: frame("ask", host, body, [hint, button, out]) };
}

export interface WaitView {
  subject: string;
  text: string;
  place: number;
  teachers: number;
  microphone: MicrophoneState;
  isOnline: boolean;
}

export interface WaitHost extends EntryHost {
  cancel: () => void;
}

const MINUTES_EACH = 8;

export function waitScreen(host: WaitHost, first: WaitView): Screen & { update: (view: WaitView) => void } {
  const place = el("p", { class: "place" });
  const about = el("p", { class: "lead about" });
  const teachers = el("p", { class: "hint" });
  const sound = el("p", { class: "check" });
  const line = el("p", { class: "note", hidden: true }, icon("refresh", 20), t("asking_again"));
  const body = [
    el("h1", {}, t("waiting_for", { subject: subjectName(first.subject) })),
    el("div", { class: "card center", role: "status" }, place, about, teachers),
    sound,
    line,
  ];
  if (first.text !== "") body.push(el("div", { class: "card" }, el("p", { class: "hint" }, t("your_question")), el("p", {}, first.text)));
  const cancel = el("button", { class: "secondary", type: "button", id: "cancel", onclick: host.cancel }, t("cancel"));
  const update = (view: WaitView): void => {
    const isNext = view.place === 1 && view.teachers > 0;
    setText(place, isNext ? t("next") : t("place", { n: view.place || "…" }));
    place.classList.toggle("long", isNext);
    const minutes = Math.max(1, Math.ceil(((view.place - 1) * MINUTES_EACH) / Math.max(1, view.teachers)));
    setText(about, view.teachers > 0 && view.place > 1 ? t("minutes_about", { n: minutes }) : "");
    setText(teachers, view.teachers > 0 ? t("teachers_on", { n: view.teachers }) : t("no_teacher_now"));
    const isReady = view.microphone === "ready";
    const isAsking = view.microphone === "asking" || view.microphone === "unasked";
    replace(sound,
      icon(isReady ? "circle-check" : isAsking ? "microphone" : "microphone-off", 20),
      t(isReady ? "sound_ready" : isAsking ? "sound_checking" : "sound_only_ready"));
    sound.classList.toggle("good", isReady);
    line.hidden = view.isOnline;
  };
  update(first);
  return { node: frame("wait", host, body, [cancel]), update };
}

export interface EnterHost extends EntryHost {
  enter: () => void;
}

/** One big button: its tap unlocks sound and asks for the microphone. */
export function enterScreen(host: EnterHost, title: string, lead: string, button: string): Screen {
  const enter = el("button", { class: "primary big", type: "button", id: "enter", onclick: host.enter }, icon("door-exit", 24), button);
  return { node: frame("enter", host, [el("h1", {}, title), el("p", { class: "lead" }, lead)], [enter]) };
}

export interface EndView {
  title: string;
  minutes: number | null;
  lead: string;
  note: string;
  button: string;
}

export interface EndHost extends EntryHost {
  again: () => void;
  signOut: () => void;
}

export function endScreen(host: EndHost, view: EndView): Screen {
  const body = [el("h1", {}, view.title)];
  if (view.minutes !== null) {
    body.push(el("div", { class: "card center" }, el("p", { class: "place long", id: "minutes" }, view.minutes > 0 ? t("minutes_today", { n: view.minutes }) : t("minutes_few"))));
  }
  body.push(el("p", { class: "lead" }, view.lead));
  if (view.note !== "") body.push(el("p", { class: "check good" }, icon("circle-check", 20), view.note));
  const again = el("button", { class: "primary", type: "button", id: "again", onclick: host.again }, view.button);
  const out = el("button", { class: "plain", type: "button", id: "sign-out", onclick: host.signOut }, t("sign_out"));
  return { node: frame("end", host, body, [again, out]) };
}
