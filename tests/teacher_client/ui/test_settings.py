"""The settings: shown as they are kept, applied at once, found by words of both languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, PageKind, Tool
from teacher_client.lesson.board_commands import AddPage
from teacher_client.lesson.link import (
    ChooseTool,
    Do,
    LessonOpened,
    SetWriting,
    Smoothing,
    ToolState,
)
from teacher_client.ui.actions import ActionId
from teacher_client.ui.app import Application
from teacher_client.ui.board.writing import load_writing
from teacher_client.ui.settings import Language, PageSize, Settings, Theme, load_settings
from teacher_client.ui.settings_page import SettingsPage
from tests.fakes.fake_engine import FakeEngine
from tests.teacher_client.ui.conftest import SESSION, lesson_log


@pytest.fixture
def page(qtbot: QtBot, program: Application) -> SettingsPage:
    assert program.main is not None
    main = program.main
    qtbot.waitUntil(main.home.isVisible, timeout=10000)
    main.home.settings.click()
    qtbot.waitUntil(main.settings.isVisible, timeout=10000)
    return main.settings


def choose(page: SettingsPage, name: str, chosen: object) -> None:
    box = getattr(page, name)
    box.setCurrentIndex(box.findData(chosen))


def open_lesson(qtbot: QtBot, engine: FakeEngine, program: Application) -> None:
    engine.send(LessonOpened(SESSION, "数学"))
    engine.send_blocks(lesson_log().blocks())
    qtbot.waitUntil(lambda: len(program.state.board.pages) == 2, timeout=10000)


def test_habits_are_kept_and_told_to_the_engine(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    choose(page, "smoothing", Smoothing.STRONG)
    page.straighten.click()
    page.snap.click()
    told = SetWriting(Smoothing.STRONG, straightens=False, snaps=False)
    qtbot.waitUntil(lambda: told in engine.messages, timeout=10000)
    assert load_writing().message == told


def test_habits_reach_the_lesson_that_is_open(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    open_lesson(qtbot, engine, program)
    choose(page, "smoothing", Smoothing.OFF)
    assert program.lesson is not None
    assert program.lesson.board.writing.smoothing is Smoothing.OFF
    told = SetWriting(Smoothing.OFF)
    qtbot.waitUntil(lambda: told in engine.messages, timeout=10000)


def test_new_pages_are_as_chosen(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    choose(page, "kind", PageKind.TIANZIGE)
    choose(page, "size_of_pages", PageSize.A4_LANDSCAPE)
    open_lesson(qtbot, engine, program)
    assert program.lesson is not None
    program.lesson.action(ActionId.NEW_PAGE).trigger()
    asked = Do(AddPage(29_700, 21_000, PageKind.TIANZIGE))
    qtbot.waitUntil(lambda: asked in engine.messages, timeout=10000)
    program.lesson.pages._choose_size(PageSize.WIDE)
    assert load_settings().page_size is PageSize.WIDE


def test_lessons_begin_with_the_usual_pen(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    page.constant.click()
    engine.send(ToolState(Tool.PEN, Ink.BLUE, 70))
    open_lesson(qtbot, engine, program)
    asked = ChooseTool(Tool.FINELINER, Ink.BLUE, 70)
    qtbot.waitUntil(lambda: asked in engine.messages, timeout=10000)


def test_the_board_has_its_own_colour_in_the_dark(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    assert Settings(theme=Theme.DARK, dark_paper="blackboard").board_paper == "blackboard"
    assert Settings(theme=Theme.LIGHT, dark_paper="blackboard").board_paper == "white"
    assert Settings(theme=Theme.DARK, paper="warm").board_paper == "warm"
    open_lesson(qtbot, engine, program)
    choose(page, "dark_paper", "blackboard")
    choose(page, "theme", Theme.DARK)
    assert program.lesson is not None
    assert program.lesson.board.paper == "blackboard"
    assert program.main is not None
    assert program.main.settings.isVisible()
    choose(program.main.settings, "dark_paper", "green")
    assert program.lesson.board.paper == "green"
    assert load_settings() == program.settings


def test_the_language_changes_in_place(
    qtbot: QtBot, program: Application, page: SettingsPage
) -> None:
    choose(page, "language", Language.EN)
    assert program.main is not None
    assert program.main.settings.isVisible()
    assert program.main.settings.back.text() == "Home"


def test_keys_changed_here_act_in_the_lesson(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    open_lesson(qtbot, engine, program)
    row = page.keys.row(ActionId.FOLLOW)
    row.keys.click()
    qtbot.keyClick(row.keys, Qt.Key.Key_J)
    assert program.lesson is not None
    assert program.lesson.action(ActionId.FOLLOW).shortcut().toString() == "J"


def test_a_setting_is_found_by_words_of_either_language(page: SettingsPage) -> None:
    for words in ("tremor", "抖", "writing"):
        page.search.setText(words)
        assert page.smoothing.isVisible()
        assert not page.theme.isVisible()
    page.search.clear()
    assert page.theme.isVisible()


def test_the_lesson_leads_to_the_settings_and_back(
    qtbot: QtBot, engine: FakeEngine, program: Application, page: SettingsPage
) -> None:
    assert program.main is not None
    page.back.click()
    assert program.main.home.isVisible()
    open_lesson(qtbot, engine, program)
    assert program.lesson is not None
    program.lesson.action(ActionId.SETTINGS).trigger()
    assert page.isVisible()
