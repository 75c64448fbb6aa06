"""Version 1 over BLE: each notification of the notes through the one session."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    PenConnected,
    PenDown,
    PenEvent,
    PenLifted,
    PenSample,
)
from pen_driver.neo1.ble import NOTIFIES, Write
from pen_driver.neo1.ble_session import Neo1BleSession
from tests.pen_driver.neo1 import examples as ex

STATE = ex.STATE[4:-1]
DOT = ex.NEAR_DOT[4:-1]


def fresh() -> Neo1BleSession:
    return Neo1BleSession(lambda: ex.TIME_MS, PenCounters(), offset_ms=8 * 3_600_000)


def connected() -> tuple[Neo1BleSession, list[PenEvent]]:
    session = fresh()
    session.notified(0x2AB7, b"\x00\x0a", 0.0)
    session.writes()
    session.notified(0x2AB0, STATE, 0.0)
    events = []
    for write in session.writes():
        events += session.written(write, 0.0)
    return session, events


def test_handshake() -> None:
    session = fresh()
    session.notified(0x2AB5, b"\x01", 0.0)
    assert session.writes() == [Write(0x2AB4, b"\x01")]
    session.notified(0x2AB7, b"\x00\x0a", 0.0)
    assert session.writes() == [Write(0x2AB8, b"0000".ljust(16, b"\0"))]
    session.notified(0x2AB0, STATE, 0.0)
    clock, notes = session.writes()
    assert clock.characteristic == 0x2AB1
    assert clock.data[:12] == struct.pack("<iQ", 8 * 3_600_000, ex.TIME_MS)
    assert clock.data[12:24] == STATE[17:29]
    assert len(clock.data) == 40
    assert notes == Write(0x2AB2, b"\x03".ljust(46, b"\0"))
    assert any(isinstance(event, PenConnected) for event in session.written(notes, 0.0))


def test_dots_of_one_notification_are_a_stroke() -> None:
    session, _ = connected()
    down = ex.DOWN[4:13] + bytes.fromhex("30201001")
    events = session.notified(0x2AA2, down, 1.0)
    events += session.notified(0x2AA1, ex.PAGE[4:-1], 1.0)
    events += session.notified(0x2AA0, b"\x03" + DOT * 3, 1.0)
    events += session.notified(0x2AA2, ex.UP[4:-1], 1.1)
    assert sum(isinstance(event, PenSample) for event in events) == 3
    assert [event.colour_argb for event in events if isinstance(event, PenDown)] == [0xFF102030]
    assert any(isinstance(event, PenLifted) for event in events)


@given(st.lists(st.tuples(st.sampled_from(NOTIFIES), st.binary(max_size=60)), max_size=40))
def test_any_notification_is_borne(notes: list[tuple[int, bytes]]) -> None:
    session, events = connected()
    for characteristic, data in notes:
        events += session.notified(characteristic, data, 1.0)
        events += session.tick(1.0)
        session.writes()
    events += session.link_lost(2.0, DisconnectReason.LINK_LOST)
    downs = sum(isinstance(event, PenDown) for event in events)
    assert downs == sum(isinstance(event, PenLifted) for event in events)
