"""One page of a board, and how entries change what lies on it (PROTOCOL.md §8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from signaling_server.protocol.commands import PageKind, StrokePart
from signaling_server.protocol.entries import (
    ActionNamed,
    Entry,
    EntryKind,
    InstrumentKind,
    InstrumentSet,
    ItemsChanged,
    ItemsNamed,
    PageChanged,
    PageCleared,
    PageDeleted,
    PageMoved,
    PartsNamed,
    PicturePlaced,
    TextPlaced,
    ViewShown,
)
from signaling_server.protocol.ids import (
    EVERYBODY,
    NO_COMMAND,
    NO_ENTRY,
    NOBODY,
    CommandId,
    EntryNumber,
    ItemId,
    Member,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import InkBody
from signaling_server.protocol.items import Act, Item, Picture, Stroke, TextItem

THE_PAGE: Final = 0
"""Among the items that an action touched: the page itself."""

LASERS_KEPT_MS: Final = 10_000

PageBody: TypeAlias = (
    ItemsNamed
    | PartsNamed
    | ItemsChanged
    | PageCleared
    | PicturePlaced
    | TextPlaced
    | ActionNamed
    | PageChanged
    | PageDeleted
    | PageMoved
)
"""What changes a page that is there already; ink apart."""


@dataclass(slots=True)
class Touched:
    """What an entry changed on one page."""

    grown: set[StrokeId] = field(default_factory=set)
    items: set[ItemId] = field(default_factory=set)
    is_page: bool = False
    is_laser: bool = False


@dataclass(slots=True)
class Page:
    """One page; its items in the order in which they came.

    Attributes:
        width, height, kind: as they stand; `added` holds them as the page was added.
        audience: whom its entries are for: 0 everybody, 1 the teacher alone (a private page).
        begun: the action that added it.
        strokes, pictures, texts: by item, oldest first.
        lasers: what was pointed at in the last seconds; no action, in no export.
        undone: actions that do not stand.
        actions: what an undo may name here, with the items it touches.
        is_deleted: it is not in the row of pages.
        view: what the teacher looks at, None: no frame to follow.
        instrument: what lies on the page, None: nothing.
        stamp: grows with each entry about what lies on it.
    """

    number: PageId
    width: int
    height: int
    kind: PageKind
    paper: str = ""
    audience: int = EVERYBODY
    begun: EntryNumber = NO_ENTRY
    strokes: dict[StrokeId, Stroke] = field(default_factory=dict)
    pictures: dict[ItemId, Picture] = field(default_factory=dict)
    texts: dict[ItemId, TextItem] = field(default_factory=dict)
    lasers: dict[StrokeId, Stroke] = field(default_factory=dict)
    undone: set[EntryNumber] = field(default_factory=set)
    actions: dict[EntryNumber, list[ItemId]] = field(default_factory=dict)
    is_deleted: bool = False
    view: ViewShown | None = None
    instrument: InstrumentSet | None = None
    stamp: int = 0
    _changes: list[tuple[EntryNumber, PageChanged | PageDeleted]] = field(default_factory=list)
    _added: tuple[int, int, PageKind] = field(init=False)
    _groups: dict[tuple[Member, CommandId], EntryNumber] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._added = self.width, self.height, self.kind

    @property
    def is_private(self) -> bool:
        """Whether pupils do not receive it."""
        return self.audience != EVERYBODY

    def item(self, name: ItemId) -> Item | None:
        """A stroke, picture or text of this page, or None."""
        return self.strokes.get(StrokeId(name)) or self.pictures.get(name) or self.texts.get(name)

    def visible_items(self) -> Iterator[ItemId]:
        """What can be selected, erased and cleared: all that is seen but the page's ground."""
        yield from (stroke.id for stroke in self.strokes.values() if stroke.is_visible)
        for picture in self.pictures.values():
            if picture.is_visible and not picture.body.is_ground:
                yield picture.id
        yield from (text.id for text in self.texts.values() if text.is_visible)

    def add_to_action(self, entry: Entry, items: Iterable[ItemId]) -> EntryNumber:
        """Note what an entry did; entries of one command are one action (P-8.2).

        Returns:
            The number that an undo names.
        """
        action = entry.number
        if entry.command != NO_COMMAND:
            action = self._groups.setdefault((entry.author, entry.command), action)
        self.actions.setdefault(action, []).extend(items)
        return action

    # ink

    def take_ink(self, entry: Entry, body: InkBody, *, is_laser: bool) -> Touched | None:
        """Begin or go on with a stroke; None where the entry makes no sense."""
        self.stamp += 1
        strokes = self.lasers if is_laser else self.strokes
        stroke = strokes.get(body.stroke)
        if body.style is not None:
            if stroke is not None or body.first != 0:
                return None
            stroke = self._begin(entry, body, is_laser=is_laser)
            strokes[body.stroke] = stroke
        if stroke is None or stroke.has_ended or not _may_go_on(stroke, entry.author, body):
            return None
        skip = len(stroke.x) - body.first
        if skip < 0:
            return None
        stroke.extend(body.samples, skip)
        stroke.has_ended, stroke.is_cut = body.is_last, body.is_cut
        return Touched(is_laser=True) if is_laser else Touched(grown={body.stroke})

    def _begin(self, entry: Entry, body: InkBody, *, is_laser: bool) -> Stroke:
        assert body.style is not None
        if is_laser:
            action = entry.number
            for name in [n for n, s in self.lasers.items() if _is_long_ago(s, entry.time_ms)]:
                del self.lasers[name]
        else:
            action = self.add_to_action(entry, (body.stroke,))
        style, audience = body.style, entry.audience
        stroke = Stroke(body.stroke, self.number, entry.author, audience, style, begun=action)
        stroke.force = None if body.samples.force is None else []
        stroke.is_visible = action not in self.undone
        return stroke

    # everything else

    def take(self, entry: Entry, body: PageBody) -> Touched | None:
        """Change what is there; None where the entry makes no sense."""
        self.stamp += 1
        match body:
            case PicturePlaced() | TextPlaced():
                return self._place(entry, body)
            case PageChanged() | PageDeleted():
                action = self.add_to_action(entry, (THE_PAGE,))
                self._changes.append((action, body))
                if action not in self.undone:
                    self._change(body)
                return Touched(is_page=True)
            case PageMoved():
                self.add_to_action(entry, (THE_PAGE,))
                return Touched(is_page=True)
            case ActionNamed():
                if body.of not in self.actions:
                    return None
                is_undo = entry.kind == EntryKind.UNDONE
                (self.undone.add if is_undo else self.undone.discard)(body.of)
                return self._settle(self.actions[body.of])
            case ItemsNamed() | PartsNamed() | ItemsChanged() | PageCleared():
                return self._act(entry, body)

    def _place(self, entry: Entry, body: PicturePlaced | TextPlaced) -> Touched:
        name = entry.number
        action = self.add_to_action(entry, (name,))
        is_visible = action not in self.undone
        if isinstance(body, PicturePlaced):
            picture = Picture(entry.number, body, begun=action, is_visible=is_visible)
            self.pictures[name] = picture
        else:
            text = TextItem(entry.number, entry.author, body, begun=action, is_visible=is_visible)
            self.texts[name] = text
        return Touched(items={name})

    def _act(
        self, entry: Entry, body: ItemsNamed | PartsNamed | ItemsChanged | PageCleared
    ) -> Touched:
        acts: dict[ItemId, list[bool | ItemsChanged | StrokePart]] = {}
        match body:
            case ItemsNamed():
                is_shown = entry.kind == EntryKind.ITEMS_RESTORED
                acts = {name: [is_shown] for name in body.items}
            case PageCleared():
                acts = {name: [False] for name in self.visible_items()}
            case PartsNamed():
                for part in body.parts:
                    acts.setdefault(part.stroke, []).append(part)
            case ItemsChanged():
                acts = {name: [body] * count for name, count in Counter(body.items).items()}
        action = self.add_to_action(entry, ())
        names, touched = self.actions[action], Touched()
        for name, whats in acts.items():
            item = self.item(name)
            if item is not None and _may_act(item, whats[0]):
                names.append(name)
                if item.take([Act(action, what) for what in whats], self.undone):
                    touched.items.add(name)
        return touched

    def _settle(self, names: Iterable[ItemId]) -> Touched:
        """Fold what these items are now."""
        touched = Touched()
        for name in set(names):
            item = self.item(name)
            if name == THE_PAGE:
                self._settle_page()
                touched.is_page = True
            elif item is not None and item.settle(self.undone):
                touched.items.add(name)
        return touched

    def _settle_page(self) -> None:
        self.width, self.height, self.kind = self._added
        self.is_deleted = self.begun in self.undone
        for action, change in self._changes:
            if action not in self.undone:
                self._change(change)

    def _change(self, change: PageChanged | PageDeleted) -> None:
        if isinstance(change, PageDeleted):
            self.is_deleted = True
        else:
            self.width = change.width or self.width
            self.height = change.height or self.height
            self.kind = change.kind or self.kind

    def see(self, body: ViewShown | InstrumentSet) -> None:
        """The teacher's frame moved, or an instrument."""
        if isinstance(body, ViewShown):
            self.view = body if body.width and body.height else None
        else:
            self.instrument = None if body.kind is InstrumentKind.NONE else body


def _may_go_on(stroke: Stroke, author: Member, body: InkBody) -> bool:
    """Its writer may; the lesson itself may cut it, without samples (P-3.4)."""
    return author == stroke.author or (author == NOBODY and body.is_cut and not body.samples.x)


def _may_act(item: Item, what: bool | ItemsChanged | StrokePart) -> bool:
    """An open stroke can be hidden, not changed; the page's ground is nobody's to touch."""
    if isinstance(item, Picture) and item.body.is_ground:
        return False
    if isinstance(item, Stroke) and not isinstance(what, bool):
        return item.has_ended
    return not isinstance(what, StrokePart)


def _is_long_ago(stroke: Stroke, now_ms: int) -> bool:
    end = stroke.style.t0_ms + (stroke.ms[-1] if stroke.ms else 0)
    return stroke.has_ended and end < now_ms - LASERS_KEPT_MS
