"""Earlier lessons of the pupil at hand (R-N1), with the request and beside the board."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from signaling_server.protocol.messages import EarlierLesson
from teacher_client.ui.parts import Label, tight
from teacher_client.ui.texts import Text, say, subject_text


def date_text(ms: int) -> str:
    """A day and hour in local time."""
    return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%m-%d %H:%M")


def earlier_text(lesson: EarlierLesson) -> str:
    """One line of the history."""
    return say(
        Text.EARLIER_ROW,
        date=date_text(lesson.started_ms),
        subject=subject_text(lesson.subject),
        minutes=lesson.minutes,
    )


class History(QWidget):
    """The list, newest first as the server sent it; hidden while there is none."""

    def __init__(self, most: int = 20) -> None:
        super().__init__()
        self._most = most
        self._title = Label("", "heading")
        self._rows = QVBoxLayout()
        tight(self._rows)
        layout = QVBoxLayout(self)
        tight(layout, 16, 8, 12, 8)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addLayout(self._rows)
        self.setAccessibleName(say(Text.HISTORY, count=""))

    def show_earlier(self, earlier: tuple[EarlierLesson, ...]) -> None:
        """Show these lessons."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        words = say(Text.HISTORY, count=len(earlier)) if earlier else say(Text.EARLIER_NONE)
        self._title.show_text(words)
        for lesson in earlier[: self._most]:
            self._rows.addWidget(Label(earlier_text(lesson), "smallDim"))
