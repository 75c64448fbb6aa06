"""Pictures in the chat: a thumbnail, large beside the writing, a page to write on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QTextBrowser
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.entries import ChatSaid, EntryKind, PageAdded
from signaling_server.protocol.ids import TEACHER, Member, PageId
from teacher_client.lesson.board_commands import AddPage, PutItems
from teacher_client.lesson.file_messages import JobKind, JobProgress, JobState, SayPicture
from teacher_client.lesson.link import Do, LessonClosed, LessonOpened
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.picture_sheet import PAGE_WIDTH, ROOM_BELOW, page_for
from teacher_client.ui.state import WindowState
from tests.fakes.fake_lesson import FakeLesson
from tests.teacher_client.ui.conftest import SESSION, clear_away, pupils

PHOTO = "ab" * 32


class Photos:
    """Pictures that come when the test says so."""

    def __init__(self) -> None:
        self.there: dict[str, QImage] = {}

    def image(self, sha256: str, width: int) -> QImage | None:
        return self.there.get(sha256)

    def sharper(self, sha256: str, width: int, area: QRectF) -> list[tuple[QImage, QRectF]]:
        return []


class Chat:
    """A window in whose chat a pupil has sent a photo."""

    def __init__(self, qtbot: QtBot) -> None:
        self.log = FakeLesson()
        self.log.page(1)
        self.log.join(2)
        self.log.add(EntryKind.CHAT_SAID, ChatSaid("第 2 问", PHOTO), author=Member(2))
        self.state = WindowState()
        self.state.take_message(LessonOpened(SESSION, "数学"))
        self.state.take_message(pupils())
        self.write()
        self.photos = Photos()
        self.window = LessonWindow(self.state, "white", self.photos)  # type: ignore[arg-type]
        self.state.changed.connect(self.window.show_message)
        self.state.board_changed.connect(self.window.show_changes)
        self.window.resize(1440, 900)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.asked: list[object] = []
        self.window.asked.connect(self.asked.append)
        self.panel = self.window.people.chat

    def write(self) -> None:
        for block in self.log.blocks():
            self.state.take_block(block)

    def come(self) -> None:
        image = QImage(600, 800, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.red)
        self.photos.there[PHOTO] = image
        self.window.show_picture(PHOTO)

    def press(self, what: str) -> None:
        self.window.findChild(QTextBrowser).anchorClicked.emit(QUrl(f"{what}:{PHOTO}"))


@pytest.fixture
def chat(qtbot: QtBot) -> object:
    yield Chat(qtbot)
    clear_away()


def reds(window: LessonWindow) -> int:
    image = window.findChild(QTextBrowser).grab().toImage()
    spots = [(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)]
    return sum(image.pixelColor(x, y) == Qt.GlobalColor.red for x, y in spots)


def test_a_frame_stands_until_the_picture_comes(chat: Chat) -> None:
    assert "第 2 问" in chat.window.findChild(QTextBrowser).toPlainText()
    assert reds(chat.window) == 0
    chat.come()
    assert reds(chat.window) > 100


def test_a_press_opens_it_large_beside_the_writing(chat: Chat) -> None:
    chat.come()
    chat.press("open")
    sheet = chat.window.picture_sheet
    assert sheet.isVisible()
    assert sheet.x() > chat.window.width() // 2
    assert "甲同学" in sheet._face.accessibleName()


def test_it_becomes_a_page_with_room_to_write(chat: Chat) -> None:
    chat.come()
    chat.press("put")
    (added,) = [one.body for one in chat.asked if isinstance(one, Do)]
    assert isinstance(added, AddPage)
    assert added.after == 1
    chat.log.add(EntryKind.PAGE_ADDED, PageAdded(17_600, 25_000, PageKind.DOTS), 2, TEACHER)
    chat.write()
    assert len(chat.asked) == 1  # somebody else's page
    made = PageAdded(added.width, added.height, added.kind, after=PageId(1))
    chat.log.add(EntryKind.PAGE_ADDED, made, 3, TEACHER)
    chat.write()
    put = chat.asked[-1].body  # type: ignore[attr-defined]
    assert isinstance(put, PutItems)
    assert put.page == 3
    (picture,) = put.pictures
    assert picture.sha256 == PHOTO
    assert picture.is_ground
    assert picture.height * 600 == pytest.approx(picture.width * 800, rel=0.01)
    chat.log.page(4)
    chat.write()
    assert len(chat.asked) == 2


def test_what_has_not_come_or_cannot_be_put_says_so(chat: Chat) -> None:
    chat.press("put")
    assert "还在路上" in chat.window.notice.text
    chat.come()
    chat.state.take_message(LessonClosed(SESSION))
    chat.press("put")
    assert "已结束" in chat.window.notice.text
    assert chat.asked == []


@pytest.mark.parametrize("size", [(600, 800), (4000, 300), (1, 5000), (0, 0)])
def test_a_picture_never_fills_its_page(size: tuple[int, int]) -> None:
    page, placed = page_for(PHOTO, *size)
    assert placed.x + placed.width <= PAGE_WIDTH
    assert placed.y + placed.height + ROOM_BELOW <= page.height <= 1_000_000


def test_the_teacher_sends_a_picture(chat: Chat, tmp_path: Path) -> None:
    chat.panel.picture.click()
    (dialog,) = chat.window.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "a.png")])
    sent = chat.asked[-1]
    assert isinstance(sent, SayPicture)
    assert sent.path == str(tmp_path / "a.png")
    dialog.close()
    chat.state.take_message(JobProgress(sent.job, JobKind.SAY, JobState.DONE, 1, 1, sent.path))
    assert chat.window.files.card.text == "已发到聊天。"
