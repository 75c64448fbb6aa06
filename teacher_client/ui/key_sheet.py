"""All keys on one sheet over the people's panel; the board stays free."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from teacher_client.ui.actions import specs_for, title
from teacher_client.ui.parts import Label, frame, icon_button, tight
from teacher_client.ui.texts import Text, say

WIDTH = 360


class KeySheet(QWidget):
    """A list of actions with their keys; Esc or the cross closes it."""

    def __init__(self, parent: QWidget, *, is_playback: bool) -> None:
        super().__init__(parent)
        self.setAccessibleName(say(Text.KEYS_TITLE))
        card = frame("keySheet", say(Text.KEYS_TITLE))
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(card)
        layout = QVBoxLayout(card)
        tight(layout, 16, 12, 12, 12)
        head = QHBoxLayout()
        head.addWidget(Label(say(Text.KEYS_TITLE), "title"))
        head.addStretch()
        close = icon_button("x", say(Text.CLOSE))
        close.clicked.connect(self.hide)
        head.addWidget(close)
        layout.addLayout(head)
        layout.addWidget(_rows(is_playback=is_playback), 1)
        self.hide()

    def toggle(self) -> None:
        """Open or close."""
        self.place()
        self.setVisible(self.isHidden())
        self.raise_()

    def place(self) -> None:
        """Stand at the right, over the people."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.width() - WIDTH - 12, 72, WIDTH, parent.height() - 84)


def _rows(*, is_playback: bool) -> QScrollArea:
    inner = QWidget()
    inner.setObjectName("plain")
    grid = QGridLayout(inner)
    grid.setContentsMargins(0, 8, 8, 0)
    grid.setVerticalSpacing(4)
    for row, spec in enumerate(specs_for(is_playback=is_playback)):
        keys = [
            QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys
        ]
        grid.addWidget(Label(title(spec), "small"), row, 0)
        key = Label("   ".join(keys), "caption")
        grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setRowStretch(grid.rowCount(), 1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    area.setAccessibleName(say(Text.KEYS_TITLE))
    return area
