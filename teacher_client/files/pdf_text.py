"""Texts and formulas in a PDF: each letter's outline once, as a font of its own making.

Type 3 fonts (ISO 32000-1, 9.6.5) hold the board's outlines as they are and say which letters
they stand for, so that text is drawn alike everywhere, and searched, marked and copied. A
formula's source stands under its outline in letters that draw nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QTransform

from signaling_server.protocol.entries import TextKind
from signaling_server.protocol.items import TextItem
from teacher_client.drawing.pictures import box_transform
from teacher_client.drawing.texts import EM, formula_path
from teacher_client.files.glyphs import Glyph, Glyphs, Placed
from teacher_client.files.pdf_file import FLATE, PdfFile, deflated, numbers

_LETTERS_A_FONT: Final = 255
_HIDDEN_ADVANCE: Final = 500.0

Key: TypeAlias = tuple[str, int, str]


@dataclass(slots=True)
class _Font:
    number: int
    letters: list[tuple[Glyph | None, str]] = field(default_factory=list)


class PdfFonts:
    """The letters of one document, in fonts of 255."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self._fonts: list[_Font] = []
        self._codes: dict[Key, tuple[int, int]] = {}

    def code(self, glyph: Glyph | None, letters: str) -> tuple[int, int]:
        """Font and code of a glyph that stands for these letters; None draws nothing."""
        key = ("", 0, letters) if glyph is None else (glyph.font, glyph.index, letters)
        known = self._codes.get(key)
        if known is None:
            if not self._fonts or len(self._fonts[-1].letters) == _LETTERS_A_FONT:
                self._fonts.append(_Font(self._file.reserve()))
            letters_of = self._fonts[-1].letters
            letters_of.append((glyph, letters))
            known = self._codes[key] = len(self._fonts) - 1, len(letters_of)  # no code 0
        return known

    def close(self) -> str:
        """Write the fonts; what a page's resources say of them."""
        for font in self._fonts:
            self._write(font)
        return "".join(f"/T{i} {font.number} 0 R" for i, font in enumerate(self._fonts))

    def _write(self, font: _Font) -> None:
        procs, advances = [], []
        for code, (glyph, _letters) in enumerate(font.letters, 1):
            advances.append(_HIDDEN_ADVANCE if glyph is None else glyph.advance)
            proc = self._file.put_stream(FLATE, deflated(_proc(glyph, advances[-1]).encode()))
            procs.append(f"/g{code} {proc} 0 R")
        names = "".join(f"/g{code}" for code in range(1, len(procs) + 1))
        to_letters = self._file.put_stream(FLATE, deflated(_to_letters(font).encode("ascii")))
        self._file.put(
            "<</Type/Font/Subtype/Type3/FontBBox[0 0 0 0]/FontMatrix[.001 0 0 .001 0 0]"
            f"/FirstChar 1/LastChar {len(procs)}/Widths[{numbers(advances)}]"
            f"/CharProcs<<{''.join(procs)}>>/Encoding<</Type/Encoding/Differences[1{names}]>>"
            f"/Resources<<>>/ToUnicode {to_letters} 0 R>>",
            font.number,
        )


def _proc(glyph: Glyph | None, advance: float) -> str:
    if glyph is None or glyph.path.isEmpty():
        return f"{numbers((advance,))}0 0 0 0 0 d1\n"
    box = glyph.path.boundingRect()
    bounds = (advance, 0, box.left(), -box.bottom(), box.right(), -box.top())
    upright = QTransform.fromScale(1, -1).map(glyph.path)
    return f"{numbers(bounds)}d1\n{path_operators(upright)}f\n"


def _to_letters(font: _Font) -> str:
    """Which letters the codes stand for (9.10.3)."""
    rows = [
        f"<{code:02x}><{letters.encode('utf-16-be', 'replace').hex()}>\n"
        for code, (_glyph, letters) in enumerate(font.letters, 1)
        if letters
    ]
    parts = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    maps = "".join(f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n" for part in parts)
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        "1 begincodespacerange<00><ff>endcodespacerange\n"
        f"{maps}endcmap CMapName currentdict/CMap defineresource pop end end\n"
    )


def path_operators(path: QPainterPath) -> str:
    """A path's lines and curves; the caller fills it."""
    out: list[str] = []
    at = 0
    while at < path.elementCount():
        element = path.elementAt(at)
        if element.isMoveTo():
            out.append(f"{numbers((element.x, element.y))}m\n")
        elif element.isLineTo():
            out.append(f"{numbers((element.x, element.y))}l\n")
        else:
            points = [path.elementAt(i) for i in (at, at + 1, at + 2)]
            out.append(f"{numbers([v for p in points for v in (p.x, p.y)])}c\n")
            at += 2
        at += 1
    return "".join(out)


def text_operators(item: TextItem, fonts: PdfFonts, glyphs: Glyphs) -> str:
    """What draws a text or formula in the colour that is set; page units."""
    body = item.body
    place = box_transform(item.corners, body.width, body.height)
    if body.kind is TextKind.FORMULA:
        path = formula_path(body.outline)
        if path is not None:
            hidden = _hidden(body.text, body.width, body.height, fonts)
            return f"{path_operators(place.map(path))}f\n{_shown(hidden, place, body.height)}"
    pieces: list[_Piece] = []
    for line in glyphs.lines(body.text, body.breaks):
        pieces += _pieces(line, body.size / EM, fonts)
    return _shown(pieces, place, body.size)


def line_operators(text: str, size: int, x: float, y: float, kit: tuple[PdfFonts, Glyphs]) -> str:
    """One plain line of text; its top left corner is at (x, y)."""
    fonts, glyphs = kit
    line = next(glyphs.lines(text, ()))
    place = QTransform.fromTranslate(x, y)
    return _shown(list(_pieces(line, size / EM, fonts)), place, size)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Letters of one font: at (x, y) in the text's box, drawn `stretch` times as wide."""

    font: int
    shown: str
    x: float
    y: float
    stretch: float = 1.0


def _pieces(line: Sequence[Placed], scale: float, fonts: PdfFonts) -> Iterator[_Piece]:
    coded = [(fonts.code(placed.glyph, placed.letters), placed) for placed in line]
    for (font, y), group in itertools.groupby(coded, lambda pair: (pair[0][0], pair[1].y)):
        row = list(group)
        begun = at = row[0][1].x
        shown: list[str] = []
        for (_font, code), placed in row:
            if abs(placed.x - at) >= 1:  # letters that stand closer than usual
                shown.append(f">{round(at - placed.x)}<")
            shown.append(f"{code:02x}")
            at = placed.x + placed.glyph.advance
        yield _Piece(font, "".join(shown), begun * scale, y * scale)


def _hidden(text: str, width: int, height: int, fonts: PdfFonts) -> list[_Piece]:
    """Letters that draw nothing, over the whole box."""
    advance = _HIDDEN_ADVANCE / EM * height
    stretch = max(width, 1) / max(len(text) * advance, 1)
    coded = enumerate(fonts.code(None, letter) for letter in text)
    pieces = []
    for font, group in itertools.groupby(coded, lambda pair: pair[1][0]):
        row = list(group)
        shown = "".join(f"{code:02x}" for _i, (_font, code) in row)
        pieces.append(_Piece(font, shown, row[0][0] * advance * stretch, height, stretch))
    return pieces


def _shown(pieces: Sequence[_Piece], place: QTransform, size: int) -> str:
    out = ["BT\n"] if pieces else []
    for piece in pieces:
        at = place.map(QPointF(piece.x, piece.y))
        along = place.m11() * piece.stretch, place.m12() * piece.stretch
        out.append(f"/T{piece.font} {size} Tf\n")
        out.append(f"{numbers((*along, -place.m21(), -place.m22(), at.x(), at.y()))}Tm\n")
        out.append(f"[<{piece.shown}>]TJ\n")
    return "".join([*out, "ET\n"] if pieces else out)
