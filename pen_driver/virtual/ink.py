"""Ink files → strokes in mm with times.

Known kinds: our own and other JSON with `ch` names, JSON lines of single characters in a box,
text columns `t x y pressure`, and InkML. Files come from strangers: sizes are bounded, documents
with a DTD are refused (entities that grow without end).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import TypeAlias
from xml.parsers import expat

from pen_driver.errors import BadInkError

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_POINTS = 500_000

# For files without times: tablets of those years gave about 100 points a second.
_POINT_S = 0.01
_PAUSE_S = 0.25
_BETWEEN_CHARACTERS_S = 0.4
_SAME_TIME_S = 1e-6
_CELL_MM = 14.0
_MARGIN_MM = 15.0

_SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "ink"


@dataclass(frozen=True, slots=True)
class InkPoint:
    """`t` seconds since the ink began; `force` 0..1 or None."""

    t: float
    x_mm: float
    y_mm: float
    force: float | None = None


Stroke: TypeAlias = tuple[InkPoint, ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """Strokes in the order of writing. `is_mm`: lengths are true, not just in proportion."""

    strokes: tuple[Stroke, ...]
    is_mm: bool


def sample_names() -> list[str]:
    """Return the names of the samples that ship with us."""
    return sorted(path.stem for path in _SAMPLES.glob("*.json"))


def load_ink(name: str) -> Ink:
    """Read the sample or the file called `name`.

    Raises:
        BadInkError: no such file, or nothing readable in it.
    """
    path = _SAMPLES / f"{name}.json" if name in sample_names() else Path(name)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInkError("too large")
        data = path.read_bytes()
    except OSError as exc:
        raise BadInkError(f"{name}: {exc.strerror}") from exc
    return parse_ink(data, path.suffix)


def parse_ink(data: bytes, suffix: str) -> Ink:
    """Read an ink file's bytes; its kind is told by the suffix of its name.

    Raises:
        BadInkError: unknown kind, damaged, empty or too large.
    """
    try:
        match suffix.lower():
            case ".json":
                ink = _from_json(data)
            case ".jsonl":
                ink = _from_json_lines(data)
            case ".inkml":
                ink = _from_inkml(data)
            case ".txt":
                ink = _from_columns(data)
            case _:
                raise BadInkError(f"unknown kind {suffix!r}")
    except (ValueError, KeyError, TypeError, IndexError, expat.ExpatError, RecursionError) as exc:
        raise BadInkError(f"damaged: {exc}") from exc
    return _checked(ink)


def _checked(ink: Ink) -> Ink:
    strokes = tuple(stroke for stroke in ink.strokes if stroke)
    points = [point for stroke in strokes for point in stroke]
    if not points:
        raise BadInkError("no strokes")
    if len(points) > MAX_POINTS:
        raise BadInkError("too many points")
    for point in points:
        if not all(map(isfinite, (point.t, point.x_mm, point.y_mm, point.force or 0.0))):
            raise BadInkError("a number that is none")
    first = strokes[0][0].t
    shifted = tuple(
        tuple(InkPoint(max(p.t - first, 0.0), p.x_mm, p.y_mm, p.force) for p in stroke)
        for stroke in strokes
    )
    return Ink(shifted, ink.is_mm)


def _channel(names: Sequence[str], *wanted: str) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _rows_to_stroke(rows: Iterable[Sequence[float]], names: Sequence[str], start: float) -> Stroke:
    """Turn rows of numbers into points; `start` is where a file without times stands."""
    x, y = names.index("x"), names.index("y")
    t, force = _channel(names, "t_ms"), _channel(names, "pressure", "force")
    return tuple(
        InkPoint(
            t=start + n * _POINT_S if t is None else float(row[t]) / 1000,
            x_mm=float(row[x]),
            y_mm=float(row[y]),
            force=None if force is None else float(row[force]),
        )
        for n, row in enumerate(rows)
    )


def _from_json(data: bytes) -> Ink:
    document = json.loads(data)
    names = [str(name) for name in document["ch"]]
    strokes: list[Stroke] = []
    for rows in document["strokes"]:
        start = strokes[-1][-1].t + _PAUSE_S if strokes and strokes[-1] else 0.0
        points = rows["pts"] if isinstance(rows, dict) else rows
        strokes.append(_rows_to_stroke(points, names, start))
    if _channel(names, "pressure") is not None:
        strokes = [part for stroke in strokes for part in _cut_at_lifts(stroke)]
    return Ink(tuple(strokes), is_mm=document.get("unit") == "mm")


def _cut_at_lifts(points: Iterable[InkPoint]) -> list[Stroke]:
    """Cut where the pressure is 0: the pen hovers there."""
    parts: list[list[InkPoint]] = [[]]
    for point in points:
        if point.force is None or point.force > 0:
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    return [tuple(part) for part in parts if part]


def _from_columns(data: bytes) -> Ink:
    points = []
    for line in data.decode("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            t, x, y, force = (float(word) for word in line.split())
            points.append(InkPoint(t, x, y, force))
    return Ink(tuple(_cut_at_lifts(points)), is_mm=False)


def _from_json_lines(data: bytes) -> Ink:
    """Lay single characters out in rows of ten cells."""
    strokes: list[Stroke] = []
    clock = 0.0
    lines = [line for line in data.decode("utf-8").splitlines() if line.strip()]
    for n, line in enumerate(lines):
        character = json.loads(line)
        scale = _CELL_MM / max(float(side) for side in character["box"])
        left, top = n % 10 * _CELL_MM, n // 10 * _CELL_MM * 1.2
        end = clock
        for rows in character["strokes"]:
            stroke = tuple(
                InkPoint(p.t + clock, left + p.x_mm * scale, top + p.y_mm * scale, p.force)
                for p in _rows_to_stroke(rows, character["ch"], end - clock)
            )
            strokes.append(stroke)
            end = max([end, *(point.t for point in stroke)])
        clock = end + _BETWEEN_CHARACTERS_S
    return Ink(tuple(strokes), is_mm=True)


class _InkmlReader:
    """Collect the channel names and the text of every trace."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.traces: list[str] = []
        self._is_in_trace = False

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)

    def _doctype(self, *_: object) -> None:
        raise BadInkError("a document type declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "channel":
                self.names.append(attributes.get("name", "").lower())
            case "trace":
                self.traces.append("")
                self._is_in_trace = True

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "trace":
            self._is_in_trace = False

    def _text(self, text: str) -> None:
        if self._is_in_trace:
            self.traces[-1] += text


def _from_inkml(data: bytes) -> Ink:
    reader = _InkmlReader()
    reader.parse(data)
    columns = {"t": "t_ms", "f": "pressure"}
    names = [columns.get(name, name) for name in reader.names] or ["x", "y"]
    if "pressure" in names:  # its range is written elsewhere and differs from file to file
        names[names.index("pressure")] = "unused"
    strokes: list[Stroke] = []
    for trace in reader.traces:
        rows = [[float(word) for word in row.split()] for row in trace.split(",") if row.strip()]
        start = strokes[-1][-1].t + _PAUSE_S if strokes and strokes[-1] else 0.0
        strokes.append(_rows_to_stroke(rows, names, start))
    return Ink(tuple(strokes), is_mm=False)


def fit_to_page(ink: Ink, width_mm: float, height_mm: float) -> tuple[Stroke, ...]:
    """Place the ink on a page; ink in true mm that fits stays where it is."""
    points = [point for stroke in ink.strokes for point in stroke]
    left, right = min(p.x_mm for p in points), max(p.x_mm for p in points)
    top, bottom = min(p.y_mm for p in points), max(p.y_mm for p in points)
    if ink.is_mm and left >= 0 and top >= 0 and right <= width_mm and bottom <= height_mm:
        return ink.strokes
    scale = min(
        (width_mm - 2 * _MARGIN_MM) / max(right - left, 1e-6),
        (height_mm - 2 * _MARGIN_MM) / max(bottom - top, 1e-6),
    )
    if ink.is_mm:
        scale = min(scale, 1.0)
    return tuple(
        tuple(
            InkPoint(
                p.t,
                _MARGIN_MM + (p.x_mm - left) * scale,
                _MARGIN_MM + (p.y_mm - top) * scale,
                p.force,
            )
            for p in stroke
        )
        for stroke in ink.strokes
    )


def resample(stroke: Stroke, rate_hz: float) -> Stroke:
    """Return the stroke at `rate_hz` samples a second, first and last point kept.

    Between points it goes straight; force is interpolated likewise.
    """
    step = 1 / rate_hz
    out = [stroke[0]]
    for a, b in pairwise(stroke):
        while (due := stroke[0].t + len(out) * step) < b.t - _SAME_TIME_S:
            out.append(_between(a, b, (due - a.t) / (b.t - a.t)))
    if len(stroke) > 1:
        out.append(stroke[-1])
    return tuple(out)


def _between(a: InkPoint, b: InkPoint, part: float) -> InkPoint:
    force = None
    if a.force is not None and b.force is not None:
        force = a.force + (b.force - a.force) * part
    return InkPoint(
        a.t + (b.t - a.t) * part,
        a.x_mm + (b.x_mm - a.x_mm) * part,
        a.y_mm + (b.y_mm - a.y_mm) * part,
        force,
    )
