// The board: what the entries of a log add up to. The counterpart of board.py, entry for entry:
// what makes no sense is skipped and counted, never an error.
import { toHex } from "./bytes";
import type { Blank, Entry, EntryOf, InkEntry } from "./entries";
import { mustUnderstand } from "./entries";
import type { EndReason } from "./generated";
import { EntryKind, Right, Tool } from "./generated";
import { GLOBAL_PAGE } from "./ids";
import type { Corners, Stroke } from "./items";
import type { PageEntry } from "./page";
import { Page, THE_PAGE } from "./page";
import { sha256 } from "./sha256";

/** A kind that this page must understand and does not: it has to be loaded anew. */
export class TooNewError extends Error {
  override name = "TooNewError";
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
  /** SHA-256 of a picture that was sent with it, or "". */
  picture: string;
}

const FLAGS = ["shown", "order", "view", "laser", "people", "chat", "life", "wasRefolded"] as const;

/** What an entry, a hint or a pending sample changed. */
export class Changes {
  pages = new Set<number>();
  /** Strokes that only got longer: their new samples can be drawn on top. */
  grown = new Set<number>();
  /** Items shown, hidden, changed or replaced: what lies under them must be drawn again. */
  redrawn = new Set<number>();
  shown = false;
  /** Pages came, went, moved or changed in size or ground. */
  order = false;
  /** The teacher's frame, or an instrument. */
  view = false;
  laser = false;
  people = false;
  chat = false;
  life = false;
  wasRefolded = false;

  constructor(what: Partial<Pick<Changes, (typeof FLAGS)[number]>> & { page?: number } = {}) {
    const { page, ...flags } = what;
    if (page !== undefined) this.pages.add(page);
    Object.assign(this, flags);
  }

  add(other: Changes): void {
    other.pages.forEach((page) => this.pages.add(page));
    other.grown.forEach((stroke) => this.grown.add(stroke));
    other.redrawn.forEach((item) => this.redrawn.add(item));
    for (const flag of FLAGS) this[flag] = this[flag] || other[flag];
  }
}

type PeopleEntry = EntryOf<13 | 14 | 15 | 16 | 17 | 18>;
/** A page added or moved: by which action, where to. */
interface Place {
  action: number;
  page: number;
  isMove: boolean;
  after: number | null;
}

export class Board {
  /** By number, in order of creation, deleted ones too. */
  pages = new Map<number, Page>();
  /** The row of pages as they are leafed through. */
  order: number[] = [];
  shown = GLOBAL_PAGE;
  members = new Map<number, MemberState>();
  chat: ChatLine[] = [];
  session: string | null = null;
  ended: EndReason | null = null;
  timeMs = 0;
  skipped = 0;
  private places: Place[] = [];
  /** As `order`, but with the pages that were deleted. */
  private row: number[] = [];

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

  /** A stroke of a page, a laser's too. */
  stroke(page: number, stroke: number): Stroke | undefined {
    const there = this.pages.get(page);
    return there?.strokes.get(stroke) ?? there?.lasers.get(stroke);
  }

  // the kinds; each gives null where the entry makes no sense

  private fold(entry: Entry): Changes | null {
    switch (entry.kind) {
      case EntryKind.INK_BEGIN:
      case EntryKind.INK_MORE:
      case EntryKind.INK_END:
        return this.ink(entry);
      case EntryKind.PAGE_ADDED:
        return this.addPage(entry);
      case EntryKind.PAGE_SHOWN:
        if (!this.order.includes(entry.page)) return null;
        this.shown = entry.page;
        return new Changes({ shown: true });
      case EntryKind.VIEW_SHOWN:
      case EntryKind.INSTRUMENT_SET: {
        const page = this.pages.get(entry.page);
        page?.see(entry);
        return page === undefined ? null : new Changes({ view: true });
      }
      case EntryKind.MEMBER_JOINED:
      case EntryKind.MEMBER_LEFT:
      case EntryKind.HAND_RAISED:
      case EntryKind.HAND_LOWERED:
      case EntryKind.RIGHT_GIVEN:
      case EntryKind.RIGHT_TAKEN:
        return this.people(entry);
      case EntryKind.CHAT_SAID:
        this.chat.push({ member: entry.author, timeMs: entry.timeMs, ...entry.body });
        return new Changes({ chat: true });
      case EntryKind.AUDIO_MARK:
        return new Changes();
      case "unknown":
        if (mustUnderstand(entry)) throw new TooNewError(`kind ${entry.byte}`);
        return new Changes();
      case EntryKind.SESSION_ATTACHED:
        this.session = entry.body.session;
        return new Changes({ life: true });
      case EntryKind.LESSON_ENDED:
        this.ended = entry.body.reason;
        return new Changes({ life: true });
      case EntryKind.LESSON_BEGUN:
        return new Changes({ life: true });
      default:
        return this.changePage(entry);
    }
  }

  private addPage(entry: EntryOf<132>): Changes | null {
    if (this.pages.has(entry.page) || entry.page === GLOBAL_PAGE) return null;
    const page = new Page(entry.page, entry.body, entry.audience);
    page.begun = page.addToAction(entry, [THE_PAGE]);
    this.pages.set(entry.page, page);
    this.put({ action: page.begun, page: entry.page, isMove: false, after: entry.body.after });
    this.leaveOut();
    return new Changes({ page: entry.page, order: true });
  }

  private ink(entry: InkEntry): Changes | null {
    const page = this.pages.get(entry.page);
    if (page === undefined) return null;
    const { stroke, style } = entry.body;
    const isLaser = style === null ? page.lasers.has(stroke) : style.tool === Tool.LASER;
    if (!page.takeInk(entry, isLaser)) return null;
    const changes = new Changes({ page: page.number, laser: isLaser });
    if (!isLaser) changes.grown.add(stroke);
    return changes;
  }

  private changePage(entry: PageEntry): Changes | null {
    const page = this.pages.get(entry.page);
    const touched = page?.take(entry) ?? null;
    if (page === undefined || touched === null) return null;
    const { shown } = this;
    if (entry.kind === EntryKind.PAGE_MOVED) {
      const action = page.addToAction(entry, []);
      this.put({ action, page: page.number, isMove: true, after: entry.body.after });
    } else if (touched.isPage && (entry.kind === EntryKind.UNDONE || entry.kind === EntryKind.REDONE)) {
      this.putInOrder();
    }
    if (touched.isPage) this.leaveOut();
    const changes = new Changes({ page: page.number, order: touched.isPage, shown: this.shown !== shown });
    touched.items.forEach((item) => changes.redrawn.add(item));
    return changes;
  }

  /** The row of pages: additions and moves that stand, in order of the log (P-8.6). */
  private putInOrder(): void {
    const { places } = this;
    this.places = [];
    this.row = [];
    places.forEach((place) => this.put(place));
  }

  /** Have the newest addition or move stand in the row. */
  private put(place: Place): void {
    this.places.push(place);
    const { row } = this;
    const { action, page, isMove, after } = place;
    if (this.pages.get(page)?.undone.has(action)) return;
    if (isMove) {
      if (!row.includes(page) || after === page) return;
      row.splice(row.indexOf(page), 1);
    }
    if (after === null || (after !== 0 && !row.includes(after))) row.push(page);
    else row.splice(after === 0 ? 0 : row.indexOf(after) + 1, 0, page);
  }

  /** Leave out deleted pages; another is shown where the shown one went. */
  private leaveOut(): void {
    const before = this.order;
    this.order = this.row.filter((page) => this.pages.get(page)?.isDeleted === false);
    if (!before.includes(this.shown) || this.order.includes(this.shown)) return;
    const standing = before.slice(0, before.indexOf(this.shown)).filter((page) => this.order.includes(page));
    this.shown = standing.pop() ?? this.order[0] ?? GLOBAL_PAGE;
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
    return new Changes({ people: true });
  }
}

/** SHA-256 (hex) over what a page shows, in canonical text; equal in every reader. */
export function digest(page: Page): string {
  return digestOf(page, Array.from(page.strokes.values()).filter((stroke) => stroke.isVisible));
}

export function digestOf(page: Page, strokes: Iterable<Stroke>): string {
  const lines = [`page ${page.number} ${page.width} ${page.height} ${page.kind}`];
  for (const stroke of strokes) lines.push(strokeLine(stroke));
  for (const { isVisible, body, corners } of page.pictures.values()) {
    if (isVisible) lines.push(`picture ${body.sha256} ${points(corners)}`);
  }
  for (const { isVisible, body, ink, corners } of page.texts.values()) {
    if (isVisible) lines.push(`text ${body.kind} ${body.size} ${ink} ${points(corners)} ${hash(body.text)}`);
  }
  return hash(lines.join("\n"));
}

const hash = (text: string): string => toHex(sha256(new TextEncoder().encode(text)));
const points = (corners: Corners): string => corners.map((point) => point.join(",")).join(" ");

function strokeLine(stroke: Stroke): string {
  const { tool, ink, width, t0Ms } = stroke.style;
  const head = `stroke ${stroke.id} ${stroke.author} ${tool} ${ink} ${width} ${t0Ms}`;
  const force = stroke.force === null ? "-" : stroke.force.join(",");
  const columns = `${stroke.x.join(",")} ${stroke.y.join(",")} ${stroke.ms.join(",")}`;
  const gaps = stroke.gaps.map((gap) => gap.join("-")).join(",") || "-";
  return `${head} ${Number(stroke.hasEnded)} ${Number(stroke.isCut)} ${columns} ${force} ${gaps}`;
}
