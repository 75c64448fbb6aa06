// For measurements only, with ?probe=1: what was painted when, and what a test may ask.
import { digest } from "../protocol/board";
import type { LessonScreen } from "../screens/lesson";
import type { Lesson } from "./lesson";
import type { Sound } from "./sound";

const MAX_PAINTED = 2_000_000;

type PaintedRow = [stroke: number, sample: number, wallMs: number];
const painted: PaintedRow[] = [];
const seen = new Map<number, number>();

function hasOpenStroke(lesson: Lesson): boolean {
  for (const page of lesson.reader.board.pages.values()) {
    for (const stroke of page.strokes.values()) if (!stroke.hasEnded) return true;
  }
  return false;
}

const wallNow = (): number => performance.timeOrigin + performance.now();

/** Publish `window.__lamplight`. A sample's row is written once, when it was first drawn. */
export function probe(lesson: Lesson, screen: LessonScreen, sound: Sound): void {
  screen.view.painted = (stroke, first, last) => {
    const now = wallNow();
    const from = Math.max(first, seen.get(stroke) ?? 0);
    for (let i = from; i < last && painted.length < MAX_PAINTED; i++) painted.push([stroke, i, now]);
    if (last > from) seen.set(stroke, last);
  };
  const { view } = screen;
  Object.assign(window, {
    __lamplight: {
      painted,
      wallNow,
      page: () => view.page,
      pages: () => lesson.reader.board.order.slice(),
      /** What is seen of the page, mm. */
      seen: () => view.viewport.seen,
      held: () => lesson.reader.held,
      /** Nothing but the log is drawn, and the log holds every stroke's end. */
      isSettled: () => lesson.reader.isSettled && !hasOpenStroke(lesson),
      digest: (page: number) => Promise.resolve(lesson.reader.drawnDigest(page)),
      logBoardDigest: (page: number) => {
        const board = lesson.reader.board.pages.get(page);
        return Promise.resolve(board === undefined ? null : digest(board));
      },
      samplesShown: () => painted.length,
      strokesShown: () => view.strokeCount(),
      state: () => ({
        link: lesson.link,
        peer: lesson.peerState,
        isOnline: lesson.isOnline,
        me: lesson.me,
        clock: lesson.clock,
        left: lesson.deadline.left(performance.now()),
        teacher: lesson.teacher,
        mayWrite: lesson.mayWrite,
        maySpeak: lesson.maySpeak,
        microphone: sound.state,
        isMicrophoneOpen: sound.isOpen,
        isSoundLocked: sound.isLocked,
        epoch: lesson.reader.epoch,
        skipped: lesson.reader.board.skipped,
        badBlocks: lesson.badBlocks,
        commandsWaiting: lesson.queue.waitingCount,
      }),
      /** How long it takes to draw the shown page again, ms. */
      redrawMs: () => {
        const begun = performance.now();
        view.redraw(Infinity);
        document.querySelector<HTMLCanvasElement>(".board-page")?.getContext("2d")?.getImageData(0, 0, 1, 1);
        return performance.now() - begun;
      },
      toneLevel: (hz: number) => sound.toneLevel(hz),
      remoteLevel: () => sound.remoteLevel(),
      ownLevel: () => sound.ownLevel(),
      stats: async () => Array.from((await lesson.peerStats())?.values() ?? []),
    },
  });
}
