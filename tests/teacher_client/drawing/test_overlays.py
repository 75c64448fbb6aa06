"""What is drawn over the page: it stands where it should, on light and dark papers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import InstrumentKind, InstrumentSet, ViewShown
from signaling_server.protocol.ink import Style
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.instruments import (
    draw_instrument,
    draw_knobs,
    draw_label,
    reading_words,
)
from teacher_client.drawing.overlays import (
    FADES_MS,
    Lasers,
    OverlayColors,
    draw_eraser,
    draw_lasso,
    draw_selection,
    draw_tail,
    draw_view,
    overlay_colors,
    stem,
)
from teacher_client.geometry.edges import Side
from teacher_client.geometry.handles import Frame, Handle
from teacher_client.geometry.snapping import edges, knobs
from tests.teacher_client.drawing.samples import line

SIZE = QSize(880, 1250)
VIEW = QTransform.fromScale(0.05, 0.05)
Draw = Callable[[QPainter, OverlayColors], object]

LYING = [
    InstrumentSet(InstrumentKind.RULER, 2000, 3000, 500, 9000),
    InstrumentSet(InstrumentKind.SET_SQUARE_45, 3000, 9000, 34_000, 7000),
    InstrumentSet(InstrumentKind.SET_SQUARE_60, 3000, 9000, 1000, 8000),
    InstrumentSet(InstrumentKind.PROTRACTOR, 9000, 9000, 0, 5000),
    InstrumentSet(InstrumentKind.COMPASS, 9000, 12_000, 3000, 0, 3000),
]


def drawn(draw: Draw, paper: str = "white") -> QImage:
    colors = paper_colors(paper)
    image = QImage(SIZE, QImage.Format.Format_RGB32)
    image.fill(colors.ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, overlay_colors(colors))
    painter.end()
    return image


def changed(image: QImage, paper: str = "white") -> QRect:
    """The box around all pixels that are not plain paper."""
    ground = paper_colors(paper).ground.rgb()
    spots = [
        (x, y)
        for y in range(0, image.height(), 2)
        for x in range(0, image.width(), 2)
        if image.pixel(x, y) != ground
    ]
    assert spots
    xs, ys = zip(*spots, strict=True)
    return QRect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)


def contrast(one: QColor, other: QColor) -> int:
    return abs(one.lightness() - other.lightness())


@pytest.mark.parametrize("paper", ["white", "warm", "green", "blackboard"])
def test_lines_stand_out_on_every_paper(paper: str) -> None:
    paper_color, colors = paper_colors(paper), overlay_colors(paper_colors(paper))
    assert contrast(colors.line, paper_color.ground) > 60
    assert contrast(colors.text, paper_color.ground) > 120
    assert contrast(colors.text, colors.off) > 120


@pytest.mark.parametrize("lying", LYING, ids=lambda one: one.kind.value)
@pytest.mark.parametrize("paper", ["white", "blackboard"])
def test_an_instrument_covers_its_place_and_lets_ink_through(
    lying: InstrumentSet, paper: str
) -> None:
    image = drawn(lambda painter, colors: draw_instrument(painter, lying, VIEW, colors), paper)
    box = changed(image, paper)
    for edge in edges(lying):
        if isinstance(edge, Side):
            for x, y in (edge.a, edge.b):
                assert box.adjusted(-3, -3, 3, 3).contains(round(x * 0.05), round(y * 0.05))
    ground = paper_colors(paper).ground
    if lying.kind is not InstrumentKind.COMPASS:
        x, y = next(iter(knobs(lying).values()))
        body = image.pixelColor(round(x * 0.05) + 4, round(y * 0.05) + 4)
        assert 0 < contrast(body, ground) < 60


def test_the_pencil_of_the_compass_stands_at_its_opening() -> None:
    lying = LYING[-1]
    image = drawn(lambda painter, colors: draw_instrument(painter, lying, VIEW, colors))
    pencil = VIEW.map(QPointF(9000 + 3000 * 0.8660, 12_000 + 3000 * 0.5))
    assert image.pixelColor(pencil.toPoint()).lightness() < 160
    assert reading_words(lying) == "r 3.0 cm"
    assert reading_words(LYING[0]) == "175°"


def test_knobs_and_labels_stand_where_they_are_taken() -> None:
    image = drawn(lambda painter, colors: draw_knobs(painter, LYING[0], VIEW, colors))
    for x, y in knobs(LYING[0]).values():
        assert changed(image).contains(round(x * 0.05), round(y * 0.05))
    labels = []
    drawn(lambda p, colors: labels.append(draw_label(p, "12.5 cm", QPointF(100, 100), colors)))
    longer = []
    drawn(lambda p, colors: longer.append(draw_label(p, "12.5 cm, 45°", QPointF(9, 9), colors)))
    assert longer[0].width() > labels[0].width() > 50


def test_a_frame_keeps_the_size_of_its_knobs_at_every_zoom() -> None:
    frame = Frame((4000, 4000, 8000, 7000))
    for zoom in (0.02, 0.05, 0.1):
        view = QTransform.fromScale(zoom, zoom)
        places = frame.places(stem(view))
        stands = places[Handle.TOP][1] - places[Handle.TURN][1]
        assert stands * zoom == pytest.approx(28)
        image = drawn(partial(_draw_frame, frame, view))
        assert changed(image).width() == pytest.approx(4000 * zoom + 13, abs=5)


def _draw_frame(frame: Frame, view: QTransform, painter: QPainter, colors: OverlayColors) -> None:
    draw_selection(painter, frame, view, colors)


def test_lasso_eraser_and_view_cover_what_they_name() -> None:
    lasso = [(2000.0, 2000.0), (6000.0, 2000.0), (4000.0, 6000.0)]
    assert changed(drawn(lambda p, c: draw_lasso(p, lasso, VIEW, c))).contains(200, 150)
    eraser = changed(drawn(lambda p, c: draw_eraser(p, (8000, 8000), 400, VIEW, c)))
    assert eraser.width() == pytest.approx(44, abs=4)
    shown = ViewShown(2000, 4000, 8000, 6000)
    assert changed(drawn(lambda p, c: draw_view(p, shown, VIEW, c))).width() == pytest.approx(
        404, abs=4
    )


def test_a_laser_fades_from_its_tail_and_is_gone_after_a_second() -> None:
    colors, lasers = paper_colors(), Lasers()
    stroke = line(1, [2000], [4000], Style(Tool.LASER, Ink.RED, 70, 0))
    stroke.ms = [0]
    for step in range(1, 30):
        stroke.x.append(2000 + 200 * step)
        stroke.y.append(4000)
        stroke.ms.append(20 * step)
        assert lasers.take([stroke], 5000 + 20 * step, 0)
    now = 5000 + 20 * 29
    image = drawn(lambda p, _: lasers.draw(p, now, VIEW, colors))
    head, middle, tail = (image.pixelColor(x, 200) for x in (390, 300, 150))
    assert head.lightness() < middle.lightness() < tail.lightness() < 255
    assert lasers.area(VIEW).contains(QPointF(390, 200))
    later = drawn(lambda p, _: lasers.draw(p, now + FADES_MS, VIEW, colors))
    assert later == drawn(lambda *_: None)
    assert not lasers.take([stroke], now + FADES_MS, 0)


def test_a_laser_of_the_past_is_dark_from_the_start() -> None:
    stroke = line(1, [2000, 2500], [4000, 4000], Style(Tool.LASER, Ink.RED, 70, 1000))
    stroke.ms = [0, 10]
    assert not Lasers().take([stroke], 9_000_000, 60_000)
    assert Lasers().take([stroke], 9_000_000, 1500)


def test_a_tail_is_drawn_in_the_strokes_ink() -> None:
    colors, stroke = paper_colors(), line(1, [4000, 4100], [4000, 4000])
    areas = []
    image = drawn(lambda p, _: areas.append(draw_tail(p, stroke, [(4400, 4000)], VIEW, colors)))
    assert image.pixelColor(215, 200) == colors.inks[Ink.INK]
    assert areas[0].contains(QPointF(220, 200))
    assert changed(image).right() < 225
