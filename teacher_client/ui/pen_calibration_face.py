"""Calibration: a person taps two corners of a sheet, one after the other (UX §3.11)."""

from __future__ import annotations

from typing import Final

from teacher_client.lesson.link import PenState
from teacher_client.lesson.paper_messages import (
    CalibratePaper,
    Corner,
    PaperCalibration,
    TapProblem,
)
from teacher_client.lesson.pen_messages import PenDetails
from teacher_client.ui.parts import Confirmed, text_button
from teacher_client.ui.pen_kit import Face, allow, show_words, wrapped
from teacher_client.ui.pen_paper_texts import PaperText
from teacher_client.ui.pen_picture import SheetPicture
from teacher_client.ui.pen_texts import book_text
from teacher_client.ui.pen_told import PenTold, has_no_pattern, lack_of
from teacher_client.ui.texts import say

_STEPS: Final = {
    None: PaperText.CALIBRATE_IDLE,
    Corner.TOP_LEFT: PaperText.CALIBRATE_FIRST,
    Corner.BOTTOM_RIGHT: PaperText.CALIBRATE_SECOND,
}
_CORNERS: Final = {
    Corner.TOP_LEFT: PaperText.CORNER_FIRST,
    Corner.BOTTOM_RIGHT: PaperText.CORNER_SECOND,
}


class CalibrationFace(Face):
    """Guides through two taps; shows which corner is next and what was found."""

    def __init__(self) -> None:
        self.begin = text_button(
            say(PaperText.CALIBRATE), say(PaperText.CALIBRATE_TIP), role="primary"
        )
        super().__init__(PaperText.CALIBRATE_TITLE, PaperText.CALIBRATE_HINT, self.begin)
        self._is_on = False
        self._confirmed = Confirmed(
            self.begin, lambda is_on: self.asked.emit(CalibratePaper(is_on))
        )
        self.step = wrapped("", "title")
        self.problem = wrapped("", "small")
        self.picture = SheetPicture()
        self.picture.setMinimumHeight(240)
        for part in (self.step, self.problem):
            self.body.addWidget(part)
        self.body.addWidget(self.picture, 1)

    def show_told(self, told: PenTold, pen: PenState | None, card: PenDetails) -> None:
        """Show how it stands."""
        state = told.calibration
        self._is_on = state.awaited is not None
        lack = lack_of(pen, card)
        why_not = "" if lack is None else say(lack)
        if not why_not and has_no_pattern(card):
            why_not = say(PaperText.NO_PATTERN)
        self.say_this("" if self._is_on else why_not, "warn")
        self._show_button(state, why_not)
        self._show_step(state)
        show_words(self.problem, problem_text(state.problem), "warn")
        self._show_picture(told, card)

    def leave(self) -> None:
        """Taps leave no ink while they are awaited: nobody may forget them."""
        if self._is_on:
            self.asked.emit(CalibratePaper(False))

    def _show_button(self, state: PaperCalibration, why_not: str) -> None:
        self._confirmed.confirm_if(self._is_on)
        words = PaperText.CALIBRATE_STOP if self._is_on else PaperText.CALIBRATE
        if state.book and not self._is_on:
            words = PaperText.CALIBRATE_AGAIN
        self.begin.setText(say(words))
        self.begin.setAccessibleName(say(words))
        allow(self.begin, "" if self._is_on else why_not, say(PaperText.CALIBRATE_TIP))

    def _show_step(self, state: PaperCalibration) -> None:
        words, tone = say(_STEPS[state.awaited]), ""
        if state.book and not self._is_on:
            tone = "good"
            words = say(
                PaperText.CALIBRATE_DONE,
                book=book_text(state.book),
                width=round(state.width_mm),
                height=round(state.height_mm),
            )
        show_words(self.step, words, tone)

    def _show_picture(self, told: PenTold, card: PenDetails) -> None:
        state = told.calibration
        book = told.book_at(card.paper)
        size = (0.0, 0.0) if book is None else (book.width_mm, book.height_mm)
        if state.book:
            size = (state.width_mm, state.height_mm)
        self.picture.show_sheet(*size)
        done: tuple[Corner, ...] = ()
        if state.book and not self._is_on:
            done = tuple(Corner)
        elif state.awaited is Corner.BOTTOM_RIGHT:
            done = (Corner.TOP_LEFT,)
        self.picture.show_corners(state.awaited, done)
        name = say(PaperText.CORNERS_NONE)
        if state.awaited is not None:
            name = say(PaperText.CORNERS_PICTURE, corner=say(_CORNERS[state.awaited]))
        self.picture.setAccessibleName(name)


def problem_text(problem: TapProblem | None) -> str:
    """What was wrong with a tap, and the next step."""
    return "" if problem is None else say(PaperText[f"TAP_{problem.name}"])
