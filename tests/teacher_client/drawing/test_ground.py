"""Page kinds: where their lines stand, sharp on pixels, exact on paper."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from signaling_server.protocol.commands import Ink, PageKind
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.ground import Sheet, draw_ground, load_grounds, toned
from teacher_client.drawing.render import render_page
from tests.teacher_client.drawing.samples import sheet

WIDTH, HEIGHT = 17_600, 25_000


def printed(kind: PageKind, scale: float, height: int = HEIGHT) -> QImage:
    page = sheet([], kind)
    page.height = height
    return render_page(page, QSize(round(WIDTH * scale), round(height * scale)))


def rows_at(image: QImage, x: int) -> list[int]:
    """Pixel rows that are not plain paper in one column."""
    white = QColor("white")
    return [y for y in range(image.height()) if image.pixelColor(x, y) != white]


def test_every_kind_has_its_numbers() -> None:
    _, grounds = load_grounds()
    assert set(grounds) == set(PageKind)
    assert grounds[PageKind.BLANK].layers == ()
    for ground in grounds.values():
        left, top, wide, high = ground.area(WIDTH, HEIGHT)
        assert left >= 0
        assert left + wide <= WIDTH
        assert 0 <= top <= top + high <= HEIGHT
        assert ground.area(10, 10)[2:] in ((0, 0), (10, 10))


def test_lines_are_one_sharp_pixel_where_the_rules_say() -> None:
    image = printed(PageKind.LINES, 0.05)
    rows = rows_at(image, 440)
    assert rows[:3] == [round((1200 + 800 * i) * 0.05 - 0.5) for i in (1, 2, 3)]
    assert {image.pixelColor(440, row).rgb() for row in rows} == {toned(paper_colors(), 0.1).rgb()}


def test_what_is_too_near_is_left_out() -> None:
    assert rows_at(printed(PageKind.MUSIC, 0.02), 100) == []
    assert len(rows_at(printed(PageKind.MUSIC, 0.03), 150)) == 5 * 11


def test_a_page_that_grows_downwards_keeps_its_ground() -> None:
    for kind in PageKind:
        before, after = printed(kind, 0.04), printed(kind, 0.04, HEIGHT + 12_000)
        seen = before.rect().adjusted(0, 0, 0, -130)  # its lowest lines may go on
        if kind is not PageKind.AXES:
            assert after.copy(seen) == before.copy(seen)


def test_axes_cross_in_the_middle_with_ticks_each_centimetre() -> None:
    image = printed(PageKind.AXES, 0.1)
    assert image.pixelColor(880, 1249) != QColor("white")
    assert image.pixelColor(880 + 300, 1244) != QColor("white")
    assert image.pixelColor(880 + 300, 1234) != QColor("white")  # a tick stands upwards
    assert image.pixelColor(880 + 350, 1234) == QColor("white")


@pytest.mark.parametrize("kind", list(PageKind))
def test_a_part_of_a_page_is_what_the_whole_shows_there(kind: PageKind) -> None:
    scale, part = 0.06, QRectF(4000, 6000, 5000, 7000)
    image = QImage(300, 420, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-240, -360)
    painter.scale(scale, scale)
    draw_ground(painter, Sheet(kind, WIDTH, HEIGHT), part, paper_colors(), scale)
    painter.end()
    assert image == printed(kind, scale).copy(240, 360, 300, 420)


def test_tones_run_from_dots_to_ink() -> None:
    colors = paper_colors("blackboard")
    assert toned(colors, 0) == colors.dots
    assert toned(colors, 1) == colors.inks[Ink.INK]
    assert colors.dots.lightness() < toned(colors, 0.5).lightness() < 240
