"""Typed texts and formulas as outlines, the same on every side, screen, paper and video.

A text's letters are Noto Sans SC at `size` (em, 1/100 mm); lines are 1.4 em high, the first
baseline lies 1.05 em below the top; lines begin at `breaks` and after line feeds. All lengths are
those of the text's own box, which lies on the page by its corners.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainterPath,
    QTextLayout,
    QTextOption,
    QTransform,
)

from signaling_server.protocol.entries import TextKind
from signaling_server.protocol.items import TextItem
from teacher_client.drawing.pictures import box_transform
from teacher_client.drawing.tokens import assets_dir

LINE: Final = 1.4
BASELINE: Final = 1.05
EM: Final = 1000
"""Letters are taken at the size they were designed in: no hints, no rounding."""

_SPACES: Final = dict.fromkeys((*range(32), 127), " ")
"""Tabs and control characters have no shape."""
_COMMANDS: Final = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
_TOKEN: Final = re.compile(r"[MLQCZ]|-?[0-9]{1,7}")
_FORMULA: Final = re.compile(r"(?:[MLQCZ0-9 ]|-(?=[0-9]))*")


def text_path(item: TextItem) -> QPainterPath:
    """What a text or formula covers, on the page (1/100 mm). A formula whose outline is not one
    is shown by its source: nothing is lost.
    """
    body = item.body
    path: QPainterPath | None = None
    if body.kind is TextKind.FORMULA:
        path = formula_path(body.outline)
    if path is None:
        path = letters_path(body.text, body.size, body.breaks)
    return box_transform(item.corners, body.width, body.height).map(path)


@lru_cache(maxsize=512)
def letters_path(text: str, size: int, breaks: tuple[int, ...]) -> QPainterPath:
    """The letters of a text in its own box."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    baseline = BASELINE * EM
    for line in text_lines(text, breaks):
        path.addText(QPointF(0, baseline), board_font(), line)
        baseline += LINE * EM
    return QTransform.fromScale(size / EM, size / EM).map(path)


@lru_cache(maxsize=512)
def formula_path(outline: str) -> QPainterPath | None:
    """A formula's outline (P-3.6) as a path; None where it is not one."""
    if not _FORMULA.fullmatch(outline):
        return None
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    tokens = _TOKEN.findall(outline)
    at = 0
    while at < len(tokens):
        count = _COMMANDS.get(tokens[at])
        numbers = tokens[at + 1 : at + 1 + (count or 0)]
        is_first_move = at > 0 or tokens[at] == "M"
        if count is None or len(numbers) < count or not is_first_move:
            return None
        try:
            values = [float(number) for number in numbers]
        except ValueError:
            return None
        _draw_to(path, tokens[at], values)
        at += 1 + count
    return None if path.isEmpty() else path


def _draw_to(path: QPainterPath, command: str, at: list[float]) -> None:
    match command:
        case "M":
            path.moveTo(at[0], at[1])
        case "L":
            path.lineTo(at[0], at[1])
        case "Q":
            path.quadTo(at[0], at[1], at[2], at[3])
        case "C":
            path.cubicTo(at[0], at[1], at[2], at[3], at[4], at[5])
        case _:
            path.closeSubpath()


def text_lines(text: str, breaks: tuple[int, ...] = ()) -> list[str]:
    """The lines of a text. `breaks` count characters (code points); wrong ones are left out."""
    starts = {0, *breaks, *(i + 1 for i, letter in enumerate(text) if letter == "\n")}
    ordered = sorted(start for start in starts if start <= len(text))
    ends = [*ordered[1:], len(text)]
    return [_plain(text[a:b]) for a, b in zip(ordered, ends, strict=True)]


def measure_text(text: str, size: int, width: int) -> tuple[tuple[int, ...], int, int]:
    """Break a text into lines no wider than `width`, if it can be.

    Args:
        text: what was typed.
        size: em, 1/100 mm.
        width: of the box it has to fit in, 1/100 mm.

    Returns:
        Indices before which a line begins (besides line feeds), and the width and height that
        the lines take, 1/100 mm: what a TextPlaced needs.
    """
    metrics = QFontMetricsF(board_font())
    breaks: list[int] = []
    start = 0
    for paragraph in text.split("\n"):
        breaks += [start + at for at in _broken(paragraph, width * EM / size)]
        start += len(paragraph) + 1
    lines = text_lines(text, tuple(breaks))
    widest = max(metrics.horizontalAdvance(line.rstrip()) for line in lines)
    return tuple(breaks), math.ceil(widest * size / EM), math.ceil(len(lines) * LINE * size)


def _broken(paragraph: str, width: float) -> list[int]:
    """Where lines begin inside a paragraph, by the rules of its scripts, letters if need be."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(_plain(paragraph), board_font())
    layout.setTextOption(option)
    layout.beginLayout()
    starts: list[int] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    units = paragraph.encode("utf-16-le", "surrogatepass")  # the layout counts in these
    return [len(units[: 2 * at].decode("utf-16-le", "surrogatepass")) for at in starts[1:]]


def _plain(line: str) -> str:
    return line.removesuffix("\n").translate(_SPACES)


@cache
def board_font() -> QFont:
    """The shipped font; where it is missing, the system's, and lines are as their writer broke
    them all the same.
    """
    family = "Noto Sans SC"
    if family not in QFontDatabase.families():
        QFontDatabase.addApplicationFont(str(assets_dir() / "fonts" / "NotoSansSC-Regular.ttf"))
    font = QFont(family)
    font.setPixelSize(EM)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setWeight(QFont.Weight.Normal)
    return font
