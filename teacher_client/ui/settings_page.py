"""The settings: how one writes, on what, the interface, the keys. All apply at once (UX §3.12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from teacher_client.drawing.tokens import load_tokens
from teacher_client.lesson.link import Smoothing
from teacher_client.ui.actions import specs_for
from teacher_client.ui.board.writing import Writing, load_writing
from teacher_client.ui.choices import CheckBox, Choice
from teacher_client.ui.keys.editor import KeyEditor
from teacher_client.ui.keys.maps import KeyBook
from teacher_client.ui.pages.paper import KIND_TEXTS, SIZE_TEXTS
from teacher_client.ui.parts import Label, frame, text_button, tight
from teacher_client.ui.settings import Language, Settings, Theme
from teacher_client.ui.settings_texts import SettingsText
from teacher_client.ui.texts import Text, Words, say

SMOOTHING_TEXTS: Final = {one: SettingsText[f"SMOOTHING_{one.name}"] for one in Smoothing}
THEME_TEXTS: Final = {one: SettingsText[f"THEME_{one.name}"] for one in Theme}
LANGUAGE_NAMES: Final = {Language.ZH: "中文", Language.EN: "English"}

E = TypeVar("E", bound=str)


class SettingsPage(QWidget):
    """Shows the choices in force; says what was chosen.

    Signals:
        changed: the Settings from now on.
        writing_changed: the Writing from now on.
        keys_changed: the keys are others.
        left: back to home.
    """

    changed = Signal(object)
    writing_changed = Signal(object)
    keys_changed = Signal()
    left = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._writing: Writing = load_writing()
        self._rows: list[tuple[QWidget, tuple[Words, ...]]] = []
        self._section = SettingsText.WRITING
        self.search = QLineEdit()
        self.search.setPlaceholderText(say(SettingsText.SEARCH))
        self.search.setAccessibleName(say(SettingsText.SEARCH))
        self.search.textChanged.connect(self._filter)
        self.back = text_button(say(Text.HOME_BACK), say(Text.HOME_BACK_TIP), "plain")
        self.back.clicked.connect(self.left)
        self.book = KeyBook()
        self.keys = KeyEditor(self.book, specs_for(is_playback=False))
        self.keys.changed.connect(self.keys_changed)
        self._column = QVBoxLayout()
        self._build_writing()
        self._build_paper()
        self._build_interface()
        self._build()

    def open(self) -> None:
        """Show what is kept; a lesson's window may have changed it."""
        self._writing = load_writing()
        self.smoothing.setCurrentIndex(list(Smoothing).index(self._writing.smoothing))
        self.straighten.setChecked(self._writing.straightens)
        self.snap.setChecked(self._writing.snaps)
        self.book.load()
        self.keys.show_keys()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    # sections

    def _build_writing(self) -> None:
        self._heading(SettingsText.WRITING)
        chosen = self._writing
        self.smoothing = self._choice(
            SettingsText.SMOOTHING,
            {one: say(words) for one, words in SMOOTHING_TEXTS.items()},
            chosen.smoothing,
            lambda one: self._write(replace(self._writing, smoothing=one)),
        )
        self.straighten = self._switch(
            SettingsText.STRAIGHTEN,
            is_on=chosen.straightens,
            choose=lambda on: self._write(replace(self._writing, straightens=on)),
        )
        self.snap = self._switch(
            SettingsText.SNAP,
            is_on=chosen.snaps,
            choose=lambda on: self._write(replace(self._writing, snaps=on)),
        )
        self.constant = self._switch(
            SettingsText.CONSTANT,
            is_on=self._settings.has_constant_width,
            choose=lambda on: self._set(replace(self._settings, has_constant_width=on)),
        )

    def _build_paper(self) -> None:
        self._heading(SettingsText.PAPER)
        papers = {one: say(SettingsText[f"PAPER_{one.upper()}"]) for one in load_tokens().papers}
        settings = self._settings
        self.paper = self._choice(
            SettingsText.BOARD,
            papers,
            settings.paper,
            lambda one: self._set(replace(self._settings, paper=one)),
        )
        self.dark_paper = self._choice(
            SettingsText.BOARD_DARK,
            {"": say(SettingsText.SAME), **papers},
            settings.dark_paper,
            lambda one: self._set(replace(self._settings, dark_paper=one)),
        )
        self.kind = self._choice(
            SettingsText.NEW_KIND,
            {one: say(words) for one, words in KIND_TEXTS.items()},
            settings.page_kind,
            lambda one: self._set(replace(self._settings, page_kind=one)),
        )
        self.size_of_pages = self._choice(
            SettingsText.NEW_SIZE,
            {one: say(words) for one, words in SIZE_TEXTS.items()},
            settings.page_size,
            lambda one: self._set(replace(self._settings, page_size=one)),
        )

    def _build_interface(self) -> None:
        self._heading(SettingsText.INTERFACE)
        self.language = self._choice(
            SettingsText.LANGUAGE,
            LANGUAGE_NAMES,
            self._settings.language,
            lambda one: self._set(replace(self._settings, language=one)),
        )
        self.theme = self._choice(
            SettingsText.THEME,
            {one: say(words) for one, words in THEME_TEXTS.items()},
            self._settings.theme,
            lambda one: self._set(replace(self._settings, theme=one)),
        )

    def _set(self, settings: Settings) -> None:
        if settings != self._settings:
            self._settings = settings
            self.changed.emit(settings)

    def _write(self, writing: Writing) -> None:
        if writing != self._writing:
            self._writing = writing
            self.writing_changed.emit(writing)

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        for row, said in self._rows:
            whole = " ".join(one.casefold() for text in said for one in text.value)
            row.setVisible(all(word in whole for word in wanted))

    # parts

    def _heading(self, words: SettingsText) -> None:
        self._column.addSpacing(8)
        self._column.addWidget(Label(say(words), "title"))
        self._section = words

    def _choice(
        self, words: SettingsText, said: dict[E, str], chosen: E, choose: Callable[[E], None]
    ) -> QComboBox:
        box = Choice()
        box.setAccessibleName(say(words))
        for one, name in said.items():
            box.addItem(name, one)
        ids = list(said)
        box.setCurrentIndex(ids.index(chosen) if chosen in ids else 0)
        box.currentIndexChanged.connect(lambda at: choose(ids[at]))
        label = Label(say(words), "small")
        label.setWordWrap(True)
        label.setBuddy(box)
        self._row(words, label, box)
        return box

    def _switch(
        self, words: SettingsText, *, is_on: bool, choose: Callable[[bool], None]
    ) -> QCheckBox:
        box = CheckBox(say(words))
        box.setAccessibleName(say(words))
        box.setChecked(is_on)
        box.toggled.connect(choose)
        self._row(words, box)
        return box

    def _row(self, words: SettingsText, *parts: QWidget) -> None:
        row = QWidget()
        layout = QHBoxLayout(row)
        tight(layout, 0, 2, 0, 2)
        layout.setSpacing(12)
        for part in parts:
            layout.addWidget(part, 1)
        self._rows.append((row, (words, self._section)))
        self._column.addWidget(row)

    def _build(self) -> None:
        self.setObjectName("ground")
        self.setAccessibleName(say(SettingsText.SETTINGS))
        outer = QVBoxLayout(self)
        tight(outer)
        bar = frame("topBar", say(SettingsText.SETTINGS))
        bar.setFixedHeight(60)
        head = QHBoxLayout(bar)
        tight(head, 24, 0, 24)
        head.setSpacing(16)
        head.addWidget(self.back)
        head.addWidget(Label(say(SettingsText.SETTINGS), "title"))
        head.addWidget(self.search, 1)
        head.addWidget(Label(say(SettingsText.AT_ONCE), "caption"))
        outer.addWidget(bar)
        body = QHBoxLayout()
        tight(body, 32, 16, 32, 24)
        body.setSpacing(48)
        body.addWidget(self._left(), 1)
        right = QVBoxLayout()
        tight(right)
        right.addSpacing(8)
        right.addWidget(Label(say(SettingsText.KEYS), "title"))
        right.addSpacing(8)
        right.addWidget(self.keys, 1)
        body.addLayout(right, 1)
        outer.addLayout(body, 1)
        where = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Alt+Left", "Esc"):
            QShortcut(QKeySequence(keys), self, self.left.emit, context=where)
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.setFocus, context=where)

    def _left(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 12)
        column.addLayout(self._column)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        area.setAccessibleName(say(SettingsText.SETTINGS))
        return area
