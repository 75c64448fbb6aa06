"""Stored notes over a real pseudo-terminal: from the virtual pen's memory onto the disk."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pen_driver import (
    DeleteOutcome,
    FetchOutcome,
    NcodeBook,
    OfflineProgress,
    PenConnected,
    PenEvent,
    PenSample,
    PenSilentError,
)
from pen_driver.offline import (
    PenTalk,
    delete_book,
    fetch_book,
    offline_list,
    offline_pages,
    take_book,
)
from pen_driver.offline.store import BookStore, read_book
from tests.pen_driver.transports.desk import report, standalone, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
BOOK = NcodeBook(3, 27, 604)
PEN = "NEO-A17E"
QUIET = "start-delay=999"  # no live ink


def test_list_copy_verify_then_delete(tmp_path: Path) -> None:
    counts = tmp_path / "report.json"
    name = f"virtual:maths?stored=30&once&{QUIET}&report={counts}"
    progress: list[OfflineProgress] = []
    with PenTalk(name) as talk:
        assert offline_list(talk).books == (BOOK,)
        assert offline_pages(talk, BOOK).pages == (1,)
        done = fetch_book(talk, BOOK, tmp_path / "ink", progress.append)
        assert (done.outcome, done.strokes, done.new) == (FetchOutcome.WHOLE, 30, 30)
        assert progress[-1].strokes == progress[-1].strokes_promised == 30
        again = fetch_book(talk, BOOK, tmp_path / "ink")
        assert (again.strokes, again.new, again.copy) == (30, 0, done.copy)
        assert offline_list(talk).books == (BOOK,)  # it is all still on the pen
        assert done.copy is not None
        assert delete_book(talk, done.copy).outcome is DeleteOutcome.DELETED
        assert offline_list(talk).books == ()
    stored = list(read_book(tmp_path / "ink", PEN, BOOK))
    assert len(stored) == 30
    assert report(counts)["deletes"] == 1  # the one that was asked for


def test_power_off_in_the_middle_is_survived(tmp_path: Path) -> None:
    counts = tmp_path / "report.json"
    link = tmp_path / "pen"
    with standalone(
        link, "maths", "--stored", "60", "--once", "--start-delay", "999", "--off-in-chunk", "3",
        "--cut-seconds", "0.3", "--bad-chunks", "2", "--report", str(counts),
    ):  # fmt: skip
        events: list[PenEvent] = []
        with PenTalk(f"serial:{link}", events.append) as talk:
            done = fetch_book(talk, BOOK, tmp_path / "ink")
        assert sum(isinstance(event, PenConnected) for event in events) == 2
    assert (done.outcome, done.strokes, done.new) == (FetchOutcome.WHOLE, 60, 60)
    assert done.copy is not None
    assert len(list(read_book(tmp_path / "ink", PEN, BOOK))) == 60
    assert report(counts)["deletes"] == 0
    assert report(counts)["stored"] == 60


def test_wrong_clock_of_the_pen_is_corrected(tmp_path: Path) -> None:
    in_2015 = 1_420_070_400_000
    with PenTalk(f"virtual:maths?stored=5&once&{QUIET}&clock={in_2015}") as talk:
        fetch_book(talk, BOOK, tmp_path / "ink")
    now = time.time()
    for stored in read_book(tmp_path / "ink", PEN, BOOK):
        assert stored.t0 is not None
        assert now - 200 < stored.t0 < now - 50  # it was written a minute before
        assert stored.stroke.down_ms < in_2015


def test_clock_that_was_never_set_gives_no_time(tmp_path: Path) -> None:
    with PenTalk(f"virtual:maths?stored=5&once&{QUIET}") as talk:
        fetch_book(talk, BOOK, tmp_path / "ink")
    assert {stored.t0 for stored in read_book(tmp_path / "ink", PEN, BOOK)} == {None}


def test_ink_written_without_a_host_is_given_later(tmp_path: Path) -> None:
    """Live until the link breaks, stored while it is away, and nothing in between is lost."""
    counts = tmp_path / "report.json"
    link = tmp_path / "pen"
    with standalone(
        link, "maths", "--writes-offline", "--once", "--strokes", "60", "--speed", "12",
        "--cut-after", "4000", "--cut-seconds", "1", "--report", str(counts),
    ):  # fmt: skip
        events: list[PenEvent] = []
        with PenTalk(f"serial:{link}", events.append) as talk:
            wait_until(lambda: counts.exists() and report(counts)["finished"])
            done = fetch_book(talk, BOOK, tmp_path / "ink")
            assert done.outcome is FetchOutcome.WHOLE
        assert report(counts)["stored"] == done.strokes > 5
        assert report(counts)["deletes"] == 0
        assert sum(isinstance(event, PenSample) for event in events) > 50


def test_a_pen_that_deletes_hands_out_each_file_once_and_all_are_on_disk(tmp_path: Path) -> None:
    counts = tmp_path / "report.json"
    name = f"virtual:maths?device=neo1&stored=12&once&{QUIET}&report={counts}"
    with PenTalk(name) as talk:
        (book,) = offline_list(talk).books
        done = take_book(talk, book, tmp_path / "ink")
        assert (done.outcome, done.strokes, done.new) == (FetchOutcome.WHOLE, 12, 12)
        assert done.copy is not None
        assert offline_list(talk).books == ()
        pen_id = talk.wait_connected().pen_id
    assert len(list(read_book(tmp_path / "ink", pen_id, book))) == 12


def test_a_full_disk_leaves_a_deleting_pens_notes_in_the_pen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"virtual:maths?device=neo1&stored=5&once&{QUIET}"
    with PenTalk(name) as talk:
        (book,) = offline_list(talk).books

        def refuse(_: BookStore) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(BookStore, "sync", refuse)
            with pytest.raises(OSError, match="No space"):
                take_book(talk, book, tmp_path / "ink")
        talk.connected = None  # the link was cut in place of an answer
        talk.wait_connected()
        done = take_book(talk, book, tmp_path / "again")
        assert done.strokes == 5


def test_hanging_up_ends_a_wait_at_once(tmp_path: Path) -> None:
    with PenTalk(f"virtual:maths?stored=3&once&{QUIET}") as talk:
        talk.wait_connected()
        talk.hang_up()
        with pytest.raises(PenSilentError):
            fetch_book(talk, BOOK, tmp_path)
        assert fetch_book(talk, BOOK, tmp_path).copy is not None
