"""An N2's disk through the same calls as a pen: list, copy, verify; it is never written to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pen_driver import (
    CommandFailure,
    DisconnectReason,
    FetchOutcome,
    NcodeBook,
    OfflineFetched,
    OfflineListed,
    PasswordOutcome,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenPasswordResult,
)
from pen_driver.commands import DeleteOffline, FetchOffline, ListOffline, TakeOffline
from pen_driver.offline import PenTalk, fetch_book, offline_list, offline_pages
from pen_driver.offline.store import read_book
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.ink import fit_to_page, load_ink
from pen_driver.virtual.neo1 import Neo1Device
from pen_driver.virtual.player import store_strokes
from tests.pen_driver.transports.desk import opened, wait_until

PEN = "NEO-N2"
BOOK, OTHER = NcodeBook(3, 27, 604), NcodeBook(3, 27, 603)
STROKES = fit_to_page(load_ink("maths"), 176.0, 250.0)


def put(disk: Path, book: int, page: int, folder: str, strokes: int) -> Path:
    """Write what a pen has stored of a page."""
    device = Neo1Device(DeviceOptions(book=book, page=page))
    store_strokes(device, STROKES[:strokes], 1_700_000_000_000)
    place = disk / "Data" / "27" / folder
    place.mkdir(parents=True)
    (place / "0.data").write_bytes(device.file())
    return place / "0.data"


def contents(disk: Path) -> dict[Path, tuple[int, bytes]]:
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in disk.rglob("*")
    }


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "N2"
    put(root, 604, 1, "604/1", 12)
    put(root, 604, 2, "604/2", 5)
    put(root, 603, 7, "999/9", 3)  # the trailer's word counts more than the folders'
    before = contents(root)
    yield root
    if root.exists():
        assert contents(root) == before


def test_list_copy_and_verify(disk: Path, tmp_path: Path) -> None:
    with PenTalk(f"disk:{disk}") as talk:
        connected = talk.wait_connected()
        can = connected.capabilities
        assert (connected.model, can.has_live, can.can_delete) == ("N2", False, False)
        assert offline_list(talk).books == (OTHER, BOOK)
        assert offline_pages(talk, BOOK).pages == (1, 2)
        assert offline_pages(talk, OTHER).pages == (7,)
        done = fetch_book(talk, BOOK, tmp_path / "ink")
        assert (done.outcome, done.strokes, done.new) == (FetchOutcome.WHOLE, 17, 17)
        assert done.copy is not None
        again = fetch_book(talk, BOOK, tmp_path / "ink")
        assert (again.new, again.copy) == (0, done.copy)
        empty = fetch_book(talk, NcodeBook(3, 27, 1), tmp_path / "ink")
        assert (empty.outcome, empty.copy) == (FetchOutcome.EMPTY, None)
    stored = list(read_book(tmp_path / "ink", PEN, BOOK))
    assert {one.stroke.page.page for one in stored} == {1, 2}
    assert [len(one.stroke.dots) for one in stored[:12]] == [len(ink) for ink in STROKES[:12]]


def test_even_a_proof_deletes_nothing(disk: Path, tmp_path: Path) -> None:
    with PenTalk(f"disk:{disk}") as talk:
        done = fetch_book(talk, OTHER, tmp_path / "ink")
        assert done.copy is not None
        for command in (DeleteOffline(done.copy), TakeOffline(OTHER, is_confirmed=True)):
            for event in talk.ask(command):
                assert isinstance(event, PenCommandFailed)
                assert event.reason is CommandFailure.UNSUPPORTED
                break
        talk.pen.submit_password("4711")
        result = talk.answer(ListOffline(), OfflineListed)
        assert result.books == (OTHER, BOOK)


def test_damage_is_told_and_what_is_whole_is_copied(disk: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(disk, damaged)
    file = damaged / "Data" / "27" / "604" / "2" / "0.data"
    file.write_bytes(file.read_bytes()[:-65])  # the trailer and a byte of the last stroke
    (damaged / "Data" / "readme.txt").write_text("x")
    with opened(f"disk:{damaged}") as (pen, heard):
        pen.request(FetchOffline(BOOK))
        fetched = heard.wait_for(OfflineFetched)
        assert (fetched.outcome, fetched.strokes) == (FetchOutcome.DAMAGED, 12 + 4)
        assert [diagnostic.count for diagnostic in heard.of(PenDiagnostic)] == [1]
        assert pen.counters.offline_strokes == 16
        pen.submit_password("4711")
        assert heard.wait_for(PenPasswordResult).outcome is PasswordOutcome.NOT_ASKED


def test_plugged_in_later_and_pulled_out(disk: Path, tmp_path: Path) -> None:
    place = tmp_path / "mount"
    with opened(f"disk:{place}") as (pen, heard):
        assert heard.wait_for(PenDisconnected).reason is DisconnectReason.NO_PORT
        pen.request(ListOffline())
        assert heard.wait_for(PenCommandFailed).reason is CommandFailure.NOT_READY
        shutil.copytree(disk, place)
        heard.wait_for(PenConnected)
        shutil.rmtree(place)
        wait_until(lambda: len(heard.of(PenDisconnected)) == 2)
        assert heard.of(PenDisconnected)[1].reason is DisconnectReason.LINK_LOST
    assert len(heard.of(PenDisconnected)) == 2


def test_the_command_line_lists_and_copies(
    disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pen_driver.__main__ import main

    assert main(["offline", "list", f"disk:{disk}"]) == 0
    assert '{"book": "ncode:3.27.604", "pages": [1, 2]}' in capsys.readouterr().out
    assert main(["offline", "fetch", f"disk:{disk}", str(tmp_path / "ink")]) == 0
    assert capsys.readouterr().out.count('"is_verified": true') == 2
