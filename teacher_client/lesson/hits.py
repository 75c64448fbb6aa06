"""Which strokes an eraser touches."""

from __future__ import annotations

import itertools

from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.ids import StrokeId

Point = tuple[int, int]


def strokes_hit(page: Page, start: Point, stop: Point, radius: int) -> list[StrokeId]:
    """Visible strokes within `radius` of the way from `start` to `stop` (1/100 mm)."""
    left, right = sorted((start[0], stop[0]))
    top, bottom = sorted((start[1], stop[1]))
    box = (left - radius, top - radius, right + radius, bottom + radius)
    return [
        stroke.id
        for stroke in page.strokes.values()
        if stroke.is_visible and _may_touch(stroke, box) and _touches(stroke, start, stop, radius)
    ]


def _may_touch(stroke: Stroke, box: tuple[int, int, int, int]) -> bool:
    half = stroke.style.width / 2
    return bool(stroke.x) and not (
        max(stroke.x) + half < box[0]
        or min(stroke.x) - half > box[2]
        or max(stroke.y) + half < box[1]
        or min(stroke.y) - half > box[3]
    )


def _touches(stroke: Stroke, start: Point, stop: Point, radius: int) -> bool:
    reach = (radius + stroke.style.width / 2) ** 2
    points = list(zip(stroke.x, stroke.y, strict=True))
    if len(points) == 1:
        return _distance2(points[0], start, stop) <= reach
    for a, b in itertools.pairwise(points):
        if _cross(a, b, start, stop):
            return True
        nearest = min(
            _distance2(a, start, stop),
            _distance2(b, start, stop),
            _distance2(start, a, b),
            _distance2(stop, a, b),
        )
        if nearest <= reach:
            return True
    return False


def _distance2(point: Point, a: Point, b: Point) -> float:
    """Squared distance of a point from a line segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    t = 0.0
    if length2:
        t = max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2))
    return (point[0] - a[0] - t * dx) ** 2 + (point[1] - a[1] - t * dy) ** 2


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> int:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
