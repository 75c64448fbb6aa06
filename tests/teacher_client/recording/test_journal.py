"""The journal on a real disk: cut anywhere, damaged anywhere, refused, gone on with."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.blocks import decode_block
from teacher_client.errors import JournalError
from teacher_client.recording.journal import JOURNAL_NAME, Journal, ReadJournal, read_journal
from tests.teacher_client.logs import chain


@contextlib.contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file of this process may grow beyond `room` bytes: the kernel refuses the write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def raw(found: ReadJournal) -> list[bytes]:
    return [data for data, _block in found.blocks]


def journal_with(folder: Path, blocks: list[bytes]) -> Path:
    journal = Journal(folder)
    for data in blocks:
        journal.append(data)
    journal.close()
    return folder / JOURNAL_NAME


def test_what_was_appended_is_read_back(tmp_path: Path) -> None:
    blocks = chain(5)
    path = journal_with(tmp_path / "a" / "b", blocks)
    found = read_journal(path)
    assert (raw(found), found.lost_bytes) == (blocks, 0)
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_file_is_an_empty_journal(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none") == ReadJournal((), 0, 0)


def test_cut_at_every_byte_the_whole_blocks_are_kept(tmp_path: Path) -> None:
    blocks = chain(3)
    whole = b"".join(blocks)
    ends = [sum(map(len, blocks[:n])) for n in range(4)]
    path = tmp_path / JOURNAL_NAME
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        found = read_journal(path)
        good = max(end for end in ends if end <= length)
        assert (found.good_bytes, found.lost_bytes) == (good, length - good)
        assert raw(found) == blocks[: ends.index(good)]


def test_going_on_after_a_cut_keeps_the_torn_part_aside(tmp_path: Path) -> None:
    blocks = chain(3)
    torn = blocks[2][:-7]
    (tmp_path / JOURNAL_NAME).write_bytes(blocks[0] + blocks[1] + torn)
    journal = Journal(tmp_path)
    assert journal.found.lost_bytes == len(torn)
    journal.append(blocks[2])
    journal.close()
    assert raw(read_journal(tmp_path / JOURNAL_NAME)) == blocks
    (aside,) = tmp_path.glob(f"{JOURNAL_NAME}.damaged-*")
    assert aside.read_bytes() == torn
    assert aside.stat().st_mode & 0o777 == 0o600


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_a_flipped_bit_costs_what_follows_and_nothing_is_thrown_away(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("lesson")
    blocks = chain(4)
    data = bytearray(b"".join(blocks))
    at %= len(data)
    data[at] ^= 1 << bit
    path = folder / JOURNAL_NAME
    path.write_bytes(data)
    hit = next(n for n in range(4) if at < sum(map(len, blocks[: n + 1])))
    journal = Journal(folder)
    assert raw(journal.found) == blocks[:hit]
    for block in blocks[hit:]:
        journal.append(block)
    journal.close()
    assert raw(read_journal(path)) == blocks
    (aside,) = folder.glob(f"{JOURNAL_NAME}.damaged-*")
    assert aside.read_bytes() == bytes(data[sum(map(len, blocks[:hit])) :])


def test_damage_twice_at_one_place_is_kept_twice(tmp_path: Path) -> None:
    block = chain(1)[0]
    for mark in (b"one", b"another"):
        (tmp_path / JOURNAL_NAME).write_bytes(block + mark)
        Journal(tmp_path).close()
    asides = tmp_path.glob(f"{JOURNAL_NAME}.damaged-*")
    assert {path.read_bytes() for path in asides} == {b"one", b"another"}


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_block_that_does_not_follow_ends_the_front(tmp_path: Path, at: int) -> None:
    mine, others = chain(3), chain(3)  # the salts differ, so the hashes do
    mine[at] = others[at]
    path = tmp_path / JOURNAL_NAME
    path.write_bytes(b"".join(mine))
    good = {0: 1, 1: 1, 2: 2}[at]  # a foreign first block is a beginning of its own
    assert raw(read_journal(path)) == mine[:good]


def test_a_disk_that_refuses_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    blocks = chain(3)
    journal = Journal(tmp_path)
    journal.append(blocks[0])
    for room in (len(blocks[0]), len(blocks[0]) + 10):  # no byte fits, some fit
        with full_disk(room), pytest.raises(JournalError):
            journal.append(blocks[1])
        found = read_journal(tmp_path / JOURNAL_NAME)
        assert (raw(found), found.lost_bytes) == (blocks[:1], 0)
    for data in blocks[1:]:
        journal.append(data)
    journal.close()
    assert raw(read_journal(tmp_path / JOURNAL_NAME)) == blocks


def test_a_shorter_block_after_a_refused_one_leaves_no_rest(tmp_path: Path) -> None:
    long, short = chain(1, entries=20)[0], chain(1, entries=1)[0]
    journal = Journal(tmp_path)
    with full_disk(len(long) - 1), pytest.raises(JournalError):
        journal.append(long)
    journal.append(short)
    journal.close()
    found = read_journal(tmp_path / JOURNAL_NAME)
    assert (raw(found), found.lost_bytes) == ([short], 0)


def test_a_journal_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(JournalError):
        Journal(tmp_path / "file" / "lesson")
    (tmp_path / JOURNAL_NAME).mkdir()
    with pytest.raises(JournalError):
        Journal(tmp_path)
    with pytest.raises(JournalError):
        read_journal(tmp_path / JOURNAL_NAME)


def test_a_killed_writer_leaves_what_it_had_appended(tmp_path: Path) -> None:
    """Killed between a write and the next: what append returned from is there."""
    blocks = chain(4)
    pid = os.fork()
    if pid == 0:
        journal = Journal(tmp_path)
        for data in blocks[:3]:
            journal.append(data)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    journal = Journal(tmp_path)
    assert raw(journal.found) == blocks[:3]
    assert decode_block(blocks[3]).previous == journal.found.blocks[-1][1].hash
    journal.append(blocks[3])
    journal.close()
    assert raw(read_journal(tmp_path / JOURNAL_NAME)) == blocks
