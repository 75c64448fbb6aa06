"""All keys in rows, each of which can be changed; a key has one owner."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from teacher_client.ui.actions import ActionId, ActionSpec, title
from teacher_client.ui.choices import Choice
from teacher_client.ui.key_texts import KeyText
from teacher_client.ui.keys.maps import KeyBook, KeySet, conflicts, native, plain
from teacher_client.ui.keys.palette import find
from teacher_client.ui.parts import Label, icon_button, set_property, text_button, tight
from teacher_client.ui.texts import say

MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
KEPT = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
SET_TEXTS = {KeySet.USUAL: KeyText.SET_USUAL, KeySet.RIGHT: KeyText.SET_RIGHT}


class KeyButton(QPushButton):
    """An action's keys; a click waits for another.

    Signals:
        pressed_key: what was pressed, in Qt's portable form; '' for none.
        refused: a key that no action can have.
    """

    pressed_key = Signal(str)
    refused = Signal()

    def __init__(self, said: str) -> None:
        super().__init__()
        self._keys = ""
        self._is_waiting = False
        self.setAccessibleName(said)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: self._wait(is_waiting=True))

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Show these keys."""
        self._keys = "  ".join(native(key) for key in keys) or say(KeyText.NO_KEY)
        self.setAccessibleDescription(self._keys)
        self._wait(is_waiting=False)

    def _wait(self, *, is_waiting: bool) -> None:
        self._is_waiting = is_waiting
        self.setText(say(KeyText.PRESS) if is_waiting else self._keys)
        set_property(self, "role", "primary" if is_waiting else "")
        if is_waiting:
            self.setFocus()

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_waiting:
            event.accept()  # the key is wanted here, not what it does
            return True
        is_key = event.type() == QEvent.Type.KeyPress
        if is_key and self._is_waiting and isinstance(event, QKeyEvent):
            self._take(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._wait(is_waiting=False)
        super().focusOutEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in MODIFIERS:
            return
        self._wait(is_waiting=False)
        if key == Qt.Key.Key_Backspace:
            self.pressed_key.emit("")
        elif key in KEPT:
            self.refused.emit()
        elif key != Qt.Key.Key_Escape:
            self.pressed_key.emit(plain(QKeySequence(event.keyCombination()).toString()))


class KeyEditor(QWidget):
    """The rows, a filter, the choice of the set.

    Signals:
        changed: the keys in force are others now.
    """

    changed = Signal()

    def __init__(self, book: KeyBook, specs: list[ActionSpec]) -> None:
        super().__init__()
        self._book = book
        self._specs = specs
        self._rows: dict[ActionId, _Row] = {}
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(say(KeyText.FILTER))
        self.filter.setAccessibleName(say(KeyText.FILTER))
        self.filter.textChanged.connect(self._filter)
        self.sets = Choice()
        self.sets.setAccessibleName(say(KeyText.SET))
        for key_set, words in SET_TEXTS.items():
            self.sets.addItem(say(words), key_set)
        self.sets.currentIndexChanged.connect(self._choose_set)
        self.reset_all = text_button(say(KeyText.RESET_ALL), role="plain")
        self.reset_all.clicked.connect(lambda: self._reset(*self._specs))
        self.told = Label(say(KeyText.HOW), "smallDim")
        self.told.setWordWrap(True)
        self._build()
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys in force and who shares one."""
        with QSignalBlocker(self.sets):
            self.sets.setCurrentIndex(list(SET_TEXTS).index(self._book.key_set))
        shared = conflicts(self._specs, self._book.key_set, self._book.edited)
        for spec in self._specs:
            others = [title(other) for other in shared.get(spec.id, [])]
            is_own = spec.id in self._book.edited
            self._rows[spec.id].show_keys(self._book.keys(spec), others, is_own=is_own)

    def _give(self, spec: ActionSpec, key: str) -> None:
        owner = next(
            (one for one in self._specs if one is not spec and key in map(plain, self._keys(one))),
            None,
        )
        self._book.give(spec, (key,) if key else (), self._specs)
        words = say(KeyText.CHANGED, title=title(spec))
        if owner is not None and key:
            words = say(KeyText.TAKEN, key=native(key), other=title(owner))
        self._tell(words)

    def _keys(self, spec: ActionSpec) -> tuple[str, ...]:
        return self._book.keys(spec)

    def _reset(self, *specs: ActionSpec) -> None:
        self._book.reset(*specs)
        self._tell(say(KeyText.HOW))

    def _choose_set(self, place: int) -> None:
        self._book.choose_set(list(SET_TEXTS)[place])
        self._tell(say(KeyText.HOW))

    def _tell(self, words: str) -> None:
        self.told.show_text(words)
        self.show_keys()
        self.changed.emit()

    def _filter(self, words: str) -> None:
        found = {spec.id for spec in find(self._specs, words)}
        for action, row in self._rows.items():
            row.setVisible(action in found)

    # building

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        tight(layout)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        line = QHBoxLayout()
        line.addWidget(self.sets, 1)
        line.addWidget(self.reset_all)
        layout.addLayout(line)
        layout.addWidget(self.told)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 8)
        for spec in self._specs:
            row = self._rows[spec.id] = _Row(title(spec))
            row.keys.pressed_key.connect(lambda key, one=spec: self._give(one, key))
            row.keys.refused.connect(lambda: self.told.show_text(say(KeyText.IS_TYPING)))
            row.reset.clicked.connect(lambda _on=False, one=spec: self._reset(one))
            column.addWidget(row)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        area.setAccessibleName(say(KeyText.SET))
        layout.addWidget(area, 1)

    def row(self, action: ActionId) -> _Row:
        """An action's row."""
        return self._rows[action]


class _Row(QWidget):
    """One action: its words, its keys, back to the set's."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.setAccessibleName(said)
        words = Label(said, "small")
        words.setWordWrap(True)
        self.keys = KeyButton(say(KeyText.CHANGE, title=said))
        self.reset = icon_button("arrow-back-up", say(KeyText.RESET_ONE, title=said), 28, glyph=16)
        self.conflict = Label("", "caption")
        self.conflict.set_tone("warn")
        self.conflict.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(words, 0, 0)
        grid.addWidget(self.keys, 0, 1)
        grid.addWidget(self.reset, 0, 2)
        grid.addWidget(self.conflict, 1, 0, 1, 3)
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(kept)

    def show_keys(self, keys: tuple[str, ...], others: list[str], *, is_own: bool) -> None:
        """Show the keys, with whom they are shared, and whether they are the teacher's own."""
        self.keys.show_keys(keys)
        self.reset.setVisible(is_own)
        words = say(KeyText.CONFLICT, other=" · ".join(others)) if others else ""
        self.conflict.show_text(words)
        self.conflict.setVisible(bool(others))
