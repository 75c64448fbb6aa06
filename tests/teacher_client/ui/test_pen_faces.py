"""The faces of the pen's page together, against a fake engine."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from teacher_client.lesson.link import LinkState, PenState
from teacher_client.lesson.note_messages import (
    KeptBook,
    KeptNotes,
    KeptPage,
    ListKept,
    ListStored,
    StoredBook,
    StoredNotes,
    StoredProblem,
    StoredState,
)
from teacher_client.lesson.paper_messages import (
    ButtonBinding,
    Corner,
    PaperAction,
    PaperBook,
    PaperBooks,
    PaperCalibration,
    PaperPage,
    PaperPressed,
    PressOutcome,
    TapProblem,
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
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.settings import Language
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from tests.fakes.fake_engine import FakeEngine
from tests.teacher_client.ui.conftest import clear_away
from tests.teacher_client.ui.pen_samples import (
    AT,
    BOOK,
    BUTTONS,
    CARD,
    MATHS,
    NAME,
    OTHER,
    VERIFIED,
    Heard,
    Tell,
    only_row,
    stored,
)
from tests.teacher_client.ui.test_accessible import check


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
