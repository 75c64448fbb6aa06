"""The one writer of a lesson's log: commands in, entries out.

Pure: lesson time is an argument, nothing is sent or stored here. An entry gets its number when
it is made, but it counts only once its block is synced (PROTOCOL P-4.5); the author's board
runs ahead of the log by what is not synced yet, and a killed engine loses just that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from signaling_server.protocol.board import Board, Stroke
from signaling_server.protocol.commands import (
    Command,
    EraseItems,
    EraseParts,
    GiveRight,
    LowerHand,
    PageKind,
    RaiseHand,
    Redo,
    Refusal,
    Say,
    TakeRight,
    Tool,
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
    ItemsNamed,
    MemberNamed,
    PageAdded,
    PageShown,
    PartsNamed,
    RightNamed,
)
from signaling_server.protocol.ids import (
    EVERYBODY,
    GLOBAL_PAGE,
    MAX_COMMAND_COUNTER,
    NO_COMMAND,
    NOBODY,
    TEACHER,
    CommandId,
    EntryNumber,
    ItemId,
    Member,
    PageId,
    StrokeId,
    command_id,
    stroke_connection,
    stroke_writer,
)
from signaling_server.protocol.ink import NO_SAMPLES, InkBody, Samples, Style
from signaling_server.protocol.page import Page
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.drafts import (
    WRITTEN_CONNECTION,
    Draft,
    Drafter,
    NewPage,
    check_items,
    next_page,
)
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.history import History


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
        self._written = 0
        self._steps = 0
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
        """Make the next entry without asking for rights; its page decides who reads it.

        Args:
            now_ms: lesson time; in the log it never goes back.
        """
        draft = Draft(kind, body, page, None, author)
        return self._write(draft, now_ms, author, command)

    def _write(self, draft: Draft, now_ms: int, sender: Member, command: CommandId) -> Entry:
        kind, body, page, audience, author = draft
        if audience is None:
            there = self.board.pages.get(page)
            audience = EVERYBODY if there is None else there.audience
        time_ms = min(max(now_ms, self.board.time_ms), MAX_TIME_MS)
        who = sender if author is None else author
        entry = Entry(kind, self.next_number, time_ms, body, page, who, audience, command)
        self._take_in(entry)
        return entry

    def new_step(self) -> CommandId:
        """A command for entries that are to be one step of undo (P-8.2)."""
        self._steps += 1
        return command_id(WRITTEN_CONNECTION, self._steps)

    def has_carried_out(self, member: Member, command: CommandId) -> bool:
        """Whether this command is in the log already (its sender repeats after an outage)."""
        return command in self._carried.get(member, ())

    def carry_out(
        self, member: Member, command: CommandId, body: Command | BoardCommand, now_ms: int
    ) -> list[Entry]:
        """Write what a member asks for.

        Returns:
            The entries, oldest first; none for a command carried out before.

        Raises:
            RefusedError: no right, or it makes no sense on the board.
        """
        return list(self.begin(member, command, body, now_ms))

    def begin(
        self, member: Member, command: CommandId, body: Command | BoardCommand, now_ms: int
    ) -> Iterator[Entry]:
        """As :meth:`carry_out`, but each entry is written when it is asked for.

        A command of thousands of entries is written piece by piece; ink, and what others
        write, may come between. Begin no second one of :class:`BoardCommand` before the end.
        """
        if command != NO_COMMAND and self.has_carried_out(member, command):
            return iter(())
        drafts = self._drafts(member, body, now_ms)
        if command == NO_COMMAND and not isinstance(drafts, list):  # one step of undo (P-8.2)
            command = self.new_step()
        return self._written_out(drafts, member, command, now_ms)

    def bring_page(
        self,
        page: NewPage | Page,
        after: PageId | None,
        step: CommandId,
        now_ms: int,
        *,
        is_shown: bool,
    ) -> tuple[PageId, Iterator[Entry]]:
        """Write a new page, or one of another board again; its number, and entries as in `begin`.

        Args:
            after: the page before it in the row; None: last.
            step: of all pages that one undo takes back, from :meth:`new_step`.

        Raises:
            RefusedError: no page can be added.
        """
        number, drafter = next_page(self.board), self._drafter(now_ms)
        if isinstance(page, NewPage):
            drafts = drafter.new_page(page, after, is_shown=is_shown)
        else:
            audience = TEACHER if page.is_private else EVERYBODY  # what was hidden stays hidden
            drafts = drafter.copy_of(page, after, audience, is_shown=is_shown)
        return number, self._written_out(drafts, TEACHER, step, now_ms)

    def _written_out(
        self, drafts: Iterable[Draft], member: Member, command: CommandId, now_ms: int
    ) -> Iterator[Entry]:
        shown, entries = self.board.shown, []
        for draft in drafts:
            entries.append(self._write(draft, now_ms, member, command))
            yield entries[-1]
        if member == TEACHER and (place := self._place_to_show(shown, entries)) is not None:
            yield self._write(
                Draft(EntryKind.PAGE_SHOWN, PageShown(), place), now_ms, member, command
            )

    def _take_in(self, entry: Entry | Blank) -> None:
        self.board.apply(entry)
        self._history.apply(entry)
        self.next_number = EntryNumber(entry.number + 1)
        if isinstance(entry, Blank):
            return
        if entry.command >> 24 == WRITTEN_CONNECTION:
            self._steps = max(self._steps, entry.command & MAX_COMMAND_COUNTER)
        if entry.command:
            self._carried.setdefault(entry.author, set()).add(entry.command)
        if isinstance(entry.body, InkBody) and entry.body.style is not None:
            self._written += stroke_connection(entry.body.stroke) == WRITTEN_CONNECTION

    # commands; each gives (kind, body, page) drafts

    def _drafts(
        self, member: Member, body: Command | BoardCommand, now_ms: int
    ) -> list[Draft] | Iterator[Draft]:
        """All drafts of a command, or those of a board command, made while they are written."""
        match body:
            case WriteInk():
                return [self._ink(member, body, now_ms)]
            case EraseItems():
                return [self._erase(member, body.page, body.items, ItemsNamed(body.items))]
            case EraseParts():
                strokes = [part.stroke for part in body.parts]
                return [self._erase(member, body.page, strokes, PartsNamed(body.parts))]
            case Undo() | Redo():
                return self._undo(member, body)
            case Say():
                return [_said(member, body)]
            case RaiseHand():
                return [Draft(EntryKind.HAND_RAISED, HandRaised())]
            case LowerHand() | GiveRight() | TakeRight():
                return [self._people(member, body)]
            case _:
                if member != TEACHER:
                    raise RefusedError(Refusal.NO_RIGHT)
                return self._drafter(now_ms).drafts(body)

    def _drafter(self, now_ms: int) -> Drafter:
        time_ms = min(max(now_ms, 0), MAX_TIME_MS)
        return Drafter(self.board, lambda: self.next_number, lambda: self._written, time_ms)

    def _page(self, member: Member, number: PageId) -> Page:
        """A page that this member sees and may write on."""
        page = self.board.pages.get(number)
        if page is None or page.is_deleted or (page.is_private and member != TEACHER):
            raise RefusedError(Refusal.UNKNOWN_PAGE)
        if not self.board.may_write(member):
            raise RefusedError(Refusal.NO_RIGHT)
        return page

    def _ink(self, member: Member, body: WriteInk, now_ms: int) -> Draft:
        if stroke_writer(body.stroke) != member:
            raise RefusedError(Refusal.NOT_YOURS)
        self._page(member, body.page)
        if body.tool is Tool.LASER and member != TEACHER:
            raise RefusedError(Refusal.NO_RIGHT)
        if not len(body.x) == len(body.y) == len(body.ms) or len(body.force) not in (
            0,
            len(body.x),
        ):
            raise RefusedError(Refusal.INVALID)
        samples = Samples(body.x, body.y, body.ms, body.force or None)
        stroke = self.board.stroke(body.page, body.stroke)
        if stroke is None and self._is_elsewhere(body.stroke):
            raise RefusedError(Refusal.NOT_ALLOWED)  # one id is one stroke, on one page
        if stroke is None and body.first == 0 and body.x:
            t0_ms = min(max(0, now_ms - body.ms[-1]), MAX_TIME_MS)  # the chunk came at its end
            style = Style(body.tool, body.ink, body.width, t0_ms)
            ink = InkBody(body.stroke, 0, samples, style, body.is_last)
            return Draft(EntryKind.INK_BEGIN, ink, body.page)
        if stroke is None or stroke.has_ended or body.first != len(stroke.x):
            raise RefusedError(Refusal.OUT_OF_ORDER)
        kind = EntryKind.INK_END if body.is_last else EntryKind.INK_MORE
        ink = InkBody(body.stroke, body.first, samples, None, body.is_last)
        return Draft(kind, ink, body.page)

    def _is_elsewhere(self, stroke: StrokeId) -> bool:
        return any(self.board.stroke(page, stroke) is not None for page in self.board.pages)

    def _erase(
        self, member: Member, number: PageId, names: Sequence[ItemId], body: ItemsNamed | PartsNamed
    ) -> Draft:
        page = self._page(member, number)
        check_items(page, names)
        for name in names:
            item = page.item(name)
            if member != TEACHER and not (isinstance(item, Stroke) and item.author == member):
                raise RefusedError(Refusal.NOT_YOURS)
        is_part = isinstance(body, PartsNamed)
        return Draft(EntryKind.PARTS_ERASED if is_part else EntryKind.ITEMS_ERASED, body, number)

    def _undo(self, member: Member, body: Undo | Redo) -> list[Draft]:
        is_undo = isinstance(body, Undo)
        step = self._history.to_undo(member) if is_undo else self._history.to_redo(member)
        if step is None:
            raise RefusedError(Refusal.NOTHING_TO_UNDO)
        if not self.board.may_write(member):
            raise RefusedError(Refusal.NO_RIGHT)
        kind = EntryKind.UNDONE if is_undo else EntryKind.REDONE
        return [Draft(kind, ActionNamed(action.number), action.page) for action in step]

    def _place_to_show(self, shown_before: PageId, entries: list[Entry]) -> PageId | None:
        """The page to show behind these entries; None: the one that is shown.

        Where an undo did something; and the page that came in the shown one's place, which
        pupils cannot know where a private page was shown.
        """
        board = self.board
        undone = [e.page for e in entries if isinstance(e.body, ActionNamed)]
        places = [page for page in undone if page in board.order]
        if places and board.shown not in places:
            return places[-1]
        told = any(isinstance(e.body, PageShown) and e.page == board.shown for e in entries)
        is_same = board.shown in (shown_before, GLOBAL_PAGE)
        return None if told or is_same else board.shown

    def _people(self, member: Member, body: LowerHand | GiveRight | TakeRight) -> Draft:
        is_own = body.member == member and not isinstance(body, GiveRight)
        if member != TEACHER and not is_own:
            raise RefusedError(Refusal.NO_RIGHT)
        if body.member not in self.board.members:
            raise RefusedError(Refusal.UNKNOWN_MEMBER)
        match body:
            case LowerHand():
                return Draft(EntryKind.HAND_LOWERED, MemberNamed(body.member))
            case GiveRight():
                return Draft(EntryKind.RIGHT_GIVEN, RightNamed(body.member, body.right))
            case TakeRight():
                return Draft(EntryKind.RIGHT_TAKEN, RightNamed(body.member, body.right))

    # what the engine itself writes

    def page_for_paper(
        self, paper: str, size: tuple[int, int], now_ms: int
    ) -> tuple[PageId, list[Entry]]:
        """The page of a sheet of paper, added and shown as needed.

        Args:
            paper: tagged address; a known sheet reopens its page.
            size: width and height of a new page, 1/100 mm.
        """
        entries: list[Entry] = []
        known = [n for n in self.board.order if self.board.pages[n].paper == paper]
        page = known[0] if known else next_page(self.board)
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
            for stroke in [*page.strokes.values(), *page.lasers.values()]:
                if stroke.has_ended or stroke.author != writer:
                    continue
                written = stroke_connection(stroke.id)
                if connection is not None and connection <= written < WRITTEN_CONNECTION:
                    continue
                body = InkBody(stroke.id, len(stroke.x), NO_SAMPLES, None, True, True)
                entries.append(self.write(EntryKind.INK_END, body, now_ms, page.number))
        return entries


def _said(member: Member, body: Say) -> Draft:
    """Text to all; a pupil's picture to the teacher alone."""
    if not (body.text or body.picture) or len(body.picture) not in (0, 64):
        raise RefusedError(Refusal.INVALID)
    audience = TEACHER if body.picture and member != TEACHER else EVERYBODY
    return Draft(EntryKind.CHAT_SAID, ChatSaid(body.text, body.picture), GLOBAL_PAGE, audience)
