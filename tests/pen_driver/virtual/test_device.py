"""The device side against the worked examples, then against our own host side."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    DisconnectReason,
    NcodePage,
    PenConnected,
    PenDiagnostic,
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
from pen_driver.virtual.memory import Book, Memory, StoredStroke
from pen_driver.virtual.wire import event
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


def written_through(faults: Faults, strokes: int = 40, dots: int = 30) -> list[PenEvent]:
    """Let a device write through damage; return all that the driver says."""
    device = NeoDevice(DeviceOptions())
    session, _ = connect(device)
    random = Random(11)
    events: list[PenEvent] = []
    for stroke in range(strokes):
        start = stroke * 1000
        frames = [device.pen_down(start)]
        frames += [device.dot(start + n * 12, 50 + n / 9, 60, 0.5) for n in range(dots)]
        for frame in [*frames, device.pen_up(start + 500)]:
            events += session.receive_data(faults.apply(frame, random), float(stroke))
    return events + session.link_lost(99.0, DisconnectReason.LINK_LOST)


def kinds(events: list[PenEvent]) -> set[str]:
    return {event.kind.name for event in events if isinstance(event, PenDiagnostic)}


@pytest.mark.parametrize(
    ("lost", "kind"), [(0x69, "MISSING_DOWN"), (0x6A, "MISSING_UP"), (0x6B, "MISSING_PAGE")]
)
def test_lost_down_up_or_page_is_repaired_and_told(lost: int, kind: str) -> None:
    events = written_through(Faults(lost_commands=frozenset((lost,))))
    assert {kind, "LOST_EVENTS"} <= kinds(events)
    samples = sum(isinstance(event, PenSample) for event in events)
    if lost == 0x6B:  # no page is ever known: nowhere to put the ink
        assert samples == 0
    elif lost == 0x69:  # the page id and the dots still come
        assert samples == 40 * 30
    else:
        assert samples == 40 * 30
        assert sum(isinstance(event, PenLifted) for event in events) == 40


def test_lost_frames_are_proved_by_the_counter() -> None:
    events = written_through(Faults(lose_frame=0.02))
    lost = sum(
        event.count
        for event in events
        if isinstance(event, PenDiagnostic) and event.kind is DiagnosticKind.LOST_EVENTS
    )
    samples = sum(isinstance(event, PenSample) for event in events)
    assert 0 < 40 * 30 - samples <= lost


def test_doubled_frames_are_counted_once() -> None:
    events = written_through(Faults(double_frame=0.2))
    assert sum(isinstance(event, PenSample) for event in events) == 40 * 30
    assert "DOUBLED" in kinds(events)
    assert "LOST_EVENTS" not in kinds(events)


def test_ten_wrong_passwords_wipe_the_pen() -> None:
    device = NeoDevice(DeviceOptions(password="4711"))
    device.pen_down(0)
    device.dot(9, 20, 20, 0.5)
    device.pen_up(20)
    device.receive(ex.VERSION_REQUEST, 0)
    wrong = ex.PASSWORD_4711.replace(b"4711", b"4712")
    for used in range(1, 10):
        assert device.receive(wrong, 0) == bytes((0xC0, 0x82, 0, 3, 0, 0, used, 10, 0xC1))
    assert device.memory.strokes == 1
    assert device.receive(wrong, 0) == ex.frames("C0 82 00 03 00 02 0A 0A C1")
    assert (device.memory.strokes, device.wipes) == (0, 1)


def test_stored_chunk_is_the_example() -> None:
    """The example's stroke, but for tilt and twist, which this pen always holds upright."""
    memory = Memory()
    stroke = StoredStroke(5, ex.TIME_MS, ex.TIME_MS + 34)
    stroke.add(0, 210, 3025, 4107)
    stroke.add(11, 380, 3049, 4150)
    book = Book(3 << 24 | 27, 603)
    memory.add(book, stroke)
    (chunk,) = memory.chunks(book, is_packed=False)
    example = ex.unescaped(ex.CHUNK_PLAIN)[3:]
    assert chunk[:5] == example[:5]
    assert chunk[7:45] == example[7:45]  # after the size after packing, which is 0 or equal
    assert chunk[45:54] == example[45:54]
    assert event(0x24, memory.chunks(book, is_packed=False)[0])[:2] == b"\xc0\x24"


def test_ink_without_a_host_is_kept_over_hosts() -> None:
    device = NeoDevice(DeviceOptions())
    for at in range(3):
        assert device.pen_down(at * 100) + device.dot(at * 100 + 9, 20, 20, 0.5) == b""
        assert device.pen_up(at * 100 + 20) == b""
    device.host_gone()
    session, _ = connect(device)
    assert device.pen_down(2000)  # live now
    device.host_gone()
    assert device.dot(2009, 20, 20, 0.5) == b""  # the rest of the stroke is stored
    device.pen_up(2030)
    assert device.memory.strokes == 4
    assert session.next_stroke == 1


@pytest.mark.parametrize("old_events", [False, True])
def test_page_turned_in_mid_stroke(old_events: bool) -> None:
    device = NeoDevice(DeviceOptions(old_events=old_events))
    session, _ = connect(device)
    wire = device.pen_down(0) + device.dot(10, 20, 20, 0.5) + device.dot(20, 21, 20, 0.5)
    device.page = 2
    wire += device.page_id() + device.dot(30, 120, 200, 0.5) + device.pen_up(40)
    events = session.receive_data(wire, 1.0)
    downs = [event for event in events if isinstance(event, PenDown)]
    assert [down.page.page for down in downs if isinstance(down.page, NcodePage)] == [1, 2]
    lifted = [event for event in events if isinstance(event, PenLifted)]
    assert [(event.samples, event.lost) for event in lifted] == [(2, 0), (1, 0)]


@pytest.mark.parametrize("old_events", [False, True])
def test_image_errors_pass_time_and_are_counted(old_events: bool) -> None:
    device = NeoDevice(DeviceOptions(old_events=old_events))
    session, _ = connect(device)
    wire = device.pen_down(0) + device.dot(10, 20, 20, 0.5) + device.image_error(60, errors=4)
    wire += device.dot(70, 21, 20, 0.5) + device.pen_up(80)
    events = session.receive_data(wire, 1.0)
    first, second = (event for event in events if isinstance(event, PenSample))
    assert first.t_pen is not None
    assert second.t_pen is not None
    assert second.t_pen - first.t_pen == pytest.approx(0.06)
    (error,) = [event for event in events if isinstance(event, PenDiagnostic)]
    assert (error.kind, error.count) == (DiagnosticKind.IMAGE_ERROR, 4)
