"""Zoom, pan, the whole page, the second screen, and leading pupils."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from signaling_server.protocol.entries import EntryKind, PageAdded, PageShown, ViewShown
from signaling_server.protocol.ids import TEACHER
from teacher_client.lesson.board_commands import GrowPage, ShowView
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board.desk import Mode
from tests.teacher_client.ui.board.conftest import PAGE, Hand, line


def wheel(hand: Hand, notches: int, keys: Qt.KeyboardModifier | None = None) -> None:
    at = QPointF(400, 300)
    event = QWheelEvent(
        at,
        QPointF(hand.board.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys or Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(hand.board, event)


def test_zoom_goes_from_a_quarter_to_eight(hand: Hand) -> None:
    for _ in range(40):
        wheel(hand, 1, Qt.KeyboardModifier.ControlModifier)
    assert hand.board.zoom == 8
    for _ in range(80):
        wheel(hand, -1, Qt.KeyboardModifier.ControlModifier)
    assert hand.board.zoom == 0.25


def test_what_is_under_the_wheel_stays_there(hand: Hand) -> None:
    before = hand.board.sight.view.to_page(400, 300)
    wheel(hand, 3, Qt.KeyboardModifier.ControlModifier)
    assert hand.board.sight.view.to_page(400, 300) == pytest.approx(before)


def test_the_whole_page_is_shown_from_its_top(hand: Hand) -> None:
    hand.board.sight.pan(0, -500)
    hand.window.action(ActionId.FIT_PAGE).trigger()
    _, top, _, bottom = hand.board.visible()
    assert top < 0
    assert bottom > 25_000


def test_scrolling_on_against_the_end_asks_for_more_paper(hand: Hand) -> None:
    for _ in range(30):
        wheel(hand, -1)
    assert hand.commands(GrowPage) == [GrowPage(PAGE, 37_500)]


def test_the_hand_moves_the_page_with_the_pointer(qtbot: QtBot, hand: Hand) -> None:
    hand.window.tools.hand.click()
    assert hand.board.tools.mode is Mode.HAND
    hand.board.zoom_by(2)
    before = hand.board.sight.view
    board = hand.board
    qtbot.mousePress(board, Qt.MouseButton.LeftButton, pos=QPoint(400, 400))
    for step in range(1, 6):
        qtbot.mouseMove(board, QPoint(400 - 10 * step, 400 - 20 * step))
    qtbot.mouseRelease(board, Qt.MouseButton.LeftButton, pos=QPoint(350, 300))
    after = hand.board.sight.view
    assert (after.x - before.x, after.y - before.y) == pytest.approx((-50, -100), abs=1)
    assert hand.commands() == []


def test_the_view_follows_the_paper_pen_and_no_copies(hand: Hand) -> None:
    hand.board.zoom_by(2)
    before = hand.board.sight.view
    hand.log.stroke(PAGE, line(3000, 20_000), connection=0xFFFF)
    hand.tell()
    assert not hand.board.sight._glide.isActive()
    hand.log.stroke(PAGE, line(3000, 20_000))
    hand.tell()
    assert hand.board.sight._glide.isActive()
    hand.board.set_follow(is_on=False)
    assert hand.board.sight.view == before


def test_leading_sends_the_frame_at_most_five_times_a_second(hand: Hand) -> None:
    hand.window.action(ActionId.LEAD).trigger()
    assert len(hand.commands(ShowView)) == 1
    for _ in range(100):  # one second
        hand.board.sight.pan(0, -3)
        hand.wait(0.01)
    hand.wait(0.3)
    sent = hand.commands(ShowView)
    assert 3 <= len(sent) <= 7
    hand.window.action(ActionId.LEAD).trigger()
    assert hand.commands(ShowView)[-1] == ShowView(PAGE, ViewShown())


def test_the_second_screen_shows_no_private_page(qtbot: QtBot, hand: Hand) -> None:
    hand.log.stroke(PAGE, line(3000, 3000, 8000))
    hand.tell()
    hand.window.action(ActionId.SECOND_SCREEN).trigger()
    clean = hand.board.board_actions.clean
    assert clean is not None
    public = clean.grab().toImage()
    added = PageAdded(17_600, 25_000, "dots")  # type: ignore[arg-type]
    private(hand, EntryKind.PAGE_ADDED, added)
    private(hand, EntryKind.PAGE_SHOWN, PageShown())
    hand.tell()
    assert hand.board.shown is not None
    assert hand.board.shown.is_private
    assert clean.shown is not None
    assert clean.shown.number == PAGE
    assert clean.grab().toImage() == public
    hand.window.action(ActionId.SECOND_SCREEN).trigger()
    assert hand.board.board_actions.clean is None


def private(hand: Hand, kind: EntryKind, body: PageAdded | PageShown) -> None:
    """An entry for the teacher alone."""
    from dataclasses import replace

    hand.log.add(kind, body, 2, TEACHER)
    hand.log._entries[-1] = replace(hand.log._entries[-1], audience=TEACHER)


def test_a_laser_of_the_log_is_seen_and_fades(qtbot: QtBot, hand: Hand) -> None:
    before = hand.board.grab().toImage()
    from signaling_server.protocol.commands import Tool

    hand.log.stroke(PAGE, line(3000, 3000), tool=Tool.LASER, is_last=False)
    hand.tell()
    assert hand.board.grab().toImage() != before
    qtbot.waitUntil(lambda: not hand.board._fade.isActive(), timeout=10_000)
    assert hand.board.grab().toImage() == before
