"""One page, painted: what changed is found, drawn live or painted again, tile by tile."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Set
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from signaling_server.protocol.board import Changes, Page, Picture, Stroke, TextItem
from signaling_server.protocol.commands import PageKind, Tool
from signaling_server.protocol.ids import GLOBAL_PAGE, ItemId, PageId, StrokeId
from signaling_server.protocol.reader import LessonReader
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.drawn import LAST, Boxed, Drawn, Order, away, boxed, is_other, order_of
from teacher_client.drawing.ground import Sheet, draw_ground
from teacher_client.drawing.pictures import (
    NoPictures,
    PictureSource,
    draw_pictures,
    from_below,
)
from teacher_client.drawing.segments import LiveLine
from teacher_client.drawing.shapes import ShapeCache, bounds_of, rough_bounds
from teacher_client.drawing.tiles import Tile, TileStore, to_device
from teacher_client.geometry.boxes import Box
from teacher_client.geometry.grid import Grid
from teacher_client.geometry.hits import StrokeIndex

MANY_HIDDEN: Final = 200
"""Strokes; more are painted anew as one area, rather than each asked for its tiles."""


class PageCanvas:
    """The page in view, in device pixels of one scale.

    Tell it what changed; it answers with what to update. A stroke that only grew is drawn piece
    by piece, whatever else is on the page; what came, went, ended or changed is painted again
    with whatever lies under it, from outlines in log order, so that the picture is that of a
    full redraw as soon as the pen is up. Scrolling copies tiles. GUI thread only (or one thread
    of an export).

    Attributes:
        shapes: outlines, to be shared with thumbnails.
        renders: how often a tile was painted so far; for tests and benches.
        fills: how many paths of outlines were filled so far, likewise.
    """

    def __init__(
        self,
        colors: PaperColors,
        shapes: ShapeCache | None = None,
        pictures: PictureSource | None = None,
    ) -> None:
        self.shapes = shapes if shapes is not None else ShapeCache()
        self.renders = 0
        self.fills = 0
        self._source = pictures if pictures is not None else NoPictures()
        self._colors = colors
        self._scale = 0.05
        self._number: PageId = GLOBAL_PAGE
        self._sheet = Sheet(PageKind.BLANK, 0, 0)
        self._boxes: dict[ItemId, Boxed] = {}
        self._drawn: dict[StrokeId, Drawn] = {}
        self._arrivals: dict[StrokeId, int] = {}
        self._places: Grid[StrokeId] = Grid()
        self._tiles = TileStore()
        self._index = StrokeIndex()
        self._unindexed: set[StrokeId] = set()
        self._hidden: Set[ItemId] = frozenset()

    @property
    def scale(self) -> float:
        """Device pixels per 1/100 mm."""
        return self._scale

    @property
    def is_empty(self) -> bool:
        """Whether no stroke, picture or text is shown."""
        return not (self._drawn or self._boxes)

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height of the page in device pixels."""
        return round(self._sheet.width * self._scale), round(self._sheet.height * self._scale)

    def set_scale(self, scale: float) -> None:
        """Zoom, or another device pixel ratio: the tiles are painted again as they are seen."""
        if scale != self._scale:
            self._scale = scale
            self._tiles.clear()

    def set_colors(self, colors: PaperColors) -> None:
        """Another paper."""
        self._colors = colors
        self._tiles.clear()

    def index(self) -> StrokeIndex:
        """The shown strokes by place, for eraser and lasso; brought up to date when asked for."""
        changed = [(self._drawn.get(name), name) for name in self._unindexed]
        self._unindexed.clear()
        for _, name in [row for row in changed if row[0] is None]:
            self._index.remove(name)
        for drawn in sorted((row[0] for row in changed if row[0]), key=order_of):
            one = drawn.stroke
            self._index.put(one.id, one.x, one.y, one.style.width, one.gaps)
        return self._index

    def bounds(self, name: ItemId) -> QRectF | None:
        """What a shown stroke, picture or text covers, in 1/100 mm."""
        there = self._drawn.get(StrokeId(name)) or self._boxes.get(name)
        return None if there is None else there.bounds

    def stroke_at(self, x: float, y: float, reach: float) -> StrokeId | None:
        """The stroke nearest to a point within `reach`, the topmost of several; in 1/100 mm."""
        index = self.index()
        near = [one for one in map(index.get, index.at(x, y, reach)) if one is not None]
        return min(near, key=lambda one: away(one, (x, y))).stroke if near else None

    def hide(self, names: Set[ItemId]) -> list[QRect]:
        """Leave exactly these out from now on: a tool shows them elsewhere, or otherwise.

        Returns:
            Areas to update, in device pixels of the page.
        """
        changed, self._hidden = names ^ self._hidden, names
        boxes = [self._boxes[name] for name in changed if name in self._boxes]
        strokes = [self._drawn[n].bounds for n in map(StrokeId, changed) if n in self._drawn]
        if len(strokes) > MANY_HIDDEN:
            around = QRectF()
            for bounds in strokes:
                around |= bounds
            strokes = [around]
        return [*map(self._soil_box, boxes), *map(self._soil, strokes)]

    # what changed

    def turn_to(self, page: Page | None) -> None:
        """Begin another page, empty; `show_all` brings what is on it."""
        self._number = GLOBAL_PAGE if page is None else page.number
        self._sheet = Sheet(PageKind.BLANK, 0, 0) if page is None else _sheet(page)
        self._boxes.clear()
        self._drawn.clear()
        self._arrivals.clear()
        self._places.clear()
        self._tiles.clear()
        self._index.clear()
        self._unindexed.clear()
        self._hidden = frozenset()

    def show_all(self, reader: LessonReader) -> list[QRect]:
        """Bring the page to what the reader would draw now; walks all that is on it.

        Returns:
            Areas to update, in device pixels of the page.
        """
        page = reader.board.pages.get(self._number)
        if page is None:
            return []
        return [
            *self._show_sheet(page),
            *self.show_boxes(page),
            *self.show_strokes(reader.drawn(self._number)),
        ]

    def show(self, reader: LessonReader, changes: Changes) -> list[QRect]:
        """Show what changed, at a cost that does not depend on what else is on the page.

        Lasers, views and instruments are overlays and none of the canvas's business.

        Returns:
            Areas to update, in device pixels of the page.
        """
        page = reader.board.pages.get(self._number)
        if page is None:
            return []
        if changes.was_refolded:
            return self.show_all(reader)
        areas = self._show_sheet(page) if changes.order else []
        if page.number not in changes.pages:
            return areas
        for name in changes.redrawn:
            areas += self._show_box(page, name)
        for stroke in changes.grown.union(map(StrokeId, changes.redrawn)):
            areas += self._show_stroke(stroke, reader.drawn_stroke(page.number, stroke))
        return areas

    def show_strokes(self, strokes: Iterable[Stroke]) -> list[QRect]:
        """Show exactly these strokes, in this order, on the page turned to."""
        areas: list[QRect] = []
        seen: set[StrokeId] = set()
        for stroke in strokes:
            seen.add(stroke.id)
            areas += self._show_stroke(stroke.id, stroke)
        for gone in self._drawn.keys() - seen:
            areas += self._show_stroke(gone, None)
        return areas

    def show_boxes(self, page: Page) -> list[QRect]:
        """Show exactly a page's pictures and texts."""
        names = {*self._boxes, *page.pictures, *page.texts}
        return [area for name in names for area in self._show_box(page, name)]

    def picture_came(self, sha256: str) -> list[QRect]:
        """The source has more of a picture than before: paint it where it lies."""
        return [
            self._soil_box(box)
            for box in self._boxes.values()
            if isinstance(box.item, Picture) and box.item.body.sha256 == sha256
        ]

    def _show_sheet(self, page: Page) -> list[QRect]:
        if _sheet(page) == self._sheet:
            return []
        before, self._sheet = self.device_size, _sheet(page)
        self._tiles.clear()
        wide, high = self.device_size
        return [QRect(0, 0, max(before[0], wide), max(before[1], high))]

    def _show_box(self, page: Page, name: ItemId) -> list[QRect]:
        """A picture or a text came, went or changed; a stroke's name is nothing to do."""
        item = page.pictures.get(name) or page.texts.get(name)
        before = self._boxes.get(name)
        now = boxed(item) if item is not None and item.is_visible else None
        if before is not None and now is not None and before.look == now.look:
            return []
        if now is None:
            self._boxes.pop(name, None)
        else:
            self._boxes[name] = now
        return [self._soil_box(box) for box in (before, now) if box is not None]

    def _show_stroke(self, name: StrokeId, stroke: Stroke | None) -> list[QRect]:
        drawn = self._drawn.get(name)
        if stroke is None or not stroke.is_visible or not stroke.x:
            return [] if drawn is None else [self._remove(name)]
        if drawn is None:
            return [self._begin(stroke)]
        return self._change(drawn, stroke)

    def _begin(self, stroke: Stroke) -> QRect:
        arrival = self._arrivals.setdefault(stroke.id, len(self._arrivals))
        drawn = Drawn(stroke, (stroke.begun or LAST, arrival), QRectF())
        self._drawn[stroke.id] = drawn
        self._note(drawn, stroke)
        if stroke.has_ended:
            return self._settle(drawn)
        drawn.live = LiveLine()
        return self._draw_live(drawn)

    def _change(self, drawn: Drawn, stroke: Stroke) -> list[QRect]:
        order = (stroke.begun or LAST, drawn.order[1])
        has_moved = order != drawn.order and self._is_overtaken(drawn, order)
        has_grown = len(stroke.x) > drawn.count
        has_ended = stroke.has_ended and drawn.live is not None
        has_changed = is_other(drawn, stroke)
        drawn.order = order
        self._note(drawn, stroke)
        if has_changed:
            self.shapes.forget(stroke.id)
            drawn.live = None if stroke.has_ended else LiveLine.at_end_of(stroke)
            before = self._soil(drawn.bounds)
            drawn.bounds = QRectF()
            return [before, self._settle(drawn)]
        if has_grown and not stroke.has_ended and drawn.live is not None:
            return [self._draw_live(drawn)]
        if has_grown or has_ended or has_moved:
            drawn.live = None if stroke.has_ended else drawn.live
            return [self._settle(drawn)]
        return []

    def _is_overtaken(self, drawn: Drawn, order: Order) -> bool:
        """Whether a stroke that got its place in the log lies over or under others than before."""
        return any(
            (one.order < drawn.order) != (one.order < order)
            for one in self._near(drawn.bounds)
            if one is not drawn
        )

    def _remove(self, name: StrokeId) -> QRect:
        drawn = self._drawn.pop(name)
        self._places.remove(name)
        self._unindexed.add(name)
        return self._soil(drawn.bounds)

    def _note(self, drawn: Drawn, stroke: Stroke) -> None:
        drawn.stroke, drawn.count = stroke, len(stroke.x)
        drawn.revision, drawn.ink = stroke.revision, stroke.style.ink
        self._unindexed.add(stroke.id)

    def _settle(self, drawn: Drawn) -> QRect:
        """Take the stroke as it is and have its place painted from outlines."""
        bounds = rough_bounds(drawn.stroke)
        if any(self._tiles.over(to_device(bounds, self._scale))):
            bounds = self.shapes.shape(drawn.stroke).bounds  # else when it is seen
        self._place(drawn, drawn.bounds | bounds)
        return self._soil(drawn.bounds)

    def _draw_live(self, drawn: Drawn) -> QRect:
        stroke = drawn.stroke
        assert drawn.live is not None
        paths = drawn.live.go_on(stroke)
        touched = bounds_of(paths)
        self._place(drawn, drawn.bounds | touched)
        area = to_device(touched, self._scale)
        color = self._colors.inks[stroke.style.ink]
        for tile in self._tiles.over(area):  # others are painted whole when they are seen
            if tile.dirty is not None:
                tile.soil(area)
                continue
            painter = tile.painter(tile.layer(stroke.style.tool), self._scale)
            for path in paths:
                painter.fillPath(path, color)
            painter.end()
        return area

    def _place(self, drawn: Drawn, bounds: QRectF) -> None:
        drawn.bounds = bounds
        self._places.put(drawn.stroke.id, _box(bounds))

    def _soil(self, bounds: QRectF) -> QRect:
        area = to_device(bounds, self._scale)
        self._tiles.soil(area)
        return area

    def _soil_box(self, box: Boxed) -> QRect:
        """Texts lie with the ink; pictures with the paper, and no ink is painted for them."""
        if isinstance(box.item, TextItem):
            return self._soil(box.bounds)
        area = to_device(box.bounds, self._scale)
        self._tiles.bare(area)
        return area

    def _near(self, area: QRectF) -> list[Drawn]:
        return [self._drawn[name] for name in self._places.near(_box(area))]

    def _seen(self, area: QRectF) -> list[Drawn]:
        return [one for one in self._near(area) if one.stroke.id not in self._hidden]

    # painting

    def paint(self, painter: QPainter, area: QRect, patience: float = math.inf) -> list[QRect]:
        """Paint an area; painter and area are in device pixels of the page.

        Args:
            patience: seconds; when they are over, places that were never seen stay plain paper.

        Returns:
            These places, to be painted at the next occasion; at least one place more each time.
        """
        area &= QRect(0, 0, *self.device_size)
        before, end, left = self.renders, time.perf_counter() + patience, []

        def is_late() -> bool:
            return self.renders > before and time.perf_counter() > end

        for tile in self._tiles.seen(area, self._render, is_late):
            if isinstance(tile, QRect):
                painter.fillRect(tile, self._colors.ground)
                left.append(tile)
            else:
                tile.copy(painter, area, self._colors.markers_opacity)
        return left

    def _render(self, tile: Tile) -> None:
        self.renders += 1
        if tile.is_bare:
            self._render_base(tile)
        dirty = tile.dirty
        if dirty is None:
            return
        tile.clear(dirty)
        area = tile.page_area(dirty, self._scale)
        strokes = sorted(self._seen(area), key=order_of)
        marked = [drawn for drawn in strokes if drawn.stroke.style.tool is Tool.MARKER]
        if marked:
            painter = tile.painter(tile.layer(Tool.MARKER), self._scale, dirty)
            self._fill(painter, marked, area)
            painter.end()
        painter = tile.painter(tile.ink, self._scale, dirty)
        for text in self._boxes_over(area, TextItem):
            if text.path is not None and isinstance(text.item, TextItem):
                painter.fillPath(text.path, self._colors.inks[text.item.ink])
        inked = [one for one in strokes if one.stroke.style.tool is not Tool.MARKER]
        self._fill(painter, inked, area)
        painter.end()

    def _render_base(self, tile: Tile) -> None:
        area = tile.page_area(tile.base.rect(), self._scale)
        painter = tile.painter(tile.base, self._scale)
        draw_ground(painter, self._sheet, area, self._colors, self._scale)
        pictures = [one.item for one in self._boxes_over(area, Picture)]
        shown = from_below(one for one in pictures if isinstance(one, Picture))
        draw_pictures(painter, shown, self._colors, self._source, area)
        painter.end()

    def _boxes_over(self, area: QRectF, kind: type[Picture | TextItem]) -> list[Boxed]:
        there = (self._boxes[name] for name in sorted(self._boxes.keys() - self._hidden))
        return [one for one in there if isinstance(one.item, kind) and one.bounds.intersects(area)]

    def _fill(self, painter: QPainter, strokes: list[Drawn], area: QRectF) -> None:
        for drawn in strokes:
            shape = self.shapes.shape(drawn.stroke)
            if drawn.live is None and drawn.bounds != shape.bounds:
                self._place(drawn, shape.bounds)  # exact, now that it is known
            paths = shape.over(area)
            self.fills += len(paths)
            for path in paths:
                painter.fillPath(path, self._colors.inks[drawn.stroke.style.ink])


def _sheet(page: Page) -> Sheet:
    return Sheet(page.kind, page.width, page.height)


def _box(area: QRectF) -> Box:
    return area.left(), area.top(), area.right(), area.bottom()
