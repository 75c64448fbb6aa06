"""Open a lesson's log: what the journal and the server hold becomes one front to go on from."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block
from signaling_server.protocol.entries import LessonBegun
from signaling_server.protocol.ids import Epoch
from signaling_server.protocol.messages import Joined
from signaling_server.protocol.schema import InvalidError
from teacher_client.lesson.author import LessonAuthor
from teacher_client.recording.journal import Journal


@dataclass(slots=True)
class LessonLog:
    """An opened log.

    Attributes:
        blocks: all that is on disk, raw and decoded, in order.
        epoch: this engine's, to write in from now on.
        start_mono: monotonic seconds of lesson ms 0.
        lost_bytes: damage that was kept aside.
    """

    folder: Path
    journal: Journal
    blocks: list[tuple[bytes, Block]]
    author: LessonAuthor
    epoch: Epoch
    start_mono: float
    lost_bytes: int

    @property
    def last_hash(self) -> bytes:
        """Hash of the last block; what the next one names."""
        return self.blocks[-1][1].hash if self.blocks else NO_HASH

    def now_ms(self, t_mono: float | None = None) -> int:
        """Lesson time, at `t_mono` or now."""
        mono = time.monotonic() if t_mono is None else t_mono
        return max(0, round((mono - self.start_mono) * 1000))


def open_journal(folder: Path) -> Journal:
    """Open the journal of a lesson; blocking.

    Raises:
        JournalError: the disk refuses.
    """
    return Journal(folder)


def lacks_blocks(journal: Journal, joined: Joined) -> bool:
    """Whether the server is sending blocks that this disk has not got, or has otherwise."""
    if not joined.stored:
        return False
    if not journal.found.blocks:
        return True
    last = journal.found.blocks[-1][1]
    has_newer = joined.counter > last.epoch.counter and joined.stored >= joined.first
    return last.last < joined.stored or has_newer


def open_log(
    folder: Path, journal: Journal, from_server: list[bytes], newest_counter: int
) -> LessonLog:
    """Put together what this disk and the server hold; blocking (it syncs what was missing).

    Args:
        from_server: blocks that the server sent because this disk has not got them, or others.
        newest_counter: counter of the newest epoch that the server knows.

    Raises:
        JournalError: the disk refuses.
    """
    blocks = list(journal.found.blocks)
    for data in from_server:
        _take_in(journal, blocks, data)
    author = LessonAuthor(entry for _data, block in blocks for entry in block.entries)
    known = max((block.epoch.counter for _data, block in blocks), default=0)
    epoch = Epoch(max(known, newest_counter) + 1, secrets.token_hex(8))
    return LessonLog(
        folder, journal, blocks, author, epoch, _start_mono(author), journal.found.lost_bytes
    )


def _take_in(journal: Journal, blocks: list[tuple[bytes, Block]], data: bytes) -> None:
    """Put a block of the server's into its place; a newer epoch replaces what stands there.

    The server is the witness: what it stored in a newer epoch (another computer went on with
    this lesson) stands, and what this disk held instead is kept aside.
    """
    try:
        block = decode_block(data)
    except InvalidError:
        return
    index = next((i for i, (_, b) in enumerate(blocks) if b.first >= block.first), len(blocks))
    before = blocks[index - 1][1] if index else None
    expected = (before.last + 1, before.hash) if before else (1, NO_HASH)
    if (block.first, block.previous) != expected:
        return
    if index < len(blocks):
        if block.epoch <= blocks[index][1].epoch:
            return
        journal.cut(sum(len(raw) for raw, _ in blocks[:index]))
        del blocks[index:]
    journal.append(data)
    blocks.append((data, block))


def _start_mono(author: LessonAuthor) -> float:
    """Lesson time goes on by the wall clock over a restart, and never back."""
    begun: LessonBegun | None = author.board.lesson
    if begun is None:
        return time.monotonic()
    since_ms = time.time() * 1000 - begun.started_ms
    return time.monotonic() - max(since_ms, author.board.time_ms) / 1000
