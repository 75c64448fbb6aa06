"""A whole page painted at once: thumbnails, PDF, SVG, video."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.commands import Tool
from teacher_client.drawing.colors import PaperColors, paper_colors
from teacher_client.drawing.ground import EXACT, Sheet, draw_ground
from teacher_client.drawing.pictures import (
    NoPictures,
    PictureSource,
    draw_pictures,
    visible_pictures,
)
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.drawing.texts import text_path
from teacher_client.drawing.tiles import FORMAT


@dataclass(frozen=True, slots=True)
class PageLook:
    """How a page is painted.

    Attributes:
        colors: the paper.
        pictures: where they come from; frames without.
        shapes: outlines kept between calls.
        scale: device pixels per 1/100 mm, so that rulings fall on pixels; EXACT for vectors.
        has_ground: paint the paper's colour and ruling.
    """

    colors: PaperColors = field(default_factory=paper_colors)
    pictures: PictureSource = field(default_factory=NoPictures)
    shapes: ShapeCache = field(default_factory=ShapeCache)
    scale: float = EXACT
    has_ground: bool = True


def paint_page(
    painter: QPainter,
    page: Page,
    look: PageLook | None = None,
    strokes: Iterable[Stroke] | None = None,
) -> None:
    """Paint a page as filled outlines to any device.

    From below: paper, ground pictures, pictures, markers, texts, ink. Lasers, instruments and
    what is chosen are no part of a page.

    Args:
        painter: scaled so that its unit is 1/100 mm of the page, whose corner is at (0, 0).
        page: the page.
        look: how; white paper without pictures by default.
        strokes: to paint instead of the page's own (hints and pending ink with them).
    """
    look = look if look is not None else PageLook()
    shown = [
        stroke
        for stroke in (page.strokes.values() if strokes is None else strokes)
        if stroke.is_visible and stroke.x
    ]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.has_ground:
        sheet = Sheet(page.kind, page.width, page.height)
        area = QRectF(0, 0, page.width, page.height)
        draw_ground(painter, sheet, area, look.colors, look.scale)
    draw_pictures(painter, visible_pictures(page), look.colors, look.pictures)
    marked = [stroke for stroke in shown if stroke.style.tool is Tool.MARKER]
    _fill_markers(painter, marked, look)
    for text in page.texts.values():
        if text.is_visible:
            painter.fillPath(text_path(text), look.colors.inks[text.ink])
    _fill(painter, [one for one in shown if one.style.tool is not Tool.MARKER], look)
    painter.restore()


def _fill_markers(painter: QPainter, strokes: list[Stroke], look: PageLook) -> None:
    """Markers shine through together: on pixels as a layer, else one path a row of one ink."""
    if look.scale != EXACT and strokes:
        layer = QImage(painter.device().width(), painter.device().height(), FORMAT)
        layer.fill(Qt.GlobalColor.transparent)
        below = QPainter(layer)
        below.setRenderHint(QPainter.RenderHint.Antialiasing)
        below.setTransform(painter.worldTransform())
        _fill(below, strokes, look)
        below.end()
        painter.save()
        painter.resetTransform()
        painter.setOpacity(look.colors.markers_opacity)
        painter.drawImage(0, 0, layer)
        painter.restore()
        return
    for ink, group in itertools.groupby(strokes, lambda stroke: stroke.style.ink):
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        for stroke in group:
            path.addPath(look.shapes.shape(stroke).united())
        color = QColor(look.colors.inks[ink])
        color.setAlphaF(look.colors.markers_opacity)
        painter.fillPath(path, color)


def _fill(painter: QPainter, strokes: list[Stroke], look: PageLook) -> None:
    for stroke in strokes:
        look.shapes.shape(stroke).fill(painter, look.colors.inks[stroke.style.ink])


def render_page(
    page: Page,
    size: QSize,
    colors: PaperColors | None = None,
    shapes: ShapeCache | None = None,
    strokes: Iterable[Stroke] | None = None,
    pictures: PictureSource | None = None,
) -> QImage:
    """Paint a page from the log alone, top aligned, as wide as `size` (device pixels).

    Args:
        page: the page; a higher one is cut off below, a lower one shows plain ground.
        size: the picture's size in device pixels.
        colors: the paper, white by default.
        shapes: outlines kept between calls, else built here.
        strokes: to paint instead of the page's own (hints and pending ink with them).
        pictures: where they come from, frames by default.
    """
    scale = size.width() / page.width
    look = PageLook(
        colors if colors is not None else paper_colors(),
        pictures if pictures is not None else NoPictures(),
        shapes if shapes is not None else ShapeCache(),
        scale,
    )
    image = QImage(size, FORMAT)
    image.fill(look.colors.ground)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_page(painter, page, look, strokes)
    painter.end()
    return image
