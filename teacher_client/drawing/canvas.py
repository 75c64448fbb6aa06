"""One page, painted: what changed is found, drawn live or painted again, tile by tile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from signaling_server.protocol.board import Picture, Stroke
from signaling_server.protocol.commands import PageKind, Tool
from signaling_server.protocol.ids import StrokeId
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.ground import Sheet, draw_ground
from teacher_client.drawing.pictures import NoPictures, draw_pictures
from teacher_client.drawing.segments import draw_segments, segments_bounds
from teacher_client.drawing.shapes import ShapeCache, distance
from teacher_client.drawing.tiles import SIDE, Tile, tiles_over, to_device
from teacher_client.geometry.boxes import Box
from teacher_client.geometry.grid import Grid

MOST_TILES: Final = 256
"""Two screens of 4K in tiles; about 130 MB when all have ink."""


@dataclass(slots=True)
class _Drawn:
    """A stroke as it stands in the tiles: its first samples, copied, and its place in order."""

    stroke: Stroke
    order: int
    x: list[int]
    y: list[int]
    has_ended: bool
    bounds: QRectF


class PageCanvas:
    """The page in view, in device pixels of one scale.

    Give it the page's strokes after each change; it answers with what to update. A stroke that
    only grew is drawn segment by segment; one that came, went, ended or changed is painted
    again with whatever lies under it, from outlines in log order, so that the picture is that
    of a full redraw as soon as the pen is up. GUI thread only (or one thread of an export).
    """

    def __init__(self, colors: PaperColors, shapes: ShapeCache | None = None) -> None:
        self.shapes = shapes if shapes is not None else ShapeCache()
        self._colors = colors
        self._scale = 0.05
        self._size = (0, 0)
        self._kind = PageKind.DOTS
        self._pictures: tuple[Picture, ...] = ()
        self._drawn: dict[StrokeId, _Drawn] = {}
        self._index: Grid[StrokeId] = Grid()
        self._tiles: dict[tuple[int, int], Tile] = {}

    @property
    def scale(self) -> float:
        """Device pixels per 1/100 mm."""
        return self._scale

    @property
    def is_empty(self) -> bool:
        """Whether no stroke and no picture is shown."""
        return not self._drawn and not self._pictures

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height of the page in device pixels."""
        return round(self._size[0] * self._scale), round(self._size[1] * self._scale)

    def set_page(self, width: int, height: int, kind: PageKind) -> None:
        """Begin another page, empty; lengths in 1/100 mm."""
        self._size = (width, height)
        self._kind = kind
        self._pictures = ()
        self._drawn.clear()
        self._index.clear()
        self._tiles.clear()

    def set_scale(self, scale: float) -> None:
        """Zoom: the tiles are painted again as they are seen."""
        if scale != self._scale:
            self._scale = scale
            self._tiles.clear()

    def set_colors(self, colors: PaperColors) -> None:
        """Another paper."""
        self._colors = colors
        self._tiles.clear()

    def show_pictures(self, pictures: Sequence[Picture]) -> bool:
        """Show these pictures; True when something changed."""
        if tuple(pictures) == self._pictures:
            return False
        self._pictures = tuple(pictures)
        self._tiles.clear()
        return True

    def show_strokes(self, strokes: Iterable[Stroke]) -> list[QRect]:
        """Show exactly these strokes, in this order.

        Returns:
            Areas to update, in device pixels of the page.
        """
        areas: list[QRect] = []
        seen: set[StrokeId] = set()
        for order, stroke in enumerate(strokes):
            if not stroke.is_visible or not stroke.x:
                continue
            seen.add(stroke.id)
            drawn = self._drawn.get(stroke.id)
            if drawn is None:
                areas.append(self._begin(stroke, order))
                continue
            drawn.order = order
            grown = len(stroke.x) - len(drawn.x)
            if drawn.stroke is stroke and grown == 0 and drawn.has_ended == stroke.has_ended:
                continue
            areas += self._change(drawn, stroke, grown)
        for gone in self._drawn.keys() - seen:
            areas.append(self._remove(gone))
        return areas

    def show_grown(self, strokes: Iterable[Stroke]) -> list[QRect]:
        """Show strokes that came or got longer, on top; all others stay as they are."""
        areas: list[QRect] = []
        for stroke in strokes:
            drawn = self._drawn.get(stroke.id)
            if drawn is None:
                areas.append(self._begin(stroke, len(self._drawn)))
            else:
                areas += self._change(drawn, stroke, len(stroke.x) - len(drawn.x))
        return areas

    def bounds(self, stroke: StrokeId) -> QRectF | None:
        """What a shown stroke covers, in 1/100 mm."""
        drawn = self._drawn.get(stroke)
        return None if drawn is None else drawn.bounds

    def stroke_at(self, x: float, y: float, reach: float) -> StrokeId | None:
        """The stroke nearest to a point within `reach`, the topmost of several; in 1/100 mm."""
        area = QRectF(x - reach, y - reach, 2 * reach, 2 * reach)
        found: tuple[float, int, StrokeId] | None = None
        for drawn in self._near(area):
            here = (distance(drawn.stroke, x, y), -drawn.order, drawn.stroke.id)
            if here[0] <= reach and (found is None or here < found):
                found = here
        return None if found is None else found[2]

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint an area; painter and area are in device pixels of the page."""
        for place in tiles_over(area & QRect(0, 0, *self.device_size)):
            tile = self._tiles.pop(place, None) or Tile(*place)
            self._tiles[place] = tile  # the newest used stands last
            if tile.dirty is not None:
                self._render(tile, tile.dirty)
            tile.paint(painter, self._colors.markers_opacity)
        while len(self._tiles) > MOST_TILES:
            del self._tiles[next(iter(self._tiles))]

    # what changed

    def _begin(self, stroke: Stroke, order: int) -> QRect:
        drawn = _Drawn(stroke, order, [], [], stroke.has_ended, QRectF())
        self._drawn[stroke.id] = drawn
        if stroke.has_ended:
            return self._settle(drawn)
        return self._draw_live(drawn, 0)

    def _change(self, drawn: _Drawn, stroke: Stroke, grown: int) -> list[QRect]:
        is_same = drawn.stroke is stroke or (
            grown >= 0
            and list(stroke.x[: len(drawn.x)]) == drawn.x
            and list(stroke.y[: len(drawn.y)]) == drawn.y
            and stroke.style == drawn.stroke.style
        )
        had_ended = drawn.has_ended
        drawn.stroke, drawn.has_ended = stroke, stroke.has_ended
        if not is_same:
            self.shapes.forget(stroke.id)
            before = self._soil(drawn.bounds)
            drawn.x, drawn.y, drawn.bounds = [], [], QRectF()
            return [before, self._settle(drawn)]
        if stroke.has_ended:
            return [self._settle(drawn)] if grown or not had_ended else []
        return [self._draw_live(drawn, len(drawn.x))] if grown else []

    def _remove(self, stroke: StrokeId) -> QRect:
        drawn = self._drawn.pop(stroke)
        self._index.remove(stroke)
        return self._soil(drawn.bounds)

    def _settle(self, drawn: _Drawn) -> QRect:
        """Take the stroke as it is and have its place painted from outlines."""
        self._keep(drawn, self.shapes.shape(drawn.stroke).bounds)
        return self._soil(drawn.bounds)

    def _draw_live(self, drawn: _Drawn, first: int) -> QRect:
        stroke = drawn.stroke
        touched = segments_bounds(stroke, first)
        self._keep(drawn, drawn.bounds | touched)
        area = to_device(touched, self._scale)
        color = self._colors.inks[stroke.style.ink]
        for place in tiles_over(area):
            tile = self._tiles.get(place)
            if tile is None:
                continue  # not in view: painted whole when it is
            if tile.dirty is not None:
                tile.soil(area)
                continue
            painter = _painter(tile, tile.layer(stroke.style.tool), self._scale)
            draw_segments(painter, stroke, first, color)
            painter.end()
        return area

    def _keep(self, drawn: _Drawn, bounds: QRectF) -> None:
        drawn.x += drawn.stroke.x[len(drawn.x) :]
        drawn.y += drawn.stroke.y[len(drawn.y) :]
        drawn.bounds = bounds
        self._index.put(drawn.stroke.id, _box(bounds))

    def _soil(self, bounds: QRectF) -> QRect:
        area = to_device(bounds, self._scale)
        for place in tiles_over(area):
            tile = self._tiles.get(place)
            if tile is not None:
                tile.soil(area)
        return area

    def _near(self, area: QRectF) -> list[_Drawn]:
        return [self._drawn[stroke] for stroke in self._index.near(_box(area))]

    # painting one tile

    def _render(self, tile: Tile, dirty: QRect) -> None:
        is_new = dirty.size() == tile.ink.size()
        page = QRectF(dirty.translated(tile.column * SIDE, tile.row * SIDE))
        edge = 1 / self._scale
        area = QRectF(
            page.x() * edge, page.y() * edge, page.width() * edge, page.height() * edge
        ).adjusted(-edge, -edge, edge, edge)
        if is_new:
            painter = _painter(tile, tile.base, self._scale)
            draw_ground(painter, Sheet(self._kind, *self._size), area, self._colors, self._scale)
            draw_pictures(painter, self._pictures, self._colors, NoPictures(), area)
            painter.end()
        strokes = sorted(self._near(area), key=lambda one: one.order)
        _clear(tile, dirty)
        for tool in Tool:
            shown = [drawn.stroke for drawn in strokes if drawn.stroke.style.tool is tool]
            if not shown:
                continue
            painter = _painter(tile, tile.layer(tool), self._scale, dirty)
            for stroke in shown:
                color = self._colors.inks[stroke.style.ink]
                painter.fillPath(self.shapes.shape(stroke).path, color)
            painter.end()
        tile.dirty = None


def _box(area: QRectF) -> Box:
    return area.left(), area.top(), area.right(), area.bottom()


def _painter(tile: Tile, layer: QImage, scale: float, clip: QRect | None = None) -> QPainter:
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if clip is not None:
        painter.setClipRect(clip)
    painter.setTransform(tile.transform(scale))
    return painter


def _clear(tile: Tile, area: QRect) -> None:
    for layer in (tile.ink, tile.markers):
        if layer is not None:
            painter = QPainter(layer)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(area, Qt.GlobalColor.transparent)
            painter.end()
