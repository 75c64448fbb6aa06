"""Erasers: whole items, or what the disk passes over."""

from __future__ import annotations

from signaling_server.protocol.commands import EraseItems, EraseParts
from signaling_server.protocol.entries import EntryKind, PartsNamed
from signaling_server.protocol.ids import TEACHER
from teacher_client.lesson.link import ChooseTool
from tests.teacher_client.ui.board.conftest import PAGE, Hand, line


def test_a_quick_way_takes_every_stroke_once(hand: Hand) -> None:
    names = [hand.log.stroke(PAGE, line(3000, 3000 + 1000 * i)) for i in range(4)]
    hand.tell()
    hand.choose(is_eraser=True)
    hand.way([(4000, 2500), (4000, 6500), (4000, 2500)])
    taken = [name for one in hand.commands(EraseItems) for name in one.items]  # type: ignore[attr-defined]
    assert sorted(taken) == sorted(names)


def test_a_text_is_taken_as_a_whole(hand: Hand) -> None:
    name = hand.text("顶点", 3000, 3000)
    hand.choose(is_eraser=True)
    hand.way([(3500, 3300), (3600, 3300)])
    assert hand.commands() == [EraseItems(PAGE, (name,))]


def test_the_other_end_of_a_tablet_pen_erases(hand: Hand) -> None:
    name = hand.log.stroke(PAGE, line(3000, 3000))
    hand.tell()
    hand.way([(4000, 3000)], is_eraser=True)
    assert hand.commands() == [EraseItems(PAGE, (name,))]


def test_parts_are_shown_at_once_and_asked_for_at_the_end(hand: Hand) -> None:
    name = hand.log.stroke(PAGE, line(3000, 3000, 8000))
    hand.tell()
    hand.choose(is_eraser=True, erases_area=True)
    before = hand.board.grab().toImage()
    hand.press(7000, 2000)
    hand.move(7000, 4000)
    assert hand.commands() == []
    assert hand.board.grab().toImage() != before
    hand.release(7000, 4000)
    (command,) = hand.commands()
    assert isinstance(command, EraseParts)
    (part,) = command.parts
    assert part.stroke == name
    assert part.first <= 40 < part.stop
    hand.board.tools.hover(None)
    cut = hand.board.grab().toImage().copy(0, 0, 700, 300)
    hand.log.add(EntryKind.PARTS_ERASED, PartsNamed(command.parts), PAGE, TEACHER)
    hand.tell()
    hand.board.tools.hover(None)
    assert hand.board.grab().toImage().copy(0, 0, 700, 300) == cut


def test_a_stroke_of_which_nothing_is_left_is_erased(hand: Hand) -> None:
    name = hand.log.stroke(PAGE, line(3000, 3000, 500))
    hand.tell()
    hand.choose(is_eraser=True, erases_area=True)
    hand.way([(2900, 3000), (3600, 3000)])
    assert hand.commands() == [EraseItems(PAGE, (name,))]


def test_a_second_press_on_the_eraser_takes_that_by_parts(hand: Hand) -> None:
    hand.window.tools.eraser.click()
    assert isinstance(hand.asked[-1], ChooseTool)
    assert not hand.asked[-1].erases_area
    hand.choose(is_eraser=True)
    hand.window.tools.eraser.click()
    assert isinstance(hand.asked[-1], ChooseTool)
    assert hand.asked[-1].erases_area
    hand.choose(is_eraser=True, erases_area=True)
    assert hand.window.tools.eraser.accessibleName() == "擦一块"
