"""Pictures: framed until they come, at the size they are seen, sharper where one looks closer."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from signaling_server.protocol.board import Page, Picture
from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import EntryNumber
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.picture_shelf import WHOLE, PictureShelf, PictureWish
from teacher_client.drawing.pictures import visible_pictures, wanted_width
from teacher_client.drawing.render import render_page
from tests.teacher_client.drawing.samples import sheet

SHA = "a" * 64
RED, BLUE = QColor(200, 0, 0), QColor(0, 0, 200)


def plain(color: QColor, width: int = 400, height: int = 200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(color)
    return image


def page_with(*bodies: PicturePlaced) -> Page:
    page = sheet([], PageKind.BLANK)
    for number, body in enumerate(bodies, 7):
        page.pictures[EntryNumber(number)] = Picture(EntryNumber(number), body)
    return page


def painted(canvas: PageCanvas, area: QRect) -> QImage:
    image = QImage(area.size(), QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.translate(-area.topLeft())
    canvas.paint(painter, area)
    painter.end()
    return image


def test_a_picture_is_asked_for_once_and_shown_when_it_comes() -> None:
    wishes: list[PictureWish] = []
    shelf = PictureShelf(wishes.append)
    page = page_with(PicturePlaced(SHA, 2000, 2000, 5000, 3000))
    canvas = PageCanvas(paper_colors(), pictures=shelf)
    canvas.turn_to(page)
    canvas.set_scale(0.04)
    canvas.show_boxes(page)
    whole = QRect(0, 0, 704, 1000)
    assert painted(canvas, whole).pixelColor(160, 120) == paper_colors().frame
    painted(canvas, whole)
    assert wishes == [PictureWish(SHA, wanted_width(200))]
    shelf.put(wishes[0], plain(RED))
    (area,) = canvas.picture_came(SHA)
    assert area.contains(80, 80)
    assert area.contains(279, 199)
    assert painted(canvas, whole).pixelColor(160, 120) == RED
    assert canvas.picture_came("b" * 64) == []


def test_the_ground_lies_below_whatever_came_first() -> None:
    shelf = PictureShelf(lambda _: None)
    shelf.put(PictureWish(SHA, 400), plain(RED))
    shelf.put(PictureWish("b" * 64, 400), plain(BLUE))
    page = page_with(
        PicturePlaced(SHA, 2000, 2000, 2000, 2000),
        PicturePlaced("b" * 64, 0, 0, 17_600, 25_000, is_ground=True),
    )
    assert [picture.body.is_ground for picture in visible_pictures(page)] == [True, False]
    image = render_page(page, QSize(352, 500), pictures=shelf)
    assert image.pixelColor(60, 60) == RED
    assert image.pixelColor(10, 10) == BLUE


def test_a_large_picture_is_scaled_once_a_size() -> None:
    shelf = PictureShelf(lambda _: None)
    shelf.put(PictureWish(SHA, 2000), plain(RED, 2000, 1000))
    small = shelf.image(SHA, 256)
    assert small is not None
    assert small.size() == QSize(256, 128)
    again = shelf.image(SHA, 256)
    assert again is not None
    assert again.cacheKey() == small.cacheKey()
    near = shelf.image(SHA, 1400)
    assert near is not None
    assert near.width() == 2000


def test_the_largest_there_is_is_not_asked_for_again() -> None:
    wishes: list[PictureWish] = []
    shelf = PictureShelf(wishes.append)
    shelf.image(SHA, 512)
    shelf.put(wishes[0], plain(RED, 300, 300))
    shelf.image(SHA, 1024)
    shelf.image(SHA, 2048)
    assert len(wishes) == 1
    nothing = PictureShelf(wishes.append)
    nothing.put(PictureWish("c" * 64, 64), QImage())
    assert nothing.image("c" * 64, 64) is None


def test_a_ground_seen_closely_is_sharper_there() -> None:
    wishes: list[PictureWish] = []
    shelf = PictureShelf(wishes.append)
    shelf.put(PictureWish(SHA, 500), plain(RED, 440, 625))
    page = page_with(PicturePlaced(SHA, 0, 0, 17_600, 25_000, is_ground=True))
    canvas = PageCanvas(paper_colors(), pictures=shelf)
    canvas.turn_to(page)
    canvas.set_scale(0.2)
    canvas.show_boxes(page)
    corner = QRect(0, 0, 256, 256)
    assert painted(canvas, corner).pixelColor(100, 100) == RED
    parts = [wish for wish in wishes if wish.part != WHOLE]
    assert parts
    assert all(wish.width == wanted_width(3520) for wish in parts)
    assert QRectF(*parts[0].part).contains(QRectF(0.01, 0.005, 0.02, 0.02))
    for wish in parts:
        shelf.put(wish, plain(BLUE, 1024, 1024))
    canvas.picture_came(SHA)
    image = painted(canvas, corner)
    assert image.pixelColor(100, 100) == BLUE
    assert painted(canvas, QRect(3000, 4500, 64, 64)).pixelColor(5, 5) == RED


def test_what_was_not_seen_for_long_is_let_go_and_asked_for_again() -> None:
    wishes: list[PictureWish] = []
    shelf = PictureShelf(wishes.append, most_bytes=1_000_000)
    first = PictureWish(SHA, 400)
    shelf.put(first, plain(RED, 400, 400))
    shelf.put(PictureWish("b" * 64, 400), plain(BLUE, 400, 400))
    assert shelf.image(SHA, 400) is None
    assert wishes == [first]


def test_widths_are_few() -> None:
    assert wanted_width(0.2) == 1
    widths = {wanted_width(pixels / 10) for pixels in range(5000, 20_000)}
    assert len(widths) <= 6
    assert all(wanted_width(pixels) >= pixels for pixels in range(1, 5000, 7))


def test_a_turned_picture_lies_by_its_corners() -> None:
    shelf = PictureShelf(lambda _: None)
    image = plain(RED, 100, 100)
    painter = QPainter(image)
    painter.fillRect(0, 0, 50, 100, Qt.GlobalColor.blue)  # its left half
    painter.end()
    shelf.put(PictureWish(SHA, 100), image)
    page = page_with(PicturePlaced(SHA, 0, 0, 4000, 4000))
    picture = page.pictures[EntryNumber(7)]
    picture.corners = (8000, 4000), (8000, 8000), (4000, 4000)  # a quarter turn clockwise
    seen = render_page(page, QSize(352, 500), pictures=shelf)
    assert seen.pixelColor(120, 90).blue() > 200  # its left is on top now
    assert seen.pixelColor(120, 150).red() > 150
