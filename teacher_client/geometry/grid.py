"""Where things lie: a grid over the page, so that only what is near has to be asked."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final, Generic, TypeVar

from teacher_client.geometry.boxes import Box

CELL: Final = 1000
"""10 mm: a written character; most strokes lie in one to four cells."""

MANY: Final = 2000
"""Cells; a key that touches more (a line across a wall of paper, or a hostile one) is kept apart,
so that no box costs more than this."""

K = TypeVar("K", bound=Hashable)


class Grid(Generic[K]):
    """Keys by the cells that their boxes touch."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], set[K]] = {}
        self._boxes: dict[K, Box] = {}
        self._large: set[K] = set()

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, key: K) -> bool:
        return key in self._boxes

    def put(self, key: K, box: Box) -> None:
        """Add a key, or move it to its new box."""
        known = self._boxes.get(key)
        if known is not None:
            if _cells(known) == _cells(box):
                self._boxes[key] = box
                return
            self.remove(key)
        self._boxes[key] = box
        if _count(box) > MANY:
            self._large.add(key)
            return
        for cell in _places(box):
            self._cells.setdefault(cell, set()).add(key)

    def remove(self, key: K) -> None:
        """Take a key out; unknown ones are nothing to do."""
        box = self._boxes.pop(key, None)
        if box is None:
            return
        if key in self._large:
            self._large.discard(key)
            return
        for cell in _places(box):
            inside = self._cells[cell]
            inside.discard(key)
            if not inside:
                del self._cells[cell]

    def near(self, area: Box) -> set[K]:
        """Keys whose boxes touch the area."""
        found: set[K] | dict[K, Box] = self._boxes
        if _count(area) <= len(self._cells):
            found = set(self._large)
            for place in _places(area):
                found |= self._cells.get(place, set())
        boxes, (left, top, right, bottom) = self._boxes, area
        return {  # boxes.touch, spelled out: this runs for every stroke around a tile
            key
            for key in found
            if (box := boxes[key])[0] <= right
            and left <= box[2]
            and box[1] <= bottom
            and top <= box[3]
        }

    def clear(self) -> None:
        """Take all out."""
        self._cells.clear()
        self._boxes.clear()
        self._large.clear()


def _cells(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return int(left // CELL), int(top // CELL), int(right // CELL), int(bottom // CELL)


def _count(box: Box) -> int:
    left, top, right, bottom = _cells(box)
    return (right - left + 1) * (bottom - top + 1)


def _places(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = _cells(box)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row
