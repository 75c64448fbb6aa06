"""Square pieces of a painted page; only pieces that are seen and touched are painted anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from signaling_server.protocol.commands import Tool

SIDE: Final = 256
"""Device pixels; a character or two, so that an erased stroke costs one to four tiles."""

FORMAT: Final = QImage.Format.Format_ARGB32_Premultiplied

FEWEST: Final = 64
"""Tiles kept in any case, else twice as many as were seen at once; 0.5 to 0.75 MB each."""

WHOLE: Final = QRect(0, 0, SIDE, SIDE)


class Tile:
    """One piece in three layers: paper, markers (opaque here, seen through later), ink.

    `dirty` is in device pixels of the tile; None when markers and ink are right. `is_bare`: the
    paper layer has to be painted. `area`: its place in device pixels of the page.
    """

    __slots__ = ("area", "base", "column", "dirty", "ink", "is_bare", "markers", "row")

    def __init__(self, column: int, row: int) -> None:
        self.column = column
        self.row = row
        self.area = QRect(column * SIDE, row * SIDE, SIDE, SIDE)
        self.base = QImage(SIDE, SIDE, FORMAT)
        self.ink = QImage(SIDE, SIDE, FORMAT)
        self.markers: QImage | None = None
        self.is_bare = True
        self.dirty: QRect | None = QRect(WHOLE)

    def layer(self, tool: Tool) -> QImage:
        """The layer a tool draws on; the markers' layer comes into being with its first use."""
        if tool is not Tool.MARKER:
            return self.ink
        if self.markers is None:
            self.markers = QImage(SIDE, SIDE, FORMAT)
            self.markers.fill(Qt.GlobalColor.transparent)
        return self.markers

    def page_area(self, inside: QRect, scale: float) -> QRectF:
        """What an area of the tile shows of the page, a pixel more on each side; page units."""
        area = inside.translated(self.column * SIDE, self.row * SIDE).adjusted(-1, -1, 1, 1)
        return QRectF(
            area.x() / scale, area.y() / scale, area.width() / scale, area.height() / scale
        )

    def painter(self, layer: QImage, scale: float, clip: QRect | None = None) -> QPainter:
        """A painter on one of the layers, in page units."""
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if clip is not None:
            painter.setClipRect(clip)
        shift_x, shift_y = -self.column * SIDE, -self.row * SIDE
        painter.setTransform(QTransform(scale, 0, 0, scale, shift_x, shift_y))
        return painter

    def clear(self, area: QRect) -> None:
        """Take markers and ink off an area."""
        for layer in (self.ink, self.markers):
            if layer is not None:
                painter = QPainter(layer)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.fillRect(area, Qt.GlobalColor.transparent)
                painter.end()

    def soil(self, area: QRect) -> None:
        """Mark an area, in device pixels of the page, to be painted again."""
        inside = area.translated(-self.column * SIDE, -self.row * SIDE) & WHOLE
        if not inside.isEmpty():
            self.dirty = inside if self.dirty is None else self.dirty | inside

    def copy(self, painter: QPainter, area: QRect, opacity: float) -> None:
        """Put an area of the layers on top of one another; all in device pixels of the page."""
        source = area.translated(-self.column * SIDE, -self.row * SIDE) & WHOLE
        to = source.topLeft() + QPoint(self.column * SIDE, self.row * SIDE)
        painter.drawImage(to, self.base, source)
        if self.markers is not None:
            painter.setOpacity(opacity)
            painter.drawImage(to, self.markers, source)
            painter.setOpacity(1)
        painter.drawImage(to, self.ink, source)


Place: TypeAlias = tuple[int, int]


class TileStore:
    """The tiles of a page at one scale, the latest used kept."""

    def __init__(self) -> None:
        self._tiles: dict[Place, Tile] = {}
        self._most_seen = 0

    def __len__(self) -> int:
        return len(self._tiles)

    def clear(self) -> None:
        """Forget all: another page, scale or paper."""
        self._tiles.clear()
        self._most_seen = 0

    def over(self, area: QRect) -> Iterator[Tile]:
        """The tiles that there are over an area."""
        for tile in self._tiles.values():
            if tile.area.intersects(area):
                yield tile

    def soil(self, area: QRect) -> None:
        """Have the ink of an area painted again when it is seen."""
        for tile in self.over(area):
            tile.soil(area)

    def bare(self, area: QRect) -> None:
        """Have the paper and the pictures under an area painted again when it is seen."""
        for tile in self.over(area):
            tile.is_bare = True

    def seen(
        self, area: QRect, paint: Callable[[Tile], None], is_late: Callable[[], bool]
    ) -> Iterator[Tile | QRect]:
        """The tiles over an area, each painted first where it is dirty; old ones are let go.

        Where it is late, places that were never painted are given back as areas for another time.
        """
        places = list(places_over(area))
        self._most_seen = max(self._most_seen, len(places))
        for place in places:
            tile = self._tiles.pop(place, None)
            if tile is None:
                tile = Tile(*place)
                if is_late():
                    yield tile.area & area
                    continue
            self._tiles[place] = tile  # the latest used stands last
            if tile.dirty is not None or tile.is_bare:
                paint(tile)
                tile.dirty, tile.is_bare = None, False
            yield tile
        while len(self._tiles) > max(FEWEST, 2 * self._most_seen):
            del self._tiles[next(iter(self._tiles))]


def places_over(area: QRect) -> Iterator[Place]:
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
