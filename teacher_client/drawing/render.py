"""A whole page in one picture: thumbnails, and later PDF and video."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.commands import Tool
from teacher_client.drawing.colors import PaperColors, paper_colors
from teacher_client.drawing.ground import draw_ground, draw_pictures, visible_pictures
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.drawing.tiles import FORMAT


def render_page(
    page: Page,
    size: QSize,
    colors: PaperColors | None = None,
    shapes: ShapeCache | None = None,
    strokes: Iterable[Stroke] | None = None,
) -> QImage:
    """Paint a page from the log alone, top aligned, as wide as `size` (device pixels).

    Args:
        page: the page; a higher one is cut off below, a lower one shows plain ground.
        size: the picture's size in device pixels.
        colors: the paper, white by default.
        shapes: outlines kept between calls, else built here.
        strokes: to paint instead of the page's own (hints and pending ink with them).
    """
    colors = colors if colors is not None else paper_colors()
    shapes = shapes if shapes is not None else ShapeCache()
    scale = size.width() / page.width
    image = QImage(size, FORMAT)
    image.fill(colors.ground)
    shown = [
        stroke
        for stroke in (page.strokes.values() if strokes is None else strokes)
        if stroke.is_visible and stroke.x
    ]
    painter = _scaled(image, scale)
    draw_ground(painter, QRectF(0, 0, page.width, page.height), page.kind, colors)
    draw_pictures(painter, visible_pictures(page), colors)
    marked = [stroke for stroke in shown if stroke.style.tool is Tool.MARKER]
    if marked:
        layer = QImage(size, FORMAT)
        layer.fill(Qt.GlobalColor.transparent)
        below = _scaled(layer, scale)
        _fill(below, marked, colors, shapes)
        below.end()
        painter.resetTransform()
        painter.setOpacity(colors.markers_opacity)
        painter.drawImage(0, 0, layer)
        painter.setOpacity(1)
        painter.scale(scale, scale)
    _fill(painter, [one for one in shown if one.style.tool is not Tool.MARKER], colors, shapes)
    painter.end()
    return image


def _scaled(image: QImage, scale: float) -> QPainter:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    return painter


def _fill(
    painter: QPainter, strokes: list[Stroke], colors: PaperColors, shapes: ShapeCache
) -> None:
    for stroke in strokes:
        painter.fillPath(shapes.shape(stroke).path, colors.inks[stroke.style.ink])
