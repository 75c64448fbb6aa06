from __future__ import annotations

from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.anoto.regions import RegionMap
from pen_driver.anoto.session import AnotoSession
from pen_driver.commands import ReadSettings
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    DiagnosticKind,
    DisconnectReason,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDown,
    PenEvent,
    PenLifted,
    PenPage,
    PenSample,
)
from pen_driver.virtual.anoto import AnotoDevice
from pen_driver.virtual.faults import Faults

E = TypeVar("E")


class Host:
    def __init__(self) -> None:
        self.counters = PenCounters()
        self.session = AnotoSession(RegionMap(), self.counters)
        self.now = 10.0
        self.events: list[PenEvent] = []

    def take(self, data: bytes, seconds: float = 0.013) -> None:
        self.now += seconds
        self.events += self.session.receive_data(data, self.now) if data else []
        self.events += self.session.tick(self.now)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def kinds(self) -> list[DiagnosticKind]:
        return [event.kind for event in self.of(PenDiagnostic)]


def stroke(device: AnotoDevice, dots: int = 20, y_mm: float = 50.0) -> list[bytes]:
    points = [device.dot(0, 30 + at * 0.5, y_mm, 0.5) for at in range(dots)]
    return [*points, device.pen_up(0)]


def test_the_first_position_begins_a_stroke() -> None:
    host, device = Host(), AnotoDevice()
    for packet in stroke(device) + stroke(device, y_mm=80):
        host.take(packet)
    assert [lifted.samples for lifted in host.of(PenLifted)] == [20, 20]
    assert len(host.of(PenPage)) == len(host.of(PenConnected)) == 1
    samples = host.of(PenSample)
    assert samples[19].x_mm - samples[0].x_mm == pytest.approx(9.5, abs=0.05)
    assert samples[20].y_mm - samples[0].y_mm == pytest.approx(30, abs=0.05)
    assert all(sample.force == pytest.approx(0.5, abs=0.02) for sample in samples)
    assert all(sample.t_pen is None for sample in samples)
    assert host.events[-1] == host.of(PenLifted)[-1]


def test_hard_is_small() -> None:
    host, device = Host(), AnotoDevice()
    host.take(device.dot(0, 1, 1, 1.0) + device.dot(0, 1, 1, 0.0))
    assert [sample.force for sample in host.of(PenSample)] == [1.0, 0.0]


def test_another_page_of_the_pad_is_another_page() -> None:
    host, device = Host(), AnotoDevice()
    for page in (1, 2, 1):
        device.page = page
        host.take(b"".join(stroke(device)))
    pages = [event.page for event in host.of(PenPage)]
    assert len(pages) == 3
    assert pages[0] == pages[2] != pages[1]


def test_a_position_far_off_is_left_out() -> None:
    host, device = Host(), AnotoDevice()
    packets = stroke(device)
    wrong = packets[9][:4] + bytes((packets[9][4] ^ 0x40,)) + packets[9][5:]
    host.take(b"".join([*packets[:9], wrong, *packets[10:]]))
    assert [lifted.samples for lifted in host.of(PenLifted)] == [19]
    assert host.kinds() == [DiagnosticKind.SPIKE]
    assert len(host.of(PenPage)) == 1


def test_a_full_stop_on_unknown_paper_is_ink() -> None:
    # x 150000001 + 5/8, y 2147490000 + 1/8, force raw 20, pen up (pen/OTHER_PENS 2)
    host = Host()
    host.take(bytes.fromhex("00 00 0B 08 F0 D1 81 80 00 18 D0 A0 20 14 01 00 00"))
    (sample,) = host.of(PenSample)
    assert sample.raw is not None
    assert (sample.raw.x, sample.raw.y, sample.raw.force) == (150000001.625, 2147490000.125, 20)
    assert [lifted.samples for lifted in host.of(PenLifted)] == [1]
    assert host.kinds() == []


def test_lost_pen_up_is_noticed() -> None:
    host, device = Host(), AnotoDevice()
    host.take(b"".join(stroke(device)[:-1] + stroke(device, y_mm=150)[:-1]))
    host.take(b"", 0.6)
    assert [lifted.samples for lifted in host.of(PenLifted)] == [20, 20]
    assert host.kinds() == [DiagnosticKind.MISSING_UP] * 2


def test_link_lost_in_mid_stroke() -> None:
    host, device = Host(), AnotoDevice()
    host.take(b"".join(stroke(device)[:-1]))
    host.events += host.session.link_lost(host.now, DisconnectReason.LINK_LOST)
    assert [lifted.cut_short for lifted in host.of(PenLifted)] == [True]
    assert host.session.next_stroke == 2


def test_nothing_can_be_asked() -> None:
    host = Host()
    host.session.request(ReadSettings())
    host.take(b"")
    assert host.of(PenCommandFailed)[0].reason is CommandFailure.UNSUPPORTED
    assert host.session.data_to_send() == b""


@given(st.integers(0, 2**32), st.floats(0, 0.02))
def test_damage_makes_no_far_ink_and_strokes_are_lifted(seed: int, rate: float) -> None:
    host, device, random = Host(), AnotoDevice(), Random(seed)
    faults = Faults(flip=rate, drop=rate, double=rate, has_junk=rate > 0.01)
    for _ in range(8):
        for packet in stroke(device):
            host.take(faults.apply(packet, random))
        host.take(b"", 0.7)
    host.events += host.session.link_lost(host.now, DisconnectReason.LINK_LOST)
    assert len(host.of(PenDown)) == len(host.of(PenLifted))
    assert rate > 0 or len(host.of(PenSample)) == 160
    for packet in stroke(device):  # and a new connection of the same pen works
        host.session = host.session if not host.session.is_over else _next(host)
        host.take(packet)
    assert host.of(PenLifted)[-1].samples == 20


def _next(host: Host) -> AnotoSession:
    return AnotoSession(RegionMap(), host.counters, host.session.next_stroke)


@given(st.lists(st.binary(max_size=50), max_size=30))
def test_nothing_raises(chunks: list[bytes]) -> None:
    host = Host()
    for chunk in chunks:
        host.take(chunk, 0.05)
    host.events += host.session.link_lost(host.now, DisconnectReason.LINK_LOST)
    assert len(host.of(PenDown)) == len(host.of(PenLifted))
