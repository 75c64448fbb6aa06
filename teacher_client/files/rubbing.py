"""Ink that another program hid under white ink is taken away where it was hidden. No Qt."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from teacher_client.lesson.board_commands import PutStroke

MOST_STEPS: Final = 100_000
"""Of one white line, and of one stroke under it; a longer one hides nothing."""

Sample: TypeAlias = tuple[float, float, float]
"""x, y and force."""
Grid: TypeAlias = dict[tuple[int, int], list[tuple[float, float]]]


def rubbed(
    strokes: Sequence[PutStroke], line: Sequence[tuple[float, float]], radius: float
) -> list[PutStroke]:
    """What is left of strokes under a white line of this half width; lengths in 1/100 mm."""
    hidden = _Hidden([(x, y, 0.0) for x, y in line], max(radius, 1.0))
    return list(itertools.chain.from_iterable(map(hidden.left_of, strokes)))


class _Hidden:
    """The area of a white line: its points in cells of its half width."""

    def __init__(self, line: Sequence[Sample], radius: float) -> None:
        self._radius = radius
        self._cells: Grid = defaultdict(list)
        for x, y, _ in _stepped(line, radius / 2):
            self._cells[int(x // radius), int(y // radius)].append((x, y))
        columns = [column for column, _row in self._cells] or [0]
        rows = [row for _column, row in self._cells] or [0]
        self._low = complex(min(columns) - 1, min(rows) - 1) * radius
        self._high = complex(max(columns) + 2, max(rows) + 2) * radius

    def left_of(self, stroke: PutStroke) -> Iterator[PutStroke]:
        force = stroke.force or (0,) * len(stroke.x)
        whole = list(zip(stroke.x, stroke.y, force, strict=True))
        if not self._cells or not self._is_near(stroke):
            yield stroke
            return
        fine = _stepped(whole, self._radius / 2)
        if not any(map(self._holds, fine)):
            yield stroke
            return
        for is_hidden, run in itertools.groupby(fine, self._holds):
            if not is_hidden:
                x, y, pressed = zip(
                    *((round(a), round(b), round(c)) for a, b, c in run), strict=True
                )
                yield replace(stroke, x=x, y=y, force=pressed if stroke.force else ())

    def _is_near(self, stroke: PutStroke) -> bool:
        low, high = self._low, self._high
        return (
            min(stroke.x) <= high.real
            and max(stroke.x) >= low.real
            and min(stroke.y) <= high.imag
            and max(stroke.y) >= low.imag
        )

    def _holds(self, sample: Sample) -> bool:
        x, y, _ = sample
        column, row = int(x // self._radius), int(y // self._radius)
        return any(
            math.hypot(x - a, y - b) <= self._radius
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for a, b in self._cells.get((i, j), ())
        )


def _stepped(line: Sequence[Sample], step: float) -> list[Sample]:
    """The line's samples, and between them others, so that none lies further than `step`."""
    out = list(line[:1])
    for (x0, y0, f0), (x1, y1, f1) in itertools.pairwise(line):
        count = max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / step))
        if len(out) + count > MOST_STEPS:
            return []
        out += [
            (x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count, f0 + (f1 - f0) * k / count)
            for k in range(1, count + 1)
        ]
    return out
