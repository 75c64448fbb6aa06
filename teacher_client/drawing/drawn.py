"""What stands on a painted page: strokes with their place in order, pictures and texts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from signaling_server.protocol.board import Picture, Stroke, TextItem
from signaling_server.protocol.commands import Ink
from teacher_client.drawing.pictures import box_bounds
from teacher_client.drawing.segments import LiveLine
from teacher_client.drawing.texts import text_path
from teacher_client.geometry.boxes import Point, distance2
from teacher_client.geometry.hits import Inked

Order: TypeAlias = tuple[int, int]
LAST: Final = 2**53
"""In the order of the log: behind all that it holds (hints, one's own ink)."""


@dataclass(slots=True)
class Drawn:
    """A stroke as it stands in the tiles; `live` while it is drawn piece by piece."""

    stroke: Stroke
    order: Order
    bounds: QRectF
    count: int = 0
    revision: int = 0
    ink: Ink = Ink.INK
    live: LiveLine | None = None


@dataclass(frozen=True, slots=True)
class Boxed:
    """A picture or a text as it stands in the tiles."""

    item: Picture | TextItem
    look: tuple[object, ...]
    bounds: QRectF
    path: QPainterPath | None


def away(one: Inked, point: Point) -> float:
    """How far a point lies from a stroke's ink; 0 on it."""
    last = len(one.x) - 1
    away2 = min(
        distance2(point, (one.x[i], one.y[i]), (one.x[min(i + 1, last)], one.y[min(i + 1, last)]))
        for i in one.segments()
    )
    return max(0.0, math.sqrt(away2) - one.width / 2)


def order_of(drawn: Drawn) -> Order:
    """For sorting, from below."""
    return drawn.order


def is_other(drawn: Drawn, stroke: Stroke) -> bool:
    """Whether more happened to a stroke than that it went on."""
    before, count = drawn.stroke, drawn.count
    if stroke.revision != drawn.revision or stroke.style.ink != drawn.ink:
        return True
    if before is stroke:
        return False
    if len(stroke.x) < count or (stroke.style, stroke.gaps) != (before.style, before.gaps):
        return True
    if stroke.has_ended:
        return stroke.x[:count] != before.x[:count] or stroke.y[:count] != before.y[:count]
    end = slice(count - 1, count)  # a hint that goes on: the same writer, the same samples
    return stroke.x[end] != before.x[end] or stroke.y[end] != before.y[end]


def boxed(item: Picture | TextItem) -> Boxed:
    """What is kept of a picture or text."""
    if isinstance(item, Picture):
        return Boxed(item, (item.body, item.corners), box_bounds(item.corners), None)
    path = text_path(item)
    bounds = path.controlPointRect()
    return Boxed(item, (item.body, item.corners, item.ink), bounds, path)
