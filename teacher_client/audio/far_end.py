"""What the speaker played, found again by its time: pure, no device, no clock.

Speaker and microphone are two devices with a clock each, and both stall. So
the echo canceller is not given "the block that came last" but the samples that
sounded while the microphone heard its block.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teacher_client.audio.frames import RATE_HZ, Block

RING_SAMPLES = 2 * RATE_HZ
JUMP_SAMPLES = RATE_HZ * 60 // 1000  # more than times wander: the device stalled or is another
SLIP_SAMPLES = RATE_HZ * 2 // 1000
SMOOTHING = 1 / 50  # one second of blocks


class Place:
    """Where a device's next block lies on the line of monotonic samples.

    Its times wander by some milliseconds; followed literally, each block would
    begin with a hole or a repetition. So blocks join, and drift against the
    monotonic clock is made up by one sample a block, which the canceller's
    filter follows.
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self._away = 0.0

    def of(self, t_mono: float, count: int) -> int:
        """Return the first position of `count` samples said to begin at `t_mono` seconds."""
        said = round(t_mono * RATE_HZ)
        at = said if self._next is None else self._next
        if abs(said - at) > JUMP_SAMPLES:
            at, self._away = said, 0.0
        self._away += (said - at - self._away) * SMOOTHING
        if abs(self._away) > SLIP_SAMPLES:
            at += 1 if self._away > 0 else -1
        self._next = at + count
        return at


class FarEnd:
    """The last two seconds played, by time; one thread only."""

    def __init__(self) -> None:
        self._ring: Block = np.zeros(RING_SAMPLES, dtype=np.int16)
        self._end: int | None = None  # position after the newest sample
        self._writing = Place()
        self._reading = Place()

    def add(self, block: Block, t_mono: float) -> None:
        """Keep `block` (int16, any length below 2 s), heard from `t_mono` on."""
        at = self._writing.of(t_mono, block.size)
        if self._end is None:
            self._end = at
        gap = min(max(0, at - self._end), RING_SAMPLES)
        # the one sample of a slip is bridged: a hole of it would be a click that nobody heard
        self._ring[self._slots(at - gap, gap)] = block[0] if gap == 1 else 0
        self._ring[self._slots(at, block.size)] = block
        self._end = at + block.size

    def take(self, count: int, t_mono: float) -> Block:
        """Return the `count` samples heard from `t_mono` on; zeros where nothing is known."""
        at = self._reading.of(t_mono, count)
        found = self._ring[self._slots(at, count)]
        end = at if self._end is None else self._end
        places = np.arange(at, at + count)
        found[(places >= end) | (places < end - RING_SAMPLES)] = 0
        return found

    @staticmethod
    def _slots(at: int, count: int) -> NDArray[np.int64]:
        return np.arange(at, at + count) % RING_SAMPLES
