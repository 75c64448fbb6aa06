"""Typed text as glyphs at their places: the same letters that the board shows.

Lengths are in the font's own unit, 1000 to the em, y down, from the text's top left corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QRawFont, QTextLayout

from teacher_client.drawing.texts import BASELINE, EM, LINE, board_font, text_lines

_ENDLESS: Final = 1e9


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shape of a font.

    Attributes:
        font: its family and style, as a name.
        index: in that font.
        advance: how far the next one stands.
        path: its outline, y down, from the baseline's begin.
    """

    font: str
    index: int
    advance: float
    path: QPainterPath


@dataclass(frozen=True, slots=True)
class Placed:
    """A glyph in a line, and the letters that it stands for ('' where an earlier one does)."""

    glyph: Glyph
    x: float
    y: float
    letters: str


class Glyphs:
    """Lays lines out; a shape is built once. GUI thread (fonts)."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Glyph] = {}

    def lines(self, text: str, breaks: tuple[int, ...]) -> Iterator[list[Placed]]:
        """The glyphs of each line, from left to right."""
        for row, line in enumerate(text_lines(text, breaks)):
            baseline = (BASELINE + row * LINE) * EM
            yield sorted(self._line(line, baseline), key=lambda placed: placed.x)

    def _line(self, line: str, baseline: float) -> list[Placed]:
        layout = QTextLayout(line, board_font())
        layout.beginLayout()
        row = layout.createLine()
        if not row.isValid():
            return []
        row.setLineWidth(_ENDLESS)
        layout.endLayout()
        units = line.encode("utf-16-le", "surrogatepass")  # the layout counts in these
        found: list[tuple[int, Glyph, QPointF]] = []
        for run in row.glyphRuns(-1, -1, QTextLayout.GlyphRunRetrievalFlag.RetrieveAll):
            glyphs = [self._glyph(run.rawFont(), index) for index in run.glyphIndexes()]
            found += zip(run.stringIndexes(), glyphs, run.positions(), strict=True)
        begins = sorted({at for at, _glyph, _place in found})
        ends = dict(zip(begins, [*begins[1:], len(units) // 2], strict=True))
        placed = []
        for at, glyph, place in found:
            letters = units[2 * at : 2 * ends.pop(at, at)]  # the first glyph stands for them
            text = letters.decode("utf-16-le", "replace")
            placed.append(Placed(glyph, place.x(), place.y() - row.ascent() + baseline, text))
        return placed

    def _glyph(self, font: QRawFont, index: int) -> Glyph:
        name = f"{font.familyName()} {font.styleName()}"
        known = self._known.get((name, index))
        if known is None:
            advance = font.advancesForGlyphIndexes([index])[0].x()
            known = Glyph(name, index, advance, font.pathForGlyph(index))
            self._known[name, index] = known
        return known
