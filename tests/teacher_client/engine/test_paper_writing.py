"""A paper pen with the writer's habits: eraser, laser, instruments, straight shapes."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from pen_driver import PageAddress, PenHover, PenLifted, PenSample, StrokeNo, Tip
from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.commands import Ink, Tool, Undo
from signaling_server.protocol.entries import EntryKind, InstrumentKind, InstrumentSet
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, PageId
from teacher_client.engine.lesson_log import open_journal, open_log
from teacher_client.engine.paper_pen import HOVER_PAUSE_MS
from teacher_client.lesson.board_commands import BoardCommand, PutItems, SetInstrument
from teacher_client.lesson.link import ChooseTool, SetWriting, Smoothing
from tests.teacher_client.engine.test_paper_pen import ERASER, OTHER, SHEET, Desk

AREA = replace(ERASER, erases_area=True)
LASER = ChooseTool(Tool.LASER, Ink.RED, 150)
ONE = PageId(1)


class Hand(Desk):
    """A desk whose clock goes on, and where commands are carried out as in a room."""

    ms = 0

    def _now(self) -> float:
        return self.lesson.start_mono + 1 + self.ms / 1000

    @property
    def page(self) -> Page:
        self.strokes()
        return self.lesson.author.board.pages[ONE]

    def visible(self) -> list[Stroke]:
        return [s for s in self.strokes() if s.is_visible]

    def do(self, command: BoardCommand | Undo) -> None:
        self.strokes()
        self.wrote += self.lesson.author.carry_out(TEACHER, NO_COMMAND, command, 5000)

    def draw(self, points: list[tuple[float, float]], hold_ms: int = 0) -> None:
        self.down()
        for point in points:
            self.ms += 12
            self.at(point)
        self.ms += hold_ms
        self.up()

    def hover(self, x: float, y: float, page: PageAddress = SHEET) -> None:
        self.ms += 12
        self.take(PenHover(self._now(), page, x, y))


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    lesson = open_log(tmp_path, open_journal(tmp_path), [], 0)
    lesson.journal.close()
    made = Hand(lesson)
    made.pen.put = made.do
    return made


def across(y: float, first: int = 10, stop: int = 60) -> list[tuple[float, float]]:
    return [(float(x), y) for x in range(first, stop)]


# erasing


def test_a_pass_of_the_eraser_is_one_step(hand: Hand) -> None:
    for y in (20, 30, 40):
        hand.draw(across(y))
    hand.strokes()
    hand.pen.tool = ERASER
    hand.draw([(30.0, float(y)) for y in range(15, 36, 2)])
    assert [s.y[0] for s in hand.visible()] == [4000]
    hand.do(Undo())
    assert len(hand.visible()) == 3


def test_two_passes_are_two_steps(hand: Hand) -> None:
    for y in (20, 30):
        hand.draw(across(y))
    hand.strokes()
    hand.pen.tool = ERASER
    for y in (20, 30):
        hand.draw([(30, y)])
    hand.do(Undo())
    assert [s.y[0] for s in hand.visible()] == [3000]


def test_the_area_eraser_takes_what_it_passes_over(hand: Hand) -> None:
    hand.draw(across(20))
    hand.draw(across(40, 30, 32))
    hand.strokes()
    hand.pen.tool = AREA
    hand.draw([(31.0, float(y)) for y in range(10, 50, 2)])
    (stroke,) = hand.visible()
    ((first, stop),) = stroke.gaps
    assert stroke.x[first] < 3100 - 200 < 3100 + 200 < stroke.x[stop - 1]
    assert stop - first < 10
    assert {e.kind for e in hand.wrote[2:]} == {EntryKind.PARTS_ERASED, EntryKind.ITEMS_ERASED}
    hand.do(Undo())
    assert [s.gaps for s in hand.visible()] == [(), ()]


def test_the_pens_own_eraser_tip_takes_whole_strokes(hand: Hand) -> None:
    hand.draw(across(20))
    hand.strokes()
    hand.pen.tool = replace(AREA, is_eraser=False)
    hand.down(tip=Tip.ERASER)
    hand.at((30, 20))
    hand.up()
    assert hand.visible() == []


# pointing


def test_a_laser_points_and_leaves_no_ink(hand: Hand) -> None:
    hand.pen.tool = LASER
    hand.draw(across(20, 10, 15))
    assert not hand.page.strokes
    (laser,) = hand.page.lasers.values()
    assert (len(laser.x), laser.has_ended, laser.style.tool) == (5, True, Tool.LASER)


def test_a_hovering_laser_points_until_it_rests_or_touches(hand: Hand) -> None:
    hand.hover(10, 10)
    assert not hand.wrote  # with a pen, hovering is nothing
    hand.pen.tool = LASER
    for x in (10, 11, 12):
        hand.hover(x, 10)
    (laser,) = hand.page.lasers.values()
    assert (laser.x, laser.force, laser.has_ended) == ([1000, 1100, 1200], None, False)
    hand.down()
    hand.at((20, 20))
    hand.up()
    lasers = list(hand.page.lasers.values())
    assert [(s.has_ended, s.is_cut, len(s.x)) for s in lasers] == [
        (True, False, 3),
        (True, False, 1),
    ]


def test_a_laser_that_hovers_no_more_ends(hand: Hand) -> None:
    hand.pen.tool = LASER
    hand.hover(10, 10)
    hovered = hand.lesson.now_ms(hand._now())
    for later, is_on in ((HOVER_PAUSE_MS - 1, True), (HOVER_PAUSE_MS + 1, False)):
        hand.pen.rest(hovered + later)
        assert hand.pen.ink.is_writing is is_on


def test_another_sheet_or_tool_ends_the_hovering_stroke(hand: Hand) -> None:
    hand.pen.tool = LASER
    hand.hover(10, 10)
    hand.hover(10, 10, OTHER)
    assert hand.lesson.author.board.shown == 2
    hand.pen.tool = replace(LASER, tool=Tool.PEN)
    hand.hover(11, 10, OTHER)
    assert not hand.pen.ink.is_writing
    hand.strokes()
    board = hand.lesson.author.board
    assert [len(page.lasers) for page in board.pages.values()] == [1, 1]


# habits


def test_calmed_ink_ends_where_the_pen_was_lifted(hand: Hand) -> None:
    hand.pen.habits = SetWriting(Smoothing.STRONG, straightens=False, snaps=False)
    hand.draw([(x, y + math.sin(x)) for x, y in across(20)])
    (stroke,) = hand.strokes()
    written = [round(100 * (20 + math.sin(x))) for x in range(10, 60)]
    assert stroke.y[0] == written[0]
    assert stroke.y[-1] == written[-1]
    assert max(stroke.y[5:-1]) - min(stroke.y[5:-1]) < max(written) - min(written)


def test_ink_near_a_ruler_runs_along_it(hand: Hand) -> None:
    hand.draw(across(80))
    ruler = InstrumentSet(InstrumentKind.RULER, 500, 2000, 0, 15_000)
    hand.do(SetInstrument(ONE, ruler))
    hand.pen.habits = SetWriting(Smoothing.OFF, straightens=False)
    hand.draw([(x, y + 0.5 * math.sin(x)) for x, y in across(21)])
    assert set(hand.strokes()[-1].y) == {2000}


def circle() -> list[tuple[float, float]]:
    turn = [2 * math.pi * i / 70 for i in range(71)]
    return [(50 + 20 * math.cos(a), 50 + 19 * math.sin(a)) for a in turn]


def test_a_circle_held_at_its_end_is_replaced_by_a_round_one(hand: Hand) -> None:
    hand.pen.habits = SetWriting(Smoothing.LIGHT)
    hand.draw(circle(), hold_ms=700)
    (stroke,) = hand.visible()
    assert stroke.style.tool is Tool.FINELINER
    away = [math.dist(p, (5000, 5000)) for p in zip(stroke.x, stroke.y, strict=True)]
    assert max(away) - min(away) < 20
    hand.do(Undo())
    (stroke,) = hand.visible()
    assert stroke.style.tool is Tool.PEN
    hand.draw(circle())
    assert [s.style.tool for s in hand.visible()] == [Tool.PEN] * 2


def test_a_stroke_cut_short_is_never_straightened(hand: Hand) -> None:
    asked: list[PutItems] = []
    hand.pen.put = asked.append
    hand.pen.habits = SetWriting()
    hand.down()
    for point in circle():
        hand.ms += 12
        hand.at(point)
    hand.ms += 700
    hand.take(PenLifted(hand._now(), None, StrokeNo(1), 0, cut_short=True))
    assert asked == []


def test_a_lift_without_a_stroke_is_nothing(hand: Hand) -> None:
    hand.up()
    hand.take(PenSample(hand._now(), None, StrokeNo(1), 1, 1, 0.5))
    assert not hand.wrote
