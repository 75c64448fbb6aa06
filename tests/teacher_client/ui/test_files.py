"""Files in and out: dialogs, drops, jobs, results in words, prepared lessons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.ids import TEACHER, PageId
from signaling_server.protocol.pictures import PictureTrouble
from teacher_client.files.errors import FileTrouble, Lost
from teacher_client.lesson.file_messages import (
    CancelJob,
    ClosePrepared,
    DropPrepared,
    ExportFormat,
    ExportPages,
    ImportFiles,
    JobKind,
    JobProblem,
    JobProgress,
    JobState,
    ListPrepared,
    PreparedLesson,
    PreparedLessons,
    PrepareLesson,
)
from teacher_client.lesson.link import LessonClosed, LessonOpened
from teacher_client.ui.actions import ActionId, build_menu
from teacher_client.ui.app import Application
from teacher_client.ui.file_texts import LOSSES, FileText, say_losses, say_problem
from teacher_client.ui.files.dropping import page_point
from teacher_client.ui.files.job_card import say_result
from teacher_client.ui.files.kinds import chosen_pages, is_picture, may_come_in
from teacher_client.ui.files.prepared import PreparedRow
from teacher_client.ui.files.recent import recent_files, remember
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.settings import Language
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from teacher_client.ui.theme import theme
from tests.fakes.fake_engine import FakeEngine
from tests.teacher_client.ui.conftest import SESSION, clear_away, lesson_log, show

PREPARED = (
    PreparedLesson("prepared-0002", "配方法", 1_795_000_000_000, 5),
    PreparedLesson("prepared-0001", "", 1_794_000_000_000, 2, was_cut_off=True),
)


@pytest.fixture
def asked(window: LessonWindow) -> list[object]:
    heard: list[object] = []
    window.asked.connect(heard.append)
    return heard


def drop(window: LessonWindow, paths: list[str], at: QPoint) -> bool:
    """Drag files over a point of the window and drop them there; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    place = QPointF(at)
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, enter)
    assert window.drops.hint.isVisible()
    dropped = QDropEvent(place, Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, dropped)
    assert window.drops.hint.isHidden()
    return dropped.isAccepted()


def test_a_picture_dropped_on_the_page_goes_where_it_was_dropped(
    window: LessonWindow, asked: list[object], tmp_path: Path
) -> None:
    (tmp_path / "a.PNG").touch()
    path = str(tmp_path / "a.PNG")
    on_board = QPoint(300, 200)
    place = page_point(window.board, QPointF(on_board))
    assert drop(window, [path], window.board.mapTo(window, on_board))
    (message,) = asked
    assert isinstance(message, ImportFiles)
    assert message.paths == (path,)
    assert message.on == 2
    assert abs(message.x - place.x()) <= 1
    assert abs(message.y - place.y()) <= 1
    assert recent_files() == [path]


def test_documents_become_pages_behind_the_shown_one(
    window: LessonWindow, asked: list[object]
) -> None:
    drop(window, ["/sheets/a.pdf", "/sheets/b.png"], window.board.geometry().center())
    (message,) = asked
    assert isinstance(message, ImportFiles)
    assert (message.on, message.after) == (0, 2)


def test_what_cannot_come_in_is_said_before_and_after(
    window: LessonWindow, asked: list[object]
) -> None:
    drop(window, ["/sheets/a.docx"], window.board.geometry().center())
    assert asked == []
    assert "放不进来" in window.notice.text


def test_nothing_comes_into_a_lesson_that_is_over(
    state: WindowState, window: LessonWindow, asked: list[object]
) -> None:
    state.take_message(LessonClosed(SESSION))
    drop(window, ["/sheets/a.pdf"], window.board.geometry().center())
    assert asked == []
    assert "辅导已结束" in window.notice.text
    assert not window.action(ActionId.IMPORT).isEnabled()
    assert window.action(ActionId.IMPORT).toolTip() == "辅导已结束"
    assert window.action(ActionId.EXPORT).isEnabled()
    assert window.action(ActionId.END).isEnabled()  # it closes the window now


def test_names_tell_what_may_come_in() -> None:
    for name in ("a.JPG", "b.pdf", "c.xopp", "d.InkML", "e.lamp"):
        assert may_come_in(name)
    assert not may_come_in("a.exe")
    assert is_picture("a.jpeg")
    assert not is_picture("a.pdf")


def test_pages_are_named_by_their_places() -> None:
    order = [PageId(4), PageId(1), PageId(7)]
    assert chosen_pages("1-2", order) == [4, 1]
    assert chosen_pages("3，1", order) == [7, 4]
    assert chosen_pages("2, 1-3", order) == [1, 4, 7]
    for wrong in ("", "0", "4", "1-9", "3-1", "a", "1,,2", "-2"):
        assert chosen_pages(wrong, order) is None, wrong


def test_dialogs_block_nothing(window: LessonWindow, asked: list[object], tmp_path: Path) -> None:
    window.action(ActionId.IMPORT).trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert not dialog.isModal()
    assert "*.pdf" in dialog.nameFilters()[0]
    dialog.filesSelected.emit([str(tmp_path / "a.pdf")])
    assert isinstance(asked[-1], ImportFiles)
    dialog.close()


def test_exporting_asks_for_format_pages_and_place(
    qtbot: QtBot, state: WindowState, window: LessonWindow, asked: list[object], tmp_path: Path
) -> None:
    state.board.pages[PageId(2)].audience = TEACHER
    window.action(ActionId.EXPORT).trigger()
    sheet = window.files.export_sheet
    assert sheet.isVisible()
    assert "1 页" in sheet.seen.text()
    assert "2 页" in sheet.mine.text()
    sheet.formats[ExportFormat.XOPP].click()
    qtbot.keyClicks(sheet.range, "1-9")
    assert sheet.some.isChecked()
    sheet.go.click()
    assert "最大是 2" in sheet._wrong.text()
    sheet.range.clear()
    qtbot.keyClicks(sheet.range, "2,1")
    sheet.go.click()
    assert sheet.isHidden()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "out")])
    export = asked[-1]
    assert isinstance(export, ExportPages)
    assert export.path == str(tmp_path / "out.xopp")
    assert export.pages == (2, 1)
    dialog.close()


def test_a_copy_is_a_lesson_file_of_all(
    window: LessonWindow, asked: list[object], tmp_path: Path
) -> None:
    window.action(ActionId.SAVE_COPY).trigger()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "copy.lamp")])
    export = asked[-1]
    assert isinstance(export, ExportPages)
    assert (export.format, export.path) == (ExportFormat.LESSON, str(tmp_path / "copy.lamp"))
    dialog.close()


def test_a_job_runs_is_cancelled_and_ends_in_words(
    state: WindowState, window: LessonWindow, asked: list[object]
) -> None:
    card = window.files.card
    running = JobProgress(7, JobKind.IMPORT, JobState.RUNNING, 3, 12, "/sheets/a.pdf")
    state.take_message(running)
    assert card.isVisible()
    assert card.text == "正在放入 a.pdf"
    assert not card.geometry().intersects(window.notice.geometry()) or window.notice.isHidden()
    card.cancel.click()
    assert asked == [CancelJob(7)]
    state.take_message(JobProgress(7, JobKind.IMPORT, JobState.CANCELLED, 3, 12, "/sheets/a.pdf"))
    assert "已取消" in card.text
    state.take_message(
        JobProgress(8, JobKind.EXPORT, JobState.DONE, 2, 2, "/out/b.pdf", "", ("turn",), (3,))
    )
    assert card.text.startswith("已导出：b.pdf。 没能保留：")
    assert not card.folder.isHidden()
    assert card.rect().contains(card.folder.geometry().bottomRight())


def test_a_programme_that_forbids_exports_is_remembered(
    state: WindowState, window: LessonWindow
) -> None:
    refused = JobProgress(9, JobKind.EXPORT, JobState.FAILED, problem=JobProblem.NOT_ALLOWED.value)
    state.take_message(refused)
    window.show_all()
    assert window.action(ActionId.EXPORT).toolTip() == "学校的规定不允许导出"


@pytest.mark.parametrize("language", list(Language))
def test_every_problem_and_every_loss_has_its_words(language: Language) -> None:
    speak(language)
    unknown = say_problem("?").replace("?", "")
    for kind in (JobProblem, PictureTrouble, FileTrouble, Refusal):
        for one in kind:
            words = say_problem(one.value)
            assert words
            assert words.replace(one.value, "") != unknown, one
    assert set(LOSSES) == {lost.value for lost in Lost}
    assert say_losses((), ()) == ""
    many = tuple(lost.value for lost in Lost)
    assert str(len(many)) in say_losses(many, tuple(range(1, len(many) + 1)))


def test_a_partly_done_import_says_both() -> None:
    job = JobProgress(1, JobKind.IMPORT, JobState.DONE, 4, 5, "/b.pdf", "too_large")
    words, tone = say_result(job)
    assert "4 页" in words
    assert "文件太大" in words
    assert tone == "warn"


def test_recent_files_are_those_that_are_still_there(tmp_path: Path) -> None:
    paths = [str(tmp_path / f"{i}.pdf") for i in range(10)]
    for path in paths:
        Path(path).touch()
        remember(path)
    remember(paths[5])
    Path(paths[9]).unlink()
    assert recent_files()[:2] == [paths[5], paths[8]]
    assert len(recent_files()) == 7


def test_the_menu_has_the_recent_files(
    window: LessonWindow, asked: list[object], tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").touch()
    remember(str(tmp_path / "a.pdf"))
    recent = window._recent_menu()
    menu = build_menu(window.actions_by_id, window, {FileText.MENU_FILES: recent})
    parts = [action.menu() for action in menu.actions()]
    files = next(one for one in parts if isinstance(one, QMenu) and one.title() == "文件")
    assert files.actions()[-1].menu() is recent
    recent.actions()[0].trigger()
    assert isinstance(asked[-1], ImportFiles)


# prepared lessons


@pytest.fixture
def preparing(qtbot: QtBot) -> Iterator[LessonWindow]:
    state = WindowState()
    opened = LessonOpened("prepared-0002", "", is_prepared=True, title="配方法")
    state.take_message(opened)
    for block in lesson_log().blocks():
        state.take_block(block)
    yield show(qtbot, state)
    clear_away()


def test_preparing_has_no_people_no_clock_and_nothing_recorded(preparing: LessonWindow) -> None:
    assert preparing.people.isHidden()
    assert preparing.bottom.microphone.isHidden()
    assert preparing.top._clock_face.isHidden()
    assert preparing.top._recording.isHidden()
    assert "配方法" in preparing.windowTitle()
    assert preparing.tools.isEnabled()
    assert preparing.action(ActionId.MUTE_ALL).toolTip() == "备课时没有学生"
    assert preparing.action(ActionId.NEW_PAGE).isEnabled()


def test_a_prepared_lesson_is_closed_with_one_press(preparing: LessonWindow) -> None:
    asked: list[object] = []
    preparing.asked.connect(asked.append)
    assert preparing.top.end.text() == "收好"
    preparing.top.end.click()
    assert asked == [ClosePrepared()]
    assert preparing.isHidden()


def test_prepared_pages_go_into_a_lesson(
    state: WindowState, window: LessonWindow, asked: list[object]
) -> None:
    window.action(ActionId.FROM_PREPARED).trigger()
    assert asked == [ListPrepared()]
    state.take_message(PreparedLessons(PREPARED))
    rows = window.files.prepared_sheet.list.rows
    assert len(rows) == 2
    rows[0].main.click()
    message = asked[-1]
    assert isinstance(message, ImportFiles)
    assert message.paths == ("prepared:prepared-0002",)
    assert message.after == 2
    assert recent_files() == []


def test_home_prepares_continues_and_deletes(
    qtbot: QtBot, engine: FakeEngine, program: Application
) -> None:
    assert program.main is not None
    box = program.main.home.prepared
    qtbot.waitUntil(lambda: ListPrepared() in engine.messages, timeout=10000)
    engine.send(PreparedLessons(PREPARED))
    qtbot.waitUntil(lambda: len(box.list.rows) == 2, timeout=10000)
    first, second = box.list.rows
    assert second.drop.text() == "放弃"
    first.drop.click()
    assert first.drop.text() == "再按一次删除"
    with qtbot.waitSignal(engine.heard, timeout=10000):
        first.drop.click()
    assert engine.messages[-1] == DropPrepared("prepared-0002")
    with qtbot.waitSignal(engine.heard, timeout=10000):
        second.main.click()
    assert engine.messages[-1] == PrepareLesson("prepared-0001")
    with qtbot.waitSignal(engine.heard, timeout=10000):
        box.new.click()
    made = engine.messages[-1]
    assert isinstance(made, PrepareLesson)
    assert made.lesson == ""
    assert made.title


def test_opening_a_file_prepares_a_lesson_with_its_pages(
    qtbot: QtBot, engine: FakeEngine, program: Application
) -> None:
    assert program.main is not None
    home = program.main.home
    qtbot.waitUntil(home.isVisible, timeout=10000)
    home.file_chosen.emit("/sheets/quadratics.lamp")
    asked = PrepareLesson(title="quadratics", has_first_page=False)
    qtbot.waitUntil(lambda: asked in engine.messages, timeout=10000)
    engine.send(LessonOpened("prepared-0003", "", is_prepared=True, title="quadratics"))
    qtbot.waitUntil(lambda: isinstance(engine.messages[-1], ImportFiles), timeout=10000)
    assert program.lesson is not None
    assert program.lesson.is_preparing
    assert home.duty.isEnabled()  # preparing is no lesson: requests may come


def test_a_lesson_that_was_cut_off_shows_the_page_written_on_last(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "preview.png"
    QImage(480, 680, QImage.Format.Format_RGB32).save(str(path))
    shown = replace(PREPARED[1], preview=str(path))
    row = PreparedRow(shown, is_putting_in=False)
    qtbot.addWidget(row)
    pictures = [one for one in row.findChildren(QLabel) if not one.pixmap().isNull()]
    assert [one.pixmap().height() for one in pictures] == [theme().size("desktop.pages")]
    assert all(one.accessibleName() for one in pictures)
