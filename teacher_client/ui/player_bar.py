"""Playback: a scrub bar made of strokes, play and pause, speed, position."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from teacher_client.lesson.link import ChooseSpeed, Pause, Play, PlayState, Seek
from teacher_client.ui.icons import icon
from teacher_client.ui.parts import (
    Confirmed,
    Label,
    frame,
    icon_button,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.texts import Text, clock_text, say
from teacher_client.ui.theme import theme

SPEEDS: Final = (0.75, 1.0, 1.25, 1.5, 2.0)
JUMP_MS: Final = 5000
QUIET: Final = 0.02


def bar_start(bars: tuple[float, ...], duration_ms: int, position_ms: int, step: int) -> int:
    """The nearest moment before (-1) or after (+1) at which ink begins after a silence.

    Args:
        bars: ink per slot over the whole lesson, 0..1.
        duration_ms, position_ms: of the playback.
    """
    if not bars or duration_ms <= 0:
        return 0 if step < 0 else duration_ms
    slot = duration_ms / len(bars)
    starts = [
        round(i * slot)
        for i, bar in enumerate(bars)
        if bar > QUIET and (i == 0 or bars[i - 1] <= QUIET)
    ]
    if step > 0:
        return next((at for at in starts if at > position_ms + 200), duration_ms)
    return next((at for at in reversed(starts) if at < position_ms - 1000), 0)


class ScrubBar(QWidget):
    """Each slot's ink as a bar; silence is thin; what was played is in the primary colour.

    Signals:
        sought: a position in ms the teacher pointed at.
    """

    sought = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[float, ...] = ()
        self._duration_ms = 0
        self._position_ms = 0
        self._pointing: int | None = None
        self.setMinimumSize(200, 40)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(say(Text.SCRUB, position="0:00", duration="0:00"))

    def show_position(self, state: PlayState, bars: tuple[float, ...]) -> None:
        """Show where playback stands."""
        self._bars, self._duration_ms = bars, state.duration_ms
        self._position_ms = state.position_ms
        position, duration = clock_text(state.position_ms), clock_text(state.duration_ms)
        self.setAccessibleName(say(Text.SCRUB, position=position, duration=duration))
        self.update()

    def _at(self, x: float) -> int:
        part = max(0.0, min(1.0, (x - 8) / max(1, self.width() - 16)))
        return round(part * self._duration_ms)

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide, high = self.width() - 16.0, self.height() - 12.0
        middle = self.height() / 2
        bars = self._bars or (0.0,) * 100
        shown = self._pointing if self._pointing is not None else self._position_ms
        played = shown / self._duration_ms if self._duration_ms else 0.0
        step = wide / len(bars)
        for i, bar in enumerate(bars):
            tall = 2.0 if bar <= QUIET else 4 + (high - 4) * bar
            is_played = (i + 0.5) / len(bars) <= played
            painter.setBrush(theme().color("primary" if is_played else "line.strong"))
            thick = max(1.0, step * 0.7)
            painter.drawRoundedRect(QRectF(8 + i * step, middle - tall / 2, thick, tall), 1, 1)
        at = 8 + wide * played
        painter.setBrush(theme().color("primary"))
        painter.drawRoundedRect(QRectF(at - 1.5, 2, 3, self.height() - 4), 1.5, 1.5)
        painter.drawEllipse(QRectF(at - 5, middle - 5, 10, 10))
        if self.hasFocus() and self.property("kbd"):
            painter.setPen(theme().color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointing = self._at(event.position().x())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointing = self._at(event.position().x())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointing = None
        self.sought.emit(self._at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home:
            self.sought.emit(0)
        elif event.key() == Qt.Key.Key_End:
            self.sought.emit(self._duration_ms)
        else:
            super().keyPressEvent(event)


class PlayerBar(QWidget):
    """Shows the playback's state; asks to play, pause, seek and change speed.

    Signals:
        asked: Play, Pause, Seek or ChooseSpeed.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = PlayState(0, 0, is_playing=False, speed=1.0)
        self._bars: tuple[float, ...] = ()
        self.play = icon_button("player-play-filled", say(Text.PLAY), 40, glyph=24)
        self._playing = Confirmed(self.play, self._ask_play)
        self._position = Label("0:00", "strong")
        self._duration = Label("0:00", "smallDim")
        self.scrub = ScrubBar()
        self.scrub.sought.connect(self._seek)
        self.speed = text_button("", f"{say(Text.SPEED)} ([ ])")
        self.speed.setMenu(self._speed_menu())
        bar = frame("bottomBar", say(Text.PLAYER))
        outer = QHBoxLayout(self)
        tight(outer)
        outer.addWidget(bar)
        layout = QHBoxLayout(bar)
        tight(layout, 12, 4, 12, 4)
        layout.setSpacing(8)
        for part in (self.play, self._position):
            layout.addWidget(part)
        layout.addWidget(self.scrub, 1)
        layout.addWidget(self._duration)
        layout.addWidget(self.speed)
        self.setFixedHeight(56)
        self.show_state(self._state, ())

    def show_state(self, state: PlayState, bars: tuple[float, ...]) -> None:
        """Show where playback stands, whether it runs and how fast."""
        self._state, self._bars = state, bars
        self._playing.confirm_if(state.is_playing)
        tip = say(Text.PAUSE if state.is_playing else Text.PLAY)
        if self.play.toolTip() != tip or self.play.icon().isNull():
            glyph = "player-pause-filled" if state.is_playing else "player-play-filled"
            self.play.setIcon(icon(glyph, "primary"))
            self.play.setIconSize(QSize(24, 24))
            self.play.setToolTip(tip)
            self.play.setAccessibleName(tip)
        self._position.show_text(clock_text(state.position_ms))
        self._duration.show_text(clock_text(state.duration_ms))
        words = say(Text.SPEED_TIMES, speed=f"{state.speed:g}")
        self.speed.setText(words)
        self.speed.setAccessibleName(f"{say(Text.SPEED)} {words}")
        self.scrub.show_position(state, bars)
        set_property(self, "isPlaying", state.is_playing)

    def toggle(self) -> None:
        """Play, or pause."""
        self.play.click()

    def jump(self, ms: int) -> None:
        """Go on or back by some time."""
        self._seek(self._state.position_ms + ms)

    def jump_to_ink(self, step: int) -> None:
        """Go to where ink begins before (-1) or after (+1)."""
        state = self._state
        self._seek(bar_start(self._bars, state.duration_ms, state.position_ms, step))

    def step_speed(self, step: int) -> None:
        """The next slower (-1) or faster (+1) speed."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._state.speed))
        at = max(0, min(len(SPEEDS) - 1, nearest + step))
        self.asked.emit(ChooseSpeed(SPEEDS[at]))

    def _speed_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(say(Text.SPEED))
        for speed in SPEEDS:
            action = menu.addAction(say(Text.SPEED_TIMES, speed=f"{speed:g}"))
            action.triggered.connect(
                lambda _on=False, chosen=speed: self.asked.emit(ChooseSpeed(chosen))
            )
        return menu

    def _ask_play(self, is_on: bool) -> None:
        self.asked.emit(Play() if is_on else Pause())

    def _seek(self, position_ms: int) -> None:
        self.asked.emit(Seek(max(0, min(self._state.duration_ms, position_ms))))
