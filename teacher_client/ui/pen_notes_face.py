"""Notes in the pen: list, copy, verify; deleting them is a thing of its own (UX §3.11)."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from teacher_client.lesson.link import PenState
from teacher_client.lesson.note_messages import (
    CopyStored,
    DeleteStored,
    ListKept,
    ListStored,
    StopCopy,
    StoredBook,
    StoredNotes,
    StoredProblem,
    StoredState,
)
from teacher_client.lesson.pen_messages import PenDetails
from teacher_client.ui.parts import text_button, tight
from teacher_client.ui.pen_kept import KeptCopies, note_date
from teacher_client.ui.pen_kit import (
    Bar,
    Face,
    Rows,
    Twice,
    allow,
    show_path,
    show_words,
    wrapped,
)
from teacher_client.ui.pen_note_texts import NoteText
from teacher_client.ui.pen_texts import PenText, book_text
from teacher_client.ui.pen_told import PenTold, lack_of
from teacher_client.ui.texts import say

_BUSY: Final = (StoredState.WAITING, StoredState.COPYING, StoredState.DELETING)
_STATES: Final = {
    StoredState.NOT_COPIED: (NoteText.STORED_NOT_COPIED, ""),
    StoredState.WAITING: (NoteText.STORED_WAITING, ""),
    StoredState.COPYING: (NoteText.STORED_STARTING, ""),
    StoredState.VERIFIED: (NoteText.STORED_VERIFIED, "good"),
    StoredState.FAILED: (NoteText.STORED_FAILED, "bad"),
    StoredState.DELETING: (NoteText.STORED_DELETING, ""),
    StoredState.DELETED: (NoteText.STORED_DELETED, "good"),
}


class NotesFace(Face):
    """What the pen has stored, and what of it is on this disk."""

    def __init__(self) -> None:
        self.list = text_button(say(NoteText.NOTES_LIST), role="primary")
        super().__init__(PenText.FACE_NOTES, NoteText.NOTES_HINT, self.list)
        self.stored = QVBoxLayout()
        self.stored.setSpacing(8)
        self.rows: Rows[tuple[str, str], StoredBook, StoredRow] = Rows(self.stored, self._row)
        self.more = wrapped(say(NoteText.NOTES_MORE), "smallDim")
        self.folder = wrapped("", "smallDim")
        self.kept = KeptCopies()
        self._shown: tuple[object, ...] = ()
        for part in (self.more, self.folder, self.kept):
            part.hide()
        self.body.addLayout(self.stored)
        self.body.addWidget(self.more)
        self.body.addWidget(self.folder)
        self.body.addWidget(self.kept)
        self.body.addStretch()
        self.list.clicked.connect(partial(self.ask, has_pen=True))
        self.kept.asked.connect(self.asked)

    def ask(self, *, has_pen: bool) -> None:
        """Ask the disk for the copies, and a pen that is here for its list."""
        self.asked.emit(ListKept())
        if has_pen:
            self.asked.emit(ListStored())

    def show_told(self, told: PenTold, pen: PenState | None, card: PenDetails) -> None:
        """Show how things stand."""
        lack = lack_of(pen, card)
        if (told.notes, told.kept, told.placed, lack) == self._shown:
            return
        self._shown = (told.notes, told.kept, told.placed, lack)
        notes = told.notes or StoredNotes()
        cannot = "" if lack is None else say(lack)
        if not cannot and told.notes is not None and not notes.can_list:
            cannot = say(NoteText.PROBLEM_NO_MEMORY)
        waits = say(NoteText.NOTES_LISTING) if notes.is_listing else ""
        allow(self.list, cannot or waits, say(NoteText.NOTES_LIST_TIP))
        self._say_how(notes, cannot or waits)
        self.hint.setVisible(not notes.deletes_on_copy)  # there it would not be true
        self.more.setVisible(notes.has_more)
        self.rows.show(
            [((book.book, book.title), book) for book in notes.books],
            partial(StoredRow.show_book, cannot=cannot, takes=notes.deletes_on_copy),
        )
        show_path(self.folder, NoteText.NOTES_FOLDER, notes.folder if notes.books else "")
        self.kept.show_kept(told.kept, told.placed)

    def _say_how(self, notes: StoredNotes, cannot: str) -> None:
        if cannot:
            self.say_this(cannot, "" if notes.is_listing else "warn")
        elif notes.problem is not None:
            self.say_this(problem_text(notes.problem), "bad")
        elif not notes.is_listed:
            self.say_this(say(NoteText.NOTES_NOT_LISTED))
        elif notes.deletes_on_copy and notes.books:
            self.say_this(say(NoteText.NOTES_TAKES), "warn")
        else:
            self.say_this("" if notes.books else say(NoteText.NOTES_NONE))

    def _row(self, book: StoredBook) -> StoredRow:
        row = StoredRow(book.book, book_text(book.book, book.title))
        row.asked.connect(self.asked)
        return row


class StoredRow(QFrame):
    """One book of the pen: what it is, how it stands, copy, stop, delete.

    Signals:
        asked: CopyStored, StopCopy or DeleteStored.
    """

    asked = Signal(object)

    def __init__(self, book: str, name: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(name)
        self._book = book
        self._takes = False
        self._shown: tuple[StoredBook, str, bool] | None = None
        self.title = wrapped(name, "strong")
        self.facts = wrapped("", "smallDim")
        self.state = wrapped("", "small")
        self.bar = Bar()
        self.copy = text_button(say(NoteText.NOTE_COPY), role="second")
        self.copy.setAccessibleName(say(NoteText.NOTE_COPY_NAMED, name=name))
        self.stop = text_button(say(NoteText.NOTE_STOP), say(NoteText.NOTE_STOP_TIP))
        self.delete = text_button(say(NoteText.NOTE_DELETE), role="risk")
        self.delete.setAccessibleName(say(NoteText.NOTE_DELETE_NAMED, name=name))
        self.twice = Twice(self.delete, say(NoteText.NOTE_DELETE_AGAIN), self._ask_delete)
        self.asking = QWidget()
        self.take = text_button(say(NoteText.NOTE_TAKE), role="risk")
        self.keep = text_button(say(NoteText.NOTE_KEEP))
        self._build(name)

    def show_book(self, book: StoredBook, *, cannot: str, takes: bool) -> None:
        """Show how it stands; `cannot`: why nothing can be asked; `takes`: copying deletes."""
        if (book, cannot, takes) == self._shown:
            return
        self._shown = (book, cannot, takes)
        self._takes = takes
        show_words(self.facts, facts_text(book))
        is_busy = book.state in _BUSY
        is_gone = book.state is StoredState.DELETED
        is_gone = is_gone or (takes and book.state is StoredState.VERIFIED)
        self._show_state(book)
        self.copy.setVisible(not is_busy and not is_gone)
        is_again = book.state in (StoredState.VERIFIED, StoredState.FAILED)
        self.copy.setText(say(NoteText.NOTE_COPY_AGAIN if is_again else NoteText.NOTE_COPY))
        allow(self.copy, cannot)
        self.stop.setVisible(book.state in (StoredState.WAITING, StoredState.COPYING))
        self.delete.setVisible(not is_busy and not is_gone)
        allow(self.delete, cannot or _why_kept(book, takes))
        if is_busy or cannot:
            self.twice.disarm()
            self.asking.hide()

    def _show_state(self, book: StoredBook) -> None:
        words, tone = say(_STATES[book.state][0]), _STATES[book.state][1]
        is_counted = book.state is StoredState.COPYING and book.strokes > 0
        if is_counted:
            words = say(NoteText.STORED_COPYING, copied=book.copied, strokes=book.strokes)
            self.bar.show_share(min(book.copied / book.strokes, 1.0))
        self.bar.setVisible(is_counted)
        self.bar.setAccessibleName(words)
        if book.problem is not None:
            tone = "bad" if book.state is StoredState.FAILED else "warn"
            words = say(NoteText.STORED_WITH, state=words, problem=problem_text(book.problem))
        show_words(self.state, words, tone)

    def _ask_copy(self) -> None:
        if self._takes:
            self.asking.show()
            self.keep.setFocus()
        else:
            self.asked.emit(CopyStored(self._book))

    def _ask_take(self) -> None:
        self.asking.hide()
        self.asked.emit(CopyStored(self._book, is_confirmed=True))

    def _ask_delete(self) -> None:
        self.asked.emit(DeleteStored(self._book, is_confirmed=True))

    def _build(self, name: str) -> None:
        column = QVBoxLayout(self)
        tight(column, 12, 8, 12, 8)
        column.setSpacing(4)
        for part in (self.title, self.facts, self.state, self.bar):
            column.addWidget(part)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.copy, self.stop, self.delete):
            buttons.addWidget(button)
        buttons.addStretch()
        column.addSpacing(4)
        column.addLayout(buttons)
        asked = QVBoxLayout(self.asking)
        tight(asked)
        asked.setSpacing(8)
        question = wrapped(say(NoteText.NOTE_TAKE_ASK, name=name), "small")
        question.set_tone("bad")
        asked.addWidget(question)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        answers.addWidget(self.keep)
        answers.addWidget(self.take)
        answers.addStretch()
        asked.addLayout(answers)
        self.asking.hide()
        column.addWidget(self.asking)
        self.copy.clicked.connect(self._ask_copy)
        self.take.clicked.connect(self._ask_take)
        self.keep.clicked.connect(self.asking.hide)
        self.stop.clicked.connect(lambda: self.asked.emit(StopCopy()))


def facts_text(book: StoredBook) -> str:
    """Pages, strokes and days of a book, as far as they are known."""
    parts = []
    if book.pages:
        text = NoteText.PAGES_MORE if book.has_more_pages else NoteText.PAGES
        parts.append(say(text, pages=pages_text(book.pages)))
    if book.strokes:
        parts.append(say(NoteText.STROKES, count=book.strokes))
    parts.append(days_text(book.first_ms, book.last_ms))
    return " · ".join(part for part in parts if part)


def pages_text(pages: tuple[int, ...]) -> str:
    """Ascending page numbers, neighbours drawn together: ``1–3, 7``."""
    runs: list[tuple[int, int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], page)
        else:
            runs.append((page, page))
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in runs)


def days_text(first_ms: int | None, last_ms: int | None) -> str:
    """When it was written, '' where the pen's clock was never set."""
    if first_ms is None or last_ms is None:
        return ""
    first, last = note_date(first_ms), note_date(last_ms)
    return first if first == last else say(NoteText.DAYS, first=first, last=last)


def problem_text(problem: StoredProblem) -> str:
    """What went wrong, and the next step."""
    return say(NoteText[f"PROBLEM_{problem.name}"])


def _why_kept(book: StoredBook, takes: bool) -> str:
    if takes:
        return say(NoteText.NOTE_DELETE_BY_PEN)
    return "" if book.can_delete else say(NoteText.NOTE_DELETE_FIRST)
