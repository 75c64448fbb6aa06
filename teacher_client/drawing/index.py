"""Where strokes lie: a grid over the page, so that a redraw asks only the strokes it touches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRectF

from signaling_server.protocol.ids import StrokeId

CELL: Final = 1000.0
"""10 mm: a written character; most strokes lie in one to four cells."""


class GridIndex:
    """Stroke ids by the cells their bounds touch."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], set[StrokeId]] = {}
        self._bounds: dict[StrokeId, QRectF] = {}

    def put(self, stroke: StrokeId, bounds: QRectF) -> None:
        """Add a stroke, or move it to its new bounds."""
        known = self._bounds.get(stroke)
        if known is not None:
            if known == bounds:
                return
            self.remove(stroke)
        self._bounds[stroke] = bounds
        for cell in _cells(bounds):
            self._cells.setdefault(cell, set()).add(stroke)

    def remove(self, stroke: StrokeId) -> None:
        """Take a stroke out; unknown ones are nothing to do."""
        bounds = self._bounds.pop(stroke, None)
        if bounds is None:
            return
        for cell in _cells(bounds):
            inside = self._cells[cell]
            inside.discard(stroke)
            if not inside:
                del self._cells[cell]

    def near(self, area: QRectF) -> set[StrokeId]:
        """Strokes whose bounds touch the area."""
        found: set[StrokeId] = set()
        for cell in _cells(area):
            found |= self._cells.get(cell, set())
        return {stroke for stroke in found if self._bounds[stroke].intersects(area)}

    def clear(self) -> None:
        """Take all out."""
        self._cells.clear()
        self._bounds.clear()


def _cells(area: QRectF) -> Iterator[tuple[int, int]]:
    for column in range(int(area.left() // CELL), int(area.right() // CELL) + 1):
        for row in range(int(area.top() // CELL), int(area.bottom() // CELL) + 1):
            yield column, row
