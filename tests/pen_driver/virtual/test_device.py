"""The device side against the worked examples, then against our own host side."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    PenConnected,
    PenDown,
    PenEvent,
    PenLifted,
    PenLocked,
    PenSample,
)
from pen_driver.neo.session import NeoOptions, NeoSession
from pen_driver.neo.strokes import StrokeOptions
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from pen_driver.virtual.faults import Faults
from tests.pen_driver.neo import examples as ex


def greeted(options: DeviceOptions | None = None) -> NeoDevice:
    device = NeoDevice(options or DeviceOptions())
    assert device.receive(ex.VERSION_REQUEST, 0)
    return device


def test_silent_before_the_version_request() -> None:
    device = NeoDevice(DeviceOptions())
    assert device.receive(ex.SETTINGS_REQUEST + ex.ALL_NOTES, 0) == b""


def test_version_answer_is_the_example() -> None:
    device = NeoDevice(DeviceOptions(mac=bytes.fromhex("9C7BD2AABBCC")))
    assert device.receive(ex.VERSION_REQUEST, 0) == ex.VERSION


def test_clock_and_notes_answers_are_the_examples() -> None:
    device = greeted()
    assert device.receive(ex.CLOCK_REQUEST, 0) == ex.CLOCK_SET
    assert device.receive(ex.ALL_NOTES, 0) == ex.NOTES_ACCEPTED
    assert device.is_streaming


def test_notes_are_refused_before_the_clock() -> None:
    device = greeted()
    assert device.receive(ex.ALL_NOTES, 0) == ex.NOT_PERMITTED
    assert not device.is_streaming


def test_locked_pen_refuses_until_the_password() -> None:
    device = greeted(DeviceOptions(password="4711"))
    assert device.receive(ex.CLOCK_REQUEST, 0) == ex.frames("C0 85 02 00 00 C1")
    wrong = ex.PASSWORD_4711.replace(b"4711", b"4712")
    assert device.receive(wrong, 0) == ex.PASSWORD_WRONG
    assert device.receive(ex.PASSWORD_4711, 0) == ex.PASSWORD_ACCEPTED
    assert device.receive(ex.CLOCK_REQUEST, 0) == ex.CLOCK_SET


def test_old_host_gets_the_old_events() -> None:
    device = NeoDevice(DeviceOptions())
    device.receive(ex.VERSION_REQUEST.replace(b"2.18", b"2.9\0"), 0)
    device.receive(ex.CLOCK_REQUEST + ex.ALL_NOTES, 0)
    assert device.pen_down(0)[:2] == b"\xc0\x63"


def test_live_frames_are_the_examples() -> None:
    """The stroke of the notes, without its counter values, tilt and twist."""
    device = NeoDevice(DeviceOptions(book=603, page=5, old_events=True))
    device.receive(ex.VERSION_REQUEST + ex.CLOCK_REQUEST + ex.ALL_NOTES, 0)
    assert device.pen_down(0) == ex.OLD_DOWN + ex.OLD_PAGE
    assert device.pen_up(34) == ex.OLD_UP


@given(st.binary(max_size=200))
def test_garbage_from_the_host_is_survived(noise: bytes) -> None:
    device = greeted()
    device.receive(noise, 0)
    assert device.receive(ex.VERSION_REQUEST, 0)


AS_WRITTEN = NeoOptions(StrokeOptions(spike_units=None))


def connect(device: NeoDevice) -> tuple[NeoSession, list[PenEvent]]:
    """Let our host side and the device talk until both are quiet."""
    session = NeoSession(lambda: ex.TIME_MS, PenCounters(), options=AS_WRITTEN)
    events = session.tick(0.0) + session.tick(1.0)
    while request := session.data_to_send():
        events += session.receive_data(device.receive(request, 1000), 1.0)
        events += session.tick(1.0)
    return session, events


@pytest.mark.parametrize("old_events", [False, True])
def test_what_the_device_writes_the_driver_reads(old_events: bool) -> None:
    device = NeoDevice(DeviceOptions(old_events=old_events))
    session, events = connect(device)
    assert isinstance(events[0], PenConnected)
    random = Random(4)
    written = [
        (random.uniform(0, 176), random.uniform(0, 250), random.random()) for _ in range(400)
    ]
    wire = device.pen_down(2000)
    for n, (x, y, force) in enumerate(written):
        wire += device.dot(2000 + n * 8, x, y, force)
    wire += device.pen_up(9000)
    events = session.receive_data(wire, 2.0)
    samples = [event for event in events if isinstance(event, PenSample)]
    assert len(samples) == len(written)
    for n, (sample, (x, y, force)) in enumerate(zip(samples, written, strict=True)):
        assert sample.x_mm == pytest.approx(x, abs=0.013)
        assert sample.y_mm == pytest.approx(y, abs=0.013)
        assert sample.force == pytest.approx(force, abs=0.002)
        assert sample.t_pen == pytest.approx(ex.TIME_MS / 1000 + 1.0 + n * 0.008)
    (down,) = [event for event in events if isinstance(event, PenDown)]
    assert str(down.page) == "ncode:3.27.604.1"
    (lifted,) = [event for event in events if isinstance(event, PenLifted)]
    assert (lifted.samples, lifted.lost) == (400, 0)


def test_locked_device_and_driver() -> None:
    device = NeoDevice(DeviceOptions(password="2468"))
    session, events = connect(device)
    assert [type(event) for event in events] == [PenLocked]
    session.submit_password("2468")
    events = session.tick(2.0)
    while request := session.data_to_send():
        events += session.receive_data(device.receive(request, 2000), 2.0)
        events += session.tick(2.0)
    assert isinstance(events[1], PenConnected)  # after PenPasswordResult


@pytest.mark.parametrize(
    "faults",
    [Faults(flip=0.01), Faults(drop=0.01), Faults(double=0.01), Faults(has_junk=True)],
)
def test_F20_faults_on_the_way(faults: Faults) -> None:
    device = NeoDevice(DeviceOptions())
    session, _ = connect(device)
    random = Random(7)
    events: list[PenEvent] = []
    for stroke in range(30):
        frames = [device.pen_down(stroke * 1000)]
        frames += [device.dot(stroke * 1000 + n * 8, 50 + n, 60, 0.5) for n in range(40)]
        for frame in [*frames, device.pen_up(stroke * 1000 + 400)]:
            events += session.receive_data(faults.apply(frame, random), float(stroke))
    events += session.link_lost(99.0, DisconnectReason.LINK_LOST)
    samples = [event for event in events if isinstance(event, PenSample)]
    assert 30 * 40 * 0.6 < len(samples) <= 30 * 40
    downs = sum(isinstance(event, PenDown) for event in events)
    assert downs == sum(isinstance(event, PenLifted) for event in events)


def test_junk_alone_loses_nothing() -> None:
    device = NeoDevice(DeviceOptions())
    session, _ = connect(device)
    random = Random(3)
    junk = Faults(has_junk=True)
    samples = 0
    session.receive_data(device.pen_down(0), 0.0)
    for n in range(500):
        wire = junk.apply(device.dot(n * 8, 50, 60, 0.5), random)
        samples += sum(isinstance(e, PenSample) for e in session.receive_data(wire, 0.0))
    # A junk C0 can swallow nothing either: the next start byte begins anew.
    assert samples == 500
