"""One book on its way out of the pen, which deletes what it has sent (pen/PROTOCOL 13, 41 to 49).

A file's last chunk is acknowledged only after its strokes have been told, and only where the file
is whole: one that we cannot read stays in the pen.
"""

from __future__ import annotations

from pen_driver.address import NcodeBook
from pen_driver.counters import PenCounters
from pen_driver.events import (
    FetchOutcome,
    OfflineFetched,
    OfflineInk,
    OfflineProgress,
    PenEvent,
)
from pen_driver.neo1 import packets
from pen_driver.neo1.files import MAX_FILE_BYTES, StrokeFile, parse_file, unpack_file

IDLE_S = 20.0  # Android's watchdog (PROTOCOL 5.3)
_MAX_HELD_BYTES = MAX_FILE_BYTES


class Transfer:
    """Bytes to send gather in `out`; `is_over` after the last event.

    The pen promises files and bytes, not strokes: `strokes_promised` counts those of the trailers
    that have come.
    """

    def __init__(self, book: NcodeBook, counters: PenCounters, now: float) -> None:
        self.book = book
        self.out = bytearray()
        self.is_over = False
        self._counters = counters
        self._due = now + IDLE_S
        self._files_left: int | None = None
        self._info: packets.FileInfo | None = None
        self._chunks: dict[int, bytes] = {}
        self._held = 0
        self._strokes = 0
        self._promised = 0
        self._resends = 0

    def receive(self, packet: packets.Offline, now: float) -> list[PenEvent]:
        """Take one packet; those of a list are not ours."""
        self._due = now + IDLE_S
        match packet:
            case packets.FetchStart():
                self._files_left = packet.files
                return [] if packet.files else self.end(FetchOutcome.EMPTY, now)
            case packets.FileInfo():
                self._info = packet
                self._chunks.clear()
                self._held = 0
                self.out += packets.file_answer()
            case packets.Chunk():
                return self._chunk(packet, now)
            case packets.FetchEnd():
                return self.end(self._outcome(packet.is_complete), now)
        return []

    def tick(self, now: float) -> list[PenEvent]:
        """Give up where the pen has gone silent."""
        return self.end(FetchOutcome.SILENT, now) if now >= self._due else []

    def end(self, outcome: FetchOutcome, now: float) -> list[PenEvent]:
        """Say how it ended."""
        if self.is_over:
            return []
        self.is_over = True
        return [OfflineFetched(now, self.book, outcome, self._strokes, self._promised)]

    def _outcome(self, is_complete: bool) -> FetchOutcome:
        if not is_complete or self._files_left:
            return FetchOutcome.INCOMPLETE
        return FetchOutcome.WHOLE

    def _chunk(self, chunk: packets.Chunk, now: float) -> list[PenEvent]:
        info = self._info
        if not chunk.is_whole:
            self._resends += 1
            self._counters.offline_resends += 1
            return []  # not answered, so that it comes again
        events: list[PenEvent] = []
        if info is not None and chunk.index not in self._chunks:
            self._held += len(chunk.data)
            if self._held > _MAX_HELD_BYTES:
                return self.end(FetchOutcome.DAMAGED, now)
            self._chunks[chunk.index] = chunk.data
            if len(self._chunks) == info.chunks:
                events = self._file(info, now)
                if self.is_over:
                    return events
        self.out += packets.chunk_answer(chunk.index)
        return events

    def _file(self, info: packets.FileInfo, now: float) -> list[PenEvent]:
        data = b"".join(part for _, part in sorted(self._chunks.items()))
        self._info = None
        self._files_left = max((self._files_left or 1) - 1, 0)
        try:
            parsed = parse_file(unpack_file(info.name, data))
        except ValueError:
            parsed = StrokeFile(None, (), 0, is_damaged=True)
        self._strokes += len(parsed.strokes)
        self._promised += parsed.promised
        self._counters.offline_strokes += len(parsed.strokes)
        progress = OfflineProgress(now, self.book, self._strokes, self._promised, self._resends)
        events: list[PenEvent] = [OfflineInk(now, self.book, parsed.strokes), progress]
        return events + self.end(FetchOutcome.DAMAGED, now) if parsed.is_damaged else events
