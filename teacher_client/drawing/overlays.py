"""What lies over the page and is no part of it: lasers, chosen items, frames, the pen's next way.

The painter is in the window's own pixels; `view` takes page units (1/100 mm) there. Sizes of
knobs and lines are the window's pixels, so that they stay as they are when the page is zoomed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from signaling_server.protocol.board import Stroke
from signaling_server.protocol.entries import ViewShown
from signaling_server.protocol.ids import StrokeId
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.segments import tail_path
from teacher_client.drawing.tokens import load_tokens
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.handles import Frame, Handle

FADES_MS: Final = 1000.0
DOT_PX: Final = 6.0
RING_PX: Final = 2.0
KNOB_PX: Final = 5.0
STEM_PX: Final = 28.0
LINE_PX: Final = 1.5


@dataclass(frozen=True, slots=True)
class OverlayColors:
    """Readable on a light or a dark paper: a line and what it is set off with."""

    line: QColor
    off: QColor
    soft: QColor
    text: QColor


def overlay_colors(paper: PaperColors) -> OverlayColors:
    """Colours that stand out on this paper, whatever the window's theme."""
    tokens = load_tokens().colors(paper.ground.lightness() < 128)
    soft = QColor(tokens["primary"])
    soft.setAlpha(38)
    return OverlayColors(
        line=QColor(tokens["primary"]),
        off=QColor(tokens["bg.surface"]),
        soft=soft,
        text=QColor(tokens["text.1"]),
    )


def stem(view: QTransform) -> float:
    """How far the turning knob stands over a frame, in page units: for ``Frame.places``."""
    return STEM_PX / _scale(view)


def draw_selection(
    painter: QPainter, frame: Frame, view: QTransform, colors: OverlayColors
) -> None:
    """The frame around what is chosen, with its nine knobs."""
    spots = {knob: view.map(QPointF(*at)) for knob, at in frame.places(stem(view)).items()}
    around = (Handle.TOP_LEFT, Handle.TOP_RIGHT, Handle.BOTTOM_RIGHT, Handle.BOTTOM_LEFT)
    path = QPainterPath()
    path.addPolygon(QPolygonF([spots[knob] for knob in around]))
    path.closeSubpath()
    path.moveTo(spots[Handle.TOP])
    path.lineTo(spots[Handle.TURN])
    _draw_twice(painter, path, colors)
    painter.setPen(QPen(colors.line, LINE_PX))
    painter.setBrush(colors.off)
    for knob, spot in spots.items():
        if knob is Handle.TURN:
            painter.drawEllipse(spot, KNOB_PX, KNOB_PX)
        else:
            painter.drawRoundedRect(_square(spot, KNOB_PX), 2, 2)


def draw_lasso(
    painter: QPainter, points: Sequence[Point], view: QTransform, colors: OverlayColors
) -> None:
    """The line that is being drawn around things, closed as it would be now."""
    polygon = QPolygonF([view.map(QPointF(*point)) for point in points])
    inside = QPainterPath()
    inside.addPolygon(polygon)
    inside.closeSubpath()
    painter.fillPath(inside, colors.soft)
    _draw_twice(painter, inside, colors, dash=[5, 4])


def draw_view(painter: QPainter, shown: ViewShown, view: QTransform, colors: OverlayColors) -> None:
    """The frame of what the teacher looks at, for those who follow or arrange it."""
    path = QPainterPath()
    path.addRoundedRect(view.mapRect(QRectF(shown.x, shown.y, shown.width, shown.height)), 6, 6)
    _draw_twice(painter, path, colors)


def draw_eraser(
    painter: QPainter, at: Point, radius: float, view: QTransform, colors: OverlayColors
) -> None:
    """The circle that the eraser covers; `radius` in page units."""
    path = QPainterPath()
    size = radius * _scale(view)
    path.addEllipse(view.map(QPointF(*at)), size, size)
    painter.fillPath(path, colors.soft)
    _draw_twice(painter, path, colors)


def draw_tail(
    painter: QPainter,
    stroke: Stroke,
    tail: Sequence[Point],
    view: QTransform,
    paper: PaperColors,
) -> QRectF:
    """Where an open stroke will go on (``geometry.predict``); what it covers, in pixels."""
    path = view.map(tail_path(stroke, tail))
    painter.fillPath(path, paper.inks[stroke.style.ink])
    return path.controlPointRect()


class Lasers:
    """Dots with tails that fade. How old a sample is counts from when it was first seen here, or
    from the log's time where it came late. GUI thread only.
    """

    def __init__(self) -> None:
        self._seen: dict[StrokeId, list[float]] = {}
        self._strokes: list[Stroke] = []

    def take(self, strokes: Iterable[Stroke], now_ms: float, log_ms: int) -> bool:
        """Note what there is; whether any of it is still to be seen.

        Args:
            strokes: of the shown page, as ``LessonReader.lasers`` gives them.
            now_ms: on a clock that only runs forward.
            log_ms: the newest time in the log.
        """
        self._strokes = [stroke for stroke in strokes if stroke.x]
        known, self._seen = self._seen, {}
        for stroke in self._strokes:
            seen = known.get(stroke.id, [])
            came = stroke.ms[len(seen) :]
            seen += [now_ms - max(0, log_ms - stroke.style.t0_ms - ms) for ms in came]
            self._seen[stroke.id] = seen
        return any(now_ms - seen[-1] < FADES_MS for seen in self._seen.values())

    def area(self, view: QTransform) -> QRectF:
        """What they may cover, in pixels: to be updated at each frame."""
        room = DOT_PX + RING_PX
        area = QRectF()
        for stroke in self._strokes:
            left, top = min(stroke.x), min(stroke.y)
            box = view.mapRect(QRectF(left, top, max(stroke.x) - left, max(stroke.y) - top))
            area |= box.adjusted(-room, -room, room, room)
        return area

    def draw(self, painter: QPainter, now_ms: float, view: QTransform, colors: PaperColors) -> None:
        """Paint what has not faded."""
        for stroke in self._strokes:
            lights = [1 - (now_ms - seen) / FADES_MS for seen in self._seen[stroke.id]]
            if lights[-1] > 0:
                spots = [view.map(QPointF(*at)) for at in zip(stroke.x, stroke.y, strict=True)]
                _draw_laser(painter, spots, lights, QColor(colors.inks[stroke.style.ink]))


def _draw_laser(
    painter: QPainter, spots: list[QPointF], lights: list[float], color: QColor
) -> None:
    pen = QPen(color)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # round ones would lie over one another as beads
    for i in range(len(spots) - 1, 0, -1):
        if lights[i] <= 0:
            break
        color.setAlphaF(0.6 * lights[i])
        pen.setColor(color)
        pen.setWidthF(DOT_PX * (0.3 + 0.7 * lights[i]))
        painter.setPen(pen)
        painter.drawLine(spots[i - 1], spots[i])
    painter.save()
    painter.setOpacity(lights[-1])
    color.setAlphaF(1)
    painter.setBrush(color)
    painter.setPen(QPen(Qt.GlobalColor.white, RING_PX))
    painter.drawEllipse(spots[-1], DOT_PX, DOT_PX)
    painter.restore()


def _draw_twice(
    painter: QPainter, path: QPainterPath, colors: OverlayColors, dash: list[float] | None = None
) -> None:
    """A line set off from ink of any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colors.off, LINE_PX + 2))
    painter.drawPath(path)
    pen = QPen(colors.line, LINE_PX)
    if dash is not None:
        pen.setDashPattern(dash)
    painter.setPen(pen)
    painter.drawPath(path)


def _square(at: QPointF, half: float) -> QRectF:
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)


def _scale(view: QTransform) -> float:
    return math.sqrt(abs(view.determinant()))
