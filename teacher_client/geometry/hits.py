"""Which strokes a point or a short way touches."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.boxes import Box, Point, box_around, gap2, widened
from teacher_client.geometry.grid import Grid

Gaps: TypeAlias = Sequence[tuple[int, int]]
"""Sample ranges [first, stop) of at least two, ascending, apart: the lines that join these
samples are rubbed out."""


@dataclass(frozen=True, slots=True)
class Inked:
    """A stroke as it lies on the page; the columns are the owner's, not copies.

    Attributes:
        order: strokes of a higher one lie above.
        width: nominal, in 1/100 mm.
        box: what it covers, its width included.
    """

    stroke: StrokeId
    order: int
    x: Sequence[int]
    y: Sequence[int]
    width: float
    box: Box
    gaps: Gaps = ()

    def segments(self) -> Iterator[int]:
        """First samples of the lines that are left; sample 0 of a stroke that is a dot."""
        if len(self.x) == 1:
            yield 0
        at = 0
        for first, stop in self.gaps:
            yield from range(at, first)
            at = stop - 1
        yield from range(at, len(self.x) - 1)

    def touched(self, start: Point, stop: Point, reach: float) -> Iterator[int]:
        """Lines (by their first samples) within `reach` of the way, their width not counted."""
        x, y, last, reach2 = self.x, self.y, len(self.x) - 1, reach * reach
        left, top, right, bottom = widened(box_around((start, stop)), reach)
        for i in self.segments():
            j = min(i + 1, last)
            ax, ay, bx, by = x[i], y[i], x[j], y[j]
            if (ax < left and bx < left) or (ax > right and bx > right):
                continue
            if (ay < top and by < top) or (ay > bottom and by > bottom):
                continue
            if gap2((ax, ay), (bx, by), start, stop) <= reach2:
                yield i


NOWHERE: Final = array("d", (math.inf, math.inf, -math.inf, -math.inf))


class StrokeIndex:
    """The visible strokes of one page, found by place. One thread at a time.

    Attributes:
        boxes: by order, four numbers each; where a stroke went, a box that touches none.
        ordered: by order; None where a stroke went.
    """

    def __init__(self) -> None:
        self.boxes = array("d")
        self.ordered: list[Inked | None] = []
        self._grid: Grid[StrokeId] = Grid()
        self._strokes: dict[StrokeId, Inked] = {}
        self._orders: dict[StrokeId, int] = {}

    def __len__(self) -> int:
        return len(self._strokes)

    def __contains__(self, stroke: StrokeId) -> bool:
        return stroke in self._strokes

    def put(
        self, stroke: StrokeId, x: Sequence[int], y: Sequence[int], width: float, gaps: Gaps = ()
    ) -> None:
        """Add a stroke on top; one that is or was here keeps its place in the order.

        To be called again when the stroke grew, moved or was rubbed out in part; one without
        samples is taken out.
        """
        if not x:
            self.remove(stroke)
            return
        order = self._orders.setdefault(stroke, len(self.ordered))
        if order == len(self.ordered):
            self.ordered.append(None)
            self.boxes.extend(NOWHERE)
        box = widened((min(x), min(y), max(x), max(y)), width / 2)
        inked = Inked(stroke, order, x, y, width, box, gaps)
        self._strokes[stroke] = self.ordered[order] = inked
        self.boxes[4 * order : 4 * order + 4] = array("d", box)
        self._grid.put(stroke, box)

    def remove(self, stroke: StrokeId) -> None:
        """Take a stroke out; unknown ones are nothing to do."""
        known = self._strokes.pop(stroke, None)
        if known is not None:
            self._grid.remove(stroke)
            self.ordered[known.order] = None
            self.boxes[4 * known.order : 4 * known.order + 4] = NOWHERE

    def clear(self) -> None:
        """Take all out."""
        self.boxes = array("d")
        self.ordered.clear()
        self._grid.clear()
        self._strokes.clear()
        self._orders.clear()

    def get(self, stroke: StrokeId) -> Inked | None:
        """A stroke that is here."""
        return self._strokes.get(stroke)

    def near(self, area: Box) -> list[Inked]:
        """Strokes whose boxes touch the area, in drawing order."""
        found = (self._strokes[stroke] for stroke in self._grid.near(area))
        return sorted(found, key=lambda one: one.order)

    def at(self, x: float, y: float, radius: float) -> list[StrokeId]:
        """Strokes within `radius` of a point, topmost first."""
        return self.along((x, y), (x, y), radius)

    def along(self, start: Point, stop: Point, radius: float) -> list[StrokeId]:
        """Strokes within `radius` of the way from `start` to `stop`, topmost first."""
        return [
            one.stroke
            for one in reversed(self.near(widened(box_around((start, stop)), radius)))
            if _is_any(one.touched(start, stop, radius + one.width / 2))
        ]


def _is_any(found: Iterable[int]) -> bool:
    return next(iter(found), None) is not None
