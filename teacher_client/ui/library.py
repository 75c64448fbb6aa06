"""The kept lessons, newest first; one press plays one back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from teacher_client.lesson.link import KeptLesson, ListLessons, OpenLesson
from teacher_client.ui.history import date_text
from teacher_client.ui.parts import ElidedLabel, Label, frame, icon_button, text_button, tight
from teacher_client.ui.texts import Text, say, subject_text


class Library(QWidget):
    """The list.

    Signals:
        asked: OpenLesson or ListLessons.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[KeptLesson, ...] = ()
        self._empty = Label(say(Text.LIBRARY_EMPTY), "smallDim")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.buttons: list[QWidget] = []
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 8)
        column.addWidget(self._empty)
        column.addLayout(self._rows)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(say(Text.LIBRARY))
        refresh = icon_button("refresh", say(Text.REFRESH))
        refresh.clicked.connect(lambda: self.asked.emit(ListLessons()))
        head = QHBoxLayout()
        head.addWidget(Label(say(Text.LIBRARY), "title"))
        head.addStretch()
        head.addWidget(refresh)
        layout = QVBoxLayout(self)
        tight(layout)
        layout.addLayout(head)
        layout.addSpacing(8)
        layout.addWidget(area, 1)
        self.setAccessibleName(say(Text.LIBRARY))

    def show_lessons(self, lessons: tuple[KeptLesson, ...]) -> None:
        """Show these lessons."""
        if lessons == self._shown:
            return
        self._shown = lessons
        self.buttons = []
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._empty.setVisible(not lessons)
        for lesson in lessons:
            self._rows.addWidget(self._row(lesson))

    def _row(self, lesson: KeptLesson) -> QFrame:
        subject = subject_text(lesson.subject)
        row = frame("card", f"{subject} {lesson.pupils} {date_text(lesson.started_ms)}")
        layout = QHBoxLayout(row)
        tight(layout, 16, 8, 12, 8)
        words = QVBoxLayout()
        tight(words)
        names = " · ".join(part for part in (subject, lesson.pupils) if part)
        words.addWidget(ElidedLabel(names, "title"))
        minutes = say(Text.MINUTES, minutes=max(1, round(lesson.duration_ms / 60_000)))
        if lesson.effective_min is not None:
            minutes = say(Text.EFFECTIVE, minutes=lesson.effective_min)
        words.addWidget(ElidedLabel(f"{date_text(lesson.started_ms)} · {minutes}", "smallDim"))
        if lesson.damage:
            damage = ElidedLabel(say(Text.DAMAGED, damage=lesson.damage), "small")
            damage.set_tone("warn")
            words.addWidget(damage)
        layout.addLayout(words, 1)
        button = text_button(say(Text.OPEN), say(Text.OPEN_TIP))
        button.clicked.connect(lambda: self.asked.emit(OpenLesson(lesson.session)))
        layout.addWidget(button)
        self.buttons.append(button)
        return row
