"""The lesson window: shows what is confirmed, asks for the rest."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QLabel, QTextEdit
from pytestqt.qtbot import QtBot

from signaling_server.protocol.board import Changes, Page
from signaling_server.protocol.commands import (
    EraseItems,
    GiveRight,
    Ink,
    LowerHand,
    PageKind,
    Refusal,
    Right,
    Say,
    TakeRight,
    Tool,
    Undo,
    WriteInk,
)
from signaling_server.protocol.ids import Member, PageId
from signaling_server.protocol.messages import Clock, Ended, EndReason, PauseReason, TimeWarning
from teacher_client.lesson.board_commands import AddPage, ShowPage
from teacher_client.lesson.link import (
    ChooseTool,
    Do,
    FinishLesson,
    LessonOpened,
    MicrophoneState,
    Notice,
    NoticeId,
    People,
    Seek,
    SwitchMicrophone,
    ToolState,
)
from teacher_client.lesson.paper_messages import PaperAction, PaperPressed, PressOutcome
from teacher_client.ui.actions import ActionId
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.page_panel import paper_label
from teacher_client.ui.settings import Language
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from tests.teacher_client.ui.conftest import SESSION, clear_away, lesson_log, picture, pupils, show


@pytest.fixture
def asked(window: LessonWindow) -> list[object]:
    heard: list[object] = []
    window.asked.connect(heard.append)
    return heard


def words(window: LessonWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_the_log_is_shown(window: LessonWindow) -> None:
    seen = words(window)
    for part in ("12:40", "有效 17 分钟", "录制中", "学生 1 / 2", "举手 1", "第 2 / 2 页", "数学"):
        assert part in seen
    assert "正在重连" in seen
    image = picture(window)
    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, 500, 3)}
    assert len(colors) > 10  # paper, dots and blue ink with soft edges


def test_chat_is_plain_text(window: LessonWindow) -> None:
    assert "<b>不是粗体</b>" in window.findChild(QTextEdit).toPlainText()


def test_names_that_come_late_reach_the_chat(state: WindowState, window: LessonWindow) -> None:
    log = window.findChild(QTextEdit)
    state.take_message(People(()))
    assert "2 号" in log.toPlainText()
    state.take_message(pupils())
    assert "甲同学" in log.toPlainText()
    assert "2 号" not in log.toPlainText()


def test_a_sheet_of_paper_is_named_by_its_number() -> None:
    for address in ("ncode:3.27.603.12", "neo:3/27/603/12"):
        page = Page(PageId(1), 17_600, 25_000, PageKind.DOTS, address)
        assert paper_label(page) == "纸 12"


def test_mouse_ink_goes_out_in_small_pieces(
    qtbot: QtBot, window: LessonWindow, asked: list[object]
) -> None:
    at = QPoint(300, 300)
    qtbot.mousePress(window.board, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 30):
        qtbot.mouseMove(window.board, at + QPoint(4 * step, step))
    qtbot.mouseRelease(window.board, Qt.MouseButton.LeftButton, pos=at + QPoint(120, 30))
    ink = [message.body for message in asked if isinstance(message, Do)]
    assert all(isinstance(one, WriteInk) for one in ink)
    assert len({one.stroke for one in ink}) == 1
    assert [one.is_last for one in ink] == [False] * (len(ink) - 1) + [True]
    assert [one.first for one in ink[1:]] == [
        one.first + len(one.x) for one in ink[:-1]
    ]  # no sample is missing between two pieces
    assert (ink[0].page, ink[0].ink, ink[0].width) == (2, Ink.BLUE, 70)
    assert (ink[0].stroke >> 20) & 0xFFFF >= 0x8000
    assert ink[0].force == ()


def test_a_tablet_writes_with_its_pressure(window: LessonWindow, asked: list[object]) -> None:
    for kind, x, pressure in (
        (QEvent.Type.TabletPress, 300, 0.25),
        (QEvent.Type.TabletMove, 340, 1.0),
        (QEvent.Type.TabletRelease, 340, 0.0),
    ):
        is_up = kind is QEvent.Type.TabletRelease
        button = Qt.MouseButton.NoButton if is_up else Qt.MouseButton.LeftButton
        event = QTabletEvent(
            kind,
            QPointingDevice.primaryPointingDevice(),
            QPointF(x, 300),
            QPointF(x, 300),
            pressure,
            0,
            0,
            0,
            0,
            0,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseButton.LeftButton,
            button,
        )
        QApplication.sendEvent(window.board, event)
        assert event.isAccepted()  # no mouse event follows
    ink = [message.body for message in asked if isinstance(message, Do)]
    forces = [force for one in ink if isinstance(one, WriteInk) for force in one.force]
    assert forces == [256, 1023, 1023]  # where the pen was lifted, unmoved, comes last
    assert ink[-1].is_last


def test_own_ink_may_be_echoed_at_once(qtbot: QtBot, window: LessonWindow) -> None:
    window.board.has_echo = True
    before = picture(window)
    at = QPoint(300, 400)
    qtbot.mousePress(window.board, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 20):
        qtbot.mouseMove(window.board, at + QPoint(8 * step, 0))
    qtbot.mouseRelease(window.board, Qt.MouseButton.LeftButton, pos=at + QPoint(160, 0))
    assert picture(window) != before


def test_the_eraser_names_the_stroke_under_it(
    qtbot: QtBot, state: WindowState, window: LessonWindow, asked: list[object]
) -> None:
    state.take_message(ToolState(Tool.PEN, Ink.BLUE, 70, is_eraser=True))
    stroke = next(iter(state.board.pages[PageId(2)].strokes.values()))
    x, y = window.board.to_widget(stroke.x[0], stroke.y[0])
    qtbot.mousePress(window.board, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    qtbot.mouseRelease(window.board, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert asked == [Do(EraseItems(PageId(2), (stroke.id,)))]


def test_tools_show_what_is_confirmed(
    state: WindowState, window: LessonWindow, asked: list[object]
) -> None:
    window.tools.inks[2].click()
    assert asked == [ChooseTool(Tool.PEN, Ink.RED, 70)]
    assert not window.tools.inks[2].isChecked()  # nobody confirmed it yet
    state.take_message(ToolState(Tool.PEN, Ink.RED, 70))
    assert window.tools.inks[2].isChecked()
    assert not window.tools.inks[1].isChecked()
    window.tools.eraser.click()
    assert asked[-1] == ChooseTool(Tool.PEN, Ink.RED, 70, is_eraser=True)
    state.take_message(ToolState(Tool.PEN, Ink.RED, 70, is_eraser=True))
    window.tools.pen.click()
    assert asked[-1] == ChooseTool(Tool.PEN, Ink.RED, 70)


def test_single_keys_act_on_the_board_and_type_in_the_chat(
    qtbot: QtBot, window: LessonWindow, asked: list[object]
) -> None:
    window.activateWindow()
    window.board.setFocus()
    qtbot.keyClick(window.board, Qt.Key.Key_H)
    assert asked == [ChooseTool(Tool.MARKER, Ink.MARKER_YELLOW, 500)]
    window.people.chat.line.setFocus()
    qtbot.keyClicks(window.people.chat.line, "hp1z")
    assert window.people.chat.line.text() == "hp1z"
    assert len(asked) == 1
    qtbot.keyClick(window.people.chat.line, Qt.Key.Key_Return)
    assert asked[-1] == Do(Say("hp1z"))
    assert window.people.chat.line.text() == ""


def test_the_next_hand_speaks_and_comes_down(window: LessonWindow, asked: list[object]) -> None:
    window.action(ActionId.NEXT_HAND).trigger()
    assert asked == [Do(GiveRight(Member(3), Right.SPEAK)), Do(LowerHand(Member(3)))]


def test_taking_all_back_names_those_who_have_it(window: LessonWindow, asked: list[object]) -> None:
    window.action(ActionId.TAKE_ALL).trigger()
    assert asked == [Do(TakeRight(Member(2), Right.SPEAK))]


def test_pages_and_undo_are_commands(
    qtbot: QtBot, window: LessonWindow, asked: list[object]
) -> None:
    window.bottom.before.click()
    window.pages.add_button.click()
    window.tools.undo.click()
    assert asked == [Do(ShowPage(PageId(1))), Do(AddPage()), Do(Undo())]
    assert not window.bottom.after.isEnabled()


def test_the_microphone_is_busy_until_confirmed(
    qtbot: QtBot, state: WindowState, window: LessonWindow, asked: list[object]
) -> None:
    button = window.bottom.microphone
    button.click()
    button.click()  # the second press is ignored
    assert asked == [SwitchMicrophone(True)]
    assert not button.isChecked()
    qtbot.waitUntil(lambda: bool(button.property("isBusy")), timeout=10000)
    state.take_message(MicrophoneState(is_on=True, level=0.5))
    assert button.isChecked()
    assert not button.property("isBusy")
    assert button.text() == "麦克风已开"
    state.take_message(MicrophoneState(is_on=True, is_working=False))
    assert button.text() == "话筒没有声音"
    assert "耳机" not in button.toolTip()
    state.take_message(MicrophoneState(is_on=True, is_cleaned=False))
    assert "没有消除回声，最好戴耳机" in button.toolTip()


def test_ending_takes_two_presses(window: LessonWindow, asked: list[object]) -> None:
    window.top.end.click()
    assert asked == []
    assert window.top.end.text() == "再按一次结束"
    window.top.end.click()
    assert asked == [FinishLesson()]


def test_a_live_lesson_is_not_closed_by_its_window(window: LessonWindow) -> None:
    assert not window.close()
    assert "辅导还在进行" in window.notice.text


def test_the_clock_says_why_it_stands_and_when_it_is_short(
    state: WindowState, window: LessonWindow
) -> None:
    state.take_message(Clock(200_000, 1_800_000, 17, False, True, PauseReason.NO_PUPIL))
    assert "学生不在线，有效时间暂停" in words(window)
    assert "不到 5 分钟" in words(window)
    state.take_message(Clock(50_000, 1_800_000, 17, True, True))
    assert "最后 1 分钟" in words(window)
    state.take_message(TimeWarning(1))
    assert "还剩 1 分钟" in window.notice.text
    state.take_message(Ended(SESSION, EndReason.TIME, 29))
    assert window.notice.text == "时间到，有效 29 分钟。"
    assert window.top.end.text() == "关闭"
    assert window.close()


def test_notices_are_words(state: WindowState, window: LessonWindow) -> None:
    state.take_message(Notice(NoticeId.PUPIL_LOST, Member(3), 4))
    assert window.notice.text == "乙同学正在重连（4 秒）。照常讲，板书会自动补上。"
    state.take_message(Notice(NoticeId.COMMAND_REFUSED, refusal=Refusal.NOTHING_TO_UNDO))
    assert window.notice.text == "没有做成：没有可撤销的了"
    for notice in NoticeId:
        state.take_message(Notice(notice, Member(3), 4, Refusal.BUSY))
        assert window.notice.text
    state.take_message(Notice(NoticeId.DISK_REFUSED))
    assert "录制已停" in words(window)


def test_a_button_on_paper_that_did_nothing_says_why(
    state: WindowState, window: LessonWindow
) -> None:
    for outcome in PressOutcome:
        window.notice.hide()
        state.take_message(PaperPressed(PaperAction.NEXT_HAND, outcome))
        assert ("请下一位举手的发言" in window.notice.text) == (outcome is not PressOutcome.DONE)


def test_the_smallest_window_still_says_all(qtbot: QtBot, window: LessonWindow) -> None:
    window.resize(1180, 680)
    qtbot.waitUntil(lambda: window.board.width() > 700, timeout=10000)
    for part in ("12:40", "有效 17 分钟", "录制中", "笔", "网络", "举手 1", "甲同学"):
        assert part in words(window)
    assert window.bottom.microphone.isVisible()
    board = window.board.size()
    assert board.width() * board.height() * 2 >= 1180 * 680


def test_keys_go_back_to_the_board_behind_two_sheets(window: LessonWindow) -> None:
    window.activateWindow()
    window.board.setFocus()
    window.palette_sheet.open()
    window.keys.open()
    window.keys.open()
    window.keys.leave()
    assert window.focusWidget() is window.board


def test_how_large_the_page_is_stands_below_the_board(window: LessonWindow) -> None:
    fit = window.bottom.fit
    assert fit.text() == "适合宽度"
    window.board.zoom_by(1.5)
    assert fit.text() == "150%"
    window.bottom.set_narrow(is_narrow=True)
    assert fit.text() == "150%"
    fit.click()
    assert (window.board.zoom, fit.text()) == (1.0, "")
    window.bottom.set_narrow(is_narrow=False)
    assert fit.text() == "适合宽度"


def test_a_reattach_shows_the_same_board(
    qtbot: QtBot, state: WindowState, window: LessonWindow
) -> None:
    qtbot.wait(300)
    before = picture(window)
    state.take_message(LessonOpened(SESSION, "数学", is_reopened=True))
    assert picture(window) == before  # kept in sight until the log has come
    for block in lesson_log().blocks():
        state.take_block(block)
    qtbot.wait(300)
    assert picture(window) == before
    assert "板书没有丢" in window.notice.text


def test_the_board_stays_while_the_engine_is_away(window: LessonWindow) -> None:
    window.show_engine(3)
    assert "断开 3 秒" in window.notice.text
    assert not window.tools.isEnabled()
    window.show_engine(None)
    assert window.tools.isEnabled()


def test_tapping_ink_in_playback_seeks_to_its_moment(qtbot: QtBot, state: WindowState) -> None:
    state.take_message(LessonOpened(SESSION, "数学", is_playback=True))
    window = show(qtbot, state)
    asked: list[object] = []
    window.asked.connect(asked.append)
    for block in lesson_log().blocks():
        state.take_block(block)
    qtbot.wait(300)
    stroke = list(state.board.pages[PageId(2)].strokes.values())[3]
    x, y = window.board.to_widget(stroke.x[5], stroke.y[5])
    qtbot.mousePress(window.board, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert asked == [Seek(stroke.style.t0_ms)]
    assert not window.tools.isVisible()
    window.close()
    clear_away()


def test_changes_of_another_page_leave_the_board(window: LessonWindow) -> None:
    before = picture(window)
    window.show_changes(Changes(pages={PageId(1)}, grown=set()))
    assert picture(window) == before


def test_the_first_hand_moves_no_pupil(
    qtbot: QtBot, state: WindowState, window: LessonWindow
) -> None:
    """A row must not slip away under the pointer."""
    qtbot.wait(50)
    with_hand = window.people._area.y()
    assert "举手 1" in words(window)
    state.board.members[Member(3)].hand_since_ms = None
    state.take_message(pupils())
    qtbot.wait(50)
    assert "没有人举手" in words(window)
    assert window.people._area.y() == with_hand


@pytest.mark.parametrize("language", list(Language))
def test_all_fits_into_the_smallest_window(
    qtbot: QtBot, state: WindowState, language: Language
) -> None:
    speak(language)
    window = show(qtbot, state)
    window.bottom._paper.show_text("ncode 3.27.603.1024")
    window.resize(1180, 680)
    qtbot.wait(50)
    needed = window.layout().minimumSize()
    assert (needed.width() <= 1180, needed.height() <= 680) == (True, True), needed
    clear_away()
