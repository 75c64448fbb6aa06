"""What is printed on a page: its kind's dots and lines, from the numbers that all canvases share.

The rules stand in ``assets/grounds.json``; the page's TypeScript reads the same file.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from signaling_server.protocol.commands import Ink, PageKind
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.tokens import assets_dir

EXACT: Final = math.inf
"""A scale without pixels: PDF and SVG."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Dots, rows or columns: where they stand in a cell, how thick, how dark (0..1)."""

    draw: str
    at: tuple[int, ...]
    width: int
    tone: float
    dash: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """A system of coordinates in the middle of the page."""

    unit: int
    margin: int
    longest: float
    width: int
    tone: float
    tick: int
    arrow: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """One kind of page."""

    cell: tuple[int, int]
    margin: tuple[int, int]
    layers: tuple[Layer, ...]
    axes: Axes | None

    def area(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of what is ruled: whole cells."""
        (cell_x, cell_y), (x, y) = self.cell, self.margin
        wide, high = max(0, width - 2 * x), max(0, height - 2 * y)
        across = wide // cell_x * cell_x if cell_x else wide
        down = high // cell_y * cell_y if cell_y else high
        return (width - across) // 2, y, across, down


@cache
def load_grounds() -> tuple[int, dict[PageKind, Ground]]:
    """Read the shared numbers: the least distance in device pixels, and every kind.

    Raises:
        OSError, KeyError, ValueError: the program is not whole.
    """
    text = (assets_dir() / "grounds.json").read_text(encoding="utf-8")
    raw: dict[str, Any] = json.loads(text)
    return raw["least_px"], {kind: _ground(raw["kinds"][kind.value]) for kind in PageKind}


def _ground(row: dict[str, Any]) -> Ground:
    axes = row.get("axes")
    layers = (
        {**layer, "at": tuple(layer["at"]), "dash": tuple(layer.get("dash", ())) or None}
        for layer in row["layers"]
    )
    return Ground(
        cell=(row["cell"][0], row["cell"][1]),
        margin=(row["margin"][0], row["margin"][1]),
        layers=tuple(Layer(**layer) for layer in layers),
        axes=None if axes is None else Axes(**{**axes, "arrow": tuple(axes["arrow"])}),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page that a ground is printed on: its kind and size in 1/100 mm."""

    kind: PageKind
    width: int
    height: int


def draw_ground(
    painter: QPainter, sheet: Sheet, area: QRectF, colors: PaperColors, scale: float = EXACT
) -> None:
    """Paint the sheet's colour and ruling inside `area`; painter and area are in page units.

    Args:
        scale: device pixels per unit, so that lines fall on pixels; EXACT where there are none.
    """
    painter.fillRect(area, colors.ground)
    least, grounds = load_grounds()
    ground = grounds[sheet.kind]
    within = _Within(painter, area, scale, least)
    left, top, across, down = ground.area(sheet.width, sheet.height)
    for layer in ground.layers:
        color = toned(colors, layer.tone)
        columns = _places(left, across, ground.cell[0], layer.at)
        rows = _places(top, down, ground.cell[1], layer.at)
        if layer.draw == "dots":
            within.dots(columns, rows, layer.width, color)
        elif layer.draw == "rows":
            within.lines(rows, (left, left + across), layer, color)
        else:
            within.lines(columns, (top, top + down), layer, color)
    if ground.axes is not None:
        _draw_axes(within, ground.axes, sheet, toned(colors, ground.axes.tone))


def toned(colors: PaperColors, tone: float) -> QColor:
    """A colour between the paper's dots (0) and its ink (1)."""
    light, dark = colors.dots, colors.inks[Ink.INK]
    red, green, blue = (
        math.floor(a + (b - a) * tone + 0.5)
        for a, b in (
            (light.red(), dark.red()),
            (light.green(), dark.green()),
            (light.blue(), dark.blue()),
        )
    )
    return QColor(red, green, blue)


def _places(start: int, length: int, cell: int, at: Sequence[int]) -> list[int]:
    """Where a layer's lines stand, ascending."""
    count = length // cell if cell else 1
    return sorted({start + number * cell + place for number in range(count) for place in at})


@dataclass(frozen=True, slots=True)
class _Within:
    """Draws what lies inside an area of the page."""

    painter: QPainter
    area: QRectF
    scale: float
    least: int

    def dots(self, columns: list[int], rows: list[int], size: int, color: QColor) -> None:
        if self._are_too_near(columns) or self._are_too_near(rows):
            return
        thick, area = self._thick(size), self.area
        places = itertools.product(
            self._seen(columns, area.left(), area.right(), size),
            self._seen(rows, area.top(), area.bottom(), size),
        )
        if thick * self.scale <= 2:
            with self._sharp():
                for x, y in places:
                    spot = QRectF(self._first(x, thick), self._first(y, thick), thick, thick)
                    self.painter.fillRect(spot, color)
            return
        pen = QPen(color, size)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.painter.setPen(pen)
        self.painter.drawPoints([QPointF(x, y) for x, y in places])

    def lines(self, places: list[int], ends: tuple[int, int], layer: Layer, color: QColor) -> None:
        """Rows or columns at these places, from end to end."""
        if self._are_too_near(places):
            return
        thick, area, is_row = self._thick(layer.width), self.area, layer.draw == "rows"
        low, high = (area.top(), area.bottom()) if is_row else (area.left(), area.right())
        seen = (area.left(), area.right()) if is_row else (area.top(), area.bottom())
        pieces = list(_pieces(ends, seen, layer.dash))
        with self._sharp():
            for place in self._seen(places, low, high, layer.width):
                at = self._first(place, thick)
                for start, stop in pieces:
                    long = stop - start
                    self.painter.fillRect(
                        QRectF(start, at, long, thick)
                        if is_row
                        else QRectF(at, start, thick, long),
                        color,
                    )

    def _are_too_near(self, places: list[int]) -> bool:
        gaps = [b - a for a, b in itertools.pairwise(places)]
        return bool(gaps) and min(gaps) * self.scale < self.least

    def _seen(self, places: list[int], low: float, high: float, size: int) -> list[int]:
        room = size + 2 / self.scale
        return [place for place in places if low - room <= place <= high + room]

    def _thick(self, width: int) -> float:
        if self.scale == EXACT:
            return width
        return max(1, math.floor(width * self.scale + 0.5)) / self.scale

    def _first(self, place: int, thick: float) -> float:
        """Where a line begins across its way, so that its edges fall on pixels."""
        if self.scale == EXACT:
            return place - thick / 2
        return math.floor((place - thick / 2) * self.scale + 0.5) / self.scale

    @contextmanager
    def _sharp(self) -> Iterator[None]:
        """On pixels without soft edges: a last digit's rounding would show as a shadow."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.scale == EXACT)
        yield
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _pieces(
    ends: tuple[int, int], seen: tuple[float, float], dash: tuple[int, int] | None
) -> Iterator[tuple[int, int]]:
    """A line's dashes as far as they are seen, or the whole line."""
    if dash is None:
        yield ends
        return
    step = dash[0] + dash[1]
    first = max(0, math.floor((seen[0] - ends[0]) / step))
    last = min(ends[1], math.ceil(seen[1]))
    for at in range(ends[0] + first * step, last, step):
        yield at, min(at + dash[0], ends[1])


def _draw_axes(within: _Within, axes: Axes, sheet: Sheet, color: QColor) -> None:
    x, y = sheet.width // 2, min(sheet.height // 2, int(sheet.width * axes.longest / 2))
    across, up = x - axes.margin, y - axes.margin
    length, half = axes.arrow
    rows = Layer("rows", (), axes.width, axes.tone)
    columns = Layer("columns", (), axes.width, axes.tone)
    within.lines([y], (x - across, x + across - length // 2), rows, color)
    within.lines([x], (y - up + length // 2, y + up), columns, color)
    for sign in (-1, 1):
        steps = range(axes.unit, across - length + 1, axes.unit)
        within.lines(
            [x + sign * step for step in steps][::sign], (y - axes.tick, y), columns, color
        )
        steps = range(axes.unit, up - length + 1, axes.unit)
        within.lines([y + sign * step for step in steps][::sign], (x, x + axes.tick), rows, color)
    painter = within.painter
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    right, top = QPointF(x + across, y), QPointF(x, y - up)
    for tip, a, b in (
        (right, QPointF(-length, -half), QPointF(-length, half)),
        (top, QPointF(-half, length), QPointF(half, length)),
    ):
        painter.drawPolygon(QPolygonF([tip, tip + a, tip + b]))
