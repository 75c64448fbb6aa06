"""The engine's desk for notes in the pen's memory: list, copy, verify; delete only when asked.

What waits for the pen or the disk runs on one thread of its own, one thing after another.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from pen_driver import (
    NcodeBook,
    OfflineDeleted,
    OfflineProgress,
    PenSilentError,
    StopOffline,
    VerifiedCopy,
)
from pen_driver.address import parse_book
from pen_driver.events import DeleteOutcome
from pen_driver.offline import (
    FetchReport,
    PenTalk,
    StoredStroke,
    delete_book,
    fetch_book,
    take_book,
)
from teacher_client.engine.pen_badge import PenBadge
from teacher_client.engine.pen_kept import KeptCopies
from teacher_client.engine.pen_memory import (
    PROBLEM_OF_COPY,
    PROBLEM_OF_DELETION,
    books_listed,
    list_all,
)
from teacher_client.lesson.link import FromEngine
from teacher_client.lesson.note_messages import (
    MAX_BOOKS,
    CopyStored,
    DeleteStored,
    FromNotesPage,
    KeptBook,
    KeptNotes,
    KeptPlaced,
    ListKept,
    ListStored,
    PlaceKept,
    PlaceOutcome,
    StopCopy,
    StoredBook,
    StoredNotes,
    StoredProblem,
    StoredState,
)
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.2
PORTION = 20
PAUSE_SECONDS = 0.01
"""Much ink at once would hold up the loop, and with it the voices."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotesNeeds:
    """What the notes' desk needs of the engine.

    Attributes:
        badge: the pen in use now.
        title_of: the person's name for a book.
        has_lesson: whether kept ink can be placed.
        place: writes kept ink into the lesson, on the page that is shown or on the sheet's own;
            returns what became of it.
        say: what the window is to hear.
    """

    badge: Callable[[], PenBadge]
    title_of: Callable[[str], str]
    has_lesson: Callable[[], bool]
    place: Callable[[list[StoredStroke], bool], tuple[PlaceOutcome, int]]
    say: Callable[[FromEngine], None]


class NotesDesk:
    """One pen's memory and the copies on this disk. Lives in the engine's loop."""

    def __init__(self, folder: Path, needs: NotesNeeds) -> None:
        self.folder = folder
        self._needs = needs
        self._kept = KeptCopies(folder)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pen-notes")
        self._turn = asyncio.Lock()
        self._talk: PenTalk | None = None
        self._copying: NcodeBook | None = None
        self._is_closed = False
        self._stops = 0
        self._told_at = 0.0
        self._pen_id = ""
        self._memory = StoredNotes(folder=str(folder)[:1000])
        self._books: dict[NcodeBook, StoredBook] = {}
        self._proofs: dict[NcodeBook, VerifiedCopy] = {}

    async def close(self) -> None:
        """End what is running; what came so far is on disk."""
        self._is_closed = True
        self._stops += 1
        if self._talk is not None:
            self._talk.hang_up()
        end = partial(self._thread.shutdown, wait=True, cancel_futures=True)
        await asyncio.get_running_loop().run_in_executor(None, end)

    def pen_changed(self, pen_id: str) -> None:
        """Another pen is in use ('' none is known yet), or the same one is back."""
        if pen_id != self._pen_id:
            self._pen_id = pen_id
            self._stop()
            self._books.clear()
            self._proofs.clear()
            self._memory = StoredNotes(folder=self._memory.folder)
        self.tell()

    def states(self) -> Iterator[FromEngine]:
        """What a new window has to know."""
        yield self._state()

    def carry_out(self, message: FromNotesPage) -> None:
        """Do what the pen page asks."""
        match message:
            case ListStored():
                spawn(self._list(), name="pen-notes-list")
            case CopyStored():
                spawn(self._copy_named(message, self._stops), name="pen-notes-copy")
            case StopCopy():
                self._stop()
            case DeleteStored():
                spawn(self._delete_named(message), name="pen-notes-delete")
            case ListKept():
                spawn(self.show_kept(), name="pen-notes-kept")
            case PlaceKept():
                spawn(self._place(message), name="pen-notes-place")

    # the pen's memory

    async def list_books(self) -> tuple[NcodeBook, ...] | None:
        """Ask the pen for its books and pages; None where it did not tell."""
        async with self._turn:
            problem = self._cannot()
            books: tuple[NcodeBook, ...] = ()
            if problem is None:
                self._memory = replace(self._memory, is_listing=True, problem=None)
                self.tell()
                try:
                    listed, pages = await self._ask(list_all)
                    books = listed.books
                    self._books = books_listed(self._books, listed, pages)
                    has_more = not listed.is_complete
                    self._memory = replace(self._memory, is_listed=True, has_more=has_more)
                except PenSilentError:
                    problem = self._cannot() or StoredProblem.SILENT
            self._memory = replace(self._memory, is_listing=False, problem=problem)
            self.tell()
            return None if problem is not None else books

    async def copy(
        self, book: NcodeBook, *, is_confirmed: bool = False, stops: int | None = None
    ) -> StoredProblem | None:
        """Copy a book and verify the copy; return why it is not whole.

        Args:
            stops: how often a stop was asked for before this copy was; None: now.
        """
        if (problem := self._cannot()) is None and self._deletes and not is_confirmed:
            problem = StoredProblem.NEEDS_CONFIRMATION
        if problem is not None:
            self._fail(book, problem)
            return problem
        stops = self._stops if stops is None else stops
        pen_id = self._pen_id
        self._change(book, state=StoredState.WAITING, problem=None)
        async with self._turn:
            if stops == self._stops:
                problem = await self._copy(book)
            if pen_id != self._pen_id:
                return StoredProblem.OTHER_PEN  # what is shown now is another pen's memory
            if stops != self._stops and self._books[book].state is not StoredState.VERIFIED:
                problem = StoredProblem.STOPPED
                self._needs.badge().request(StopOffline())  # where the first came too early
        if problem is not None:
            self._fail(book, problem)
        await self.show_kept()
        return problem

    async def strokes_since(self, book: NcodeBook, t0: float) -> list[StoredStroke]:
        """Return what the copy of a book has since `t0` (seconds since 1970); empty if the disk
        fails."""
        try:
            return await self._on_thread(self._kept.strokes_since, self._pen_id, book, t0)
        except OSError:
            return []

    async def show_kept(self) -> None:
        """Tell the window which copies there are."""
        has_failed = False
        books: tuple[KeptBook, ...] = ()
        try:
            books = await self._on_thread(self._kept.books, self._needs.title_of)
        except OSError as exc:
            log.warning("the copied notes cannot be read: %s", exc.strerror)
            has_failed = True
        can_place = self._needs.has_lesson()
        self._needs.say(KeptNotes(books, str(self.folder)[:1000], can_place, has_failed))

    def tell(self) -> None:
        """Tell the window how the pen's memory stands."""
        self._told_at = time.monotonic()
        self._needs.say(self._state())

    async def _copy(self, book: NcodeBook) -> StoredProblem | None:
        self._copying = book
        self._change(book, state=StoredState.COPYING, strokes=0, copied=0)
        loop = asyncio.get_running_loop()

        def progress(step: OfflineProgress) -> None:
            with contextlib.suppress(RuntimeError):  # the engine ended meanwhile
                loop.call_soon_threadsafe(self._progress, step)

        way = take_book if self._deletes else fetch_book

        def work(talk: PenTalk) -> FetchReport:
            return way(talk, book, self.folder, progress)

        try:
            report = await self._ask(work)
            pages = await self._on_thread(self._kept.pages, self._pen_id, book)
        except PenSilentError:
            return self._cannot() or StoredProblem.LINK_LOST
        except OSError as exc:
            log.warning("a copy of stored notes failed: %s", exc.strerror)
            return StoredProblem.DISK
        finally:
            self._copying = None
        if report.copy is None:
            return PROBLEM_OF_COPY[report.outcome]
        if report.copy.pen_id != self._pen_id:
            return StoredProblem.OTHER_PEN
        self._proofs[book] = report.copy
        times = [t for page in pages for t in (page.first_ms, page.last_ms) if t is not None]
        self._change(
            book, state=StoredState.VERIFIED, strokes=report.strokes, copied=report.strokes,
            first_ms=min(times, default=None), last_ms=max(times, default=None), problem=None,
        )  # fmt: skip
        return None

    async def _delete(self, book: NcodeBook, proof: VerifiedCopy) -> None:
        self._change(book, state=StoredState.DELETING, problem=None)

        def work(talk: PenTalk) -> OfflineDeleted:
            return delete_book(talk, proof)

        try:
            outcome = (await self._ask(work)).outcome
        except PenSilentError:
            outcome = DeleteOutcome.REFUSED
        if book not in self._books:
            return  # another pen was chosen meanwhile
        if outcome is DeleteOutcome.DELETED:
            self._proofs.pop(book, None)
            self._change(book, state=StoredState.DELETED)
        elif outcome in (DeleteOutcome.GROWN, DeleteOutcome.OTHER_PEN):
            self._proofs.pop(book, None)
            self._fail(book, PROBLEM_OF_DELETION[outcome])
        else:
            self._change(book, state=StoredState.VERIFIED, problem=PROBLEM_OF_DELETION[outcome])

    # wishes of the window

    async def _list(self) -> None:
        await self.list_books()

    async def _copy_named(self, wish: CopyStored, stops: int) -> None:
        book = self._known(wish.book)
        if book is not None and self._books[book].state not in (
            StoredState.WAITING,
            StoredState.COPYING,
            StoredState.DELETING,
        ):
            await self.copy(book, is_confirmed=wish.is_confirmed, stops=stops)

    async def _delete_named(self, wish: DeleteStored) -> None:
        book = self._known(wish.book)
        if book is None:
            return
        proof = self._proofs.get(book)
        problem = self._cannot()
        can = self._needs.badge().capabilities
        if problem is None and (can is None or not can.can_delete):
            problem = StoredProblem.REFUSED
        if problem is None and proof is None:
            problem = StoredProblem.NOT_COPIED
        if problem is None and not wish.is_confirmed:
            problem = StoredProblem.NEEDS_CONFIRMATION
        if problem is not None or proof is None:
            self._change(book, problem=problem)
            return
        async with self._turn:
            await self._delete(book, proof)

    async def _place(self, wish: PlaceKept) -> None:
        outcome, count = PlaceOutcome.NO_INK, 0
        try:
            book = parse_book(wish.book)
            strokes = await self._on_thread(self._kept.strokes, wish.pen, book, wish.page)
            for portion in batched(strokes):
                outcome, new = self._needs.place(portion, wish.on_shown)
                count += new
                await asyncio.sleep(PAUSE_SECONDS)
        except ValueError:
            pass  # no such book: no ink
        except OSError:
            outcome = PlaceOutcome.DISK
        self._needs.say(KeptPlaced(wish.pen, wish.book, wish.page, outcome, count))

    def _known(self, name: str) -> NcodeBook | None:
        for book in self._books:
            if str(book) == name:
                return book
        self._memory = replace(self._memory, problem=StoredProblem.UNKNOWN_BOOK)
        self.tell()
        return None

    def _stop(self) -> None:
        """End the running copy; those that wait see the count."""
        self._stops += 1
        if self._talk is None:
            return
        if self._copying is not None and self._needs.badge().is_here:
            self._needs.badge().request(StopOffline())
        if not (self._deletes and self._needs.badge().is_here):
            self._talk.hang_up()  # else the pen ends it, when no file is on its way

    # how it stands

    @property
    def _deletes(self) -> bool:
        can = self._needs.badge().capabilities
        return can is not None and can.has_offline and not can.keeps_offline

    def _cannot(self) -> StoredProblem | None:
        badge = self._needs.badge()
        if not badge.is_here or badge.capabilities is None:
            return StoredProblem.NO_PEN
        return None if badge.capabilities.has_offline else StoredProblem.NO_MEMORY

    def _state(self) -> StoredNotes:
        can = self._needs.badge().capabilities
        can_delete = can is not None and can.can_delete
        books = tuple(
            replace(
                one,
                title=self._needs.title_of(one.book),
                can_delete=can_delete and book in self._proofs,
            )
            for book, one in list(self._books.items())[:MAX_BOOKS]
        )
        can_list = self._needs.badge().is_here and can is not None and can.has_offline
        return replace(self._memory, books=books, can_list=can_list, deletes_on_copy=self._deletes)

    def _change(self, book: NcodeBook, **values: object) -> None:
        known = self._books.get(book) or StoredBook(str(book), StoredState.NOT_COPIED)
        self._books[book] = replace(known, **values)  # type: ignore[arg-type]
        self.tell()

    def _fail(self, book: NcodeBook, problem: StoredProblem) -> None:
        self._change(book, state=StoredState.FAILED, problem=problem)

    def _progress(self, step: OfflineProgress) -> None:
        known = self._books.get(step.book)
        if known is None or known.state is not StoredState.COPYING:
            return
        self._books[step.book] = replace(
            known, strokes=step.strokes_promised, copied=min(step.strokes, step.strokes_promised)
        )
        if time.monotonic() - self._told_at >= PROGRESS_SECONDS:
            self.tell()

    # the thread

    async def _ask(self, work: Callable[[PenTalk], T]) -> T:
        badge = self._needs.badge()
        self._talk = talk = PenTalk(badge.name, open_pen=badge.lend)
        try:
            return await self._on_thread(work, talk)
        finally:
            self._talk = None
            talk.close()

    async def _on_thread(self, work: Callable[..., T], *args: object) -> T:
        if self._is_closed:
            raise asyncio.CancelledError  # the engine ends
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)


def batched(strokes: list[StoredStroke]) -> Iterator[list[StoredStroke]]:
    """Yield strokes in portions that are written at once."""
    for start in range(0, len(strokes), PORTION):
        yield strokes[start : start + PORTION]
