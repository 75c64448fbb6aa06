from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pen_driver import (
    BadCaptureError,
    DisconnectReason,
    PenConnected,
    PenDisconnected,
    PenEvent,
    PenLifted,
    PenSample,
    open_pen,
)
from pen_driver.commands import FetchOffline, ListOffline, ReadSettings
from pen_driver.events import NcodeBook, OfflineFetched, OfflineInk, PenClock, PenLocked
from pen_driver.transports.base import Direction
from pen_driver.transports.capture import CaptureWriter
from tests.pen_driver.neo import examples as ex
from tests.pen_driver.transports.desk import opened, wait_until

CAPTURES = Path(__file__).resolve().parents[2] / "data" / "captures"
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
FIVE_STROKES = CAPTURES / "virtual-five-strokes.cap"


def write(path: Path, *lines: tuple[float, Direction, bytes]) -> None:
    with path.open("w", encoding="utf-8") as file:
        writer = CaptureWriter(file)
        for line in lines:
            writer(*line)


def test_capture_gives_the_events_of_its_pen() -> None:
    with opened(f"replay:{FIVE_STROKES}?fast") as (pen, heard):
        wait_until(lambda: heard.of(PenDisconnected))
    assert len(heard.of(PenConnected)) == 1
    assert len(heard.of(PenLifted)) == pen.counters.strokes == 5
    assert len(heard.of(PenSample)) == 249
    assert pen.counters.lost_events == pen.counters.repairs == 0


def test_capture_plays_in_its_own_time(tmp_path: Path) -> None:
    path = tmp_path / "a.cap"
    write(
        path,
        (0.0, Direction.FROM_PEN, ex.HANDSHAKE + ex.DOWN + ex.PAGE + ex.DOT_1),
        (0.3, Direction.FROM_PEN, ex.DOT_2 + ex.UP),
    )
    with opened(f"replay:{path}") as (_, heard):
        wait_until(lambda: heard.of(PenDisconnected))
    first, second = heard.of(PenSample)
    assert second.t_host - first.t_host >= 0.25
    assert heard.events[-1] == PenDisconnected(second.t_host, DisconnectReason.ENDED)


def test_capture_from_the_middle_of_a_session(tmp_path: Path) -> None:
    path = tmp_path / "a.cap"
    write(path, (0.0, Direction.FROM_PEN, ex.STROKE), (0.0, Direction.FROM_PEN, ex.OLD_STROKE))
    with opened(f"replay:{path}?fast") as (_, heard):
        wait_until(lambda: heard.of(PenDisconnected))
    assert len(heard.of(PenSample)) == 3


def test_lost_link_in_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.cap"
    write(
        path,
        (0.0, Direction.FROM_PEN, ex.HANDSHAKE + ex.DOWN + ex.PAGE + ex.DOT_1),
        (1.0, Direction.NOTE, b"closed"),
        (2.0, Direction.FROM_PEN, ex.HANDSHAKE + ex.STROKE),
    )
    with opened(f"replay:{path}?fast") as (_, heard):
        wait_until(lambda: len(heard.of(PenDisconnected)) == 2)
    assert [lifted.cut_short for lifted in heard.of(PenLifted)] == [True, False]
    assert [lifted.stroke for lifted in heard.of(PenLifted)] == [1, 2]


def test_replay_can_be_closed_at_any_time() -> None:
    with opened(f"replay:{FIVE_STROKES}") as (_, heard):
        wait_until(lambda: heard.of(PenConnected))
    assert heard.events[-1] == heard.of(PenDisconnected)[0]
    assert heard.of(PenDisconnected)[0].reason is DisconnectReason.CLOSED


def test_unreadable_capture(tmp_path: Path) -> None:
    (tmp_path / "bad.cap").write_text("0 < C0\n0 < XX\n")
    with pytest.raises(BadCaptureError, match="line 2"):
        open_pen(f"replay:{tmp_path / 'bad.cap'}", lambda event: None)
    with pytest.raises(BadCaptureError):
        open_pen("replay:/nowhere/a.cap", lambda event: None)


@posix_only
def test_what_was_asked_of_a_locked_pen_is_played_too(tmp_path: Path) -> None:
    path, book = tmp_path / "a.cap", NcodeBook(3, 27, 604)
    name = "virtual:maths?once&strokes=3&speed=4&locked=4711&stored=3&start-delay=1"
    with (
        path.open("w", encoding="utf-8") as file,
        opened(name, CaptureWriter(file)) as (pen, live),
    ):
        wait_until(lambda: live.of(PenLocked))
        pen.submit_password("1111")
        wait_until(lambda: len(live.of(PenLocked)) == 2)
        pen.submit_password("4711")
        wait_until(lambda: live.of(PenConnected))
        pen.request(ListOffline())
        pen.request(FetchOffline(book))
        pen.request(ReadSettings())
        wait_until(lambda: live.of(OfflineFetched) and len(live.of(PenLifted)) == 3)
    with opened(f"replay:{path}?fast") as (_, played):
        wait_until(lambda: played.of(PenDisconnected))
    assert told(played.events) == told(live.events)
    assert sum(len(ink.strokes) for ink in played.of(OfflineInk)) == 3


def told(events: list[PenEvent]) -> list[PenEvent]:
    """What the pen said, without the host's clocks."""
    by_host = (PenDisconnected, PenClock)
    return [replace(event, t_host=0.0) for event in events if not isinstance(event, by_host)]
