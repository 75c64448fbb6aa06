"""Ruler, set squares, protractor and compass: laid, moved and turned whatever the tool."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import WriteInk
from signaling_server.protocol.entries import EntryKind, InstrumentKind, InstrumentSet
from signaling_server.protocol.ids import TEACHER
from signaling_server.protocol.schema import decode, encode
from teacher_client.geometry.snapping import Grip, knobs
from teacher_client.lesson.board_commands import SetInstrument
from teacher_client.ui.actions import ActionId
from tests.teacher_client.ui.board.conftest import PAGE, Hand


def newest(hand: Hand) -> InstrumentSet:
    command = hand.commands(SetInstrument)[-1]
    assert isinstance(command, SetInstrument)
    return command.instrument


@pytest.mark.parametrize("kind", [kind for kind in InstrumentKind if kind != "none"])
def test_each_lies_in_the_middle_of_what_is_in_view(hand: Hand, kind: InstrumentKind) -> None:
    hand.window.tools.instrument_wanted.emit(kind)
    laid = newest(hand)
    left, top, right, bottom = hand.board.visible()
    assert left < laid.x < right
    assert top < laid.y < bottom
    command = hand.commands()[-1]
    assert isinstance(command, SetInstrument)
    raw = {name: value for name, value in encode(command).items() if name != "t"}
    assert decode(SetInstrument, raw) == command
    before = hand.board.grab().toImage()
    hand.window.tools.instrument_wanted.emit(InstrumentKind.NONE)
    assert newest(hand).kind is InstrumentKind.NONE
    assert hand.board.grab().toImage() != before


def test_the_key_takes_one_after_the_other(hand: Hand) -> None:
    seen = []
    for _ in range(6):
        hand.window.action(ActionId.INSTRUMENT).trigger()
        seen.append(newest(hand).kind)
    assert seen == [*[kind for kind in InstrumentKind if kind != "none"], InstrumentKind.NONE]


def test_a_drag_asks_ten_times_a_second_and_at_the_end(hand: Hand) -> None:
    hand.window.tools.instrument_wanted.emit(InstrumentKind.RULER)
    laid = newest(hand)
    hand.wait(0.2)
    hand.asked.clear()
    x, y = laid.x + 4000, laid.y + 1500
    hand.press(x, y)
    for step in range(1, 101):  # one second
        hand.move(x + 20 * step, y)
        hand.wait(0)
    hand.release(x + 2000, y)
    assert 5 <= len(hand.commands(SetInstrument)) <= 12
    assert newest(hand).x == pytest.approx(laid.x + 2000, abs=5)
    assert hand.commands(WriteInk) == []  # the pen was in hand all the time


def test_knobs_turn_and_resize(hand: Hand) -> None:
    hand.window.tools.instrument_wanted.emit(InstrumentKind.RULER)
    laid = newest(hand)
    turn = knobs(laid)[Grip.ROTATE]
    hand.press(*turn)
    hand.move(laid.x, laid.y + 6000, has_shift=True)
    hand.release(laid.x, laid.y + 6000)
    assert newest(hand).angle % 1500 == 0
    assert newest(hand).angle != 0
    before = newest(hand)
    grip = knobs(before)[Grip.RESIZE]
    further = (grip[0] + (grip[0] - before.x) / 4, grip[1] + (grip[1] - before.y) / 4)
    hand.way([grip, further])
    assert newest(hand).size > before.size


def test_it_is_moved_by_keys_too(qtbot: QtBot, hand: Hand) -> None:
    hand.window.tools.instrument_wanted.emit(InstrumentKind.RULER)
    laid = newest(hand)
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(hand.board, Qt.Key.Key_Right, alt)
    qtbot.keyClick(hand.board, Qt.Key.Key_Right, alt | shift)
    qtbot.keyClick(hand.board, Qt.Key.Key_Up, alt | shift)
    hand.wait(0.2)
    told = newest(hand)
    assert (told.x, told.angle, told.size) == (laid.x + 100, 100, laid.size + 100)


def test_what_the_log_says_is_shown_again_after_a_drag(hand: Hand) -> None:
    hand.window.tools.instrument_wanted.emit(InstrumentKind.COMPASS)
    hand.wait(5)  # nobody confirmed it
    assert hand.board.instrument is None
    hand.log.add(
        EntryKind.INSTRUMENT_SET,
        InstrumentSet(InstrumentKind.COMPASS, 5000, 5000, 0, 0, 2000),
        PAGE,
        TEACHER,
    )
    hand.tell()
    assert hand.board.instrument is not None


def test_the_column_offers_them_by_name(qtbot: QtBot, hand: Hand) -> None:
    hand.window.tools.instrument.click()
    from PySide6.QtWidgets import QMenu

    (menu,) = [one for one in hand.window.tools.findChildren(QMenu) if one.isVisible()]
    assert menu.actions()[0].text() == "直尺"
    menu.actions()[3].trigger()
    assert newest(hand).kind is InstrumentKind.PROTRACTOR
    menu.close()
