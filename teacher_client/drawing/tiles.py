"""Square pieces of a painted page; only pieces that are seen and touched are painted anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from signaling_server.protocol.commands import Tool

SIDE: Final = 256
"""Device pixels; a character or two, so that an erased stroke costs one to four tiles."""

FORMAT: Final = QImage.Format.Format_ARGB32_Premultiplied


class Tile:
    """One piece in three layers: paper, markers (opaque here, seen through later), ink.

    `dirty` is in device pixels of the tile; None when the layers are right.
    """

    __slots__ = ("base", "column", "dirty", "ink", "markers", "row")

    def __init__(self, column: int, row: int) -> None:
        self.column = column
        self.row = row
        self.base = QImage(SIDE, SIDE, FORMAT)
        self.ink = QImage(SIDE, SIDE, FORMAT)
        self.markers: QImage | None = None
        self.dirty: QRect | None = QRect(0, 0, SIDE, SIDE)

    def layer(self, tool: Tool) -> QImage:
        """The layer a tool draws on; the markers' layer comes into being with its first use."""
        if tool is not Tool.MARKER:
            return self.ink
        if self.markers is None:
            self.markers = QImage(SIDE, SIDE, FORMAT)
            self.markers.fill(Qt.GlobalColor.transparent)
        return self.markers

    def transform(self, scale: float) -> QTransform:
        """From page units to the tile's device pixels."""
        return QTransform(scale, 0, 0, scale, -self.column * SIDE, -self.row * SIDE)

    def soil(self, area: QRect) -> None:
        """Mark an area, in device pixels of the page, to be painted again."""
        inside = area.translated(-self.column * SIDE, -self.row * SIDE) & QRect(0, 0, SIDE, SIDE)
        if not inside.isEmpty():
            self.dirty = inside if self.dirty is None else self.dirty | inside

    def paint(self, painter: QPainter, opacity: float) -> None:
        """Put the layers on top of one another; the painter is in device pixels of the page."""
        x, y = self.column * SIDE, self.row * SIDE
        painter.drawImage(x, y, self.base)
        if self.markers is not None:
            painter.setOpacity(opacity)
            painter.drawImage(x, y, self.markers)
            painter.setOpacity(1)
        painter.drawImage(x, y, self.ink)


def tiles_over(area: QRect) -> Iterator[tuple[int, int]]:
    """Columns and rows of the tiles that an area, in device pixels of the page, touches."""
    if area.isEmpty():
        return
    for column in range(area.left() // SIDE, area.right() // SIDE + 1):
        for row in range(area.top() // SIDE, area.bottom() // SIDE + 1):
            yield column, row


def to_device(area: QRectF, scale: float) -> QRect:
    """The device pixels an area in page units touches, with a pixel for the soft edge."""
    scaled = QRectF(area.x() * scale, area.y() * scale, area.width() * scale, area.height() * scale)
    return scaled.toAlignedRect().adjusted(-1, -1, 1, 1)
