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
)
from pen_driver.offline import (
    PenTalk,
    delete_book,
    fetch_book,
    offline_list,
    offline_pages,
)
from pen_driver.offline.store import read_book
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
