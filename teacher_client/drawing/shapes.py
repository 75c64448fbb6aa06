"""A stroke's outline, filled: the union of its segments with round caps and joints.

One path for a stroke as people write; a long one is several paths that share a point of the line:
the cost of filling a path grows with the square of what it holds on a row of pixels.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from signaling_server.protocol.board import Stroke
from signaling_server.protocol.ids import StrokeId
from teacher_client.drawing.curve import STRAIGHT, Spot, rounded, thinned
from teacher_client.drawing.width import sample_widths

SOFT: Final = math.cos(math.radians(30))
REACH: Final = 20_000
"""20 cm of line in a path: 2 000 samples scribbled over 8 cm then take 0.1 s a tile at 4 px/mm
instead of 0.4, and 0.2 s instead of 2.9 at 20 px/mm; shorter paths gain little more."""
FEWEST: Final = 8
"""Segments that stay together however long they are: a drawn frame is one path."""
MOST_POINTS: Final = 6_000_000
"""Some 250 MB, more than 50 000 strokes; a page of a thousand takes 4."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a stroke's first `count` samples at a revision, in 1/100 mm."""

    count: int
    revision: int
    paths: tuple[QPainterPath, ...]
    bounds: QRectF

    @property
    def points(self) -> int:
        """How large it is in memory; some 42 bytes each."""
        return sum(path.elementCount() for path in self.paths)

    def over(self, area: QRectF) -> list[QPainterPath]:
        """The paths that touch an area."""
        return [path for path in self.paths if path.controlPointRect().intersects(area)]

    def united(self) -> QPainterPath:
        """All as one path: slow to fill where a long stroke crosses itself, but even in alpha."""
        if len(self.paths) == 1:
            return self.paths[0]
        whole = new_path()
        for path in self.paths:
            whole.addPath(path)
        return whole

    def fill(self, painter: QPainter, color: QColor) -> None:
        """Fill it, evenly also where colour or painter let the ground shine through."""
        is_opaque = color.alpha() == 255 and painter.opacity() == 1
        for path in self.paths if is_opaque else (self.united(),):
            painter.fillPath(path, color)


class ShapeCache:
    """Outlines by stroke; one that changed is built again. Shared by board and thumbnails.

    Those not drawn for longest are let go beyond `most_points` points of outlines.
    """

    def __init__(self, most_points: int = MOST_POINTS) -> None:
        self._most = most_points
        self._points = 0
        self._shapes: dict[StrokeId, Shape] = {}

    def shape(self, stroke: Stroke) -> Shape:
        """The outline of what the stroke holds now."""
        known = self._shapes.pop(stroke.id, None)
        if known is None or (known.count, known.revision) != (len(stroke.x), stroke.revision):
            self._points -= 0 if known is None else known.points
            known = outline(stroke)
            self._points += known.points
        self._shapes[stroke.id] = known  # the latest used stands last
        while self._points > self._most and len(self._shapes) > 1:
            self.forget(next(iter(self._shapes)))
        return known

    def forget(self, stroke: StrokeId) -> None:
        """Drop an outline whose samples changed."""
        known = self._shapes.pop(stroke, None)
        self._points -= 0 if known is None else known.points

    def clear(self) -> None:
        """Drop all: another lesson begins."""
        self._shapes.clear()
        self._points = 0


def rough_bounds(stroke: Stroke) -> QRectF:
    """No less than what an outline of it covers, without building one.

    A force of 1023 draws 1.2 times the nominal width; the curve swings out by at most 4/27 of a
    chord that is no longer than STRAIGHT.
    """
    left, top, right, bottom = min(stroke.x), min(stroke.y), max(stroke.x), max(stroke.y)
    swing = min(STRAIGHT, math.hypot(right - left, bottom - top)) * 4 / 27
    room = swing + 0.6 * stroke.style.width
    return QRectF(left, top, right - left, bottom - top).adjusted(-room, -room, room, room)


def outline(stroke: Stroke) -> Shape:
    """Build the outline of what a stroke holds."""
    widths, lines = sample_widths(stroke), []
    for first, stop in stroke.runs():
        if first < stop:
            part = slice(first, stop)
            spots = thinned(stroke.x[part], stroke.y[part], widths[part], stroke.style.width)
            lines.append(rounded(spots))
    paths = paths_of(lines)
    return Shape(len(stroke.x), stroke.revision, paths, bounds_of(paths))


def paths_of(lines: Iterable[Sequence[Spot]]) -> tuple[QPainterPath, ...]:
    """Lines with round ends as few paths: a little over REACH, or FEWEST segments, in each."""
    paths: list[QPainterPath] = []
    total = 0.0
    for line in lines:
        for part, length in _parts(line):
            total += length
            if not paths or total > REACH:
                paths.append(new_path())
                total = length
            add_line(paths[-1], part)
    return tuple(paths)


def bounds_of(paths: Iterable[QPainterPath]) -> QRectF:
    """What paths cover together."""
    bounds = QRectF()
    for path in paths:
        bounds |= path.controlPointRect()
    return bounds


def _parts(line: Sequence[Spot]) -> Iterator[tuple[Sequence[Spot], float]]:
    """A line in parts that share a point, and their lengths; a dot is as long as it is wide."""
    first, length = 0, 2 * line[0][1]
    for i in range(1, len(line) - 1):
        length += abs(line[i][0] - line[i - 1][0])
        if length > REACH and i - first >= FEWEST:
            yield line[first : i + 1], length
            first, length = i, 0.0
    yield line[first:], length + abs(line[-1][0] - line[-2][0] if line[1:] else 0)


def new_path() -> QPainterPath:
    """An empty path whose parts add up, as all are wound the same way."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def add_line(path: QPainterPath, line: Sequence[Spot]) -> None:
    """Add a line with round ends.

    Between points runs a strip whose sides meet at the mitre; where the line turns by more than
    30°, or so tightly that the inner side would run backwards, the strip ends and a disk joins it
    to the next: every part is wound the same way, so nothing ever cancels out.
    """
    _add_disk(path, *line[0])
    if len(line) == 1:
        return
    _add_disk(path, *line[-1])
    there, back = [], []
    before, reach = 0j, 0.0
    for (at, half), (to, _) in itertools.pairwise(line):
        chord = to - at
        length = abs(chord)
        side = chord / length * 1j
        dot = before.real * side.real + before.imag * side.imag
        cross = abs(before.real * side.imag - before.imag * side.real)
        if dot > SOFT and 2 * half * cross < (1 + dot) * min(reach, length):
            mitre = (before + side) * (half / (1 + dot))
            there.append(at + mitre)
            back.append(at - mitre)
        else:
            if there:
                there.append(at + before * half)
                back.append(at - before * half)
                _add_strip(path, there, back)
                _add_disk(path, at, half)
            there, back = [at + side * half], [at - side * half]
        before, reach = side, length
    at, half = line[-1]
    there.append(at + before * half)
    back.append(at - before * half)
    _add_strip(path, there, back)


def _add_strip(path: QPainterPath, there: list[complex], back: list[complex]) -> None:
    line_to = path.lineTo
    path.moveTo(back[0].real, back[0].imag)
    for point in back[1:]:
        line_to(point.real, point.imag)
    for point in reversed(there):
        line_to(point.real, point.imag)
    path.closeSubpath()


def _add_disk(path: QPainterPath, at: complex, half: float) -> None:
    path.addEllipse(at.real - half, at.imag - half, 2 * half, 2 * half)
