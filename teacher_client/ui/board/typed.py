"""Typed words and formulas as the contract's texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from signaling_server.protocol.commands import Ink
from signaling_server.protocol.entries import TextKind, TextPlaced
from signaling_server.protocol.items import TextItem
from teacher_client.drawing.texts import measure_text
from teacher_client.geometry.boxes import Point

if TYPE_CHECKING:  # setting formulas takes half a second to load; the window opens without
    from teacher_client.formulas import Outline

LONGEST: Final = 2000
MOST_BREAKS: Final = 200
NARROWEST: Final = 2000
SIZES: Final = (300, 400, 500, 650, 800, 1000, 1300, 1700)
"""Of letters, 1/100 mm."""
LIMITS: Final = (100, 10_000)


def placed_text(text: str, size: int, at: Point, ink: Ink, width: float) -> TextPlaced | None:
    """Words broken into lines of `width`, their corner at `at`; None: too long for one text."""
    text = text.replace("\r\n", "\n").rstrip()
    if not text or len(text) > LONGEST:
        return None
    room = max(NARROWEST, round(width))
    breaks, wide, high = measure_text(text, size, room)
    while len(breaks) > MOST_BREAKS:
        room *= 2
        breaks, wide, high = measure_text(text, size, room)
    x, y = round(at[0]), round(at[1])
    return TextPlaced(text, x, y, wide, high, size, ink, breaks=breaks)


def placed_formula(source: str, shape: Outline, size: int, at: Point, ink: Ink) -> TextPlaced:
    """A formula with its outline."""
    x, y = round(at[0]), round(at[1])
    width, height = shape.width, shape.height
    kind = TextKind.FORMULA
    return TextPlaced(source, x, y, width, height, size, ink, kind, outline=shape.path)


def shown_size(item: TextItem) -> int:
    """The size of an item's letters as it lies on the page."""
    (x0, y0), (x1, y1), _ = item.corners
    wide = float(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    scale = wide / max(item.body.width, 1)
    return min(max(round(item.body.size * scale), LIMITS[0]), LIMITS[1])
