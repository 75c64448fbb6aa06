"""Answers to requests that somebody else made, as in a recording: told, never asked for.

What a request says and its answer does not (which setting to what value, which books were
deleted) stays unsaid: nothing is guessed.
"""

from __future__ import annotations

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    FetchOutcome,
    OfflineFetched,
    OfflineListed,
    OfflinePagesListed,
    PenDiagnostic,
    PenEvent,
    PenPasswordResult,
)
from pen_driver.neo import offline_packets as offline
from pen_driver.neo import packets
from pen_driver.neo.jobs import attempts_left, password_outcome
from pen_driver.neo.packets import Answer
from pen_driver.neo.transfer import Transfer, take_chunk


class Overheard:
    """Holds the copy that runs in the recording, if one does."""

    def __init__(self, counters: PenCounters) -> None:
        self._counters = counters
        self._promise: offline.Announcement | None = None
        self._transfer: Transfer | None = None
        self._last: offline.Chunk | None = None

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        """Tell an answer; those to 01 and 04 are the session's own."""
        match answer:
            case packets.Refused():
                detail = f"{answer.command:02X} result {answer.result}"
                return [PenDiagnostic(now, DiagnosticKind.REFUSED, 1, detail)]
            case packets.PasswordStatus() | packets.PasswordChanged():
                left = attempts_left(answer.attempts_allowed, answer.attempts_used)
                return [PenPasswordResult(now, password_outcome(answer), left)]
            case offline.Announcement():
                self._promise = answer
                return []
            case _:
                return _listed(answer, now)

    def chunk(self, chunk: offline.Chunk, now: float) -> list[PenEvent]:
        """Take one chunk; a doubled one says nothing new."""
        if chunk == self._last:
            return []
        self._last = chunk
        events: list[PenEvent] = []
        if self._transfer is not None and self._transfer.book != chunk.book:
            events += self.link_lost(now)
        if self._transfer is None:
            self._transfer = Transfer(chunk.book, now)
            if self._promise is not None:
                self._transfer.announced(self._promise.strokes, self._promise.size, now)
        _, told = take_chunk(self._transfer, chunk, self._counters, now)
        return events + told + self._ended(now)

    def link_lost(self, now: float) -> list[PenEvent]:
        """End the copy that is under way."""
        if self._transfer is not None:
            self._transfer.stop(FetchOutcome.LINK_LOST)
        return self._ended(now)

    def _ended(self, now: float) -> list[PenEvent]:
        transfer = self._transfer
        if transfer is None or transfer.outcome is None:
            return []
        self._transfer = None
        promised = transfer.promised or 0
        return [OfflineFetched(now, transfer.book, transfer.outcome, transfer.strokes, promised)]


def _listed(answer: Answer, now: float) -> list[PenEvent]:
    match answer:
        case offline.BookList():
            is_complete = len(answer.books) < offline.MOST_BOOKS
            return [OfflineListed(now, tuple(sorted(answer.books)), is_complete)]
        case offline.PageList():
            is_complete = len(answer.pages) < offline.MOST_PAGES
            return [OfflinePagesListed(now, answer.book, tuple(sorted(answer.pages)), is_complete)]
        case offline.BookInfo() if answer.status == 0:
            return [OfflinePagesListed(now, answer.book, answer.pages, not answer.has_more)]
        case _:
            return []
