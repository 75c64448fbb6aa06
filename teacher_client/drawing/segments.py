"""A stroke while it is written: segment by segment on what is already painted."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from signaling_server.protocol.board import Stroke
from signaling_server.protocol.commands import Tool
from teacher_client.drawing.width import sample_width


def draw_segments(painter: QPainter, stroke: Stroke, first: int, color: QColor) -> None:
    """Draw the samples from `first` on, joined to the one before; page units."""
    pen = QPen(color, 1)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if first == 0:
        pen.setWidthF(_width(stroke, 0))
        painter.setPen(pen)
        painter.drawPoint(QPointF(stroke.x[0], stroke.y[0]))
        first = 1
    for i in range(first, len(stroke.x)):
        pen.setWidthF((_width(stroke, i - 1) + _width(stroke, i)) / 2)
        painter.setPen(pen)
        painter.drawLine(QLineF(stroke.x[i - 1], stroke.y[i - 1], stroke.x[i], stroke.y[i]))


def segments_bounds(stroke: Stroke, first: int) -> QRectF:
    """What drawing from `first` on touches, caps included."""
    start = max(0, first - 1)
    xs, ys = stroke.x[start:], stroke.y[start:]
    room = max(_width(stroke, i) for i in range(start, len(stroke.x))) / 2
    left, top = min(xs) - room, min(ys) - room
    return QRectF(left, top, max(xs) + room - left, max(ys) + room - top)


def _width(stroke: Stroke, i: int) -> float:
    force = None if stroke.style.tool is Tool.FINELINER else stroke.force
    return sample_width(stroke.style.width, force[i] if force and i < len(force) else None)
