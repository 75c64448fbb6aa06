"""Shown change by change, a page looks as one that is drawn anew."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from signaling_server.protocol.board import Changes, Page
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import Body, Entry, EntryKind, ItemsNamed, PageAdded
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, stroke_id
from signaling_server.protocol.ink import InkBody, Samples, Style
from signaling_server.protocol.reader import LessonReader
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from tests.signaling_server.protocol.acts import some_act
from tests.teacher_client.drawing.samples import wave

PAGE = PageId(1)
SIZE = QSize(352, 500)
SCALE = 0.02


class Lesson:
    """A log that is written, and a canvas that is told of each entry."""

    def __init__(self, kind: PageKind = PageKind.SQUARES) -> None:
        self.reader = LessonReader()
        self.number = 0
        self.canvas = PageCanvas(paper_colors())
        self.write(EntryKind.PAGE_ADDED, PageAdded(17_600, 25_000, kind))
        self.canvas.turn_to(self.page)
        self.canvas.set_scale(SCALE)
        self.screen = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        self.screen.fill(0)
        self.paint(self.screen.rect())

    @property
    def page(self) -> Page:
        return self.reader.board.pages[PAGE]

    def write(self, kind: EntryKind, body: Body) -> list[QRect]:
        """One more entry; the areas that the canvas wants updated."""
        self.number += 1
        entry = Entry(kind, EntryNumber(self.number), self.number, body, PAGE, TEACHER)
        changes = self.reader.board.apply(entry)
        return self.canvas.show(self.reader, changes)

    def paint(self, area: QRect) -> None:
        """As a window does: only what was asked for."""
        painter = QPainter(self.screen)
        painter.setClipRect(area)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(area, Qt.GlobalColor.black)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self.canvas.paint(painter, area)
        painter.end()

    def draw(self, counter: int, tool: Tool, ink: Ink) -> None:
        """A stroke in four entries, painted after each."""
        whole = wave(counter, ink, tool, count=24)
        force = whole.force or []
        for first in range(0, 24, 6):
            cut = slice(first, first + 6)
            samples = Samples(
                tuple(whole.x[cut]),
                tuple(whole.y[cut]),
                tuple(range(8 * first, 8 * first + 48, 8)),
                tuple(force[cut]),
            )
            style = Style(tool, ink, whole.style.width, 0) if first == 0 else None
            kind = EntryKind.INK_BEGIN if first == 0 else EntryKind.INK_MORE
            is_last = first == 18
            body = InkBody(whole.id, first, samples, style, is_last=is_last)
            for area in self.write(EntryKind.INK_END if is_last else kind, body):
                self.paint(area)

    def redrawn(self) -> QImage:
        canvas = PageCanvas(paper_colors())
        canvas.turn_to(self.page)
        canvas.set_scale(SCALE)
        canvas.show_all(self.reader)
        image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        canvas.paint(painter, image.rect())
        painter.end()
        return image


@pytest.mark.parametrize("seed", range(12))
def test_any_acts_leave_the_picture_of_a_full_redraw(seed: int) -> None:
    rng = random.Random(seed)
    lesson = Lesson()
    for step in range(25):
        if step % 2 == 0:
            tool = rng.choice([Tool.PEN, Tool.PEN, Tool.FINELINER, Tool.MARKER])
            lesson.draw(step, tool, rng.choice(list(Ink)))
            continue
        kind, body = some_act(rng, lesson.reader.board, lesson.page)
        for area in lesson.write(kind, body):
            lesson.paint(area)
    lesson.paint(lesson.screen.rect())  # the page itself may have shrunk
    assert lesson.screen == lesson.redrawn()


def test_one_stroke_more_paints_no_tile_anew() -> None:
    lesson = Lesson()
    for counter in range(8):
        lesson.draw(counter, Tool.PEN, Ink.INK)
    before = lesson.canvas.renders
    samples = Samples((3000, 3300), (3000, 3200), (0, 8))
    name = stroke_id(TEACHER, 1, 99)
    style = Style(Tool.PEN, Ink.RED, 70, 0)
    for area in lesson.write(EntryKind.INK_BEGIN, InkBody(name, 0, samples, style)):
        lesson.paint(area)
    assert lesson.screen.pixelColor(63, 62).red() > 150
    assert lesson.canvas.renders == before


def test_erasing_asks_for_the_strokes_place_alone() -> None:
    lesson = Lesson()
    for counter in range(8):
        lesson.draw(counter, Tool.PEN, Ink.INK)
    gone = wave(3, count=24)
    (area,) = lesson.write(EntryKind.ITEMS_ERASED, ItemsNamed((gone.id,)))
    assert area.width() < (max(gone.x) - min(gone.x)) * SCALE + 12
    assert lesson.canvas.bounds(gone.id) is None


def test_scrolling_back_paints_nothing_anew() -> None:
    lesson = Lesson()
    lesson.draw(1, Tool.PEN, Ink.INK)
    lesson.canvas.set_scale(0.1)
    window = QRect(0, 0, 600, 500)
    for top in range(0, 2000, 100):
        lesson.paint(window.translated(0, top))
    before = lesson.canvas.renders
    for top in range(1900, -1, -100):
        lesson.paint(window.translated(0, top))
    assert lesson.canvas.renders == before


def test_without_patience_a_page_comes_piece_by_piece() -> None:
    lesson = Lesson()
    for counter in range(8):
        lesson.draw(counter, Tool.PEN, Ink.INK)
    lesson.canvas.set_scale(0.05)
    screen = QImage(880, 1250, QImage.Format.Format_ARGB32_Premultiplied)
    left, rounds = [screen.rect()], 0
    while left:
        painter = QPainter(screen)
        now = lesson.canvas.paint(painter, screen.rect(), patience=0)
        painter.end()
        assert len(now) < len(left) or rounds == 0
        left, rounds = now, rounds + 1
    assert rounds == 20
    lesson.canvas.set_scale(0.051)
    lesson.canvas.set_scale(0.05)
    whole = QImage(screen.size(), screen.format())
    painter = QPainter(whole)
    assert lesson.canvas.paint(painter, whole.rect()) == []
    painter.end()
    assert screen == whole


def test_tiles_do_not_grow_without_end() -> None:
    lesson = Lesson()
    lesson.canvas.set_scale(0.4)
    for top in range(0, 10_000, 500):
        for left in range(0, 7000, 500):
            lesson.paint(QRect(left, top, 500, 500))
    assert len(lesson.canvas._tiles) <= 64


def test_another_page_says_nothing_here() -> None:
    lesson = Lesson()
    lesson.draw(1, Tool.PEN, Ink.INK)
    name = wave(1).id
    assert lesson.canvas.show(lesson.reader, Changes(pages={PageId(7)}, redrawn={name})) == []


def test_the_index_for_tools_follows() -> None:
    lesson = Lesson()
    for counter in (1, 2):
        lesson.draw(counter, Tool.PEN, Ink.INK)
    one, two = wave(1, count=24), wave(2, count=24)
    assert lesson.canvas.index().at(one.x[4], one.y[4], 10) == [one.id]
    lesson.write(EntryKind.ITEMS_ERASED, ItemsNamed((one.id,)))
    assert lesson.canvas.index().at(one.x[4], one.y[4], 10) == []
    assert lesson.canvas.index().at(two.x[4], two.y[4], 10) == [two.id]
