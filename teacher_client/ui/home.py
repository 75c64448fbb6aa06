"""Home: duty, requests, kept lessons; two clicks to teach (UX §3.2)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from teacher_client.lesson.link import Accept, ChooseDuty, Decline, SignOut
from teacher_client.ui.badges import NetworkBadge, PenBadge
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.files.desk import open_dialog
from teacher_client.ui.files.prepared import PreparedBox, SecondPress
from teacher_client.ui.library import Library
from teacher_client.ui.notices import Line, NoticeLine
from teacher_client.ui.parts import (
    Confirmed,
    ElidedLabel,
    IconLabel,
    Label,
    frame,
    text_button,
    tight,
)
from teacher_client.ui.request_card import RequestCard
from teacher_client.ui.settings_texts import SettingsText
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme

TICK_MS: Final = 1000
BUSY_MS: Final = 8000


class HomePage(QWidget):
    """Shows duty and requests as confirmed; asks for changes.

    Signals:
        asked: ChooseDuty, Accept, Decline, SignOut, and what library and prepared lessons ask.
        file_chosen: the path of a file of pages to be opened.
        lesson_wanted: back to the running lesson's window.
        pen_wanted: to the pen's page.
        settings_wanted: to the settings.
        language_toggled, theme_toggled: the other language, the other theme.
    """

    asked = Signal(object)
    lesson_wanted = Signal()
    pen_wanted = Signal()
    settings_wanted = Signal()
    file_chosen = Signal(str)
    language_toggled = Signal()
    theme_toggled = Signal()

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self._cards: dict[str, RequestCard] = {}
        self._chosen = ""
        self._hello = ElidedLabel("", "title")
        self.pen = PenBadge()
        self.pen_page = text_button(say(Text.PEN_OPEN), say(Text.PEN_OPEN_TIP), "plain")
        self.network = NetworkBadge()
        self.settings = text_button(
            say(SettingsText.SETTINGS), say(SettingsText.SETTINGS_TIP), "plain"
        )
        self.settings.clicked.connect(self.settings_wanted)
        self.duty = text_button(say(Text.DUTY_OFF), say(Text.DUTY_HINT), "duty")
        self._duty = Confirmed(self.duty, lambda is_on: self.asked.emit(ChooseDuty(is_on)))
        self._title = Label("", "title")
        self._empty = Label("", "smallDim")
        self._column = QVBoxLayout()
        self.library = Library()
        self.prepared = PreparedBox()
        self.prepared.asked.connect(self.asked)
        self.prepared.open_wanted.connect(self.open_file)
        self.lesson = text_button(say(Text.BACK_TO_LESSON), role="primary")
        self.notice = NoticeLine(self)
        self._build()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_waiting)
        self._tick.start()
        self.show_all()

    def show_all(self) -> None:
        """Show everything from the state."""
        account = self._state.account
        self._hello.show_text(say(Text.HELLO, name=account.name) if account is not None else "")
        self.pen.show_pen(self._state.pen)
        self.network.show_network(self._state.network)
        self._show_duty()
        self._show_requests()
        self.library.show_lessons(self._state.kept)
        self.prepared.list.show_lessons(self._state.prepared)
        self.lesson.setVisible(self._state.is_live)
        self.lesson.setText(
            say(FileText.GO_ON if self._state.is_preparing else Text.BACK_TO_LESSON)
        )

    def show_gone(self) -> None:
        """A request went before it was taken."""
        self.notice.say_line(Line(say(Text.REQUEST_GONE), "warn", "info-circle"))

    def show_engine(self, lost_seconds: int | None) -> None:
        """The engine is away for so long, or (None) here."""
        for part in (self.duty, self.library, self.prepared, *self._cards.values()):
            part.setEnabled(lost_seconds is None)
        if lost_seconds is not None:
            words = say(Text.ENGINE_AWAY, seconds=lost_seconds)
            self.notice.say_line(Line(words, "bad", "refresh", stays=True))
        else:
            self.notice.hide()

    def open_file(self) -> None:
        """Ask for a file of pages."""
        open_dialog(self, lambda paths: self.file_chosen.emit(paths[0]))

    # requests

    def accept_chosen(self) -> None:
        """Take the marked request."""
        if self._chosen:
            self._answer(self._chosen, is_taken=True)

    def decline_chosen(self) -> None:
        """Pass the marked request on."""
        if self._chosen:
            self._answer(self._chosen, is_taken=False)

    def choose_next(self, step: int) -> None:
        """Mark the request below (1) or above (-1)."""
        names = list(self._cards)
        if names:
            at = names.index(self._chosen) if self._chosen in names else 0
            self._choose(names[(at + step) % len(names)])

    def _answer(self, request: str, *, is_taken: bool) -> None:
        card = self._cards.get(request)
        offered = self._state.requests.get(request)
        if card is None or offered is None or not card.accept.isEnabled():
            return
        card.set_busy(True)
        QTimer.singleShot(BUSY_MS, card, lambda: card.set_busy(False))
        if is_taken:
            self._state.taken = offered
        self.asked.emit(Accept(request) if is_taken else Decline(request))

    def _choose(self, request: str) -> None:
        self._chosen = request
        for name, card in self._cards.items():
            card.set_chosen(name == request)

    def _show_duty(self) -> None:
        is_on = self._state.is_on_duty
        is_teaching = self._state.is_live and not self._state.is_preparing
        self._duty.confirm_if(is_on)
        words = Text.DUTY_LESSON if is_teaching else Text.DUTY_ON if is_on else Text.DUTY_OFF
        self.duty.setText(say(words))
        self.duty.setAccessibleName(f"{say(Text.DUTY)}: {say(words)}")
        self.duty.setEnabled(not is_teaching)

    def _show_requests(self) -> None:
        requests = self._state.requests
        for gone in self._cards.keys() - requests.keys():
            card = self._cards.pop(gone)
            self._column.removeWidget(card)
            card.deleteLater()
        for name, offered in requests.items():
            if name not in self._cards:
                card = RequestCard(offered)
                card.accepted.connect(lambda request: self._answer(request, is_taken=True))
                card.declined.connect(lambda request: self._answer(request, is_taken=False))
                self._cards[name] = card
                self._column.addWidget(card)
        if self._chosen not in self._cards:
            self._choose(next(iter(self._cards), ""))
        self._title.show_text(say(Text.REQUESTS, count=len(requests)))
        on = self._state.is_on_duty
        self._empty.show_text(say(Text.REQUESTS_EMPTY_ON if on else Text.REQUESTS_EMPTY_OFF))
        self._empty.setVisible(not requests)
        self._show_waiting()

    def _show_waiting(self) -> None:
        for name, card in self._cards.items():
            if name in self._state.requests:
                card.show_waited(self._state.waited_ms(name))

    # building

    def _build(self) -> None:
        self.setObjectName("ground")
        self.setAccessibleName(say(Text.APP))
        layout = QVBoxLayout(self)
        tight(layout)
        layout.addWidget(self._head())
        body = QHBoxLayout()
        tight(body, 32, 24, 32, 24)
        body.setSpacing(48)
        body.addLayout(self._left(), 3)
        right = QVBoxLayout()
        tight(right)
        right.addWidget(self.prepared, 2)
        right.addSpacing(24)
        right.addWidget(self.library, 3)
        body.addLayout(right, 2)
        layout.addLayout(body, 1)
        for keys, run in (
            ("D", self.duty.click),
            ("Ctrl+7", self.pen_page.click),
            ("Ctrl+O", self.open_file),
            ("Ctrl+,", self.settings.click),
            ("Return", self.accept_chosen),
            ("Enter", self.accept_chosen),
            ("Esc", self.decline_chosen),
            ("Down", lambda: self.choose_next(1)),
            ("Up", lambda: self.choose_next(-1)),
        ):
            QShortcut(
                QKeySequence(keys), self, run, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )

    def _head(self) -> QFrame:
        bar = frame("topBar", say(Text.BADGES))
        bar.setFixedHeight(60)
        row = QHBoxLayout(bar)
        tight(row, 24, 0, 16)
        row.setSpacing(8)
        row.addWidget(IconLabel("bulb", "lamp.text", 24))
        row.addWidget(Label(say(Text.APP), "title"))
        row.addSpacing(16)
        row.addWidget(self._hello, 1)
        row.addWidget(self.pen)
        row.addWidget(self.pen_page)
        row.addWidget(self.network)
        language = text_button(say(Text.LANGUAGE), role="plain")
        language.clicked.connect(self.language_toggled)
        other = Text.THEME_LIGHT if theme().is_dark else Text.THEME_DARK
        dark = text_button(say(other), role="plain")
        dark.clicked.connect(self.theme_toggled)
        self.leave = SecondPress(
            say(Text.SIGN_OUT), say(FileText.SIGN_OUT_AGAIN), say(Text.SIGN_OUT), "plain"
        )
        self.leave.confirmed.connect(lambda: self.asked.emit(SignOut()))
        for button in (self.settings, language, dark, self.leave):
            row.addWidget(button)
        return bar

    def _left(self) -> QVBoxLayout:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 8)
        column.addWidget(self._empty)
        self._column.setSpacing(12)
        column.addLayout(self._column)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(say(Text.REQUESTS, count=""))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        duty = QHBoxLayout()
        duty.setSpacing(16)
        duty.addWidget(Label(say(Text.DUTY), "title"))
        duty.addWidget(self.duty)
        duty.addWidget(self.lesson)
        duty.addStretch()
        left = QVBoxLayout()
        tight(left)
        left.addLayout(duty)
        left.addSpacing(24)
        left.addWidget(self._title)
        left.addSpacing(8)
        left.addWidget(area, 1)
        self.lesson.clicked.connect(self.lesson_wanted)
        self.pen_page.clicked.connect(self.pen_wanted)
        return left
