"""Points, boxes and distances: the words that the tools share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom; the edges belong to it."""


def box_around(points: Iterable[Point]) -> Box:
    """The smallest box that holds at least one point.

    Raises:
        ValueError: no points.
    """
    x, y = zip(*points, strict=True)
    return min(x), min(y), max(x), max(y)


def widened(box: Box, by: float) -> Box:
    """The box with `by` more on each side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def distance2(point: Point, a: Point, b: Point) -> float:
    """Squared distance of a point from the segment a–b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    px, py = point[0] - a[0], point[1] - a[1]
    length2 = dx * dx + dy * dy
    if length2:
        t = max(0.0, min(1.0, (px * dx + py * dy) / length2))
        px -= t * dx
        py -= t * dy
    return px * px + py * py


def gap2(a: Point, b: Point, c: Point, d: Point) -> float:
    """Squared distance between the segments a–b and c–d; 0 where they cross."""
    if c == d:
        return distance2(c, a, b)
    if _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0:
        return 0.0
    return min(distance2(a, c, d), distance2(b, c, d), distance2(c, a, b), distance2(d, a, b))


def _side(p: Point, q: Point, r: Point) -> float:
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
