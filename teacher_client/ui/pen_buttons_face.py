"""Buttons on paper: a picture of the sheet with them, and what each does (UX §3.11)."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout

from teacher_client.lesson.link import PenState
from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    ButtonShape,
    Corner,
    PaperAction,
    PaperBook,
    PaperButton,
    PressOutcome,
    StopBinding,
    UnbindButton,
)
from teacher_client.lesson.pen_messages import PenDetails
from teacher_client.ui.parts import Confirmed, set_property, text_button, tight
from teacher_client.ui.pen_calibration_face import problem_text
from teacher_client.ui.pen_kit import Face, Rows, allow, show_words, wrapped
from teacher_client.ui.pen_paper_texts import PaperText
from teacher_client.ui.pen_picture import Cell, SheetPicture
from teacher_client.ui.pen_pressed import action_text, pressed_text
from teacher_client.ui.pen_texts import book_text
from teacher_client.ui.pen_told import PenTold, has_no_pattern, lack_of
from teacher_client.ui.texts import say

COMBO_FRAME: Final = 40
PICTURE: Final = QSize(240, 330)


class ButtonsFace(Face):
    """Shows one book's buttons; makes new ones by taps, takes old ones off."""

    def __init__(self) -> None:
        self.bind = text_button(
            say(PaperText.BUTTON_BIND), say(PaperText.BUTTON_BIND_TIP), "primary"
        )
        super().__init__(PaperText.BUTTONS_TITLE, PaperText.BUTTONS_HINT, self.bind)
        self._told = PenTold()
        self._is_on = False
        self._chosen = self._made = 0
        self._titles: dict[str, str] = {}
        self._confirmed = Confirmed(self.bind, self._ask)
        self.action = _choice(PaperText.BUTTON_ACTION)
        for action in PaperAction:
            self.action.addItem(action_text(action), action)
        self.shape = _choice(PaperText.BUTTON_SHAPE)
        self.shape.addItem(say(PaperText.BUTTON_CELL), ButtonShape.CELL)
        self.shape.addItem(say(PaperText.BUTTON_AREA), ButtonShape.AREA)
        self.scope = _choice(PaperText.BUTTON_SCOPE)
        self.scope.addItem(say(PaperText.BUTTON_EVERY), True)
        self.scope.addItem(say(PaperText.BUTTON_ONE), False)
        self.step = wrapped("", "strong")
        self.problem = wrapped("", "small")
        self.book = _choice(PaperText.BUTTONS_BOOK)
        self.picture = SheetPicture()
        self.none = wrapped(say(PaperText.BUTTONS_NONE), "smallDim")
        self._list = QVBoxLayout()
        self.rows: Rows[int, PaperButton, ButtonRow] = Rows(self._list, self._row)
        self._build()

    def show_told(self, told: PenTold, pen: PenState | None, card: PenDetails) -> None:
        """Show how it stands."""
        self._told = told
        self._is_on = told.binding.awaited is not None
        lack = lack_of(pen, card)
        why_not = "" if lack is None else say(lack)
        if not why_not and has_no_pattern(card):
            why_not = say(PaperText.NO_PATTERN)
        self._say_how(why_not)
        self._confirmed.confirm_if(self._is_on)
        words = say(PaperText.BUTTON_STOP if self._is_on else PaperText.BUTTON_BIND)
        self.bind.setText(words)
        self.bind.setAccessibleName(words)
        allow(self.bind, "" if self._is_on else why_not, say(PaperText.BUTTON_BIND_TIP))
        for choice in (self.action, self.shape, self.scope):
            choice.setEnabled(not self._is_on)
        self._show_step(told.binding)
        self._show_books(card)
        self._show_made(told.binding.button or 0)
        self._show_buttons()

    def leave(self) -> None:
        """Taps leave no ink while they are awaited: nobody may forget them."""
        if self._is_on:
            self.asked.emit(StopBinding())

    def _ask(self, is_on: bool) -> None:
        if is_on:
            action, shape = self.action.currentData(), self.shape.currentData()
            is_every = bool(self.scope.currentData())
            self.asked.emit(BindButton(PaperAction(action), ButtonShape(shape), is_every))
        else:
            self.asked.emit(StopBinding())

    def _say_how(self, why_not: str) -> None:
        pressed = self._told.pressed
        if self._told.buttons.has_failed:
            self.say_this(say(PaperText.BUTTONS_FAILED), "bad")
        elif why_not and not self._is_on:
            self.say_this(why_not, "warn")
        elif pressed is not None:
            tone = "good" if pressed.outcome is PressOutcome.DONE else "warn"
            self.say_this(pressed_text(pressed), tone)
        else:
            self.say_this("")

    def _show_step(self, binding: ButtonBinding) -> None:
        words, tone = "", ""
        if binding.action is not None:
            text = None
            if binding.awaited is Corner.BOTTOM_RIGHT:
                text = PaperText.BUTTON_TAP_SECOND
            elif binding.awaited is not None:
                is_cell = binding.shape is ButtonShape.CELL
                text = PaperText.BUTTON_TAP if is_cell else PaperText.BUTTON_TAP_FIRST
            elif binding.button is not None:
                text, tone = PaperText.BUTTON_MADE, "good"
            words = "" if text is None else say(text, action=action_text(binding.action))
        show_words(self.step, words, tone)
        show_words(self.problem, problem_text(binding.problem), "warn")

    def _show_books(self, card: PenDetails) -> None:
        """Offer the dotted books that are known or have buttons; begin with the pen's own."""
        titles = {one.book: one.title for one in self._told.books.books if one.has_pattern}
        for button in self._told.buttons.buttons:
            titles.setdefault(button.book, "")
        self.book.setVisible(len(titles) > 1)
        if titles == self._titles:
            return
        self._titles = titles
        wanted = self.book.currentData() or card.paper.rpartition(".")[0]
        self.book.clear()
        for book, title in titles.items():
            name = book_text(book, title)
            room = PICTURE.width() - COMBO_FRAME
            self.book.addItem(
                self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room), book
            )
            self.book.setItemData(self.book.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        self.book.setCurrentIndex(max(self.book.findData(wanted), 0))

    def _show_made(self, button: int) -> None:
        """A new button is looked at, in whichever book it was made."""
        made = next((one for one in self._told.buttons.buttons if one.button == button), None)
        if made is not None and button != self._made:
            self._made = self._chosen = button
            self.book.setCurrentIndex(self.book.findData(made.book))

    def _show_buttons(self) -> None:
        shown = self.book.currentData()
        buttons = [one for one in self._told.buttons.buttons if one.book == shown]
        numbers = {one.button: at for at, one in enumerate(buttons, 1)}
        self.none.setVisible(not buttons and not self._is_on)
        self.rows.show(
            [(one.button, one) for one in buttons],
            partial(ButtonRow.show_button, numbers=numbers, chosen=self._chosen),
        )
        book = self._book(shown)
        self.picture.show_sheet(*((0.0, 0.0) if book is None else (book.width_mm, book.height_mm)))
        self.picture.show_cells(tuple(_cell(one, numbers, self._chosen) for one in buttons))
        title = "" if book is None else book.title
        name = book_text(shown or "", title)
        self.picture.setAccessibleName(
            say(PaperText.BUTTONS_PICTURE, book=name, count=len(buttons))
        )

    def _book(self, address: str | None) -> PaperBook | None:
        return next((one for one in self._told.books.books if one.book == address), None)

    def _choose(self, number: int) -> None:
        """A cell of the picture was clicked: its row is the one to look at."""
        for button, row in self.rows.widgets.items():
            if row.number == number:
                self._chosen = button
                self._show_buttons()
                row.unbind.setFocus()

    def _row(self, button: PaperButton) -> ButtonRow:
        row = ButtonRow()
        row.unbind.clicked.connect(lambda: self.asked.emit(UnbindButton(button.button)))
        return row

    def _build(self) -> None:
        self._list.setSpacing(8)
        self.picture.setFixedSize(PICTURE)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.book)
        left.addWidget(self.picture)
        left.addStretch()
        right = QVBoxLayout()
        right.setSpacing(8)
        for part in (self.action, self.shape, self.scope, self.step, self.problem, self.none):
            right.addWidget(part)
        right.addLayout(self._list)
        right.addStretch()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.body.addLayout(row)
        self.picture.cell_pressed.connect(self._choose)
        self.book.activated.connect(self._show_buttons)


class ButtonRow(QFrame):
    """One button: its number on the picture, what it does, where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.setObjectName("card")
        self.what = wrapped("", "strong")
        self.where = wrapped("", "smallDim")
        self.unbind = text_button(say(PaperText.BUTTON_UNBIND), say(PaperText.BUTTON_UNBIND_TIP))
        words = QVBoxLayout()
        tight(words)
        words.addWidget(self.what)
        words.addWidget(self.where)
        row = QHBoxLayout(self)
        tight(row, 12, 8, 12, 8)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.unbind)

    def show_button(self, button: PaperButton, *, numbers: dict[int, int], chosen: int) -> None:
        """Show it under its number."""
        self.number = numbers[button.button]
        action = action_text(button.action)
        self.what.show_text(say(PaperText.BUTTON_ROW, number=self.number, action=action))
        self.where.show_text(_where(button))
        self.setAccessibleName(self.what.text())
        self.unbind.setAccessibleName(
            say(PaperText.BUTTON_UNBIND_NAMED, number=self.number, action=action)
        )
        set_property(self, "isChosen", button.button == chosen)


def _where(button: PaperButton) -> str:
    values = {"x": round(button.x_mm), "y": round(button.y_mm)}
    if button.page is None:
        return say(PaperText.BUTTON_PLACE_EVERY, **values)
    return say(PaperText.BUTTON_PLACE_ONE, page=button.page, **values)


def _cell(button: PaperButton, numbers: dict[int, int], chosen: int) -> Cell:
    return Cell(
        numbers[button.button],
        QRectF(button.x_mm, button.y_mm, button.width_mm, button.height_mm),
        action_text(button.action),
        button.button == chosen,
    )


def _choice(name: PaperText) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(say(name))
    box.setToolTip(say(name))
    box.setMinimumHeight(32)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box
