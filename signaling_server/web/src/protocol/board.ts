// The board: what the entries of a log add up to. The counterpart of board.py, entry for entry:
// what makes no sense is skipped and counted, never an error.
import type { Blank, Entry, InkEntry } from "./entries";
import { mustUnderstand } from "./entries";
import type { EndReason, PageKind } from "./generated";
import { EntryKind, Right } from "./generated";
import { GLOBAL_PAGE } from "./ids";
import type { Samples, Style } from "./ink";
import { sha256 } from "./sha256";
import { toHex } from "./bytes";

/** A kind that this page must understand and does not: it has to be loaded anew. */
export class TooNewError extends Error {
  override name = "TooNewError";
}

export interface Stroke {
  id: number;
  page: number;
  author: number;
  audience: number;
  style: Style;
  begun: number;
  x: number[];
  y: number[];
  ms: number[];
  force: number[] | null;
  hasEnded: boolean;
  isCut: boolean;
  /** Erasures (false) and restorations (true) that named it, in order of the log. */
  acts: (readonly [number, boolean])[];
  isVisible: boolean;
}

export interface Picture {
  placed: number;
  sha256: string;
  x: number;
  y: number;
  width: number;
  height: number;
  isVisible: boolean;
}

export interface Page {
  number: number;
  width: number;
  height: number;
  kind: PageKind;
  strokes: Map<number, Stroke>;
  pictures: Map<number, Picture>;
  undone: Set<number>;
  /** What an undo may name on this page, with the strokes it touches. */
  actions: Map<number, number[]>;
}

export interface MemberState {
  isJoined: boolean;
  handSinceMs: number | null;
  maySpeak: boolean;
  mayWrite: boolean;
}

export interface ChatLine {
  member: number;
  text: string;
  timeMs: number;
}

/** What an entry, a hint or a pending sample changed. */
export class Changes {
  pages = new Set<number>();
  /** Strokes that only got longer: their new samples can be drawn on top. */
  grown = new Set<number>();
  /** Strokes shown, hidden or replaced: what lies under them must be drawn again. */
  redrawn = new Set<number>();
  /** Pictures came or went: the ground under the ink must be drawn again. */
  pictures = false;
  shown = false;
  people = false;
  chat = false;
  life = false;
  wasRefolded = false;

  add(other: Changes): void {
    other.pages.forEach((page) => this.pages.add(page));
    other.grown.forEach((stroke) => this.grown.add(stroke));
    other.redrawn.forEach((stroke) => this.redrawn.add(stroke));
    this.pictures = this.pictures || other.pictures;
    this.shown = this.shown || other.shown;
    this.people = this.people || other.people;
    this.chat = this.chat || other.chat;
    this.life = this.life || other.life;
    this.wasRefolded = this.wasRefolded || other.wasRefolded;
  }
}

export function newStroke(
  id: number,
  page: number,
  author: number,
  style: Style,
  hasForce: boolean,
  begun = 0,
  audience = 0,
): Stroke {
  return {
    id,
    page,
    author,
    audience,
    style,
    begun,
    x: [],
    y: [],
    ms: [],
    force: hasForce ? [] : null,
    hasEnded: false,
    isCut: false,
    acts: [],
    isVisible: true,
  };
}

type EntryOf<K> = Extract<Entry, { kind: K }>;
type NamedEntry = EntryOf<137 | 138 | 139 | 140 | 148>;
type PeopleEntry = EntryOf<13 | 14 | 15 | 16 | 17 | 18>;

export class Board {
  pages = new Map<number, Page>();
  shown = GLOBAL_PAGE;
  members = new Map<number, MemberState>();
  chat: ChatLine[] = [];
  session: string | null = null;
  ended: EndReason | null = null;
  timeMs = 0;
  skipped = 0;

  /** Fold in the next entry; TooNewError where its kind is unknown and must be understood. */
  apply(entry: Entry | Blank): Changes {
    if (entry.kind === "blank") return new Changes();
    this.timeMs = Math.max(this.timeMs, entry.timeMs);
    const changes = this.fold(entry);
    if (changes === null) {
      this.skipped += 1;
      return new Changes();
    }
    return changes;
  }

  stroke(page: number, stroke: number): Stroke | undefined {
    return this.pages.get(page)?.strokes.get(stroke);
  }

  private fold(entry: Entry): Changes | null {
    const changes = new Changes();
    switch (entry.kind) {
      case EntryKind.INK_BEGIN:
      case EntryKind.INK_MORE:
      case EntryKind.INK_END:
        return this.ink(entry);
      case EntryKind.PAGE_ADDED:
      case EntryKind.PAGE_SHOWN:
        return this.turn(entry);
      case EntryKind.STROKES_ERASED:
      case EntryKind.STROKES_RESTORED:
      case EntryKind.UNDONE:
      case EntryKind.REDONE:
      case EntryKind.PICTURE_PLACED: {
        const page = this.pages.get(entry.page);
        return page === undefined ? null : changePage(page, entry);
      }
      case EntryKind.MEMBER_JOINED:
      case EntryKind.MEMBER_LEFT:
      case EntryKind.HAND_RAISED:
      case EntryKind.HAND_LOWERED:
      case EntryKind.RIGHT_GIVEN:
      case EntryKind.RIGHT_TAKEN:
        return this.people(entry);
      case EntryKind.CHAT_SAID:
        this.chat.push({ member: entry.author, text: entry.body.text, timeMs: entry.timeMs });
        changes.chat = true;
        return changes;
      case EntryKind.AUDIO_MARK:
        return changes;
      case "unknown":
        if (mustUnderstand(entry)) throw new TooNewError(`kind ${entry.byte}`);
        return changes;
      case EntryKind.SESSION_ATTACHED:
        this.session = entry.body.session;
        break;
      case EntryKind.LESSON_ENDED:
        this.ended = entry.body.reason;
        break;
      case EntryKind.LESSON_BEGUN:
        break;
    }
    changes.life = true;
    return changes;
  }

  private turn(entry: EntryOf<132 | 133>): Changes | null {
    const changes = new Changes();
    if (entry.kind === EntryKind.PAGE_SHOWN) {
      if (!this.pages.has(entry.page)) return null;
      this.shown = entry.page;
      changes.shown = true;
      return changes;
    }
    if (this.pages.has(entry.page) || entry.page === GLOBAL_PAGE) return null;
    const { width, height, kind } = entry.body;
    this.pages.set(entry.page, {
      number: entry.page,
      width,
      height,
      kind,
      strokes: new Map(),
      pictures: new Map(),
      undone: new Set(),
      actions: new Map(),
    });
    changes.pages.add(entry.page);
    return changes;
  }

  private ink(entry: InkEntry): Changes | null {
    const page = this.pages.get(entry.page);
    if (page === undefined) return null;
    const body = entry.body;
    let stroke = page.strokes.get(body.stroke);
    if (body.style !== null) {
      if (stroke !== undefined || body.first !== 0) return null;
      const hasForce = body.samples.force !== null;
      stroke = newStroke(
        body.stroke, page.number, entry.author, body.style, hasForce, entry.number, entry.audience,
      );
      page.strokes.set(body.stroke, stroke);
      page.actions.set(entry.number, [body.stroke]);
    }
    if (stroke === undefined || stroke.hasEnded || !mayGoOn(stroke, entry)) return null;
    const skip = stroke.x.length - body.first;
    if (skip < 0) return null;
    extend(stroke, body.samples, skip);
    stroke.hasEnded = body.isLast;
    stroke.isCut = body.isCut;
    const changes = new Changes();
    changes.pages.add(page.number);
    changes.grown.add(body.stroke);
    return changes;
  }

  private people(entry: PeopleEntry): Changes {
    const who = entry.kind === EntryKind.HAND_RAISED ? entry.author : entry.body.member;
    let state = this.members.get(who);
    if (state === undefined) {
      state = { isJoined: false, handSinceMs: null, maySpeak: false, mayWrite: false };
      this.members.set(who, state);
    }
    switch (entry.kind) {
      case EntryKind.MEMBER_JOINED:
        state.isJoined = true;
        break;
      case EntryKind.MEMBER_LEFT:
        state.isJoined = false;
        state.handSinceMs = null;
        break;
      case EntryKind.HAND_RAISED:
        state.handSinceMs = entry.timeMs;
        break;
      case EntryKind.HAND_LOWERED:
        state.handSinceMs = null;
        break;
      case EntryKind.RIGHT_GIVEN:
      case EntryKind.RIGHT_TAKEN: {
        const isGiven = entry.kind === EntryKind.RIGHT_GIVEN;
        if (entry.body.right === Right.SPEAK) state.maySpeak = isGiven;
        else state.mayWrite = isGiven;
      }
    }
    const changes = new Changes();
    changes.people = true;
    return changes;
  }
}

/** Its writer may; the lesson itself may cut it, without samples (P-3.4). */
function mayGoOn(stroke: Stroke, { author, body }: InkEntry): boolean {
  return author === stroke.author || (author === 0 && body.isCut && body.samples.x.length === 0);
}

function extend(stroke: Stroke, samples: Samples, skip: number): void {
  for (let i = skip; i < samples.x.length; i++) {
    stroke.x.push(samples.x[i]);
    stroke.y.push(samples.y[i]);
    stroke.ms.push(samples.ms[i]);
    if (stroke.force !== null) stroke.force.push(samples.force === null ? 0 : samples.force[i]);
  }
}

function changePage(page: Page, entry: NamedEntry): Changes | null {
  const changes = new Changes();
  changes.pages.add(page.number);
  let touched: number[];
  switch (entry.kind) {
    case EntryKind.PICTURE_PLACED:
      page.pictures.set(entry.number, { placed: entry.number, ...entry.body, isVisible: true });
      page.actions.set(entry.number, []);
      changes.pictures = true;
      return changes;
    case EntryKind.STROKES_ERASED:
    case EntryKind.STROKES_RESTORED: {
      const isShown = entry.kind === EntryKind.STROKES_RESTORED;
      touched = entry.body.strokes.filter((stroke) => page.strokes.has(stroke));
      for (const name of touched) page.strokes.get(name)?.acts.push([entry.number, isShown]);
      page.actions.set(entry.number, touched);
      break;
    }
    default: {
      const named = page.actions.get(entry.body.of);
      if (named === undefined) return null;
      touched = named;
      if (entry.kind === EntryKind.UNDONE) page.undone.add(entry.body.of);
      else page.undone.delete(entry.body.of);
      const picture = page.pictures.get(entry.body.of);
      if (picture !== undefined) {
        picture.isVisible = !page.undone.has(entry.body.of);
        changes.pictures = true;
      }
    }
  }
  for (const name of touched) {
    const stroke = page.strokes.get(name) as Stroke;
    const isNowVisible = isVisible(page, stroke);
    if (isNowVisible !== stroke.isVisible) {
      stroke.isVisible = isNowVisible;
      changes.redrawn.add(name);
    }
  }
  return changes;
}

/** The newest act that still stands decides; without one, whether its begin stands. */
function isVisible(page: Page, stroke: Stroke): boolean {
  if (page.undone.has(stroke.begun)) return false;
  for (let i = stroke.acts.length - 1; i >= 0; i--) {
    const [number, isShown] = stroke.acts[i];
    if (!page.undone.has(number)) return isShown;
  }
  return true;
}

/** SHA-256 (hex) over what a page shows, in canonical text; equal in every reader. */
export function digest(page: Page): string {
  return digestOf(page, Array.from(page.strokes.values()).filter((stroke) => stroke.isVisible));
}

export function digestOf(page: Page, strokes: Iterable<Stroke>): string {
  const lines = [`page ${page.number} ${page.width} ${page.height} ${page.kind}`];
  for (const stroke of strokes) lines.push(strokeLine(stroke));
  for (const p of page.pictures.values()) {
    if (p.isVisible) lines.push(`picture ${p.sha256} ${p.x} ${p.y} ${p.width} ${p.height}`);
  }
  return toHex(sha256(new TextEncoder().encode(lines.join("\n"))));
}

function strokeLine(stroke: Stroke): string {
  const { tool, ink, width, t0Ms } = stroke.style;
  const head = `stroke ${stroke.id} ${stroke.author} ${tool} ${ink} ${width} ${t0Ms}`;
  const force = stroke.force === null ? "-" : stroke.force.join(",");
  const columns = `${stroke.x.join(",")} ${stroke.y.join(",")} ${stroke.ms.join(",")}`;
  return `${head} ${Number(stroke.hasEnded)} ${Number(stroke.isCut)} ${columns} ${force}`;
}
