"""The pen's page: trust the pen before class (UX §3.11)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from teacher_client.lesson.link import (
    FromEngine,
    LessonClosed,
    LessonOpened,
    LinkState,
    PenState,
)
from teacher_client.lesson.pen_messages import (
    ChoosePen,
    LookForPens,
    PenDetails,
    PenTrial,
    PenTrialInk,
    SoundPen,
    StopLooking,
)
from teacher_client.ui.badges import EMPTY_PERCENT, LOW_PERCENT, PenBadge
from teacher_client.ui.notices import Line, NoticeLine
from teacher_client.ui.parts import Label, frame, text_button, tight
from teacher_client.ui.pen_faces import PenFaces
from teacher_client.ui.pen_kit import focus_next
from teacher_client.ui.pen_parts import FoundPens, LockCard, PenSettingsCard
from teacher_client.ui.pen_texts import PenText, paper_text
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say, say_link

LEFT_WIDE: Final = 440
_ROWS: Final = (
    PenText.MODEL,
    PenText.BATTERY,
    PenText.MEMORY,
    PenText.LINK,
    PenText.PAPER,
)


class PenPage(QWidget):
    """Card, candidates, lock and settings of the pen; beside them its faces.

    Signals:
        asked: the messages of the pen's page.
        left: back to home.
    """

    asked = Signal(object)
    left = Signal()

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self.badge = PenBadge()
        self.back = text_button(say(Text.HOME_BACK), say(Text.HOME_BACK_TIP))
        self.look = text_button(say(PenText.LOOK), say(PenText.LOOK_TIP), "second")
        self.title = Label("", "title")
        self.rows = {name: Label("–", "small") for name in _ROWS}
        self.sound = text_button(say(PenText.SOUND), say(PenText.SOUND_TIP))
        self.drop = text_button(say(PenText.DROP), say(PenText.DROP_TIP))
        self.lock = LockCard()
        self.found = FoundPens()
        self.settings = PenSettingsCard()
        self.faces = PenFaces()
        self.trial = self.faces.trial
        self._body = QWidget()
        self._build()
        self.notice = NoticeLine(self)
        self.show_all()

    def open(self) -> None:
        """The teacher came here: look for pens unless that was done."""
        self.faces.open()
        if self._state.pens is None and self._body.isEnabled():
            self._ask_look()

    def show_message(self, message: FromEngine) -> None:
        """Show one message that stands in the state already."""
        match message:
            case PenTrialInk():
                self.trial.show_ink(message)
            case PenTrial():
                self.trial.show_trial(message)
            case LessonOpened() | LessonClosed():
                self.faces.lesson_changed()
            case _:
                self.show_all()

    def show_engine(self, lost_seconds: int | None) -> None:
        """The engine is away for so long, or (None) here."""
        self._body.setEnabled(lost_seconds is None)
        self.look.setEnabled(lost_seconds is None)
        if lost_seconds is None:
            self.notice.hide()
            return
        if self.trial.is_on:
            self.trial.show_none()  # a new engine knows of no test
        words = say(Text.ENGINE_AWAY, seconds=lost_seconds)
        self.notice.say_line(Line(words, "bad", "refresh", stays=True))

    def show_all(self) -> None:
        """Show everything from the state."""
        pen, card = self._state.pen, self._state.pen_card or PenDetails()
        self.badge.show_pen(pen)
        self.title.show_text(say(PenText.NONE) if not card.name else card.model or card.name)
        self._show_rows(pen, card)
        self.sound.setVisible(card.can_sound)
        self.drop.setVisible(bool(card.name))
        self.lock.show_card(card)
        self.settings.show_card(card)
        self.faces.show_told(self._state.pen_told, pen, card)
        pens = self._state.pens
        self.found.show_pens(pens, card.name)
        is_looking = pens is not None and pens.is_looking
        words = say(PenText.LOOKING if is_looking else PenText.LOOK)
        self.look.setText(words)
        self.look.setAccessibleName(words)

    def _show_rows(self, pen: PenState | None, card: PenDetails) -> None:
        firmware = f"{card.model} ({card.firmware})" if card.firmware else card.model
        self.rows[PenText.MODEL].show_text(firmware or "–")
        percent = card.battery_percent
        battery = self.rows[PenText.BATTERY]
        words = PenText.CHARGING if card.is_charging else PenText.PERCENT
        battery.show_text("–" if percent is None else say(words, percent=percent))
        tone = ""
        if percent is not None and percent <= LOW_PERCENT:
            tone = "bad" if percent <= EMPTY_PERCENT else "warn"
        battery.set_tone(tone)
        used = card.memory_percent
        memory = "–" if used is None else say(PenText.USED, percent=used)
        self.rows[PenText.MEMORY].show_text(memory)
        self.rows[PenText.PAPER].show_text(_paper(card))
        self._show_link(pen, card)

    def _show_link(self, pen: PenState | None, card: PenDetails) -> None:
        state = LinkState.OFF if pen is None else pen.link
        row = self.rows[PenText.LINK]
        words, tone = say_link(state), "good" if state is LinkState.GOOD else ""
        if not card.name:
            words = say(PenText.NONE_HINT)
        elif card.attempts_left is not None:
            words, tone = say(PenText.LINK_LOCKED), "warn"
        elif state is LinkState.LOST:
            words, tone = say(PenText.LINK_LOST), "bad"
        elif card.lost_events:
            words = say(PenText.LOST_DOTS, link=words, lost=card.lost_events)
            tone = "warn"
        row.show_text(words)
        row.set_tone(tone)

    def _ask_look(self) -> None:
        self.asked.emit(LookForPens())

    def _leave(self) -> None:
        self.left.emit()

    # building

    def _build(self) -> None:
        self.setObjectName("ground")
        self.setAccessibleName(say(Text.PEN))
        layout = QVBoxLayout(self)
        tight(layout)
        layout.addWidget(self._head())
        body = QHBoxLayout(self._body)
        tight(body, 24, 20, 24, 20)
        body.setSpacing(20)
        body.addWidget(self._left())
        body.addWidget(self.faces, 1)
        layout.addWidget(self._body, 1)
        for keys, run in (
            ("F5", self.look.click),
            ("T", self.faces.toggle_trial),
            ("Alt+Left", self._leave),
            ("Esc", self._leave),
        ):
            QShortcut(
                QKeySequence(keys), self, run, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
        self.back.clicked.connect(self._leave)
        self.look.clicked.connect(self._ask_look)
        self.sound.clicked.connect(lambda: self.asked.emit(SoundPen()))
        self.drop.clicked.connect(lambda: self.asked.emit(ChoosePen("")))
        for part in (self.lock, self.found, self.settings, self.faces):
            part.asked.connect(self.asked)

    def _head(self) -> QFrame:
        bar = frame("topBar", say(Text.PEN))
        bar.setFixedHeight(60)
        row = QHBoxLayout(bar)
        tight(row, 24, 0, 24)
        row.setSpacing(16)
        row.addWidget(self.back)
        row.addWidget(Label(say(Text.PEN), "title"))
        row.addStretch()
        row.addWidget(self.badge)
        row.addWidget(self.look)
        return bar

    def _left(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        tight(column, 0, 0, 10)
        column.setSpacing(12)
        for part in (self._card(), self.lock, self.found, self.settings):
            column.addWidget(part)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setAccessibleName(say(Text.PEN))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedWidth(LEFT_WIDE)
        return area

    def _card(self) -> QFrame:
        card = frame("card", say(Text.PEN))
        column = QVBoxLayout(card)
        tight(column, 16, 12, 16, 12)
        column.setSpacing(8)
        self.title.setWordWrap(True)
        column.addWidget(self.title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for at, (name, label) in enumerate(self.rows.items()):
            label.setWordWrap(True)
            grid.addWidget(Label(say(name), "smallDim"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, at, 1)
        column.addLayout(grid)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.sound)
        buttons.addWidget(self.drop)
        buttons.addStretch()
        column.addLayout(buttons)
        return card

    # Qt overrides

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: N802
        return focus_next((self, self.notice), is_next=is_next)

    def hideEvent(self, event: QHideEvent) -> None:
        self.faces.leave()
        if self._state.pens is not None and self._state.pens.is_looking:
            self.asked.emit(StopLooking())
        super().hideEvent(event)


def _paper(card: PenDetails) -> str:
    if not card.paper:
        words = say(PenText.PAPER_NONE)
    else:
        words = paper_text(card.paper)
        if not card.is_paper_known:
            words = say(PenText.PAPER_GROWS, paper=words)
    if card.image_errors:
        words = say(PenText.PAPER_BAD, paper=words, count=card.image_errors)
    return words
