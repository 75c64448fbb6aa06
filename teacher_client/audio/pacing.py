"""20 ms ticks on an absolute schedule: never drifting, catching up without long bursts."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from teacher_client.audio.frames import FRAME_SECONDS

MAX_BURST = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick number `index` (0, 1, …, with gaps after a stall), due at `due` (monotonic seconds)."""

    index: int
    due: float


class Pace:
    """Pure schedule: tick n is due at `start` + n · 20 ms.

    Whoever comes late gets the ticks owed at once, but at most `MAX_BURST` of
    them; older ones are skipped, so the numbers stay true to the clock.
    """

    def __init__(self, start: float) -> None:
        self._start = start
        self._next = 0
        self.skipped = 0

    def next_tick(self, now: float) -> Tick:
        """Return the next tick to wait for; `now` in the same seconds as `start`."""
        # The grain keeps a tick that is due this instant from counting as still to come.
        elapsed = math.floor((now - self._start) / FRAME_SECONDS + 1e-6)
        owed_from = elapsed - MAX_BURST + 1
        if owed_from > self._next:
            self.skipped += owed_from - self._next
            self._next = owed_from
        tick = Tick(self._next, self._start + self._next * FRAME_SECONDS)
        self._next += 1
        return tick


async def ticks(start: float | None = None) -> AsyncIterator[Tick]:
    """Yield ticks for ever, the first at `start` (monotonic seconds; default: now)."""
    pace = Pace(time.monotonic() if start is None else start)
    while True:
        now = time.monotonic()
        tick = pace.next_tick(now)
        # Sleeping for 0 too: a burst must not keep the loop from others.
        await asyncio.sleep(max(0.0, tick.due - now))
        yield tick
