"""Pens in software that hover by themselves, in each form that pens have for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pen_driver import ChangeSetting, PenConnected, PenDown, PenHover, PenLifted, SettingName
from tests.pen_driver.transports.desk import opened, report, standalone, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")


@pytest.mark.parametrize("form", ["", "&speaks=2.16", "&speaks=2.9&old-events", "&device=robotpen"])
def test_hover_between_strokes_and_never_in_one(tmp_path: Path, form: str) -> None:
    counts = tmp_path / "report.json"
    name = f"virtual:maths?once&strokes=6&speed=2&hover{form}&report={counts}"
    with opened(name) as (pen, heard):
        wait_until(lambda: counts.exists() and report(counts)["finished"])
        wait_until(lambda: len(heard.of(PenLifted)) == 6)
        assert heard.of(PenConnected)[0].capabilities.has_hover
        assert pen.counters.samples == report(counts)["samples_sent"]
        assert pen.counters.repairs == pen.counters.lost_events == 0
        assert pen.counters.hovers == len(heard.of(PenHover)) >= report(counts)["hovers_sent"] > 5
    is_down = False
    for event in heard.events:
        is_down = isinstance(event, PenDown) or (is_down and not isinstance(event, PenLifted))
        assert not (is_down and isinstance(event, PenHover))


def test_hover_begins_when_it_is_switched_on(tmp_path: Path) -> None:
    link = tmp_path / "pen"
    with standalone(link, "maths", "--speed", "2"), opened(f"serial:{link}") as (pen, heard):
        wait_until(lambda: len(heard.of(PenLifted)) >= 3)
        assert not heard.of(PenHover)
        pen.request(ChangeSetting(SettingName.HOVER, 1))
        heard.wait_for(PenHover)
