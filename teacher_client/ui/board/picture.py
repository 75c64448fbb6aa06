"""Chosen items as a picture: to be dragged, and for other programs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from PySide6.QtSvg import QSvgGenerator

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.ids import ItemId
from signaling_server.protocol.items import Item, Picture, Stroke, TextItem
from signaling_server.protocol.matrix import ONE, Matrix
from signaling_server.protocol.page import Page
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.pictures import PictureSource, draw_pictures
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.drawing.texts import text_path
from teacher_client.geometry.boxes import Box

MOST_PIXELS: Final = 4096
SHARP: Final = 300 / 2540
"""Pixels per 1/100 mm of a picture for other programs: 300 dpi."""


@dataclass(frozen=True, slots=True)
class Look:
    """How items are painted."""

    colors: PaperColors
    shapes: ShapeCache
    source: PictureSource


def paint_item(painter: QPainter, item: Item, look: Look) -> None:
    """One item, in page units."""
    match item:
        case Stroke():
            color = QColor(look.colors.inks[item.style.ink])
            if item.style.tool is Tool.MARKER:
                color.setAlphaF(look.colors.markers_opacity)
            look.shapes.shape(item).fill(painter, color)
        case TextItem():
            painter.fillPath(text_path(item), look.colors.inks[item.ink])
        case Picture():
            draw_pictures(painter, [item], look.colors, look.source)


def from_below(page: Page, names: Iterable[ItemId]) -> Iterator[Item]:
    """The items in the order in which a page paints them."""
    items = [item for item in map(page.item, names) if item is not None and item.is_visible]
    yield from (item for item in items if isinstance(item, Picture))
    strokes = [item for item in items if isinstance(item, Stroke) and item.x]
    yield from (item for item in strokes if item.style.tool is Tool.MARKER)
    yield from (item for item in items if isinstance(item, TextItem))
    yield from (item for item in strokes if item.style.tool is not Tool.MARKER)


class ItemsPicture:
    """A picture that is painted bit by bit, so that thousands of strokes hold nobody up.

    Args:
        area: what of the page it shows.
        scale: device pixels per 1/100 mm, if that gives no too large picture.
    """

    def __init__(self, items: Iterable[Item], look: Look, area: Box, scale: float) -> None:
        left, top, right, bottom = area
        self.area = QRectF(left, top, max(right - left, 1.0), max(bottom - top, 1.0))
        self._scale = min(scale, MOST_PIXELS / max(self.area.width(), self.area.height()))
        size = QSize(
            max(1, round(self.area.width() * self._scale)),
            max(1, round(self.area.height() * self._scale)),
        )
        self.image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(Qt.GlobalColor.transparent)
        self._items = iter(items)
        self._look = look
        self.is_whole = False

    def go_on(self, seconds: float) -> None:
        """Paint for so long at most."""
        if self.is_whole:
            return
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        painter.translate(-self.area.topLeft())
        end = time.perf_counter() + seconds
        for item in self._items:
            paint_item(painter, item, self._look)
            if time.perf_counter() > end:
                break
        else:
            self.is_whole = True
        painter.end()

    def draw(self, painter: QPainter, view: QTransform, change: Matrix) -> None:
        """Paint it where `change` takes the items; `view` takes page units to pixels."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(to_transform(change) * view, True)
        painter.drawImage(self.area, self.image)
        painter.restore()


def to_transform(matrix: Matrix) -> QTransform:
    """The contract's matrix as Qt's."""
    a, b, c, d = (part / ONE for part in (matrix.a, matrix.b, matrix.c, matrix.d))
    return QTransform(a, b, c, d, matrix.e, matrix.f)


def as_image(items: Iterable[Item], look: Look, area: Box) -> QImage:
    """A picture on the paper's ground for other programs."""
    made = ItemsPicture(items, look, area, SHARP)
    made.go_on(60.0)
    image = QImage(made.image.size(), QImage.Format.Format_RGB32)
    image.fill(look.colors.ground)
    painter = QPainter(image)
    painter.drawImage(0, 0, made.image)
    painter.end()
    dots = round(made.image.width() / (made.area.width() / 100) * 1000)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    return image


def as_svg(items: Iterable[Item], look: Look, area: Box) -> bytes:
    """The same as SVG, a unit being 1/100 mm."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(2540)  # dots per inch: a dot is 1/100 mm
    left, top, right, bottom = area
    generator.setSize(QSize(round(right - left), round(bottom - top)))
    generator.setViewBox(QRectF(0, 0, right - left, bottom - top))
    painter = QPainter(generator)
    painter.translate(-left, -top)
    for item in items:
        paint_item(painter, item, look)
    painter.end()
    buffer.close()
    return bytes(data.data())
