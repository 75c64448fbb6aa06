"""LaTeX formulas to outlines, once, at the writer; every reader paints the same outline (P-3.6).

ziamath lays formulas out in pure Python with STIX Two Math (OFL), glyph by glyph; Chinese words
inside ``\\text{…}`` take the program's own font. What comes out is a path in whole numbers.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from ziafont.font import Font
from ziafont.glyph import SimpleGlyph
from ziamath.config import config
from ziamath.mathfont import MathFont
from ziamath.styles import MathVariant
from ziamath.zmath import Latex, loadedfonts

from signaling_server.protocol.entries import MAX_OUTLINE
from teacher_client.drawing.tokens import assets_dir

LONGEST_SOURCE: Final = 400
"""Characters; a line of mathematics is 40 to 120."""
EM: Final = 24.0
FONT: Final = "lamplight"

_PIECE: Final = re.compile(r"[MLQCZ]|-?[\d.]+(?:e-?\d+)?")

Point: TypeAlias = tuple[float, float]


class _BothFonts(MathFont):
    """STIX Two Math, and for what it lacks, Chinese above all, the program's own letters."""

    def __init__(self) -> None:
        super().__init__(str(loadedfonts["default"].fname))
        path = assets_dir() / "fonts" / "NotoSansSC-Regular.ttf"
        self._letters = Font(str(path)) if path.exists() else None

    def findglyph(self, char: str, variant: MathVariant) -> SimpleGlyph:
        """A glyph of the font that has it; both have 1000 units to the em."""
        if self._letters is not None and not self.glyphindex(char):
            return self._letters.glyph(char)
        return super().findglyph(char, variant)


config.svg2 = False  # every glyph as its own path, at its own place
loadedfonts[FONT] = _BothFonts()


class Wrong(StrEnum):
    """Why a formula cannot be set."""

    EMPTY = "empty"
    SYNTAX = "syntax"
    TOO_LONG = "too_long"


class FormulaError(Exception):
    """A formula that cannot be set; `reason` is put into words at the face."""

    def __init__(self, reason: Wrong) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Outline:
    """A formula's shape: SVG path commands M L Q C Z in 1/100 mm from its top left corner."""

    path: str
    width: int
    height: int


def outline(source: str, size: int) -> Outline:
    """Set a formula; some 5 to 50 ms.

    Args:
        source: LaTeX, without dollar signs.
        size: of the letters (em), 1/100 mm.

    Raises:
        FormulaError: empty, not LaTeX, or too long for one entry.
    """
    source = source.strip().strip("$")
    if not source:
        raise FormulaError(Wrong.EMPTY)
    if len(source) > LONGEST_SOURCE:
        raise FormulaError(Wrong.TOO_LONG)
    try:
        drawing = Latex(source, size=EM, font=FONT).svgxml()
    # the parser answers broken input with errors of many kinds, bare ones of Python among them
    except Exception as exc:
        raise FormulaError(Wrong.SYNTAX) from exc
    left, top, width, height = (float(part) for part in drawing.attrib["viewBox"].split())
    scale = size / EM
    path = " ".join(_commands(drawing, left, top, scale)).replace(" -", "-")
    if len(path) > MAX_OUTLINE:
        raise FormulaError(Wrong.TOO_LONG)
    return Outline(path, max(1, round(width * scale)), max(1, round(height * scale)))


def _commands(drawing: ET.Element, left: float, top: float, scale: float) -> Iterator[str]:
    """Each drawn part as path commands; lines that are only stroked become thin areas."""
    for part in drawing:
        kind = part.tag.rpartition("}")[2]
        thick = float(part.get("stroke-width", "0")) / 2
        if kind == "rect":
            x, y, width, height = (float(part.get(n, "0")) for n in ("x", "y", "width", "height"))
            corners = _around(x, y, width, height, thick)
            if part.get("fill") in (None, "none"):
                corners += _around(x, y, width, height, -thick)[::-1]  # the hole of a frame
        elif kind == "path" and thick:
            corners = _beside(part.attrib["d"], thick)
        elif kind == "path":
            yield _scaled(part.attrib["d"], left, top, scale)
            continue
        else:
            continue
        for first in range(0, len(corners), 4):
            points = " L ".join(f"{x} {y}" for x, y in corners[first : first + 4])
            yield _scaled(f"M {points} Z", left, top, scale)


def _around(x: float, y: float, width: float, height: float, by: float) -> list[Point]:
    x, y, right, bottom = x - by, y - by, x + width + by, y + height + by
    return [(x, y), (right, y), (right, bottom), (x, bottom)]


def _beside(path: str, thick: float) -> list[Point]:
    """The area of a stroked straight line, M x y L x y; it runs round as the glyphs do."""
    x0, y0, x1, y1 = (float(number) for number in _PIECE.findall(path) if number not in "ML")
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    u, v = (y0 - y1) / length * thick, (x1 - x0) / length * thick
    return [(x0 - u, y0 - v), (x1 - u, y1 - v), (x1 + u, y1 + v), (x0 + u, y0 + v)]


def _scaled(path: str, left: float, top: float, scale: float) -> str:
    """A path of absolute commands, moved to the box's corner, in whole numbers."""
    out: list[str] = []
    is_x = True
    for piece in _PIECE.findall(path):
        if piece in "MLQCZ":
            out.append(piece)
            is_x = True
        else:
            out.append(str(round((float(piece) - (left if is_x else top)) * scale)))
            is_x = not is_x
    return " ".join(out)
