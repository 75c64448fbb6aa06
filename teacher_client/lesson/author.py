"""The one writer of a lesson's log: commands in, entries out.

Pure: lesson time is an argument, nothing is sent or stored here. An entry gets its number when
it is made, but it counts only once its block is synced (PROTOCOL P-4.5); the author's board
runs ahead of the log by what is not synced yet, and a killed engine loses just that.
"""

from __future__ import annotations

from collections.abc import Iterable

from signaling_server.protocol.board import Board
from signaling_server.protocol.commands import (
    AddPage,
    Command,
    EraseStrokes,
    GiveRight,
    LowerHand,
    PageKind,
    PlacePicture,
    RaiseHand,
    Redo,
    Refusal,
    Say,
    ShowPage,
    TakeRight,
    Undo,
    WriteInk,
)
from signaling_server.protocol.entries import (
    MAX_TIME_MS,
    ActionNamed,
    Blank,
    Body,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    MemberNamed,
    PageAdded,
    PageShown,
    PicturePlaced,
    RightNamed,
    StrokesNamed,
)
from signaling_server.protocol.ids import (
    EVERYBODY,
    GLOBAL_PAGE,
    MAX_PAGE,
    NO_COMMAND,
    NOBODY,
    TEACHER,
    CommandId,
    EntryNumber,
    Member,
    PageId,
    StrokeId,
    stroke_connection,
    stroke_writer,
)
from signaling_server.protocol.ink import NO_SAMPLES, InkBody, Samples, Style
from teacher_client.lesson.history import History


class RefusedError(Exception):
    """A command that is not carried out; `reason` goes back to its sender."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class LessonAuthor:
    """Turn commands into entries, by right and in order.

    Attributes:
        board: the fold of all entries, those not yet synced included.
        next_number: what the next entry will be numbered.
    """

    def __init__(self, entries: Iterable[Entry | Blank] = ()) -> None:
        self.board = Board()
        self.next_number = EntryNumber(1)
        self._history = History()
        self._carried: dict[Member, set[CommandId]] = {}
        for entry in entries:
            self._take_in(entry)

    def write(
        self,
        kind: EntryKind,
        body: Body,
        now_ms: int,
        page: PageId = GLOBAL_PAGE,
        *,
        author: Member = NOBODY,
        command: CommandId = NO_COMMAND,
    ) -> Entry:
        """Make the next entry without asking for rights.

        Args:
            now_ms: lesson time; in the log it never goes back.
        """
        time_ms = min(max(now_ms, self.board.time_ms), MAX_TIME_MS)
        entry = Entry(kind, self.next_number, time_ms, body, page, author, EVERYBODY, command)
        self._take_in(entry)
        return entry

    def has_carried_out(self, member: Member, command: CommandId) -> bool:
        """Whether this command is in the log already (its sender repeats after an outage)."""
        return command in self._carried.get(member, ())

    def carry_out(
        self, member: Member, command: CommandId, body: Command, now_ms: int
    ) -> list[Entry]:
        """Write what a member asks for.

        Returns:
            The entries, oldest first; none for a command carried out before.

        Raises:
            RefusedError: no right, or it makes no sense on the board.
        """
        if command != NO_COMMAND and self.has_carried_out(member, command):
            return []
        drafts = self._drafts(member, body, now_ms)
        return [
            self.write(kind, draft, now_ms, page, author=member, command=command)
            for kind, draft, page in drafts
        ]

    def _take_in(self, entry: Entry | Blank) -> None:
        self.board.apply(entry)
        self._history.apply(entry)
        self.next_number = EntryNumber(entry.number + 1)
        if isinstance(entry, Entry) and entry.command:
            self._carried.setdefault(entry.author, set()).add(entry.command)

    # commands; each gives (kind, body, page) drafts

    def _drafts(
        self, member: Member, body: Command, now_ms: int
    ) -> list[tuple[EntryKind, Body, PageId]]:
        match body:
            case WriteInk():
                return [self._ink(member, body, now_ms)]
            case EraseStrokes():
                return [self._erase(member, body)]
            case Undo() | Redo():
                return [self._undo(member, body)]
            case Say():
                return [(EntryKind.CHAT_SAID, ChatSaid(body.text), GLOBAL_PAGE)]
            case RaiseHand():
                return [(EntryKind.HAND_RAISED, HandRaised(), GLOBAL_PAGE)]
            case LowerHand() | GiveRight() | TakeRight():
                return [self._people(member, body)]
            case AddPage() | ShowPage() | PlacePicture():
                return self._page(member, body)

    def _ink(self, member: Member, body: WriteInk, now_ms: int) -> tuple[EntryKind, Body, PageId]:
        if stroke_writer(body.stroke) != member:
            raise RefusedError(Refusal.NOT_YOURS)
        if not self.board.may_write(member):
            raise RefusedError(Refusal.NO_RIGHT)
        page = self.board.pages.get(body.page)
        if page is None:
            raise RefusedError(Refusal.UNKNOWN_PAGE)
        if not len(body.x) == len(body.y) == len(body.ms) or len(body.force) not in (
            0,
            len(body.x),
        ):
            raise RefusedError(Refusal.INVALID)
        samples = Samples(body.x, body.y, body.ms, body.force or None)
        stroke = page.strokes.get(body.stroke)
        if stroke is None and self._is_elsewhere(body.stroke):
            raise RefusedError(Refusal.NOT_ALLOWED)  # one id is one stroke, on one page
        if stroke is None and body.first == 0 and body.x:
            t0_ms = min(max(0, now_ms - body.ms[-1]), MAX_TIME_MS)  # the chunk came at its end
            style = Style(body.tool, body.ink, body.width, t0_ms)
            ink = InkBody(body.stroke, 0, samples, style, body.is_last)
            return EntryKind.INK_BEGIN, ink, body.page
        if stroke is None or stroke.has_ended or body.first != len(stroke.x):
            raise RefusedError(Refusal.OUT_OF_ORDER)
        kind = EntryKind.INK_END if body.is_last else EntryKind.INK_MORE
        return kind, InkBody(body.stroke, body.first, samples, None, body.is_last), body.page

    def _is_elsewhere(self, stroke: StrokeId) -> bool:
        return any(stroke in page.strokes for page in self.board.pages.values())

    def _erase(self, member: Member, body: EraseStrokes) -> tuple[EntryKind, Body, PageId]:
        page = self.board.pages.get(body.page)
        if page is None:
            raise RefusedError(Refusal.UNKNOWN_PAGE)
        if not self.board.may_write(member):
            raise RefusedError(Refusal.NO_RIGHT)
        named = [page.strokes.get(stroke) for stroke in body.strokes]
        if any(stroke is None for stroke in named):
            raise RefusedError(Refusal.UNKNOWN_STROKE)
        if member != TEACHER and any(s is not None and s.author != member for s in named):
            raise RefusedError(Refusal.NOT_YOURS)
        return EntryKind.STROKES_ERASED, StrokesNamed(body.strokes), body.page

    def _undo(self, member: Member, body: Undo | Redo) -> tuple[EntryKind, Body, PageId]:
        is_undo = isinstance(body, Undo)
        action = self._history.to_undo(member) if is_undo else self._history.to_redo(member)
        if action is None:
            raise RefusedError(Refusal.NOTHING_TO_UNDO)
        if not self.board.may_write(member):
            raise RefusedError(Refusal.NO_RIGHT)
        kind = EntryKind.UNDONE if is_undo else EntryKind.REDONE
        return kind, ActionNamed(action.number), action.page

    def _people(
        self, member: Member, body: LowerHand | GiveRight | TakeRight
    ) -> tuple[EntryKind, Body, PageId]:
        is_own = body.member == member and not isinstance(body, GiveRight)
        if member != TEACHER and not is_own:
            raise RefusedError(Refusal.NO_RIGHT)
        if body.member not in self.board.members:
            raise RefusedError(Refusal.UNKNOWN_MEMBER)
        match body:
            case LowerHand():
                return EntryKind.HAND_LOWERED, MemberNamed(body.member), GLOBAL_PAGE
            case GiveRight():
                return EntryKind.RIGHT_GIVEN, RightNamed(body.member, body.right), GLOBAL_PAGE
            case TakeRight():
                return EntryKind.RIGHT_TAKEN, RightNamed(body.member, body.right), GLOBAL_PAGE

    def _page(
        self, member: Member, body: AddPage | ShowPage | PlacePicture
    ) -> list[tuple[EntryKind, Body, PageId]]:
        if member != TEACHER:
            raise RefusedError(Refusal.NO_RIGHT)
        if isinstance(body, AddPage):
            page = self.next_page()
            added = PageAdded(body.width, body.height, body.kind)
            shown = (EntryKind.PAGE_SHOWN, PageShown(), page)
            return [(EntryKind.PAGE_ADDED, added, page), shown]
        if body.page not in self.board.pages:
            raise RefusedError(Refusal.UNKNOWN_PAGE)
        if isinstance(body, ShowPage):
            return [(EntryKind.PAGE_SHOWN, PageShown(), body.page)]
        placed = PicturePlaced(body.sha256, body.x, body.y, body.width, body.height)
        return [(EntryKind.PICTURE_PLACED, placed, body.page)]

    # what the engine itself writes

    def next_page(self) -> PageId:
        """The number of a new page.

        Raises:
            RefusedError: the lesson has as many pages as there can be.
        """
        number = max(self.board.pages, default=0) + 1
        if number > MAX_PAGE:
            raise RefusedError(Refusal.TOO_LARGE)
        return PageId(number)

    def page_for_paper(
        self, paper: str, size: tuple[int, int], now_ms: int
    ) -> tuple[PageId, list[Entry]]:
        """The page of a sheet of paper, added and shown as needed.

        Args:
            paper: tagged address; a known sheet reopens its page.
            size: width and height of a new page, 1/100 mm.
        """
        entries: list[Entry] = []
        known = [page.number for page in self.board.pages.values() if page.paper == paper]
        page = known[0] if known else self.next_page()
        if not known:
            added = PageAdded(*size, PageKind.DOTS, paper)
            entries.append(self.write(EntryKind.PAGE_ADDED, added, now_ms, page, author=TEACHER))
        if self.board.shown != page:
            shown = self.write(EntryKind.PAGE_SHOWN, PageShown(), now_ms, page, author=TEACHER)
            entries.append(shown)
        return page, entries

    def cut_strokes(self, writer: Member, connection: int | None, now_ms: int) -> list[Entry]:
        """End the strokes that `writer` left open, in the lesson's name (PROTOCOL P-3.4).

        Args:
            connection: only strokes of earlier connections than this one; None: all.
        """
        entries = []
        for page in list(self.board.pages.values()):
            for stroke in list(page.strokes.values()):
                if stroke.has_ended or stroke.author != writer:
                    continue
                if connection is not None and stroke_connection(stroke.id) >= connection:
                    continue
                body = InkBody(stroke.id, len(stroke.x), NO_SAMPLES, None, True, True)
                entries.append(self.write(EntryKind.INK_END, body, now_ms, page.number))
        return entries
