"""A RobotPen on the virtual radio, through the unmodified BLE transport (pen/OTHER_PENS 3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pen_driver import (
    Candidate,
    CandidateKind,
    PenBattery,
    PenConnected,
    PenDisconnected,
    PenHover,
    PenLifted,
    PenPage,
    PenSample,
    ReasonKind,
    discover,
    open_pen,
)
from pen_driver.errors import UnknownProtocolError
from pen_driver.virtual.ble import robotpen_options
from pen_driver.virtual.ink import fit_to_page, load_ink
from tests.fakes.bumble_radio import Air, on_air
from tests.pen_driver.transports.desk import opened, wait_until

STROKES = fit_to_page(load_ink("maths"), 176.0, 250.0)


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Iterator[Air]:
    with on_air(monkeypatch) as one:
        yield one


@pytest.mark.parametrize(
    ("make", "name", "sheet"),
    [
        ("robotpen", "ble:any", "robotpen:A4"),
        ("robotpen", "ble:RobotPen?protocol=robotpen-a5", "robotpen:A5"),
        ("xn680t", "ble:RobotPen?protocol=xn680t", "robotpen:A4"),
    ],
)
def test_it_writes_and_hovers_over_the_air(air: Air, make: str, name: str, sheet: str) -> None:
    pen = air.add(STROKES[:8], robotpen_options(make, is_looping=False, speed=4))
    with opened(name) as (driver, heard):
        wait_until(lambda: len(heard.of(PenLifted)) == 8)
        assert driver.counters.samples == pen.report.samples_sent > 100
        assert driver.counters.hovers >= pen.report.hovers_sent > 5
        assert driver.counters.repairs == 0
        assert heard.wait_for(PenBattery).percent == 100
    assert [connected.protocol for connected in heard.of(PenConnected)] == ["robotpen"]
    assert [str(turned.page) for turned in heard.of(PenPage)] == [sheet]
    assert all(sample.force is None for sample in heard.of(PenSample))
    assert heard.of(PenHover)


def test_what_it_writes_lies_where_it_was_written(air: Air) -> None:
    air.add(STROKES[:3], robotpen_options(is_looping=False, speed=4))
    with opened("ble:any") as (_, heard):
        wait_until(lambda: len(heard.of(PenLifted)) == 3)
    written = [point for stroke in STROKES[:3] for point in stroke]
    for sample, point in zip(heard.of(PenSample), written, strict=True):
        assert (sample.x_mm, sample.y_mm) == pytest.approx((point.x_mm, point.y_mm), abs=0.03)


def test_link_lost_in_mid_stroke_and_back(air: Air) -> None:
    options = robotpen_options(is_looping=False, cut_after_dots=60, cut_s=0.3, speed=2)
    pen = air.add(STROKES[:8], options)
    with opened("ble:any") as (_, heard):
        wait_until(lambda: len(heard.of(PenConnected)) == 2)
        wait_until(lambda: pen.report.strokes_sent >= 6 and not heard.of(PenLifted)[-1].cut_short)
    gone, back = heard.of(PenDisconnected)[0], heard.of(PenConnected)[1]
    assert [lifted.cut_short for lifted in heard.of(PenLifted)].count(True) <= 1
    assert back.t_host - gone.t_host < 4.0


def test_it_is_found_and_the_list_says_why(air: Air) -> None:
    air.add(STROKES, robotpen_options())
    found: list[Candidate] = []
    discover(1.0, found.append, kinds=frozenset({CandidateKind.BLE})).wait(10)
    (candidate,) = found
    assert (candidate.name, candidate.is_supported) == ("ble:RobotPen", True)
    reasons = [(reason.kind, reason.value) for reason in candidate.reasons]
    assert reasons == [(ReasonKind.MANUFACTURER, "DP")]


def test_what_nothing_speaks_over_the_air_is_refused() -> None:
    with pytest.raises(UnknownProtocolError):
        open_pen("ble:any?protocol=anoto", lambda _: None)
