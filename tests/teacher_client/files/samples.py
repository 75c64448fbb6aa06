"""A page with all kinds of items, pictures to lay on it, and PDFs to lie under it."""

from __future__ import annotations

import io
import math
import zlib

from PIL import Image

from signaling_server.protocol.board import Page
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import ItemsChanged, PicturePlaced, TextKind, TextPlaced
from signaling_server.protocol.ids import TEACHER, EntryNumber
from signaling_server.protocol.ink import Style
from signaling_server.protocol.items import Act, Picture, TextItem
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.pictures import clean_shape, picture_hash
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.texts import measure_text
from teacher_client.files.errors import Losses
from teacher_client.files.pdf_pages import Sources
from teacher_client.files.pictures import CleanPicture
from teacher_client.formulas import outline
from teacher_client.picture_files import Origin
from tests.teacher_client.drawing.samples import line, page_of_waves, sheet

WORDS = "解：由勾股定理 a²+b²=c²，AVATAR 得 x = 5。\n第二行 abc"
FORMULA = r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}"


FINE = Style(Tool.FINELINER, Ink.RED, 40, 0)
LINK = "https://example.org/"


class SamplePictures:
    """A grey PNG, a colour JPEG, and PDFs by name."""

    def __init__(self) -> None:
        self.by_hash: dict[str, CleanPicture] = {}
        self.origins: dict[str, Origin] = {}
        self.documents: dict[str, bytes] = {}

    def add(self, data: bytes) -> str:
        shape = clean_shape(data)
        assert shape is not None
        name = picture_hash(data)
        self.by_hash[name] = CleanPicture(data, shape)
        return name

    def clean(self, sha256: str) -> CleanPicture | None:
        return self.by_hash.get(sha256)

    def origin(self, sha256: str) -> Origin | None:
        return self.origins.get(sha256)

    def document(self, sha256: str) -> bytes | None:
        return self.documents.get(sha256)


def jpeg(color: tuple[int, int, int] = (200, 40, 40), size: tuple[int, int] = (60, 40)) -> bytes:
    """A clean picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", quality=85)
    return out.getvalue()


def png(size: tuple[int, int] = (64, 64)) -> bytes:
    """A clean grey picture, dark at its left, white at its right."""
    out = io.BytesIO()
    Image.linear_gradient("L").rotate(90).resize(size).save(out, "PNG")
    return out.getvalue()


def sources(pictures: SamplePictures | None = None, watermark: str = "") -> Sources:
    """White paper."""
    return Sources(paper_colors(), pictures or SamplePictures(), Losses(), watermark)


def text_item(number: int, text: str, at: tuple[int, int], ink: Ink = Ink.BLUE) -> TextItem:
    """Typed text, broken as the writer breaks it."""
    breaks, width, height = measure_text(text, 500, 9000)
    body = TextPlaced(text, *at, width, height, 500, ink, TextKind.TEXT, breaks)
    return TextItem(EntryNumber(number), TEACHER, body)


def formula_item(number: int, at: tuple[int, int]) -> TextItem:
    """A formula with its outline."""
    shape = outline(FORMULA, 600)
    body = TextPlaced(
        FORMULA, *at, shape.width, shape.height, 600, Ink.RED, TextKind.FORMULA, (), shape.path
    )
    return TextItem(EntryNumber(number), TEACHER, body)


def turned(item: TextItem, radians: float, shift: tuple[int, int]) -> TextItem:
    """The item turned around the page's corner and moved."""
    c, s = round(math.cos(radians) * 1e6), round(math.sin(radians) * 1e6)
    change = ItemsChanged((item.id,), Matrix(c, s, -s, c, *shift))
    item.acts.append(Act(EntryNumber(900), change))
    item.settle(())
    return item


def full_page(pictures: SamplePictures, kind: PageKind = PageKind.DOTS) -> Page:
    """Ink of all tools, a dot, a hidden stroke, a laser, texts, a formula, two pictures."""
    page = sheet(page_of_waves(), kind)
    extra = [
        line(900, [3000], [10_000]),
        line(
            901, [1000, 9000, 9000], [11_000, 11_000, 9000], Style(Tool.FINELINER, Ink.RED, 40, 0)
        ),
    ]
    hidden = line(902, [500, 17_000], [24_000, 24_000])
    hidden.is_visible = False
    page.strokes |= {stroke.id: stroke for stroke in [*extra, hidden]}
    laser = line(903, [500, 17_000], [23_000, 23_000], Style(Tool.LASER, Ink.RED, 120, 0))
    page.lasers[laser.id] = laser
    texts = [
        text_item(5, WORDS, (1500, 12_000)),
        formula_item(6, (1500, 16_000)),
        turned(text_item(7, "转了", (9000, 16_000), Ink.GREEN), 0.5, (8000, -4000)),
    ]
    page.texts = {text.id: text for text in texts}
    for number, data, x in ((20, jpeg(), 9000), (21, png(), 13_000)):
        body = PicturePlaced(pictures.add(data), x, 19_000, 3000, 2000)
        page.pictures[number] = Picture(EntryNumber(number), body)
    return page


def small_pdf(
    text: str = "Worksheet one", turn: int = 0, link: str = "https://example.org/"
) -> bytes:
    """A PDF of one page, 400 x 200 points, with a line of text and a link."""
    content = zlib.compress(f"BT /F1 20 Tf 40 100 Td ({text}) Tj ET".encode())
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Rotate {turn}/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>/Annots[6 0 R]>>",
        f"<</Length {len(content)}/Filter/FlateDecode>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/Annot/Subtype/Link/Rect[40 90 200 120]/A<</S/URI/URI({LINK})>>>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\n".encode()
        if number == 4:
            out += b"stream\n" + content + b"\nendstream\n"
        out += b"endobj\n"
    begun = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n"
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n{begun}\n%%EOF\n".encode()
    return bytes(out)


def worksheet(pictures: SamplePictures, pdf: bytes, size: tuple[int, int]) -> Page:
    """A page whose ground is page 0 of a PDF, with a stroke on it."""
    page = sheet([line(1, [1000, size[0] - 1000], [1000, size[1] - 1000])], PageKind.BLANK)
    page.width, page.height = size
    name = pictures.add(png((80, 40)))
    pictures.documents[picture_hash(pdf)] = pdf
    pictures.origins[name] = Origin(picture_hash(pdf), 0, size[0] / 100, size[1] / 100)
    page.pictures[30] = Picture(EntryNumber(30), PicturePlaced(name, 0, 0, *size, True))
    return page
