"""Which protocol a bare port speaks, and the way from the guess to the pen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.auto import AutoProtocol
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenLifted,
)
from pen_driver.neo.session import NeoSession
from pen_driver.probe import Probe
from pen_driver.protocol import SUPPORTS, PageKind, PenProtocol
from pen_driver.transports.sessions import PROTOCOLS, new_session
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.makes import MAKES, make_device
from tests.pen_driver.anoto.test_framing import DOT
from tests.pen_driver.neo import examples as neo2
from tests.pen_driver.neo1 import examples as neo1


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (neo2.VERSION, "neo2"),
        (neo1.PEN_ON, "neo1"),
        (DOT * 3, "anoto"),
        (DOT * 2, None),
        (neo1.PEN_ON[:-1], None),
        (b"\x00\x00\x0b" * 20, None),
    ],
)
def test_what_tells_a_protocol(data: bytes, found: str | None) -> None:
    probe = Probe()
    for at in range(len(data)):
        probe.receive_data(data[at : at + 1], 0.001 * at)
    assert probe.found == found


@given(st.binary(max_size=300))
def test_junk_before_it_hides_nothing(junk: bytes) -> None:
    probe = Probe()
    probe.receive_data(junk, 0.0)
    if probe.found is None:
        assert probe.receive_data(neo1.PEN_ON, 1.0) == "neo1"


def connect(protocol: PenProtocol, make: str, seconds: float = 3.0) -> list[PenEvent]:
    """Let a pen of software write one stroke as soon as it may."""
    device, events, out, now = make_device(make, DeviceOptions()), list[PenEvent](), b"", 50.0
    dots = 0
    for _ in range(round(seconds / 0.02)):
        now += 0.02
        said = device.receive(out, round(now * 1000)) + device.tick(round(now * 1000))
        if device.is_streaming and dots < 40:
            said += device.pen_down(round(now * 1000)) if dots == 0 else b""
            said += device.dot(round(now * 1000), 40 + dots, 60, 0.5)
            dots += 1
            said += device.pen_up(round(now * 1000)) if dots == 40 else b""
        events += protocol.receive_data(said, now) if said else []
        events += protocol.tick(now)
        out = protocol.data_to_send()
    return events


@pytest.mark.parametrize("make", ["neo2", "neo1", "anoto"])
def test_auto_finds_each_make(make: str) -> None:
    protocol = AutoProtocol(new_session, PenCounters())
    events = connect(protocol, make)
    assert protocol.protocol == make
    assert sum(isinstance(event, PenConnected) for event in events) == 1
    assert [event.samples for event in events if isinstance(event, PenLifted)] == [40]


def test_a_silent_port_is_kept_open_and_asked_again() -> None:
    protocol = AutoProtocol(new_session, PenCounters())
    events, sent = list[PenEvent](), b""
    for step in range(400):
        events += protocol.tick(step * 0.1)
        sent += protocol.data_to_send()
    assert [type(event) for event in events].count(PenDisconnected) == 1
    assert sent.count(b"\xc0\x01") > 6
    events = protocol.receive_data(DOT * 4, 41.0)
    assert sum(isinstance(event, PenDown) for event in events) == 1
    events += protocol.link_lost(42.0, DisconnectReason.LINK_LOST)
    assert sum(isinstance(event, PenLifted) for event in events) == 1


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_has_the_same_face(name: str) -> None:
    protocol: PenProtocol = new_session(name, PenCounters(), 7)
    assert protocol.next_stroke == 7
    assert protocol.receive_data(b"\x55\xaa", 1.0) is not None
    protocol.tick(2.0)
    protocol.data_to_send()
    assert isinstance(protocol.link_lost(3.0, DisconnectReason.CLOSED)[-1], PenDisconnected)
    assert protocol.is_over


def test_neo_session_is_one_as_it_stands() -> None:
    protocol: PenProtocol = NeoSession(lambda: 0, PenCounters())
    assert not protocol.is_over


def test_what_is_declared_is_what_is_told() -> None:
    assert set(SUPPORTS) == set(MAKES)
    for make, supports in SUPPORTS.items():
        events = connect(new_session(make, PenCounters(), 1), make)
        (can,) = (event.capabilities for event in events if isinstance(event, PenConnected))
        assert can.has_tilt == supports.tilt
        assert can.has_offline == supports.offline
        assert can.keeps_offline == can.can_delete == supports.keep_offline
        assert can.has_live
        assert can.has_password == supports.password
        assert can.has_battery == (supports.battery_levels > 0)
        assert (can.force_steps > 0) == (supports.force_steps > 0)
        assert can.settings <= supports.settings
        (down,) = (event for event in events if isinstance(event, PenDown))
        assert str(down.page).startswith(supports.pages.value) != (supports.pages is PageKind.SHEET)
