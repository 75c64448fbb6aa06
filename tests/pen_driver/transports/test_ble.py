"""The BLE transport on a virtual radio, with the virtual pen on the other side of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from pen_driver import (
    DisconnectReason,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenLifted,
    PenLocked,
    PenSample,
)
from pen_driver.transports import ble
from pen_driver.virtual.ble import SERVICE_16, SERVICE_128, BleOptions
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.ink import Stroke, fit_to_page, load_ink
from tests.fakes.bumble_radio import Air, on_air
from tests.pen_driver.transports.desk import opened, wait_until

MAC = "9C:7B:D2:00:A1:7E"
NAME = f"ble:{MAC}"


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Iterator[Air]:
    with on_air(monkeypatch) as one:
        yield one


@pytest.fixture(scope="module")
def strokes() -> tuple[Stroke, ...]:
    return fit_to_page(load_ink("maths"), 176.0, 250.0)


def test_a_pen_writes_over_the_air(air: Air, strokes: tuple[Stroke, ...]) -> None:
    pen = air.add(strokes[:12], BleOptions(is_looping=False, speed=8))
    with opened(NAME) as (driver, heard):
        wait_until(lambda: len(heard.of(PenLifted)) == 12)
        assert driver.counters.samples == pen.report.samples_sent > 100
        assert driver.counters.lost_events == driver.counters.repairs == 0
    assert heard.of(PenConnected)[0].model == "NWP-F51"
    assert heard.events[-1] == heard.of(PenDisconnected)[-1]
    assert heard.of(PenDisconnected)[-1].reason is DisconnectReason.CLOSED


@pytest.mark.parametrize("reason", [0x08, 0x13, 0x16, 0x3E])
def test_F21_link_lost_in_mid_stroke(air: Air, strokes: tuple[Stroke, ...], reason: int) -> None:
    """The stroke ends at its last sample, marked; the pen is back without a click."""
    pen = air.add(strokes, BleOptions(speed=4, cut_after_dots=60, cut_reason=reason, cut_s=0.4))
    with opened(NAME) as (driver, heard):
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
        assert heard.of(PenConnected)[1].t_host - gone.t_host < 0.4 + 2.0
        wait_until(lambda: len(heard.of(PenLifted)) >= 2)
        assert driver.counters.cut_short == 1
    numbers = [down.stroke for down in heard.of(PenDown)]
    assert len(set(numbers)) == len(numbers)
    assert pen.report.cuts == 1
    assert air.clients_made == 2


def test_F21_this_machines_bluetooth_off_and_on(air: Air, strokes: tuple[Stroke, ...]) -> None:
    air.add(strokes, BleOptions(speed=4))
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
        air.power(False)
        heard.wait_for(PenDisconnected)
        time.sleep(0.6)
        assert len(heard.of(PenConnected)) == 1
        back = time.monotonic()
        air.power(True)
        wait_until(lambda: len(heard.of(PenConnected)) == 2)
        assert heard.of(PenConnected)[1].t_host - back < 2.0
    reasons = [gone.reason for gone in heard.of(PenDisconnected)]
    assert reasons == [DisconnectReason.LINK_LOST, DisconnectReason.CLOSED]


def test_connections_that_fail_to_be_established(air: Air, strokes: tuple[Stroke, ...]) -> None:
    """Each attempt is made with a new client (the fake one refuses to be used twice)."""
    air.add(strokes, BleOptions(speed=4, refused_connections=2))
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
    assert air.clients_made == 3


def test_pen_that_is_not_there_yet_is_waited_for(
    air: Air, strokes: tuple[Stroke, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ble, "SCAN_S", 0.3)
    with opened(NAME) as (_, heard):
        assert heard.wait_for(PenDisconnected).reason is DisconnectReason.NO_PORT
        air.add(strokes, BleOptions())
        heard.wait_for(PenSample)
    assert len(heard.of(PenDisconnected)) == 2


@pytest.mark.parametrize(
    ("services", "used"),
    [((SERVICE_16, SERVICE_128), SERVICE_128[1]), ((SERVICE_16,), SERVICE_16[1])],
)
def test_the_long_service_is_preferred(
    air: Air,
    strokes: tuple[Stroke, ...],
    services: tuple[tuple[str, str, str], ...],
    used: str,
) -> None:
    pen = air.add(strokes, BleOptions(services=services))
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
    assert pen.report.used == {used}


@pytest.mark.parametrize(("mtu", "longest"), [(23, 20), (100, 61), (517, 51)])
def test_writes_are_cut_to_what_the_link_carries(
    air: Air, strokes: tuple[Stroke, ...], mtu: int, longest: int
) -> None:
    pen = air.add(strokes, BleOptions(mtu=mtu))
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
    assert pen.report.longest_write <= longest


def test_refused_writes_are_tried_in_smaller_pieces(air: Air, strokes: tuple[Stroke, ...]) -> None:
    air.refuses_writes_above = 20
    pen = air.add(strokes, BleOptions())
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
    assert pen.report.longest_write == 20
    assert air.clients_made == 1


def test_a_pen_without_an_address_is_known_by_its_name(
    air: Air, strokes: tuple[Stroke, ...]
) -> None:
    air.add(strokes, BleOptions(sends_mac=False))
    with opened("ble:Smart Pen") as (_, heard):
        heard.wait_for(PenSample)
    with opened("ble:any") as (_, heard):
        heard.wait_for(PenSample)


def test_only_the_pen_that_was_named(air: Air, strokes: tuple[Stroke, ...]) -> None:
    other = bytes.fromhex("9C7BD2001234")
    stranger = air.add(strokes, BleOptions(device=DeviceOptions(mac=other)))
    air.add(strokes, BleOptions())
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
    assert heard.of(PenConnected)[0].pen_id == "NEO-A17E"
    assert stranger.report.connections == 0


def test_a_device_that_is_no_pen_is_left_alone(air: Air, strokes: tuple[Stroke, ...]) -> None:
    air.add(strokes, BleOptions(services=()))
    with opened(NAME) as (_, heard):
        assert heard.wait_for(PenDisconnected).reason is DisconnectReason.NO_PORT


def test_locked_pen_over_the_air(air: Air, strokes: tuple[Stroke, ...]) -> None:
    air.add(strokes, BleOptions(device=DeviceOptions(password="2468")))
    with opened(NAME) as (driver, heard):
        heard.wait_for(PenLocked)
        driver.submit_password("2468")
        heard.wait_for(PenSample)


def test_no_whole_address_in_the_log(
    air: Air, strokes: tuple[Stroke, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "pen_driver")
    air.add(strokes, BleOptions())
    with opened(NAME) as (_, heard):
        heard.wait_for(PenSample)
    mine = [record for record in caplog.records if record.name.startswith("pen_driver")]
    assert len(mine) >= 3
    assert not any(MAC in record.getMessage() for record in mine)
    assert not any(MAC in record.threadName for record in mine if record.threadName)


def test_closing_does_not_wait_for_a_pen(air: Air) -> None:
    del air
    with opened(NAME):
        time.sleep(0.2)
        start = time.monotonic()
    assert time.monotonic() - start < 2.0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pen ")]
