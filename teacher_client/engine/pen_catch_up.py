"""What was written while the pen was away, brought into the lesson that is on.

The pen goes on storing what is written without a host. When it is back its books are copied (it
keeps them), and what is newer than the loss and was not seen live goes onto the board.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pen_driver import (
    DiagnosticKind,
    DisconnectReason,
    NcodeBook,
    NcodePage,
    OfflineDot,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenSample,
)
from pen_driver.address import book_of
from pen_driver.offline import StoredStroke
from teacher_client.engine.pen_notes import PAUSE_SECONDS, NotesDesk, batched
from teacher_client.lesson.link import FromEngine, Notice, NoticeId
from teacher_client.tasks import spawn

SLACK_SECONDS = 30.0
"""A radio link may be dead so long before its loss is told (a supervision timeout, then ours)."""
PATIENCE_SECONDS = 3.0
"""After this the return is told at once, and the strokes once they are there."""
HALF_SECONDS = 3.0  # longer than most strokes
SAME_MS = 40
"""The first dots of a live stroke may have been left out as noise."""


@dataclass(frozen=True, slots=True)
class CatchUpNeeds:
    """What catching up needs of the engine.

    Attributes:
        keeps_notes: the pen is here, stores ink, lists it and keeps it when it is copied.
        lesson: a name for the lesson that is on; '' without one.
        write: takes strokes into that lesson; how many became ink.
        say: what the window is to hear.
    """

    keeps_notes: Callable[[], bool]
    lesson: Callable[[], str]
    write: Callable[[list[StoredStroke]], int]
    say: Callable[[FromEngine], None]


class LiveStrokes:
    """When ink came live, by the pen's own clock; so what is stored twice is told. Pure.

    A pen has one tip: a stored dot whose moment lies within a live stroke came with it.
    """

    def __init__(self) -> None:
        self._begins_ms: list[int] = []  # ascending
        self._ends_ms: list[int] = []
        self.page: NcodePage | None = None

    def take(self, event: PenEvent) -> None:
        """Take one event of the pen."""
        match event:
            case PenDown():
                self.page = event.page if isinstance(event.page, NcodePage) else None
                if event.t_pen is not None:
                    self._begin(round(event.t_pen * 1000))
            case PenSample() if event.t_pen is not None and self._ends_ms:
                self._ends_ms[-1] = max(self._ends_ms[-1], round(event.t_pen * 1000))

    def rest_of(self, stored: StoredStroke) -> StoredStroke | None:
        """Return what of a stored stroke was not seen live; None where nothing is left."""
        at = shown_at = stored.stroke.down_ms
        dots: list[OfflineDot] = []
        for dot in stored.stroke.dots:
            at += dot.dt_ms
            if not self._has(at):
                dots.append(replace(dot, dt_ms=at - shown_at))
                shown_at = at
        return replace(stored, stroke=replace(stored.stroke, dots=tuple(dots))) if dots else None

    def _begin(self, at_ms: int) -> None:
        if self._ends_ms and at_ms < self._ends_ms[-1]:
            self._begins_ms.clear()  # the clock was set back: what was before cannot be compared
            self._ends_ms.clear()
        self._begins_ms.append(at_ms)
        self._ends_ms.append(at_ms)

    def _has(self, at_ms: int) -> bool:
        place = bisect_right(self._begins_ms, at_ms + SAME_MS) - 1
        return place >= 0 and at_ms <= self._ends_ms[place]


class CatchUp:
    """Watches a pen leave and return. Lives in the engine's loop."""

    def __init__(self, notes: NotesDesk, needs: CatchUpNeeds) -> None:
        self._notes = notes
        self._needs = needs
        self._live = LiveStrokes()
        self._written: set[str] = set()
        self._since: float | None = None  # seconds since 1970
        self._brought: float | None = None  # since when strokes were brought at the last return
        self._here_since = 0.0

    def take(self, event: PenEvent) -> None:
        """Take one event of the pen, before the lesson gets it."""
        self._live.take(event)
        match event:
            case PenDisconnected():
                self._left(0.0 if event.reason is DisconnectReason.CLOSED else SLACK_SECONDS)
            case PenConnected():
                self._here_since = time.time()
            case PenDiagnostic(kind=DiagnosticKind.MISSING_DOWN) if self._brought is not None:
                since, self._brought = self._brought, None
                spawn(self._look_again(since), name="pen-catch-up-half")

    def lesson_opened(self, since: float | None, *, is_here: bool) -> None:
        """A lesson is on.

        Args:
            since: where it goes on after this program was away: when its log ended, in seconds
                since 1970. The pen has stored what was written from then on.
            is_here: the pen is connected.
        """
        self._written.clear()
        self._brought = None
        self._since = since if is_here or since is not None else time.time()
        self.pen_here()

    def pen_back(self) -> None:
        """The pen is there again; tell so, and bring what it has."""
        if self._since is None or not (self._needs.lesson() and self._needs.keeps_notes()):
            self._say_back(0)
            return
        since, self._since = self._since, None
        spawn(self._catch_up(since), name="pen-catch-up")

    def pen_here(self) -> None:
        """A pen is connected that was not lost: one that was just opened, or chosen."""
        if self._since is not None and self._needs.lesson() and self._needs.keeps_notes():
            since, self._since = self._since, None
            spawn(self._bring_quietly(since), name="pen-catch-up")

    def _left(self, slack: float) -> None:
        if self._since is None and self._needs.lesson():
            self._since = max(time.time() - slack, self._here_since)

    async def _catch_up(self, since: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_SECONDS
        patience = loop.call_at(until, self._say_back, 0)
        count, is_whole = await self._bring(since)
        patience.cancel()
        if not is_whole:
            self._wait_again(since)
            if self._needs.lesson() and self._needs.keeps_notes():
                self._needs.say(Notice(NoticeId.PEN_BACK_PARTLY, count=count))
        elif count or loop.time() < until:
            self._say_back(count)

    async def _look_again(self, since: float) -> None:
        """The pen came back in mid-stroke: it stores the part before once that stroke ends."""
        await asyncio.sleep(HALF_SECONDS)
        await self._bring_quietly(since)

    async def _bring_quietly(self, since: float) -> None:
        """Nobody saw the pen leave; only what comes of it is news."""
        count, is_whole = await self._bring(since)
        if not is_whole:
            self._wait_again(since)
        if count:
            self._say_back(count)

    def _say_back(self, count: int) -> None:
        self._needs.say(Notice(NoticeId.PEN_BACK, count=count))

    async def _bring(self, since: float) -> tuple[int, bool]:
        """Return how many strokes were added, and whether the whole memory could be read."""
        self._brought = since
        lesson = self._needs.lesson()
        count, is_whole = 0, True
        books = await self._notes.list_books()
        for book in self._likeliest_first(books or ()):
            is_whole &= await self._notes.copy(book) is None
            strokes = await self._notes.strokes_since(book, since)
            if self._needs.lesson() != lesson:
                return count, False  # it ended meanwhile; the copies stay on disk
            for portion in batched(self._new(strokes)):
                count += self._needs.write(portion)
                await asyncio.sleep(PAUSE_SECONDS)
        return count, is_whole and books is not None

    def _new(self, strokes: Iterable[StoredStroke]) -> list[StoredStroke]:
        found = []
        for stored in strokes:
            if stored.key in self._written:
                continue
            self._written.add(stored.key)
            if (rest := self._live.rest_of(stored)) is not None:
                found.append(rest)
        return found

    def _likeliest_first(self, books: Iterable[NcodeBook]) -> list[NcodeBook]:
        page = self._live.page
        current = None if page is None else book_of(page)
        return sorted(books, key=lambda book: book != current)

    def _wait_again(self, since: float) -> None:
        """The next return of the pen looks at all of this again."""
        self._since = since if self._since is None else min(since, self._since)
