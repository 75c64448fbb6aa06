"""Xournal++'s pages as ours (its file versions 1 to 5; also packed as a zip). No Qt."""

from __future__ import annotations

import base64
import binascii
import math
from pathlib import PurePath
from typing import Final

from signaling_server.protocol.commands import PageKind, Tool
from teacher_client.drawing.width import LIGHTEST
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.imported import (
    MARKERS,
    PENS,
    Builder,
    ImportedPages,
    PictureSlot,
    forces,
    hex_color,
    number,
)
from teacher_client.files.rubbing import rubbed
from teacher_client.files.strict_xml import read_xml, unpacked

UNIT: Final = 2540 / 72
"""1/100 mm in a point."""
MAX_NUMBERS: Final = 600_000
KINDS: Final = {
    "plain": PageKind.BLANK,
    "lined": PageKind.LINES,
    "ruled": PageKind.LINES,
    "graph": PageKind.SQUARES,
    "dotted": PageKind.DOTS,
    "staves": PageKind.MUSIC,
}
OUR_FONT: Final = "Noto Sans SC"
KNOWN: Final = {"xournal", "title", "preview", "page", "background", "layer"} | {
    "stroke",
    "text",
    "image",
    "teximage",
}
COLORS: Final = {
    # names that files of its predecessor use
    "black": "#000000", "blue": "#3333cc", "red": "#ff0000", "green": "#008000",
    "gray": "#808080", "lightblue": "#00c0ff", "lightgreen": "#00ff00", "magenta": "#ff00ff",
    "orange": "#ff8000", "yellow": "#ffff00", "white": "#ffffff",
}  # fmt: skip


def read_xopp(data: bytes) -> ImportedPages:
    """Read a file whole.

    Raises:
        FileError: not of this kind, damaged, too large or hostile.
    """
    handler = _Xopp()
    read_xml(unpacked(data), handler)
    if not handler.builder.made.pages:
        raise FileError(FileTrouble.NOT_THIS_KIND)
    return handler.builder.made


class _Xopp:
    def __init__(self) -> None:
        self.builder = Builder()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._layers = 0

    def start(self, tag: str, attributes: dict[str, str]) -> bool:
        if not self._open and tag != "xournal":
            raise FileError(FileTrouble.NOT_THIS_KIND)
        self._open.append((tag, attributes))
        if tag == "page":
            self._layers = 0
            width, height = (number(attributes.get(side), 600) for side in ("width", "height"))
            self.builder.add_page(width * UNIT, height * UNIT)
        elif tag == "layer":
            self._layers += 1
            self.builder.lose(Lost.LAYER, int(self._layers > 1))
        elif tag not in KNOWN:
            self.builder.lose(Lost.UNKNOWN)
        return tag in ("title", "stroke", "text", "image", "teximage")

    def end(self, tag: str, text: str) -> None:
        _tag, attributes = self._open.pop()
        match tag:
            case "title":
                self.builder.made.title = text.strip()[:200]
            case "background":
                self._background(attributes)
            case "stroke":
                self._stroke(attributes, text)
            case "text":
                self._text(attributes, text)
            case "image":
                self._image(attributes, text)
            case "teximage":
                self._formula(attributes, text)

    def _background(self, attributes: dict[str, str]) -> None:
        build, page = self.builder, self.builder.page
        kind = attributes.get("type", "solid")
        if kind == "solid":
            style = attributes.get("style", "plain")
            page.kind = KINDS.get(style, PageKind.BLANK)
            build.lose(Lost.GROUND, int(style not in KINDS))
            build.lose(Lost.GROUND_COLOR, int(_color(attributes) != (255, 255, 255)))
            return
        # only what lies beside the file: a name from outside must not choose a path
        name = PurePath(attributes.get("filename", "").replace("\\", "/")).name[:200]
        at = number(attributes.get("pageno"), 1)
        place = 0, 0, page.width, page.height
        slot = PictureSlot(*place, b"", name, min(max(int(at) - 1, 0), 10_000), True)
        build.lose(Lost.PDF_GROUND)
        build.add_picture(slot)

    def _stroke(self, attributes: dict[str, str], text: str) -> None:
        build = self.builder
        tool = attributes.get("tool", "pen")
        numbers = _numbers(text)
        points = [(x * UNIT, y * UNIT) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
        widths = [width * UNIT for width in _numbers(attributes.get("width", ""))]
        nominal, *pressed = widths or [40.0]
        if tool == "eraser":  # white ink: we have none, so what it hides goes
            build.lose(Lost.WHITEOUT)
            build.page.strokes = rubbed(build.page.strokes, points, nominal / 2)
            return
        build.lose(Lost.FILL, int(attributes.get("fill", "-1") not in ("-1", "")))
        build.lose(Lost.DASHES, int(attributes.get("style", "plain") != "plain"))
        build.lose(Lost.LINE_CAPS, int(attributes.get("capStyle", "round") != "round"))
        build.lose(Lost.AUDIO, int(attributes.get("fn", "") != ""))
        is_marker = tool == "highlighter"
        ink = build.ink(_color(attributes), MARKERS if is_marker else PENS)
        force: list[int] = []
        if pressed and not is_marker and len(pressed) >= len(points) - 1 and len(points) > 1:
            widths = [*pressed[: len(points) - 1], pressed[len(points) - 2]]
            nominal, force = forces(widths, nominal)
            build.lose(Lost.WIDTH, int(min(widths) < LIGHTEST * nominal - 1))
        build.add_stroke((Tool.MARKER if is_marker else Tool.PEN, ink, nominal), points, force)

    def _text(self, attributes: dict[str, str], text: str) -> None:
        build = self.builder
        build.lose(Lost.FONT, int(attributes.get("font", "") != OUR_FONT))
        at = number(attributes.get("x"), 0) * UNIT, number(attributes.get("y"), 0) * UNIT
        size = number(attributes.get("size"), 12) * UNIT
        build.add_text(text, at, size, build.ink(_color(attributes)))

    def _image(self, attributes: dict[str, str], text: str) -> None:
        left, top, right, bottom = _box(attributes)
        place = round(left), round(top), round(right - left), round(bottom - top)
        data = _decoded(text)
        if data is None:
            self.builder.lose(Lost.PICTURE)
            return
        self.builder.add_picture(PictureSlot(*place, data))

    def _formula(self, attributes: dict[str, str], _text: str) -> None:
        build, source, box = self.builder, attributes.get("text", ""), _box(attributes)
        ink = PENS[0]  # the colour is inside its picture
        if not build.add_formula(source, box, ink):
            build.lose(Lost.FORMULA_AS_TEXT)
            build.add_text(source, (box[0], box[1]), 400, ink)


def _numbers(text: str) -> list[float]:
    words = text.split(None, MAX_NUMBERS)
    if len(words) > MAX_NUMBERS:
        raise FileError(FileTrouble.TOO_MANY)
    values = [number(word) for word in words]
    if any(map(math.isnan, values)):
        raise FileError(FileTrouble.DAMAGED, "not a number")
    return values


def _color(attributes: dict[str, str]) -> tuple[int, int, int]:
    name = attributes.get("color", "black")
    return hex_color(COLORS.get(name, name))


def _box(attributes: dict[str, str]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (
        min(max(number(attributes.get(side), 0) * UNIT, -1e7), 1e7)
        for side in ("left", "top", "right", "bottom")
    )
    return left, top, right, bottom


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None
