"""A stroke's outline: one filled path, the union of its segments with round caps and joints."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from signaling_server.protocol.board import Stroke
from signaling_server.protocol.ids import StrokeId
from teacher_client.drawing.width import sample_widths

NEAREST: Final = 5.0
"""Samples nearer than 0.05 mm to the last kept one are left out: below a third of a pixel at
fit width, and a slow pen gives hundreds of them."""

STRAIGHT: Final = math.cos(math.radians(8))
"""Joints that turn by less get no circle: the gap outside is under 0.05 mm at 0.7 mm width."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a stroke's first `count` samples at a revision, in 1/100 mm."""

    count: int
    revision: int
    path: QPainterPath
    bounds: QRectF


class ShapeCache:
    """Outlines by stroke; a grown stroke is built again. Shared by board and thumbnails."""

    def __init__(self) -> None:
        self._shapes: dict[StrokeId, Shape] = {}

    def shape(self, stroke: Stroke) -> Shape:
        """The outline of what the stroke holds now."""
        known = self._shapes.get(stroke.id)
        if known is None or (known.count, known.revision) != (len(stroke.x), stroke.revision):
            known = outline(stroke)
            self._shapes[stroke.id] = known
        return known

    def forget(self, stroke: StrokeId) -> None:
        """Drop an outline whose samples changed."""
        self._shapes.pop(stroke, None)

    def clear(self) -> None:
        """Drop all: another lesson begins."""
        self._shapes.clear()


def outline(stroke: Stroke) -> Shape:
    """Build the outline. Every part is wound the same way, so that the parts add up."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    widths = sample_widths(stroke)
    for first, stop in stroke.runs():
        _add_run(path, _thinned(stroke.x[first:stop], stroke.y[first:stop], widths[first:stop]))
    return Shape(len(stroke.x), stroke.revision, path, path.controlPointRect())


def _add_run(path: QPainterPath, points: list[tuple[float, float, float]]) -> None:
    if not points:
        return
    _circle(path, *points[0])
    before: tuple[float, float] | None = None
    for (x0, y0, w0), (x1, y1, w1) in itertools.pairwise(points):
        dx, dy = x1 - x0, y1 - y0
        length = math.hypot(dx, dy)
        dx, dy = dx / length, dy / length
        if before is not None and before[0] * dx + before[1] * dy < STRAIGHT:
            _circle(path, x0, y0, w0)
        half = (w0 + w1) / 4
        nx, ny = -dy * half, dx * half
        path.moveTo(x0 - nx, y0 - ny)
        path.lineTo(x1 - nx, y1 - ny)
        path.lineTo(x1 + nx, y1 + ny)
        path.lineTo(x0 + nx, y0 + ny)
        path.closeSubpath()
        before = (dx, dy)
    if len(points) > 1:
        _circle(path, *points[-1])


def _thinned(xs: list[int], ys: list[int], widths: list[float]) -> list[tuple[float, float, float]]:
    """The samples that matter as (x, y, width); first and last are always among them."""
    points: list[tuple[float, float, float]] = []
    for i, (x, y, width) in enumerate(zip(xs, ys, widths, strict=True)):
        if points:
            px, py, _ = points[-1]
            far = (x - px) * (x - px) + (y - py) * (y - py)
            if far < NEAREST * NEAREST and not (i == len(xs) - 1 and far > 0):
                continue
        points.append((float(x), float(y), width))
    return points


def _circle(path: QPainterPath, x: float, y: float, width: float) -> None:
    path.addEllipse(QPointF(x, y), width / 2, width / 2)


def distance(stroke: Stroke, x: float, y: float) -> float:
    """How far a point lies from the stroke's ink, in 1/100 mm; 0 on it."""
    xs, ys = stroke.x, stroke.y
    if len(xs) == 1:
        nearest = float((xs[0] - x) ** 2 + (ys[0] - y) ** 2)
    else:
        nearest = min(
            _distance2(x, y, xs[i], ys[i], xs[i + 1], ys[i + 1]) for i in range(len(xs) - 1)
        )
    return max(0.0, math.sqrt(nearest) - stroke.style.width / 2)


def _distance2(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Square of the distance between a point and a segment."""
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
    return (ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2
