"""A stroke while it is written: each time only what came is drawn on what is already painted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainterPath

from signaling_server.protocol.board import Stroke
from teacher_client.drawing.curve import NEAREST, SLOPE, Spot, rounded
from teacher_client.drawing.shapes import add_line, new_path, paths_of
from teacher_client.drawing.width import width_at


class LiveLine:
    """The line of one open stroke as far as it was drawn; every step costs the same.

    The line's end is drawn with the direction that it has so far. What stands is put right when
    the stroke ends and its outline takes the place of these pieces.
    """

    def __init__(self) -> None:
        self._count = 0
        self._spots: list[Spot] = []

    @classmethod
    def at_end_of(cls, stroke: Stroke) -> LiveLine:
        """The line of a stroke that is painted as far as it goes."""
        line = cls()
        line.go_on(stroke)
        return line

    def go_on(self, stroke: Stroke) -> tuple[QPainterPath, ...]:
        """What is new, joined to what was drawn, in page units; one path unless much came."""
        drawn = len(self._spots)
        tip: Spot | None = None
        for i in range(self._count, len(stroke.x)):
            tip = self._take(stroke, i)
        self._count = len(stroke.x)
        first = max(0, drawn - 2)
        spots = self._spots[first:] if tip is None else [*self._spots[first:], tip]
        return paths_of([rounded(spots, max(0, drawn - 1) - first)])

    def _take(self, stroke: Stroke, i: int) -> Spot | None:
        """Keep a sample; if it is too near to the last one, return it for now."""
        here, half = complex(stroke.x[i], stroke.y[i]), width_at(stroke, i) / 2
        if self._spots:
            before, other = self._spots[-1]
            far = abs(here - before)
            half = max(half, other - SLOPE * far)
            if far < NEAREST * stroke.style.width:
                return (here, half) if far else None
        self._spots.append((here, half))
        return None


def tail_path(stroke: Stroke, tail: Sequence[tuple[float, float]]) -> QPainterPath:
    """Where the pen will be next, joined to a stroke's last samples: for overlays only."""
    half = width_at(stroke, len(stroke.x) - 1) / 2
    spots: list[Spot] = []
    for x, y in [*zip(stroke.x[-2:], stroke.y[-2:], strict=True), *tail]:
        if not spots or complex(x, y) != spots[-1][0]:
            spots.append((complex(x, y), half))
    path = new_path()
    add_line(path, rounded(spots, min(1, len(spots) - 1)))
    return path
