// The page as a whole: which screen is up, and what the server's words mean for it.
import { signIn, signOut } from "./live/account";
import { Lesson } from "./live/lesson";
import { probe } from "./live/probe";
import { Socket, socketUrl } from "./live/socket";
import { Sound } from "./live/sound";
import type { Ended, ServerMessage, Welcome } from "./protocol/generated";
import {
  askScreen, endScreen, enterScreen, openingScreen, signInScreen, waitScreen,
} from "./screens/entry";
import { LessonScreen } from "./screens/lesson";
import type { Screen } from "./screens/screen";
import { replace } from "./ui/dom";
import type { Preferences } from "./ui/preferences";
import { applyPreferences, loadPreferences, savePreferences } from "./ui/preferences";
import type { Language } from "./ui/texts";
import { chooseLanguage, setLanguage, t } from "./ui/texts";

const TROUBLE_AFTER_MS = 2500;

export class App {
  readonly sound = new Sound();
  lesson: Lesson | null = null;
  private screen: Screen = { node: document.createElement("main") };
  /** Draws the present screen anew (after a change of language). */
  private again: () => void = () => this.open();
  private readonly socket: Socket;
  private preferences: Preferences = loadPreferences();
  private name = "";
  private asking: { subject: string; text: string; place: number; teachers: number } | null = null;
  private waiting: ReturnType<typeof waitScreen> | null = null;
  private lessonScreen: LessonScreen | null = null;
  /** A lesson that is over or was left: its late messages mean nothing. */
  private over = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly query: URLSearchParams,
  ) {
    setLanguage(chooseLanguage(query.get("lang"), this.preferences.language, navigator.language));
    this.showLanguage();
    applyPreferences(this.preferences);
    this.sound.changed = () => this.soundChanged();
    this.socket = new Socket(socketUrl(window.location), {
      message: (message) => this.receive(message),
      block: (data) => this.lesson?.receiveBlock(data),
      down: () => this.lineLost(),
      unwelcome: () => this.signInAgain(null),
      replaced: () => this.replaced(),
      beat: (roundTripMs) => {
        if (this.lesson !== null) this.lesson.roundTripMs = roundTripMs;
      },
    });
    window.addEventListener("online", () => this.socket.hurry());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.socket.hurry();
      if (this.lesson === null) return;
      this.keepAwake();
      this.sound.resume(); // a phone that was locked may want a tap for it
    });
  }

  start(): void {
    this.open();
    if (this.query.get("link") === "dead") this.signInAgain(t("link_dead"));
    else this.socket.start();
  }

  // the server's words

  private receive(message: ServerMessage): void {
    switch (message.t) {
      case "welcome":
        this.welcome(message);
        break;
      case "queued":
        if (this.asking === null) break;
        this.asking.place = message.place;
        this.asking.teachers = message.teachers;
        this.showWait();
        break;
      case "session_ready":
        if (message.session === this.over) break;
        // a page that lies open elsewhere must not take the lesson from the one that asked
        if (this.asking !== null || this.lesson !== null) this.enter(message.session);
        else this.showEnter(message.session);
        break;
      case "rejected":
        if (message.to === "ask") {
          this.asking = null;
          this.showAsk(t(message.reason === "not_allowed" || message.reason === "busy" ? "rejected_ask" : "refused_other"));
        } else if (message.to === "join" && this.lesson !== null) {
          if (this.lesson.isShutOut(message)) this.finished(this.lesson.session, t("ended_other"), null, "");
        } else if (message.to === "hello") this.updateNeeded();
        else this.lesson?.receive(message);
        break;
      default:
        this.lesson?.receive(message);
    }
  }

  private welcome(message: Welcome): void {
    this.name = message.name;
    if (this.lesson !== null) this.lesson.join();
    else if (message.session !== "" && message.session !== this.over) {
      if (this.asking !== null) this.enter(message.session); // found while the line was down
      else this.showEnter(message.session);
    } else if (this.asking !== null) {
      this.socket.send({ t: "ask", subject: this.asking.subject, text: this.asking.text });
      this.showWait();
    } else if (this.over === "") this.showAsk(null);
  }

  private lineLost(): void {
    this.lesson?.lineLost();
    if (this.asking !== null) this.showWait();
  }

  // into a lesson and out of it

  private enter(session: string): void {
    if (this.lesson !== null) return;
    this.asking = null;
    this.waiting = null;
    const lesson = new Lesson(session, (message) => this.socket.send(message), this.sound, {
      changed: (changes) => this.lessonScreen?.applyChanges(changes),
      status: () => {
        if (this.lessonScreen === null && lesson.isOnline) this.showLesson();
        this.lessonScreen?.status();
      },
      warning: (minutes) => this.lessonScreen?.warning(minutes),
      refused: (command, reason) => this.lessonScreen?.refused(command, reason),
      ended: (message) => this.ended(message),
      tooNew: () => this.lessonScreen?.tooNew(),
    });
    this.lesson = lesson;
    this.keepAwake();
    lesson.join();
  }

  private ended(message: Ended): void {
    const title = message.reason === "time" ? "time_up" : message.reason === "teacher" ? "ended_by_teacher" : "ended_other";
    this.finished(message.session, t(title), message.effective_min, t("kept"));
  }

  private finished(session: string, title: string, minutes: number | null, note: string): void {
    this.over = session;
    this.sound.chime("ended");
    this.lesson?.close();
    this.lesson = null;
    this.lessonScreen = null;
    this.show(() => endScreen({
      ...this.common(),
      again: () => {
        this.over = "";
        this.showAsk(null);
      },
      signOut: () => this.signOut(),
    }, { title, minutes, lead: t("thanks"), note, button: t("ask_again") }));
  }

  private leave(): void {
    const { lesson } = this;
    if (lesson === null) return;
    lesson.leave();
    this.lesson = null;
    this.lessonScreen = null;
    this.show(() => enterScreen({ ...this.common(), enter: () => this.tapIn(lesson.session) }, t("you_left"), t("left_note"), t("enter")));
  }

  private replaced(): void {
    const session = this.lesson?.session ?? this.over;
    this.lesson?.close();
    this.lesson = null;
    this.lessonScreen = null;
    this.over = ""; // it goes on, elsewhere
    const enter = (): void => {
      this.socket.start();
      this.open();
      void this.sound.unlock();
    };
    this.show(() => enterScreen({ ...this.common(), enter }, t("other_device"), session === "" ? "" : t("left_note"), t("use_here")));
  }

  private tapIn(session: string): void {
    void this.sound.unlock();
    this.enter(session);
  }

  // screens

  private open(): void {
    this.show(() => openingScreen(this.common(), false));
    const here = this.screen;
    window.setTimeout(() => {
      if (this.screen === here) this.show(() => openingScreen(this.common(), true));
    }, TROUBLE_AFTER_MS);
  }

  private signInAgain(note: string | null): void {
    this.lesson?.close();
    this.lesson = null;
    this.lessonScreen = null;
    this.asking = null;
    this.show(() => signInScreen({
      ...this.common(),
      signIn: async (account, password) => {
        const result = await signIn(account, password);
        if (result.kind === "wrong") return t("wrong_password");
        if (result.kind === "later") return t("try_later", { n: result.seconds });
        if (result.kind === "trouble") return t("no_server");
        this.open();
        this.socket.start();
        return null;
      },
    }, note));
  }

  private showAsk(note: string | null): void {
    this.show(() => askScreen({
      ...this.common(),
      name: this.name,
      ask: (subject, text) => {
        void this.sound.unlock();
        this.asking = { subject, text, place: 0, teachers: 0 };
        this.socket.send({ t: "ask", subject, text });
        this.showWait();
      },
      signOut: () => this.signOut(),
    }, note));
  }

  private showWait(): void {
    if (this.asking === null) return;
    const view = { ...this.asking, microphone: this.sound.state, isOnline: this.socket.isUp };
    document.title = view.place > 0 ? `${t("place", { n: view.place })} · ${t("title")}` : t("title");
    if (this.waiting !== null && this.screen === this.waiting) {
      this.waiting.update(view);
      return;
    }
    const cancel = (): void => {
      this.socket.send({ t: "cancel_ask" });
      this.asking = null;
      this.sound.release();
      this.showAsk(null);
    };
    this.show(() => (this.waiting = waitScreen({ ...this.common(), cancel }, view)));
  }

  private showEnter(session: string): void {
    this.show(() => enterScreen({ ...this.common(), enter: () => this.tapIn(session) }, t("enter_title"), t("enter_lead"), t("enter")));
  }

  private showLesson(): void {
    const { lesson } = this;
    if (lesson === null) return;
    navigator.vibrate?.(40);
    this.sound.chime("teacher_found");
    this.show(() => {
      this.lessonScreen = new LessonScreen(lesson, this.sound, {
        preferences: this.preferences,
        change: (change) => this.change(change),
        switchLanguage: (language) => this.switchLanguage(language),
        leave: () => this.leave(),
      });
      if (this.query.get("probe") === "1") probe(lesson, this.lessonScreen, this.sound);
      return this.lessonScreen;
    });
    this.lessonScreen?.mounted();
  }

  private updateNeeded(): void {
    this.socket.stop();
    const enter = (): void => window.location.reload();
    this.show(() => enterScreen({ ...this.common(), enter }, t("title"), t("update_page"), t("reload")));
  }

  private show(make: () => Screen): void {
    this.again = () => {
      this.screen.dispose?.();
      this.screen = make();
      replace(this.root, this.screen.node);
      this.screen.node.tabIndex = -1;
      this.screen.node.focus({ preventScroll: true });
    };
    document.title = t("title");
    this.again();
    if (this.screen !== this.waiting) this.waiting = null;
  }

  private common(): { switchLanguage: (language: Language) => void } {
    return { switchLanguage: (language) => this.switchLanguage(language) };
  }

  // small things

  private soundChanged(): void {
    this.lesson?.microphoneChanged();
    this.lessonScreen?.status();
    if (this.asking !== null) this.showWait();
  }

  private signOut(): void {
    this.socket.stop();
    this.over = "";
    void signOut().then(() => this.signInAgain(null));
  }

  private change(change: Partial<Preferences>): void {
    Object.assign(this.preferences, change);
    savePreferences(this.preferences);
    applyPreferences(this.preferences);
    this.lessonScreen?.setPreferences(this.preferences);
  }

  private switchLanguage(language: Language): void {
    this.change({ language });
    setLanguage(language);
    this.showLanguage();
    this.again();
    this.lessonScreen?.mounted();
  }

  private showLanguage(): void {
    document.documentElement.lang = t("language") === "语言" ? "zh-CN" : "en";
    document.title = t("title");
  }

  /** Keep the phone's screen on in a lesson, where the browser can. */
  private keepAwake(): void {
    const { wakeLock } = navigator as { wakeLock?: { request: (kind: "screen") => Promise<unknown> } };
    void wakeLock?.request("screen").catch(() => undefined);
  }
}
