"""Page definitions (``.nproj``): sheets and printed buttons of a book (pen/PROTOCOL 18.4).

These files come from anywhere, so the reader takes no document type, no entity, no deep nesting
and no large file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pen_driver.address import NcodeBook
from pen_driver.errors import BadPaperError
from pen_driver.paper.books import MM_PER_UNIT, Sheet
from pen_driver.paper.buttons import Area, Shape

UNITS_PER_POINT = 600 / 72 / 56
"""Points are 1/72 inch."""

MOST_BYTES = 4 << 20
_MOST_DEPTH = 32
_MOST_ELEMENTS = 50_000
_MOST_TEXT = 4096
_QUICK_VIEW = "qv"  # links into the maker's own program

_SHAPES = {"rectangle": Shape.RECTANGLE, "ellipse": Shape.ELLIPSE, "triangle": Shape.TRIANGLE}


@dataclass(frozen=True, slots=True)
class PaperFile:
    """What a page definition says.

    Attributes:
        sheets: by page number; sizes without the margin that is cut off.
        areas: its buttons. A polygon counts with its box.
    """

    book: NcodeBook
    sheets: dict[int, Sheet]
    areas: tuple[Area, ...]


@dataclass(slots=True)
class _Element:
    name: str
    values: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator[_Element]:
        """Yield the elements of a name, here and below."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def get(self, name: str) -> str:
        """Return a value, whether it is an attribute or an element below; empty for none."""
        if name in self.values:
            return self.values[name]
        return next((child.text.strip() for child in self.children if child.name == name), "")


class _Builder:
    """Collects elements within the limits."""

    def __init__(self) -> None:
        self.root = _Element("", {})
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, values: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) > _MOST_DEPTH:
            raise BadPaperError("too many elements")
        element = _Element(name.lower(), {key.lower(): value for key, value in values.items()})
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        element = self._open[-1]
        if len(element.text) < _MOST_TEXT:
            element.text += text

    def refuse(self, *_: object) -> None:
        raise BadPaperError("it declares a document type or an entity")


def read_nproj(data: bytes) -> PaperFile:
    """Read a page definition.

    Raises:
        BadPaperError: it is none, or more than we are willing to read.
    """
    root = _parse(data)
    book = next(root.all("book"), None)
    if book is None:
        raise BadPaperError("no book in it")
    address = NcodeBook(
        _whole(book.get("section")), _whole(book.get("owner")), _whole(book.get("code"))
    )
    segment = next(root.all("segment_info"), None)
    start = segment.get("ncode_start_page") if segment is not None else ""
    first = _whole(start or book.get("start_page") or "0")
    sheets = {first + _whole(item.get("number")): _sheet(item) for item in root.all("page_item")}
    areas = tuple(_areas(root, address, first))
    return PaperFile(address, sheets, areas)


def _parse(data: bytes) -> _Element:
    if len(data) > MOST_BYTES:
        raise BadPaperError("too large")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as exc:
        raise BadPaperError(str(exc)) from exc
    return builder.root


def _sheet(item: _Element) -> Sheet:
    x1, y1, x2, y2 = (_number(item.get(name)) for name in ("x1", "y1", "x2", "y2"))
    margin = item.get("crop_margin")
    parts = [_number(part) for part in margin.split(",")] if margin else [0.0] * 4
    if len(parts) != 4:
        raise BadPaperError("a margin without four sides")
    left, right, top, bottom = parts  # in this order, whatever a reader of the maker's says
    width, height = x2 - x1 - left - right, y2 - y1 - top - bottom
    if width <= 0 or height <= 0:
        raise BadPaperError("a page without a size")
    scale = UNITS_PER_POINT
    return Sheet(
        width * scale * MM_PER_UNIT,
        height * scale * MM_PER_UNIT,
        origin_x=(x1 + left) * scale,
        origin_y=(y1 + top) * scale,
    )


def _areas(root: _Element, book: NcodeBook, first: int) -> Iterator[Area]:
    for symbol in root.all("symbol"):
        command = next(symbol.all("command"), None)
        action = "" if command is None else command.get("param").strip()
        if not action or action.lower().startswith(_QUICK_VIEW):
            continue
        x, y, width, height = (
            _number(symbol.get(name)) * UNITS_PER_POINT for name in ("x", "y", "width", "height")
        )
        shape = _SHAPES.get(symbol.get("type").lower(), Shape.RECTANGLE)
        page = first + _whole(symbol.get("page"))
        yield Area(book, page, x, y, width, height, action, shape)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as exc:
        raise BadPaperError(f"not a number: {text[:20]!r}") from exc
    if not math.isfinite(value):
        raise BadPaperError(f"not a number: {text[:20]!r}")
    return value


def _whole(text: str) -> int:
    value = _number(text)
    if value != int(value) or not 0 <= value < 1 << 32:
        raise BadPaperError(f"not a whole number: {text[:20]!r}")
    return int(value)
