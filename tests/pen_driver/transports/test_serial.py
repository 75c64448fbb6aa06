"""The serial transport on real pseudo-terminals, with the virtual pen at the other end."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from pen_driver import (
    DisconnectReason,
    NcodeBook,
    PenCommandDone,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenLifted,
    PenLocked,
    PenPage,
    PenPoweredOff,
    PenSample,
    PenUnavailableError,
    UseNotes,
    open_pen,
)
from pen_driver.commands import ReadSettings
from pen_driver.events import CommandFailure, PenCommandFailed
from pen_driver.neo.packets import notes_request
from pen_driver.transports.base import Direction
from tests.pen_driver.transports.desk import Listener, opened, report, standalone, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")


def test_nothing_is_lost_from_end_to_end(tmp_path: Path) -> None:
    counts = tmp_path / "report.json"
    with opened(f"virtual:maths?once&speed=40&rate=480&report={counts}") as (pen, heard):
        wait_until(lambda: counts.exists() and report(counts)["finished"])
        sent = report(counts)
        wait_until(lambda: len(heard.of(PenLifted)) == sent["strokes_sent"])
        assert sent["strokes_sent"] == 116
        assert len(heard.of(PenSample)) == sent["samples_sent"] > 400
        assert pen.counters.samples == sent["samples_sent"]
        assert pen.counters.lost_events == pen.counters.junk_bytes == pen.counters.repairs == 0
        assert not any(lifted.cut_short or lifted.lost for lifted in heard.of(PenLifted))
    for sample in heard.of(PenSample):
        assert 20 <= sample.x_mm <= 155
        assert 25 <= sample.y_mm <= 210
        assert sample.force is not None
        assert 0 < sample.force <= 1


def test_samples_are_stamped_when_they_arrive() -> None:
    before = time.monotonic()
    with opened("virtual:maths?once&strokes=1") as (_, heard):
        wait_until(lambda: heard.of(PenLifted))
    stamps = [sample.t_host for sample in heard.of(PenSample)]
    assert before < stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] < time.monotonic()
    pen_times = [sample.t_pen or 0 for sample in heard.of(PenSample)]
    assert pen_times[-1] - pen_times[0] == pytest.approx(stamps[-1] - stamps[0], abs=0.5)


def test_events_come_on_the_pens_own_thread() -> None:
    threads: set[str] = set()
    pen = open_pen("virtual:maths?speed=10", lambda _: threads.add(threading.current_thread().name))
    wait_until(lambda: threads)
    pen.close()
    assert threads == {"pen virtual:maths?speed=10"}


def test_pen_can_be_closed_from_its_own_events(tmp_path: Path) -> None:
    with standalone(tmp_path / "pen", "maths", "--speed", "10"):
        closed = threading.Event()

        def take(event: object) -> None:
            if isinstance(event, PenSample) and not closed.is_set():
                pen.close()
                closed.set()

        pen = open_pen(f"serial:{tmp_path / 'pen'}", take)
        assert closed.wait(20)
        pen.close()


def test_rounds_go_on_a_fresh_page() -> None:
    with opened("virtual:maths?strokes=1&speed=20") as (_, heard):
        wait_until(lambda: len(heard.of(PenPage)) >= 3)
    assert [str(event.page)[-2:] for event in heard.of(PenPage)][:3] == [".1", ".2", ".3"]


def test_F19_pen_pulled_in_mid_stroke(tmp_path: Path) -> None:
    """The pseudo-terminal is closed in mid-stroke; the pen is back without a click."""
    link = tmp_path / "pen"
    with (
        standalone(link, "maths", "--cut-after", "1500", "--cut-seconds", "0.3"),
        opened(f"serial:{link}") as (pen, heard),
    ):
        wait_until(lambda: heard.of(PenDisconnected))
        events = list(heard.events)
        at = events.index(heard.of(PenDisconnected)[0])
        last, lifted, gone = events[at - 2 : at + 1]
        assert isinstance(last, PenSample)
        assert isinstance(lifted, PenLifted)
        assert isinstance(gone, PenDisconnected)
        assert lifted.cut_short
        assert lifted.stroke == last.stroke
        assert gone.reason is DisconnectReason.LINK_LOST
        wait_until(lambda: len(heard.of(PenConnected)) == 2)
        back_after = heard.of(PenConnected)[1].t_host - gone.t_host
        assert back_after < 0.3 + 5.0  # a quiet machine needs about 0.8 s
        wait_until(lambda: len(heard.of(PenLifted)) >= 2)
        numbers = [down.stroke for down in heard.of(PenDown)]
        assert len(set(numbers)) == len(numbers)
        assert pen.counters.cut_short == 1


def test_pen_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    link = tmp_path / "pen"
    with opened(f"serial:{link}") as (_, heard):
        wait_until(lambda: heard.events)
        assert heard.of(PenDisconnected)[0].reason is DisconnectReason.NO_PORT
        with standalone(link, "maths"):
            wait_until(lambda: heard.of(PenSample))
    assert len(heard.of(PenDisconnected)) == 2


def test_host_may_come_and_go(tmp_path: Path) -> None:
    """An engine that is killed and started again finds the same pen."""
    link = tmp_path / "pen"
    with standalone(link, "maths"):
        for _ in range(3):
            with opened(f"serial:{link}") as (pen, heard):
                heard.wait_for(PenSample)
            assert pen.counters.junk_bytes == 0
            assert heard.of(PenDisconnected)[0].reason is DisconnectReason.CLOSED
            assert heard.of(PenLifted)[-1].cut_short


def test_pen_that_is_switched_off_says_so(tmp_path: Path) -> None:
    link = tmp_path / "pen"
    with opened(f"serial:{link}") as (_, heard):
        with standalone(link, "maths"):
            wait_until(lambda: heard.of(PenSample))
        wait_until(lambda: len(heard.of(PenDisconnected)) == 2 or heard.of(PenPoweredOff))
        wait_until(lambda: heard.events and isinstance(heard.events[-1], PenDisconnected))


def test_locked_pen_and_a_person_with_the_password() -> None:
    with opened("virtual:maths?locked=2468") as (pen, heard):
        wait_until(lambda: heard.of(PenLocked))
        assert heard.of(PenLocked)[0].attempts_left == 10
        pen.submit_password("1111")
        wait_until(lambda: len(heard.of(PenLocked)) == 2)
        assert heard.of(PenLocked)[1].attempts_left == 9
        pen.submit_password("2468")
        wait_until(lambda: heard.of(PenSample))


def test_virtual_pen_that_cannot_start_says_why() -> None:
    with pytest.raises(PenUnavailableError, match="No such file"):
        open_pen("virtual:/nowhere/ink.json", lambda event: None)
    with pytest.raises(PenUnavailableError, match="no-such-option"):
        open_pen("virtual:maths?no-such-option", lambda event: None)
    with pytest.raises(PenUnavailableError, match="speed"):
        open_pen("virtual:maths?speed=0", lambda event: None)


def test_what_is_asked_of_an_absent_pen_is_answered(tmp_path: Path) -> None:
    with opened(f"serial:{tmp_path / 'pen'}") as (pen, heard):
        pen.request(ReadSettings())
        failed = heard.wait_for(PenCommandFailed)
    assert failed.command == ReadSettings()
    assert failed.reason is CommandFailure.NOT_READY


def test_choice_of_books_is_made_again_after_a_break(tmp_path: Path) -> None:
    link = tmp_path / "pen"
    ours = UseNotes((NcodeBook(3, 27, 604),))
    asked = notes_request(ours.books)
    sent: list[bytes] = []

    def tap(_: float, direction: Direction, data: bytes) -> None:
        if direction is Direction.TO_PEN:
            sent.append(data)

    heard = Listener()
    with standalone(link, "maths", "--cut-after", "1500", "--cut-seconds", "0.2"):
        pen = open_pen(f"serial:{link}", heard, tap)
        try:
            wait_until(lambda: heard.of(PenConnected))
            pen.request(ours)
            wait_until(lambda: len(heard.of(PenConnected)) == 2)
            wait_until(lambda: b"".join(sent).count(asked) == 2)
        finally:
            pen.close()
    assert heard.of(PenCommandDone)[0].command == ours
