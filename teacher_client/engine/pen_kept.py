"""Copies of pens' notes on this disk: which there are, and their ink. Blocking, one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pen_driver import NcodeBook
from pen_driver.address import parse_book
from pen_driver.offline import StoredStroke, read_book
from pen_driver.offline.store import book_path
from teacher_client.lesson.note_messages import MAX_BOOKS, MAX_PAGES, KeptBook, KeptPage

SUFFIX = ".ink"
MOST_PAGES_TOLD = 10_000
"""In one message; a frame holds 4 MiB."""


@dataclass(slots=True)
class _Page:
    strokes: int = 0
    times_ms: list[int] = field(default_factory=list)


class KeptCopies:
    """The folder of copies. What did not change on disk is not read again.

    Raises:
        OSError: by every method, where the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[tuple[int, int], tuple[KeptPage, ...]]] = {}

    def books(self, title_of: Callable[[str], str]) -> tuple[KeptBook, ...]:
        """Return all copies, newest ink first."""
        found = [
            KeptBook(pen, str(book), title_of(str(book)), pages)
            for pen, book in self._files()
            if (pages := self.pages(pen, book))
        ]
        found.sort(key=lambda book: -max(page.last_ms or 0 for page in book.pages))
        left, told = MOST_PAGES_TOLD, []
        for book in found[:MAX_BOOKS]:
            told.append(replace(book, pages=book.pages[:left]))
            left = max(left - len(book.pages), 0)
        return tuple(told)

    def pages(self, pen: str, book: NcodeBook) -> tuple[KeptPage, ...]:
        """Return the pages of one copy, ascending."""
        path = book_path(self.folder, pen, book)
        try:
            status = path.stat()
        except FileNotFoundError:
            return ()
        state = (status.st_mtime_ns, status.st_size)
        known = self._read.get(path)
        if known is None or known[0] != state:
            known = self._read[path] = (state, _pages(read_book(self.folder, pen, book)))
        return known[1]

    def strokes(self, pen: str, book: NcodeBook, page: int) -> list[StoredStroke]:
        """Return one page's ink, as it was written."""
        return [s for s in read_book(self.folder, pen, book) if s.stroke.page.page == page]

    def strokes_since(self, pen: str, book: NcodeBook, t0: float) -> list[StoredStroke]:
        """Return what was written since `t0` (seconds since 1970), oldest first."""
        found = [s for s in read_book(self.folder, pen, book) if s.t0 is not None and s.t0 >= t0]
        return sorted(found, key=lambda stored: stored.t0 or 0.0)

    def _files(self) -> Iterator[tuple[str, NcodeBook]]:
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob(f"*/*{SUFFIX}")):
            try:
                book = parse_book(path.name.removesuffix(SUFFIX))
            except ValueError:
                continue
            if 0 < len(path.parent.name) <= 64:
                yield path.parent.name, book


def _pages(strokes: Iterator[StoredStroke]) -> tuple[KeptPage, ...]:
    pages: dict[int, _Page] = {}
    for stored in strokes:
        page = pages.setdefault(stored.stroke.page.page, _Page())
        page.strokes += 1
        if stored.t0 is not None:
            page.times_ms.append(max(0, round(stored.t0 * 1000)))
    return tuple(
        KeptPage(
            number,
            page.strokes,
            min(page.times_ms, default=None),
            max(page.times_ms, default=None),
        )
        for number, page in sorted(pages.items())[:MAX_PAGES]
    )
