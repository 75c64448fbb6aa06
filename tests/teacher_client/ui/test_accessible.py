"""Every widget a person can meet has a name, in both languages; no text is rich text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from signaling_server.protocol.messages import EarlierLesson, RequestOffered
from signaling_server.protocol.pictures import PictureTrouble
from teacher_client.lesson.link import Account, KeptLesson, LessonOpened, Lessons, PlayState
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.key_texts import KeyText
from teacher_client.ui.main_window import MainWindow
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.pen_note_texts import NoteText
from teacher_client.ui.pen_paper_texts import PaperText
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.picture_texts import PictureText, say_trouble
from teacher_client.ui.settings import Language
from teacher_client.ui.settings_texts import SettingsText
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say, speak
from tests.teacher_client.ui.conftest import SESSION, clear_away, show

EARLIER = (EarlierLesson("session-0000", "M", 1_794_000_000_000, 29),)
PLAIN = (QWidget, QFrame)
"""Bare containers and what Qt makes itself inside its own widgets need no name."""


def named(widget: QWidget) -> bool:
    """Whether a widget says what it is, or is a container that need not."""
    if widget.accessibleName() or widget.objectName().startswith("qt_"):
        return True
    if isinstance(widget, QLabel) and not widget.text() and widget.pixmap().isNull():
        return True  # an empty line
    if isinstance(widget, QScrollBar) or type(widget) in PLAIN:
        return True
    own = type(widget).__module__.startswith("teacher_client")
    reachable = widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    said = isinstance(widget, QAbstractButton | QLabel | QLineEdit | QTextEdit | QScrollArea)
    return not (said or (own and reachable))


def is_chinese(words: str) -> bool:
    """Whether a Chinese character is among them."""
    return any("一" <= letter <= "鿿" for letter in words)


def check(root: QWidget, language: Language) -> None:
    widgets = [root, *root.findChildren(QWidget)]
    unnamed = [f"{type(one).__name__} {one.objectName()}" for one in widgets if not named(one)]
    assert unnamed == []
    for label in root.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or not label.text(), label.text()
    if language is Language.EN:
        for one in widgets:
            for words in (one.accessibleName(), one.toolTip()):
                assert not any(
                    "一" <= letter <= "鿿"
                    for letter in words.replace("中文", "").replace("语言", "")
                ), words


def in_english(state: WindowState) -> None:
    """Nobody in these tests has a Chinese name, so that only forgotten words are found."""
    state.take_message(RequestOffered("request-0001", "A", "M", "why?", 41_000, EARLIER))
    state.take_message(Account("demo:", "T", is_signed_in=True))
    kept = KeptLesson(SESSION, "M", 1_795_000_000_000, 1_740_000, "A", "4 s")
    state.take_message(Lessons((kept,)))


@pytest.mark.parametrize("language", list(Language))
def test_sign_in_and_home(qtbot: QtBot, language: Language) -> None:
    speak(language)
    state = WindowState()
    in_english(state)
    window = MainWindow(state)
    window.show()
    check(window, language)
    clear_away()


@pytest.mark.parametrize("is_playback", [False, True])
@pytest.mark.parametrize("language", list(Language))
def test_lesson_and_playback(qtbot: QtBot, language: Language, is_playback: bool) -> None:
    speak(language)
    state = WindowState()
    in_english(state)
    state.take_message(LessonOpened(SESSION, "M", is_playback=is_playback))
    if is_playback:
        state.take_message(PlayState(0, 1000, False, 1.0, (0.5,)))
    window = show(qtbot, state)
    files = (window.files.export_sheet, window.files.prepared_sheet)
    for sheet in (window.keys, window.help, window.palette_sheet, *files):
        sheet.toggle()
        check(window, language)
    clear_away()


def test_every_text_stands_in_both_languages() -> None:
    for text in (
        *Text,
        *PageText,
        *KeyText,
        *FileText,
        *PenText,
        *NoteText,
        *PaperText,
        *PictureText,
    ):
        zh, en = text.value
        assert zh
        assert en
        names = {word.partition("}")[0] for word in zh.split("{")[1:]}
        assert names == {word.partition("}")[0] for word in en.split("{")[1:]}, text
        if text not in (Text.LANGUAGE, SettingsText.LANGUAGE):
            assert not is_chinese(en), text


def test_saying_puts_values_in() -> None:
    speak(Language.EN)
    assert say(Text.PAGE_OF, page=2, count=5) == "Page 2 of 5"


def test_every_trouble_with_a_picture_has_its_words() -> None:
    speak(Language.ZH)
    assert len({say_trouble(trouble) for trouble in PictureTrouble}) == len(PictureTrouble)
