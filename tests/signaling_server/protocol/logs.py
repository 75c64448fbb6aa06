"""A board, and a hand that writes its entries one after another."""

from __future__ import annotations

from signaling_server.protocol.board import Board, Changes, Stroke
from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.entries import (
    ActionNamed,
    Body,
    Entry,
    EntryKind,
    ItemsNamed,
    PageAdded,
)
from signaling_server.protocol.ids import CommandId, EntryNumber, Member, PageId, StrokeId
from signaling_server.protocol.ink import InkBody, Samples

from .worlds import STYLE

ONE, TWO = PageId(1), PageId(2)
A, B = StrokeId(101), StrokeId(102)
PAGE = PageAdded(17_600, 25_000, PageKind.DOTS)


class Log:
    """A board of so many pages; the teacher writes on it unless another author is named."""

    def __init__(self, pages: int = 1) -> None:
        self.board = Board()
        self.number = 0
        for page in range(1, pages + 1):
            self.write(EntryKind.PAGE_ADDED, PAGE, page=page)

    def write(
        self,
        kind: EntryKind | int,
        body: Body,
        page: int = 0,
        author: int = 1,
        time_ms: int = 0,
        command: int = 0,
    ) -> Changes:
        self.number += 1
        number = EntryNumber(self.number)
        entry = Entry(
            kind,
            number,
            time_ms,
            body,
            PageId(page),
            Member(author),
            command=CommandId(command),
        )
        return self.board.apply(entry)

    def begin(
        self, name: StrokeId, count: int = 2, page: int = 1, author: int = 1, is_last: bool = True
    ) -> int:
        """Begin a stroke; the number of the entry that did."""
        body = InkBody(name, 0, line(0, count), STYLE, is_last)
        self.write(EntryKind.INK_BEGIN, body, page, author)
        return self.number

    def more(self, name: StrokeId, first: int, count: int = 2, author: int = 1) -> Changes:
        return self.write(EntryKind.INK_MORE, InkBody(name, first, line(first, count)), 1, author)

    def end(self, name: StrokeId, first: int, count: int = 0, is_cut: bool = False) -> Changes:
        body = InkBody(name, first, line(first, count), None, True, is_cut)
        return self.write(EntryKind.INK_END, body, 1)

    def erase(self, *names: StrokeId, page: int = 1) -> int:
        self.write(EntryKind.ITEMS_ERASED, ItemsNamed(names), page)
        return self.number

    def restore(self, *names: StrokeId) -> int:
        self.write(EntryKind.ITEMS_RESTORED, ItemsNamed(names), 1)
        return self.number

    def undo(self, of: int, page: int = 1) -> Changes:
        return self.write(EntryKind.UNDONE, ActionNamed(EntryNumber(of)), page)

    def redo(self, of: int, page: int = 1) -> Changes:
        return self.write(EntryKind.REDONE, ActionNamed(EntryNumber(of)), page)

    def stroke(self, name: StrokeId, page: PageId = ONE) -> Stroke:
        stroke = self.board.stroke(page, name)
        assert stroke is not None
        return stroke

    def visible(self) -> set[StrokeId]:
        return {s.id for s in self.board.pages[ONE].strokes.values() if s.is_visible}

    def assert_skipped(self, changes: Changes, times: int = 1) -> None:
        assert changes == Changes()
        assert self.board.skipped == times


def line(first: int, count: int, force: bool = True) -> Samples:
    """Samples that tell their own index."""
    steps = tuple(range(first, first + count))
    return Samples(steps, steps, tuple(8 * i for i in steps), steps if force else None)
