"""The command palette: type some letters, in either language, and run what is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from teacher_client.ui.actions import ActionId, ActionSpec, title, titles
from teacher_client.ui.key_texts import KeyText
from teacher_client.ui.keys.maps import KeyBook, native
from teacher_client.ui.parts import Label
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.texts import say

SPEC_ROLE: Final = Qt.ItemDataRole.UserRole
MOVES: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def find(specs: Iterable[ActionSpec], words: str) -> list[ActionSpec]:
    """The actions in whose words, of any language, every given word is found; best first.

    A title that begins with what was typed goes before one that holds it.
    """
    wanted = words.casefold().split()
    ranked: list[tuple[int, int, ActionSpec]] = []
    for place, spec in enumerate(specs):
        said = [one.casefold() for one in titles(spec)]
        if all(any(word in one for one in said) for word in wanted):
            starts = bool(wanted) and any(one.startswith(wanted[0]) for one in said)
            ranked.append((0 if starts else 1, place, spec))
    return [spec for _, _, spec in sorted(ranked, key=lambda row: row[:2])]


class Palette(SideSheet):
    """A line and what it finds."""

    def __init__(
        self,
        parent: QWidget,
        specs: list[ActionSpec],
        actions: Mapping[ActionId, QAction],
        book: KeyBook,
    ) -> None:
        super().__init__(parent, say(KeyText.PALETTE))
        self._specs = specs
        self._actions = actions
        self._book = book
        self.line = QLineEdit()
        self.line.setPlaceholderText(say(KeyText.PALETTE_HINT))
        self.line.setAccessibleName(say(KeyText.PALETTE_HINT))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.results = QListWidget()
        self.results.setAccessibleName(say(KeyText.RESULTS))
        self.results.setFrameShape(QListWidget.Shape.NoFrame)
        self.results.itemActivated.connect(self._run)
        self.results.itemClicked.connect(self._run)
        self._none = Label(say(KeyText.PALETTE_NONE), "smallDim")
        self.column.addWidget(self.line)
        self.column.addWidget(self._none)
        self.column.addWidget(self.results, 1)

    def open(self) -> None:
        self.line.clear()
        self._search("")
        super().open()

    def first_field(self) -> QWidget:
        return self.line

    def _search(self, words: str) -> None:
        self.results.clear()
        for spec in find(self._specs, words):
            action = self._actions[spec.id]
            keys = "  ".join(native(key) for key in self._book.keys(spec))
            item = QListWidgetItem(f"{title(spec)}    {keys}".rstrip())
            item.setData(SPEC_ROLE, spec.id)
            if not action.isEnabled():
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setToolTip(action.toolTip())
            self.results.addItem(item)
        self.results.setCurrentRow(0)
        self._none.setVisible(self.results.count() == 0)

    def _run(self, item: QListWidgetItem) -> None:
        action = self._actions[ActionId(item.data(SPEC_ROLE))]
        if action.isEnabled():
            self.leave()
            action.trigger()

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list and Enter runs, while the letters go into the line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in MOVES:
                self.results.keyPressEvent(event)
                return True
            item = self.results.currentItem()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
                self._run(item)
                return True
        return False
