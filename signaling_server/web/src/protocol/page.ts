// One page of a board, and how entries change what lies on it: the counterpart of page.py.
import type { Entry, EntryOf, InkEntry } from "./entries";
import type { InstrumentSet, PageAdded, PageChanged, PageKind, ViewShown } from "./generated";
import { EntryKind, InstrumentKind } from "./generated";
import type { Act, Item, Picture, Stroke, TextItem, What } from "./items";
import { extend, isPart, newPicture, newStroke, newText, settle, take } from "./items";

/** Among the items that an action touched: the page itself. */
export const THE_PAGE = 0;
const LASERS_KEPT_MS = 10_000;

/** What changes a page that is there already; ink apart. */
export type PageEntry = EntryOf<137 | 138 | 139 | 140 | 148 | 150 | 151 | 152 | 153 | 154 | 155 | 156>;
type ActEntry = EntryOf<137 | 138 | 150 | 151 | 153>;

/** What an entry changed on one page. */
export interface Touched {
  items: number[];
  isPage: boolean;
}

/** One page; its items in the order in which they came. */
export class Page {
  width: number;
  height: number;
  kind: PageKind;
  /** The action that added it. */
  begun = 0;
  readonly strokes = new Map<number, Stroke>();
  readonly pictures = new Map<number, Picture>();
  readonly texts = new Map<number, TextItem>();
  /** What was pointed at in the last seconds; no action. */
  readonly lasers = new Map<number, Stroke>();
  readonly undone = new Set<number>();
  /** What an undo may name here, with the items it touches. */
  readonly actions = new Map<number, number[]>();
  isDeleted = false;
  /** What the teacher looks at; null: no frame to follow. */
  view: ViewShown | null = null;
  instrument: InstrumentSet | null = null;
  private readonly changes: { action: number; change: PageChanged | null }[] = [];
  private readonly groups = new Map<string, number>();

  constructor(
    readonly number: number,
    private readonly added: PageAdded,
    readonly audience: number,
  ) {
    ({ width: this.width, height: this.height, kind: this.kind } = added);
  }

  item(name: number): Item | undefined {
    return this.strokes.get(name) ?? this.pictures.get(name) ?? this.texts.get(name);
  }

  /** Note what an entry did; entries of one command are one action. The number that an undo names. */
  addToAction(entry: Entry, items: readonly number[]): number {
    let action = entry.number;
    if (entry.command !== 0) {
      const group = `${entry.author} ${entry.command}`;
      action = this.groups.get(group) ?? action;
      this.groups.set(group, action);
    }
    const touched = this.actions.get(action);
    if (touched === undefined) this.actions.set(action, [...items]);
    else touched.push(...items);
    return action;
  }

  // ink

  /** Begin or go on with a stroke; whether the entry made sense. */
  takeInk(entry: InkEntry, isLaser: boolean): boolean {
    const { body } = entry;
    const strokes = isLaser ? this.lasers : this.strokes;
    let stroke = strokes.get(body.stroke);
    if (body.style !== null) {
      if (stroke !== undefined || body.first !== 0) return false;
      if (isLaser) this.dropLasers(entry.timeMs);
      const begun = isLaser ? entry.number : this.addToAction(entry, [body.stroke]);
      const hasForce = body.samples.force !== null;
      stroke = newStroke(body.stroke, this.number, entry.author, body.style, hasForce, begun, entry.audience);
      stroke.isVisible = !this.undone.has(begun);
      strokes.set(body.stroke, stroke);
    }
    if (stroke === undefined || stroke.hasEnded || !mayGoOn(stroke, entry)) return false;
    const skip = stroke.x.length - body.first;
    if (skip < 0) return false;
    extend(stroke, body.samples, skip);
    stroke.hasEnded = body.isLast;
    stroke.isCut = body.isCut;
    return true;
  }

  private dropLasers(nowMs: number): void {
    for (const [name, { hasEnded, style, ms }] of this.lasers) {
      const end = style.t0Ms + (ms.length > 0 ? ms[ms.length - 1] : 0);
      if (hasEnded && end < nowMs - LASERS_KEPT_MS) this.lasers.delete(name);
    }
  }

  // everything else

  /** Change what is there; null where the entry makes no sense. */
  take(entry: PageEntry): Touched | null {
    switch (entry.kind) {
      case EntryKind.PICTURE_PLACED:
      case EntryKind.TEXT_PLACED:
        return this.place(entry);
      case EntryKind.PAGE_CHANGED:
      case EntryKind.PAGE_DELETED: {
        const change = entry.kind === EntryKind.PAGE_CHANGED ? entry.body : null;
        const action = this.addToAction(entry, [THE_PAGE]);
        this.changes.push({ action, change });
        if (!this.undone.has(action)) this.change(change);
        return { items: [], isPage: true };
      }
      case EntryKind.PAGE_MOVED:
        this.addToAction(entry, [THE_PAGE]);
        return { items: [], isPage: true };
      case EntryKind.UNDONE:
      case EntryKind.REDONE: {
        const named = this.actions.get(entry.body.of);
        if (named === undefined) return null;
        if (entry.kind === EntryKind.UNDONE) this.undone.add(entry.body.of);
        else this.undone.delete(entry.body.of);
        return this.settle(named);
      }
      default:
        return this.act(entry);
    }
  }

  private place(entry: EntryOf<148 | 152>): Touched {
    const { number, author } = entry;
    const action = this.addToAction(entry, [number]);
    const isVisible = !this.undone.has(action);
    if (entry.kind === EntryKind.PICTURE_PLACED) {
      this.pictures.set(number, { ...newPicture(number, entry.body, action), isVisible });
    } else this.texts.set(number, { ...newText(number, author, entry.body, action), isVisible });
    return { items: [number], isPage: false };
  }

  private act(entry: ActEntry): Touched {
    const action = this.addToAction(entry, []);
    const acts = new Map<number, Act[]>();
    for (const [name, what] of this.acts(entry)) {
      const item = this.item(name);
      if (item === undefined || !mayAct(item, what)) continue;
      const known = acts.get(name);
      if (known === undefined) acts.set(name, [{ action, what }]);
      else known.push({ action, what });
    }
    const names = this.actions.get(action) ?? [];
    const touched: Touched = { items: [], isPage: false };
    acts.forEach((whats, name) => {
      names.push(name);
      if (take(this.item(name) as Item, whats, this.undone)) touched.items.push(name);
    });
    return touched;
  }

  private acts(entry: ActEntry): [number, What][] {
    switch (entry.kind) {
      case EntryKind.PAGE_CLEARED:
        return this.visibleItems().map((name) => [name, false]);
      case EntryKind.PARTS_ERASED:
        return entry.body.parts.map((part) => [part.stroke, part]);
      case EntryKind.ITEMS_CHANGED:
        return entry.body.items.map((name) => [name, entry.body]);
      default:
        return entry.body.items.map((name) => [name, entry.kind === EntryKind.ITEMS_RESTORED]);
    }
  }

  /** What can be erased and cleared: all that is seen but the page's ground. */
  private visibleItems(): number[] {
    const items = [...this.strokes.values(), ...this.pictures.values(), ...this.texts.values()];
    return items.filter((item) => item.isVisible && !isGround(item)).map((item) => item.id);
  }

  /** Fold what these items are now. */
  private settle(names: readonly number[]): Touched {
    const touched: Touched = { items: [], isPage: false };
    for (const name of new Set(names)) {
      const item = this.item(name);
      if (name === THE_PAGE) {
        this.settlePage();
        touched.isPage = true;
      } else if (item !== undefined && settle(item, this.undone)) touched.items.push(name);
    }
    return touched;
  }

  private settlePage(): void {
    ({ width: this.width, height: this.height, kind: this.kind } = this.added);
    this.isDeleted = this.undone.has(this.begun);
    for (const { action, change } of this.changes) {
      if (!this.undone.has(action)) this.change(change);
    }
  }

  private change(change: PageChanged | null): void {
    if (change === null) {
      this.isDeleted = true;
      return;
    }
    this.width = change.width ?? this.width;
    this.height = change.height ?? this.height;
    this.kind = change.kind ?? this.kind;
  }

  /** The teacher's frame moved, or an instrument. */
  see(entry: EntryOf<29 | 30>): void {
    if (entry.kind === EntryKind.VIEW_SHOWN) {
      this.view = entry.body.width > 0 && entry.body.height > 0 ? entry.body : null;
    } else this.instrument = entry.body.kind === InstrumentKind.NONE ? null : entry.body;
  }
}

/** Its writer may; the lesson itself may cut it, without samples (P-3.4). */
function mayGoOn(stroke: Stroke, { author, body }: InkEntry): boolean {
  return author === stroke.author || (author === 0 && body.isCut && body.samples.x.length === 0);
}

/** An open stroke can be hidden, not changed; the page's ground is nobody's to touch. */
function mayAct(item: Item, what: What): boolean {
  if (isGround(item)) return false;
  if (item.type === "stroke" && typeof what !== "boolean") return item.hasEnded;
  return !isPart(what);
}

function isGround(item: Item): boolean {
  return item.type === "picture" && item.body.is_ground;
}
