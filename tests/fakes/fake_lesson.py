"""A lesson's log made by hand: real entries in real blocks, with the handwriting of assets/ink."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from signaling_server.protocol.blocks import NO_HASH, decode_block, encode_block
from signaling_server.protocol.commands import Ink, PageKind, Right, Tool
from signaling_server.protocol.entries import (
    Body,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    ItemsNamed,
    LessonBegun,
    MemberNamed,
    PageAdded,
    PageShown,
    PicturePlaced,
    RightNamed,
)
from signaling_server.protocol.ids import (
    GLOBAL_PAGE,
    NO_COMMAND,
    NOBODY,
    TEACHER,
    EntryNumber,
    Epoch,
    Member,
    PageId,
    StrokeId,
    command_id,
    stroke_id,
)
from signaling_server.protocol.ink import InkBody, Samples, Style

EPOCH = Epoch(1, "00112233445566aa")
STARTED_MS = 1_795_000_000_000
MATHS = Path(__file__).parents[2] / "assets" / "ink" / "maths.json"
SALT = bytes(16)


class FakeLesson:
    """Append entries, then take them as blocks; `time_ms` runs on by itself."""

    def __init__(self, epoch: Epoch = EPOCH) -> None:
        self.epoch = epoch
        self.time_ms = 0
        self._last = 0
        self._hash = NO_HASH
        self._entries: list[Entry] = []
        self._strokes = 0
        self.add(EntryKind.LESSON_BEGUN, LessonBegun("lesson-0001", STARTED_MS))

    def add(
        self, kind: EntryKind, body: Body, page: int = GLOBAL_PAGE, author: Member = NOBODY
    ) -> None:
        """Append one entry."""
        self._last += 1
        self.time_ms += 20
        command = command_id(1, self._last) if author > TEACHER else NO_COMMAND
        entry = Entry(
            kind, EntryNumber(self._last), self.time_ms, body, PageId(page), author, 0, command
        )
        self._entries.append(entry)

    def page(self, number: int, *, paper: str = "", height: int = 25_000) -> None:
        """Add a page and show it."""
        added = PageAdded(17_600, height, PageKind.DOTS, paper)
        self.add(EntryKind.PAGE_ADDED, added, number, TEACHER)
        self.show_page(number)

    def show_page(self, number: int) -> None:
        """Turn to a page."""
        self.add(EntryKind.PAGE_SHOWN, PageShown(), number, TEACHER)

    def stroke(
        self,
        page: int,
        points: Sequence[tuple[int, int]],
        *,
        ink: Ink = Ink.INK,
        tool: Tool = Tool.PEN,
        width: int = 70,
        author: Member = TEACHER,
        force: Sequence[int] | None = None,
        is_last: bool = True,
        connection: int = 1,
    ) -> StrokeId:
        """Write one stroke in one entry (and its end)."""
        self._strokes += 1
        name = stroke_id(author, connection, self._strokes)
        samples = Samples(
            tuple(x for x, _ in points),
            tuple(y for _, y in points),
            tuple(8 * i for i in range(len(points))),
            None if force is None else tuple(force),
        )
        style = Style(tool, ink, width, self.time_ms)
        self.add(EntryKind.INK_BEGIN, InkBody(name, 0, samples, style), page, author)
        if is_last:
            end = InkBody(name, len(points), Samples((), (), ()), is_last=True)
            self.add(EntryKind.INK_END, end, page, author)
        return name

    def erase(self, page: int, *strokes: StrokeId) -> None:
        """Erase strokes in the teacher's name."""
        self.add(EntryKind.ITEMS_ERASED, ItemsNamed(strokes), page, TEACHER)

    def join(self, member: int) -> None:
        """A pupil joins."""
        self.add(EntryKind.MEMBER_JOINED, MemberNamed(Member(member)))

    def hand(self, member: int) -> None:
        """A pupil raises the hand."""
        self.add(EntryKind.HAND_RAISED, HandRaised(), author=Member(member))

    def right(self, member: int, right: Right) -> None:
        """The teacher gives a right."""
        self.add(EntryKind.RIGHT_GIVEN, RightNamed(Member(member), right), author=TEACHER)

    def say(self, member: int, text: str) -> None:
        """Somebody says a line."""
        self.add(EntryKind.CHAT_SAID, ChatSaid(text), author=Member(member))

    def picture(self, page: int, x: int, y: int, width: int, height: int) -> None:
        """A picture is placed."""
        placed = PicturePlaced("0" * 64, x, y, width, height)
        self.add(EntryKind.PICTURE_PLACED, placed, page, TEACHER)

    def handwriting(
        self, page: int, *, ink: Ink = Ink.INK, first: int = 0, count: int | None = None
    ) -> None:
        """Strokes of the maths sample."""
        raw = json.loads(MATHS.read_text(encoding="utf-8"))
        strokes = raw["strokes"][first : None if count is None else first + count]
        for samples in strokes:
            points = [(round(100 * x), round(100 * y)) for x, y, _ms, _force in samples]
            force = [round(1023 * sample[3]) for sample in samples]
            self.stroke(page, points, ink=ink, force=force)
            self.time_ms += 8 * len(points)

    def blocks(self, size: int = 50) -> list[bytes]:
        """What was added since the last call, as blocks of at most `size` entries."""
        made: list[bytes] = []
        for start in range(0, len(self._entries), size):
            part = self._entries[start : start + size]
            data = encode_block(self.epoch, self._hash, part, lambda: SALT)
            self._hash = decode_block(data).hash
            made.append(data)
        self._entries = []
        return made
