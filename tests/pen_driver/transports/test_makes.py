"""Pens of the other makes over a real pseudo-terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pen_driver import PenConnected, PenDisconnected, PenLifted, PenSample, open_pen
from pen_driver.errors import UnknownProtocolError
from tests.pen_driver.transports.desk import opened, report, standalone, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")


@pytest.mark.parametrize(
    ("device", "protocol"),
    [("neo1", "auto"), ("anoto", "auto"), ("neo1", "neo1"), ("robotpen", "robotpen")],
)
def test_ink_of_another_make_comes_whole(tmp_path: Path, device: str, protocol: str) -> None:
    link, counts = tmp_path / "pen", tmp_path / "report.json"
    arguments = ("maths", "--device", device, "--once", "--strokes", "6", "--speed", "10")
    with (
        standalone(link, *arguments, "--report", str(counts)),
        opened(f"serial:{link}?protocol={protocol}") as (pen, heard),
    ):
        wait_until(lambda: counts.exists() and report(counts)["finished"])
        wait_until(lambda: len(heard.of(PenLifted)) == 6)
        assert len(heard.of(PenSample)) == report(counts)["samples_sent"]
        assert pen.counters.repairs == 0
    assert heard.of(PenConnected)[0].protocol in (device, "1")


def test_pulled_in_mid_stroke_and_back(tmp_path: Path) -> None:
    name = f"virtual:maths?device=neo1&once&strokes=4&speed=4&cut-after=900&report={tmp_path / 'r'}"
    with opened(name) as (_, heard):
        wait_until(lambda: len(heard.of(PenConnected)) == 2)
        wait_until(lambda: (tmp_path / "r").exists() and report(tmp_path / "r")["finished"])
        wait_until(lambda: not heard.of(PenLifted)[-1].cut_short)
    assert [lifted.cut_short for lifted in heard.of(PenLifted)].count(True) == 1
    back, gone = heard.of(PenConnected)[1], heard.of(PenDisconnected)[0]
    assert back.t_host - gone.t_host < 2.0


def test_what_nothing_speaks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownProtocolError):
        open_pen(f"serial:{tmp_path / 'pen'}?protocol=morse", lambda _: None)
