"""InkML (W3C Recommendation of 20 September 2011) as a page of ours. No Qt.

Read: trace formats with X, Y, F and T, their units and maximums, relative values (``'``, ``"``)
and explicit ones (``!``), what a point leaves out, contexts and brushes by reference or in place,
trace groups. Left out and noted: transformed canvases, other channels, pen-up traces. Ink without
units, as recognisers' samples have it, is scaled to the breadth of a page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from signaling_server.protocol.commands import PageKind, Tool
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.imported import (
    LARGEST,
    PENS,
    Builder,
    ImportedPages,
    full,
    hex_color,
    number,
)
from teacher_client.files.imported import MARKERS as MARKER_INKS
from teacher_client.files.strict_xml import read_xml, unpacked

PAGE: Final = (17_600, 25_000)
BREADTH: Final = 13_600
"""How broad ink without units becomes, at most."""
TALLEST: Final = 22_000
UNITS: Final = {
    "m": 100_000.0, "cm": 1_000.0, "mm": 100.0, "in": 2_540.0, "pt": 2_540 / 72,
    "pc": 2_540 / 6, "himetric": 1.0,
}  # fmt: skip
"""1/100 mm; `dev` and unknown units have no size."""
WIDTH: Final = 70.0
MOST_CHANNELS: Final = 32
MOST_NUMBERS: Final = 1_200_000
"""300 000 points with force and time, in the memory of the confined child."""
_VALUE: Final = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|#[0-9A-Fa-f]+|[TF*?]"
_TOKEN: Final = re.compile(rf"\s*([!'\"]?)\s*({_VALUE})\s*")


@dataclass(frozen=True, slots=True)
class Channel:
    """One column of a trace; `unit` in 1/100 mm, 0 without a size; `most` 0 where not said."""

    name: str
    unit: float = 0.0
    most: float = 0.0
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Brush:
    """How a trace is drawn; width in 1/100 mm."""

    color: tuple[int, int, int] = (0, 0, 0)
    width: float = WIDTH
    is_marker: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a trace."""

    channels: tuple[Channel, ...] = (Channel("X"), Channel("Y"))
    brush: Brush = field(default_factory=Brush)


@dataclass(frozen=True, slots=True)
class _Trace:
    context: Context
    points: list[list[float]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What belongs to one page; its size in mm where that is said (our own files do)."""

    size: tuple[float, float] | None = None
    traces: list[_Trace] = field(default_factory=list)
    texts: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def read_inkml(data: bytes) -> ImportedPages:
    """Read a file whole; all its ink becomes one page, unless it says which page it is on.

    Raises:
        FileError: not of this kind, damaged, too large or hostile.
    """
    handler = _InkMl()
    read_xml(unpacked(data), handler)
    return handler.pages()


class _InkMl:
    def __init__(self) -> None:
        self.builder = Builder()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._named: dict[str, Context] = {}
        self._contexts = [Context()]
        self._channels: list[Channel] = []
        self._sheets = [_Sheet()]
        self._numbers = 0
        self._title = ""

    def start(self, tag: str, attributes: dict[str, str]) -> bool:
        if not self._open and tag != "ink":
            raise FileError(FileTrouble.NOT_THIS_KIND)
        self._open.append((tag, attributes))
        match tag:
            case "context" | "traceGroup" | "trace" | "traceView" | "brush":
                self._contexts.append(self._resolved(attributes))
            case "traceFormat":
                self._channels = []
            case "channel":
                self._channel(attributes)
            case "brushProperty":
                self._brush(attributes)
        return tag in ("trace", "annotation")

    def end(self, tag: str, text: str) -> None:
        _tag, attributes = self._open.pop()
        match tag:
            case "trace":
                context = self._contexts.pop()
                if attributes.get("type", "penDown") == "penDown":
                    self._sheets[-1].traces.append(_Trace(context, self._points(context, text)))
            case "traceGroup" | "traceView":
                self._contexts.pop()
            case "context" | "brush":
                self._close(tag, self._contexts.pop(), attributes)
            case "traceFormat":
                self._format(attributes)
            case "annotation":
                self._annotation(attributes, text)
            case "mapping" | "canvasTransform":
                self.builder.made.losses.add(Lost.UNKNOWN)

    # contexts

    def _resolved(self, attributes: Mapping[str, str]) -> Context:
        context = self._contexts[-1]
        for name in ("contextRef", "traceFormatRef", "brushRef"):
            known = self._named.get(attributes.get(name, "").removeprefix("#"))
            if known is None:
                continue
            if name != "brushRef":
                context = replace(context, channels=known.channels)
            if name != "traceFormatRef":
                context = replace(context, brush=known.brush)
        return context

    def _close(self, tag: str, context: Context, attributes: Mapping[str, str]) -> None:
        name = attributes.get("xml:id", attributes.get("id", ""))
        if name:
            self._named[name] = context
        is_inside = any(outer in ("definitions", "traceGroup") for outer, _ in self._open)
        if tag == "brush" and self._open and self._open[-1][0] == "context":
            self._contexts[-1] = replace(self._contexts[-1], brush=context.brush)
        elif not is_inside:  # a context in the file's flow holds for what follows
            self._contexts[-1] = context

    def _channel(self, attributes: Mapping[str, str]) -> None:
        if len(self._channels) >= MOST_CHANNELS:
            raise FileError(FileTrouble.TOO_MANY)
        unit = UNITS.get(attributes.get("units", ""), 0.0)
        most, least = (number(attributes.get(side), 0.0) for side in ("max", "min"))
        self._channels.append(Channel(attributes.get("name", ""), unit, most, least))

    def _format(self, attributes: Mapping[str, str]) -> None:
        names = [channel.name for channel in self._channels]
        if "X" not in names or "Y" not in names:
            return
        changed = replace(self._contexts[-1], channels=tuple(self._channels))
        name = attributes.get("xml:id", attributes.get("id", ""))
        if name:
            self._named[name] = changed
        if not any(outer in ("definitions",) for outer, _ in self._open[-1:]):
            self._contexts[-1] = changed

    def _brush(self, attributes: Mapping[str, str]) -> None:
        brush, value = self._contexts[-1].brush, attributes.get("value", "")
        match attributes.get("name", ""):
            case "color":
                brush = replace(brush, color=hex_color(value))
            case "width":
                unit = UNITS.get(attributes.get("units", "mm"), 100.0)
                brush = replace(brush, width=number(value, WIDTH / unit) * unit)
            case "transparency":
                brush = replace(brush, is_marker=number(value, 0) >= 64)
            case "rasterOp":
                brush = replace(brush, is_marker=brush.is_marker or value == "maskPen")
        self._contexts[-1] = replace(self._contexts[-1], brush=brush)

    # traces

    def _points(self, context: Context, text: str) -> list[list[float]]:
        """Rows of values, one for each channel (section 3.2)."""
        plain = self._plain_points(context, text)
        if plain is not None:
            return plain
        rows: list[list[float]] = []
        count = len(context.channels)
        modes, last, speed = ["!"] * count, [0.0] * count, [0.0] * count
        for row in text.split(","):
            values = list(_tokens(row))
            if not values:
                continue
            if len(values) > MOST_CHANNELS:
                raise FileError(FileTrouble.TOO_MANY)
            self._count(len(values))
            for i, (mode, word) in enumerate(values[:count]):
                modes[i] = mode or modes[i]
                if word in ("*", "?"):
                    value = last[i] + (speed[i] if modes[i] == '"' else 0.0)
                else:
                    value = 1.0 if word == "T" else 0.0 if word == "F" else number(word, 0.0)
                    if modes[i] == "'":
                        speed[i], value = value, last[i] + value
                    elif modes[i] == '"':
                        speed[i] += value
                        value = last[i] + speed[i]
                if not abs(value) <= LARGEST:
                    raise FileError(FileTrouble.DAMAGED, "not a place")
                last[i] = value
            rows.append(last.copy())
        return rows

    def _plain_points(self, context: Context, text: str) -> list[list[float]] | None:
        """The same where all values are plain numbers with blanks between them; else None."""
        count = len(context.channels)
        try:
            rows = [list(map(float, row.split())) for row in text.split(",")]
        except ValueError:
            return None
        rows = rows if rows[-1] else rows[:-1]
        is_plain = (len(row) == count and all(abs(v) <= LARGEST for v in row) for row in rows)
        if not all(is_plain):
            return None
        self._count(len(rows) * count)
        return rows

    def _count(self, numbers: int) -> None:
        self._numbers += numbers
        if self._numbers > MOST_NUMBERS:
            raise FileError(FileTrouble.TOO_MANY)

    def _annotation(self, attributes: Mapping[str, str], text: str) -> None:
        kind = attributes.get("type", "")
        if kind == "title":
            self._title = text.strip()[:200]
        elif kind == "page":
            sides = number(attributes.get("width")), number(attributes.get("height"))
            self._sheets.append(_Sheet(None if math.isnan(sum(sides)) else sides))
        elif kind in ("text", "formula") and "x" in attributes:
            self._sheets[-1].texts.append((text, dict(attributes)))
        elif not self._title and kind in ("truth", "UI"):
            self._title = text.strip()[:200]

    # the page

    def pages(self) -> ImportedPages:
        sheets = [sheet for sheet in self._sheets if sheet.traces or sheet.texts or sheet.size]
        if not sheets:
            raise FileError(FileTrouble.NOT_THIS_KIND)
        self.builder.made.title = self._title
        for sheet in sheets:
            self._page(sheet)
        return self.builder.made

    def _page(self, sheet: _Sheet) -> None:
        placed = [(trace, list(_places(trace))) for trace in sheet.traces]
        has_size = all(_unit(trace) for trace in sheet.traces)
        fit = _fit([point for _trace, points in placed for point in points], has_size)
        if sheet.size is not None:
            fit = _Fit(1, 0, 0, (sheet.size[0] * 100, sheet.size[1] * 100))
        self.builder.add_page(*fit.size, PageKind.BLANK)
        for trace, points in placed:
            self._stroke(trace, [fit.place(point) for point in points])
        for text, attributes in sheet.texts:
            self._text(text, attributes)

    def _text(self, text: str, attributes: Mapping[str, str]) -> None:
        names = ("x", "y", "width", "height", "size")
        x, y, width, height, size = (100 * number(attributes.get(name), 0) for name in names)
        ink = self.builder.ink(hex_color(attributes.get("color", "")))
        box = x, y, x + width, y + height
        if attributes["type"] == "formula" and self.builder.add_formula(text, box, ink):
            return
        self.builder.add_text(text, (x, y), size or 400, ink)

    def _stroke(self, trace: _Trace, points: list[tuple[float, float]]) -> None:
        names = [channel.name for channel in trace.context.channels]
        known = {"X", "Y", "F", "T", "P"}
        self.builder.lose(Lost.UNKNOWN, int(not known.issuperset(names)))
        self.builder.lose(Lost.TIMES, int("T" in names))
        brush = trace.context.brush
        ink = self.builder.ink(brush.color, MARKER_INKS if brush.is_marker else PENS)
        tool = Tool.MARKER if brush.is_marker else Tool.PEN
        force: list[int] = []
        for name in ("F", "P"):
            if name in names:
                column = trace.context.channels[names.index(name)]
                values = [row[names.index(name)] for row in trace.points]
                most = (
                    column.most if column.most > column.least else max(map(abs, values), default=1)
                )
                span = (most - column.least) or 1
                force = [full((value - column.least) / span) for value in values]
        self.builder.add_stroke((tool, ink, brush.width), points, force)


def _tokens(row: str) -> Iterator[tuple[str, str]]:
    """Prefix and word of each value of a point."""
    at, row = 0, row.strip()
    while at < len(row):
        found = _TOKEN.match(row, at)
        if found is None:
            raise FileError(FileTrouble.DAMAGED, "not a value")
        yield found.group(1), found.group(2)
        at = found.end()


def _unit(trace: _Trace) -> float:
    """Size of its X channel's unit, 0 without."""
    return next(c.unit for c in trace.context.channels if c.name == "X")


def _places(trace: _Trace) -> Iterator[tuple[float, float]]:
    """x and y; in 1/100 mm where its channels have a size."""
    channels = trace.context.channels
    names = [channel.name for channel in channels]
    i, j = names.index("X"), names.index("Y")
    unit = channels[i].unit or 1.0
    for row in trace.points:
        yield row[i] * unit, row[j] * (channels[j].unit or unit)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How ink is laid on the page: scaled where it has no size, moved where it would be off it."""

    scale: float
    left: float
    top: float
    size: tuple[float, float]

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale


def _fit(points: list[tuple[float, float]], has_size: bool) -> _Fit:
    if not points:
        return _Fit(1, 0, 0, PAGE)
    left, top = min(p[0] for p in points), min(p[1] for p in points)
    broad, tall = max(p[0] for p in points) - left, max(p[1] for p in points) - top
    if has_size and min(left, top) >= 0 and left + broad <= PAGE[0]:
        return _Fit(1, 0, 0, (PAGE[0], max(PAGE[1], top + tall + 1_000)))
    is_right = has_size and broad <= PAGE[0]  # some write points where they mean pixels
    scale = 1.0 if is_right else min(BREADTH / max(broad, 1e-9), TALLEST / max(tall, 1e-9))
    size = max(PAGE[0], broad * scale + 4_000), max(PAGE[1], tall * scale + 3_000)
    return _Fit(scale, left - 2_000 / scale, top - 1_500 / scale, size)
