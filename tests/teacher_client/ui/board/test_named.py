"""Sheets, the field for text and the column: every control has a name, in both languages."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from teacher_client.lesson.link import LessonOpened
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.settings import Language
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import say, speak
from tests.fakes.fake_lesson import FakeLesson
from tests.teacher_client.ui.conftest import SESSION, clear_away, show
from tests.teacher_client.ui.test_accessible import check, is_chinese


@pytest.mark.parametrize("language", list(Language))
def test_sheets_and_field(qtbot: QtBot, language: Language) -> None:
    speak(language)
    state, log = WindowState(), FakeLesson()
    state.take_message(LessonOpened(SESSION, "M"))
    log.page(1)
    for block in log.blocks():
        state.take_block(block)
    window = show(qtbot, state)
    window.action(ActionId.FORMULA).trigger()
    window.action(ActionId.PLOT).trigger()
    window.board.board_actions._write_text((3000, 3000))
    check(window, language)
    clear_away()


@pytest.mark.parametrize("text", list(BoardText))
def test_each_text_stands_in_its_language(text: BoardText) -> None:
    zh, en = text.value
    assert not is_chinese(en)
    speak(Language.EN)
    assert say(text) == en
    assert zh != en
