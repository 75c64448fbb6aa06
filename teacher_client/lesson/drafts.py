"""What the teacher's board commands become: drafts of entries, not yet numbered.

Pure: the board is read, never changed; the author gives drafts their numbers and their time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, NamedTuple, TypeVar

from signaling_server.protocol.board import Board
from signaling_server.protocol.commands import MAX_ITEMS_NAMED, PageKind, Refusal, Tool
from signaling_server.protocol.entries import (
    MAX_BODY_BYTES,
    Body,
    EntryKind,
    ItemsChanged,
    ItemsNamed,
    PageAdded,
    PageChanged,
    PageCleared,
    PageDeleted,
    PageMoved,
    PageShown,
    PicturePlaced,
    TextPlaced,
)
from signaling_server.protocol.ids import (
    EVERYBODY,
    GLOBAL_PAGE,
    MAX_COUNTER,
    MAX_PAGE,
    NOBODY,
    TEACHER,
    EntryNumber,
    ItemId,
    Member,
    PageId,
    stroke_id,
)
from signaling_server.protocol.ink import MAX_SAMPLES, InkBody, Samples, Style
from signaling_server.protocol.items import Picture, Stroke, TextItem
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.page import Page
from signaling_server.protocol.schema import dumps, encode
from teacher_client.lesson.board_commands import (
    AddPage,
    BoardCommand,
    ChangeAudience,
    ChangeItems,
    ChangePage,
    ClearPage,
    CopyItems,
    CopyPage,
    DeletePage,
    GrowPage,
    MovePage,
    PutItems,
    PutStroke,
    SetInstrument,
    ShowPage,
    ShowView,
)
from teacher_client.lesson.box_copies import box_copy
from teacher_client.lesson.errors import RefusedError

WRITTEN_CONNECTION: Final = 0xFFFF
"""In the ids of strokes and commands that the author makes itself (P-1.3)."""

CHANGED_AT_ONCE: Final = 64
"""Items in one entry, so that no entry of thousands of samples holds up whoever folds it."""

NOT_MOVED: Final = Matrix()

GROWS: Final = 32
"""Bytes: a copy of a text elsewhere may take more digits, and must fit an entry too."""

T = TypeVar("T")


class Draft(NamedTuple):
    """An entry without number and time.

    Attributes:
        audience: None: its page's.
        author: None: the sender of the command.
    """

    kind: EntryKind
    body: Body
    page: PageId = GLOBAL_PAGE
    audience: int | None = None
    author: Member | None = None


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page with all that lies on it, from below; the engine's own, no message."""

    width: int
    height: int
    kind: PageKind = PageKind.BLANK
    pictures: tuple[PicturePlaced, ...] = ()
    strokes: tuple[PutStroke, ...] = ()
    texts: tuple[TextPlaced, ...] = ()


@dataclass(slots=True)
class Drafter:
    """Makes the drafts of one command.

    Args:
        board: as it stands.
        next_number: what the next draft will be numbered.
        next_stroke: counter of the next stroke that the author makes itself.
        now_ms: lesson time.
    """

    board: Board
    next_number: Callable[[], EntryNumber]
    next_stroke: Callable[[], int]
    now_ms: int

    def drafts(self, command: BoardCommand) -> Iterator[Draft]:
        """The entries of a command, oldest first, each made when the one before is written.

        Raises:
            RefusedError: it makes no sense on the board; said at once, not while iterating.
        """
        if isinstance(command, AddPage):
            return self._add(command)
        page = self._page(command.page)
        match command:
            case CopyPage():
                return self._copy_page(page, page.audience)
            case ChangeAudience():
                return self._change_audience(page, command)
            case PutItems():
                check_items(page, command.erases)
                self._check_put(command)
                return self._put(page, command)
            case ChangeItems():
                check_items(page, command.items)
                return _change(page, command)
            case MovePage():
                return self._move(page, command)
            case CopyItems():
                target = self._page(command.to_page)
                self._check_copies(page, command.items)
                return self._copies(page, command.items, target.number, command.matrix)
            case ShowView():
                return iter([Draft(EntryKind.VIEW_SHOWN, command.view, page.number)])
            case SetInstrument():
                return iter([Draft(EntryKind.INSTRUMENT_SET, command.instrument, page.number)])
            case _:
                return iter([_plain(page, command)])

    def _page(self, number: PageId) -> Page:
        page = self.board.pages.get(number)
        if page is None or page.is_deleted:
            raise RefusedError(Refusal.UNKNOWN_PAGE)
        return page

    # pages

    def _add(self, command: AddPage) -> Iterator[Draft]:
        audience = TEACHER if command.is_private else EVERYBODY
        number = next_page(self.board)
        return self._added(command, number, audience)

    def _added(self, command: AddPage, number: PageId, audience: int) -> Iterator[Draft]:
        body = PageAdded(command.width, command.height, command.kind, "", command.after)
        yield from _placed(self.board, body, number, audience)
        yield Draft(EntryKind.PAGE_SHOWN, PageShown(), number, audience)

    def _move(self, page: Page, command: MovePage) -> Iterator[Draft]:
        if command.after not in (GLOBAL_PAGE, *self.board.order) or command.after == page.number:
            raise RefusedError(Refusal.UNKNOWN_PAGE)
        return _placed(self.board, PageMoved(command.after), page.number, page.audience)

    def _copy_page(self, page: Page, audience: int, paper: str = "") -> Iterator[Draft]:
        return self.copy_of(page, page.number, audience, paper)

    def copy_of(
        self,
        page: Page,
        after: PageId | None,
        audience: int = EVERYBODY,
        paper: str = "",
        *,
        is_shown: bool = True,
    ) -> Iterator[Draft]:
        """A page, of this board or of another, written again behind page `after` (None: last).

        Raises:
            RefusedError: no page can be added; said at once.
        """
        number = next_page(self.board)
        ground = (p.id for p in page.pictures.values() if p.is_visible and p.body.is_ground)
        items = [*ground, *page.visible_items()]
        self._check_copies(page, items)
        added = PageAdded(page.width, page.height, page.kind, paper, after)
        shown = [Draft(EntryKind.PAGE_SHOWN, PageShown(), number)] if is_shown else []
        return chain(
            _placed(self.board, added, number, audience),
            self._copies(page, items, number, NOT_MOVED),
            shown,
        )

    def new_page(
        self, page: NewPage, after: PageId | None, *, is_shown: bool = True
    ) -> Iterator[Draft]:
        """A page with what lies on it.

        Raises:
            RefusedError: no page can be added; said at once.
        """
        number = next_page(self.board)
        items = PutItems(number, (), page.strokes, page.texts, page.pictures)
        self._check_put(items)
        added = PageAdded(page.width, page.height, page.kind, "", after)
        shown = [Draft(EntryKind.PAGE_SHOWN, PageShown(), number)] if is_shown else []
        return chain(
            _placed(self.board, added, number, EVERYBODY), self._written_on(items, number), shown
        )

    def _change_audience(self, page: Page, command: ChangeAudience) -> Iterator[Draft]:
        if page.is_private == command.is_private:
            return iter(())
        audience = TEACHER if command.is_private else EVERYBODY
        deleted = Draft(EntryKind.PAGE_DELETED, PageDeleted(), page.number)
        return chain(self._copy_page(page, audience, page.paper), [deleted])

    # items

    def _put(self, page: Page, command: PutItems) -> Iterator[Draft]:
        for names in pieces(command.erases, MAX_ITEMS_NAMED):
            yield Draft(EntryKind.ITEMS_ERASED, ItemsNamed(names), page.number)
        yield from self._written_on(command, page.number)

    def _written_on(self, command: PutItems, page: PageId) -> Iterator[Draft]:
        for put in command.strokes:
            style = Style(put.tool, put.ink, put.width, self.now_ms)
            yield from self._stroke(page, style, put.x, put.y, put.force or None)
        for picture in command.pictures:
            yield Draft(EntryKind.PICTURE_PLACED, picture, page)
        for text in command.texts:
            yield Draft(EntryKind.TEXT_PLACED, text, page)

    def _stroke(
        self,
        page: PageId,
        style: Style,
        x: Sequence[int],
        y: Sequence[int],
        force: Sequence[int] | None,
    ) -> Iterator[Draft]:
        """A whole stroke, as if written at once."""
        name = stroke_id(TEACHER, WRITTEN_CONNECTION, self.next_stroke())
        for first in range(0, len(x), MAX_SAMPLES):
            part = slice(first, first + MAX_SAMPLES)
            is_last = first + MAX_SAMPLES >= len(x)
            samples = Samples(
                tuple(x[part]),
                tuple(y[part]),
                (0,) * len(x[part]),
                None if force is None else tuple(force[part]),
            )
            body = InkBody(name, first, samples, style if first == 0 else None, is_last)
            kind = EntryKind.INK_END if is_last else EntryKind.INK_MORE
            yield Draft(EntryKind.INK_BEGIN if first == 0 else kind, body, page)

    def _check_copies(self, page: Page, names: Iterable[ItemId]) -> None:
        items = [page.item(name) for name in names]
        if None in items:
            raise RefusedError(Refusal.UNKNOWN_STROKE)
        self._check_strokes(sum(len(s.gaps) + 1 for s in items if isinstance(s, Stroke)))

    def _check_put(self, command: PutItems) -> None:
        for put in command.strokes:
            is_whole = len(put.x) == len(put.y) and len(put.force) in (0, len(put.x))
            if not is_whole or put.tool is Tool.LASER:
                raise RefusedError(Refusal.INVALID)
        most = MAX_BODY_BYTES - GROWS
        if any(len(dumps(encode(text)).encode()) > most for text in command.texts):
            raise RefusedError(Refusal.TOO_LARGE)
        self._check_strokes(len(command.strokes))

    def _check_strokes(self, count: int) -> None:
        if self.next_stroke() + count > MAX_COUNTER:
            raise RefusedError(Refusal.TOO_LARGE)

    def _copies(
        self, page: Page, names: Iterable[ItemId], to: PageId, matrix: Matrix
    ) -> Iterator[Draft]:
        """Items written again."""
        for name in names:
            item = page.item(name)
            if isinstance(item, Stroke):
                yield from self._stroke_copy(item, to, matrix)
            elif isinstance(item, Picture | TextItem):
                for kind, body in box_copy(item, matrix, self.next_number()):
                    yield Draft(kind, body, to)

    def _stroke_copy(self, stroke: Stroke, to: PageId, matrix: Matrix) -> Iterator[Draft]:
        x, y = matrix.columns(stroke.x, stroke.y)
        style = replace(stroke.style, t0_ms=self.now_ms)
        for first, stop in stroke.runs():
            force = None if stroke.force is None else stroke.force[first:stop]
            yield from self._stroke(to, style, x[first:stop], y[first:stop], force)


def _plain(page: Page, command: BoardCommand) -> Draft:
    """Commands that are one entry."""
    number = page.number
    match command:
        case ShowPage():
            return Draft(EntryKind.PAGE_SHOWN, PageShown(), number)
        case DeletePage():
            return Draft(EntryKind.PAGE_DELETED, PageDeleted(), number)
        case ChangePage():
            changed = PageChanged(
                None if command.width == page.width else command.width,
                None if command.height == page.height else command.height,
                None if command.kind == page.kind else command.kind,
            )
            return Draft(EntryKind.PAGE_CHANGED, changed, number)
        case GrowPage():
            if command.height <= page.height:
                raise RefusedError(Refusal.INVALID)
            grown = PageChanged(height=command.height)
            return Draft(EntryKind.PAGE_CHANGED, grown, number, author=NOBODY)
        case ClearPage():
            return Draft(EntryKind.PAGE_CLEARED, PageCleared(), number)
        case _:
            raise TypeError(command)


def _change(page: Page, command: ChangeItems) -> Iterator[Draft]:
    for names in pieces(command.items, CHANGED_AT_ONCE):
        body = ItemsChanged(names, command.matrix, command.scale, command.ink, command.width)
        yield Draft(EntryKind.ITEMS_CHANGED, body, page.number)


def check_items(page: Page, names: Iterable[ItemId]) -> None:
    """Refuse what is not there, and what is the page's ground (P-8.4).

    Raises:
        RefusedError: with the reason.
    """
    for name in names:
        item = page.item(name)
        if item is None:
            raise RefusedError(Refusal.UNKNOWN_STROKE)
        if isinstance(item, Picture) and item.body.is_ground:
            raise RefusedError(Refusal.NOT_ALLOWED)


def _placed(
    board: Board, body: PageAdded | PageMoved, number: PageId, audience: int
) -> Iterator[Draft]:
    """A page put behind ``body.after``, in the row as each reader knows it.

    Pupils know no private page: they put it behind the public one before, and the teacher alone
    moves it on (P-8.7).
    """
    known = after = body.after
    if after in board.order and audience == EVERYBODY:
        row = [n for n in board.order[: board.order.index(PageId(after)) + 1] if n != number]
        public = [GLOBAL_PAGE, *(n for n in row if not board.pages[n].is_private)]
        known = public[-1]
    if isinstance(body, PageMoved):
        yield Draft(EntryKind.PAGE_MOVED, PageMoved(known or GLOBAL_PAGE), number, audience)
    else:
        yield Draft(EntryKind.PAGE_ADDED, replace(body, after=known), number, audience)
    if after is not None and known != after:
        yield Draft(EntryKind.PAGE_MOVED, PageMoved(after), number, TEACHER)


def next_page(board: Board) -> PageId:
    """The number of a new page.

    Raises:
        RefusedError: the lesson has as many pages as there can be.
    """
    number = max(board.pages, default=0) + 1
    if number > MAX_PAGE:
        raise RefusedError(Refusal.TOO_LARGE)
    return PageId(number)


def pieces(items: Sequence[T], most: int) -> Iterator[tuple[T, ...]]:
    """`items` in tuples of at most `most`."""
    for first in range(0, len(items), most):
        yield tuple(items[first : first + most])
