"""Copies of a pen's notes on this computer, page by page; each can go into a lesson."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from teacher_client.lesson.note_messages import (
    KeptBook,
    KeptNotes,
    KeptPage,
    KeptPlaced,
    PlaceKept,
    PlaceOutcome,
)
from teacher_client.ui.parts import Label, text_button, tight
from teacher_client.ui.pen_kit import FoldedRows, Rows, allow, show_words, wrapped
from teacher_client.ui.pen_note_texts import NoteText
from teacher_client.ui.pen_texts import book_text
from teacher_client.ui.texts import say

_OUTCOMES: Final = {
    PlaceOutcome.PLACED: (NoteText.PLACED, "good"),
    PlaceOutcome.NO_LESSON: (NoteText.PLACED_NO_LESSON, "warn"),
    PlaceOutcome.NO_PAGE: (NoteText.PLACED_NO_PAGE, "warn"),
    PlaceOutcome.NO_INK: (NoteText.PLACED_NO_INK, "warn"),
    PlaceOutcome.DISK: (NoteText.PLACED_DISK, "bad"),
}


def note_date(ms: int) -> str:
    """When a note was written, in local time; with its year where that is not this one."""
    when = datetime.fromtimestamp(ms / 1000).astimezone()
    is_now = when.year == datetime.now().astimezone().year
    return when.strftime("%m-%d %H:%M" if is_now else "%Y-%m-%d %H:%M")


class KeptCopies(QWidget):
    """The list of copies.

    Signals:
        asked: PlaceKept.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.said = wrapped("", "small")
        self.rows: Rows[tuple[str, str, str], KeptBook, _KeptRow]
        column = QVBoxLayout(self)
        tight(column)
        column.setSpacing(8)
        column.addWidget(Label(say(NoteText.KEPT), "title"))
        column.addWidget(self.said)
        books = QVBoxLayout()
        books.setSpacing(8)
        column.addLayout(books)
        self.rows = Rows(books, self._row)

    def show_kept(self, kept: KeptNotes | None, placed: KeptPlaced | None) -> None:
        """Show the copies; `placed` is what became of the last page put into a lesson."""
        self.setVisible(kept is not None)
        if kept is None:
            return
        words, tone = say(NoteText.KEPT_FAILED), "bad"
        if not kept.has_failed:
            words, tone = "" if kept.books else say(NoteText.KEPT_NONE), ""
            if placed is not None:
                text, tone = _OUTCOMES[placed.outcome]
                words = say(text, count=placed.strokes)
        show_words(self.said, words, tone)
        self.rows.show(
            [((one.pen, one.book, one.title), one) for one in kept.books],
            partial(_KeptRow.show_book, can_place=kept.can_place),
        )

    def _row(self, book: KeptBook) -> _KeptRow:
        row = _KeptRow(book)
        row.asked.connect(self.asked)
        return row


class _KeptRow(QFrame):
    asked = Signal(object)

    def __init__(self, book: KeptBook) -> None:
        super().__init__()
        self.setObjectName("card")
        self._pen, self._book = book.pen, book.book
        self._name = book_text(book.book, book.title)
        self._can_place = False
        self.setAccessibleName(self._name)
        self.pages: FoldedRows[int, KeptPage, _KeptPageRow] = FoldedRows(
            self._name, self._page, self._show_page
        )
        column = QVBoxLayout(self)
        tight(column, 12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(wrapped(self._name, "strong"))
        column.addLayout(self.pages.layout)

    def show_book(self, book: KeptBook, *, can_place: bool) -> None:
        self._can_place = can_place
        self.pages.show((page.page, page) for page in book.pages)

    def _show_page(self, row: _KeptPageRow, page: KeptPage) -> None:
        row.show_page(page, name=self._name, can_place=self._can_place)

    def _page(self, page: KeptPage) -> _KeptPageRow:
        row = _KeptPageRow()
        row.place.clicked.connect(
            lambda: self.asked.emit(PlaceKept(self._pen, self._book, page.page))
        )
        return row


class _KeptPageRow(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self._facts = wrapped("", "smallDim")
        self.place = text_button(say(NoteText.KEPT_PLACE))
        layout = QHBoxLayout(self)
        tight(layout)
        layout.setSpacing(8)
        layout.addWidget(self._facts, 1)
        layout.addWidget(self.place)

    def show_page(self, page: KeptPage, *, name: str, can_place: bool) -> None:
        strokes = say(NoteText.STROKES, count=page.strokes)
        words = say(NoteText.KEPT_PAGE, page=page.page, strokes=strokes)
        if page.last_ms is not None:
            words = f"{words} · {note_date(page.last_ms)}"
        self._facts.show_text(words)
        self.place.setAccessibleName(say(NoteText.KEPT_PLACE_NAMED, name=name, page=page.page))
        allow(self.place, "" if can_place else say(NoteText.KEPT_NO_LESSON))
