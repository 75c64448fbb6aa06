// A whole lesson's screen without a server: how it looks at every size, in both languages.
// ?lang=en &size=huge &theme=dark &writing=1, and what world.ts takes.
import "virtual:tokens.css";
import "../src/ui/style.css";
import "../src/ui/lesson.css";
import { Lesson } from "../src/live/lesson";
import { Sound } from "../src/live/sound";
import type { Changes } from "../src/protocol/board";
import { EntryKind } from "../src/protocol/generated";
import { LessonScreen } from "../src/screens/lesson";
import type { Preferences } from "../src/ui/preferences";
import { applyPreferences, loadPreferences } from "../src/ui/preferences";
import { setLanguage } from "../src/ui/texts";
import { apply, head, query, reader } from "./world";

const preferences: Preferences = {
  ...loadPreferences(), knowsRecording: true,
  size: (query.get("size") ?? "normal") as Preferences["size"],
  theme: (query.get("theme") ?? "light") as Preferences["theme"],
  paper: query.get("paper") ?? "white",
};
applyPreferences(preferences);
setLanguage(query.get("lang") === "en" ? "en" : "zh");

const sound = new Sound();
const screen: { now: LessonScreen | null } = { now: null };
const lesson = new Lesson("session-0001", () => true, sound, {
  changed: (changes) => screen.now?.applyChanges(changes),
  status: () => screen.now?.status(),
  warning: (minutes) => screen.now?.warning(minutes),
  refused: (command, reason) => screen.now?.refused(command, reason),
  ended: () => undefined,
  tooNew: () => undefined,
});
const clock = { ends_in_ms: 760_000, limit_ms: 1_800_000, effective_min: 17, has_begun: true, is_effective: true, paused: null };
lesson.receive({
  t: "joined", session: "session-0001", subject: "maths", member: 2, connection: 1, clock, last: 0, counter: 0, engine: "0".repeat(16), stored: 0, ice: [],
  members: [
    { member: 1, name: "老师", role: "teacher", is_connected: true, connection: 1 },
    { member: 2, name: "甲同学", role: "pupil", is_connected: true, connection: 1 },
  ],
} as unknown as Parameters<Lesson["receive"]>[0]);
lesson.reader = reader;
const say = (entry: Parameters<typeof apply>[0]): Changes => {
  const changes = apply(entry);
  screen.now?.applyChanges(changes);
  return changes;
};
apply({ ...head(0), kind: EntryKind.MEMBER_JOINED, body: { member: 2 } });
apply({ ...head(0), kind: EntryKind.RIGHT_GIVEN, body: { member: 2, right: "speak" } });
if (query.has("writing")) apply({ ...head(0), kind: EntryKind.RIGHT_GIVEN, body: { member: 2, right: "write" } });
apply({ ...head(0), kind: EntryKind.CHAT_SAID, body: { text: "为什么要加 4？", picture: "" } });
apply({ ...head(0), author: 2, kind: EntryKind.CHAT_SAID, body: { text: "", picture: "b".repeat(64) } });

screen.now = new LessonScreen(lesson, sound, {
  preferences, change: () => undefined, switchLanguage: () => undefined, leave: () => undefined,
});
document.querySelector("#app")?.append(screen.now.node);
screen.now.mounted();
Object.assign(window, { bench: { lesson, screen: screen.now, say, head, EntryKind } });
