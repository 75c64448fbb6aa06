"""Pages for Xournal++: gzipped XML in points (its file version 4; read by its versions from 1.0).

Widths stand behind the nominal one, each for the way from its point to the next. A stroke of one
sample is the same point twice. Pictures and texts lie upright there.
"""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from signaling_server.protocol.commands import PageKind, Tool
from signaling_server.protocol.entries import TextKind
from signaling_server.protocol.items import Corners, Stroke, TextItem
from signaling_server.protocol.page import Page
from teacher_client.drawing.pictures import visible_pictures
from teacher_client.drawing.texts import text_lines
from teacher_client.drawing.width import sample_widths
from teacher_client.files.atomic import atomic
from teacher_client.files.errors import Lost
from teacher_client.files.pdf import EDGE, full_page_origin
from teacher_client.files.pdf_over import OverPage
from teacher_client.files.pdf_pages import POINT, Sources, formula_pdf
from teacher_client.files.request import ExportRequest
from teacher_client.files.xml_text import clean

STYLES: Final = {
    PageKind.BLANK: ("plain", ""),
    PageKind.DOTS: ("dotted", "r1=14.173228"),
    PageKind.SQUARES: ("graph", "r1=14.173228"),
    PageKind.LINES: ("lined", ""),
    PageKind.ENGLISH: ("lined", ""),
    PageKind.TIANZIGE: ("graph", "r1=42.519685"),
    PageKind.MUSIC: ("staves", ""),
    PageKind.AXES: ("plain", ""),
}
NOT_EXACT: Final = (PageKind.LINES, PageKind.ENGLISH, PageKind.TIANZIGE, PageKind.AXES)
MARKER_ALPHA: Final = "7f"  # what its own highlighter writes
LEVEL: Final = 3
FONT: Final = "Noto Sans SC"
PDF_NAME: Final = "bg.pdf"
"""An attached PDF lies beside the file: ``name.xopp.bg.pdf``."""


def write_xopp(
    pages: Sequence[Page],
    request: ExportRequest,
    sources: Sources,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write pages, and beside them the PDF that the first of them was written on, if any.

    Raises:
        FileError: the disk is full or refused.
    """
    writer = _Writer(sources)
    target = Path(request.target)
    title = request.title or target.stem
    with atomic(target) as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
        out = io.TextIOWrapper(packed, "utf-8")
        out.write('<?xml version="1.0" standalone="no"?>\n')
        out.write('<xournal creator="Lamplight" fileversion="4">\n')
        out.write(f"<title>{_plain(title)}</title>\n")
        for done, page in enumerate(pages, 1):
            out.writelines(writer.page(page))
            progress(done)
        out.write("</xournal>\n")
        out.flush()
        out.detach()
    if writer.document is None:
        return [target]
    beside = target.with_name(f"{target.name}.{PDF_NAME}")
    with atomic(beside) as file:
        file.write(writer.document[1])
    return [target, beside]


class _Writer:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.document: tuple[str, bytes] | None = None
        """Hash and bytes of the PDF behind the pages; the format has one."""

    def page(self, page: Page) -> Iterator[str]:
        """One page, from below."""
        yield f'<page width="{_pt(page.width)}" height="{_pt(page.height)}">\n'
        below = self._pdf_below(page)
        yield self._background(page) if below is None else _pdf_background(below)
        yield "<layer>\n"
        for picture in visible_pictures(page):
            if below is None or not picture.body.is_ground:
                yield self._image(page, picture.body.sha256, picture.corners)
        shown = [stroke for stroke in page.strokes.values() if stroke.is_visible and stroke.x]
        for stroke in shown:
            if stroke.style.tool is Tool.MARKER:
                yield from self._stroke(stroke)
        for text in page.texts.values():
            if text.is_visible:
                yield self._text(page, text)
        for stroke in shown:
            if stroke.style.tool is not Tool.MARKER:
                yield from self._stroke(stroke)
        self._sources.losses.add(Lost.TIMES, page.number, len(shown))
        yield "</layer>\n</page>\n"

    def _background(self, page: Page) -> str:
        style, config = STYLES[page.kind]
        if page.kind in NOT_EXACT:
            self._sources.losses.add(Lost.GROUND, page.number)
        ground = self._sources.colors.ground.name()
        more = f' config="{config}"' if config else ""
        return f'<background type="solid" color="{ground}ff" style="{style}"{more}/>\n'

    def _pdf_below(self, page: Page) -> OverPage | None:
        found = full_page_origin(page, self._sources)
        if found is None or abs(found.width - page.width) > EDGE:
            return None  # there a PDF page has its own size
        if self.document is None:
            self.document = found.document, found.data
        return found if self.document[0] == found.document else None

    def _image(self, page: Page, sha256: str, corners: Corners) -> str:
        found = self._sources.pictures.clean(sha256)
        if found is None:
            self._sources.losses.add(Lost.PICTURE_MISSING, page.number)
            return ""
        data = base64.b64encode(found.data).decode("ascii")
        return f"<image {self._box(page, corners)}>{data}</image>\n"

    def _text(self, page: Page, text: TextItem) -> str:
        body, corners = text.body, text.corners
        color = f"{self._sources.colors.inks[text.ink].name()}ff"
        if body.kind is TextKind.FORMULA and body.outline:
            data = base64.b64encode(formula_pdf(text, self._sources)).decode("ascii")
            source = quoteattr(clean(body.text))
            return f"<teximage text={source} {self._box(page, corners)}>{data}</teximage>\n"
        (x, y), (x1, y1), _low = corners
        if y1 != y or x1 < x:
            self._sources.losses.add(Lost.TURN, page.number)
        size = body.size * abs(complex(x1 - x, y1 - y)) / max(body.width, 1)
        words = _plain("\n".join(text_lines(body.text, body.breaks)))
        head = f'font="{FONT}" size="{_pt(size)}" x="{_pt(x)}" y="{_pt(y)}" color="{color}"'
        return f"<text {head}>{words}</text>\n"

    def _box(self, page: Page, corners: Corners) -> str:
        (x0, y0), (x1, y1), (x2, y2) = corners
        if y1 != y0 or x2 != x0:
            self._sources.losses.add(Lost.TURN, page.number)
        xs, ys = (x0, x1, x2, x1 + x2 - x0), (y0, y1, y2, y1 + y2 - y0)
        sides = ("left", min(xs)), ("top", min(ys)), ("right", max(xs)), ("bottom", max(ys))
        return " ".join(f'{name}="{_pt(value)}"' for name, value in sides)

    def _stroke(self, stroke: Stroke) -> Iterator[str]:
        is_marker = stroke.style.tool is Tool.MARKER
        tool = "highlighter" if is_marker else "pen"
        alpha = MARKER_ALPHA if is_marker else "ff"
        color = self._sources.colors.inks[stroke.style.ink].name() + alpha
        has_force = stroke.force is not None and stroke.style.tool is not Tool.FINELINER
        widths = sample_widths(stroke) if has_force else []
        for first, stop in stroke.runs():
            if first == stop:
                continue
            x, y = stroke.x[first:stop], stroke.y[first:stop]
            if len(x) == 1:
                x, y = x * 2, y * 2
            pressed = (widths[first:stop] * 2)[: len(x) - 1]
            width = _row([stroke.style.width, *pressed])
            points = _row([value for point in zip(x, y, strict=True) for value in point])
            head = f'tool="{tool}" color="{color}" width="{width}" capStyle="round"'
            yield f"<stroke {head}>{points}</stroke>\n"


def _pdf_background(below: OverPage) -> str:
    where = f'domain="attach" filename="{PDF_NAME}" pageno="{below.index + 1}"'
    return f'<background type="pdf" {where}/>\n'


def _row(values: Sequence[float]) -> str:
    scaled: list[float] = [value * POINT for value in values]
    return " ".join(["%.4f"] * len(scaled)) % tuple(scaled)


def _pt(value: float) -> str:
    return f"{value * POINT:.4f}"


def _plain(text: str) -> str:
    return escape(clean(text))
