"""Hints made ready for a lossy path: merged, cut to size, repeated with gaps (PROTOCOL.md §5).

The channel is reliable but late after a loss. So each batch goes in four messages, 0, 1, 4 and 12
flushes after its first: a burst of three lost messages costs no batch and no wait.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.hints import (
    MAX_HINT_BYTES,
    HintBatch,
    encode_batch,
    encode_hints,
)
from signaling_server.protocol.ids import Epoch, StrokeId
from signaling_server.protocol.ink import MAX_SAMPLES, Samples

HEARTBEAT_SECONDS: Final = 1.0
REPEAT_GAPS: Final = (1, 3, 8)
"""Flushes from one sending of a batch to its next: +1, +4, +12 after the first."""
MAX_REPEATS: Final = 512
"""Batches waiting for a repeat; beyond it the oldest are left to the channel's own repair."""

_HEAD_BYTES: Final = len(encode_hints(Epoch(0, "0" * 16), ()))


def batch_seconds(readers: int) -> float:
    """How often to flush: 8 ms up to ten open lines, 16 to twenty, 33 beyond (measured)."""
    if readers <= 10:
        return 0.008
    return 0.016 if readers <= 20 else 0.033


@dataclass(slots=True)
class _Repeat:
    """An encoded batch, the flush at which it is due again, and how often it was sent."""

    data: bytes
    due: int
    sent: int


class HintSpreader:
    """Make messages of the batches of one epoch and one audience.

    Pure: `now` comes from the caller. Batches of different audiences need spreaders of their
    own, because a message goes to readers as a whole (P-5.5).

    Args:
        epoch: of every message; a new epoch takes a new spreader.
        max_bytes: largest message.
    """

    def __init__(self, epoch: Epoch, max_bytes: int = MAX_HINT_BYTES) -> None:
        self.epoch = epoch
        self._room = max_bytes - _HEAD_BYTES
        self._open: dict[StrokeId, HintBatch] = {}  # added since the last flush, merged
        self._new: deque[bytes] = deque()
        self._repeats: list[_Repeat] = []  # oldest first
        self._flush = 0
        self._sent_at: float | None = None
        self.dropped_repeats = 0

    def add(self, batch: HintBatch) -> None:
        """Take samples for the next message; those that go on a batch are merged into it."""
        before = self._open.get(batch.stroke)
        if before is None:
            self._open[batch.stroke] = batch
        elif _goes_on(before, batch):
            self._open[batch.stroke] = _joined(before, batch)
        else:
            self._close(self._open.pop(batch.stroke))
            self._open[batch.stroke] = batch

    def flush(self, now: float) -> bytes | None:
        """Return the next message, or None when there is nothing to say.

        Call once each batch interval. New batches go first, oldest first; then repeats that are
        due, newest first. What finds no room goes with the next flush.

        Args:
            now: seconds on a monotonic clock.
        """
        for batch in self._open.values():
            self._close(batch)
        self._open.clear()
        parts = self._take()
        self._flush += 1
        if not parts and self._sent_at is not None and now - self._sent_at < HEARTBEAT_SECONDS:
            return None
        self._sent_at = now
        return encode_hints(self.epoch, parts)

    def _close(self, batch: HintBatch) -> None:
        """Encode a merged batch, in halves where it is too large."""
        data = encode_batch(batch) if len(batch.samples) <= MAX_SAMPLES else b""
        count = len(batch.samples)
        if data and (len(data) <= self._room or count < 2):
            self._new.append(data)
            return
        for start, stop in ((0, count // 2), (count // 2, count)):
            self._close(
                HintBatch(
                    batch.stroke,
                    batch.page,
                    batch.author,
                    batch.style,
                    batch.first + start,
                    batch.samples.part(start, stop),
                    batch.is_last and stop == count,
                )
            )

    def _take(self) -> list[bytes]:
        """Fill one message; what was taken is due again later, or done."""
        room = self._room
        parts: list[bytes] = []
        again: list[_Repeat] = []
        while self._new and len(self._new[0]) <= room:
            data = self._new.popleft()
            room -= len(data)
            parts.append(data)
            again.append(_Repeat(data, self._flush + REPEAT_GAPS[0], 1))
        kept: list[_Repeat] = []
        for repeat in reversed(self._repeats):
            if repeat.due > self._flush or len(repeat.data) > room:
                kept.append(repeat)
                continue
            room -= len(repeat.data)
            parts.append(repeat.data)
            if repeat.sent < len(REPEAT_GAPS):
                repeat.due = self._flush + REPEAT_GAPS[repeat.sent]
                repeat.sent += 1
                kept.append(repeat)
        kept.reverse()
        self._repeats = kept + again
        over = len(self._repeats) - MAX_REPEATS
        if over > 0:
            self.dropped_repeats += over
            del self._repeats[:over]
        return parts


def _goes_on(before: HintBatch, after: HintBatch) -> bool:
    """Whether `after` begins where `before` ends, in the same form."""
    return (
        not before.is_last
        and after.first == before.first + len(before.samples)
        and after.page == before.page
        and after.style == before.style
        and (_has_same_columns(before.samples, after.samples) or not len(after.samples))
    )


def _has_same_columns(a: Samples, b: Samples) -> bool:
    return (a.force is None) == (b.force is None) and (a.tilt is None) == (b.tilt is None)


def _joined(before: HintBatch, after: HintBatch) -> HintBatch:
    a, b = before.samples, after.samples
    samples = a
    if len(b):
        samples = Samples(
            a.x + b.x,
            a.y + b.y,
            a.ms + b.ms,
            None if a.force is None else a.force + (b.force or ()),
            None
            if a.tilt is None or b.tilt is None
            else (a.tilt[0] + b.tilt[0], a.tilt[1] + b.tilt[1]),
        )
    return HintBatch(
        before.stroke,
        before.page,
        before.author,
        before.style,
        before.first,
        samples,
        after.is_last,
    )
