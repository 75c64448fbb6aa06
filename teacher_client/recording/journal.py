"""A lesson's log on the teacher's disk: blocks one behind the other, synced one by one.

Reading takes the longest front of the file that is whole and chained. What follows is damage
(a torn write at a power cut, a flipped bit): it is kept aside beside the journal and reported,
and writing goes on behind the good front.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block, split_blocks
from signaling_server.protocol.schema import InvalidError
from teacher_client.errors import JournalError

JOURNAL_NAME = "journal.llb"

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_sync = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class ReadJournal:
    """What a journal file holds.

    Attributes:
        blocks: raw and decoded, in order, chained.
        good_bytes: length of the good front.
        lost_bytes: what lies behind it.
    """

    blocks: tuple[tuple[bytes, Block], ...]
    good_bytes: int
    lost_bytes: int


def read_journal(path: Path) -> ReadJournal:
    """Read the good front of a journal; a missing file is an empty one.

    Raises:
        JournalError: the file is there and cannot be read.
    """
    try:
        data = path.read_bytes() if path.exists() else b""
    except OSError as exc:
        raise JournalError(str(path.parent), str(exc.strerror)) from exc
    raw, _length = split_blocks(data)
    good = list(_chained(raw))
    length = sum(len(piece) for piece, _block in good)
    return ReadJournal(tuple(good), length, len(data) - length)


def _chained(raw: list[bytes]) -> Iterator[tuple[bytes, Block]]:
    previous, number = NO_HASH, 1
    for piece in raw:
        try:
            block = decode_block(piece)
        except InvalidError:
            return
        if block.previous != previous or block.first != number:
            return
        previous, number = block.hash, block.last + 1
        yield piece, block


class Journal:
    """A journal open for writing. Blocking calls: use them from a worker thread.

    Args:
        folder: of the lesson; made if missing.

    Raises:
        JournalError: it cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.found = read_journal(self._path)
            if self.found.lost_bytes:
                _keep_aside(folder, self._path, self.found.good_bytes)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
            os.ftruncate(self._file, self.found.good_bytes)
            _sync_folder(folder)
            _sync_folder(folder.parent)
            self._end = self.found.good_bytes
        except OSError as exc:
            raise JournalError(str(folder), str(exc.strerror)) from exc

    def append(self, data: bytes) -> None:
        """Write a block and sync it; on return it survives a power cut.

        Raises:
            JournalError: the disk refused; the journal is as before.
        """
        try:
            # at the known end: a torn try before this one is overwritten, never read
            os.lseek(self._file, self._end, os.SEEK_SET)
            written = os.write(self._file, data)
            if written != len(data):
                raise OSError(0, "short write")
            _sync(self._file)
        except OSError as exc:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise JournalError(str(self._folder), str(exc.strerror)) from exc
        self._end += len(data)

    def cut(self, good_bytes: int) -> None:
        """Take everything from `good_bytes` on out of the journal, and keep it aside.

        Raises:
            JournalError: the disk refused; the journal is as before.
        """
        try:
            _keep_aside(self._folder, self._path, good_bytes)
            os.ftruncate(self._file, good_bytes)
            _sync(self._file)
        except OSError as exc:
            raise JournalError(str(self._folder), str(exc.strerror)) from exc
        self._end = good_bytes

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _keep_aside(folder: Path, journal: Path, good_bytes: int) -> None:
    rest = journal.read_bytes()[good_bytes:]
    aside = _free_name(folder, f"{JOURNAL_NAME}.damaged-{good_bytes}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(rest)
        file.flush()
        os.fsync(file.fileno())  # before the journal is cut


def _free_name(folder: Path, name: str) -> Path:
    """`name`, with a number behind where earlier damage has it."""
    path, count = folder / name, 1
    while path.exists():
        count += 1
        path = folder / f"{name}-{count}"
    return path


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a power cut; systems that cannot open folders need not."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
