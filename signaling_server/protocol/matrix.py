"""Moving, turning and scaling points of a page in whole numbers (PROTOCOL.md P-8.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from signaling_server.protocol.ink import MAX_COORDINATE
from signaling_server.protocol.schema import Range

ONE: Final = 1_000_000

MAX_FACTOR: Final = 100 * ONE

Factor = Annotated[int, Range(-MAX_FACTOR, MAX_FACTOR)]
Shift = Annotated[int, Range(-10_000_000, 10_000_000)]


@dataclass(frozen=True, slots=True)
class Matrix:
    """x' = a x + c y + e, y' = b x + d y + f; a to d in millionths, e and f in 1/100 mm.

    Every reader rounds alike: the numbers stay below 2^53, so JavaScript's are exact too.
    """

    a: Factor = ONE
    b: Factor = 0
    c: Factor = 0
    d: Factor = ONE
    e: Shift = 0
    f: Shift = 0

    def columns(self, x: list[int], y: list[int]) -> tuple[list[int], list[int]]:
        """Points as columns, in 1/100 mm, moved and rounded, kept within the page's range."""
        a, b, c, d, e, f = self.a, self.b, self.c, self.d, self.e, self.f
        if (a, b, c, d) == (ONE, 0, 0, ONE):
            return _kept([u + e for u in x]), _kept([v + f for v in y])
        half, pairs = ONE // 2, list(zip(x, y, strict=True))
        return (
            _kept([(a * u + c * v + half) // ONE + e for u, v in pairs]),
            _kept([(b * u + d * v + half) // ONE + f for u, v in pairs]),
        )


def _kept(column: list[int]) -> list[int]:
    """Within the page's range; mostly it is."""
    low, high = -MAX_COORDINATE, MAX_COORDINATE
    if not column or (low <= min(column) and max(column) <= high):
        return column
    return [min(max(u, low), high) for u in column]
