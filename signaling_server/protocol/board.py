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

from signaling_server.protocol.commands import PageKind, Right
from signaling_server.protocol.entries import (
    ActionNamed,
    AudioMark,
    Blank,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    LessonBegun,
    LessonEnded,
    MemberNamed,
    PageAdded,
    PageShown,
    PicturePlaced,
    RightNamed,
    SessionAttached,
    StrokesNamed,
    Unknown,
)
from signaling_server.protocol.ids import (
    GLOBAL_PAGE,
    NOBODY,
    TEACHER,
    EntryNumber,
    Member,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import InkBody, Samples, Style
from signaling_server.protocol.messages import EndReason


class TooNewError(Exception):
    """A kind that this reader must understand and does not: the page has to be updated."""


@dataclass(slots=True)
class Stroke:
    """A stroke as the log holds it; the columns grow until `has_ended`."""

    id: StrokeId
    page: PageId
    author: Member
    audience: int
    style: Style
    begun: EntryNumber
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    ms: list[int] = field(default_factory=list)
    force: list[int] | None = None
    has_ended: bool = False
    is_cut: bool = False
    acts: list[tuple[EntryNumber, bool]] = field(default_factory=list)
    """Erasures (False) and restorations (True) that named it, in order of the log."""
    is_visible: bool = True

    def extend(self, samples: Samples, skip: int = 0) -> None:
        """Append samples without their first `skip`."""
        self.x += samples.x[skip:]
        self.y += samples.y[skip:]
        self.ms += samples.ms[skip:]
        if self.force is not None:
            self.force += (samples.force or (0,) * len(samples))[skip:]


@dataclass(slots=True)
class Picture:
    """A picture on a page; lengths in 1/100 mm."""

    placed: EntryNumber
    sha256: str
    x: int
    y: int
    width: int
    height: int
    is_visible: bool = True


@dataclass(slots=True)
class Page:
    """One page; its strokes and pictures in the order in which they came."""

    number: PageId
    width: int
    height: int
    kind: PageKind
    paper: str = ""
    strokes: dict[StrokeId, Stroke] = field(default_factory=dict)
    pictures: dict[EntryNumber, Picture] = field(default_factory=dict)
    undone: set[EntryNumber] = field(default_factory=set)
    actions: dict[EntryNumber, tuple[StrokeId, ...]] = field(default_factory=dict)
    """What an undo may name on this page, with the strokes it touches (pictures: none)."""


@dataclass(slots=True)
class MemberState:
    """What the log says of a member."""

    is_joined: bool = False
    hand_since_ms: int | None = None
    may_speak: bool = False
    may_write: bool = False


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of chat."""

    member: Member
    text: str
    time_ms: int


@dataclass(slots=True)
class Changes:
    """What an entry, a hint or a pending sample changed; `was_refolded`: draw all again."""

    pages: set[PageId] = field(default_factory=set)
    grown: set[StrokeId] = field(default_factory=set)
    """Strokes that only got longer: their new samples can be drawn on top."""
    redrawn: set[StrokeId] = field(default_factory=set)
    """Strokes shown, hidden or replaced: what lies under them must be drawn again."""
    shown: bool = False
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
        self.people |= other.people
        self.chat |= other.chat
        self.life |= other.life
        self.was_refolded |= other.was_refolded


class Board:
    """The fold of a log's entries.

    Attributes:
        pages: by number, in order of creation.
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
        self.shown: PageId = GLOBAL_PAGE
        self.members: dict[Member, MemberState] = {}
        self.chat: list[ChatLine] = []
        self.lesson: LessonBegun | None = None
        self.session: SessionAttached | None = None
        self.ended: EndReason | None = None
        self.tracks: dict[Member, list[tuple[int, int]]] = {}
        self.time_ms = 0
        self.skipped = 0

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
        """A stroke of a page, or None."""
        return self.pages[page].strokes.get(stroke) if page in self.pages else None

    # the kinds; each returns None where the entry makes no sense

    def _fold(self, entry: Entry) -> Changes | None:
        body = entry.body
        match body:
            case InkBody():
                return self._ink(entry, body)
            case PageAdded() | PageShown():
                return self._turn(entry, body)
            case StrokesNamed() | ActionNamed() | PicturePlaced():
                page = self.pages.get(entry.page)
                return None if page is None else _change_page(page, entry, body)
            case MemberNamed() | HandRaised() | RightNamed():
                return self._people(entry, body)
            case ChatSaid():
                self.chat.append(ChatLine(entry.author, body.text, entry.time_ms))
                return Changes(chat=True)
            case AudioMark():
                self.tracks.setdefault(body.member, []).append((entry.time_ms, body.sample))
                return Changes()
            case Unknown():
                if entry.must_understand:
                    raise TooNewError(f"kind {entry.kind:#04x}")
                return Changes()
            case _:
                return self._life(body)

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
            if number not in self.pages:
                return None
            self.shown = number
            return Changes(shown=True)
        if number in self.pages or number == GLOBAL_PAGE:
            return None
        self.pages[number] = Page(number, body.width, body.height, body.kind, body.paper)
        return Changes(pages={number})

    def _ink(self, entry: Entry, body: InkBody) -> Changes | None:
        page = self.pages.get(entry.page)
        if page is None:
            return None
        stroke = page.strokes.get(body.stroke)
        if body.style is not None:
            if stroke is not None or body.first != 0:
                return None
            stroke = Stroke(
                body.stroke, page.number, entry.author, entry.audience, body.style, entry.number
            )
            stroke.force = None if body.samples.force is None else []
            page.strokes[body.stroke] = stroke
            page.actions[entry.number] = (body.stroke,)
        if stroke is None or stroke.has_ended or not _may_go_on(stroke, entry.author, body):
            return None
        skip = len(stroke.x) - body.first
        if skip < 0:
            return None
        stroke.extend(body.samples, skip)
        stroke.has_ended, stroke.is_cut = body.is_last, body.is_cut
        return Changes(pages={page.number}, grown={body.stroke})

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


def _may_go_on(stroke: Stroke, author: Member, body: InkBody) -> bool:
    """Its writer may; the lesson itself may cut it, without samples (P-3.4)."""
    return author == stroke.author or (author == NOBODY and body.is_cut and not body.samples.x)


def _change_page(
    page: Page, entry: Entry, body: StrokesNamed | ActionNamed | PicturePlaced
) -> Changes | None:
    changes = Changes(pages={page.number})
    match body:
        case PicturePlaced():
            page.pictures[entry.number] = Picture(
                entry.number, body.sha256, body.x, body.y, body.width, body.height
            )
            page.actions[entry.number] = ()
            return changes
        case StrokesNamed():
            touched = tuple(stroke for stroke in body.strokes if stroke in page.strokes)
            for stroke in touched:
                is_shown = entry.kind == EntryKind.STROKES_RESTORED
                page.strokes[stroke].acts.append((entry.number, is_shown))
            page.actions[entry.number] = touched
        case ActionNamed():
            if body.of not in page.actions:
                return None
            touched = page.actions[body.of]
            (page.undone.add if entry.kind == EntryKind.UNDONE else page.undone.discard)(body.of)
            if body.of in page.pictures:
                page.pictures[body.of].is_visible = body.of not in page.undone
    for name in touched:
        stroke_ = page.strokes[name]
        is_visible = _is_visible(page, stroke_)
        if is_visible != stroke_.is_visible:
            stroke_.is_visible = is_visible
            changes.redrawn.add(name)
    return changes


def _is_visible(page: Page, stroke: Stroke) -> bool:
    """The newest act that still stands decides; without one, whether its begin stands."""
    if stroke.begun in page.undone:
        return False
    for number, is_shown in reversed(stroke.acts):
        if number not in page.undone:
            return is_shown
    return True


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
        f"picture {p.sha256} {p.x} {p.y} {p.width} {p.height}"
        for p in page.pictures.values()
        if p.is_visible
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def stroke_line(stroke: Stroke) -> str:
    """A stroke's line in the canonical text."""
    style = stroke.style
    force = "-" if stroke.force is None else ",".join(map(str, stroke.force))
    head = (
        f"stroke {stroke.id} {stroke.author} {style.tool.value} {style.ink.value} {style.width} "
        f"{style.t0_ms} {int(stroke.has_ended)} {int(stroke.is_cut)}"
    )
    columns = " ".join(",".join(map(str, c)) for c in (stroke.x, stroke.y, stroke.ms))
    return f"{head} {columns} {force}"
