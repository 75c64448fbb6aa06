"""The books in a pen's memory as the window is told of them, and what went wrong with them."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from pen_driver import (
    DeleteOutcome,
    FetchOutcome,
    NcodeBook,
    OfflineListed,
    OfflinePagesListed,
    PenSilentError,
)
from pen_driver.offline import PenTalk, offline_list, offline_pages
from teacher_client.lesson.note_messages import (
    MAX_BOOKS,
    MAX_PAGES,
    StoredBook,
    StoredProblem,
    StoredState,
)

PROBLEM_OF_COPY = {
    FetchOutcome.WHOLE: StoredProblem.NOT_VERIFIED,  # whole, and yet without a proof
    FetchOutcome.EMPTY: StoredProblem.EMPTY,
    FetchOutcome.INCOMPLETE: StoredProblem.INCOMPLETE,
    FetchOutcome.DAMAGED: StoredProblem.DAMAGED,
    FetchOutcome.SILENT: StoredProblem.SILENT,
    FetchOutcome.LINK_LOST: StoredProblem.LINK_LOST,
    FetchOutcome.STOPPED: StoredProblem.STOPPED,
    FetchOutcome.REFUSED: StoredProblem.REFUSED,
}
PROBLEM_OF_DELETION = {
    DeleteOutcome.GROWN: StoredProblem.GROWN,
    DeleteOutcome.OTHER_PEN: StoredProblem.OTHER_PEN,
    DeleteOutcome.REFUSED: StoredProblem.REFUSED,
    DeleteOutcome.NO_ANSWER: StoredProblem.UNSURE,
}


def books_listed(
    before: dict[NcodeBook, StoredBook],
    listed: OfflineListed,
    pages: dict[NcodeBook, OfflinePagesListed],
) -> dict[NcodeBook, StoredBook]:
    """Return the books as they stand after the pen has told its list.

    What is known of a copy stays; what was deleted is shown until another pen is used.
    """
    books: dict[NcodeBook, StoredBook] = {}
    for book in listed.books:
        known = before.get(book)
        if known is None or known.state is StoredState.DELETED:
            known = StoredBook(str(book), StoredState.NOT_COPIED)
        told = pages.get(book)
        if told is not None:
            has_more = not told.is_complete or len(told.pages) > MAX_PAGES
            known = replace(known, pages=told.pages[:MAX_PAGES], has_more_pages=has_more)
        books[book] = known
    for book, gone in before.items():
        if gone.state is StoredState.DELETED:
            books.setdefault(book, gone)
    return books


def list_all(talk: PenTalk) -> tuple[OfflineListed, dict[NcodeBook, OfflinePagesListed]]:
    """Ask for the books and their pages; blocking.

    Raises:
        PenSilentError: the pen is not there, or does not answer.
    """
    listed = offline_list(talk)
    pages: dict[NcodeBook, OfflinePagesListed] = {}
    for book in listed.books[:MAX_BOOKS]:
        with contextlib.suppress(PenSilentError):  # it may still be copied
            pages[book] = offline_pages(talk, book)
    return listed, pages
