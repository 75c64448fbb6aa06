"""A function's graph as ink: axes with arrows and marks, the curve, and its name. Pure but for
measuring letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import TextPlaced
from teacher_client.geometry.boxes import Box, Point
from teacher_client.geometry.formula import Formula
from teacher_client.geometry.plot import Range, axes, sample, to_page
from teacher_client.geometry.shapes import Arrow, outline
from teacher_client.lesson.board_commands import MAX_PUT, MAX_PUT_SAMPLES, PutStroke
from teacher_client.ui.board.typed import placed_text

AXIS_WIDTH: Final = 40
CURVE_WIDTH: Final = 70
BARB: Final = 250
TICK: Final = 80
LETTERS: Final = 320
NAME: Final = 420
SPACING: Final = 1000
FINE: Final = 40.0
"""A point of the curve each 0.4 mm, before it is thinned where it is straight."""
OVER: Final = 500
"""The axes go on so far beyond the ranges."""
FLAT: Final = 1.5
POWER: Final = re.compile(r"\^([234])(?!\d)")
RAISED: Final = str.maketrans("234", "²³⁴")
"""Those that the board's font has."""


@dataclass(frozen=True, slots=True)
class Graph:
    """What is placed as one step."""

    strokes: tuple[PutStroke, ...]
    texts: tuple[TextPlaced, ...]
    has_curve: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to plot where: `name` stands beside it."""

    formula: Formula
    name: str
    x: Range
    y: Range
    frame: Box
    ink: Ink


def graph(wanted: Wanted) -> Graph:
    """Axes, curve and labels.

    Raises:
        ValueError: an empty range.
    """
    frame = wanted.frame
    lines = axes(frame, wanted.x, wanted.y, SPACING)
    strokes = [
        _stroke(outline(Arrow(start, _longer(start, stop), BARB))[0], Ink.INK, AXIS_WIDTH)
        for start, stop in lines.lines
    ]
    texts = []
    for tick in lines.ticks:
        x, y = tick.place
        ends = [(x, y - TICK), (x, y + TICK)] if tick.is_x else [(x - TICK, y), (x + TICK, y)]
        strokes.append(_stroke(ends, Ink.INK, AXIS_WIDTH))
        texts.append(_label(tick.label, tick.place, is_x=tick.is_x))
    (_, right), (_, up) = lines.lines
    texts.append(_text("x", (right[0] + OVER - 100, right[1] + 150), LETTERS, Ink.INK))
    texts.append(_text("y", (up[0] + 200, up[1] - OVER - 150), LETTERS, Ink.INK))
    curves = _curves(wanted)
    strokes += curves[: MAX_PUT - len(strokes)]
    words = POWER.sub(lambda power: power[1].translate(RAISED), wanted.name)
    words = words.replace("-", "\u2212")
    if words:
        name = _text(words, (0, 0), NAME, wanted.ink)
        wide = 0 if name is None else name.width
        texts.append(_text(words, (frame[2] - wide, frame[1] - 700), NAME, wanted.ink))
    return Graph(tuple(strokes), tuple(text for text in texts if text), bool(curves))


def _curves(wanted: Wanted) -> list[PutStroke]:
    left, _, right, _ = wanted.frame
    step = FINE / (right - left) * (wanted.x[1] - wanted.x[0])
    ways = sample(wanted.formula, wanted.x, wanted.y, step)
    found = []
    for way in ways:
        points = [to_page(wanted.frame, wanted.x, wanted.y, point) for point in way]
        thin = thinned(points)
        if len(thin) > 1:
            found.append(_stroke(thin[:MAX_PUT_SAMPLES], wanted.ink, CURVE_WIDTH))
    return found


def thinned(points: Sequence[Point]) -> list[Point]:
    """Without points that lie on the line of their neighbours, but none further than 4 mm."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = kept[-1], after
        length = max(abs(bx - ax) + abs(by - ay), 1.0)
        off = abs((here[0] - ax) * (by - ay) - (here[1] - ay) * (bx - ax)) / length
        is_far = abs(here[0] - ax) + abs(here[1] - ay) > 400
        if off > FLAT or is_far or before == here:
            kept.append(here)
    return [*kept, points[-1]]


def _longer(start: Point, stop: Point) -> Point:
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    length = max(abs(dx) + abs(dy), 1.0)  # axes are upright or level
    return stop[0] + dx / length * OVER, stop[1] + dy / length * OVER


def _stroke(points: Sequence[Point], ink: Ink, width: int) -> PutStroke:
    x, y = tuple(round(p[0]) for p in points), tuple(round(p[1]) for p in points)
    return PutStroke(Tool.FINELINER, ink, width, x, y)


def _label(words: str, place: Point, *, is_x: bool) -> TextPlaced | None:
    made = _text(words.replace("-", "\u2212"), (0, 0), LETTERS, Ink.INK)
    if made is None:
        return None
    away = made.width + 100 if words == "0" else made.width / 2  # beside the other axis
    at = (
        (place[0] - away, place[1] + TICK)
        if is_x
        else (place[0] - TICK - made.width - 60, place[1] - made.height / 2)
    )
    return _text(made.text, at, LETTERS, Ink.INK)


def _text(words: str, at: Point, size: int, ink: Ink) -> TextPlaced | None:
    return placed_text(words, size, at, ink, 20_000)
