"""Sheets over the people's panel: all keys, to see and to change; a page of help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from teacher_client.ui.actions import specs_for
from teacher_client.ui.key_texts import KeyText
from teacher_client.ui.keys.editor import KeyEditor
from teacher_client.ui.keys.maps import KeyBook
from teacher_client.ui.parts import Label, tight
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.texts import Text, say

HELP = (
    (KeyText.HELP_WRITE, KeyText.HELP_WRITE_LONG),
    (KeyText.HELP_PAGES, KeyText.HELP_PAGES_LONG),
    (KeyText.HELP_FILES, KeyText.HELP_FILES_LONG),
    (KeyText.HELP_PEOPLE, KeyText.HELP_PEOPLE_LONG),
    (KeyText.HELP_LOST, KeyText.HELP_LOST_LONG),
)


class KeySheet(SideSheet):
    """The keys of this window's actions."""

    def __init__(self, parent: QWidget, book: KeyBook, *, is_playback: bool) -> None:
        super().__init__(parent, say(Text.KEYS_TITLE))
        self.editor = KeyEditor(book, specs_for(is_playback=is_playback))
        self.column.addWidget(self.editor, 1)

    def first_field(self) -> QWidget:
        return self.editor.filter


class HelpSheet(SideSheet):
    """What a lesson needs, in some lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, say(KeyText.HELP))
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 8)
        column.setSpacing(4)
        for heading, words in HELP:
            column.addWidget(Label(say(heading), "heading"))
            column.addWidget(_long(say(words)))
            column.addSpacing(8)
        column.addWidget(_long(say(KeyText.HELP_MORE)))
        column.addStretch()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        self._area.setAccessibleName(say(KeyText.HELP))
        self.column.addWidget(self._area, 1)

    def first_field(self) -> QWidget:
        return self._area


def _long(words: str) -> Label:
    label = Label(words, "small")
    label.setWordWrap(True)
    return label
