"""Notes, calibration, books and paper buttons on the pen's page, against a fake engine."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from teacher_client.lesson.link import FromEngine, LessonOpened, LinkState, PenState
from teacher_client.lesson.note_messages import (
    CopyStored,
    DeleteStored,
    KeptBook,
    KeptNotes,
    KeptPage,
    KeptPlaced,
    ListKept,
    ListStored,
    PlaceKept,
    PlaceOutcome,
    StopCopy,
    StoredBook,
    StoredNotes,
    StoredProblem,
    StoredState,
)
from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    ButtonShape,
    CalibratePaper,
    Corner,
    ForgetBook,
    NameBook,
    PaperAction,
    PaperBook,
    PaperBooks,
    PaperButton,
    PaperButtons,
    PaperCalibration,
    PaperPage,
    PaperPressed,
    PressOutcome,
    StopBinding,
    TapProblem,
    UnbindButton,
)
from teacher_client.lesson.pen_messages import (
    PenCandidates,
    PenDetails,
    PenTrial,
    SaveTrialLog,
    TrialLogProblem,
    TrialLogSaved,
    TryPen,
)
from teacher_client.ui.app import Application
from teacher_client.ui.main_window import MainWindow
from teacher_client.ui.pen_faces import PenFaces
from teacher_client.ui.pen_kept import note_date
from teacher_client.ui.pen_note_texts import NoteText
from teacher_client.ui.pen_notes_face import StoredRow, pages_text, problem_text
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.settings import Language
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from tests.fakes.fake_engine import FakeEngine
from tests.teacher_client.ui.conftest import clear_away
from tests.teacher_client.ui.test_accessible import check
from tests.teacher_client.ui.test_pen_page import CARD, MATHS, NAME

BOOK = "ncode:3.27.604"
OTHER = "ncode:3.30.88"
AT = 1_795_000_000_000
VERIFIED = StoredBook(
    BOOK, StoredState.VERIFIED, "甲的练习本", (1, 2, 5), False, 214, 214, AT, AT, None, True
)
PAGES = tuple(PaperPage(9 - at, "甲同学" if at else "", f"s{at}", AT) for at in range(6))
BOOKS = PaperBooks(
    (
        PaperBook(BOOK, "甲的练习本", 176, 250, True, False, True, PAGES),
        PaperBook(OTHER, "", 125, 188, False, False, True),
    )
)
UNDO = PaperButton(7, BOOK, None, 4, 20, 15, 15, PaperAction.UNDO)
RED = PaperButton(8, BOOK, 3, 4, 60, 15, 15, PaperAction.INK_3)
BUTTONS = PaperButtons((UNDO, RED))

Tell = Callable[[FromEngine], None]


def stored(*books: StoredBook, takes: bool = False) -> StoredNotes:
    return StoredNotes(books, True, False, False, True, takes, "/home/t/notes")


@pytest.fixture
def faces(qtbot: QtBot, engine: FakeEngine, program: Application) -> PenFaces:
    """The faces beside a pen that is here and open."""
    assert program.main is not None
    main = program.main
    qtbot.waitUntil(main.home.isVisible, timeout=10000)
    main.home.pen_page.click()
    qtbot.waitUntil(lambda: bool(engine.messages), timeout=10000)
    engine.send(PenState(LinkState.GOOD, "NWP-F50", 80))
    engine.send(CARD)
    engine.send(BOOKS)
    qtbot.waitUntil(lambda: len(main.pen.faces.books.rows.widgets) == 2, timeout=10000)
    return main.pen.faces


@pytest.fixture
def tell(qtbot: QtBot, engine: FakeEngine, program: Application, faces: PenFaces) -> Tell:
    """Let the engine say something, and wait until it was shown."""

    def told(message: FromEngine) -> None:
        with qtbot.waitSignal(program.state.changed, timeout=10000):
            engine.send(message)
        qtbot.wait(1)  # new rows are shown by the next turn of the loop

    return told


@pytest.fixture
def heard(qtbot: QtBot, engine: FakeEngine, faces: PenFaces) -> Callable[[int], list[object]]:
    """Exactly the so many newest messages that the engine hears, after the press before."""
    seen = len(engine.messages)

    def newest(count: int) -> list[object]:
        nonlocal seen
        qtbot.waitUntil(lambda: len(engine.messages) >= seen + count, timeout=10000)
        seen, before = seen + count, seen
        assert len(engine.messages) == seen
        return list(engine.messages[before:])

    return newest


Heard = Callable[[int], list[object]]


def only_row(faces: PenFaces) -> StoredRow:
    (row,) = faces.notes.rows.widgets.values()
    return row


def test_one_face_is_shown_and_keys_choose_it(
    qtbot: QtBot, engine: FakeEngine, faces: PenFaces, heard: Heard
) -> None:
    assert faces.trial.isVisible()
    first = faces.choices[PenText.FACE_TRIAL]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert heard(2) == [ListKept(), ListStored()]  # it asks by itself
    assert faces.notes.isVisible()
    faces.notes.list.click()
    assert heard(2) == [ListKept(), ListStored()]
    assert faces.choices[PenText.FACE_NOTES].isChecked()
    qtbot.keyClick(faces, Qt.Key.Key_T)
    assert heard(1) == [TryPen(True)]
    assert faces.trial.isVisible()


def test_tab_goes_as_the_eye_reads(
    qtbot: QtBot, faces: PenFaces, tell: Tell, program: Application
) -> None:
    assert program.main is not None
    page = program.main.pen
    faces.choose(PenText.FACE_NOTES)
    tell(stored(VERIFIED))
    tell(PenCandidates((MATHS,), False))  # a row made later than those of the notes
    page.back.setFocus()
    names = [page.back.accessibleName()]
    while len(names) < 30:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget is page.back:
            break
        names.append(widget.accessibleName())
    assert names == [
        "主页",
        "找笔",
        "响一下",
        "不用这支笔",
        "用这支：软件里的笔（maths）",
        "多久不用就关机",
        "声音：开",
        "悬停：关",
        "笔里的笔记",  # the row of faces is one stop, arrows choose
        "列出笔里的笔记",
        "复制：甲的练习本",
        "从笔里删除：甲的练习本",
    ]
    qtbot.keyClick(page.back, Qt.Key.Key_Backtab)
    assert only_row(faces).delete.hasFocus()


def test_copy_verify_and_only_then_delete_by_a_second_press(
    faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    faces.choose(PenText.FACE_NOTES)
    assert heard(2) == [ListKept(), ListStored()]
    tell(stored(StoredBook(BOOK, StoredState.NOT_COPIED, "甲的练习本", (1, 2, 5))))
    row = only_row(faces)
    assert (row.title.text(), row.facts.text()) == ("甲的练习本", "第 1–2, 5 页")
    assert row.state.text() == "还没复制"
    assert not row.delete.isEnabled()
    assert row.delete.toolTip() == "复制并核对一致后才能删除"
    row.copy.click()
    assert heard(1) == [CopyStored(BOOK)]
    tell(stored(StoredBook(BOOK, StoredState.COPYING, "甲的练习本", (1,), strokes=200, copied=50)))
    assert only_row(faces) is row  # news do not take the focus away
    assert row.state.text() == "正在复制，50 / 200 笔"
    assert row.bar.share == 0.25
    assert not row.copy.isVisible()
    assert not row.delete.isVisible()
    row.stop.click()
    assert heard(1) == [StopCopy()]
    tell(stored(VERIFIED))
    assert row.state.text() == "已复制，读回核对一致"
    assert "214 笔" in row.facts.text()
    row.delete.click()
    assert row.delete.text() == "再按一次，从笔里删除"
    tell(stored(VERIFIED))
    row.twice.disarm()  # as after 3 s
    row.delete.click()
    assert row.delete.text() == "再按一次，从笔里删除"
    row.delete.click()
    assert heard(1) == [DeleteStored(BOOK, is_confirmed=True)]
    tell(stored(StoredBook(BOOK, StoredState.DELETED, "甲的练习本")))
    assert row.state.text() == "已从笔里删除，复制还在"
    assert not row.delete.isVisible()


def test_a_pen_that_deletes_what_it_hands_out_is_asked_only_after_a_yes(
    faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    faces.choose(PenText.FACE_NOTES)
    heard(2)
    tell(stored(StoredBook(BOOK, StoredState.NOT_COPIED, "", (1,)), takes=True))
    row = only_row(faces)
    assert "从自己里面删掉" in faces.notes.said.text()
    assert not row.asking.isVisible()
    row.copy.click()
    assert row.asking.isVisible()
    row.keep.click()
    assert not row.asking.isVisible()
    row.copy.click()
    row.take.click()
    assert heard(1) == [CopyStored(BOOK, is_confirmed=True)]
    assert not row.delete.isEnabled()
    assert row.delete.toolTip() == "这支笔不能另外删除：交出时自己删"
    tell(stored(StoredBook(BOOK, StoredState.VERIFIED, strokes=9, copied=9), takes=True))
    assert not row.copy.isVisible()  # the pen has it no longer
    assert not row.delete.isVisible()


def test_a_failed_copy_says_why_and_what_to_do(faces: PenFaces, tell: Tell) -> None:
    problem = StoredProblem.LINK_LOST
    tell(stored(StoredBook(BOOK, StoredState.FAILED, problem=problem)))
    words = only_row(faces).state.text()
    assert words.startswith("没有复制成：中途断开")
    assert "再复制一次" in words
    assert only_row(faces).copy.text() == "再复制"


@pytest.mark.parametrize("language", list(Language))
def test_every_problem_has_its_words(language: Language) -> None:
    speak(language)
    assert len({problem_text(problem) for problem in StoredProblem}) == len(StoredProblem)


def test_without_a_pen_it_says_what_to_do(faces: PenFaces, tell: Tell) -> None:
    mains = [face.main for face in (faces.notes, faces.calibration, faces.buttons)]
    assert all(main is not None and main.isEnabled() for main in mains)
    for said, card, pen in (
        ("先在左边选一支笔。", PenDetails(), LinkState.OFF),
        ("先在左边输入笔的密码。", PenDetails(NAME, attempts_left=3), LinkState.LOST),
        ("打开笔", PenDetails(NAME), LinkState.LOST),
    ):
        tell(PenState(pen))
        tell(card)
        for face in (faces.notes, faces.calibration, faces.buttons):
            assert said in face.said.text()
            assert face.main is not None
            assert not face.main.isEnabled()
            assert said in face.main.toolTip()
            assert said in face.main.accessibleDescription()


def test_a_pen_without_a_memory_or_a_pattern_says_so(faces: PenFaces, tell: Tell) -> None:
    tell(PenDetails(NAME, "XN680", paper="robotpen:A4"))
    tell(StoredNotes())
    assert faces.notes.said.text() == "这支笔不存笔记，或者存的读不出来。"
    assert not faces.notes.list.isEnabled()
    for face in (faces.calibration, faces.buttons):
        assert face.said.text() == "这种纸没有点阵地址，用不着这个。"
        assert face.main is not None
        assert not face.main.isEnabled()


def test_the_password_is_the_only_main_button(faces: PenFaces, tell: Tell) -> None:
    assert faces.trial.button.property("role") == "primary"
    tell(PenDetails(NAME, attempts_left=5))
    assert faces.trial.button.property("role") == "second"
    tell(CARD)
    assert faces.trial.button.property("role") == "primary"


def test_kept_pages_go_into_a_lesson(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    faces.choose(PenText.FACE_NOTES)
    heard(2)
    kept = (KeptBook("pen-1", BOOK, "", (KeptPage(2, 94, AT, AT),)),)
    tell(KeptNotes(kept, "/home/t/notes", can_place=False))
    (book,) = faces.notes.kept.rows.widgets.values()
    (page,) = book.pages.rows.widgets.values()
    assert not page.place.isEnabled()
    assert page.place.toolTip() == "辅导开始后才能放进去"
    tell(LessonOpened("session-0001", "maths"))
    assert heard(1) == [ListKept()]
    tell(KeptNotes(kept, "/home/t/notes", can_place=True))
    page.place.click()
    assert heard(1) == [PlaceKept("pen-1", BOOK, 2)]
    tell(KeptPlaced("pen-1", BOOK, 2, PlaceOutcome.PLACED, 94))
    assert faces.notes.kept.said.text() == "放好了，94 笔。"


def test_two_taps_are_guided(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    face = faces.calibration
    faces.choose(PenText.FACE_CALIBRATION)
    blank = face.picture.grab().toImage()
    face.begin.click()
    assert heard(1) == [CalibratePaper(True)]
    assert face.begin.text() == "开始校准"  # until the engine has said so
    tell(PaperCalibration(Corner.TOP_LEFT))
    assert face.begin.text() == "不校准了"
    assert face.step.text() == "第 1 步：笔尖点一下左上角。"
    assert face.picture.accessibleName() == "纸的图，要点的角：左上角"
    first = face.picture.grab().toImage()
    assert first != blank
    tell(PaperCalibration(Corner.BOTTOM_RIGHT, TapProblem.WRITING))
    assert "右下角" in face.step.text()
    assert "碰一下就抬起" in face.problem.text()
    assert face.picture.grab().toImage() != first
    tell(PaperCalibration(book=OTHER, width_mm=148.2, height_mm=209.6))
    assert face.step.text() == "校准好了：点阵本 88，148 × 210 毫米。从下一笔起算。"
    assert not face.problem.isVisible()
    assert face.begin.text() == "重新校准"


def test_leaving_gives_the_taps_up(
    faces: PenFaces, tell: Tell, heard: Heard, program: Application
) -> None:
    faces.choose(PenText.FACE_CALIBRATION)
    tell(PaperCalibration(Corner.TOP_LEFT))
    faces.choose(PenText.FACE_BOOKS)
    assert heard(1) == [CalibratePaper(False)]
    tell(PaperCalibration())
    tell(ButtonBinding(PaperAction.UNDO, awaited=Corner.TOP_LEFT))
    assert program.main is not None
    program.main.pen.back.click()
    assert heard(1) == [StopBinding()]


def test_books_are_renamed_and_forgotten(
    qtbot: QtBot, faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    faces.choose(PenText.FACE_BOOKS)
    named, unnamed = faces.books.rows.widgets.values()
    assert named.facts.text() == "点阵本 604 · 176 × 250 毫米 · 大小已知"
    assert unnamed.facts.text() == "125 × 188 毫米 · 大小不明，边写边长"
    shown = [label.text().rpartition(" · ")[0] for label in named.pages.rows.widgets.values()]
    assert shown[:2] == ["第 9 页 · 不知道是谁的", "第 8 页 · 甲同学"]
    assert len(shown) == 4
    assert named.pages.more.text() == "还有 2 页"
    named.pages.more.click()
    assert len(named.pages.rows.widgets) == 6
    unnamed.rename.click()
    assert unnamed.field.isVisible()
    qtbot.keyClick(unnamed.field, Qt.Key.Key_Escape)  # its own: the page stays
    assert not unnamed.field.isVisible()
    assert faces.books.isVisible()
    unnamed.rename.click()
    unnamed.field.setText("  几何本 ")
    qtbot.keyClick(unnamed.field, Qt.Key.Key_Return)
    assert heard(1) == [NameBook(OTHER, "几何本")]
    named.forget.click()
    assert named.forget.text() == "再按一次，忘掉"
    named.forget.click()
    assert heard(1) == [ForgetBook(BOOK)]
    tell(PaperBooks(has_failed=True))
    assert not faces.books.rows.widgets
    assert "没有存下" in faces.books.said.text()
    tell(PaperBooks())
    assert faces.books.said.text().startswith("还没有：")


def test_buttons_are_bound_shown_and_taken_off(
    qtbot: QtBot, faces: PenFaces, tell: Tell, heard: Heard
) -> None:
    face = faces.buttons
    faces.choose(PenText.FACE_BUTTONS)
    assert face.none.isVisible()
    face.action.setCurrentIndex(face.action.findData(PaperAction.UNDO))
    face.shape.setCurrentIndex(face.shape.findData(ButtonShape.AREA))
    face.scope.setCurrentIndex(face.scope.findData(False))
    face.bind.click()
    assert heard(1) == [BindButton(PaperAction.UNDO, ButtonShape.AREA, on_every_page=False)]
    tell(ButtonBinding(PaperAction.UNDO, ButtonShape.AREA, Corner.TOP_LEFT))
    assert face.step.text() == "“撤销”：用笔点它的左上角。"
    assert not face.action.isEnabled()
    assert not face.none.isVisible()
    assert face.bind.text() == "不放了"
    face.bind.click()
    assert heard(1) == [StopBinding()]
    tell(ButtonBinding(PaperAction.UNDO, ButtonShape.AREA, button=7))
    assert face.step.text() == "“撤销”放好了。"
    tell(BUTTONS)
    undo, red = face.rows.widgets.values()
    assert (undo.what.text(), undo.where.text()) == (
        "1  撤销",
        "每一页，离左 4、离上 20 毫米",
    )
    assert (red.what.text(), red.where.text()) == (
        "2  红色墨水",
        "第 3 页，离左 4、离上 60 毫米",
    )
    second = face.picture.cells[1]
    place = face.picture.cell_box(second).center()
    qtbot.mouseClick(face.picture, Qt.MouseButton.LeftButton, pos=QPointF(place).toPoint())
    assert red.property("isChosen")
    assert not undo.property("isChosen")
    assert [cell.is_chosen for cell in face.picture.cells] == [False, True]
    red.unbind.click()
    assert heard(1) == [UnbindButton(8)]
    tell(PaperPressed(PaperAction.UNDO, PressOutcome.NO_LESSON))
    assert "辅导时才起作用" in face.said.text()


def test_the_picture_is_of_the_chosen_book(faces: PenFaces, tell: Tell) -> None:
    face = faces.buttons
    faces.choose(PenText.FACE_BUTTONS)
    tell(BUTTONS)
    assert face.book.currentData() == BOOK  # the pen writes in it
    assert [cell.number for cell in face.picture.cells] == [1, 2]
    face.book.setCurrentIndex(face.book.findData(OTHER))
    face.book.activated.emit(face.book.currentIndex())
    assert [cell.number for cell in face.picture.cells] == []
    assert face.picture.accessibleName() == "点阵本 88 的图，0 个按钮"
    tell(PaperButtons((UNDO,)))
    assert face.book.currentData() == OTHER


def test_a_new_button_is_shown_in_its_book(faces: PenFaces, tell: Tell) -> None:
    face = faces.buttons
    faces.choose(PenText.FACE_BUTTONS)
    made = PaperButton(9, OTHER, None, 10, 10, 15, 15, PaperAction.LASER)
    tell(PaperButtons((UNDO, made)))
    assert face.book.currentData() == BOOK
    tell(ButtonBinding(PaperAction.LASER, button=9))
    assert face.book.currentData() == OTHER
    assert [cell.is_chosen for cell in face.picture.cells] == [True]


def test_copies_are_there_without_a_pen(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    tell(PenDetails())
    faces.choose(PenText.FACE_NOTES)
    assert heard(1) == [ListKept()]
    tell(PenState(LinkState.GOOD, "NWP-F50", 80))
    tell(CARD)
    assert heard(2) == [ListKept(), ListStored()]


def test_the_raw_log_is_saved_and_told(faces: PenFaces, tell: Tell, heard: Heard) -> None:
    trial = faces.trial
    assert not trial.save.isEnabled()
    assert trial.save.toolTip() == "先试笔，才有记录可存。"
    tell(PenTrial(True, 300, 85))
    trial.save.click()
    assert heard(1) == [SaveTrialLog()]
    tell(TrialLogSaved("/home/t/logs/one.cap"))
    assert trial.saved.accessibleName() == "已存：/home/t/logs/one.cap"
    assert trial.saved.text().replace("\u200b", "") == trial.saved.accessibleName()
    tell(TrialLogSaved(problem=TrialLogProblem.DISK))
    assert "磁盘写不进去" in trial.saved.text()


def test_an_old_note_tells_its_year() -> None:
    assert note_date(1_000_000_000_000).startswith("2001-09-")
    assert not note_date(round(time.time() * 1000)).startswith("20")


def test_neighbouring_pages_are_drawn_together() -> None:
    assert pages_text((1, 2, 3, 7, 9, 10)) == "1–3, 7, 9–10"
    assert pages_text(()) == ""


@pytest.mark.parametrize("language", list(Language))
def test_every_face_has_names_and_cuts_no_button(qtbot: QtBot, language: Language) -> None:
    speak(language)
    state = WindowState()
    window = MainWindow(state)
    state.changed.connect(window.show_message)
    window.resize(1180, 680)
    window.show_pen(is_shown=True)
    window.show()
    book = StoredBook(BOOK, StoredState.COPYING, "", (1,), strokes=9, copied=3)
    failed = StoredBook(OTHER, StoredState.FAILED, problem=StoredProblem.SILENT)
    page = PaperPage(1, "A", "s", AT)
    for message in (
        PenState(LinkState.GOOD, "NWP-F50", 80),
        CARD,
        stored(book, failed),
        KeptNotes((KeptBook("pen-1", BOOK, "", (KeptPage(2, 94),)),), "/home/t"),
        PaperBooks((PaperBook(BOOK, "B", 176, 250, True, pages=(page,)), PaperBook(OTHER))),
        BUTTONS,
        PaperCalibration(Corner.TOP_LEFT, TapProblem.TOO_SMALL),
        ButtonBinding(PaperAction.LASER, awaited=Corner.TOP_LEFT),
        PaperPressed(PaperAction.NEXT_HAND, PressOutcome.NO_HAND),
    ):
        state.take_message(message)
    for name in window.pen.faces.choices:
        window.pen.faces.choose(name)
        qtbot.wait(1)
        check(window, language)
        for widget in window.pen.faces.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                assert widget.width() >= widget.minimumSizeHint().width(), widget.accessibleName()
    clear_away()


def test_the_words_for_notes_name_no_problem_twice() -> None:
    named = {f"PROBLEM_{problem.name}" for problem in StoredProblem}
    assert named == {text.name for text in NoteText if text.name.startswith("PROBLEM_")}
