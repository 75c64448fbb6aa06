"""A sheet over the panels at the right; the board stays free, nothing is modal (UX §1.3)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from teacher_client.ui.parts import Label, frame, icon_button, tight
from teacher_client.ui.texts import Text, say

WIDTH: Final = 380


class SideSheet(QWidget):
    """A card with a title; Esc or the cross closes it and gives the focus back.

    Signals:
        closed: it was open and is hidden now.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self._before: QWidget | None = None
        self.setAccessibleName(title)
        card = frame("keySheet", title)
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(card)
        self.column = QVBoxLayout(card)
        tight(self.column, 16, 12, 12, 12)
        self.column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(title, "title"))
        head.addStretch()
        cross = icon_button("x", say(Text.CLOSE))
        cross.clicked.connect(self.leave)
        head.addWidget(cross)
        self.column.addLayout(head)
        self.hide()

    def toggle(self) -> None:
        """Open or close."""
        if self.isHidden():
            self.open()
        else:
            self.leave()

    def open(self) -> None:
        """Show it over what else is there, with the keys in its first field."""
        before = QApplication.focusWidget()
        for other in self.window().findChildren(SideSheet):
            if other.isVisible() and (before is None or other.isAncestorOf(before)):
                before = other._before  # the keys go back to the board, not to a hidden field
            other.setVisible(False)
        self._before = before
        self.place()
        self.show()
        self.raise_()
        self.first_field().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Close, and give the keys back to who had them."""
        if self.isHidden():
            return
        self.hide()
        before = self._before
        if before is not None and before.window() is self.window() and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)  # never on to the next button
        self.closed.emit()

    def first_field(self) -> QWidget:
        """What has the keys after opening."""
        return self

    def place(self) -> None:
        """Stand at the right, under the top bar."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.width() - WIDTH - 12, 72, WIDTH, parent.height() - 84)

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
