"""Moving, scaling and turning what is chosen: matrices of whole numbers, the same everywhere.

A matrix is six integers, so that every reader of a log gets the same coordinates::

    x' = floor((a*x + c*y + 500000) / 1000000) + e
    y' = floor((b*x + d*y + 500000) / 1000000) + f
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from teacher_client.geometry.boxes import Box, Point, box_around

UNIT: Final = 1_000_000
STEP_DEG: Final = 15.0


@dataclass(frozen=True, slots=True)
class Matrix:
    """`a b c d` in millionths, `e f` in 1/100 mm."""

    a: int = UNIT
    b: int = 0
    c: int = 0
    d: int = UNIT
    e: int = 0
    f: int = 0

    def apply(self, x: int, y: int) -> tuple[int, int]:
        """Where a point goes."""
        half = UNIT // 2
        return (
            (self.a * x + self.c * y + half) // UNIT + self.e,
            (self.b * x + self.d * y + half) // UNIT + self.f,
        )

    def apply_exactly(self, x: float, y: float) -> Point:
        """Where a point goes, without rounding: for boxes and handles."""
        return (
            (self.a * x + self.c * y) / UNIT + self.e,
            (self.b * x + self.d * y) / UNIT + self.f,
        )

    def then(self, other: Matrix) -> Matrix:
        """This one first, then the other; rounded once to millionths."""
        return _rounded(
            other.a * self.a + other.c * self.b,
            other.b * self.a + other.d * self.b,
            other.a * self.c + other.c * self.d,
            other.b * self.c + other.d * self.d,
            (other.a * self.e + other.c * self.f) / UNIT + other.e,
            (other.b * self.e + other.d * self.f) / UNIT + other.f,
        )

    def undo(self, x: float, y: float) -> Point | None:
        """The point that comes to lie at (x, y), for hit tests; None where all fall together."""
        whole = self.a * self.d - self.b * self.c
        if not whole:
            return None
        dx, dy = x - self.e, y - self.f
        return (
            (self.d * dx - self.c * dy) * UNIT / whole,
            (self.a * dy - self.b * dx) * UNIT / whole,
        )

    def box(self, box: Box) -> Box:
        """The smallest upright box around a box's four corners."""
        return box_around(self.apply_exactly(*corner) for corner in corners(box))


IDENTITY: Final = Matrix()


def corners(box: Box) -> tuple[Point, Point, Point, Point]:
    """Of a box, clockwise from the top left."""
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def moved(dx: int, dy: int) -> Matrix:
    """Move by whole 1/100 mm."""
    return Matrix(e=dx, f=dy)


def scaled(sx: float, sy: float, about: Point) -> Matrix:
    """Scale about a point that stays."""
    return _about(sx, 0.0, 0.0, sy, about)


def turned(degrees: float, about: Point) -> Matrix:
    """Turn clockwise about a point that stays."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return _about(cos, sin, -sin, cos, about)


def _about(a: float, b: float, c: float, d: float, about: Point) -> Matrix:
    x, y = about
    square = UNIT * UNIT
    return _rounded(
        a * square, b * square, c * square, d * square, x - a * x - c * y, y - b * x - d * y
    )


def _rounded(*parts: float) -> Matrix:
    """Six parts: four in millionths of millionths, two in 1/100 mm."""
    a, b, c, d = (round(part / UNIT) for part in parts[:4])
    return Matrix(a, b, c, d, round(parts[4]), round(parts[5]))
