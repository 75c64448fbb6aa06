"""What one can draw along: straight sides and arcs. The inner loop of drawing with instruments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from teacher_client.geometry.boxes import Point

STEP: Final = 100
"""Between two samples of a quick arc, a point each mm: else its chords would be seen."""


@dataclass(frozen=True, slots=True)
class Side:
    """From `a` to `b`."""

    a: Point
    b: Point


@dataclass(frozen=True, slots=True)
class Arc:
    """`sweep` degrees clockwise from `first`; 360: a whole circle."""

    centre: Point
    radius: float
    first: float
    sweep: float


Edge: TypeAlias = Side | Arc


@dataclass(frozen=True, slots=True)
class Reading:
    """For the label at the pen.

    Attributes:
        length_mm: of what is drawn (of an arc, along it); of an instrument: its size.
        angle_deg: of a line: its direction, counterclockwise from the x axis, 0 ≤ a < 180;
            of an arc: how much was swept.
        radius_mm: of an arc; None for lines.
    """

    length_mm: float
    angle_deg: float
    radius_mm: float | None = None


class AlongSide:
    """One stroke along a side; it does not leave the side's ends."""

    def __init__(self, side: Side, x: float, y: float) -> None:
        (self._ax, self._ay), (bx, by) = side.a, side.b
        self._length = math.dist(side.a, side.b)
        self._ux = (bx - self._ax) / self._length if self._length else 0.0
        self._uy = (by - self._ay) / self._length if self._length else 0.0
        self._begun = self._at = self._project(x, y)

    def points(self, x: float, y: float) -> Sequence[tuple[int, int]]:
        """The sample's place on the side, one point."""
        self._at = at = self._project(x, y)
        return ((round(self._ax + at * self._ux), round(self._ay + at * self._uy)),)

    @property
    def reading(self) -> Reading:
        """What was drawn so far."""
        return Reading(abs(self._at - self._begun) / 100, line_angle(self._ux, self._uy))

    def _project(self, x: float, y: float) -> float:
        at = (x - self._ax) * self._ux + (y - self._ay) * self._uy
        return min(max(at, 0.0), self._length)


class AlongArc:
    """One stroke along an arc: it follows the pen around, and covers only what the pen swept."""

    def __init__(self, arc: Arc, x: float, y: float) -> None:
        self._x, self._y = arc.centre
        self._radius, self._first = arc.radius, math.radians(arc.first)
        self._sweep = None if arc.sweep >= 360 else math.radians(arc.sweep)
        # nearer to the centre the direction is chance
        self._nearest2 = min(300.0, arc.radius / 4) ** 2
        middle = 0.0 if self._sweep is None else self._sweep / 2
        self._turned = middle  # from `first`, counted on and on, beyond the ends too
        self._turn(x, y)
        self._at = self._begun = self._lowest = self._highest = self._clamped()

    def points(self, x: float, y: float) -> Sequence[tuple[int, int]]:
        """Points of the arc from the last sample's to this one's, the last being this one's."""
        before = self._at
        self._turn(x, y)
        self._at = self._clamped()
        self._lowest = min(self._lowest, self._at)
        self._highest = max(self._highest, self._at)
        way = self._at - before
        count = max(1, math.ceil(abs(way) * self._radius / STEP))
        return [self._place(before + way * k / count) for k in range(1, count + 1)]

    @property
    def reading(self) -> Reading:
        """What was drawn so far."""
        swept = min(self._highest - self._lowest, 2 * math.pi)
        return Reading(swept * self._radius / 100, math.degrees(swept), self._radius / 100)

    def place(self) -> tuple[int, int]:
        """Where the stroke stands."""
        return self._place(self._at)

    def _turn(self, x: float, y: float) -> None:
        dx, dy = x - self._x, y - self._y
        if dx * dx + dy * dy < self._nearest2:
            return
        more = math.atan2(dy, dx) - self._first - self._turned
        self._turned += (more + math.pi) % (2 * math.pi) - math.pi

    def _clamped(self) -> float:
        return self._turned if self._sweep is None else min(max(self._turned, 0.0), self._sweep)

    def _place(self, at: float) -> tuple[int, int]:
        angle = self._first + at
        return (
            round(self._x + self._radius * math.cos(angle)),
            round(self._y + self._radius * math.sin(angle)),
        )


def along(edge: Edge, x: float, y: float) -> AlongSide | AlongArc:
    """A stroke along this edge that begins near (x, y)."""
    return AlongSide(edge, x, y) if isinstance(edge, Side) else AlongArc(edge, x, y)


def nearest(edge: Edge, x: float, y: float) -> tuple[int, int]:
    """The point of the edge nearest to (x, y)."""
    stroke = along(edge, x, y)
    return stroke.points(x, y)[-1] if isinstance(stroke, AlongSide) else stroke.place()


def line_angle(dx: float, dy: float) -> float:
    """Of a line, in degrees counterclockwise from the x axis as seen, 0 ≤ a < 180."""
    return round(math.degrees(math.atan2(-dy, dx)), 9) % 180
