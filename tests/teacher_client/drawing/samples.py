"""Strokes for drawing tests: wavy lines with force, dots, straight lines, markers."""

from __future__ import annotations

import math
import random

from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, StrokeId, stroke_id
from signaling_server.protocol.ink import Style

PAGE = PageId(1)
COUNT = 60


def line(counter: int, x: list[int], y: list[int], style: Style | None = None) -> Stroke:
    """An ended stroke without force."""
    style = style if style is not None else Style(Tool.PEN, Ink.INK, 70, 0)
    stroke = Stroke(stroke_id(TEACHER, 1, counter), PAGE, TEACHER, 0, style, begun=EntryNumber(1))
    stroke.x, stroke.y = list(x), list(y)
    stroke.has_ended = True
    return stroke


def wave(counter: int, ink: Ink = Ink.INK, tool: Tool = Tool.PEN, count: int = COUNT) -> Stroke:
    """A wavy line whose place and force depend on its number; neighbours cross."""
    left, top = 1000 + 900 * (counter % 5), 1500 + 700 * (counter % 7)
    x = [left + 90 * i for i in range(count)]
    y = [top + round(900 * math.sin(i / 5 + counter)) for i in range(count)]
    stroke = line(counter, x, y, Style(tool, ink, 500 if tool is Tool.MARKER else 70, 0))
    stroke.force = [300 + round(600 * abs(math.sin(i / 9))) for i in range(count)]
    return stroke


def scribble(count: int, size: int = 8000, drift: float = 0) -> Stroke:
    """One stroke to and fro over a square of `size` that goes down by `drift` a sample."""
    rnd = random.Random(3)
    x = [2000 + rnd.randint(0, size) for _ in range(count)]
    y = [2000 + rnd.randint(0, size) + round(i * drift) for i in range(count)]
    return line(400, x, y)


def page_of_waves(count: int = 12) -> list[Stroke]:
    """Crossing waves in several inks, two of them markers."""
    inks = [Ink.INK, Ink.BLUE, Ink.RED, Ink.GREEN, Ink.OCHRE, Ink.PURPLE]
    lines = [wave(i, inks[i % 6]) for i in range(count)]
    lines[3] = wave(3, Ink.MARKER_YELLOW, Tool.MARKER)
    lines[8] = wave(8, Ink.MARKER_AQUA, Tool.MARKER)
    return lines


def copy_of(stroke: Stroke, count: int | None = None) -> Stroke:
    """Another object with the first `count` samples, or all."""
    copy = line(0, stroke.x[:count], stroke.y[:count], stroke.style)
    copy.id = stroke.id
    copy.force = None if stroke.force is None else stroke.force[:count]
    copy.has_ended = count is None
    return copy


def sheet(strokes: list[Stroke], kind: PageKind = PageKind.DOTS) -> Page:
    """A page that holds these strokes."""
    named: dict[StrokeId, Stroke] = {stroke.id: stroke for stroke in strokes}
    return Page(PAGE, 17_600, 25_000, kind, strokes=named)
