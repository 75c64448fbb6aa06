"""Choosing, dragging, restyling and copying what is on the page."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink
from signaling_server.protocol.entries import EntryKind, ItemsChanged
from signaling_server.protocol.ids import TEACHER, ItemId
from signaling_server.protocol.matrix import Matrix
from teacher_client.geometry.handles import Handle
from teacher_client.geometry.transform import moved
from teacher_client.lesson.board_commands import ChangeItems, CopyItems, PutItems
from teacher_client.lesson.file_messages import ImportFiles
from teacher_client.lesson.link import LessonOpened
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board.clipboard import MIME
from teacher_client.ui.board.desk import Mode
from teacher_client.ui.board.select_tool import SelectTool
from tests.teacher_client.ui.board.conftest import PAGE, Hand, line


@pytest.fixture
def names(hand: Hand) -> list[ItemId]:
    """Three lines, 1 cm apart, chosen tool: select."""
    made = [ItemId(hand.log.stroke(PAGE, line(3000, 3000 + 1000 * i))) for i in range(3)]
    hand.tell()
    hand.board.choose_mode(Mode.SELECT)
    return made


def select(hand: Hand) -> SelectTool:
    return hand.board.board_actions.select


def click(hand: Hand, x: float, y: float, **more: bool) -> None:
    hand.way([(x, y)], **more)


def knob(hand: Hand, handle: Handle) -> tuple[float, float]:
    frame = select(hand)._frame()
    assert frame is not None
    return frame.places(hand.board.units(28))[handle]


def test_a_click_takes_one_and_shift_one_more_or_less(hand: Hand, names: list[ItemId]) -> None:
    click(hand, 4000, 3000)
    assert select(hand).chosen == (names[0],)
    click(hand, 4000, 5000, has_shift=True)
    assert select(hand).chosen == (names[0], names[2])
    click(hand, 4000, 3000, has_shift=True)
    assert select(hand).chosen == (names[2],)
    click(hand, 12_000, 12_000)
    assert select(hand).chosen == ()


def test_a_lasso_takes_what_lies_mostly_inside(hand: Hand, names: list[ItemId]) -> None:
    around = [(2500, 2500), (6500, 2500), (6500, 4500), (2500, 4500)]
    hand.way(around)
    assert select(hand).chosen == (names[0], names[1])
    text = hand.text("旁边", 3000, 9000)
    hand.way([(2500, 8500), (7000, 8500), (7000, 10_500), (2500, 10_500)], has_shift=True)
    assert select(hand).chosen == (names[0], names[1], text)


def test_a_drag_is_shown_at_once_and_asked_for_once(hand: Hand, names: list[ItemId]) -> None:
    click(hand, 4000, 4000)
    before = hand.board.grab().toImage()
    hand.press(4000, 4000)
    for x in range(4100, 8000, 200):
        hand.move(x, 8000)
    assert hand.commands() == []
    assert hand.board.grab().toImage() != before
    hand.release(8000, 8000)
    assert hand.commands() == [ChangeItems(PAGE, (names[1],), moved(4000, 4000))]
    assert hand.board.canvas._hidden  # the old place stays bare until the log says the new one
    change = ItemsChanged((names[1],), moved(4000, 4000))
    hand.log.add(EntryKind.ITEMS_CHANGED, change, PAGE, TEACHER)
    hand.tell()
    assert not hand.board.canvas._hidden
    bounds = select(hand).bounds()
    assert bounds is not None
    assert bounds[0] == pytest.approx(7000, abs=200)


def test_a_refused_change_shows_the_old_place_again(hand: Hand, names: list[ItemId]) -> None:
    click(hand, 4000, 4000)
    before = hand.board.grab().toImage()
    hand.way([(4000, 4000), (4000, 8000)])
    hand.wait(2)
    assert hand.board.grab().toImage() == before


def test_a_corner_keeps_the_ratio_with_shift_and_widens_lines(
    hand: Hand, names: list[ItemId]
) -> None:
    select(hand).choose_all()
    x, y = knob(hand, Handle.BOTTOM_RIGHT)
    left, top = knob(hand, Handle.TOP_LEFT)
    far = (left + 2 * (x - left), top + 2 * (y - top))
    hand.way([(x, y), far], has_shift=False)
    (command,) = hand.commands()
    assert isinstance(command, ChangeItems)
    assert command.items == tuple(names)
    assert command.matrix is not None
    assert command.matrix.a == pytest.approx(2_000_000, rel=0.01)
    assert command.matrix.d == pytest.approx(2_000_000, rel=0.01)
    assert command.scale == pytest.approx(2000, abs=20)


def test_turning_with_shift_goes_in_steps(hand: Hand, names: list[ItemId]) -> None:
    select(hand).choose_all()
    start = knob(hand, Handle.TURN)
    frame = select(hand)._frame()
    assert frame is not None
    cx, cy = frame.centre
    r = math.dist(start, (cx, cy))
    stop = (cx + r * math.sin(math.radians(43)), cy - r * math.cos(math.radians(43)))
    hand.press(*start)
    hand.move(*stop, has_shift=True)
    hand.release(*stop, has_shift=True)
    (command,) = hand.commands()
    assert isinstance(command, ChangeItems)
    assert isinstance(command.matrix, Matrix)
    turned = math.degrees(math.atan2(command.matrix.b, command.matrix.a))
    assert turned == pytest.approx(45, abs=0.1)
    assert command.scale == 1000


def test_arrow_keys_nudge_as_one_step(qtbot: QtBot, hand: Hand, names: list[ItemId]) -> None:
    click(hand, 4000, 3000)
    for _ in range(3):
        qtbot.keyClick(hand.board, Qt.Key.Key_Right)
    qtbot.keyClick(hand.board, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert hand.commands() == []
    hand.wait(0.5)
    assert hand.commands() == [ChangeItems(PAGE, (names[0],), moved(300, 500))]


def test_the_column_restyles_what_is_chosen(hand: Hand, names: list[ItemId]) -> None:
    click(hand, 4000, 3000)
    hand.window.tools.inks[2].click()
    hand.window.tools.widths[2].click()
    assert hand.commands() == [
        ChangeItems(PAGE, (names[0],), ink=Ink.RED),
        ChangeItems(PAGE, (names[0],), width=120),
    ]
    assert hand.board.tools.mode is Mode.SELECT
    hand.board.escape()
    hand.asked.clear()
    hand.window.tools.inks[2].click()
    assert hand.board.tools.mode is Mode.DRAW
    assert hand.commands() == []


def test_delete_and_select_all_are_one_step(hand: Hand, names: list[ItemId]) -> None:
    hand.board.choose_mode(Mode.DRAW)
    hand.window.action(ActionId.SELECT_ALL).trigger()
    hand.window.action(ActionId.DELETE).trigger()
    assert hand.commands() == [PutItems(PAGE, erases=tuple(names))]
    assert select(hand).chosen == ()
    assert not hand.window.action(ActionId.DELETE).isEnabled()
    assert "先用选择工具" in hand.window.action(ActionId.DELETE).toolTip()


def test_a_copy_is_chosen_as_soon_as_it_is_written(hand: Hand, names: list[ItemId]) -> None:
    click(hand, 4000, 3000)
    hand.window.action(ActionId.DUPLICATE).trigger()
    assert hand.commands() == [CopyItems(PAGE, (names[0],), PAGE, moved(500, 500))]
    copy = written(hand, 3500, 3500)
    assert select(hand).chosen == (copy,)


def written(hand: Hand, x: int, y: int) -> ItemId:
    """A stroke that the engine makes itself."""
    name = hand.log.stroke(PAGE, line(x, y), connection=0xFFFF)
    hand.tell()
    return ItemId(name)


def test_copy_and_paste_across_pages(hand: Hand, names: list[ItemId]) -> None:
    select(hand).choose_all()
    hand.window.action(ActionId.COPY).trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert {MIME, "image/png", "image/svg+xml"} <= set(data.formats())
    assert QImage.fromData(data.data("image/png")).width() > 300
    assert b"<svg" in bytes(data.data("image/svg+xml").data())
    hand.log.page(2)
    hand.tell()
    hand.window.action(ActionId.PASTE).trigger()
    (paste,) = hand.commands(CopyItems)
    assert isinstance(paste, CopyItems)
    assert (paste.page, paste.items, paste.to_page) == (PAGE, tuple(names), 2)


def test_paste_into_another_lesson_brings_the_content(hand: Hand, names: list[ItemId]) -> None:
    hand.text("顶点", 3000, 9000)
    select(hand).choose_all()
    hand.window.action(ActionId.CUT).trigger()
    assert len(hand.commands(PutItems)) == 1
    assert hand.state.lesson is not None
    hand.state.lesson = LessonOpened("session-0009", "数学")
    hand.asked.clear()
    hand.window.action(ActionId.PASTE).trigger()
    (put,) = hand.commands(PutItems)
    assert isinstance(put, PutItems)
    assert [len(one.x) for one in put.strokes] == [31, 31, 31]
    assert [one.text for one in put.texts] == ["顶点"]
    assert put.erases == ()


def test_what_others_left_on_the_clipboard(hand: Hand) -> None:
    data = QMimeData()
    data.setData(MIME, b'{"lesson": 5}')
    data.setText("y 等于 x 的平方")
    QGuiApplication.clipboard().setMimeData(data)
    hand.window.action(ActionId.PASTE).trigger()
    (put,) = hand.commands(PutItems)
    assert isinstance(put, PutItems)
    assert put.texts[0].text == "y 等于 x 的平方"
    hand.asked.clear()
    QGuiApplication.clipboard().setImage(QImage(40, 30, QImage.Format.Format_RGB32))
    hand.window.action(ActionId.PASTE).trigger()
    job = hand.asked[-1]
    assert isinstance(job, ImportFiles)
    assert job.on == PAGE
    assert QImage(job.paths[0]).width() == 40


def test_undone_items_leave_the_choice(hand: Hand, names: list[ItemId]) -> None:
    select(hand).choose_all()
    hand.log.erase(PAGE, names[0])  # type: ignore[arg-type]
    hand.tell()
    assert select(hand).chosen == (names[1], names[2])


def test_another_page_leaves_nothing_chosen(hand: Hand, names: list[ItemId]) -> None:
    select(hand).choose_all()
    hand.log.page(2)
    hand.tell()
    assert select(hand).chosen == ()
