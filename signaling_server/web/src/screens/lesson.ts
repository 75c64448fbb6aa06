// The lesson's screen: builds the parts, shows what is, hands on what the pupil does.
import type { Erased } from "../board/area_eraser";
import { Gestures } from "../board/gestures";
import { fetchFrom, pictureUrl } from "../board/pictures";
import { BoardView } from "../board/view";
import { Writer } from "../board/writer";
import type { Lesson } from "../live/lesson";
import type { Sound } from "../live/sound";
import { Changes } from "../protocol/board";
import type { Command, Refusal } from "../protocol/generated";
import { el, icon, replace, setClass, setShown } from "../ui/dom";
import { Announcer, Notices } from "../ui/notices";
import type { Preferences } from "../ui/preferences";
import type { Language, TextId } from "../ui/texts";
import { subjectName, t } from "../ui/texts";
import { Follower } from "./follower";
import { Footer } from "./lesson_footer";
import { Head } from "./lesson_head";
import { standingNotices } from "./lesson_notices";
import { boardLabel } from "./board_label";
import { photoSheet } from "./photo_sheet";
import type { Screen } from "./screen";
import type { Sheet } from "./sheets";
import { chatSheet, moreSheet } from "./sheets";
import { WriteBar } from "./write_bar";

export interface LessonHost {
  preferences: Preferences;
  change: (change: Partial<Preferences>) => void;
  switchLanguage: (language: Language) => void;
  leave: () => void;
}

const TICK_MS = 200;
const LABEL_EVERY_MS = 10_000;
/** Who comes in while this much of the log is there already is told of the earlier pages. */
const LATE_AFTER_MS = 1500;
/** Parts that one command may name (commands.py MAX_PARTS_NAMED). */
const MAX_PARTS = 200;

export class LessonScreen implements Screen {
  readonly node: HTMLElement;
  readonly view: BoardView;
  readonly writer: Writer;
  private readonly notices = new Notices();
  private readonly announcer = new Announcer();
  private readonly head: Head;
  private readonly footer: Footer;
  private readonly bar: WriteBar;
  private readonly follower: Follower;
  private readonly gestures: Gestures;
  private readonly board = el("div", { class: "board" });
  private readonly turnTab = el("div", { class: "yours", hidden: true }, icon("pencil", 20), t("your_turn"));
  private readonly empty = el("p", { class: "board-empty hint" }, t("no_page"));
  private readonly sheetPlace = el("div", { class: "sheet-place" });
  private readonly chat: ReturnType<typeof chatSheet>;
  private readonly photo: Sheet;
  private openSheet: Sheet | null = null;
  private opener: HTMLElement | null = null;
  private readChat = 0;
  private showsSteps = false;
  private isMicrophoneWanted = false;
  private couldWrite = false;
  private hadHand = false;
  private tookHandDown = false;
  private wasOnline = true;
  private labelledAt = -LABEL_EVERY_MS;
  private lateAt = performance.now() + LATE_AFTER_MS;
  private readonly timer: number;
  private readonly unlisten: (() => void)[] = [];
  private readonly observer: ResizeObserver | null;

  constructor(
    private readonly lesson: Lesson,
    private readonly sound: Sound,
    private readonly host: LessonHost,
  ) {
    this.view = new BoardView(this.board, lesson.reader, fetchFrom(lesson.session));
    this.view.setPaper(host.preferences.paper);
    this.view.surface.setAttribute("role", "img");
    this.writer = new Writer(this.view.viewport, {
      mayWrite: () => lesson.mayWrite && this.view.page !== 0,
      newStroke: () => lesson.newStroke(),
      page: () => this.view.page,
      me: () => lesson.me,
      addPending: (batch) => this.view.apply(lesson.reader.addPending(batch)),
      dropPending: (stroke) => this.view.apply(lesson.reader.refuse(stroke)),
      send: (command) => void lesson.command(command),
      ownStrokes: () => Array.from(lesson.reader.drawn(this.view.page)).filter((s) => s.author === lesson.me && !this.view.isHidden(s.id)),
      erase: (strokes) => this.erase(strokes),
      cut: (stroke, runs) => this.view.cut(stroke, runs),
      eraseParts: (erased) => this.eraseParts(erased),
      now: () => performance.now(),
    });
    this.gestures = new Gestures(this.view.surface, this.view.viewport, this.writer, () => this.follower.movedByHand());
    this.head = new Head(subjectName(lesson.subject), host.leave);
    this.bar = new WriteBar(this.writer, () => void lesson.command({ t: "undo" }), () => this.giveBack());
    this.follower = new Follower(this.view, {
      reader: lesson.reader,
      me: lesson.me,
      notices: this.notices,
      announce: (words) => this.announcer.say(words),
      isDrawing: () => this.writer.isDrawing,
    });
    this.chat = chatSheet({
      me: lesson.me,
      send: (text) => void lesson.command({ t: "say", text, picture: "" }),
      close: () => this.closeSheet(),
      pictureUrl: (sha256, size) => pictureUrl(lesson.session, sha256, size),
    });
    this.photo = photoSheet({
      session: lesson.session,
      say: (picture) => void lesson.command({ t: "say", text: "", picture }),
      announce: (words) => this.announcer.say(words),
      close: () => this.closeSheet(),
    });
    this.footer = new Footer({
      hand: () => this.toggleHand(),
      talk: () => this.toggleTalk(),
      chat: (button) => this.toggleSheet(this.chat, button),
      more: (button) => this.toggleSheet(moreSheet(this.host, () => this.closeSheet()), button),
      photo: (button) => this.toggleSheet(this.photo, button),
    });
    this.board.append(this.empty, this.turnTab, this.follower.chip.node, this.notices.node);
    this.node = el("main", { class: "lesson" },
      ...this.head.nodes, this.board, this.bar.node, this.footer.node, this.sheetPlace, this.announcer.node);
    this.listen();
    this.observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.resize());
    this.observer?.observe(this.board);
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    if (!host.preferences.knowsRecording) this.tellRecording();
    this.applyChanges(everything());
    this.status();
  }

  dispose(): void {
    window.clearInterval(this.timer);
    this.unlisten.forEach((stop) => stop());
    this.observer?.disconnect();
    this.writer.stop();
    this.gestures.dispose();
    this.notices.dispose();
    this.view.dispose();
  }

  // what the lesson says

  /** Called inside the message's handler: hints are painted when this returns. */
  applyChanges(changes: Changes): void {
    this.follower.turnTo(changes);
    this.view.apply(changes);
    this.follower.keepUp(changes.grown.size > 0);
    setShown(this.empty, this.view.page === 0);
    if (changes.chat || changes.wasRefolded) this.chatChanged();
    if (changes.people || changes.wasRefolded) this.peopleChanged();
  }

  status(): void {
    const { lesson } = this;
    standingNotices(this.notices, lesson, this.sound, {
      enableSound: () => this.sound.resume(),
      askMicrophone: () => void this.sound.askMicrophone(),
      isMicrophoneWanted: this.isMicrophoneWanted,
      showsSteps: this.showsSteps,
      showSteps: () => {
        this.showsSteps = true;
        this.status();
      },
    });
    if (lesson.isOnline !== this.wasOnline) {
      this.wasOnline = lesson.isOnline;
      this.announcer.say(t(lesson.isOnline ? "back" : "lost"), !lesson.isOnline);
      if (lesson.isOnline) this.view.hurry();
      if (lesson.isOnline) this.notices.set("back", { words: t("back"), tone: "good", lasts: 4000 });
      this.sound.chime(lesson.isOnline ? "line_back" : "line_lost");
    }
    this.tick();
  }

  warning(minutes: number): void {
    const words = minutes === 5 ? t("five_minutes") : minutes === 1 ? t("one_minute") : t("minutes_warning", { n: minutes });
    this.notices.set("minutes", { words, tone: "warning", rank: 4, lasts: 12_000, canClose: true });
    this.announcer.say(words);
    this.sound.chime(minutes === 1 ? "one_minute" : "five_minutes");
  }

  refused(command: Command, reason: Refusal): void {
    if (command.t === "ink") this.view.apply(this.lesson.reader.refuse(command.stroke));
    if (command.t === "erase") this.view.unhide(command.items);
    if (command.t === "erase_parts") this.view.unhide(command.parts.map((part) => part.stroke));
    const id = `refused_${reason}` as TextId;
    const known = ["no_right", "not_yours", "nothing_to_undo", "too_fast", "too_large", "no_engine", "session_over", "busy"];
    this.notices.set("refused", { words: t(known.includes(reason) ? id : "refused_other"), tone: "warning", rank: 6, lasts: 6000 });
  }

  tooNew(): void {
    const reload = { words: t("reload"), act: () => window.location.reload() };
    this.notices.set("new", { words: t("update_page"), tone: "warning", rank: 9, button: reload });
  }

  // people and rights

  private peopleChanged(): void {
    const { mayWrite, hasHand, maySpeak } = this.lesson;
    setClass(this.node, "writing", mayWrite);
    setShown(this.turnTab, mayWrite);
    setShown(this.bar.node, mayWrite);
    this.footer.setHand(hasHand);
    if (this.hadHand && !hasHand && !this.tookHandDown && maySpeak) this.calledOn();
    this.tookHandDown = this.tookHandDown && hasHand;
    this.hadHand = hasHand;
    if (mayWrite && !this.couldWrite) {
      this.follower.follow();
      this.announcer.say(t("your_turn"), true);
      navigator.vibrate?.(40);
      this.sound.chime("your_turn");
    }
    if (!mayWrite && this.couldWrite) {
      this.writer.stop();
      this.view.uncut();
    }
    if (!maySpeak && this.sound.isOpen) this.sound.setOpen(false);
    this.couldWrite = mayWrite;
    this.tick();
  }

  /** The teacher took the hand down: it is this pupil's turn to speak. */
  private calledOn(): void {
    this.announcer.say(t("called_on"), true);
    this.notices.set("called_on", { words: t(this.sound.isOpen ? "called_on" : "called_on_closed"), tone: "good", lasts: 8000 });
    navigator.vibrate?.(40);
    this.sound.chime("your_turn");
  }

  private toggleHand(): void {
    const { lesson } = this;
    this.tookHandDown = lesson.hasHand;
    if (lesson.hasHand) lesson.command({ t: "lower_hand", member: lesson.me });
    else {
      lesson.command({ t: "raise_hand" });
      this.announcer.say(t("hand_is_up"));
    }
  }

  private toggleTalk(): void {
    this.sound.resume();
    if (this.sound.microphone === null) {
      this.isMicrophoneWanted = true;
      void this.sound.askMicrophone();
      this.notices.set("microphone", null); // closed earlier: asking again shows it again
      this.status();
    } else if (this.lesson.maySpeak) this.sound.setOpen(!this.sound.isOpen);
    else if (this.lesson.isTold) this.toggleHand();
    this.tick();
  }

  private giveBack(): void {
    this.lesson.command({ t: "take_right", member: this.lesson.me, right: "write" });
  }

  private erase(strokes: number[]): void {
    this.view.hide(strokes);
    this.lesson.command({ t: "erase", page: this.view.page, items: strokes });
  }

  private eraseParts({ parts, gone }: Erased): void {
    const { page } = this.view;
    for (let at = 0; at < parts.length; at += MAX_PARTS) {
      this.lesson.command({ t: "erase_parts", page, parts: parts.slice(at, at + MAX_PARTS) });
    }
    if (gone.length > 0) this.erase(gone);
  }

  // sheets and words

  private chatChanged(): void {
    const { chat } = this.lesson.reader.board;
    this.chat.show(chat);
    if (this.openSheet === this.chat) this.readChat = chat.length;
    this.footer.setUnread(chat.slice(this.readChat).filter((line) => line.member !== this.lesson.me).length);
  }

  private toggleSheet(sheet: Sheet, opener: HTMLElement): void {
    const wasOpen = this.opener === opener && this.openSheet !== null;
    this.closeSheet();
    if (wasOpen) return;
    this.openSheet = sheet;
    this.opener = opener;
    opener.setAttribute("aria-expanded", "true");
    replace(this.sheetPlace, sheet.node);
    this.chatChanged();
    sheet.focus();
  }

  private closeSheet(): void {
    if (this.openSheet === null) return;
    this.openSheet.node.remove();
    this.openSheet = null;
    this.opener?.setAttribute("aria-expanded", "false");
    this.opener?.focus();
    this.opener = null;
  }

  private tellRecording(): void {
    const { ink, voice } = this.lesson.consents;
    const words = t(ink && voice ? "recording_note" : ink ? "recording_ink_only" : "recording_none");
    const done = (): void => {
      this.notices.set("recording", null);
      this.host.change({ knowsRecording: true });
    };
    this.notices.set("recording", { words, rank: 3, button: { words: t("got_it"), act: done } });
  }

  private tellLate(): void {
    this.lateAt = Infinity;
    if (this.lesson.reader.board.order.length > 1) this.notices.set("late", { words: t("late_joiner"), lasts: 8000, canClose: true });
  }

  setPreferences(preferences: Preferences): void {
    this.view.setPaper(preferences.paper);
    window.setTimeout(() => this.resize(), 0);
  }

  /** The screen is in its place: see what the teacher sees. */
  mounted(): void {
    this.view.resize();
    this.view.refit();
    this.follower.follow();
  }

  private resize(): void {
    this.view.resize();
    this.follower.resized();
  }

  private listen(): void {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "m" || event.key === "M") this.toggleTalk();
      else if (event.key === "h" || event.key === "H") this.toggleHand();
      else if (event.key === "Escape" && this.openSheet !== null) this.closeSheet();
      else if (event.key === "Escape") this.follower.follow();
    };
    const onResize = (): void => this.resize();
    document.addEventListener("keydown", onKey);
    window.addEventListener("resize", onResize);
    this.unlisten.push(() => document.removeEventListener("keydown", onKey));
    this.unlisten.push(() => window.removeEventListener("resize", onResize));
  }

  private tick(): void {
    const now = performance.now();
    this.head.show(this.lesson, this.sound, now);
    this.footer.showTalk(this.lesson, this.sound);
    this.follower.keepUp();
    if (now > this.lateAt) this.tellLate();
    if (this.lesson.deadline.left(now).isOver) this.lesson.endByClock();
    if (now - this.labelledAt > LABEL_EVERY_MS && this.view.page !== 0) {
      this.labelledAt = now;
this.view.surface.setAttribute("aria-label", boardLabel(this.lesson.reader, this.view, this.lesson.me));
    }
  }
}

function everything(): Changes {
  const changes = new Changes();
  changes.shown = changes.people = changes.chat = changes.wasRefolded = true;
  return changes;
}

