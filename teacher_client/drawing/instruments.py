"""Ruler, set squares, protractor and compass: translucent, so that ink shows through.

Their own coordinates are those of ``geometry.snapping``: 1/100 mm, unturned, origin at the
instrument's (x, y); letters stand upright on the instrument. A painter comes in window pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from teacher_client.drawing.overlays import KNOB_PX, LINE_PX, OverlayColors
from teacher_client.drawing.texts import board_font
from teacher_client.geometry.snapping import APEX, BREADTH, Grip, knobs, reading

FILL: Final = 0.1
LINE: Final = 0.75
LETTER: Final = 320
"""Height of the numbers, 3.2 mm."""
LONG, MIDDLE, SHORT = 500, 380, 250
"""Marks at tens, fives and ones."""
CLOSE: Final = 4.0
"""Pixels; where single marks would stand nearer they are left out."""
LABEL_PX: Final = 14


def draw_instrument(
    painter: QPainter, instrument: InstrumentSet, view: QTransform, colors: OverlayColors
) -> None:
    """Paint an instrument where it lies; `view` takes page units to the painter's pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setTransform(view, True)
    painter.translate(instrument.x, instrument.y)
    painter.rotate(instrument.angle / 100)
    one = _Instrument(painter, colors, math.sqrt(abs(view.determinant())))
    size = instrument.size
    match instrument.kind:
        case InstrumentKind.RULER:
            one.ruler(size)
        case InstrumentKind.SET_SQUARE_45:
            one.set_square(size, size)
        case InstrumentKind.SET_SQUARE_60:
            one.set_square(size, size / math.sqrt(3))
        case InstrumentKind.PROTRACTOR:
            one.protractor(size)
        case InstrumentKind.COMPASS:
            one.compass(instrument.opening)
        case InstrumentKind.NONE:
            pass
    painter.restore()


def draw_knobs(
    painter: QPainter, instrument: InstrumentSet, view: QTransform, colors: OverlayColors
) -> None:
    """Where the instrument is turned (round) and resized (square); for who may move it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colors.line, LINE_PX))
    painter.setBrush(colors.off)
    for grip, at in knobs(instrument).items():
        spot = view.map(QPointF(*at))
        if grip is Grip.RESIZE:
            painter.drawRect(QRectF(spot.x() - KNOB_PX, spot.y() - KNOB_PX, 10, 10))
        else:
            painter.drawEllipse(spot, KNOB_PX + 1, KNOB_PX + 1)


def reading_words(instrument: InstrumentSet) -> str:
    """What an instrument's label says: its angle, of a compass the radius."""
    told = reading(instrument)
    if told.radius_mm is not None:
        return f"r {told.radius_mm / 10:.1f} cm"
    return f"{told.angle_deg:.0f}°"


def draw_label(painter: QPainter, words: str, at: QPointF, colors: OverlayColors) -> QRectF:
    """Words on a chip beside a point, in pixels; what it covers."""
    font = QFont(board_font())
    font.setPixelSize(LABEL_PX)
    wide = QFontMetricsF(font).horizontalAdvance(words)
    chip = QRectF(at.x() + 12, at.y() - 34, wide + 16, 24)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colors.line, 1))
    painter.setBrush(colors.off)
    painter.drawRoundedRect(chip, 6, 6)
    painter.setPen(colors.text)
    painter.setFont(font)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
    return chip


class _Instrument:
    """Paints in the instrument's own coordinates; `scale` is pixels per unit."""

    def __init__(self, painter: QPainter, colors: OverlayColors, scale: float) -> None:
        self._painter = painter
        self._scale = scale
        self._fill, self._line = QColor(colors.text), QColor(colors.text)
        self._fill.setAlphaF(FILL)
        self._line.setAlphaF(LINE)
        self._has_ones = 100 * scale >= CLOSE
        self._font = QFont(board_font())
        self._font.setPixelSize(LETTER)
        painter.setFont(self._font)
        painter.setPen(QPen(self._line, max(15.0, 1 / scale)))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def ruler(self, length: int) -> None:
        self._body([(0, 0), (length, 0), (length, BREADTH), (0, BREADTH)])
        self._marks(length, 1, length - 300)

    def set_square(self, long: float, short: float) -> None:
        self._body([(0, 0), (long, 0), (0, -short)])
        self._marks(round(long - 600), -1, long * (1 - (LONG + 500) / short))
        a, b = 0.22 * long, 0.22 * short
        self._painter.drawPath(_closed([(a, -b), (a + 0.38 * long, -b), (a, -b - 0.38 * short)]))

    def protractor(self, radius: int) -> None:
        path = QPainterPath(QPointF(radius, 0))
        path.arcTo(QRectF(-radius, -radius, 2 * radius, 2 * radius), 0, 180)
        path.closeSubpath()
        self._filled(path)
        step = 1 if math.radians(radius) * self._scale >= CLOSE else 10
        lines = []
        for degree in range(0, 181, step):
            way = QPointF(math.cos(math.radians(degree)), -math.sin(math.radians(degree)))
            lines.append(QLineF(way * radius, way * (radius - _mark(degree))))
            if degree % 10 == 0 and 0 < degree < 180 and (degree % 30 == 0 or radius >= 3500):
                spot = way * (radius - LONG - 350)
                self._letters(str(degree), spot.x(), spot.y())
        lines += [QLineF(0, 0, 0, -400), QLineF(-200, 0, 200, 0)]
        self._painter.drawLines(lines)

    def compass(self, opening: int) -> None:
        painter = self._painter
        thin = painter.pen()
        dashed = QPen(thin)
        dashed.setDashPattern([8, 6])
        painter.setPen(dashed)
        painter.drawEllipse(QPointF(0, 0), opening, opening)
        legs = QPen(self._line, max(120.0, 2 / self._scale))
        legs.setCapStyle(Qt.PenCapStyle.RoundCap)
        legs.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(legs)
        hinge = QPointF(opening / 2, -APEX)
        needle = 500 / math.hypot(hinge.x(), APEX)  # its last 5 mm are thin
        above = hinge * needle
        painter.drawPolyline([above, hinge, QPointF(opening, 0)])
        painter.setPen(thin)
        painter.drawLine(QLineF(QPointF(0, 0), above))
        head = QPainterPath()
        head.addEllipse(hinge, 300, 300)
        self._filled(head)

    def _body(self, corners: Sequence[tuple[float, float]]) -> None:
        self._filled(_closed(corners))

    def _filled(self, path: QPainterPath) -> None:
        self._painter.fillPath(path, self._fill)
        self._painter.drawPath(path)

    def _marks(self, length: int, down: int, last: float) -> None:
        """Millimetres along the edge from 0, centimetres named up to `last`; `down`: 1 where the
        body lies below, else -1.
        """
        step = 100 if self._has_ones else 1000
        lines = []
        for at in range(0, length + 1, step):
            lines.append(QLineF(at, 0, at, down * _mark(at // 100)))
            if at % 1000 == 0 and at <= last:
                inward = 140 if at == 0 else 0  # the zero must not hang over the end
                self._letters(str(at // 1000), at + inward, down * (LONG + 250))
        self._painter.drawLines(lines)

    def _letters(self, words: str, x: float, y: float) -> None:
        if LETTER * self._scale < 6:
            return
        room = QRectF(x - 1000, y - LETTER, 2000, 2 * LETTER)
        self._painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


def _mark(number: int) -> int:
    if number % 10 == 0:
        return LONG
    return MIDDLE if number % 5 == 0 else SHORT


def _closed(corners: Sequence[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath(QPointF(*corners[0]))
    for corner in corners[1:]:
        path.lineTo(QPointF(*corner))
    path.closeSubpath()
    return path
