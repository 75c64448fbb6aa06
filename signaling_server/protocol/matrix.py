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
        half, low, high = ONE // 2, -MAX_COORDINATE, MAX_COORDINATE
        pairs = list(zip(x, y, strict=True))
        return (
            [min(max((a * u + c * v + half) // ONE + e, low), high) for u, v in pairs],
            [min(max((b * u + d * v + half) // ONE + f, low), high) for u, v in pairs],
        )
