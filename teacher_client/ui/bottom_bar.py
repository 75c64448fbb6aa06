"""The bar under the board: pages, my microphone with its level, and how the page is shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from signaling_server.protocol.board import Board
from signaling_server.protocol.ids import PageId
from teacher_client.lesson.board_commands import ShowPage
from teacher_client.lesson.link import Do, MicrophoneState, SwitchMicrophone
from teacher_client.ui.icons import icon
from teacher_client.ui.pages.model import paper_label
from teacher_client.ui.parts import (
    Confirmed,
    Label,
    frame,
    icon_button,
    set_property,
    text_button,
    tight,
)
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme

BARS = 7


class Meter(QWidget):
    """A level as seven bars that move; the newest stands right."""

    def __init__(self) -> None:
        super().__init__()
        self._levels = [0.0] * BARS
        self._is_on = False
        self.setFixedSize(BARS * 5, 16)
        self.setAccessibleName(say(Text.MICROPHONE))

    def show_level(self, level: float, *, is_on: bool) -> None:
        """Move on by one bar; 0..1."""
        self._levels = [*self._levels[1:], level if is_on else 0.0]
        self._is_on = is_on
        self.setAccessibleDescription(f"{round(level * 100)}%")
        self.update()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("success" if self._is_on else "text.3"))
        for i, level in enumerate(self._levels):
            high = 3 + 13 * min(1.0, level**0.5)  # quiet speech moves the bars as well
            painter.drawRoundedRect(QRectF(i * 5, self.height() - high, 3, high), 1, 1)


class MicrophoneButton(QPushButton):
    """The microphone as the engine really sends it, with a moving level."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "microphone")
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._meter = Meter()
        layout = QHBoxLayout(self)
        tight(layout, 0, 0, 14)
        layout.addStretch()
        layout.addWidget(self._meter)
        self.show_state(MicrophoneState(is_on=False))

    def show_state(self, state: MicrophoneState) -> None:
        """Show on, off or silent, and the level."""
        if not state.is_working:
            word, glyph, color = Text.MICROPHONE_GONE, "alert-triangle", "danger"
        elif state.is_on:
            word, glyph, color = Text.MICROPHONE_ON, "microphone-filled", "success"
        else:
            word, glyph, color = Text.MICROPHONE_OFF, "microphone-off", "text.2"
        if self.text() != say(word):
            self.setText(say(word))
            self.setIcon(icon(glyph, color, checked=color))
            self.setAccessibleName(say(word))
        tips = (
            [Text.MICROPHONE_TIP]
            if state.is_cleaned
            else [Text.MICROPHONE_TIP, Text.ECHO_STAYS_TIP]
        )
        self.setToolTip("\n".join(map(say, tips)))
        set_property(self, "tone", "" if state.is_working else "bad")
        self._meter.show_level(state.level, is_on=state.is_on and state.is_working)


class BottomBar(QWidget):
    """Page turning, microphone, view.

    Signals:
        asked: Do(ShowPage), SwitchMicrophone.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.before = icon_button("chevron-left", say(Text.PAGE_BEFORE), 36)
        self.after = icon_button("chevron-right", say(Text.PAGE_AFTER), 36)
        self._page = Label(say(Text.NO_PAGES), "small")
        self._paper = Label("", "caption")
        self._tap = Label(say(Text.TAP_INK), "caption")
        self.microphone = MicrophoneButton()
        self._microphone = Confirmed(
            self.microphone, lambda is_on: self.asked.emit(SwitchMicrophone(is_on))
        )
        self.follow = text_button(say(Text.FOLLOW), say(Text.FOLLOW_TIP), "plain")
        self.fit = text_button(say(Text.FIT), say(Text.FIT_TIP), "plain")
        self.full = icon_button("maximize", say(Text.FULL_SCREEN_TIP), 36)
        self.menu = icon_button("dots", say(Text.MENU), 36)
        self._pages: list[PageId] = []
        self._shown = PageId(0)
        self._zoom, self._is_narrow = 1.0, False
        self._build()

    def show_pages(self, board: Board) -> None:
        """Show which of how many pages is before everybody's eyes."""
        self._pages, self._shown = list(board.order), board.shown
        page = board.pages.get(board.shown)
        if page is None:
            self._page.show_text(say(Text.NO_PAGES))
            self._paper.show_text("")
        else:
            at = self._pages.index(page.number)
            self._page.show_text(say(Text.PAGE_OF, page=at + 1, count=len(self._pages)))
            self._paper.show_text(paper_label(page))
        self.before.setEnabled(self._neighbour(-1) is not None)
        self.after.setEnabled(self._neighbour(1) is not None)

    def show_microphone(self, state: MicrophoneState) -> None:
        """Show what the engine really sends."""
        self._microphone.confirm_if(state.is_on)
        self.microphone.show_state(state)

    def set_live(self, is_live: bool, *, is_playback: bool) -> None:
        """In playback there is no microphone and no turning: the log turns the pages."""
        for part in (self.microphone, self.before, self.after):
            part.setVisible(is_live)
        self._tap.setVisible(is_playback)

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Where there is little room, icons stand without their words."""
        self._is_narrow = is_narrow
        self.follow.setText("" if is_narrow else say(Text.FOLLOW))
        self.show_zoom(self._zoom)

    def show_zoom(self, zoom: float) -> None:
        """Show how large the page is: 1.0 is fit width, and said in words."""
        self._zoom = zoom
        figure = f"{round(zoom * 100)}%"
        at_width = "" if self._is_narrow else say(Text.FIT)
        self.fit.setText(at_width if figure == "100%" else figure)
        self.fit.setAccessibleDescription(figure)

    def turn(self, step: int) -> None:
        """Ask for the page before (-1) or after (+1)."""
        page = self._neighbour(step)
        if page is not None:
            self.asked.emit(Do(ShowPage(page)))

    def _neighbour(self, step: int) -> PageId | None:
        if self._shown not in self._pages:
            return None
        at = self._pages.index(self._shown) + step
        return self._pages[at] if 0 <= at < len(self._pages) else None

    def _build(self) -> None:
        bar = frame("bottomBar", say(Text.MENU_VIEW))
        outer = QHBoxLayout(self)
        tight(outer)
        outer.addWidget(bar)
        layout = QHBoxLayout(bar)
        tight(layout, 12, 0, 12)
        layout.setSpacing(8)
        left = QHBoxLayout()
        left.setSpacing(4)
        for part in (self.before, self._page, self.after, self._paper, self._tap):
            left.addWidget(part)
        left.addStretch()
        self._tap.hide()
        right = QHBoxLayout()
        right.setSpacing(4)
        right.addStretch()
        for button in (self.follow, self.fit, self.full, self.menu):
            right.addWidget(button)
        layout.addLayout(left, 1)
        layout.addWidget(self.microphone, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addLayout(right, 1)
        self.setFixedHeight(56)
        self.follow.setIcon(icon("focus-2", checked="primary"))
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.fit.setIcon(icon("zoom-in"))
        self.before.clicked.connect(lambda: self.turn(-1))
        self.after.clicked.connect(lambda: self.turn(1))
