// Which standing notices a lesson's state calls for: what is safe first, then the next step.
import type { Lesson } from "../live/lesson";
import type { Sound } from "../live/sound";
import type { Notice, Notices } from "../ui/notices";
import { t } from "../ui/texts";

export interface NoticeActs {
  enableSound: () => void;
  askMicrophone: () => void;
  /** The microphone was tapped while it was not there: say why first of all. */
  isMicrophoneWanted: boolean;
  /** The steps to allow the microphone were asked for. */
  showsSteps: boolean;
  showSteps: () => void;
}

export function standingNotices(notices: Notices, lesson: Lesson, sound: Sound, acts: NoticeActs): void {
  notices.set("lost", lesson.isOnline ? null : { words: t("lost"), tone: "warning", rank: 8 });
  notices.set("voice", voiceNotice(lesson));
  notices.set("locked", sound.isLocked ? { words: t("tap_for_sound"), rank: 7, button: { words: t("sound_on"), act: acts.enableSound } } : null);
  notices.set("microphone", microphoneNotice(sound, acts));
  notices.set("paused", pausedNotice(lesson));
}

function voiceNotice(lesson: Lesson): Notice | null {
  if (!lesson.isOnline || lesson.peerState === "up" || lesson.teacher !== "here") return null;
  if (lesson.hasHadVoice) return { words: t("voice_lost"), tone: "warning", rank: 5 };
  return lesson.link === "board_only" ? { words: t("voice_blocked"), tone: "warning", rank: 2, canClose: true } : null;
}

function microphoneNotice(sound: Sound, acts: NoticeActs): Notice | null {
  const rank = acts.isMicrophoneWanted ? 6 : 1;
  switch (sound.state) {
    case "refused":
      if (acts.showsSteps) return { words: t("mic_steps"), rank, canClose: true };
      return { words: t("mic_refused"), rank, canClose: true, button: { words: t("mic_how"), act: acts.showSteps } };
    case "insecure":
      return { words: t("mic_insecure"), rank, canClose: true };
    case "gone":
      return { words: t("mic_gone"), tone: "warning", rank: 6, button: { words: t("mic_back"), act: acts.askMicrophone } };
    default:
      return null;
  }
}

/** Whenever learning time stands still the reason is on screen (UX principle 6). */
function pausedNotice(lesson: Lesson): Notice | null {
  const { clock } = lesson;
  if (clock === null || clock.is_effective || !lesson.isOnline) return null;
  if (clock.paused === "no_teacher") return { words: t("paused_no_teacher"), rank: 3 };
  if (clock.paused === "not_begun") return { words: t("not_begun"), rank: 1 };
  return null;
}
