"""A paper pen's events become ink, page turns and erasures."""

from __future__ import annotations

from pathlib import Path

import pytest

from pen_driver import (
    DisconnectReason,
    NcodePage,
    PageAddress,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenLifted,
    PenSample,
    StrokeNo,
    Tip,
)
from pen_driver.paper import Sheet
from signaling_server.protocol.board import Stroke
from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import Entry, EntryKind
from signaling_server.protocol.hints import HintBatch
from signaling_server.protocol.ids import TEACHER
from teacher_client.engine.lesson_log import LessonLog, open_journal, open_log
from teacher_client.engine.paper_pen import PaperPen
from teacher_client.lesson.link import ChooseTool

SHEET, OTHER = NcodePage(3, 27, 603, 1), NcodePage(3, 27, 603, 2)
ERASER = ChooseTool(Tool.PEN, Ink.INK, 70, is_eraser=True)


class Desk:
    """A pen over an open log."""

    def __init__(self, lesson: LessonLog) -> None:
        self.lesson = lesson
        self.wrote: list[Entry] = []
        self.hints: list[HintBatch] = []
        self.pen = PaperPen(lesson, self.wrote.extend, self.hints.append)
        self._number = 0

    def down(self, page: PageAddress = SHEET, tip: Tip = Tip.NORMAL) -> None:
        self._number += 1
        self.take(PenDown(self._now(), None, StrokeNo(self._number), page, tip=tip))

    def at(self, *points: tuple[float, float]) -> None:
        for x, y in points:
            self.take(PenSample(self._now(), None, StrokeNo(self._number), x, y, 0.5))

    def up(self) -> None:
        self.take(PenLifted(self._now(), None, StrokeNo(self._number), 0))

    def take(self, event: PenEvent) -> None:
        self.pen.take(event)

    def strokes(self) -> list[Stroke]:
        """Fold what the pen wrote so far, as the room does; the strokes of all pages."""
        author = self.lesson.author
        for kind, body, page in self.pen.ink.take_entries():
            author.write(kind, body, self.lesson.now_ms(), page, author=TEACHER)
        return [s for page in author.board.pages.values() for s in page.strokes.values()]

    def _now(self) -> float:
        return self.lesson.start_mono + 1


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    lesson = open_log(tmp_path, open_journal(tmp_path), [], 0)
    lesson.journal.close()
    return Desk(lesson)


def test_a_sheet_becomes_a_page_and_a_stroke_its_ink(desk: Desk) -> None:
    desk.down()
    desk.at((10, 20), (11, 21.5))
    desk.up()
    (stroke,) = desk.strokes()
    assert [e.kind for e in desk.wrote] == [EntryKind.PAGE_ADDED, EntryKind.PAGE_SHOWN]
    assert (stroke.x, stroke.y, stroke.force) == ([1000, 1100], [2000, 2150], [512, 512])
    assert (stroke.page, stroke.has_ended, stroke.is_cut) == (1, True, False)


def test_turning_the_sheet_turns_the_page_there_and_back(desk: Desk) -> None:
    for sheet in (SHEET, OTHER, SHEET):
        desk.down(sheet)
        desk.at((10, 10))
        desk.up()
    assert [s.page for s in desk.strokes()] == [1, 1, 2]
    shown = [e.page for e in desk.wrote if e.kind is EntryKind.PAGE_SHOWN]
    assert shown == [1, 2, 1]


def test_a_lost_lift_ends_the_stroke_before_as_cut(desk: Desk) -> None:
    desk.down()
    desk.at((10, 10))
    desk.down()
    desk.at((50, 50))
    desk.up()
    first, second = desk.strokes()
    assert (first.has_ended, first.is_cut) == (True, True)
    assert (second.x, second.is_cut) == ([5000], False)


def test_a_lost_lift_before_erasing_ends_the_stroke_too(desk: Desk) -> None:
    desk.down()
    desk.at((10, 10))
    desk.down(tip=Tip.ERASER)
    desk.at((90, 90))
    assert not desk.pen.ink.is_writing
    (stroke,) = desk.strokes()
    assert stroke.is_cut


def test_a_pen_that_goes_away_cuts_its_stroke(desk: Desk) -> None:
    desk.down()
    desk.at((10, 10))
    desk.take(PenDisconnected(0.0, DisconnectReason.LINK_LOST))
    desk.at((11, 11))  # behind the end: nothing
    (stroke,) = desk.strokes()
    assert (stroke.x, stroke.is_cut) == ([1000], True)


@pytest.mark.parametrize("by_tip", [True, False])
def test_erasing_across_hides_strokes_and_an_undo_brings_them_back(
    desk: Desk, by_tip: bool
) -> None:
    desk.down()
    desk.at((10, 10), (30, 10))
    desk.up()
    desk.strokes()
    if not by_tip:
        desk.pen.tool = ERASER
    desk.down(tip=Tip.ERASER if by_tip else Tip.NORMAL)
    desk.at((20, 0), (20, 20), (20, 0))  # two samples far apart: the way between counts
    desk.up()
    (stroke,) = desk.strokes()
    assert not stroke.is_visible
    erased = [e for e in desk.wrote if e.kind is EntryKind.ITEMS_ERASED]
    assert len(erased) == 1  # what is hidden is not hit again
    assert desk.lesson.author.board.skipped == 0


def test_a_stroke_keeps_the_tool_it_was_begun_with(desk: Desk) -> None:
    desk.pen.tool = ChooseTool(Tool.MARKER, Ink.MARKER_AQUA, 600)
    desk.down()
    desk.pen.tool = ERASER
    desk.at((10, 10))
    desk.up()
    (stroke,) = desk.strokes()
    assert (stroke.style.tool, stroke.style.ink, stroke.style.width) == (
        Tool.MARKER,
        Ink.MARKER_AQUA,
        600,
    )


def test_a_page_follows_its_sheet_that_is_measured_in_the_lesson(desk: Desk) -> None:
    def touched(width: float, height: float, tip: Tip) -> tuple[int, int]:
        desk.pen.sheets = lambda _: Sheet(width, height)
        desk.down(tip=tip)
        desk.at((70, 180))
        desk.up()
        (page,) = desk.lesson.author.board.pages.values()
        return page.width, page.height

    assert touched(100, 200, Tip.ERASER) == (10000, 20000)
    assert touched(90, 210, Tip.ERASER) == (9000, 21000)  # it is empty
    assert touched(90, 210, Tip.NORMAL) == (9000, 21000)
    assert touched(60, 150, Tip.NORMAL) == (9000, 21000)  # no ink is left outside
    assert touched(60, 250, Tip.NORMAL) == (9000, 25000)


def test_samples_without_a_begin_are_passed_over(desk: Desk) -> None:
    desk.at((10, 10))
    desk.up()
    assert desk.strokes() == []
    assert desk.wrote == []
