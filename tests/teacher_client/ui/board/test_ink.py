"""Ink from the pointer: complete, led along instruments, straightened on hold."""

from __future__ import annotations

import math

from signaling_server.protocol.commands import Tool, WriteInk
from signaling_server.protocol.entries import EntryKind, InstrumentKind, InstrumentSet
from signaling_server.protocol.ids import TEACHER
from signaling_server.protocol.schema import decode, encode
from teacher_client.lesson.board_commands import GrowPage, PutItems
from teacher_client.lesson.link import SetWriting, Smoothing
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board.writing import Writing, load_writing
from tests.teacher_client.ui.board.conftest import PAGE, Hand, line


def samples(hand: Hand) -> list[tuple[int, int]]:
    ink = hand.commands(WriteInk)
    return [at for one in ink for at in zip(one.x, one.y, strict=True)]  # type: ignore[attr-defined]


def test_first_and_last_sample_stay_and_the_stroke_ends(hand: Hand) -> None:
    hand.way([(2000 + 200 * i, 3000 + 40 * (i % 2)) for i in range(30)])
    assert samples(hand)[0] == (2000, 3000)
    assert samples(hand)[-1] == (7800, 3040)
    assert [one.is_last for one in hand.commands()][-1]  # type: ignore[attr-defined]


def test_smoothing_calms_and_off_leaves_every_sample(hand: Hand) -> None:
    trembling = [(2000 + 60 * i, 3000 + 60 * (i % 2)) for i in range(60)]

    def heights(smoothing: Smoothing) -> list[int]:
        hand.asked.clear()
        hand.board.board_actions.writing = Writing(smoothing, straightens=False)
        hand.way(trembling)
        return [y for _, y in samples(hand)][5:-2]

    assert set(heights(Smoothing.OFF)) == {3000, 3060}
    strong = heights(Smoothing.STRONG)
    assert max(strong) - min(strong) < 45


def test_the_habits_are_kept_and_told_to_the_engine(hand: Hand) -> None:
    hand.window.action(ActionId.SMOOTHING).trigger()
    hand.window.action(ActionId.SNAP).trigger()
    assert hand.asked[-1] == SetWriting(Smoothing.STRONG, straightens=True, snaps=False)
    assert load_writing() == Writing(Smoothing.STRONG, straightens=True, snaps=False)
    assert "沿尺规画：关" in hand.window.notice.text
    assert not hand.window.action(ActionId.SNAP).isChecked()
    assert hand.window.action(ActionId.STRAIGHTEN).isChecked()


def test_a_pen_near_a_ruler_draws_along_it(hand: Hand) -> None:
    ruler = InstrumentSet(InstrumentKind.RULER, 2000, 5000, 0, 10_000)
    hand.log.add(EntryKind.INSTRUMENT_SET, ruler, PAGE, TEACHER)
    hand.tell()
    wavy = [(2500 + 200 * i, 4900 + 30 * (i % 4)) for i in range(30)]
    hand.way(wavy)
    assert {y for _, y in samples(hand)} == {5000}
    hand.asked.clear()
    hand.board.board_actions.writing = Writing(Smoothing.OFF, snaps=False)
    hand.way(wavy)
    assert len({y for _, y in samples(hand)}) == 4


def test_held_still_a_circle_takes_the_place_of_the_ink(hand: Hand) -> None:
    around = [
        (6000 + 2000 * math.cos(i / 20 * math.pi), 6000 + 1950 * math.sin(i / 20 * math.pi))
        for i in range(41)
    ]
    hand.press(*around[0])
    for point in around[1:]:
        hand.move(*point)
    hand.wait(0.7)
    hand.board.grab()  # the shape is shown before it is asked for
    assert hand.commands(PutItems) == []
    hand.release(*around[-1])
    ink, put = hand.commands(WriteInk), hand.commands()[-1]
    assert isinstance(put, PutItems)
    assert ink[-1].is_last  # type: ignore[attr-defined]
    assert put.erases == (ink[0].stroke,)  # type: ignore[attr-defined]
    (shape,) = put.strokes
    assert shape.tool is Tool.FINELINER
    radii = [math.dist((x, y), (6000, 6000)) for x, y in zip(shape.x, shape.y, strict=True)]
    assert max(radii) - min(radii) < 120
    assert decode(PutItems, {k: v for k, v in encode(put).items() if k != "t"}) == put


def test_moving_on_after_a_pause_leaves_the_ink(hand: Hand) -> None:
    points = line(2000, 2000)
    hand.press(*points[0])
    for point in points[1:]:
        hand.move(*point)
    hand.wait(0.7)
    hand.move(5600, 3500)
    hand.wait(0.01)
    hand.release(5600, 3500)
    assert hand.commands(PutItems) == []


def test_nothing_is_straightened_where_it_is_switched_off(hand: Hand) -> None:
    hand.board.board_actions.writing = Writing(straightens=False)
    points = line(2000, 2000)
    hand.press(*points[0])
    for point in points[1:]:
        hand.move(*point)
    hand.wait(0.7)
    hand.release(*points[-1])
    assert hand.commands(PutItems) == []


def test_what_is_painted_ahead_is_never_sent(hand: Hand) -> None:
    points = line(2000, 2000)
    before = hand.board.grab().toImage()
    hand.press(*points[0])
    for point in points[1:]:
        hand.move(*point)
    assert hand.board.grab().toImage() != before  # nobody has confirmed anything yet
    assert max(x for x, _ in samples(hand)) <= 5000
    hand.release(*points[-1])
    assert samples(hand)[-1] == points[-1]
    hand.wait(1)
    assert hand.board.grab().toImage() == before  # it was never written


def test_the_laser_points_while_it_hovers_and_ends_at_rest(hand: Hand) -> None:
    hand.choose(Tool.LASER)
    for x, y in line(2000, 2000):
        hand.now += 0.01
        hand.board._hover(hand.board_pointer(x, y))
        hand.wait(0)
    hand.wait(1)
    ink = hand.commands(WriteInk)
    assert {one.tool for one in ink} == {Tool.LASER}  # type: ignore[attr-defined]
    assert ink[-1].is_last  # type: ignore[attr-defined]
    assert not hand.board.tools.is_busy


def test_writing_near_the_end_of_a_page_asks_for_more(hand: Hand) -> None:
    hand.way(line(2000, 23_500))
    hand.way(line(2000, 23_900))
    assert hand.commands(GrowPage) == [GrowPage(PAGE, 37_500)]


def test_a_sheet_of_real_paper_keeps_its_size(hand: Hand) -> None:
    hand.log.page(2, paper="neo:3/27/603/10")
    hand.tell()
    hand.way(line(2000, 23_500))
    assert hand.commands(GrowPage) == []
