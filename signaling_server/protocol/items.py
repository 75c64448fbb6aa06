"""What lies on a page: strokes, pictures and texts, and the acts of the log that changed them.

An act is kept for good; what an item looks like is folded from those whose action was not
undone, in order of the log (PROTOCOL.md P-8.1, P-8.5). So an undo anywhere in the past gives
the same item in every reader.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from signaling_server.protocol.commands import Ink, StrokePart
from signaling_server.protocol.entries import ItemsChanged, PicturePlaced, TextPlaced
from signaling_server.protocol.ids import NO_ENTRY, EntryNumber, ItemId, Member, PageId, StrokeId
from signaling_server.protocol.ink import Samples, Style

MIN_WIDTH, MAX_WIDTH = 5, 2000

Corners: TypeAlias = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
"""Top left, top right and bottom left of a box, as it lies on the page (1/100 mm)."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an entry did to an item: showed (True) or hid it, changed it, rubbed out a part.

    `action` is the number that an undo of it names.
    """

    action: EntryNumber
    what: bool | ItemsChanged | StrokePart


@dataclass(slots=True)
class Item:
    """What strokes, pictures and texts have in common.

    Attributes:
        begun: the action that put it there.
        acts: in order of the log.
        is_visible: as the standing acts say.
        revision: grows whenever a standing act changes how it looks; not that it is visible.
    """

    begun: EntryNumber = field(default=NO_ENTRY, kw_only=True)
    acts: list[Act] = field(default_factory=list, kw_only=True)
    is_visible: bool = field(default=True, kw_only=True)
    revision: int = field(default=0, kw_only=True)
    _folded: list[Act] = field(default_factory=list, kw_only=True, repr=False)

    def take(self, acts: Sequence[Act], undone: Container[EntryNumber]) -> bool:
        """Take in the newest acts; whether the item is drawn otherwise now.

        What was folded before is not looked at: an item may be acted on thousands of times.
        """
        self.acts += acts
        standing = [act for act in acts if act.action not in undone]
        changes = [act for act in standing if not isinstance(act.what, bool)]
        before = self.is_visible
        for act in standing:
            if isinstance(act.what, bool):
                self.is_visible = act.what and self.begun not in undone
        if not changes:
            return before != self.is_visible
        self._folded += changes
        self._fold_on(changes, anew=False)
        return before or self.is_visible

    def settle(self, undone: Container[EntryNumber]) -> bool:
        """Fold all standing acts anew; whether the item is drawn otherwise now."""
        standing = [act for act in self.acts if act.action not in undone]
        visible = [act.what for act in standing if isinstance(act.what, bool)]
        before = self.is_visible
        self.is_visible = self.begun not in undone and (not visible or visible[-1])
        changes = [act for act in standing if not isinstance(act.what, bool)]
        known = len(self._folded)
        if changes == self._folded:
            return before != self.is_visible
        anew = changes[:known] != self._folded  # a redo mostly goes on where the fold stands
        self._folded = changes
        self._fold_on(changes if anew else changes[known:], anew=anew)
        return before or self.is_visible

    def _fold_on(self, acts: list[Act], *, anew: bool) -> None:
        self.revision += 1
        self._fold([act.what for act in acts if not isinstance(act.what, bool)], anew=anew)

    def _fold(self, changes: list[ItemsChanged | StrokePart], *, anew: bool) -> None:
        """Fold on top of what stands, or (`anew`) of the item as it was placed."""
        raise NotImplementedError


@dataclass(slots=True)
class Stroke(Item):
    """A stroke as it looks; the columns grow until `has_ended`.

    Attributes:
        x, y, style: with all standing changes; `raw` holds them as they were written, where
            a change stands.
        gaps: sample ranges [first, stop) of at least two, ascending, apart: the line from
            sample `first` to sample `stop` - 1 is rubbed out.
    """

    id: StrokeId
    page: PageId
    author: Member
    audience: int
    style: Style
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    ms: list[int] = field(default_factory=list)
    force: list[int] | None = None
    has_ended: bool = False
    is_cut: bool = False
    gaps: tuple[tuple[int, int], ...] = ()
    raw: tuple[list[int], list[int], Style] | None = None

    def extend(self, samples: Samples, skip: int = 0) -> None:
        """Append samples without their first `skip`."""
        self.x += samples.x[skip:]
        self.y += samples.y[skip:]
        self.ms += samples.ms[skip:]
        if self.force is not None:
            self.force += (samples.force or (0,) * len(samples))[skip:]

    def runs(self) -> Iterator[tuple[int, int]]:
        """Sample ranges [first, stop) to draw, in order; the whole stroke where it has no gaps."""
        if not self.gaps:
            yield 0, len(self.x)
            return
        at = 0
        for first, stop in (*self.gaps, (len(self.x) - 1, len(self.x))):
            if first > at:  # a lone sample between two gaps is no line
                yield at, first + 1
            at = stop - 1

    def _fold(self, changes: list[ItemsChanged | StrokePart], *, anew: bool) -> None:
        if self.raw is None:
            self.raw = self.x, self.y, self.style
        if anew:
            (self.x, self.y, self.style), self.gaps = self.raw, ()
        parts = []
        for change in changes:
            if isinstance(change, StrokePart):
                parts.append((change.first, min(change.stop, len(self.x))))
                continue
            if change.matrix is not None:
                self.x, self.y = change.matrix.columns(self.x, self.y)
            self.style = _restyled(self.style, change)
        self.gaps = _merged((*self.gaps, *parts))


@dataclass(slots=True)
class _Box(Item):
    """An item with a box that may lie turned on the page."""

    corners: Corners = field(init=False)

    def __post_init__(self) -> None:
        self._fold([], anew=True)

    @property
    def id(self) -> ItemId:
        """The number of the entry that placed it."""
        raise NotImplementedError

    def _moved(self, corners: Corners, changes: list[ItemsChanged | StrokePart]) -> None:
        x, y = [p[0] for p in corners], [p[1] for p in corners]
        for change in changes:
            if isinstance(change, ItemsChanged) and change.matrix is not None:
                x, y = change.matrix.columns(x, y)
        self.corners = (x[0], y[0]), (x[1], y[1]), (x[2], y[2])


@dataclass(slots=True)
class Picture(_Box):
    """A picture on a page; `corners` is where it lies, with all standing changes."""

    placed: EntryNumber
    body: PicturePlaced

    @property
    def id(self) -> ItemId:
        """The number of the entry that placed it."""
        return self.placed

    def _fold(self, changes: list[ItemsChanged | StrokePart], *, anew: bool) -> None:
        self._moved(upright(self.body) if anew else self.corners, changes)


@dataclass(slots=True)
class TextItem(_Box):
    """Text or a formula on a page, as it looks with all standing changes."""

    placed: EntryNumber
    author: Member
    body: TextPlaced
    ink: Ink = field(init=False)

    @property
    def id(self) -> ItemId:
        """The number of the entry that placed it."""
        return self.placed

    def _fold(self, changes: list[ItemsChanged | StrokePart], *, anew: bool) -> None:
        self._moved(upright(self.body) if anew else self.corners, changes)
        inks = [c.ink for c in changes if isinstance(c, ItemsChanged) and c.ink is not None]
        self.ink = inks[-1] if inks else self.body.ink if anew else self.ink


def upright(body: PicturePlaced | TextPlaced) -> Corners:
    """The corners of a box as it was placed."""
    right, bottom = body.x + body.width, body.y + body.height
    return (body.x, body.y), (right, body.y), (body.x, bottom)


def _restyled(style: Style, change: ItemsChanged) -> Style:
    ink = style.ink if change.ink is None else change.ink
    width = style.width if change.width is None else change.width
    width = min(max((width * change.scale + 500) // 1000, MIN_WIDTH), MAX_WIDTH)
    return replace(style, ink=ink, width=width)


def _merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, those that touch made one, too short ones left out."""
    gaps: list[tuple[int, int]] = []
    for first, stop in sorted(ranges):
        if stop < first + 2:
            continue
        if gaps and first < gaps[-1][1]:
            gaps[-1] = gaps[-1][0], max(gaps[-1][1], stop)
        else:
            gaps.append((first, stop))
    return tuple(gaps)
