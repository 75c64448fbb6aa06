"""One-line notices, lower left, beside the writing: what happened, what is safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from teacher_client.lesson.link import Notice, NoticeId
from teacher_client.lesson.paper_messages import PaperPressed, PressOutcome
from teacher_client.ui.parts import (
    IconLabel,
    Label,
    frame,
    icon_button,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.pen_pressed import pressed_text
from teacher_client.ui.texts import Text, say, say_refusal

SHOWN_MS: Final = 8000


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in words; `stays` until its other half comes (lost, then back).

    Attributes:
        offer: the words of a button beside it, '' for none; NoticeLine.pressed tells.
    """

    text: str
    tone: str = "warn"
    glyph: str = "info-circle"
    stays: bool = False
    offer: str = ""


_LINES: Final[dict[NoticeId, tuple[Text, str, str, bool]]] = {
    NoticeId.NETWORK_LOST: (Text.NETWORK_LOST, "warn", "refresh", True),
    NoticeId.NETWORK_BACK: (Text.NETWORK_BACK, "good", "circle-check", False),
    NoticeId.PUPIL_LOST: (Text.PUPIL_LOST, "warn", "refresh", True),
    NoticeId.PUPIL_BACK: (Text.PUPIL_BACK, "good", "circle-check", False),
    NoticeId.PEN_LOST: (Text.PEN_LOST_LINE, "warn", "refresh", True),
    NoticeId.PEN_LOST_NO_MEMORY: (Text.PEN_LOST_NO_MEMORY_LINE, "warn", "refresh", True),
    NoticeId.PEN_BACK_PARTLY: (Text.PEN_BACK_PARTLY_LINE, "warn", "circle-check", False),
    NoticeId.PEN_BACK: (Text.PEN_BACK_LINE, "good", "circle-check", False),
    NoticeId.PEN_LOCKED: (Text.PEN_LOCKED, "warn", "lock", True),
    NoticeId.PEN_LOW: (Text.PEN_LOW, "warn", "battery-2", False),
    NoticeId.PEN_EMPTY: (Text.PEN_EMPTY, "bad", "battery", True),
    NoticeId.MICROPHONE_GONE: (Text.MICROPHONE_GONE_LINE, "bad", "microphone-off", True),
    NoticeId.ECHO_REMAINS: (Text.ECHO_REMAINS, "warn", "volume", False),
    NoticeId.SPEAKER_GONE: (Text.SPEAKER_GONE, "bad", "volume-off", True),
    NoticeId.DISK_REFUSED: (Text.DISK_REFUSED, "bad", "alert-triangle", True),
    NoticeId.DISK_BACK: (Text.DISK_BACK, "good", "circle-check", False),
    NoticeId.ENGINE_RESTARTED: (Text.ENGINE_RESTARTED, "warn", "refresh", False),
    NoticeId.PICTURES_NOT_TAKEN: (Text.PICTURES_NOT_TAKEN, "warn", "alert-triangle", True),
    NoticeId.LESSON_DAMAGED: (Text.LESSON_DAMAGED, "warn", "alert-triangle", False),
}


def line_of(notice: Notice, name: str) -> Line:
    """A notice of the engine in words; `name` is its member's, '' if it has none."""
    if notice.id is NoticeId.COMMAND_REFUSED or notice.refusal is not None:
        text = say_refusal(notice.refusal) if notice.refusal is not None else ""
        return Line(text, "warn", "info-circle")
    words, tone, glyph, stays = _LINES[notice.id]
    minutes = round(notice.seconds / 60)
    if notice.id is NoticeId.PEN_LOW and minutes:
        words = Text.PEN_LOW_MINUTES
    if notice.id is NoticeId.PEN_BACK and notice.count:
        words = Text.PEN_BACK_COUNT_LINE
    values = {"name": name, "seconds": notice.seconds, "percent": notice.percent}
    return Line(say(words, minutes=minutes, count=notice.count, **values), tone, glyph, stays)


def line_of_press(pressed: PaperPressed) -> Line | None:
    """Why a button on paper did nothing; None where it did, which the board shows by itself."""
    is_done = pressed.outcome is PressOutcome.DONE
    return None if is_done else Line(pressed_text(pressed), "warn", "ballpen")


class NoticeLine(QWidget):
    """The newest notice; it goes by itself, or when closed, and never takes the focus.

    Signals:
        pressed: the button that the newest line offers; the line is gone.
    """

    pressed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._card = frame("notice", "")
        self._icon = IconLabel("info-circle", "warning", 20)
        self._text = Label("", "small")
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.offer = text_button(say(Text.UNDO), role="second")
        self.offer.hide()
        self.offer.clicked.connect(self._take_offer)
        self._close = icon_button("x", say(Text.CLOSE), 28, glyph=16)
        self._close.clicked.connect(self.hide)
        outer = QHBoxLayout(self)
        tight(outer)
        outer.addWidget(self._card)
        layout = QHBoxLayout(self._card)
        tight(layout, 12, 8, 6, 8)
        layout.setSpacing(10)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.offer)
        layout.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self._line: Line | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; '' while hidden."""
        return "" if self.isHidden() or self._line is None else self._line.text

    def say_line(self, line: Line) -> None:
        """Show a notice in place of the one before."""
        self._line = line
        color = {"good": "success", "warn": "warning", "bad": "danger"}[line.tone]
        self._icon.show_icon(line.glyph, color)
        self._text.show_text(line.text)
        if line.offer:
            self.offer.setText(line.offer)
            self.offer.setAccessibleName(line.offer)
        self.offer.setVisible(bool(line.offer))
        self._card.setAccessibleName(line.text)
        self.setAccessibleName(line.text)
        set_property(self._card, "tone", line.tone)
        if line.stays:
            self._timer.stop()
        else:
            self._timer.start()
        self.place()
        self.show()
        self.raise_()

    def withdraw(self, line: Line) -> None:
        """Hide a line, if it is still the one that is shown."""
        if self._line is line:
            self.hide()

    def place(self) -> None:
        """Stand lower left in the parent, as wide as the words need."""
        parent = self.parentWidget()
        if parent is None:
            return
        most = max(240, parent.width() - 32)
        words = self._text.fontMetrics().horizontalAdvance(self._text.text())
        room = 100 + (self.offer.sizeHint().width() + 10 if self.offer.isVisibleTo(self) else 0)
        self.setFixedWidth(min(most, 560, words + room))
        high = self.heightForWidth(self.width()) if self.hasHeightForWidth() else -1
        self.setFixedHeight(max(46, high))
        self.move(16, parent.height() - self.height() - 12)

    def _take_offer(self) -> None:
        self.hide()
        self.pressed.emit(self._line)
