"""One book's way from the pen's memory: chunks in, acknowledgements and strokes out.

Choices where no public source decides (PROTOCOL 23): a chunk is known by its packet id, so a
doubled one is acknowledged again and counted once; a copy is whole only when the last chunk came,
no id is missing and the promised number of strokes is there; where the promise is met without a
last chunk, a short wait ends it. A chunk that stays away is asked for again like a damaged one.
"""

from __future__ import annotations

from pen_driver.address import NcodeBook
from pen_driver.counters import PenCounters
from pen_driver.events import FetchOutcome, OfflineInk, OfflineProgress, OfflineStroke, PenEvent
from pen_driver.neo.offline_packets import Chunk, Position, acknowledgement, read_strokes

IDLE_S = 20.0  # vendor's watchdog
NUDGE_S = 5.0
FINISH_S = 2.0
RESENDS = 3  # of one chunk


class Transfer:
    """State of one running copy. The owner sends what `chunk` and `tick` return.

    Attributes:
        outcome: None while it runs.
        strokes: how many whole strokes have come.
        resends: how many chunks were asked for again.
    """

    def __init__(self, book: NcodeBook, now: float) -> None:
        self.book = book
        self.outcome: FetchOutcome | None = None
        self.strokes = 0
        self.promised: int | None = None
        self.resends = 0
        self._last_id: int | None = None
        self._tries = 0  # resends of the chunk that is due
        self._heard = now
        self._nudged = now
        self._finish_at: float | None = None

    def announced(self, strokes: int, size: int, now: float) -> None:
        """Take the pen's promise; nothing follows where it has nothing."""
        self.promised = strokes
        self._heard = self._nudged = now
        if size == 0:
            self.outcome = FetchOutcome.EMPTY

    def chunk(self, chunk: Chunk, now: float) -> tuple[bytes, tuple[OfflineStroke, ...]]:
        """Take one chunk of this book; return the acknowledgement and its strokes."""
        self._heard = self._nudged = now
        if chunk.packet_id == self._last_id:
            return acknowledgement(chunk.packet_id, True, chunk.position != Position.LAST), ()
        strokes = read_strokes(chunk)
        is_next = self._last_id is None or chunk.packet_id == (self._last_id + 1) & 0xFFFF
        if strokes is None or not is_next:
            return self._again(chunk.packet_id if strokes is None else self._due_id()), ()
        self._tries = 0
        self._last_id = chunk.packet_id
        self.strokes += len(strokes)
        is_last = chunk.position == Position.LAST
        if is_last:
            self.outcome = self._ended()
        elif self._has_all():
            self._finish_at = now + FINISH_S
        return acknowledgement(chunk.packet_id, True, not is_last), strokes

    def tick(self, now: float) -> bytes:
        """Let time pass; return a request for the chunk that stays away, or nothing."""
        if self.outcome is not None:
            return b""
        if self._finish_at is not None and now >= self._finish_at:
            self.outcome = self._ended()
            return acknowledgement(self._last_id or 0, True, False)
        if now - self._heard >= IDLE_S:
            return self._give_up(FetchOutcome.SILENT)
        # Not before the first chunk: a pen that still gathers the book must not be disturbed.
        if now - self._nudged >= NUDGE_S and self._last_id is not None:
            self._nudged = now
            return self._again(self._due_id())
        return b""

    def stop(self, outcome: FetchOutcome) -> bytes:
        """End it; return what tells the pen so."""
        return b"" if self.outcome is not None else self._give_up(outcome)

    def _due_id(self) -> int:
        return 0 if self._last_id is None else (self._last_id + 1) & 0xFFFF

    def _has_all(self) -> bool:
        return self.promised is not None and self.strokes >= self.promised

    def _ended(self) -> FetchOutcome:
        is_whole = self.promised is not None and self.strokes == self.promised
        return FetchOutcome.WHOLE if is_whole else FetchOutcome.INCOMPLETE

    def _again(self, packet_id: int) -> bytes:
        if self._tries >= RESENDS:
            return self._give_up(FetchOutcome.DAMAGED)
        self._tries += 1
        self.resends += 1
        return acknowledgement(packet_id, False, True)

    def _give_up(self, outcome: FetchOutcome) -> bytes:
        self.outcome = outcome
        return acknowledgement(self._due_id(), True, False)


def take_chunk(
    transfer: Transfer, chunk: Chunk, counters: PenCounters, now: float
) -> tuple[bytes, list[PenEvent]]:
    """Take one chunk of its book; return the acknowledgement, and the ink with its progress."""
    resends = transfer.resends
    out, strokes = transfer.chunk(chunk, now)
    counters.offline_resends += transfer.resends - resends
    counters.offline_strokes += len(strokes)
    events: list[PenEvent] = [OfflineInk(now, transfer.book, strokes)] if strokes else []
    promised = transfer.promised or 0
    at = OfflineProgress(now, transfer.book, transfer.strokes, promised, transfer.resends)
    return out, [*events, at]
