"""The faces of the pen's page: one is shown, a row of switches above chooses which."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from teacher_client.lesson.link import PenState
from teacher_client.lesson.pen_messages import PenDetails
from teacher_client.ui.parts import set_property, text_button, tight
from teacher_client.ui.pen_books_face import BooksFace
from teacher_client.ui.pen_buttons_face import ButtonsFace
from teacher_client.ui.pen_calibration_face import CalibrationFace
from teacher_client.ui.pen_kit import Face
from teacher_client.ui.pen_notes_face import NotesFace
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.pen_told import PenTold, lack_of
from teacher_client.ui.pen_trial_card import PenTrialCard
from teacher_client.ui.texts import say


class PenFaces(QWidget):
    """Test, notes, calibration, books, buttons.

    Signals:
        asked: the messages of all faces.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.trial = PenTrialCard()
        self.notes = NotesFace()
        self.calibration = CalibrationFace()
        self.books = BooksFace()
        self.buttons = ButtonsFace()
        self._told = (self.notes, self.calibration, self.books, self.buttons)
        self.choices: dict[PenText, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._can_ask = False
        self._build()

    def open(self) -> None:
        """The teacher came to the page: the face that was last here has the focus."""
        face = self._stack.currentWidget()
        main = next((one.main for one in self._told if one is face), self.trial.button)
        (main or self.choices[PenText.FACE_BOOKS]).setFocus()
        self._begin()

    def lesson_changed(self) -> None:
        """A lesson began or ended: copies can go into it, or no longer."""
        if self.notes.isVisible():
            self.notes.ask(has_pen=False)

    def leave(self) -> None:
        """Nobody looks any more: what waits for taps or tests is given up."""
        self.trial.leave()
        for face in self._told:
            face.leave()

    def choose(self, name: PenText) -> None:
        """Show a face."""
        self.choices[name].click()

    def toggle_trial(self) -> None:
        """Begin or end the test, whichever face is shown."""
        self.choose(PenText.FACE_TRIAL)
        self.trial.toggle()

    def show_told(self, told: PenTold, pen: PenState | None, card: PenDetails) -> None:
        """Show how everything stands."""
        for face in self._told:
            face.show_told(told, pen, card)
        self.trial.show_log(told.log)
        # the password comes first: there is one main button on the screen
        role = "primary" if card.attempts_left is None else "second"
        for button in (self.trial.button, *(face.main for face in self._told)):
            if button is not None:
                set_property(button, "role", role)
        could, self._can_ask = self._can_ask, lack_of(pen, card) is None
        if self._can_ask and not could and self.isVisible():
            self._begin()

    def _begin(self) -> None:
        """A face that lives from what others keep asks for it."""
        if self._stack.currentWidget() is self.notes:
            self.notes.ask(has_pen=self._can_ask)

    def _show_face(self, at: int) -> None:
        if at == self._stack.currentIndex():
            return
        self.leave()
        self._stack.setCurrentIndex(at)
        self._let_tab_stop()
        self._begin()

    def _let_tab_stop(self) -> None:
        """The row is one stop, at what is chosen; arrows go on from there, as Qt does in a group
        once it has the focus."""
        for choice in self.choices.values():
            is_stop = choice.isChecked()
            policies = Qt.FocusPolicy
            choice.setFocusPolicy(policies.TabFocus if is_stop else policies.NoFocus)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        faces: dict[PenText, PenTrialCard | Face] = {
            PenText.FACE_TRIAL: self.trial,
            PenText.FACE_NOTES: self.notes,
            PenText.FACE_CALIBRATION: self.calibration,
            PenText.FACE_BOOKS: self.books,
            PenText.FACE_BUTTONS: self.buttons,
        }
        for at, (name, face) in enumerate(faces.items()):
            choice = text_button(say(name), role="plain")
            choice.setCheckable(True)
            self._group.addButton(choice, at)
            self.choices[name] = choice
            row.addWidget(choice)
            self._stack.addWidget(face)
            face.asked.connect(self.asked)
        row.addStretch()
        self.choices[PenText.FACE_TRIAL].setChecked(True)
        self._let_tab_stop()
        self._group.idToggled.connect(lambda at, is_on: self._show_face(at) if is_on else None)
        self.setAccessibleName(say(PenText.FACES))
        self._stack.setAccessibleName(say(PenText.FACES))
        column = QVBoxLayout(self)
        tight(column)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
