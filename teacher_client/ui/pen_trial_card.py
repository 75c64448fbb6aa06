"""The test of a pen: sheet, figures, verdict, one remedy (UX §3.1, §3.11)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from teacher_client.lesson.pen_messages import (
    PenTrial,
    PenTrialInk,
    SaveTrialLog,
    TrialLogProblem,
    TrialLogSaved,
    TrialRemedy,
    TrialVerdict,
    TryPen,
)
from teacher_client.ui.parts import Confirmed, IconLabel, Label, frame, text_button, tight
from teacher_client.ui.pen_kit import allow, show_path, show_words, wrapped
from teacher_client.ui.pen_sheet import ForceBar, TestSheet, force_text
from teacher_client.ui.pen_texts import PenText, paper_text
from teacher_client.ui.texts import say

_VERDICTS: Final = {
    TrialVerdict.WAITING: (PenText.VERDICT_WAITING, "", "info-circle", "text.2"),
    TrialVerdict.GOOD: (PenText.VERDICT_GOOD, "good", "circle-check", "success"),
    TrialVerdict.DOUBTFUL: (PenText.VERDICT_DOUBTFUL, "warn", "alert-triangle", "warning"),
    TrialVerdict.BAD: (PenText.VERDICT_BAD, "bad", "alert-triangle", "danger"),
}
_REMEDIES: Final = {
    TrialRemedy.CHOOSE: PenText.REMEDY_CHOOSE,
    TrialRemedy.CONNECT: PenText.REMEDY_CONNECT,
    TrialRemedy.UNLOCK: PenText.REMEDY_UNLOCK,
    TrialRemedy.WRITE: PenText.REMEDY_WRITE,
    TrialRemedy.PRESS: PenText.REMEDY_PRESS,
    TrialRemedy.PAPER: PenText.REMEDY_PAPER,
    TrialRemedy.NEARER: PenText.REMEDY_NEARER,
    TrialRemedy.RADIO: PenText.REMEDY_RADIO,
    TrialRemedy.FORCE: PenText.REMEDY_FORCE,
}


class PenTrialCard(QWidget):
    """Shows a test as the engine tells it.

    Signals:
        asked: TryPen or SaveTrialLog.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_on = False
        self.button = text_button(say(PenText.TRY), say(PenText.TRY_TIP), "primary")
        self._confirmed = Confirmed(self.button, lambda is_on: self.asked.emit(TryPen(is_on)))
        self.sheet = TestSheet()
        self.force = ForceBar()
        self.figures = {
            name: Label("–", "strong")
            for name in (
                PenText.RATE,
                PenText.LOST_COUNT,
                PenText.DELAY,
                PenText.FORCE,
                PenText.PAGE,
            )
        }
        self._icon = IconLabel("info-circle", "text.2", 20)
        self.verdict = Label("", "title")
        self.remedy = Label("", "small")
        self.remedy.setWordWrap(True)
        self.save = text_button(say(PenText.LOG_SAVE))
        self.saved = wrapped("", "smallDim")
        self._build()
        self.show_none()

    def show_none(self) -> None:
        """No test is on and none was."""
        self.is_on = False
        self._show_button()
        self._show_words(say(PenText.VERDICT_OFF), "", "info-circle", "text.2")
        self.remedy.show_text("")
        self._allow_log(is_there=False)
        self.show_log(None)

    def show_trial(self, trial: PenTrial) -> None:
        """Show how the test stands."""
        if trial.is_on and not self.is_on:
            self.sheet.clear()
        self.is_on = trial.is_on
        self._show_button()
        self.force.show_trial(trial)
        delay = "–" if trial.delay_ms is None else say(PenText.DELAY_MS, ms=trial.delay_ms)
        for name, words in (
            (PenText.RATE, str(trial.samples_per_s) if trial.samples else "–"),
            (PenText.LOST_COUNT, str(trial.lost)),
            (PenText.DELAY, delay),
            (PenText.FORCE, force_text(trial)),
            (PenText.PAGE, _page_text(trial)),
        ):
            self.figures[name].show_text(words)
        if trial.samples:
            self._allow_log(is_there=True)
        if not trial.is_on and not trial.samples:
            self.show_none()
            return
        words_id, tone, glyph, color = _VERDICTS[trial.verdict]
        self._show_words(say(words_id), tone, glyph, color)
        remedy = _REMEDIES.get(trial.remedy)
        self.remedy.show_text("" if remedy is None else say(remedy))

    def show_ink(self, ink: PenTrialInk) -> None:
        """Ink came."""
        if self.is_on:
            self.sheet.add(ink)

    def show_log(self, log: TrialLogSaved | None) -> None:
        """Show where the raw log went, or why it did not."""
        if log is None or log.path:
            text = PenText.LOG_CUT if log is not None and log.is_cut else PenText.LOG_SAVED
            show_path(self.saved, text, "" if log is None else log.path, "good")
            return
        is_disk = log.problem is TrialLogProblem.DISK
        show_words(self.saved, say(PenText.LOG_DISK if is_disk else PenText.LOG_NOTHING), "bad")

    def toggle(self) -> None:
        """Begin or end the test, as the button does."""
        self.button.click()

    def leave(self) -> None:
        """Nobody looks at the test any more."""
        if self.is_on:
            self.asked.emit(TryPen(False))

    def _allow_log(self, *, is_there: bool) -> None:
        why_not = "" if is_there else say(PenText.LOG_NEEDS_TEST)
        allow(self.save, why_not, say(PenText.LOG_SAVE_TIP))

    def _show_button(self) -> None:
        self._confirmed.confirm_if(self.is_on)
        words = say(PenText.TRY_STOP if self.is_on else PenText.TRY)
        self.button.setText(words)
        self.button.setAccessibleName(words)

    def _show_words(self, words: str, tone: str, glyph: str, color: str) -> None:
        self.verdict.show_text(words)
        self.verdict.set_tone(tone)
        self._icon.show_icon(glyph, color)

    def _build(self) -> None:
        self.setAccessibleName(say(PenText.TRY))
        card = frame("card", say(PenText.TRY))
        column = QVBoxLayout(card)
        tight(column, 20, 16, 20, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        title = Label(say(PenText.TEST), "title")
        title.setWordWrap(True)
        head.addWidget(title, 1)
        head.addWidget(self.button)
        column.addLayout(head)
        column.addWidget(self.sheet, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for at, (name, label) in enumerate(self.figures.items()):
            grid.addWidget(Label(say(name), "smallDim"), 0, at)
            grid.addWidget(label, 1, at)
            grid.setColumnStretch(at, 2 if name is PenText.PAGE else 1)
        grid.addWidget(self.force, 2, 0, 1, len(self.figures))
        column.addLayout(grid)
        said = QHBoxLayout()
        said.setSpacing(10)
        said.addWidget(self._icon)
        said.addWidget(self.verdict, 1)
        said.addWidget(self.save)
        column.addLayout(said)
        column.addWidget(self.remedy)
        column.addWidget(self.saved)
        self.save.clicked.connect(lambda: self.asked.emit(SaveTrialLog()))
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(card)


def _page_text(trial: PenTrial) -> str:
    if not trial.paper:
        return "–"
    words = paper_text(trial.paper)
    return words if trial.is_page_known else say(PenText.PAPER_GROWS, paper=words)
