"""Strokes for drawing tests: wavy lines with force, dots, straight lines, markers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.ids import TEACHER, Member, PageId, StrokeId, stroke_id

FIRST_PAGE = PageId(1)


@dataclass
class Line:
    """A stroke with the fields that drawing sees."""

    id: StrokeId
    x: list[int]
    y: list[int]
    force: list[int] | None = None
    author: Member = TEACHER
    tool: Tool = Tool.PEN
    ink: Ink = Ink.INK
    width: int = 70
    has_ended: bool = True
    is_visible: bool = True


@dataclass
class Frame:
    """A picture's place."""

    x: int
    y: int
    width: int
    height: int


@dataclass
class Sheet:
    """A page with the fields that drawing sees."""

    strokes: dict[StrokeId, Line] = field(default_factory=dict)
    number: PageId = FIRST_PAGE
    width: int = 17_600
    height: int = 25_000
    kind: PageKind = PageKind.DOTS
    pictures: list[Frame] = field(default_factory=list)


def wave(counter: int, *, count: int = 60, ink: Ink = Ink.INK, tool: Tool = Tool.PEN) -> Line:
    """A wavy line whose place and force depend on its number; neighbours cross."""
    left, top = 1000 + 900 * (counter % 5), 1500 + 700 * (counter % 7)
    x = [left + 90 * i for i in range(count)]
    y = [top + round(900 * math.sin(i / 5 + counter)) for i in range(count)]
    force = [300 + round(600 * abs(math.sin(i / 9))) for i in range(count)]
    width = 500 if tool is Tool.MARKER else 70
    return Line(stroke_id(TEACHER, 1, counter), x, y, force, ink=ink, tool=tool, width=width)


def page_of_waves(count: int = 12) -> list[Line]:
    """Crossing waves in several inks, two of them markers."""
    inks = [Ink.INK, Ink.BLUE, Ink.RED, Ink.GREEN, Ink.OCHRE, Ink.PURPLE]
    lines = [wave(i, ink=inks[i % 6]) for i in range(count)]
    lines[3] = wave(3, ink=Ink.MARKER_YELLOW, tool=Tool.MARKER)
    lines[8] = wave(8, ink=Ink.MARKER_AQUA, tool=Tool.MARKER)
    return lines
