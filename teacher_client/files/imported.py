"""Another program's pages as ours: what the engine turns into AddPage and PutItems. No Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import TextKind, TextPlaced
from teacher_client.drawing.tokens import load_tokens
from teacher_client.drawing.width import FULL_FORCE, LIGHTEST, SPAN
from teacher_client.files.errors import FileError, FileTrouble, Losses, Lost
from teacher_client.formulas import FormulaError, outline
from teacher_client.lesson.board_commands import MAX_PUT_SAMPLES, PutStroke

MAX_PAGES: Final = 500
MARGIN: Final = 1_000
PIXEL: Final = 2540 / 150
"""1/100 mm of a pixel of a picture that says nothing of its size: 150 dpi."""
MAX_STROKES: Final = 60_000
MAX_POINTS: Final = 1_000_000
MAX_BOXES: Final = 2_000
MAX_PICTURE: Final = 12 * 1024 * 1024
LARGEST: Final = 1e12
"""Of any number in a file; beyond it sums and products lose their sense."""
LOWEST, HIGHEST = -100_000, 1_000_000
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
NOT_APART: Final = 6_000
"""Black and our ink, which is nearly black, are one."""
LETTER: Final = 0.56
"""Mean width of a Latin letter in em; Chinese ones take a whole em."""
LINE: Final = 1.4
LONGEST_TEXT: Final = 2_000
PENS: Final = (Ink.INK, Ink.BLUE, Ink.RED, Ink.GREEN, Ink.OCHRE, Ink.PURPLE, Ink.PUPIL)
MARKERS: Final = (Ink.MARKER_YELLOW, Ink.MARKER_AQUA)


@dataclass(frozen=True, slots=True)
class PictureSlot:
    """A place for a picture, in 1/100 mm.

    Attributes:
        data: the picture as a stranger's bytes, to be cleaned in the cage; or b"", and then
        document: the bare name of a file that should lie beside the one that was read ('': the
            very file), and
        page: of that PDF, from 0.
        is_ground: it is printed on the page.
    """

    x: int
    y: int
    width: int
    height: int
    data: bytes = b""
    document: str = ""
    page: int = 0
    is_ground: bool = False


@dataclass(slots=True)
class ImportedPage:
    """One page, its items from below; lengths in 1/100 mm."""

    width: int
    height: int
    kind: PageKind = PageKind.BLANK
    strokes: list[PutStroke] = field(default_factory=list)
    texts: list[TextPlaced] = field(default_factory=list)
    pictures: list[PictureSlot] = field(default_factory=list)


@dataclass(slots=True)
class ImportedPages:
    """What a file held, and what of it could not be kept (pages from 1; 0: the file)."""

    title: str = ""
    pages: list[ImportedPage] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)


def pages_of_pdf(widths_mm: Sequence[float], heights_mm: Sequence[float]) -> ImportedPages:
    """A page for each page of a PDF, which is its ground; sizes as the cage's Probed has them."""
    builder = Builder()
    for page, (width, height) in enumerate(zip(widths_mm, heights_mm, strict=True)):
        builder.add_page(100 * width, 100 * height)
        sheet = builder.page
        builder.add_picture(PictureSlot(0, 0, sheet.width, sheet.height, b"", "", page, True))
    return builder.made


def page_of_picture(
    width_px: int, height_px: int, size: tuple[int, int] = (17_600, 25_000)
) -> ImportedPages:
    """A page of this size with a picture at its top, at most as wide as the page allows."""
    builder = Builder()
    builder.add_page(*size, PageKind.DOTS)
    room = size[0] - 2 * MARGIN, size[1] - 2 * MARGIN
    scale = min(PIXEL, room[0] / max(width_px, 1), room[1] / max(height_px, 1))
    width, height = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    builder.add_picture(PictureSlot((size[0] - width) // 2, MARGIN, width, height))
    return builder.made


class Builder:
    """Puts pages together and keeps the limits.

    Every method raises FileError (TOO_MANY) where a file holds more than a lesson can.
    """

    def __init__(self) -> None:
        self.made = ImportedPages()
        self._strokes = self._points = self._boxes = 0

    @property
    def page(self) -> ImportedPage:
        """The page that is being filled."""
        if not self.made.pages:
            raise FileError(FileTrouble.NOT_THIS_KIND)
        return self.made.pages[-1]

    def lose(self, lost: Lost, count: int = 1) -> None:
        """Note a loss on the present page."""
        self.made.losses.add(lost, len(self.made.pages), count)

    def add_page(self, width: float, height: float, kind: PageKind = PageKind.BLANK) -> None:
        """Begin a page, its size kept within what pages may have."""
        if len(self.made.pages) >= MAX_PAGES:
            raise FileError(FileTrouble.TOO_MANY)
        sides = [min(max(round(side), 2_000), HIGHEST) for side in (width, height)]
        self.made.pages.append(ImportedPage(sides[0], sides[1], kind))

    def add_stroke(
        self,
        style: tuple[Tool, Ink, float],
        points: Sequence[tuple[float, float]],
        force: Sequence[int] = (),
    ) -> None:
        """Add a stroke, in pieces where it is too long for one.

        Args:
            style: tool, ink and width in 1/100 mm.
            points: 1/100 mm; a stroke that leaves the largest page is left out.
            force: 0..1023 for each point, or none.
        """
        tool, ink, wanted = style
        self._strokes += 1
        self._points += len(points)
        if self._strokes > MAX_STROKES or self._points > MAX_POINTS:
            raise FileError(FileTrouble.TOO_MANY)
        if not points:
            return
        if not all(LOWEST <= x <= HIGHEST and LOWEST <= y <= HIGHEST for x, y in points):
            self.lose(Lost.OUT_OF_RANGE)
            return
        width = min(max(round(wanted), 5), 2_000)
        if abs(width - wanted) > 1:
            self.lose(Lost.WIDTH)
        x, y = [round(p[0]) for p in points], [round(p[1]) for p in points]
        if len(x) == 2 and x[0] == x[1] and y[0] == y[1]:  # a dot, as other programs write it
            x, y, force = x[:1], y[:1], force[:1]
        for first in range(0, max(len(x) - 1, 1), MAX_PUT_SAMPLES - 1):
            part = slice(first, first + MAX_PUT_SAMPLES)
            self.page.strokes.append(
                PutStroke(tool, ink, width, tuple(x[part]), tuple(y[part]), tuple(force[part]))
            )

    def add_text(self, text: str, at: tuple[float, float], size: float, ink: Ink) -> None:
        """Add typed text; a long one in several boxes, one below the other."""
        text = "".join(
            c for c in text if c in "\n\t" or (c >= " " and not "\ud800" <= c < "\ue000")
        )
        em = min(max(round(size), 100), 10_000)
        x, y = at
        for first in range(0, len(text), LONGEST_TEXT):
            part = text[first : first + LONGEST_TEXT]
            self._count_box()
            if not (LOWEST <= x <= HIGHEST and LOWEST <= y <= HIGHEST):
                self.lose(Lost.OUT_OF_RANGE)
                return
            lines = part.split("\n")
            width = min(round(max(map(_breadth, lines)) * em), HIGHEST)
            height = min(round(len(lines) * LINE * em), HIGHEST)
            self.page.texts.append(TextPlaced(part, round(x), round(y), width, height, em, ink))
            y += height

    def add_formula(self, source: str, box: tuple[float, float, float, float], ink: Ink) -> bool:
        """Add a formula as wide as its box (left, top, right, bottom); whether it can be set."""
        left, top, right, _bottom = box
        if not all(LOWEST <= side <= HIGHEST for side in box) or "\0" in source:
            return False
        try:
            shape = outline(source, 400)
            size = min(max(round(400 * (right - left) / shape.width), 100), 10_000)
            shape = outline(source, size)
        except FormulaError:
            return False
        self._count_box()
        place = round(left), round(top), shape.width, shape.height
        self.page.texts.append(
            TextPlaced(source, *place, size, ink, TextKind.FORMULA, (), shape.path)
        )
        return True

    def add_picture(self, slot: PictureSlot) -> None:
        """Add a place for a picture."""
        self._count_box()
        if len(slot.data) > MAX_PICTURE:
            self.lose(Lost.PICTURE)
            return
        far = slot.x + slot.width, slot.y + slot.height
        if min(slot.x, slot.y) < LOWEST or max(far) > HIGHEST or min(slot.width, slot.height) < 1:
            self.lose(Lost.OUT_OF_RANGE)
            return
        self.page.pictures.append(slot)

    def _count_box(self) -> None:
        self._boxes += 1
        if self._boxes > MAX_BOXES:
            raise FileError(FileTrouble.TOO_MANY)

    def ink(self, color: tuple[int, int, int], inks: Sequence[Ink] = PENS) -> Ink:
        """The ink that comes nearest to a colour; noted where it is another one."""
        distances = {ink: _apart(color, hex_color(load_tokens().inks[ink].paper)) for ink in inks}
        nearest = min(distances, key=lambda ink: distances[ink])
        if distances[nearest] > NOT_APART:
            self.lose(Lost.COLOR)
        return nearest


def forces(widths: Sequence[float], nominal: float) -> tuple[float, list[int]]:
    """The nominal width and the forces that come nearest to widths at the points.

    Ours stays nominal where that can be; else the widest point is written with full force.
    """
    highest = LIGHTEST + SPAN
    ratios = [width / nominal for width in widths] if nominal > 0 else []
    if not ratios or max(ratios) > highest + 0.001 or min(ratios) < LIGHTEST - 0.001:
        nominal = max(max(widths) / highest, 1e-6)
        ratios = [width / nominal for width in widths]
    return nominal, [full((ratio - LIGHTEST) / SPAN) for ratio in ratios]


def full(part: float) -> int:
    """A part of the full force, kept within 0..1023."""
    return round(min(max(part, 0.0), 1.0) * FULL_FORCE)


def hex_color(text: str) -> tuple[int, int, int]:
    """``#rrggbb`` or ``#rrggbbaa``; anything else is black."""
    digits = text.removeprefix("#")[:6]
    try:
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    except ValueError:
        return (0, 0, 0)


def number(text: str | None, otherwise: float = math.nan) -> float:
    """A number that may be meant, or `otherwise`."""
    try:
        value = float(text) if text is not None and len(text) <= 40 else otherwise
    except ValueError:
        return otherwise
    return value if abs(value) <= LARGEST else otherwise  # nor what is not finite


def _breadth(line: str) -> float:
    return sum(LETTER if letter < "\u2e80" else 1.0 for letter in line)


def _apart(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    """Squared distance with the weights of the eye; hue counts, so greys go to black."""
    return sum(w * (x - y) ** 2 for w, x, y in zip((3, 4, 2), a, b, strict=True))
