"""The board: what the entries of a log add up to. The one reducer (PROTOCOL.md §8).

``board.apply(entry)`` changes the board in place and says what changed. An entry that makes no
sense (a page that is not there, a stroke's middle without its begin) is skipped and counted,
never an error: one poisoned record must not close a lesson (THREATS A30). Applying the same
entries in order of their numbers gives the same board in every reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from signaling_server.protocol.commands import Right, Tool
from signaling_server.protocol.entries import (
    ActionNamed,
    AudioMark,
    Blank,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    InstrumentSet,
    LessonBegun,
    LessonEnded,
    MemberNamed,
    PageAdded,
    PageMoved,
    PageShown,
    RightNamed,
    SessionAttached,
    Unknown,
    ViewShown,
)
from signaling_server.protocol.ids import (
    GLOBAL_PAGE,
    TEACHER,
    EntryNumber,
    ItemId,
    Member,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import InkBody
from signaling_server.protocol.items import Corners, Picture, Stroke, TextItem
from signaling_server.protocol.messages import EndReason
from signaling_server.protocol.page import THE_PAGE, Page, PageBody

__all__ = ["Board", "Changes", "Page", "Picture", "Stroke", "TextItem", "TooNewError", "digest"]


class TooNewError(Exception):
    """A kind that this reader must understand and does not: the page has to be updated."""


_Place: TypeAlias = tuple[EntryNumber, PageId, PageAdded | PageMoved]
"""A page added or moved, and the action that did it."""


@dataclass(slots=True)
class MemberState:
    """What the log says of a member."""

    is_joined: bool = False
    hand_since_ms: int | None = None
    may_speak: bool = False
    may_write: bool = False


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of chat; `picture` is the SHA-256 of one that was sent with it, or ''."""

    member: Member
    text: str
    time_ms: int
    picture: str = ""


@dataclass(slots=True)
class Changes:
    """What an entry, a hint or a pending sample changed; `was_refolded`: draw all again."""

    pages: set[PageId] = field(default_factory=set)
    grown: set[StrokeId] = field(default_factory=set)
    """Strokes that only got longer: their new samples can be drawn on top."""
    redrawn: set[ItemId] = field(default_factory=set)
    """Items shown, hidden, changed or replaced: what lies under them must be drawn again."""
    shown: bool = False
    order: bool = False
    """Pages came, went, moved or changed in size or ground."""
    view: bool = False
    """The teacher's frame, or an instrument."""
    laser: bool = False
    people: bool = False
    chat: bool = False
    life: bool = False
    was_refolded: bool = False

    def add(self, other: Changes) -> None:
        """Take in what `other` says."""
        self.pages |= other.pages
        self.grown |= other.grown
        self.redrawn |= other.redrawn
        self.shown |= other.shown
        self.order |= other.order
        self.view |= other.view
        self.laser |= other.laser
        self.people |= other.people
        self.chat |= other.chat
        self.life |= other.life
        self.was_refolded |= other.was_refolded


class Board:
    """The fold of a log's entries.

    Attributes:
        pages: by number, in order of creation, deleted ones too.
        order: the row of pages as they are leafed through.
        shown: the page before everybody's eyes, 0 before the first.
        members: by number, those the log has named.
        chat: oldest first.
        lesson, session: as begun and attached; None before.
        ended: why the lesson ended, None while it runs.
        tracks: audio marks (lesson ms, sample at 48 kHz) by member.
        skipped: entries that made no sense.
    """

    def __init__(self) -> None:
        self.pages: dict[PageId, Page] = {}
        self.order: list[PageId] = []
        self.shown: PageId = GLOBAL_PAGE
        self.members: dict[Member, MemberState] = {}
        self.chat: list[ChatLine] = []
        self.lesson: LessonBegun | None = None
        self.session: SessionAttached | None = None
        self.ended: EndReason | None = None
        self.tracks: dict[Member, list[tuple[int, int]]] = {}
        self.time_ms = 0
        self.skipped = 0
        self._places: list[_Place] = []
        self._row: list[PageId] = []  # as `order`, but with the pages that were deleted

    def apply(self, entry: Entry | Blank) -> Changes:
        """Fold in the next entry.

        Raises:
            TooNewError: its kind is unknown and marked must-understand.
        """
        if isinstance(entry, Blank):
            return Changes()
        self.time_ms = max(self.time_ms, entry.time_ms)
        changes = self._fold(entry)
        if changes is None:
            self.skipped += 1
            return Changes()
        return changes

    def may_write(self, member: Member) -> bool:
        """Whether a member may draw now."""
        return member == TEACHER or (member in self.members and self.members[member].may_write)

    def stroke(self, page: PageId, stroke: StrokeId) -> Stroke | None:
        """A stroke of a page, a laser's too, or None."""
        there = self.pages.get(page)
        return None if there is None else there.strokes.get(stroke) or there.lasers.get(stroke)

    # the kinds; each returns None where the entry makes no sense

    def _fold(self, entry: Entry) -> Changes | None:
        body = entry.body
        match body:
            case InkBody():
                return self._ink(entry, body)
            case PageAdded() | PageShown():
                return self._turn(entry, body)
            case ViewShown() | InstrumentSet():
                return self._see(entry, body)
            case MemberNamed() | HandRaised() | RightNamed():
                return self._people(entry, body)
            case ChatSaid():
                self.chat.append(ChatLine(entry.author, body.text, entry.time_ms, body.picture))
                return Changes(chat=True)
            case AudioMark():
                self.tracks.setdefault(body.member, []).append((entry.time_ms, body.sample))
                return Changes()
            case Unknown():
                if entry.must_understand:
                    raise TooNewError(f"kind {entry.kind:#04x}")
                return Changes()
            case LessonBegun() | SessionAttached() | LessonEnded():
                return self._life(body)
            case _:
                return self._change_page(entry, body)

    def _life(self, body: LessonBegun | SessionAttached | LessonEnded) -> Changes:
        match body:
            case LessonBegun():
                self.lesson = body
            case SessionAttached():
                self.session = body
            case LessonEnded():
                self.ended = body.reason
        return Changes(life=True)

    def _turn(self, entry: Entry, body: PageAdded | PageShown) -> Changes | None:
        number = entry.page
        if isinstance(body, PageShown):
            if number not in self.order:
                return None
            self.shown = number
            return Changes(shown=True)
        if number in self.pages or number == GLOBAL_PAGE:
            return None
        page = Page(number, body.width, body.height, body.kind, body.paper, entry.audience)
        page.begun = page.add_to_action(entry, (THE_PAGE,))
        self.pages[number] = page
        self._put((page.begun, number, body))
        self._leave_out()
        return Changes(pages={number}, order=True)

    def _see(self, entry: Entry, body: ViewShown | InstrumentSet) -> Changes | None:
        page = self.pages.get(entry.page)
        if page is None:
            return None
        page.see(body)
        return Changes(view=True)

    def _ink(self, entry: Entry, body: InkBody) -> Changes | None:
        page = self.pages.get(entry.page)
        if page is None:
            return None
        style = body.style
        is_laser = body.stroke in page.lasers if style is None else style.tool is Tool.LASER
        touched = page.take_ink(entry, body, is_laser=is_laser)
        if touched is None:
            return None
        return Changes(pages={page.number}, grown=touched.grown, laser=touched.is_laser)

    def _change_page(self, entry: Entry, body: PageBody) -> Changes | None:
        page = self.pages.get(entry.page)
        touched = None if page is None else page.take(entry, body)
        if page is None or touched is None:
            return None
        shown = self.shown
        if isinstance(body, PageMoved):
            self._put((page.add_to_action(entry, ()), page.number, body))
        elif isinstance(body, ActionNamed) and touched.is_page:
            self._put_in_order()
        if touched.is_page:
            self._leave_out()
        return Changes(
            pages={page.number},
            redrawn=touched.items,
            order=touched.is_page,
            shown=self.shown != shown,
        )

    def _put_in_order(self) -> None:
        """The row of pages: additions and moves that stand, in order of the log (P-8.6)."""
        places, self._places, self._row = self._places, [], []
        for place in places:
            self._put(place)

    def _put(self, place: _Place) -> None:
        """Have the newest addition or move stand in the row."""
        self._places.append(place)
        row, (action, number, body) = self._row, place
        if action in self.pages[number].undone:
            return
        if isinstance(body, PageMoved):
            if number not in row or body.after == number:
                return
            row.remove(number)
        if body.after is None or (body.after and body.after not in row):
            row.append(number)
        else:
            row.insert(row.index(PageId(body.after)) + 1 if body.after else 0, number)

    def _leave_out(self) -> None:
        """Leave out deleted pages; another is shown where the shown one went."""
        before, self.order = self.order, [n for n in self._row if not self.pages[n].is_deleted]
        if self.shown in before and self.shown not in self.order:
            standing = [n for n in before[: before.index(self.shown)] if n in self.order]
            self.shown = (standing[-1:] or self.order[:1] or [GLOBAL_PAGE])[0]

    def _people(self, entry: Entry, body: MemberNamed | HandRaised | RightNamed) -> Changes:
        who = entry.author if isinstance(body, HandRaised) else body.member
        state = self.members.setdefault(who, MemberState())
        match entry.kind:
            case EntryKind.MEMBER_JOINED:
                state.is_joined = True
            case EntryKind.MEMBER_LEFT:
                state.is_joined = False
                state.hand_since_ms = None
            case EntryKind.HAND_RAISED:
                state.hand_since_ms = entry.time_ms
            case EntryKind.HAND_LOWERED:
                state.hand_since_ms = None
        if isinstance(body, RightNamed):
            is_given = entry.kind == EntryKind.RIGHT_GIVEN
            if body.right is Right.SPEAK:
                state.may_speak = is_given
            else:
                state.may_write = is_given
        return Changes(people=True)


# what is compared between readers


def digest(page: Page) -> str:
    """SHA-256 (hex) over what a page shows, in canonical text (PROTOCOL.md §9)."""
    visible = (stroke for stroke in page.strokes.values() if stroke.is_visible)
    return digest_of(page, (stroke_line(stroke) for stroke in visible))


def digest_of(page: Page, stroke_lines: Iterable[str]) -> str:
    """The digest of a page whose strokes are given as lines of :func:`stroke_line`."""
    lines = [f"page {page.number} {page.width} {page.height} {page.kind.value}"]
    lines += stroke_lines
    lines += (
        f"picture {p.body.sha256} {_points(p.corners)}"
        for p in page.pictures.values()
        if p.is_visible
    )
    lines += (
        f"text {t.body.kind.value} {t.body.size} {t.ink.value} {_points(t.corners)} "
        f"{hashlib.sha256(t.body.text.encode()).hexdigest()}"
        for t in page.texts.values()
        if t.is_visible
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def stroke_line(stroke: Stroke) -> str:
    """A stroke's line in the canonical text."""
    style = stroke.style
    force = "-" if stroke.force is None else ",".join(map(str, stroke.force))
    gaps = ",".join(f"{first}-{stop}" for first, stop in stroke.gaps) or "-"
    head = (
        f"stroke {stroke.id} {stroke.author} {style.tool.value} {style.ink.value} {style.width} "
        f"{style.t0_ms} {int(stroke.has_ended)} {int(stroke.is_cut)}"
    )
    columns = " ".join(",".join(map(str, c)) for c in (stroke.x, stroke.y, stroke.ms))
    return f"{head} {columns} {force} {gaps}"


def _points(corners: Corners) -> str:
    return " ".join(f"{x},{y}" for x, y in corners)
