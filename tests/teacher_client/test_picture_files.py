"""The cache on disk and the queue of uploads."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from signaling_server.protocol.pictures import PictureSize, picture_hash
from teacher_client.picture_files import Origin, PictureFiles

FULL, SMALL = PictureSize.FULL, PictureSize.SMALL
ONE, TWO = picture_hash(b"one"), picture_hash(b"two")


@pytest.fixture
def files(tmp_path: Path) -> PictureFiles:
    return PictureFiles(tmp_path)


def test_a_picture_is_found_again_and_a_damaged_one_is_not(files: PictureFiles) -> None:
    assert files.get(ONE, FULL) is None
    files.put(ONE, FULL, b"one")
    files.put(ONE, SMALL, b"1")
    assert (files.get(ONE, FULL), files.get(ONE, SMALL)) == (b"one", b"1")
    if os.name == "posix":
        assert stat.S_IMODE(files.path(ONE, FULL).stat().st_mode) == 0o600
    files.path(ONE, FULL).write_bytes(b"on")
    assert files.get(ONE, FULL) is None


def test_the_origin_of_a_page_is_remembered(files: PictureFiles) -> None:
    document = files.keep_document(b"%PDF")
    origin = Origin(document, 3, 210.0, 297.0)
    files.put_origin(ONE, origin)
    assert files.origin(ONE) == origin
    assert files.document(document) == b"%PDF"
    assert files.origin(TWO) is None
    for damaged in (b"", b"{}", b"[1]", b'{"page":'):
        next(files.path(ONE, FULL).parent.glob("*.origin")).write_bytes(damaged)
        assert files.origin(ONE) is None


def test_uploads_wait_in_order_through_a_restart(files: PictureFiles, tmp_path: Path) -> None:
    for sha256 in (TWO, ONE, TWO):
        files.enqueue("lesson-1", sha256)
    (tmp_path / "pictures" / "waiting" / "a.b.c").touch()  # not ours
    waiting = PictureFiles(tmp_path).waiting()
    assert [(one.session, one.sha256) for one in waiting] == [("lesson-1", TWO), ("lesson-1", ONE)]
    files.dequeue(waiting[0])
    files.enqueue("lesson-2", TWO)
    assert [one.sha256 for one in files.waiting()] == [ONE, TWO]


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a.b", "x" * 65])
def test_A18_only_names_of_sessions_and_hashes_make_a_path(files: PictureFiles, name: str) -> None:
    with pytest.raises(ValueError):
        files.enqueue(name, ONE)
    with pytest.raises(ValueError):
        files.enqueue("lesson", name)
    with pytest.raises(ValueError):
        files.path(name, FULL)


def test_the_oldest_go_first_but_none_that_waits(files: PictureFiles) -> None:
    hashes = [picture_hash(bytes([n])) for n in range(4)]
    for age, sha256 in enumerate(hashes):
        files.put(sha256, FULL, bytes([age]) * 100)
        os.utime(files.path(sha256, FULL), (age, age))
    files.enqueue("lesson", hashes[0])
    files.prune(250)
    assert [files.path(sha256, FULL).exists() for sha256 in hashes] == [True, False, True, True]
