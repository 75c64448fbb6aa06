"""Registered notebooks: their names, their sheets, which page was whose (UX §3.11)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from teacher_client.lesson.link import PenState
from teacher_client.lesson.paper_messages import (
    LONGEST_TITLE,
    ForgetBook,
    NameBook,
    PaperBook,
    PaperBooks,
    PaperPage,
)
from teacher_client.lesson.pen_messages import PenDetails
from teacher_client.ui.history import date_text
from teacher_client.ui.parts import Label, text_button, tight
from teacher_client.ui.pen_kit import Face, FoldedRows, Rows, Twice, show_words, wrapped
from teacher_client.ui.pen_paper_texts import PaperText
from teacher_client.ui.pen_texts import book_text
from teacher_client.ui.pen_told import PenTold
from teacher_client.ui.texts import say


class BooksFace(Face):
    """The list of books; needs no pen."""

    def __init__(self) -> None:
        super().__init__(PaperText.BOOKS_TITLE, PaperText.BOOKS_HINT)
        self._shown: PaperBooks | None = None
        rows = QVBoxLayout()
        rows.setSpacing(8)
        self.body.addLayout(rows)
        self.body.addStretch()
        self.rows: Rows[tuple[str, str], PaperBook, BookRow] = Rows(rows, self._row)

    def show_told(self, told: PenTold, pen: PenState | None, card: PenDetails) -> None:
        """Show the books."""
        books = told.books
        if books is self._shown:
            return
        self._shown = books
        if books.has_failed:
            self.say_this(say(PaperText.BOOKS_FAILED), "bad")
        else:
            self.say_this("" if books.books else say(PaperText.BOOKS_NONE))
        self.rows.show([((one.book, one.title), one) for one in books.books], BookRow.show_book)

    def _row(self, book: PaperBook) -> BookRow:
        row = BookRow(book)
        row.asked.connect(self.asked)
        return row


class BookRow(QFrame):
    """One book under one name.

    Signals:
        asked: NameBook or ForgetBook.
    """

    asked = Signal(object)

    def __init__(self, book: PaperBook) -> None:
        super().__init__()
        self._book, self._title = book.book, book.title
        name = book_text(book.book, book.title)
        self.setObjectName("card")
        self.setAccessibleName(name)
        self.title = wrapped(name, "strong")
        self.facts = wrapped("", "smallDim")
        self.rename = text_button(say(PaperText.BOOK_RENAME))
        self.rename.setAccessibleName(say(PaperText.BOOK_RENAME_NAMED, name=name))
        self.forget = text_button(
            say(PaperText.BOOK_FORGET), say(PaperText.BOOK_FORGET_TIP), role="risk"
        )
        self.forget.setAccessibleName(say(PaperText.BOOK_FORGET_NAMED, name=name))
        self.twice = Twice(
            self.forget,
            say(PaperText.BOOK_FORGET_AGAIN),
            lambda: self.asked.emit(ForgetBook(self._book)),
        )
        self.field = _TitleField(book.title)
        self.save = text_button(say(PaperText.BOOK_SAVE), say(PaperText.BOOK_SAVE_TIP), "second")
        self.pages: FoldedRows[tuple[int, str, int], PaperPage, Label] = FoldedRows(
            name, _page_label, _show_page
        )
        self._editor = QWidget()
        self._build()

    def show_book(self, book: PaperBook) -> None:
        """Show size and pages."""
        show_words(self.facts, _facts(book))
        self.pages.show(((page.page, page.session, page.at_ms), page) for page in book.pages)

    def _edit(self, *, is_on: bool) -> None:
        self._editor.setVisible(is_on)
        for part in (self.title, self.rename, self.forget):
            part.setVisible(not is_on)
        if is_on:
            self.field.setText(self._title)
            self.field.selectAll()
            self.field.setFocus()
        else:
            self.rename.setFocus()

    def _save(self) -> None:
        title = self.field.text().strip()
        self._edit(is_on=False)
        if title != self._title:
            self.asked.emit(NameBook(self._book, title))

    def _build(self) -> None:
        self.field.setMaxLength(LONGEST_TITLE)
        self.field.setPlaceholderText(say(PaperText.BOOK_NAME))
        self.field.setAccessibleName(say(PaperText.BOOK_NAME))
        editing = QHBoxLayout(self._editor)
        tight(editing)
        editing.setSpacing(8)
        editing.addWidget(self.field, 1)
        editing.addWidget(self.save)
        self._editor.hide()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.rename)
        head.addWidget(self.forget)
        column = QVBoxLayout(self)
        tight(column, 12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._editor)
        column.addWidget(self.facts)
        column.addLayout(self.pages.layout)
        self.rename.clicked.connect(partial(self._edit, is_on=True))
        self.save.clicked.connect(self._save)
        self.field.returnPressed.connect(self._save)
        self.field.given_up.connect(partial(self._edit, is_on=False))


def _facts(book: PaperBook) -> str:
    parts = [book_text(book.book)] if book.title else []
    if book.width_mm > 0 and book.height_mm > 0:
        width, height = round(book.width_mm), round(book.height_mm)
        parts.append(say(PaperText.BOOK_SIZE, width=width, height=height))
    how = PaperText.BOOK_GROWS
    if book.is_calibrated:
        how = PaperText.BOOK_CALIBRATED
    elif book.is_known:
        how = PaperText.BOOK_KNOWN
    parts.append(say(how))
    return " · ".join(parts)


def _page_text(page: PaperPage) -> str:
    parts = [say(PaperText.BOOK_PAGE, page=page.page)]
    parts.append(page.pupils or say(PaperText.BOOK_PUPIL_UNKNOWN))
    if page.at_ms:
        parts.append(date_text(page.at_ms))
    return " · ".join(parts)


def _page_label(page: PaperPage) -> Label:
    return wrapped(_page_text(page), "small")


def _show_page(label: Label, page: PaperPage) -> None:
    label.show_text(_page_text(page))


class _TitleField(QLineEdit):
    """Takes a name; Esc is its own, not the page's.

    Signals:
        given_up: Esc was pressed.
    """

    given_up = Signal()

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)
