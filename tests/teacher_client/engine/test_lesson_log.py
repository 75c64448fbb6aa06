"""Opening a log: what disk and server hold becomes one front."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import NO_HASH, SALT_BYTES, decode_block, encode_block
from signaling_server.protocol.entries import Entry, EntryKind, LessonBegun, MemberNamed
from signaling_server.protocol.ids import EntryNumber, Epoch, Member
from signaling_server.protocol.messages import Clock, Joined
from teacher_client.engine.lesson_log import LessonLog, lacks_blocks, open_journal, open_log
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from tests.teacher_client.logs import EPOCH, chain


def opened(folder: Path, from_server: list[bytes], newest: int = 0) -> LessonLog:
    log = open_log(folder, open_journal(folder), from_server, newest)
    log.journal.close()
    return log


def put(folder: Path, blocks: list[bytes]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / JOURNAL_NAME).write_bytes(b"".join(blocks))


def test_a_new_lesson_begins_with_the_first_epoch(tmp_path: Path) -> None:
    log = opened(tmp_path / "new", [])
    assert (log.epoch.counter, log.last_hash, log.author.next_number) == (1, NO_HASH, 1)
    assert log.now_ms() < 1000


@pytest.mark.parametrize("held", [0, 1, 3, 4])
def test_what_the_disk_lost_comes_from_the_server(tmp_path: Path, held: int) -> None:
    blocks = chain(4)
    put(tmp_path, blocks[:held])
    log = opened(tmp_path, [b"no block", *blocks[max(0, held - 1) :], blocks[0]])
    assert [data for data, _ in log.blocks] == blocks
    assert [data for data, _ in read_journal(tmp_path / JOURNAL_NAME).blocks] == blocks
    assert log.author.next_number == 9
    assert log.last_hash == decode_block(blocks[-1]).hash


@pytest.mark.parametrize(("newest", "counter"), [(0, 2), (1, 2), (5, 6)])
def test_the_epoch_is_newer_than_any_that_is_known(
    tmp_path: Path, newest: int, counter: int
) -> None:
    put(tmp_path, chain(1))
    first, second = (opened(tmp_path, [], newest).epoch for _ in range(2))
    assert first.counter == second.counter == counter
    assert first.engine != second.engine


@pytest.mark.parametrize("ago_ms", [60_000, -60_000])
def test_lesson_time_goes_on_by_the_wall_clock_and_never_back(tmp_path: Path, ago_ms: int) -> None:
    started = round(time.time() * 1000) - ago_ms
    log = [
        Entry(EntryKind.LESSON_BEGUN, EntryNumber(1), 0, LessonBegun("lesson-1", started)),
        Entry(EntryKind.MEMBER_LEFT, EntryNumber(2), 30_000, MemberNamed(Member(2))),
    ]
    put(tmp_path, [encode_block(EPOCH, NO_HASH, log, lambda: bytes(SALT_BYTES))])
    now = opened(tmp_path, []).now_ms()
    assert max(30_000, ago_ms) <= now <= max(30_000, ago_ms) + 5000


def test_what_another_computer_wrote_in_a_newer_epoch_stands(tmp_path: Path) -> None:
    """The tail that only this disk holds is kept aside; the server is the witness."""
    ours = chain(4)
    theirs = ours[:2] + chain(
        3, epoch=Epoch(2, "02" * 8), first=5, previous=decode_block(ours[1]).hash
    )
    put(tmp_path, ours)
    log = opened(tmp_path, theirs[2:], 2)
    assert [data for data, _ in log.blocks] == theirs
    assert [data for data, _ in read_journal(tmp_path / JOURNAL_NAME).blocks] == theirs
    (aside,) = tmp_path.glob("journal.llb.damaged-*")
    assert aside.read_bytes() == b"".join(ours[2:])
    assert log.epoch.counter == 3
    assert log.author.next_number == 11


def joined(stored: int, counter: int, first: int) -> Joined:
    clock = Clock(1, 1, 0, False, False)
    numbers = (EntryNumber(stored), counter, "02" * 8, EntryNumber(first))
    return Joined("session-1", "数学", Member(1), 1, (), clock, *numbers)


@pytest.mark.parametrize(
    ("stored", "counter", "first", "lacks"),
    [
        (0, 0, 0, False),  # a new lesson
        (8, 1, 1, False),  # all of it is here
        (10, 1, 1, True),  # the disk lost its end
        (6, 1, 1, False),  # the server has not got all yet
        (8, 2, 9, False),  # an epoch was opened and nothing written in it
        (8, 2, 7, True),  # a newer epoch replaced our end
    ],
)
def test_when_blocks_of_the_server_are_waited_for(
    tmp_path: Path, stored: int, counter: int, first: int, lacks: bool
) -> None:
    put(tmp_path, chain(4))
    journal = open_journal(tmp_path)
    assert lacks_blocks(journal, joined(stored, counter, first)) is lacks
    journal.close()
