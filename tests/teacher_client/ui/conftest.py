"""Windows are tested offscreen, with settings of their own, against a fake engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, Right, Tool
from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import Clock, MemberInfo, Role
from teacher_client.lesson.link import (
    Account,
    FromEngine,
    LessonOpened,
    LinkState,
    PenState,
    People,
    Person,
    ToolState,
    pack_message,
)
from teacher_client.ui.app import Application
from teacher_client.ui.engine_link import EngineLink
from teacher_client.ui.lesson_window import LessonWindow
from teacher_client.ui.main_window import MainWindow
from teacher_client.ui.pen_faces import PenFaces
from teacher_client.ui.settings import Language, Settings, Theme
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import speak
from teacher_client.ui.theme import apply_theme
from tests.fakes.fake_engine import FakeEngine
from tests.fakes.fake_lesson import FakeLesson
from tests.teacher_client.ui.pen_samples import BOOKS, CARD, Heard, Tell

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SESSION = "session-0001"


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    speak(Language.ZH)
    apply_theme(qapp, is_dark=False)
    qapp.setQuitOnLastWindowClosed(False)
    yield
    speak(Language.ZH)


@pytest.fixture
def engine(qtbot: QtBot, tmp_path: Path) -> Iterator[FakeEngine]:
    """A listening engine whose snapshot says: signed in."""
    made = FakeEngine(tmp_path)
    made.snapshot = [pack_message(Account("demo:", "甲老师", is_signed_in=True))]
    made.start()
    yield made
    made.die()


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, engine: FakeEngine) -> Iterator[Application]:
    """The whole window program, attached."""
    link = EngineLink(engine.endpoint)
    settings = Settings(Language.ZH, Theme.LIGHT)
    made = Application(qapp, settings, link, lambda: None)
    with qtbot.waitSignal(link.attached, timeout=5000):
        made.start()
    yield made
    made.close()
    qtbot.wait(10)
    clear_away()


def lesson_log() -> FakeLesson:
    """Two pages, handwriting, two pupils, one hand up, chat."""
    log = FakeLesson()
    log.page(1, paper="neo:3/27/603/10")
    log.handwriting(1, count=12)
    log.page(2)
    log.handwriting(2, count=6, ink=Ink.BLUE)
    log.join(2)
    log.join(3)
    log.right(2, Right.SPEAK)
    log.hand(3)
    log.say(1, "先想一想")
    log.say(2, "<b>不是粗体</b>")
    return log


def pupils() -> People:
    """甲 with a good line, 乙 reconnecting."""
    return People(
        (
            Person(MemberInfo(Member(2), "甲同学", Role.PUPIL, True), LinkState.GOOD),
            Person(MemberInfo(Member(3), "乙同学", Role.PUPIL, False), LinkState.LOST, 4000),
        )
    )


@pytest.fixture
def state() -> WindowState:
    """A live lesson as the engine would have told it, with its log."""
    made = WindowState()
    made.take_message(LessonOpened(SESSION, "数学"))
    made.take_message(pupils())
    made.take_message(Clock(760_000, 1_800_000, 17, True, True))
    made.take_message(ToolState(Tool.PEN, Ink.BLUE, 70))
    for block in lesson_log().blocks():
        made.take_block(block)
    return made


@pytest.fixture
def window(qtbot: QtBot, state: WindowState) -> Iterator[LessonWindow]:
    """The lesson window on that state, shown."""
    yield show(qtbot, state)
    clear_away()


def clear_away() -> None:
    """Delete all windows now, so that no timer of theirs outlives the test."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, LessonWindow | MainWindow):
            widget.hide()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def picture(window: LessonWindow) -> QImage:
    """The board without the notice that may lie over it."""
    is_said = not window.notice.isHidden()
    window.notice.hide()
    image = window.board.grab().toImage()
    window.notice.setVisible(is_said)
    return image


def show(qtbot: QtBot, state: WindowState) -> LessonWindow:
    """A lesson window connected to a state."""
    made = LessonWindow(state, "white")
    state.changed.connect(made.show_message)
    state.board_changed.connect(made.show_changes)
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


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
def heard(qtbot: QtBot, engine: FakeEngine, faces: PenFaces) -> Heard:
    """Exactly the so many newest messages that the engine hears, after the press before."""
    seen = len(engine.messages)

    def newest(count: int) -> list[object]:
        nonlocal seen
        qtbot.waitUntil(lambda: len(engine.messages) >= seen + count, timeout=10000)
        seen, before = seen + count, seen
        assert len(engine.messages) == seen
        return list(engine.messages[before:])

    return newest
