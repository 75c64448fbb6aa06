"""Opening a log: what disk and server hold becomes one front."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import NO_HASH, SALT_BYTES, decode_block, encode_block
from signaling_server.protocol.entries import Entry, EntryKind, LessonBegun, MemberNamed
from signaling_server.protocol.ids import EntryNumber, Member
from teacher_client.engine.lesson_log import LessonLog, open_journal, open_log
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
