"""Live drawing, erasing and zooming give the picture of a full redraw."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter

from signaling_server.protocol.board import Picture, Stroke
from signaling_server.protocol.commands import Ink, PageKind
from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import TEACHER, EntryNumber, stroke_id
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.render import render_page
from teacher_client.drawing.shapes import outline
from tests.teacher_client.drawing.samples import (
    copy_of,
    line,
    page_of_waves,
    scribble,
    sheet,
    wave,
)

SCALE = 0.04  # 4 px a mm: about fit width in the lesson window
SIZE = QSize(704, 1000)


def new_canvas() -> PageCanvas:
    canvas = PageCanvas(paper_colors())
    canvas.turn_to(sheet([]))
    canvas.set_scale(SCALE)
    return canvas


def picture(canvas: PageCanvas) -> QImage:
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    canvas.paint(painter, image.rect())
    painter.end()
    return image


def redrawn(lines: Iterable[Stroke]) -> QImage:
    canvas = new_canvas()
    canvas.show_strokes(lines)
    return picture(canvas)


def difference(a: QImage, b: QImage) -> tuple[float, int]:
    """Mean and largest difference of a channel, 0..255."""
    left, right = bytes(a.constBits()), bytes(b.constBits())
    assert len(left) == len(right)
    parts = [abs(x - y) for x, y in zip(left, right, strict=True)]
    return sum(parts) / len(parts), max(parts)


def grow(canvas: PageCanvas, whole: Stroke, step: int = 3) -> None:
    """Write a stroke a few samples at a time, painting after each, as a pen does."""
    live = copy_of(whole, 0)
    for end in range(step, len(whole.x) + step, step):
        live.x, live.y = whole.x[:end], whole.y[:end]
        live.force = None if whole.force is None else whole.force[:end]
        canvas.show_strokes([live])
        picture(canvas)


def test_a_live_stroke_looks_as_its_outline() -> None:
    canvas = new_canvas()
    picture(canvas)
    stroke = wave(1)
    grow(canvas, stroke)
    mean, _ = difference(picture(canvas), redrawn([stroke]))
    ink, _ = difference(redrawn([]), redrawn([stroke]))
    assert mean < 0.05 * ink  # only soft edges differ


def test_a_live_stroke_shows_before_it_ends() -> None:
    canvas = new_canvas()
    empty = picture(canvas)
    grow(canvas, wave(1, count=6))
    assert difference(picture(canvas), empty)[1] > 150


def test_an_ended_stroke_is_exactly_the_redrawn_one() -> None:
    canvas = new_canvas()
    picture(canvas)
    stroke = wave(1)
    grow(canvas, stroke)
    canvas.show_strokes([stroke])
    assert picture(canvas) == redrawn([stroke])


def test_erasing_redraws_what_lay_under_it() -> None:
    canvas = new_canvas()
    lines = page_of_waves()
    canvas.show_strokes(lines)
    picture(canvas)
    for gone in (8, 5, 3, 0):
        del lines[gone]
        areas = canvas.show_strokes(lines)
        assert len(areas) == 1
        assert picture(canvas) == redrawn(lines)


def test_hiding_and_showing_again_gives_the_same_picture() -> None:
    canvas = new_canvas()
    lines = page_of_waves()
    canvas.show_strokes(lines)
    before = picture(canvas)
    lines[4].is_visible = False
    canvas.show_strokes(lines)
    assert picture(canvas) != before
    lines[4].is_visible = True
    canvas.show_strokes(lines)
    assert picture(canvas) == before


def test_nothing_new_updates_nothing() -> None:
    canvas = new_canvas()
    lines = page_of_waves()
    canvas.show_strokes(lines)
    again = [copy_of(one) for one in lines]
    assert canvas.show_strokes(lines) == []
    assert canvas.show_strokes(again) == []  # the log's stroke takes the hint's place


def test_other_samples_under_the_same_id_are_drawn_anew() -> None:
    canvas = new_canvas()
    canvas.show_strokes([wave(1)])
    picture(canvas)
    other = wave(2)
    other.id = wave(1).id
    canvas.show_strokes([other])
    assert picture(canvas) == redrawn([other])


def test_an_open_stroke_that_was_corrected_goes_on_live() -> None:
    canvas = new_canvas()
    whole = wave(1)
    canvas.show_strokes([copy_of(whole, 20)])
    picture(canvas)
    corrected = copy_of(whole, 20)
    corrected.y[-1] += 40
    canvas.show_strokes([corrected])
    picture(canvas)
    before = canvas.renders
    longer = copy_of(corrected)
    longer.has_ended = False
    longer.x.append(whole.x[20])
    longer.y.append(whole.y[20])
    assert len(canvas.show_strokes([longer])) == 1
    picture(canvas)
    assert canvas.renders == before


def test_zooming_redraws_at_the_new_scale() -> None:
    canvas = new_canvas()
    lines = page_of_waves()
    canvas.set_scale(0.11)
    canvas.show_strokes(lines)
    picture(canvas)
    canvas.set_scale(SCALE)
    assert picture(canvas) == redrawn(lines)


def test_tiles_meet_without_a_seam() -> None:
    lines = page_of_waves()
    page = sheet(lines, PageKind.BLANK)
    canvas = new_canvas()
    canvas.turn_to(sheet([], PageKind.BLANK))
    canvas.show_strokes(lines)
    assert difference(picture(canvas), render_page(page, SIZE))[1] <= 3


def test_a_tile_paints_of_a_long_stroke_what_lies_on_it() -> None:
    stroke = scribble(4000, 1000, drift=5)
    canvas = new_canvas()
    canvas.show_strokes([stroke])
    picture(canvas)
    paths = outline(stroke).paths
    assert len(paths) > 90
    assert len(paths) <= canvas.fills < 2 * len(paths)  # on the edge of a tile twice


def test_a_stroke_in_paths_looks_as_in_one() -> None:
    stroke = wave(1, count=400)
    shape = outline(stroke)
    assert len(shape.paths) > 2
    images = []
    for paths in (shape.paths, (shape.united(),)):
        image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(paper_colors().ground)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(0.01, 0.01)
        for path in paths:
            painter.fillPath(path, paper_colors().inks[Ink.INK])
        painter.end()
        images.append(image)
    mean, most = difference(*images)
    assert mean < 0.001
    assert most < 64  # a pixel's soft edge, where two paths share a round joint


def test_markers_lie_under_ink_and_shine_through() -> None:
    marker = page_of_waves()[3]
    stroke = line(99, marker.x, marker.y)
    image = redrawn([stroke, marker])
    middle = len(marker.x) // 2
    at = (round(marker.x[middle] * SCALE), round(marker.y[middle] * SCALE))
    assert image.pixelColor(*at).lightness() < 60  # ink, though the marker came after it
    alone = redrawn([marker]).pixelColor(*at)
    assert (alone.red(), alone.green()) > (240, 200)
    assert alone.blue() < 220


def test_the_topmost_stroke_is_found() -> None:
    canvas = new_canvas()
    below, above = wave(1), wave(1)
    above.id = stroke_id(TEACHER, 1, 50)
    canvas.show_strokes([below, above])
    x, y = below.x[10], below.y[10]
    assert canvas.stroke_at(x, y, 30) == above.id
    assert canvas.stroke_at(x, y - 3000, 30) is None
    dot = line(51, [9000], [9000])
    canvas.show_strokes([below, above, dot])
    assert canvas.stroke_at(9020, 9000, 30) == dot.id


def test_a_picture_that_has_not_come_is_a_grey_frame() -> None:
    canvas = new_canvas()
    page = sheet([])
    body = PicturePlaced("0" * 64, 2000, 2000, 5000, 3000)
    page.pictures[EntryNumber(7)] = Picture(EntryNumber(7), body)
    assert canvas.show_boxes(page)
    assert not canvas.show_boxes(page)
    color = picture(canvas).pixelColor(round(4000 * SCALE), round(3000 * SCALE))
    assert color == paper_colors().frame


def test_other_papers_draw_other_inks() -> None:
    board = render_page(sheet([wave(1)]), SIZE, paper_colors("blackboard"))
    assert board.pixelColor(1, 1) == paper_colors("blackboard").ground
    assert paper_colors("blackboard").inks[Ink.INK] != paper_colors().inks[Ink.INK]
    assert paper_colors("unknown") == paper_colors()


def test_painting_a_part_paints_only_that_part() -> None:
    canvas = new_canvas()
    canvas.show_strokes(page_of_waves())
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setClipRect(QRect(0, 0, 100, 100))
    canvas.paint(painter, QRect(0, 0, 100, 100))
    painter.end()
    assert image.pixel(50, 50) != 0
    assert image.pixel(600, 900) == 0
