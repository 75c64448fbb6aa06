"""A lesson written by its author alone, and what a pupil receives of it."""

from __future__ import annotations

import pytest

from signaling_server.protocol.blocks import NO_HASH, decode_block, encode_block, seal
from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.commands import Command, Ink, PageKind, Refusal, Tool, WriteInk
from signaling_server.protocol.entries import (
    Entry,
    EntryKind,
    LessonBegun,
    MemberNamed,
    PageAdded,
    PageShown,
)
from signaling_server.protocol.ids import (
    NO_COMMAND,
    TEACHER,
    CommandId,
    Epoch,
    Member,
    PageId,
    StrokeId,
    stroke_id,
)
from signaling_server.protocol.page import Page
from teacher_client.lesson.author import LessonAuthor
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.errors import RefusedError

PUPIL, OTHER = Member(2), Member(3)
PAGE = PageId(1)
FIRST = PageAdded(17_600, 25_000, PageKind.DOTS)


def ink(
    writer: Member,
    counter: int = 1,
    first: int = 0,
    count: int = 2,
    *,
    page: PageId = PAGE,
    tool: Tool = Tool.PEN,
    is_last: bool = False,
) -> WriteInk:
    """A chunk of a stroke whose samples tell their own index."""
    at = tuple(range(first, first + count))
    name = stroke_id(writer, 1, counter)
    return WriteInk(name, page, tool, Ink.INK, 70, first, at, at, at, at, is_last)


class Lesson:
    """An author with a page that is nobody's step and two pupils, and all that it wrote."""

    def __init__(self) -> None:
        self.author = LessonAuthor()
        self.log: list[Entry] = []
        self._counter = 0
        self.log.append(self.author.write(EntryKind.LESSON_BEGUN, LessonBegun("l" * 8, 5), 0))
        for pupil in (PUPIL, OTHER):
            self.log.append(self.author.write(EntryKind.MEMBER_JOINED, MemberNamed(pupil), 10))
        for kind, body in ((EntryKind.PAGE_ADDED, FIRST), (EntryKind.PAGE_SHOWN, PageShown())):
            self.log.append(self.author.write(kind, body, 20, PAGE))

    @property
    def board(self) -> Board:
        return self.author.board

    def page(self, number: int = 1) -> Page:
        return self.author.board.pages[PageId(number)]

    def does(self, member: Member, body: Command | BoardCommand, now_ms: int = 1000) -> list[Entry]:
        """Carry a command out; the teacher's have no id, as the window's."""
        self._counter += 1
        command = NO_COMMAND if member == TEACHER else CommandId(self._counter)
        entries = self.author.carry_out(member, command, body, now_ms)
        self.log += entries
        return entries

    def refuses(self, member: Member, body: Command | BoardCommand) -> Refusal:
        before = (self.author.next_number, len(self.log))
        with pytest.raises(RefusedError) as caught:
            self.does(member, body)
        assert (self.author.next_number, len(self.log)) == before
        return caught.value.reason

    def draws(self, counter: int, count: int = 6, page: PageId = PAGE) -> StrokeId:
        """The teacher's stroke of this counter, whole."""
        self.does(TEACHER, ink(TEACHER, counter, count=count, page=page, is_last=True))
        return stroke_id(TEACHER, 1, counter)

    def visible(self) -> list[StrokeId]:
        return [s.id for s in self.page().strokes.values() if s.is_visible]

    def received_by(self, reader: Member) -> tuple[Board, bytes]:
        """What a reader's board is, and the bytes it came in."""
        board, mail, previous = Board(), b"", NO_HASH
        for first in range(0, len(self.log), 60):
            part = self.log[first : first + 60]
            data = encode_block(Epoch(1, "0" * 16), previous, part, lambda: b"s" * 16)
            previous = decode_block(data).hash
            mail += seal(data, reader)
            for entry in decode_block(seal(data, reader)).entries:
                board.apply(entry)
        return board, mail


def looks(board: Board) -> list[tuple[PageId, str]]:
    """The row of pages, and what each shows."""
    return [(number, digest(board.pages[number])) for number in board.order]
