"""Entries to blocks over a real journal: published only when synced, nothing lost, order kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import NO_HASH, Block
from signaling_server.protocol.commands import Ink
from signaling_server.protocol.entries import Entry, EntryKind, TextKind, TextPlaced
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, StrokeId
from signaling_server.protocol.ink import InkBody, Samples
from teacher_client.engine import log_writer
from teacher_client.engine.log_writer import MAX_BLOCK_ENTRIES, LogWriter, Outlets
from teacher_client.recording.journal import JOURNAL_NAME, Journal, read_journal
from teacher_client.tasks import spawn
from tests.teacher_client.logs import EPOCH, chat
from tests.teacher_client.recording.test_journal import full_disk


class Lesson:
    """A writer over a journal in a folder; what it published, and what it said of the disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL_NAME
        self.journal = Journal(folder)
        self.new: list[Entry] = []
        self.published: list[bytes] = []
        self.disk: list[bool] = []
        self.server: list[bytes] | None = None
        outlets = Outlets(self._publish, self.disk.append, self._hand_over)
        self.writer = LogWriter(self.journal, EPOCH, NO_HASH, self._collect, outlets)
        self._count = 0

    def say(self, count: int = 1) -> None:
        for _ in range(count):
            self._count += 1
            self.new.append(chat(self._count))

    def _collect(self) -> list[Entry]:
        entries, self.new = self.new, []
        return entries

    async def _hand_over(self, data: bytes, block: Block) -> bool:
        """The server, where there is one, stores it at once."""
        if self.server is None:
            return False
        self.server.append(data)
        return True

    def _publish(self, data: bytes, block: Block) -> None:
        if self.server is not None and data in self.server:
            self.published.append(data)
            return
        on_disk = read_journal(self.path).blocks
        assert on_disk[-1][0] == data  # it was on disk before anybody saw it
        assert on_disk[-1][1].hash == block.hash
        self.published.append(data)

    async def finish(self, task: asyncio.Task[None]) -> None:
        self.writer.finish()
        await task
        self.journal.close()

    def numbers(self) -> list[int]:
        found = read_journal(self.path)
        assert [data for data, _ in found.blocks] == self.published
        assert found.lost_bytes == 0
        return [entry.number for _, block in found.blocks for entry in block.entries]


def start(lesson: Lesson) -> asyncio.Task[None]:
    return spawn(lesson.writer.run(), name="log-writer")


async def test_everything_is_on_disk_and_published_in_order(tmp_path: Path) -> None:
    lesson = Lesson(tmp_path)
    task = start(lesson)
    for _ in range(5):
        lesson.say(3)
        lesson.writer.wake()
        await asyncio.sleep(0.01)
    lesson.say()
    await lesson.finish(task)
    assert lesson.numbers() == list(range(1, 17))
    assert lesson.disk == []


async def test_a_flood_is_cut_into_blocks_that_fit(tmp_path: Path) -> None:
    lesson = Lesson(tmp_path)
    lesson.say(3 * MAX_BLOCK_ENTRIES + 1)
    await lesson.finish(start(lesson))
    assert lesson.numbers() == list(range(1, 3 * MAX_BLOCK_ENTRIES + 2))
    assert len(lesson.published) == 4


async def test_what_comes_while_much_is_written_is_kept_when_it_is_the_end(tmp_path: Path) -> None:
    lesson = Lesson(tmp_path)
    lesson.say(3 * MAX_BLOCK_ENTRIES)
    task = start(lesson)
    while not lesson.published:
        await asyncio.sleep(0)
    assert len(lesson.published) < 3
    lesson.say(2)
    await lesson.finish(task)
    assert lesson.numbers() == list(range(1, 3 * MAX_BLOCK_ENTRIES + 3))


async def test_the_largest_bodies_fit_into_blocks_too(tmp_path: Path) -> None:
    lesson = Lesson(tmp_path)
    text = TextPlaced("灯" * 600, 0, 0, 1, 1, 500, Ink.INK, TextKind.FORMULA, (), "M" * 14_000)
    samples = tuple(n % 2 * 2_000_000 - 1_000_000 for n in range(512))
    ms = tuple(n % 2 * 86_000_000 for n in range(512))
    ink = InkBody(StrokeId(2**52), 0, Samples(samples, samples, ms, (1023,) * 512), None)
    for number in range(1, 301):
        body, kind = (text, EntryKind.TEXT_PLACED) if number % 2 else (ink, EntryKind.INK_MORE)
        lesson.new.append(Entry(kind, EntryNumber(number), 0, body, PageId(1), TEACHER))
    await lesson.finish(start(lesson))
    assert lesson.numbers() == list(range(1, 301))
    assert max(map(len, lesson.published)) <= 1024 * 1024


async def test_a_disk_that_refuses_for_a_while_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = Lesson(tmp_path)
    lesson.say(2)
    task = start(lesson)
    while not lesson.published:
        await asyncio.sleep(0.01)
    monkeypatch.setattr(log_writer, "RETRY_SECONDS", 0.02)
    with full_disk(lesson.path.stat().st_size + 5):
        for _ in range(5):
            lesson.say(2)
            await asyncio.sleep(0.05)
        assert lesson.disk == [False]  # said once
        assert len(lesson.published) == 1
    while len(lesson.disk) < 2:
        await asyncio.sleep(0.01)
    await lesson.finish(task)
    assert lesson.disk == [False, True]
    assert lesson.numbers() == list(range(1, 13))


async def test_where_the_disk_refuses_the_server_numbers_and_the_disk_catches_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "RETRY_SECONDS", 0.02)
    lesson = Lesson(tmp_path)
    lesson.server = []
    with full_disk(5):
        task = start(lesson)
        for _ in range(4):
            lesson.say(2)
            await asyncio.sleep(0.08)
        assert lesson.published == lesson.server != []
        assert read_journal(lesson.path).blocks == ()
    lesson.server = None
    lesson.say()
    while len(lesson.disk) < 2:
        await asyncio.sleep(0.01)
    await lesson.finish(task)
    assert lesson.disk == [False, True]
    assert lesson.numbers() == list(range(1, 10))  # the same blocks, in the same order


async def test_the_end_does_not_hang_on_a_disk_that_refuses(tmp_path: Path) -> None:
    lesson = Lesson(tmp_path)
    lesson.say()
    with full_disk(0):
        task = start(lesson)
        lesson.writer.finish()
        await asyncio.wait_for(task, 5)
    lesson.journal.close()
    assert lesson.disk == [False]
    assert lesson.published == []
