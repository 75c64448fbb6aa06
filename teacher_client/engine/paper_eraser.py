"""An eraser on paper: each pass of it over a page is one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from signaling_server.protocol.commands import MAX_ITEMS_NAMED, MAX_PARTS_NAMED, StrokePart
from signaling_server.protocol.entries import Body, Entry, EntryKind, ItemsNamed, PartsNamed
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, PageId, StrokeId
from teacher_client.geometry.area_eraser import AreaEraser
from teacher_client.lesson.author import LessonAuthor
from teacher_client.lesson.drafts import pieces
from teacher_client.lesson.hits import PageHits

WARMED_AT_ONCE = 300  # about 5 ms
RADIUS = 250  # 1/100 mm: the eraser's tip is about 5 mm wide


class PaperEraser:
    """Takes whole strokes, or only what it passes over.

    Args:
        now_ms: lesson time.
        write: takes the entries.
    """

    def __init__(
        self,
        author: LessonAuthor,
        now_ms: Callable[[], int],
        write: Callable[[Iterable[Entry]], None],
    ) -> None:
        self._author = author
        self._now_ms = now_ms
        self._write = write
        self._hits = PageHits()
        self._page = PageId(0)
        self._area: AreaEraser | None = None
        self._last: tuple[int, int] | None = None
        self._command = NO_COMMAND

    def warm_up(self, page: PageId) -> None:
        """Look at some strokes of the page, so that a pass on a full one begins at once."""
        there = self._author.board.pages.get(page)
        if there is not None:
            self._hits.of(there, WARMED_AT_ONCE)

    def down(self, page: PageId, *, takes_area: bool) -> None:
        """A pass begins."""
        self._page, self._last, self._command = page, None, NO_COMMAND
        there = self._author.board.pages.get(page)
        self._area = None
        if takes_area and there is not None:
            self._area = AreaEraser(self._hits.of(there), RADIUS)

    def move(self, x: int, y: int) -> None:
        """It comes to (x, y), in 1/100 mm on the page."""
        start, self._last = self._last or (x, y), (x, y)
        page = self._author.board.pages.get(self._page)
        if page is None:
            return
        index = self._hits.of(page)
        if self._area is None:
            self._say(index.along(start, (x, y), RADIUS), ())
        else:
            self._area.move(x, y)
            erased = self._area.take()
            self._say(erased.gone, erased.parts)

    def _say(self, gone: Sequence[StrokeId], parts: Sequence[StrokePart]) -> None:
        for names in pieces(gone, MAX_ITEMS_NAMED):
            self._write_entry(EntryKind.ITEMS_ERASED, ItemsNamed(names))
        for some in pieces(parts, MAX_PARTS_NAMED):
            self._write_entry(EntryKind.PARTS_ERASED, PartsNamed(some))

    def _write_entry(self, kind: EntryKind, body: Body) -> None:
        self._command = self._command or self._author.new_step()
        entry = self._author.write(
            kind, body, self._now_ms(), self._page, author=TEACHER, command=self._command
        )
        self._write([entry])
