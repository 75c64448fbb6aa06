"""Straight shapes and their outlines as ink."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from teacher_client.geometry.boxes import Point


@dataclass(frozen=True, slots=True)
class Line:
    """From begin to end."""

    start: Point
    stop: Point


@dataclass(frozen=True, slots=True)
class Ellipse:
    """`rx` along the axis at `angle` degrees, `ry` across it; equal: a circle."""

    centre: Point
    rx: float
    ry: float
    angle: float = 0.0

    @property
    def is_circle(self) -> bool:
        """Whether both axes are one."""
        return self.rx == self.ry


@dataclass(frozen=True, slots=True)
class Rectangle:
    """`width` along the direction at `angle` degrees, `height` across it; equal: a square."""

    centre: Point
    width: float
    height: float
    angle: float = 0.0

    @property
    def is_square(self) -> bool:
        """Whether all sides are one."""
        return self.width == self.height

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Around, beginning at its own top left."""
        angle = math.radians(self.angle)
        ux, uy = math.cos(angle) * self.width / 2, math.sin(angle) * self.width / 2
        vx, vy = -math.sin(angle) * self.height / 2, math.cos(angle) * self.height / 2
        x, y = self.centre
        return (
            (x - ux - vx, y - uy - vy),
            (x + ux - vx, y + uy - vy),
            (x + ux + vx, y + uy + vy),
            (x - ux + vx, y - uy + vy),
        )


@dataclass(frozen=True, slots=True)
class Triangle:
    """Three corners."""

    corners: tuple[Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A shaft and a head of two barbs, `barb` long."""

    tail: Point
    tip: Point
    barb: float

    @property
    def barbs(self) -> tuple[Point, Point]:
        """Their free ends, 30° to either side of the shaft."""
        back = math.atan2(self.tail[1] - self.tip[1], self.tail[0] - self.tip[0])
        ends = [
            (self.tip[0] + self.barb * math.cos(a), self.tip[1] + self.barb * math.sin(a))
            for a in (back - math.pi / 6, back + math.pi / 6)
        ]
        return ends[0], ends[1]


Shape: TypeAlias = Line | Ellipse | Rectangle | Triangle | Arrow


def outline(shape: Shape, step: float = 100) -> list[list[tuple[int, int]]]:
    """The shape as strokes: polylines with a point every `step` (1/100 mm) and at each corner.

    Today always one stroke, a closed shape's end being its begin; an arrow goes from the tail
    to the tip, out to one barb, back, and out to the other.
    """
    match shape:
        case Line(start, stop):
            return [_along([start, stop], step)]
        case Ellipse():
            return [_around(shape, step)]
        case Arrow(tail, tip):
            left, right = shape.barbs
            return [_along([tail, tip, left, tip, right], step)]
        case Rectangle() | Triangle():
            return [_along([*shape.corners, shape.corners[0]], step)]


def _along(corners: Sequence[Point], step: float) -> list[tuple[int, int]]:
    points = [(round(corners[0][0]), round(corners[0][1]))]
    for a, b in pairwise(corners):
        count = max(1, math.ceil(math.dist(a, b) / step))
        points += [
            (round(a[0] + (b[0] - a[0]) * k / count), round(a[1] + (b[1] - a[1]) * k / count))
            for k in range(1, count + 1)
        ]
    return points


def _around(ellipse: Ellipse, step: float) -> list[tuple[int, int]]:
    count = max(16, math.ceil(2 * math.pi * max(ellipse.rx, ellipse.ry) / step))
    angle = math.radians(ellipse.angle)
    cos, sin = math.cos(angle), math.sin(angle)
    points = []
    for k in range(count):
        x = ellipse.rx * math.cos(2 * math.pi * k / count - math.pi / 2)
        y = ellipse.ry * math.sin(2 * math.pi * k / count - math.pi / 2)
        points.append(
            (
                round(ellipse.centre[0] + x * cos - y * sin),
                round(ellipse.centre[1] + x * sin + y * cos),
            )
        )
    return [*points, points[0]]
