"""A whole page on other devices than the screen: the same picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from signaling_server.protocol.board import Page
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import PicturePlaced, TextPlaced
from signaling_server.protocol.ids import TEACHER, EntryNumber
from signaling_server.protocol.items import Picture, TextItem
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.picture_shelf import PictureShelf, PictureWish
from teacher_client.drawing.render import PageLook, paint_page, render_page
from tests.teacher_client.drawing.samples import page_of_waves, sheet, wave
from tests.teacher_client.drawing.test_canvas import difference

SIZE = QSize(704, 1000)
SCALE = 0.04
SHA = "a" * 64


def full_page() -> Page:
    """All there is on a page: ruling, ground, picture, markers, text, ink."""
    page = sheet(page_of_waves(), PageKind.SQUARES)
    page.pictures[EntryNumber(90)] = Picture(
        EntryNumber(90), PicturePlaced(SHA, 9000, 12_000, 6000, 6000)
    )
    text = TextPlaced("解：x = 2", 2000, 14_000, 6000, 1400, 1000, Ink.BLUE)
    page.texts[EntryNumber(91)] = TextItem(EntryNumber(91), TEACHER, text)
    return page


def shelf() -> PictureShelf:
    there = PictureShelf(lambda _: None)
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor(120, 40, 160))
    there.put(PictureWish(SHA, 512), image)
    return there


def test_the_screen_shows_what_is_exported() -> None:
    page = full_page()
    canvas = PageCanvas(paper_colors(), pictures=shelf())
    canvas.turn_to(page)
    canvas.set_scale(SCALE)
    canvas.show_boxes(page)
    canvas.show_strokes(page.strokes.values())
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    canvas.paint(painter, image.rect())
    painter.end()
    mean, most = difference(image, render_page(page, SIZE, pictures=shelf()))
    assert mean < 0.02
    assert most < 40  # the picture's soft edge


def test_an_svg_is_made_of_outlines_and_looks_the_same(tmp_path: Path) -> None:
    page, path = full_page(), tmp_path / "page.svg"
    page.kind = PageKind.BLANK  # on pixels a ruling is as sharp as they are
    file = QSvgGenerator()
    file.setFileName(str(path))
    file.setViewBox(QRectF(0, 0, page.width, page.height))
    painter = QPainter(file)
    paint_page(painter, page, PageLook(pictures=shelf()))
    painter.end()
    assert "<text" not in path.read_text()
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    plain = difference(render_page(sheet([], PageKind.BLANK), SIZE), render_page(page, SIZE))[0]
    assert difference(image, render_page(page, SIZE, pictures=shelf()))[0] < 0.25 * plain


def test_markers_do_not_darken_themselves_without_pixels() -> None:
    page = sheet(
        [wave(3, Ink.MARKER_YELLOW, Tool.MARKER), wave(8, Ink.MARKER_YELLOW, Tool.MARKER)],
        PageKind.BLANK,
    )
    for stroke in list(page.strokes.values())[1:]:
        stroke.x, stroke.y = list(wave(3).x), list(wave(3).y)  # twice the same way
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    paint_page(painter, page)
    painter.end()
    layered = render_page(page, SIZE)
    x, y = wave(3).x[20], wave(3).y[20]
    at = round(x * SCALE), round(y * SCALE)
    here, there = image.pixelColor(*at), layered.pixelColor(*at)
    assert abs(here.blue() - there.blue()) <= 2
    assert here.blue() < 200
    assert difference(image, layered)[1] < 30  # edges that lie on one another


def test_the_ground_can_be_left_out() -> None:
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("red"))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    paint_page(painter, full_page(), PageLook(has_ground=False))
    painter.end()
    assert image.pixelColor(690, 990) == QColor("red")


@pytest.mark.parametrize("paper", ["white", "blackboard"])
def test_hidden_things_are_not_painted(paper: str) -> None:
    page, colors = full_page(), paper_colors(paper)
    for item in (*page.strokes.values(), *page.pictures.values(), *page.texts.values()):
        item.is_visible = False
    assert render_page(page, SIZE, colors) == render_page(sheet([], PageKind.SQUARES), SIZE, colors)
