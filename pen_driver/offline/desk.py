"""List, copy and delete a pen's stored notes: plain calls that wait, for programs and scripts."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeAlias, TypeVar

from pen_driver.address import NcodeBook
from pen_driver.commands import (
    DeleteOffline,
    FetchOffline,
    ListOffline,
    ListOfflinePages,
    PenCommand,
    StopOffline,
    TakeOffline,
    VerifiedCopy,
)
from pen_driver.errors import PenSilentError
from pen_driver.events import (
    CommandFailure,
    FetchOutcome,
    OfflineDeleted,
    OfflineFetched,
    OfflineInk,
    OfflineListed,
    OfflinePagesListed,
    OfflineProgress,
    PenClock,
    PenCommandFailed,
    PenConnected,
    PenDisconnected,
    PenEvent,
    PenLocked,
)
from pen_driver.offline.clock import ClockReading, as_told, correct_time
from pen_driver.offline.store import BookStore, pen_folder, verify
from pen_driver.transports import OnEvent, Pen, open_pen
from pen_driver.transports.link import LinkLostError

CONNECT_S = 30.0
CLOCK_S = 0.25  # it follows at once, from a pen that has one
STOP_S = 3.0
ANSWER_S = 60.0  # the session's own time-outs are shorter
COPIES = 3  # attempts at one book; what came before is on disk already

OpenPen: TypeAlias = Callable[[str, OnEvent], Pen]
OnProgress: TypeAlias = Callable[[OfflineProgress], None]
E = TypeVar("E", bound=PenEvent)

_KEPT_READINGS = 8
_AGAIN = frozenset(
    (
        FetchOutcome.LINK_LOST,
        FetchOutcome.SILENT,
        FetchOutcome.DAMAGED,
        FetchOutcome.INCOMPLETE,
    )
)


class PenTalk:
    """A pen held open for questions; a context manager. Its events come in order to one caller.

    Args:
        name: as for `open_pen`.
        on_event: hears every event as well, on the pen's thread.
        open_pen: for pens that are opened in another way.

    Raises:
        PenSilentError: by every method that waits, when nothing came in time.
    """

    def __init__(
        self, name: str, on_event: OnEvent | None = None, open_pen: OpenPen = open_pen
    ) -> None:
        self._events: queue.SimpleQueue[PenEvent | None] = queue.SimpleQueue()
        self._on_event = on_event
        self.on_locked: Callable[[PenLocked], None] | None = None  # by whoever waits
        self.on_ink: Callable[[OfflineInk], None] | None = None  # on the pen's thread
        self.connected: PenConnected | None = None
        self.clock: PenClock | None = None
        self.pen = open_pen(name, self._hear)

    def __enter__(self) -> PenTalk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the pen."""
        self.pen.close()

    def hang_up(self) -> None:
        """Let whoever waits give up now, as if the pen were silent; from any thread."""
        self._events.put(None)

    def _hear(self, event: PenEvent) -> None:
        if self.on_ink is not None and isinstance(event, OfflineInk):
            self.on_ink(event)
        self._events.put(event)
        if self._on_event is not None:
            self._on_event(event)

    def next_event(self, until: float) -> PenEvent | None:
        """Return the next event, None where none came until then (monotonic seconds)."""
        try:
            event = self._events.get(timeout=max(until - time.monotonic(), 0.0))
        except queue.Empty:
            return None
        if event is None:
            raise PenSilentError("hung up")
        match event:
            case PenConnected():
                self.connected, self.clock = event, None
            case PenClock():
                self.clock = event
            case PenDisconnected() | PenLocked():
                self.connected = None
        return event

    def wait_connected(self, seconds: float = CONNECT_S) -> PenConnected:
        """Return what the connected pen has said about itself, its clock included."""
        until = time.monotonic() + seconds
        while self.connected is None:
            event = self.next_event(until)
            if event is None:
                raise PenSilentError("no pen connected in time")
            if isinstance(event, PenLocked) and self.on_locked is not None:
                self.on_locked(event)
                until = time.monotonic() + seconds  # a person has taken the time
        soon = time.monotonic() + CLOCK_S
        while self.connected is not None and self.clock is None:
            if self.next_event(soon) is None:
                break
        return self.connected or self.wait_connected(until - time.monotonic())

    def ask(self, command: PenCommand, seconds: float = ANSWER_S) -> Iterator[PenEvent]:
        """Ask, and yield events as they come; the caller stops when it has its answer.

        `seconds` is the longest silence between two events.
        """
        self.wait_connected()
        self.pen.request(command)
        while True:
            event = self.next_event(time.monotonic() + seconds)
            if event is None:
                raise PenSilentError(f"no answer to {type(command).__name__}")
            yield event

    def answer(self, command: PenCommand, kind: type[E]) -> E:
        """Ask, and return the answer of its kind.

        Raises:
            PenSilentError: it failed or stayed away.
        """
        for event in self.ask(command):
            if isinstance(event, kind):
                return event
            if isinstance(event, PenCommandFailed) and event.command == command:
                raise PenSilentError(f"{event.reason.value} {event.detail}".rstrip())
        raise AssertionError("ask ends only by its caller")


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What became of a copy.

    Attributes:
        strokes: that the pen has sent, whole and right, in the last attempt.
        new: of all attempts, how many were not on disk before.
        path: the book's file.
        copy: proof of a whole copy, synced and read back; None otherwise.
    """

    outcome: FetchOutcome
    strokes: int
    new: int
    path: Path
    copy: VerifiedCopy | None


def offline_list(talk: PenTalk) -> OfflineListed:
    """Return the books in the pen's memory.

    Raises:
        PenSilentError: the pen is not there, or does not answer.
    """
    return talk.answer(ListOffline(), OfflineListed)


def offline_pages(talk: PenTalk, book: NcodeBook) -> OfflinePagesListed:
    """Return the pages of one stored book.

    Raises:
        PenSilentError: the pen is not there, or does not answer.
    """
    return talk.answer(ListOfflinePages(book), OfflinePagesListed)


def delete_book(talk: PenTalk, copy: VerifiedCopy) -> OfflineDeleted:
    """Delete a book on the pen. Only for a person who has asked for just this.

    Raises:
        PenSilentError: the pen is not there, or does not answer.
    """
    return talk.answer(DeleteOffline(copy), OfflineDeleted)


@dataclass(slots=True)
class _Copy:
    """One attempt at a book."""

    store: BookStore
    our_time: Callable[[float], float | None]
    keys: list[str] = field(default_factory=list)
    new: int = 0

    def take(self, ink: OfflineInk) -> None:
        """Put strokes on disk."""
        if ink.book == self.store.book:
            keys, new = self.store.add(ink.strokes, self.our_time)
            self.keys += keys
            self.new += new

    def take_for_good(self, ink: OfflineInk) -> None:
        """Put strokes on disk before the pen, which will delete its own, learns that they came.

        Raises:
            LinkLostError: the disk failed; so the pen is never answered and keeps them.
        """
        try:
            self.take(ink)
            self.store.sync()
        except OSError as exc:
            raise LinkLostError from exc


def fetch_book(
    talk: PenTalk, book: NcodeBook, folder: Path, on_progress: OnProgress | None = None
) -> FetchReport:
    """Copy one book into `folder`, sync it and read it back. The pen keeps it.

    A lost link or an unreadable chunk is waited out and the book asked for anew, three times in
    all; strokes that are on disk already stay as they are.

    Raises:
        PenSilentError: the pen did not come back.
        OSError: the disk failed.
    """
    return _copy_book(talk, FetchOffline(book), folder, on_progress)


def take_book(
    talk: PenTalk, book: NcodeBook, folder: Path, on_progress: OnProgress | None = None
) -> FetchReport:
    """Copy one book from a pen that deletes what it has handed out, otherwise as `fetch_book`.

    Only for a person who knows that. Each file is synced before the pen hears that it came.

    Raises:
        PenSilentError: the pen did not come back.
        OSError: the disk failed; what it did not take is still in the pen.
    """
    return _copy_book(talk, TakeOffline(book, is_confirmed=True), folder, on_progress)


def _copy_book(
    talk: PenTalk,
    command: FetchOffline | TakeOffline,
    folder: Path,
    on_progress: OnProgress | None,
) -> FetchReport:
    book, is_taken = command.book, isinstance(command, TakeOffline)
    new = 0
    taken: list[str] = []  # by earlier attempts; only a file that was damaged comes again
    for attempt in range(COPIES):
        pen_id = talk.wait_connected().pen_id
        our_time = _our_time(talk, pen_folder(folder, pen_id))
        with BookStore(folder, pen_id, book) as store:
            copy = _Copy(store, our_time)
            fetched = _receive(talk, command, copy, on_progress)
            store.sync()
        new += copy.new
        taken = _without(taken, copy.keys)
        if fetched.outcome is FetchOutcome.LINK_LOST:
            talk.connected = None  # its PenDisconnected is still on the way to us
        if fetched.outcome not in _AGAIN or attempt == COPIES - 1:
            break
        taken += copy.keys if is_taken else []
    outcome = fetched.outcome
    if outcome is FetchOutcome.EMPTY and taken:
        outcome = FetchOutcome.WHOLE  # the last file came just before the link was lost
    proof = None
    if outcome is FetchOutcome.WHOLE:
        promised = len(taken) + fetched.strokes_promised
        proof = verify(folder, pen_id, book, [*taken, *copy.keys], promised)
    return FetchReport(outcome, len(taken) + fetched.strokes, new, store.path, proof)


def _without(keys: list[str], others: list[str]) -> list[str]:
    left_out = set(others)
    return [key for key in keys if key not in left_out]


def _receive(
    talk: PenTalk,
    command: FetchOffline | TakeOffline,
    copy: _Copy,
    on_progress: OnProgress | None,
) -> OfflineFetched:
    is_taken = isinstance(command, TakeOffline)
    talk.on_ink = copy.take_for_good if is_taken else None
    try:
        for event in talk.ask(command):
            match event:
                case OfflineInk() if not is_taken:
                    copy.take(event)
                case OfflineProgress() if on_progress is not None:
                    on_progress(event)
                case OfflineFetched() if event.book == command.book:
                    return event
                case PenCommandFailed() if event.command == command:
                    return _not_begun(event, command.book)
    except PenSilentError:
        if is_taken:
            _end_taking(talk)
        raise
    finally:
        talk.on_ink = None
    raise AssertionError("ask ends only by its caller")


def _end_taking(talk: PenTalk) -> None:
    """Nobody waits any more: what the pen still hands out goes to disk until it has stopped."""
    talk.pen.request(StopOffline())
    until = time.monotonic() + STOP_S
    while talk.connected is not None:
        event = talk.next_event(until)
        if event is None or isinstance(event, OfflineFetched):
            return


def _not_begun(failed: PenCommandFailed, book: NcodeBook) -> OfflineFetched:
    is_gone = failed.reason in (CommandFailure.NOT_READY, CommandFailure.NO_ANSWER)
    outcome = FetchOutcome.LINK_LOST if is_gone else FetchOutcome.REFUSED
    return OfflineFetched(failed.t_host, book, outcome, 0, 0)


def _our_time(talk: PenTalk, folder: Path) -> Callable[[float], float | None]:
    """Return the way from the pen's clock to ours; note this connection's reading in `folder`."""
    if talk.clock is None:
        return as_told
    now = ClockReading(talk.clock.pen_s, talk.clock.host_s)
    path = folder / "clock.json"
    readings = _load_readings(path)
    if now not in readings:
        readings = [*readings, now][-_KEPT_READINGS:]
        folder.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        pairs = [[reading.pen_s, reading.host_s] for reading in readings]
        new.write_text(json.dumps(pairs) + "\n", encoding="utf-8")
        new.replace(path)
    earlier = readings[: readings.index(now)]
    # The pen's clock was set to ours right after each reading.
    before = ClockReading(earlier[-1].host_s, earlier[-1].host_s) if earlier else None
    return partial(correct_time, before=before, now=now)


def _load_readings(path: Path) -> list[ClockReading]:
    try:
        pairs = json.loads(path.read_text(encoding="utf-8"))
        return [ClockReading(float(pen_s), float(host_s)) for pen_s, host_s in pairs]
    except (OSError, ValueError, TypeError):
        return []  # the first connection, or a damaged file: one reading must do
