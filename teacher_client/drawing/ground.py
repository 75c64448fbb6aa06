"""The paper under the ink: its ground, the dots, and grey frames where pictures stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from signaling_server.protocol.board import Page, Picture
from signaling_server.protocol.commands import PageKind
from teacher_client.drawing.colors import PaperColors

DOT_STEP: Final = 500
"""Dots stand 5 mm apart."""
DOT: Final = 26
"""A dot's diameter, 0.26 mm."""
FINEST: Final = 0.012
"""Below 1.2 px a mm (a thumbnail) dots would only be a grey veil and are left out."""


def draw_ground(painter: QPainter, area: QRectF, kind: PageKind, colors: PaperColors) -> None:
    """Paint ground and dots inside `area`, both in page units; the painter is scaled to them."""
    painter.fillRect(area, colors.ground)
    if kind is not PageKind.DOTS or painter.worldTransform().m11() < FINEST:
        return
    pen = QPen(colors.dots, DOT)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    first_x = max(1, int((area.left() - DOT) // DOT_STEP))
    first_y = max(1, int((area.top() - DOT) // DOT_STEP))
    painter.drawPoints(
        [
            QPointF(column * DOT_STEP, row * DOT_STEP)
            for column in range(first_x, int((area.right() + DOT) // DOT_STEP) + 1)
            for row in range(first_y, int((area.bottom() + DOT) // DOT_STEP) + 1)
        ]
    )


def visible_pictures(page: Page) -> list[Picture]:
    """The pictures that stand on a page, oldest first."""
    return [picture for picture in page.pictures.values() if picture.is_visible]


def draw_pictures(painter: QPainter, pictures: Iterable[Picture], colors: PaperColors) -> None:
    """Paint a grey frame for each picture that has not come yet."""
    pen = QPen(colors.frame_line, 0)
    for picture in pictures:
        (x0, y0), (x1, y1), (x2, y2) = picture.corners
        far = QPointF(x1 + x2 - x0, y1 + y2 - y0)
        frame = QPolygonF([QPointF(x0, y0), QPointF(x1, y1), far, QPointF(x2, y2)])
        painter.setPen(pen)
        painter.setBrush(colors.frame)
        painter.drawPolygon(frame)
