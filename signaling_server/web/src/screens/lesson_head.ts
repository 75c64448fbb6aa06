// The lesson's first lines: who teaches, time left, line, voice, recording.
import type { Lesson } from "../live/lesson";
import type { Sound } from "../live/sound";
import { TEACHER } from "../protocol/generated";
import { el, icon, replace, setClass, setText } from "../ui/dom";
import type { TextId } from "../ui/texts";
import { t } from "../ui/texts";
import { twiceButton } from "./sheets";

const LINKS: Record<Lesson["link"], readonly [TextId, string, string]> = {
  good: ["link_good", "antenna-bars-5", "good"],
  weak: ["link_weak", "antenna-bars-3", "warning"],
  connecting: ["link_connecting", "antenna-bars-3", "plain"],
  board_only: ["link_board_only", "antenna-bars-1", "warning"],
  lost: ["link_lost", "wifi-off", "danger"],
};
const TEACHERS: Record<Lesson["teacher"], TextId> = {
  here: "teacher_here",
  away: "teacher_away",
  not_yet: "teacher_not_yet",
};
const TALKING_LEVEL = 0.04;
const TALKING_LASTS_MS = 1500;

export class Head {
  readonly nodes: HTMLElement[];
  private readonly name = el("p", { id: "teacher-name" });
  private readonly figure = el("b", { class: "num", id: "time-left" });
  private readonly before = el("span", {}, t("left"));
  private readonly unit = el("span", {});
  private readonly left = el("div", { class: "left" }, this.before, this.figure, this.unit);
  private readonly track = el("div", { class: "track" });
  private readonly line = el("span", { class: "line", id: "link" });
  private readonly voice = el("span", { class: "voice", id: "teacher-state" });
  private readonly rec = el("span", { class: "rec", id: "recording" }, el("i"), el("span", {}));
  private shownLine = "";
  private shownVoice = "";
  private heardAt = -TALKING_LASTS_MS;

  constructor(subject: string, leave: () => void) {
    const door = twiceButton("leave", leave);
    door.className = "plain leave";
    const header = el("header", { class: "lesson-bar" }, door,
      el("div", { class: "who" }, el("h1", {}, t("teacher_of", { subject })), this.name), this.left, this.track);
    const status = el("div", { class: "status" }, this.line, this.voice, this.rec);
    this.nodes = [header, status];
  }

  show(lesson: Lesson, sound: Sound, now: number): void {
    const left = lesson.deadline.left(now);
    setText(this.name, lesson.members.get(TEACHER)?.name ?? "");
    setText(this.figure, String(left.figure));
    setText(this.unit, t(left.isSeconds ? "seconds_unit" : "minutes_unit"));
    setClass(this.left, "danger", left.isSeconds && lesson.deadline.hasBegun);
    this.track.style.transform = `scaleX(${left.share.toFixed(4)})`;
    this.showLine(lesson);
    this.showVoice(lesson, sound, now);
    const { ink, voice } = lesson.consents;
    setClass(this.rec, "off", !ink && !voice);
    setText(this.rec.lastChild as Node, t(ink || voice ? "recording" : "not_recording"));
  }

  private showLine(lesson: Lesson): void {
    const { link } = lesson;
    if (link === this.shownLine) return;
    this.shownLine = link;
    const [words, sign, tone] = LINKS[link];
    this.line.className = `line ${tone}`;
    this.line.dataset.link = link;
    replace(this.line, icon(sign, 20), el("span", {}, t(words)));
  }

  private showVoice(lesson: Lesson, sound: Sound, now: number): void {
    if (sound.remoteLevel() > TALKING_LEVEL) this.heardAt = now;
    const isTalking = lesson.teacher === "here" && lesson.peerState === "up" && now - this.heardAt < TALKING_LASTS_MS;
    const isMuted = lesson.teacher === "here" && lesson.isTeacherMuted;
    const words = isMuted ? "teacher_muted" : isTalking ? "speaking_teacher" : TEACHERS[lesson.teacher];
    if (words === this.shownVoice) return;
    this.shownVoice = words;
    replace(this.voice, icon(isMuted ? "microphone-off" : isTalking ? "volume" : "user", 20), el("span", {}, t(words)));
  }
}
