"""The eraser that rubs out what it passes over, and not whole strokes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from signaling_server.protocol.commands import StrokePart
from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.boxes import Point, box_around, widened
from teacher_client.geometry.hits import Gaps, Inked, StrokeIndex


@dataclass(frozen=True, slots=True)
class Erased:
    """What one way of the eraser took.

    Attributes:
        parts: of strokes of which something is left.
        gone: strokes of which nothing is left: to be erased as a whole.
    """

    parts: tuple[StrokePart, ...] = ()
    gone: tuple[StrokeId, ...] = ()


class AreaEraser:
    """One way of a round eraser over a page.

    A line between two samples is rubbed out when the disk, on its way from the sample before,
    touches it as wide as it is drawn; also where it is crossed between its samples. Lines are
    taken whole: they are short where a hand wrote, and shapes have a sample every mm.

    Args:
        index: the page's strokes; it may change under way, a stroke that changed begins anew.
        radius: of the disk, in 1/100 mm.
    """

    def __init__(self, index: StrokeIndex, radius: float) -> None:
        self._index = index
        self._radius = radius
        self._last: Point | None = None
        self._left: dict[StrokeId, Inked] = {}
        self._new: dict[StrokeId, Gaps] = {}

    def move(self, x: float, y: float) -> list[StrokeId]:
        """The eraser comes to (x, y); which strokes lost something on this step."""
        start, stop = self._last or (x, y), (x, y)
        self._last = stop
        changed = []
        for inked in self._index.near(widened(box_around((start, stop)), self._radius)):
            left = self._left_of(inked)
            reach = self._radius + inked.width / 2
            parts = [(i, i + 2) for i in left.touched(start, stop, reach)]
            if not parts:
                continue
            stroke = inked.stroke
            self._left[stroke] = replace(left, gaps=merged([*left.gaps, *parts]))
            self._new[stroke] = merged([*self._new.get(stroke, ()), *parts])
            changed.append(stroke)
        return changed

    def gaps(self, stroke: StrokeId) -> Gaps:
        """What of a stroke is rubbed out by now, what was so before included; to be shown."""
        known = self._left.get(stroke) or self._index.get(stroke)
        return () if known is None else known.gaps

    def take(self) -> Erased:
        """What was erased since the last call, to be sent."""
        gone = [stroke for stroke in self._new if _is_gone(self._left[stroke])]
        parts = [
            StrokePart(stroke, first, stop)
            for stroke, ranges in self._new.items()
            if stroke not in gone
            for first, stop in ranges
        ]
        self._new.clear()
        return Erased(tuple(parts), tuple(gone))

    def _left_of(self, inked: Inked) -> Inked:
        left = self._left.get(inked.stroke)
        if left is None or left.x is not inked.x or left.y is not inked.y:
            return inked
        return left


def merged(ranges: Iterable[tuple[int, int]]) -> Gaps:
    """Ranges of samples in order, those that share a line or overlap made one.

    Ranges [a, b) and [b - 1, c) rub out lines that follow each other; [a, b) and [b, c) leave
    the line between samples b - 1 and b.
    """
    joined: list[tuple[int, int]] = []
    for first, stop in sorted(ranges):
        if joined and first < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], stop)
        else:
            joined.append((first, stop))
    return tuple(joined)


def _is_gone(inked: Inked) -> bool:
    return next(inked.segments(), None) is None or len(inked.x) == 1
