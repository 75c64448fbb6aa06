"""What lies in a lasso: strokes by the majority of their samples, boxes by their corners."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.boxes import Box, Point, box_around
from teacher_client.geometry.hits import Inked, StrokeIndex

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

SIDE: Final = 128
"""The lasso's box is cut into 128 × 128 cells: what lies in cells that the way does not cross
need not be asked sample by sample."""


class Lasso:
    """A closed way; its end is joined to its begin. Crossings count by the even-odd rule."""

    def __init__(self, way: Sequence[Point]) -> None:
        ways = way if way else [(0.0, 0.0)]
        self._x, self._y = (np.array(column, float) for column in zip(*ways, strict=True))
        self.box: Box = box_around(ways)
        self._cell = (
            max(self.box[2] - self.box[0], 1.0) / SIDE,
            max(self.box[3] - self.box[1], 1.0) / SIDE,
        )
        self._is_crossed = self._crossed()
        self._is_in = self._centres_inside() & ~self._is_crossed
        self._all_in = _summed(self._is_in)
        self._some_in = _summed(self._is_in | self._is_crossed)

    def strokes(self, index: StrokeIndex) -> list[StrokeId]:
        """Strokes of which more than half the samples lie inside, in drawing order.

        Samples that only bound a part that was rubbed out do not count.
        """
        boxes: Floats = np.array(index.boxes, float).reshape(-1, 4)
        left, top, right, bottom = self.box
        found = np.flatnonzero(
            (boxes[:, 2] >= left)
            & (boxes[:, 0] <= right)
            & (boxes[:, 3] >= top)
            & (boxes[:, 1] <= bottom)
        )
        near = [one for i in found.tolist() if (one := index.ordered[i]) is not None]
        whole, none = self._sorted_out(boxes[found])
        open_ = np.flatnonzero(~whole & ~none)
        whole[open_] = self._majorities([near[i] for i in open_.tolist()])
        return [near[i].stroke for i in np.flatnonzero(whole).tolist()]

    def holds(self, corners: Sequence[Point]) -> bool:
        """Whether more than half of these points lie inside: of a picture, its four corners."""
        points = np.array(corners, float).reshape(-1, 2)
        return bool(np.count_nonzero(self._inside(points[:, 0], points[:, 1])) * 2 > len(points))

    def _inside(self, x: Floats, y: Floats) -> Bools:
        """Of many points, edge by edge."""
        is_in = np.zeros(len(x), bool)
        x1, y1 = np.roll(self._x, 1), np.roll(self._y, 1)
        for ax, ay, bx, by in zip(x1, y1, self._x, self._y, strict=True):
            if ay != by:
                spans = (ay > y) != (by > y)
                is_in ^= spans & (x < ax + (y - ay) * ((bx - ax) / (by - ay)))
        return is_in

    def _majorities(self, strokes: list[Inked]) -> Bools:
        parts = [_samples(one) for one in strokes]
        counts = np.array([len(x) for x, _ in parts], int)
        total = int(counts.sum())
        x = np.fromiter(chain.from_iterable(x for x, _ in parts), float, total)
        y = np.fromiter(chain.from_iterable(y for _, y in parts), float, total)
        # one look-up each in the cells, and few are left to be asked exactly
        column = ((x - self.box[0]) / self._cell[0]).astype(int)
        row = ((y - self.box[1]) / self._cell[1]).astype(int)
        is_near = (x >= self.box[0]) & (x <= self.box[2]) & (y >= self.box[1]) & (y <= self.box[3])
        place = np.where(
            is_near, np.minimum(row, SIDE - 1) * SIDE + np.minimum(column, SIDE - 1), 0
        )
        whole = self._is_in.ravel()[place] & is_near
        open_ = np.flatnonzero(self._is_crossed.ravel()[place] & is_near)
        whole[open_] = self._inside(x[open_], y[open_])
        inside = np.bincount(np.repeat(np.arange(len(parts)), counts)[whole], minlength=len(parts))
        majority: Bools = inside * 2 > counts
        return majority

    # the cells

    def _sorted_out(self, boxes: Floats) -> tuple[Bools, Bools]:
        """Which boxes lie wholly inside, and which wholly outside."""
        left, top, right, bottom = self.box
        origin, cell = np.array([left, top] * 2), np.array(self._cell * 2)
        places = np.floor((boxes - origin) / cell).astype(int)
        beyond = (
            (boxes[:, 0] < left)
            | (boxes[:, 1] < top)
            | (boxes[:, 2] > right)
            | (boxes[:, 3] > bottom)
        )
        first = np.clip(places[:, :2], 0, SIDE - 1)
        last = np.clip(places[:, 2:], 0, SIDE - 1)
        area = (last - first + 1).prod(axis=1)
        whole = (_count(self._all_in, first, last) == area) & ~beyond
        return whole, _count(self._some_in, first, last) == 0

    def _crossed(self) -> Bools:
        """Cells that the way may cross, with their neighbours."""
        x, y = np.append(self._x, self._x[:1]), np.append(self._y, self._y[:1])
        column, row = (x - self.box[0]) / self._cell[0], (y - self.box[1]) / self._cell[1]
        steps = np.maximum(np.abs(np.diff(column)), np.abs(np.diff(row)))
        counts = np.ceil(steps * 2).astype(int) + 1
        edge = np.repeat(np.arange(len(counts)), counts)
        share = (np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)) / (
            np.repeat(counts, counts)
        )
        columns = column[edge] + share * np.diff(column)[edge]
        rows = row[edge] + share * np.diff(row)[edge]
        cells = np.zeros((SIDE + 2, SIDE + 2), bool)
        at_column = np.clip(columns.astype(int), 0, SIDE - 1) + 1
        at_row = np.clip(rows.astype(int), 0, SIDE - 1) + 1
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                cells[at_row + down, at_column + across] = True
        return cells[1:-1, 1:-1]

    def _centres_inside(self) -> Bools:
        middle = np.arange(SIDE) + 0.5
        x, y = np.meshgrid(
            self.box[0] + middle * self._cell[0], self.box[1] + middle * self._cell[1]
        )
        return self._inside(x.ravel(), y.ravel()).reshape(SIDE, SIDE)


def _samples(one: Inked) -> tuple[Sequence[int], Sequence[int]]:
    if not one.gaps:
        return one.x, one.y
    kept = sorted({k for i in one.segments() for k in (i, i + 1)})
    return [one.x[k] for k in kept], [one.y[k] for k in kept]


def _summed(cells: Bools) -> NDArray[np.int64]:
    """Sums of all cells above and to the left, so that any rectangle's is four look-ups."""
    sums = np.zeros((SIDE + 1, SIDE + 1), np.int64)
    sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
    return sums


def _count(sums: NDArray[np.int64], first: NDArray[Any], last: NDArray[Any]) -> NDArray[np.int64]:
    left, top, right, bottom = first[:, 0], first[:, 1], last[:, 0] + 1, last[:, 1] + 1
    counts: NDArray[np.int64] = (
        sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    )
    return counts
