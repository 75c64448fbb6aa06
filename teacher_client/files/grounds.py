"""A page's ruling as lines and areas, exact, for formats that hold vectors.

The rules stand in ``assets/ink/grounds.json``; :mod:`teacher_client.drawing.ground` paints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtGui import QColor

from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.ground import Axes, Ground, Layer, Sheet, load_grounds, toned

Line: TypeAlias = tuple[int, int, int, int]
"""x and y of both ends, 1/100 mm."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """Lines of one width and colour with flat ends; lines of no length with round ends: dots."""

    lines: tuple[Line, ...]
    width: int
    color: QColor
    dash: tuple[int, int] | None = None
    is_dots: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[tuple[int, int], ...]
    color: QColor


def ruling(sheet: Sheet, colors: PaperColors) -> Iterator[Ruled | Area]:
    """What is printed on a sheet, from below; its plain colour apart."""
    ground = load_grounds()[1][sheet.kind]
    for layer in ground.layers:
        yield _layer(ground, layer, sheet, toned(colors, layer.tone))
    if ground.axes is not None:
        yield from _axes(ground.axes, sheet, toned(colors, ground.axes.tone))


def _layer(ground: Ground, layer: Layer, sheet: Sheet, color: QColor) -> Ruled:
    left, top, across, down = ground.area(sheet.width, sheet.height)
    columns = _places(left, across, ground.cell[0], layer.at)
    rows = _places(top, down, ground.cell[1], layer.at)
    if layer.draw == "dots":
        dots = tuple((x, y, x, y) for y in rows for x in columns)
        return Ruled(dots, layer.width, color, is_dots=True)
    if layer.draw == "rows":
        lines = tuple((left, y, left + across, y) for y in rows)
    else:
        lines = tuple((x, top, x, top + down) for x in columns)
    return Ruled(lines, layer.width, color, layer.dash)


def _places(start: int, length: int, cell: int, at: tuple[int, ...]) -> list[int]:
    count = length // cell if cell else 1
    return sorted({start + number * cell + place for number in range(count) for place in at})


def _axes(axes: Axes, sheet: Sheet, color: QColor) -> Iterator[Ruled | Area]:
    x, y = sheet.width // 2, min(sheet.height // 2, int(sheet.width * axes.longest / 2))
    across, up = x - axes.margin, y - axes.margin
    length, half = axes.arrow
    lines = [
        (x - across, y, x + across - length // 2, y),
        (x, y - up + length // 2, x, y + up),
    ]
    for sign in (-1, 1):
        for step in range(axes.unit, across - length + 1, axes.unit):
            lines.append((x + sign * step, y - axes.tick, x + sign * step, y))
        for step in range(axes.unit, up - length + 1, axes.unit):
            lines.append((x, y + sign * step, x + axes.tick, y + sign * step))
    yield Ruled(tuple(lines), axes.width, color)
    right, top = x + across, y - up
    yield Area(((right, y), (right - length, y - half), (right - length, y + half)), color)
    yield Area(((x, top), (x - half, top + length), (x + half, top + length)), color)
