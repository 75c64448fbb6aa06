"""Whether the pen is held still: the sign that a stroke is to become a straight shape."""

from __future__ import annotations

import math
from typing import Final

HOLD_MS: Final = 500.0
"""Longer than the pause in a corner of a letter."""
STILL: Final = 120.0
"""A pen held still wanders within about a mm, in 1/100 mm."""


class Hold:
    """Of one stroke; a mouse that rests sends nothing, so that the time now is asked for."""

    def __init__(self) -> None:
        self._place: tuple[float, float] | None = None
        self._since_ms = 0.0

    def add(self, x: float, y: float, ms: float) -> None:
        """A sample."""
        if self._place is None or math.dist(self._place, (x, y)) > STILL:
            self._place, self._since_ms = (x, y), ms

    def is_held(self, now_ms: float) -> bool:
        """Whether it has been still for long enough; `now_ms` on the samples' clock."""
        return self._place is not None and now_ms - self._since_ms >= HOLD_MS
