"""Chat: what was said, as plain text, and a line to say something."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QTextEdit, QVBoxLayout, QWidget

from signaling_server.protocol.board import ChatLine
from signaling_server.protocol.commands import Say
from signaling_server.protocol.ids import TEACHER
from teacher_client.lesson.link import Do
from teacher_client.ui.parts import Label, icon_button, tight
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, clock_text, say
from teacher_client.ui.theme import theme

LONGEST = 500


class ChatPanel(QWidget):
    """Shows the log's chat; asks for a line to be said.

    Signals:
        asked: Do(Say).
    """

    asked = Signal(object)

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self._shown: tuple[int, int] = (0, 0)
        self._names: tuple[str, ...] = ()
        self._log = QTextEdit()
        self._log.setObjectName("chatLog")
        self._log.setReadOnly(True)
        self._log.setUndoRedoEnabled(False)
        self._log.setAcceptRichText(False)
        self._log.setFrameShape(QFrame.Shape.NoFrame)
        self._log.setPlaceholderText(say(Text.CHAT_EMPTY))
        self._log.setAccessibleName(say(Text.CHAT))
        self._log.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST)
        self.line.setPlaceholderText(say(Text.CHAT_HINT))
        self.line.setAccessibleName(say(Text.CHAT_HINT))
        self.send = icon_button("send", say(Text.SEND), 36)
        self.line.returnPressed.connect(self._say)
        self.send.clicked.connect(self._say)
        layout = QVBoxLayout(self)
        tight(layout, 12, 4, 12, 12)
        layout.addWidget(Label(say(Text.CHAT), "heading"))
        layout.addWidget(self._log, 1)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self.line, 1)
        below.addWidget(self.send)
        layout.addLayout(below)

    def show_chat(self) -> None:
        """Show what the log holds now; only new lines are added."""
        lines = self._state.board.chat
        known, board = self._shown
        names = tuple(person.info.name for person in self._state.people)
        if board != id(self._state.board) or known > len(lines) or names != self._names:
            self._log.clear()
            known = 0
        self._names = names
        for line in lines[known:]:
            self._append(line)
        if len(lines) != known:
            bar = self._log.verticalScrollBar()
            bar.setValue(bar.maximum())
        self._shown = (len(lines), id(self._state.board))

    def focus_line(self) -> None:
        """Put the cursor into the line."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_live(self, is_live: bool) -> None:
        """Nothing can be said in a playback."""
        self.line.setVisible(is_live)
        self.send.setVisible(is_live)

    def _append(self, line: ChatLine) -> None:
        name = self._state.name_of(line.member) or say(Text.MEMBER, number=line.member)
        who = say(Text.ME) if line.member == TEACHER else name
        cursor = QTextCursor(self._log.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        block = QTextBlockFormat()
        block.setBottomMargin(6)
        if not self._log.document().isEmpty():
            cursor.insertBlock()
        cursor.setBlockFormat(block)
        cursor.insertText(
            f"{who} {self._time(line.time_ms)}  ", _format(theme().color("text.2"), 12)
        )
        cursor.insertText(line.text, _format(theme().color("text.1"), 13))

    def _time(self, time_ms: int) -> str:
        """The hour when it was said; the lesson's time while its start is unknown."""
        lesson = self._state.board.lesson
        if lesson is None:
            return clock_text(time_ms)
        at = datetime.fromtimestamp((lesson.started_ms + time_ms) / 1000).astimezone()
        return at.strftime("%H:%M")

    def _say(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.asked.emit(Do(Say(text[:LONGEST])))


def _format(color: QColor, pixels: int) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color)
    made.setProperty(QTextCharFormat.Property.FontPixelSize, pixels)
    return made
