from __future__ import annotations

from random import Random
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    PenBattery,
    PenButtonPressed,
    PenConnected,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenPage,
    PenSample,
)
from pen_driver.paper import sheet_of
from pen_driver.robotpen.session import A5, RobotPenSession
from pen_driver.virtual.faults import Faults
from pen_driver.virtual.robotpen import RobotPenDevice

E = TypeVar("E")


class Host:
    def __init__(self, session: RobotPenSession | None = None, is_warm: bool = True) -> None:
        self.counters = PenCounters()
        self.session = session or RobotPenSession(self.counters)
        self.now = 10.0
        self.events: list[PenEvent] = []
        if is_warm:
            self.take(bytes.fromhex("808000000080") * 2)
            self.take(b"\0", 1.0)

    def take(self, data: bytes, seconds: float = 0.013) -> None:
        self.now += seconds
        self.events += self.session.receive_data(data, self.now)
        self.events += self.session.tick(self.now)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


def stroke(device: RobotPenDevice, dots: int = 20) -> list[bytes]:
    device.pen_down(0)
    return [device.dot(0, 30 + at, 50, 0.5) for at in range(dots)] + [device.pen_up(0)]


def test_hover_and_strokes_are_told_apart() -> None:
    host, device = Host(), RobotPenDevice()
    for data in stroke(device):
        host.take(data)
    assert [lifted.samples for lifted in host.of(PenLifted)] == [20]
    assert len(host.of(PenHover)) == 6
    assert [str(event.page) for event in host.of(PenPage)] == ["robotpen:A4"]
    sheet = sheet_of(host.of(PenDown)[0].page)
    assert (sheet.width_mm, sheet.height_mm) == (210, 297)
    for at, sample in enumerate(host.of(PenSample)):
        assert (sample.x_mm, sample.y_mm) == pytest.approx((30 + at, 50), abs=0.02)
        assert sample.force is None
        assert sample.raw is not None
        assert sample.raw.force is None
    (connection,) = host.of(PenConnected)
    assert connection.capabilities.force_steps == 0
    assert connection.capabilities.has_hover


def test_battery_is_told_when_it_changes() -> None:
    host = Host()
    for head in ("82", "82", "80", "81", "81"):
        host.take(bytes.fromhex(head + "8800000000"))
    assert [event.percent for event in host.of(PenBattery)] == [100, 10]


def test_side_button_is_told_once_a_press() -> None:
    host, device = Host(), RobotPenDevice()
    host.take(device.side_button() + device.side_button())
    assert [event.action for event in host.of(PenButtonPressed)] == ["side", "side"]


def test_stale_data_of_a_new_connection_make_no_ink() -> None:
    host, device = Host(is_warm=False), RobotPenDevice()
    for ms in range(0, 800, 20):
        host.take(device.tick(ms) or bytes.fromhex("828800000000"), 0.02)
    assert host.of(PenDown) == []
    assert host.of(PenHover) != []


def test_a5() -> None:
    host = Host(RobotPenSession(PenCounters(), sheet=A5))
    host.take(bytes.fromhex("828100008E12") * 2)
    sample = host.of(PenSample)[0]
    assert (sample.x_mm, sample.y_mm) == pytest.approx((74, 105), abs=0.02)


def test_silence_with_the_tip_down_lifts() -> None:
    host, device = Host(), RobotPenDevice()
    host.take(b"".join(stroke(device)[:-1]))
    host.events += host.session.tick(host.now + 0.6)
    assert [lifted.cut_short for lifted in host.of(PenLifted)] == [False]
    assert host.counters.repairs == 1


@given(st.booleans(), st.integers(0, 2**32), st.floats(0, 0.02))
@example(False, 5025424, 0.017578125)
def test_damage_makes_no_far_ink(has_lengths: bool, seed: int, rate: float) -> None:
    counters, random = PenCounters(), Random(seed)
    host = Host(RobotPenSession(counters, has_lengths=has_lengths))
    device = RobotPenDevice(has_lengths=has_lengths)
    faults = Faults(flip=rate, drop=rate, double=rate)
    for _ in range(8):
        for data in stroke(device):
            host.take(faults.apply(data, random))
    # the stream has no check sums: an end of a stroke that was misread just beside the sheet passes
    samples = host.of(PenSample)
    beside = [s for s in samples if not (-10 <= s.x_mm <= 220 and -10 <= s.y_mm <= 307)]
    assert len(beside) <= len(host.of(PenLifted))
    for sample in samples:
        assert -40 <= sample.x_mm <= 250
        assert -40 <= sample.y_mm <= 337
    assert rate > 0 or len(host.of(PenSample)) == 160
    count = len(host.of(PenLifted))
    for data in stroke(device) + stroke(device):
        host.take(data)
    assert len(host.of(PenLifted)) > count
    assert host.of(PenLifted)[-1].samples == 20
    host.events += host.session.link_lost(host.now, DisconnectReason.LINK_LOST)
    assert len(host.of(PenDown)) == len(host.of(PenLifted))
