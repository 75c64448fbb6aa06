"""Pages into a PDF: lines as lines, letters as letters, pictures as they are."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from PySide6.QtGui import QColor

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.items import Picture, Stroke, TextItem
from signaling_server.protocol.page import Page
from signaling_server.protocol.pictures import JPEG
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.ground import Sheet
from teacher_client.drawing.pictures import visible_pictures
from teacher_client.drawing.texts import formula_path
from teacher_client.files.errors import Losses, Lost
from teacher_client.files.glyphs import Glyphs
from teacher_client.files.grounds import Area, Ruled, ruling
from teacher_client.files.lines import batches, content, segments
from teacher_client.files.pdf_file import FLATE, Content, PdfFile, numbers, text_string
from teacher_client.files.pdf_text import (
    PdfFonts,
    line_operators,
    path_operators,
    text_operators,
)
from teacher_client.files.pictures import CleanPicture, Pictures

POINT: Final = 72 / 2540
"""Points in 1/100 mm."""
LARGEST: Final = 14_400
"""Points; a longer page has a larger unit (ISO 32000-1, table 30: UserUnit)."""
WATERMARK_OPACITY: Final = 0.35
WATERMARK_SIZE: Final = 320


@dataclass(frozen=True, slots=True)
class Sources:
    """What pages are written from besides themselves."""

    colors: PaperColors
    pictures: Pictures
    losses: Losses
    watermark: str = ""


@dataclass(slots=True)
class PdfPages:
    """Writes one page after the other.

    Args:
        file: to write to, at its beginning.
        sources: colours and pictures; what cannot be kept is noted there.
    """

    file: BinaryIO
    sources: Sources
    _pdf: PdfFile = field(init=False)
    _fonts: PdfFonts = field(init=False)
    _glyphs: Glyphs = field(init=False)
    _resources: int = field(init=False)
    _tree: int = field(init=False)
    _pages: list[int] = field(init=False, default_factory=list)
    _objects: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._pdf = PdfFile(self.file)
        self._fonts, self._glyphs = PdfFonts(self._pdf), Glyphs()
        self._resources, self._tree = self._pdf.reserve(), self._pdf.reserve()

    def add(self, page: Page, *, has_ground: bool = True) -> None:
        """Write a page.

        Args:
            page: what is visible of it; never lasers.
            has_ground: with its paper, ruling and ground pictures; else the page lies over one.
        """
        unit = max(1.0, max(page.width, page.height) * POINT / LARGEST)
        scale = POINT / unit
        out = Content()
        out.write(f"{numbers((scale, 0, 0, -scale, 0, page.height * scale))}cm\n1 J 1 j\n")
        if has_ground:
            self._draw_ground(out, page)
        for picture in visible_pictures(page):
            if has_ground or not picture.body.is_ground:
                self._draw_picture(out, page, picture)
        shown = [stroke for stroke in page.strokes.values() if stroke.is_visible and stroke.x]
        marked = [stroke for stroke in shown if stroke.style.tool is Tool.MARKER]
        if marked:
            out.write(f"/M gs\n/{self._marker_layer(page, marked)} Do\n/N gs\n")
        self._draw_texts(out, page)
        self._draw_ink(out, [stroke for stroke in shown if stroke.style.tool is not Tool.MARKER])
        self._draw_watermark(out, page)
        stream = self._pdf.put_stream(FLATE, out.data())
        box = numbers((page.width * scale, page.height * scale))
        self._pages.append(
            self._pdf.put(
                f"<</Type/Page/Parent {self._tree} 0 R/MediaBox[0 0 {box}]"
                f"/UserUnit {numbers((unit,))}/Resources {self._resources} 0 R"
                f"/Contents {stream} 0 R>>"
            )
        )

    def close(self, title: str, language: str) -> None:
        """Write what all pages share; the file is whole."""
        fonts = self._fonts.close()
        objects = "".join(f"/{name} {number} 0 R" for name, number in self._objects.items())
        states = (
            f"/M<</ca {self.sources.colors.markers_opacity:.3f}>>/N<</ca 1>>"
            f"/W<</ca {WATERMARK_OPACITY}>>"
        )
        self._pdf.put(
            f"<</Font<<{fonts}>>/XObject<<{objects}>>/ExtGState<<{states}>>>>", self._resources
        )
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._pdf.put(f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>", self._tree)
        root = self._pdf.put(
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang{text_string(language)}"
            "/ViewerPreferences<</DisplayDocTitle true>>>>"
        )
        info = self._pdf.put(
            f"<</Title{text_string(title)}/Creator{text_string('灯下 Lamplight')}>>"
        )
        self._pdf.close(root, info)

    # the parts of a page, from below

    def _draw_ground(self, out: Content, page: Page) -> None:
        colors = self.sources.colors
        out.write(f"{fill(colors.ground)}0 0 {page.width} {page.height} re f\n")
        for part in ruling(Sheet(page.kind, page.width, page.height), colors):
            out.write(_ruled(part) if isinstance(part, Ruled) else _area(part))

    def _draw_picture(self, out: Content, page: Page, picture: Picture) -> None:
        (x0, y0), (x1, y1), (x2, y2) = picture.corners
        found = self.sources.pictures.clean(picture.body.sha256)
        if found is None:
            self.sources.losses.add(Lost.PICTURE_MISSING, page.number)
            far = x1 + x2 - x0, y1 + y2 - y0
            out.write(_area(Area(((x0, y0), (x1, y1), far, (x2, y2)), self.sources.colors.frame)))
            return
        name = f"I{picture.body.sha256[:16]}"
        if name not in self._objects:
            self._objects[name] = self._put_picture(found)
        place = numbers((x1 - x0, y1 - y0, x0 - x2, y0 - y2, x2, y2))
        out.write(f"q {place}cm /{name} Do Q\n")

    def _put_picture(self, picture: CleanPicture) -> int:
        """A JPEG or grey PNG as it is: PDF knows both kinds of compressed data."""
        shape = picture.shape
        head = (
            "/Type/XObject/Subtype/Image/BitsPerComponent 8"
            f"/Width {shape.width}/Height {shape.height}"
        )
        if shape.media_type == JPEG:
            space = "/DeviceGray" if is_grey_jpeg(picture.data) else "/DeviceRGB"
            return self._pdf.put_stream(f"{head}/ColorSpace{space}/Filter/DCTDecode", picture.data)
        rows = f"/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent 8/Columns {shape.width}>>"
        return self._pdf.put_stream(
            f"{head}/ColorSpace/DeviceGray{FLATE}{rows}", png_pixels(picture.data)
        )

    def _marker_layer(self, page: Page, marked: list[Stroke]) -> str:
        """Markers shine through as one layer: a transparency group (11.6.6)."""
        layer = Content()
        layer.write("1 J 1 j\n")
        self._draw_ink(layer, marked)
        name = f"L{len(self._objects)}"
        # whole strokes, though they may reach over the page's edge, which cuts them itself
        room = 2 * max(stroke.style.width for stroke in marked)
        box = f"{-room} {-room} {page.width + room} {page.height + room}"
        self._objects[name] = self._pdf.put_stream(
            f"/Type/XObject/Subtype/Form/BBox[{box}]/Resources<<>>"
            f"/Group<</S/Transparency/CS/DeviceRGB>>{FLATE}",
            layer.data(),
        )
        return name

    def _draw_texts(self, out: Content, page: Page) -> None:
        for text in page.texts.values():
            if text.is_visible:
                out.write(fill(self.sources.colors.inks[text.ink]))
                out.write(text_operators(text, self._fonts, self._glyphs))

    def _draw_ink(self, out: Content, strokes: Iterable[Stroke]) -> None:
        inks = self.sources.colors.inks.items()
        colors = {ink.value: f"{_rgb(color)}RG\n".encode() for ink, color in inks}
        for batch in batches(strokes):
            out.write(content(segments(batch), colors))

    def _draw_watermark(self, out: Content, page: Page) -> None:
        if self.sources.watermark:
            size, kit = WATERMARK_SIZE, (self._fonts, self._glyphs)
            x, y = size, page.height - 2 * size
            out.write(f"/W gs\n{fill(QColor(0x80, 0x80, 0x80))}")
            out.write(line_operators(self.sources.watermark, size, x, y, kit))


def formula_pdf(text: TextItem, sources: Sources) -> bytes:
    """A formula as a PDF of its own, as large as its box: for formats that embed one."""
    file, out = io.BytesIO(), Content()
    pdf = PdfFile(file)
    body, tree = text.body, pdf.reserve()
    path = formula_path(body.outline)
    out.write(f"{numbers((POINT, 0, 0, -POINT, 0, body.height * POINT))}cm\n")
    out.write(fill(sources.colors.inks[text.ink]))
    out.write(f"{path_operators(path) if path is not None else ''}f\n")
    stream = pdf.put_stream(FLATE, out.data())
    box = numbers((body.width * POINT, body.height * POINT))
    page = pdf.put(
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {box}]/Resources<<>>/Contents {stream} 0 R>>"
    )
    pdf.put(f"<</Type/Pages/Count 1/Kids[{page} 0 R]>>", tree)
    pdf.close(pdf.put(f"<</Type/Catalog/Pages {tree} 0 R>>"), pdf.put("<<>>"))
    return file.getvalue()


def fill(color: QColor) -> str:
    """The operator that sets the colour of areas."""
    return f"{_rgb(color)}rg\n"


def _rgb(color: QColor) -> str:
    return numbers((color.redF(), color.greenF(), color.blueF()))


def _ruled(part: Ruled) -> str:
    color, longer = part.color, 1 if part.is_dots else 0  # a line of no length is left out by some
    dash = f"[{part.dash[0]} {part.dash[1]}]0 d " if part.dash else ""
    lines = "".join(f"{a} {b} m {c + longer} {d} l\n" for a, b, c, d in part.lines)
    cap = 1 if part.is_dots else 0
    return f"q {_rgb(color)}RG {part.width} w {cap} J {dash}\n{lines}S Q\n" if lines else ""


def _area(part: Area) -> str:
    first, *others = part.points
    lines = "".join(f"{x} {y} l " for x, y in others)
    return f"{fill(part.color)}{first[0]} {first[1]} m {lines}f\n"


def is_grey_jpeg(data: bytes) -> bool:
    """Whether a clean JPEG has one component (its frame header says so, T.81 B.2.2)."""
    at = 2
    while data[at + 1] != 0xC0:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return data[at + 9] == 1


def png_pixels(data: bytes) -> bytes:
    """The deflated rows of a clean PNG."""
    at, parts = 8, []
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"IDAT":
            parts.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return b"".join(parts)
