"""The row of pages: in the board's order, with a menu, dragged and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, PageKind, Tool, Undo
from signaling_server.protocol.entries import EntryKind, PageAdded, PageDeleted, PageMoved
from signaling_server.protocol.ids import TEACHER, PageId
from teacher_client.lesson.board_commands import (
    AddPage,
    ChangeAudience,
    ChangePage,
    CopyPage,
    DeletePage,
    MovePage,
    ShowPage,
)
from teacher_client.lesson.link import Do, LessonOpened, ToolState
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.settings import PageSize
from teacher_client.ui.state import WindowState
from tests.fakes.fake_lesson import FakeLesson
from tests.teacher_client.ui.conftest import SESSION, clear_away, show


class Row:
    """A window on four pages, what it asks for, and the log to answer with."""

    def __init__(self, qtbot: QtBot) -> None:
        self.log = FakeLesson()
        for number in range(1, 5):
            self.log.page(number)
            self.log.handwriting(number, first=3 * number, count=3)
        self.state = WindowState()
        self.state.take_message(LessonOpened(SESSION, "数学"))
        self.state.take_message(ToolState(Tool.PEN, Ink.INK, 70))
        self.write()
        self.window: LessonWindow = show(qtbot, self.state)
        self.asked: list[object] = []
        self.window.asked.connect(self.asked.append)
        self.panel = self.window.pages

    def write(self) -> None:
        for block in self.log.blocks():
            self.state.take_block(block)

    def menu(self, page: int) -> QMenu:
        return self.panel.menu_of(PageId(page))

    def commands(self) -> list[object]:
        return [one.body for one in self.asked if isinstance(one, Do)]


@pytest.fixture
def row(qtbot: QtBot) -> object:
    yield Row(qtbot)
    clear_away()


def entry(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if action.text().partition("\t")[0] == words)


def part(menu: QMenu, words: str) -> QMenu:
    found = entry(menu, words).menu()
    assert isinstance(found, QMenu)
    return found


def test_pages_stand_in_the_boards_order(row: Row) -> None:
    row.log.add(EntryKind.PAGE_MOVED, PageMoved(PageId(0)), 4, TEACHER)
    row.write()
    assert list(row.panel.model.order) == [4, 1, 2, 3]
    words = row.panel.model.index(0).data()
    assert words.startswith("第 1 页")
    assert "正在看" in words
    assert "第 1 / 4 页" in row.window.bottom._page.text()
    row.window.bottom.turn(1)
    assert row.commands() == [ShowPage(PageId(1))]


def test_a_deleted_page_leaves_the_row_and_one_undo_is_offered(row: Row) -> None:
    entry(row.menu(2), "删除").trigger()
    assert row.commands() == [DeletePage(PageId(2))]
    assert row.window.notice.text == ""  # nobody has confirmed it
    row.log.add(EntryKind.PAGE_DELETED, PageDeleted(), 2, TEACHER)
    row.write()
    assert list(row.panel.model.order) == [1, 3, 4]
    assert row.window.notice.text == "第 2 页已删除。"
    row.window.notice.offer.click()
    assert row.commands()[-1] == Undo()
    assert row.window.notice.text == ""


def test_the_offer_goes_with_new_ink(row: Row) -> None:
    entry(row.menu(2), "删除").trigger()
    row.log.add(EntryKind.PAGE_DELETED, PageDeleted(), 2, TEACHER)
    row.write()
    row.log.stroke(4, [(1000, 1000), (2000, 2000)])
    row.write()
    assert row.window.notice.text == ""


def test_the_last_page_cannot_be_deleted_and_says_why(row: Row) -> None:
    for page in (1, 2, 3):
        row.log.add(EntryKind.PAGE_DELETED, PageDeleted(), page, TEACHER)
    row.write()
    delete = entry(row.menu(4), "删除")
    assert not delete.isEnabled()
    assert delete.toolTip() == "只有这一页"
    row.panel.delete()
    assert row.asked == []


def test_the_menu_asks_for_one_command_each(row: Row) -> None:
    menu = row.menu(2)
    for words in ("翻到这一页", "在后面加一页", "复制一份", "仅自己可见"):
        entry(menu, words).trigger()
    entry(part(menu, "纸面"), "五线谱").trigger()
    entry(part(menu, "纸的大小"), "A4 横放").trigger()
    for words in ("往前移", "往后移", "移到最前", "移到最后"):
        entry(menu, words).trigger()
    second = PageId(2)
    assert row.commands() == [
        ShowPage(second),
        AddPage(after=second),
        CopyPage(second),
        ChangeAudience(second, is_private=True),
        ChangePage(second, 17_600, 25_000, PageKind.MUSIC),
        ChangePage(second, 29_700, 21_000, PageKind.DOTS),
        MovePage(second, PageId(0)),
        MovePage(second, PageId(3)),
        MovePage(second, PageId(0)),
        MovePage(second, PageId(4)),
    ]
    assert entry(part(menu, "纸面"), "点阵").isChecked()
    assert not entry(row.menu(4), "往后移").isEnabled()


def test_a_private_page_says_so_and_can_be_revealed(row: Row) -> None:
    row.state.board.pages[PageId(3)].audience = TEACHER
    assert "仅自己可见" in row.panel.model.index(2).data()
    entry(row.menu(3), "给学生看").trigger()
    assert row.commands() == [ChangeAudience(PageId(3), is_private=False)]


def test_a_drop_between_pages_moves(row: Row) -> None:
    model = row.panel.model
    for source, target in ((0, 2), (3, 0), (1, -1)):
        data = model.mimeData([model.index(source)])
        assert not model.dropMimeData(data, Qt.DropAction.MoveAction, target, 0, QModelIndex())
    assert row.commands() == [
        MovePage(PageId(1), PageId(2)),
        MovePage(PageId(4), PageId(0)),
        MovePage(PageId(2), PageId(4)),
    ]
    data = model.mimeData([model.index(1)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert len(row.asked) == 3  # it stands there already


def test_keys_turn_move_and_delete(qtbot: QtBot, row: Row) -> None:
    pages = row.panel.list
    row.window.activateWindow()
    pages.setFocus(Qt.FocusReason.TabFocusReason)
    pages.setCurrentIndex(row.panel.model.index(1))
    qtbot.keyClick(pages, Qt.Key.Key_Space)
    qtbot.keyClick(pages, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(pages, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(pages, Qt.Key.Key_Delete)
    assert row.commands() == [
        ShowPage(PageId(2)),
        MovePage(PageId(2), PageId(0)),
        MovePage(PageId(2), PageId(3)),
        DeletePage(PageId(2)),
    ]


def test_a_new_page_has_the_chosen_size_and_ground(row: Row) -> None:
    menu = row.panel._menus.of_new(row.panel.new_size, row.panel.add, row.panel._choose_size)
    entry(menu, "A4 竖放").trigger()
    entry(menu, "田字格").trigger()
    row.panel.add_button.click()
    assert row.panel.new_size is PageSize.A4_PORTRAIT
    assert row.commands() == [
        AddPage(21_000, 29_700, PageKind.TIANZIGE),
        AddPage(21_000, 29_700, PageKind.DOTS),
    ]


def test_of_three_hundred_pages_only_those_in_sight_are_painted(qtbot: QtBot, row: Row) -> None:
    for number in range(5, 301):
        added = PageAdded(17_600, 25_000, PageKind.DOTS)
        row.log.add(EntryKind.PAGE_ADDED, added, number, TEACHER)
    row.write()
    row.panel.list.scrollToTop()
    qtbot.waitUntil(lambda: not row.panel._timer.isActive(), timeout=20000)
    painted = set(row.panel.model._images)
    assert 4 <= len(painted) < 30
    row.panel.list.scrollToBottom()
    qtbot.waitUntil(lambda: PageId(300) in row.panel.model._images, timeout=20000)
    assert len(row.panel.model._images) < 60


def test_nothing_is_changed_in_playback(qtbot: QtBot, row: Row) -> None:
    row.panel.set_live(False)
    row.panel.list.chosen.emit(1)
    qtbot.keyClick(row.panel.list, Qt.Key.Key_Delete)
    assert row.asked == []
    assert not row.panel.kind_button.isVisible()
