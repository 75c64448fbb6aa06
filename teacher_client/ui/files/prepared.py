"""The prepared lessons as rows: on Home to go on with, in a lesson to put in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from teacher_client.lesson.file_messages import (
    DropPrepared,
    ListPrepared,
    PreparedLesson,
    PrepareLesson,
)
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.history import date_text
from teacher_client.ui.parts import ElidedLabel, Label, set_property, text_button, tight
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import say
from teacher_client.ui.theme import theme

AGAIN_MS: Final = 3000


def title_of(lesson: PreparedLesson) -> str:
    """Its title, or that it has none."""
    return lesson.title or say(FileText.UNTITLED)


class SecondPress(QPushButton):
    """A button that acts at the second press within 3 s.

    Signals:
        confirmed: pressed again.
    """

    confirmed = Signal()

    def __init__(self, words: str, again: str, said: str, role: str = "risk") -> None:
        super().__init__(words)
        self._words = (words, again)
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(said)
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(lambda: self._arm(is_armed=False))
        self.clicked.connect(self._press)

    def _press(self) -> None:
        if self._timer.isActive():
            self._arm(is_armed=False)
            self.confirmed.emit()
        else:
            self._arm(is_armed=True)

    def _arm(self, *, is_armed: bool) -> None:
        if is_armed:
            self._timer.start()
        else:
            self._timer.stop()
        self.setText(self._words[is_armed])
        set_property(self, "isArmed", is_armed)


class PreparedRow(QFrame):
    """One prepared lesson; `main` and, on Home, `drop` are its buttons."""

    def __init__(self, lesson: PreparedLesson, *, is_putting_in: bool) -> None:
        super().__init__()
        title = title_of(lesson)
        changed = date_text(lesson.changed_ms)
        self.setObjectName("card")
        self.setAccessibleName(f"{title} {changed}")
        words = QVBoxLayout()
        tight(words)
        words.addStretch()
        words.addWidget(ElidedLabel(title, "title"))
        about = say(FileText.ROW, pages=lesson.pages, changed=changed)
        words.addWidget(ElidedLabel(about, "smallDim"))
        if lesson.was_cut_off:
            told = Label(say(FileText.CUT_OFF), "small")
            told.setWordWrap(True)
            told.set_tone("warn")
            words.addWidget(told)
        words.addStretch()
        short, long = FileText.GO_ON, FileText.GO_ON_NAMED
        if is_putting_in:
            short, long = FileText.PUT_IN, FileText.PUT_IN_NAMED
        self.main = text_button(say(short), say(long, title=title))
        self.main.setAccessibleName(say(long, title=title))
        drop = say(FileText.DISCARD if lesson.was_cut_off else FileText.DELETE)
        named = say(FileText.DELETE_NAMED, title=title)
        self.drop = SecondPress(drop, say(FileText.DELETE_AGAIN), named)
        self.drop.setVisible(not is_putting_in)
        layout = QHBoxLayout(self)
        tight(layout, 16, 8, 12, 8)
        layout.setSpacing(8)
        if lesson.preview:
            layout.addWidget(_preview(lesson.preview))
        layout.addLayout(words, 1)
        layout.addWidget(self.main)
        layout.addWidget(self.drop)


def _preview(path: str) -> QLabel:
    """What the page written on last looks like; the row's words say the same."""
    shown = QLabel()
    shown.setFrameShape(QFrame.Shape.Box)
    size = QSize(theme().size("desktop.pages"), theme().size("desktop.pages"))
    fitted = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    shown.setPixmap(QPixmap(path).scaled(size, *fitted))
    shown.setAccessibleName(say(FileText.CUT_OFF))
    return shown


class PreparedList(QWidget):
    """The rows.

    Signals:
        asked: PrepareLesson, DropPrepared.
        put_in: the id of one to put into the lesson.
    """

    asked = Signal(object)
    put_in = Signal(str)

    def __init__(self, *, is_putting_in: bool) -> None:
        super().__init__()
        self._is_putting_in = is_putting_in
        self._shown: tuple[PreparedLesson, ...] | None = None
        self.rows: list[PreparedRow] = []
        self._empty = Label(say(FileText.PREPARED_EMPTY), "smallDim")
        self._empty.setWordWrap(True)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 8)
        column.addWidget(self._empty)
        column.addLayout(self._column)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(say(FileText.PREPARED))
        layout = QVBoxLayout(self)
        tight(layout)
        layout.addWidget(area)
        self.setAccessibleName(say(FileText.PREPARED))

    def show_lessons(self, lessons: tuple[PreparedLesson, ...]) -> None:
        """Show these, newest first as they came."""
        if lessons == self._shown:
            return
        self._shown = lessons
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [self._row(lesson) for lesson in lessons]
        self._empty.setVisible(not lessons)

    def _row(self, lesson: PreparedLesson) -> PreparedRow:
        row = PreparedRow(lesson, is_putting_in=self._is_putting_in)
        if self._is_putting_in:
            row.main.clicked.connect(lambda: self.put_in.emit(lesson.lesson))
        else:
            row.main.clicked.connect(lambda: self.asked.emit(PrepareLesson(lesson.lesson)))
        row.drop.confirmed.connect(lambda: self.asked.emit(DropPrepared(lesson.lesson)))
        self._column.addWidget(row)
        return row


class PreparedBox(QWidget):
    """On Home: the list under its title, and a new one.

    Signals:
        asked: PrepareLesson, DropPrepared.
        open_wanted: a file is to be opened.
    """

    asked = Signal(object)
    open_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say(FileText.PREPARED))
        self.list = PreparedList(is_putting_in=False)
        self.list.asked.connect(self.asked)
        self.new = text_button(say(FileText.NEW), say(FileText.NEW_TIP))
        self.new.clicked.connect(lambda: self.asked.emit(new_lesson()))
        self.open = text_button(say(FileText.OPEN_FILE), say(FileText.OPEN_FILE_TIP), "plain")
        self.open.clicked.connect(self.open_wanted)
        head = QHBoxLayout()
        tight(head, 0, 0, 8)
        head.setSpacing(8)
        head.addWidget(Label(say(FileText.PREPARED), "title"))
        head.addStretch()
        head.addWidget(self.open)
        head.addWidget(self.new)
        layout = QVBoxLayout(self)
        tight(layout)
        layout.addLayout(head)
        layout.addSpacing(8)
        layout.addWidget(self.list, 1)


class PreparedSheet(SideSheet):
    """In a lesson: which prepared pages are to be put in.

    Signals:
        asked: ListPrepared.
        put_in: the id of one to put into the lesson.
    """

    asked = Signal(object)
    put_in = Signal(str)

    def __init__(self, parent: QWidget, state: WindowState) -> None:
        super().__init__(parent, say(FileText.FROM_PREPARED).rstrip("…"))
        self._state = state
        self.list = PreparedList(is_putting_in=True)
        self.list.put_in.connect(self._take)
        self.column.addWidget(self.list, 1)

    def open(self) -> None:
        self.asked.emit(ListPrepared())
        self.show_lessons()
        super().open()

    def show_lessons(self) -> None:
        """Show what the engine told last."""
        own = "" if self._state.lesson is None else self._state.lesson.session
        self.list.show_lessons(tuple(one for one in self._state.prepared if one.lesson != own))

    def first_field(self) -> QWidget:
        return self.list.rows[0].main if self.list.rows else self

    def _take(self, lesson: str) -> None:
        self.leave()
        self.put_in.emit(lesson)


def new_lesson() -> PrepareLesson:
    """A new one, named by the day."""
    day = datetime.now().astimezone().strftime("%m-%d")
    return PrepareLesson(title=say(FileText.TITLE_OF_DAY, date=day))
