"""The top bar: what is taught, the time, and whether recording, pen and network are well."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from signaling_server.protocol.messages import Clock
from teacher_client.lesson.link import FinishLesson, NetworkState, PenState
from teacher_client.ui.badges import NetworkBadge, PenBadge, RecordingBadge
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.parts import (
    ElidedLabel,
    IconLabel,
    Label,
    frame,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.texts import Text, clock_text, say, say_pause
from teacher_client.ui.theme import theme

END_AGAIN_MS: Final = 3000
FIVE_MS: Final = 5 * 60_000
ONE_MS: Final = 60_000


class TimeTrack(QWidget):
    """How much of the lesson's time is used, with marks at 5 and 1 minutes left."""

    def __init__(self) -> None:
        super().__init__()
        self._used = 0.0
        self._limit_ms = 30 * 60_000
        self.setFixedSize(132, 10)

    def show_time(self, left_ms: int, limit_ms: int) -> None:
        """Show what is left of the limit."""
        self._limit_ms = max(1, limit_ms)
        self._used = max(0.0, min(1.0, 1 - left_ms / self._limit_ms))
        used = clock_text(max(0, limit_ms - left_ms))
        self.setAccessibleName(say(Text.TIME_TRACK, used=used, whole=clock_text(limit_ms)))
        self.update()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = float(self.width())
        painter.setBrush(theme().color("bg.pressed"))
        painter.drawRoundedRect(QRectF(0, 2, wide, 6), 3, 3)
        painter.setBrush(theme().color("primary"))
        painter.drawRoundedRect(QRectF(0, 2, wide * self._used, 6), 3, 3)
        painter.setBrush(theme().color("line.strong"))
        for left_ms in (FIVE_MS, ONE_MS):
            at = wide * (1 - left_ms / self._limit_ms)
            if at > 0:
                painter.drawRect(QRectF(at - 1, 0, 2, 10))


class Logo(QWidget):
    """The program's sign: a lit lamp, drawn from our own few lines."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("bulb", "lamp.text", 24)
        self._icon.setAccessibleName(say(Text.APP))
        layout = QHBoxLayout(self)
        tight(layout)
        layout.addWidget(self._icon)
        self.setAccessibleName(say(Text.APP))


class TopBar(QWidget):
    """Shows clock and badges; asks for the end at the second press within 3 s.

    Signals:
        asked: FinishLesson.
        end_armed: the end button waits for its second press, or no longer.
        close_pressed: the lesson is over, or this is a playback: the window may go.
    """

    asked = Signal(object)
    end_armed = Signal(bool)
    close_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._subject = ElidedLabel("", "title")
        self._kind = ElidedLabel("", "caption")
        self._clock_face = frame("clockFace", say(Text.TIME_LEFT))
        self._left_word = Label(say(Text.TIME_LEFT), "smallDim")
        self._clock = Label("–:––", "clock")
        self._effective = Label("", "small")
        self._urgency = Label("", "caption")
        self._track = TimeTrack()
        self._reason = Label("", "caption")
        self._recording = RecordingBadge()
        self.pen = PenBadge()
        self.network = NetworkBadge()
        self.end = text_button(say(Text.END), say(Text.END_TIP), "danger")
        self._disarm = QTimer(self, singleShot=True, interval=END_AGAIN_MS)
        self._disarm.timeout.connect(lambda: self._arm(False))
        self._is_over = self._is_prepared = False
        self._build()

    def show_lesson(
        self, subject: str, kind: str, *, is_over: bool, is_prepared: bool = False
    ) -> None:
        """Show what is taught; `is_over` turns the end button into one that closes.

        `is_prepared`: no clock, nothing is recorded, and the button keeps what was prepared.
        """
        self._subject.show_text(subject)
        self._kind.show_text(kind)
        self._is_over, self._is_prepared = is_over, is_prepared
        self._arm(False)
        taught: tuple[QWidget, ...] = (self._clock_face, self._recording)
        for part in taught:
            part.setVisible(not is_over and not is_prepared)
        for badge in (self.pen, self.network):
            badge.setVisible(not is_over)

    def show_clock(self, clock: Clock, left_ms: int) -> None:
        """Show time left and effective minutes; called on each word and several times a second."""
        self._clock.show_text(clock_text(left_ms, is_up=True))
        self._track.show_time(left_ms, clock.limit_ms)
        self._effective.show_text(say(Text.EFFECTIVE, minutes=clock.effective_min))
        reason = ""
        if not clock.has_begun:
            reason = say(Text.NOT_BEGUN)
        elif not clock.is_effective and clock.paused is not None:
            reason = say_pause(clock.paused)
        self._reason.show_text(reason)
        self._reason.set_tone("warn" if clock.has_begun and reason else "")
        self._reason.setVisible(bool(reason))
        self._track.setVisible(not reason)  # a bar of 60 px has room for two lines
        self._show_urgency(left_ms if clock.has_begun else clock.limit_ms)

    def show_recording(self, *, is_on: bool) -> None:
        """Show whether ink and voice are being kept."""
        self._recording.show_recording(is_on=is_on)

    def show_pen(self, pen: PenState | None) -> None:
        """Show the pen's battery, or what it lacks."""
        self.pen.show_pen(pen)

    def show_network(self, network: NetworkState | None) -> None:
        """Show the line to the platform in a word."""
        self.network.show_network(network)

    def press_end(self) -> None:
        """The end button or its key was pressed."""
        if self._is_over or self._is_prepared:
            self.close_pressed.emit()
        elif self._disarm.isActive():
            self._arm(False)
            self.asked.emit(FinishLesson())
        else:
            self._arm(True)

    def _arm(self, is_armed: bool) -> None:
        if is_armed:
            self._disarm.start()
        else:
            self._disarm.stop()
        is_calm = self._is_over or self._is_prepared
        if self._is_prepared:
            word, tip = say(FileText.CLOSE), say(FileText.CLOSE_TIP)
        elif self._is_over:
            word = tip = say(Text.CLOSE)
        else:
            word, tip = say(Text.END_AGAIN if is_armed else Text.END), say(Text.END_TIP)
        self.end.setText(word)
        self.end.setAccessibleName(word)
        self.end.setToolTip(tip)
        set_property(self.end, "role", "second" if is_calm else "danger")
        set_property(self.end, "isArmed", is_armed)
        self.end_armed.emit(is_armed)

    def _show_urgency(self, left_ms: int) -> None:
        urgency = "one" if left_ms <= ONE_MS else "five" if left_ms <= FIVE_MS else ""
        set_property(self._clock_face, "urgency", urgency)
        words = {"one": say(Text.LAST_ONE), "five": say(Text.LAST_FIVE), "": ""}
        self._urgency.show_text(words[urgency])
        self._urgency.set_tone({"one": "bad", "five": "warn", "": ""}[urgency])
        self._urgency.setVisible(bool(urgency))

    def _build(self) -> None:
        bar = frame("topBar", say(Text.MENU_LESSON))
        outer = QHBoxLayout(self)
        tight(outer)
        outer.addWidget(bar)
        layout = QHBoxLayout(bar)
        tight(layout, 16, 0, 16)
        titles = QVBoxLayout()
        tight(titles)
        titles.addStretch()
        titles.addWidget(self._subject)
        titles.addWidget(self._kind)
        titles.addStretch()
        left = QHBoxLayout()
        left.setSpacing(12)
        left.addWidget(Logo())
        left.addLayout(titles, 1)
        right = QHBoxLayout()
        right.setSpacing(2)
        right.addStretch()
        for badge in (self._recording, self.pen, self.network):
            right.addWidget(badge)
        right.addSpacing(6)
        right.addWidget(self.end)
        layout.addLayout(left, 1)
        layout.addWidget(self._clock_face, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(right, 1)
        self._build_clock()
        self.setFixedHeight(60)
        self.end.clicked.connect(self.press_end)

    def _build_clock(self) -> None:
        face = QHBoxLayout(self._clock_face)
        tight(face, 12, 4, 12, 4)
        face.setSpacing(12)
        words = QVBoxLayout()
        tight(words)
        words.addStretch()
        words.addWidget(self._left_word)
        words.addWidget(self._urgency)
        words.addStretch()
        face.addLayout(words)
        self._clock.setMinimumSize(QSize(96, 36))
        self._clock.setAlignment(Qt.AlignmentFlag.AlignCenter)
        face.addWidget(self._clock)
        minutes = QVBoxLayout()
        tight(minutes)
        minutes.setSpacing(3)
        minutes.addStretch()
        minutes.addWidget(self._effective)
        minutes.addWidget(self._reason)
        minutes.addWidget(self._track)
        minutes.addStretch()
        face.addLayout(minutes)
        self._urgency.hide()
        self._reason.hide()
