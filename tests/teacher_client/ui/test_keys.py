"""Keys: the two sets, the teacher's own, the sheet that changes them, the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, Tool
from teacher_client.lesson.link import ChooseTool
from teacher_client.ui.actions import ACTIONS, ActionId, ActionSpec, specs_for, title, titles
from teacher_client.ui.keys.maps import KeyBook, KeySet, conflicts, keys_of, plain
from teacher_client.ui.keys.palette import find
from teacher_client.ui.lesson_window import LessonWindow

A = ActionId
UX_MAP = {
    A.PEN: ("P", "A", ";"),
    A.MARKER: ("H", "S", "L"),
    A.ERASER: ("E", "E", "I"),
    A.SELECT: ("V", "V", "M"),
    A.TEXT: ("T", "T", "Y"),
    A.INSTRUMENT: ("R", "R", "U"),
    A.LASER: ("L", "D", "K"),
    A.INK_1: ("1", "1", "Num+1"),
    A.INK_6: ("6", "6", "Num+6"),
    A.MARKER_YELLOW: ("7", "7", "Num+7"),
    A.MARKER_AQUA: ("8", "8", "Num+8"),
    A.THINNER: ("[", "[", "Num+-"),
    A.THICKER: ("]", "]", "Num++"),
    A.NEXT_HAND: ("Q", "Q", "P"),
    A.GIVE_PEN: ("W", "W", "O"),
    A.TAKE_ALL: ("X", "X", "."),
    A.MICROPHONE: ("M", "`", "="),
    A.MUTE_ALL: ("Shift+M", "Shift+`", "Shift+="),
    A.UNDO: ("Ctrl+Z", "Z", "/"),
    A.REDO: ("Ctrl+Y", "Shift+Z", "Shift+/"),
    A.PAGE_BEFORE: ("PgUp", "PgUp", "PgUp"),
    A.PAGE_AFTER: ("PgDown", "PgDown", "PgDown"),
    A.NEW_PAGE: ("N", "N", "N"),
    A.FOLLOW: ("F", "F", "J"),
    A.FIT: ("Ctrl+0", "Ctrl+0", "Ctrl+0"),
    A.CHAT: ("C", "C", ","),
    A.BOARD: ("Esc", "Esc", "Esc"),
    A.NEXT_PANEL: ("F6", "F6", "F6"),
    A.FULL_SCREEN: ("F11", "F11", "F11"),
    A.END: ("Ctrl+Shift+E", "Ctrl+Shift+E", "Ctrl+Shift+E"),
    A.PALETTE: ("Ctrl+/", "Ctrl+/", "Ctrl+/"),
    A.KEYS: ("Ctrl+Alt+/", "Ctrl+Alt+/", "Ctrl+Alt+/"),
    A.HELP: ("F1", "F1", "F1"),
}
"""UX §5: usual, left hand alone, right hand alone."""


def spec_of(action: ActionId) -> ActionSpec:
    return next(spec for spec in ACTIONS if spec.id is action)


@pytest.mark.parametrize("action", UX_MAP)
def test_the_sets_are_those_of_the_key_map(action: ActionId) -> None:
    usual, left, right = UX_MAP[action]
    both = keys_of(spec_of(action), KeySet.USUAL, {})
    assert usual in both
    assert left in both
    mine = keys_of(spec_of(action), KeySet.RIGHT, {})
    assert right in mine
    if right != usual and "Ctrl" not in usual:
        assert usual not in mine


@pytest.mark.parametrize("key_set", list(KeySet))
@pytest.mark.parametrize("is_playback", [False, True])
def test_no_two_actions_share_a_key(key_set: KeySet, is_playback: bool) -> None:
    assert conflicts(specs_for(is_playback=is_playback), key_set, {}) == {}


def test_every_key_is_one_that_qt_knows() -> None:
    for spec in ACTIONS:
        for key in (*spec.keys, *spec.left, *spec.right):
            assert QKeySequence(key)[0].key() != Qt.Key.Key_unknown, key
            assert plain(key), key


def test_a_changed_key_acts_at_once_is_kept_and_leaves_its_owner(
    qtbot: QtBot, window: LessonWindow
) -> None:
    asked: list[object] = []
    window.asked.connect(asked.append)
    window.action(A.KEYS).trigger()
    editor = window.keys.editor
    row = editor.row(A.ERASER)
    row.keys.click()
    assert row.keys.text() == "按下新键…"
    qtbot.keyClick(row.keys, Qt.Key.Key_H)
    assert asked == []  # the key was taken down, not carried out
    assert row.keys.text() == "H"
    assert "荧光笔" in editor.told.text()
    assert [key.toString() for key in window.action(A.ERASER).shortcuts()] == ["H"]
    assert [key.toString() for key in window.action(A.MARKER).shortcuts()] == ["S"]
    again = KeyBook()
    assert again.keys(spec_of(A.ERASER)) == ("H",)
    assert again.keys(spec_of(A.MARKER)) == ("S",)
    assert not editor.row(A.MARKER).reset.isHidden()
    editor.row(A.MARKER).reset.click()
    assert "同一个键" in editor.row(A.ERASER).conflict.text()
    editor.reset_all.click()
    assert window.action(A.ERASER).shortcut().toString() == "E"
    assert KeyBook().edited == {}


def test_keys_can_be_taken_away_and_some_are_refused(qtbot: QtBot, window: LessonWindow) -> None:
    window.keys.toggle()
    row = window.keys.editor.row(A.FULL_SCREEN)
    for key, shown in (
        (Qt.Key.Key_Tab, "F11"),
        (Qt.Key.Key_Escape, "F11"),
        (Qt.Key.Key_Backspace, "没有键"),
    ):
        row.keys.click()
        qtbot.keyClick(row.keys, key)
        assert row.keys.text() == shown
    assert KeyBook().keys(spec_of(A.FULL_SCREEN)) == ()
    assert not window.keys.isHidden()


def test_the_right_hand_set_takes_the_place_of_the_usual_one(window: LessonWindow) -> None:
    window.keys.editor.sets.setCurrentIndex(1)
    assert [key.toString() for key in window.action(A.PEN).shortcuts()] == [";"]
    assert window.action(A.END).shortcut().toString() == "Ctrl+Shift+E"
    assert KeyBook().key_set is KeySet.RIGHT


def test_single_keys_type_in_every_text_field(qtbot: QtBot, window: LessonWindow) -> None:
    asked: list[object] = []
    window.asked.connect(asked.append)
    window.activateWindow()
    window.palette_sheet.toggle()
    window.keys.toggle()
    fields: list[QLineEdit] = [window.people.chat.line, window.keys.editor.filter]
    for field in fields:
        field.setFocus()
        field.clear()
        qtbot.keyClicks(field, "pHe1;/x[=.")
        assert field.text() == "pHe1;/x[=."
    assert asked == []


def test_the_palette_finds_by_words_of_both_languages(qtbot: QtBot, window: LessonWindow) -> None:
    asked: list[object] = []
    window.asked.connect(asked.append)
    specs = specs_for(is_playback=False)
    for words in ("橡皮", "eraser", "ERAS"):
        assert find(specs, words)[0].id is A.ERASER
    assert find(specs, "blue ink")[0].id is A.INK_2
    assert find(specs, "没有这个") == []
    window.action(A.PALETTE).trigger()
    palette = window.palette_sheet
    assert palette.line.hasFocus() or not window.isActiveWindow()
    qtbot.keyClicks(palette.line, "red")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert asked == [ChooseTool(Tool.PEN, Ink.RED, 70)]
    assert palette.isHidden()


def test_every_action_is_found_by_its_own_words() -> None:
    for spec in ACTIONS:
        assert title(spec) in titles(spec)
        assert spec in find(ACTIONS, title(spec))


def test_sheets_close_with_esc_and_never_stand_over_each_other(
    qtbot: QtBot, window: LessonWindow
) -> None:
    window.action(A.HELP).trigger()
    window.action(A.KEYS).trigger()
    assert window.help.isHidden()
    assert window.keys.isVisible()
    assert window.keys.x() > window.board.geometry().center().x()
    window.action(A.BOARD).trigger()
    assert window.keys.isHidden()
