from __future__ import annotations

from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.commands import SettingName
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    PenBattery,
    PenClock,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenId,
    PenLifted,
    PenLocked,
    PenMemory,
    PenPoweredOff,
    PenSample,
    PenSettings,
    PowerOffReason,
)
from pen_driver.neo.session import NeoSession
from pen_driver.neo.states import State
from tests.pen_driver.neo import examples as ex

E = TypeVar("E")


class Host:
    """A session with its clock and what it has sent."""

    def __init__(self, handshake: bool = True) -> None:
        self.counters = PenCounters()
        self.session = NeoSession(lambda: ex.TIME_MS, self.counters, handshake=handshake)
        self.now = 0.0
        self.sent = b""
        self.events: list[PenEvent] = []
        self.wait(0.0)
        self.wait(0.5)

    def wait(self, seconds: float) -> bytes:
        """Let time pass; return what was sent."""
        self.now += seconds
        self.events += self.session.tick(self.now)
        return self._sent()

    def take(self, data: bytes) -> bytes:
        """Hand in what the pen sent; return the answer."""
        self.events += self.session.receive_data(data, self.now)
        self.events += self.session.tick(self.now)
        return self._sent()

    def _sent(self) -> bytes:
        data = self.session.data_to_send()
        self.sent += data
        return data

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def connected() -> Host:
    host = Host()
    for answer in (ex.VERSION, ex.SETTINGS, ex.CLOCK_SET, ex.NOTES_ACCEPTED):
        host.take(answer)
    host.events.clear()
    return host


def test_handshake_asks_in_order_and_one_at_a_time() -> None:
    host = Host()
    assert host.sent == ex.VERSION_REQUEST
    assert host.take(ex.VERSION) == ex.SETTINGS_REQUEST
    assert host.take(ex.SETTINGS) == ex.CLOCK_REQUEST
    assert host.take(ex.CLOCK_SET) == ex.ALL_NOTES
    assert host.events == []
    assert host.take(ex.NOTES_ACCEPTED) == b""
    connected, clock, *state = host.events
    assert isinstance(connected, PenConnected)
    assert (connected.t_host, connected.pen_id) == (host.now, PenId("NEO-BBCC"))
    assert (connected.model, connected.firmware) == ("NWP-F51", "1.04.0036")
    assert connected.protocol == "2.18"
    supports = connected.capabilities
    assert (supports.force_steps, supports.has_tilt, supports.has_hover) == (852, True, False)
    assert supports.keeps_offline
    assert SettingName.LED_ARGB in supports.settings
    assert clock == PenClock(host.now, ex.TIME_MS / 1000, ex.TIME_MS / 1000)
    assert state[:2] == [PenBattery(host.now, 64, True), PenMemory(host.now, 12)]
    assert isinstance(state[2], PenSettings)
    assert state[2].get(SettingName.NAME) == "Room 3"


def test_address_of_the_pen_is_not_told() -> None:
    host = Host()
    host.take(ex.VERSION + ex.SETTINGS + ex.CLOCK_SET + ex.NOTES_ACCEPTED)
    assert "9C7B" not in repr(host.events).upper()


def test_version_is_asked_three_times_then_given_up() -> None:
    host = Host()
    assert host.wait(2.1) == ex.VERSION_REQUEST
    assert host.wait(2.1) == ex.VERSION_REQUEST
    assert host.wait(2.1) == b""
    assert host.events[-1] == PenDisconnected(host.now, DisconnectReason.NO_ANSWER)
    assert host.session.is_over


def test_lost_answer_is_asked_for_again() -> None:
    host = Host()
    host.take(ex.VERSION)
    assert host.wait(3.1) == ex.SETTINGS_REQUEST


def test_late_double_answers_change_nothing(connected: Host) -> None:
    assert connected.take(ex.VERSION + ex.SETTINGS + ex.CLOCK_SET) == b""
    assert connected.events == []
    assert connected.session.state is State.STREAMING


def test_locked_pen_is_told_and_no_password_is_sent() -> None:
    host = Host()
    host.take(ex.VERSION)
    assert host.take(ex.LOCKED_SETTINGS) == b""
    assert host.wait(60) == b""
    assert host.events == [PenLocked(0.5, PenId("NEO-BBCC"), 10)]


def test_password_of_a_person_is_sent_once() -> None:
    host = Host()
    host.take(ex.VERSION + ex.LOCKED_SETTINGS)
    host.session.submit_password("4711")
    assert host.wait(0.1) == ex.PASSWORD_4711
    assert host.take(ex.PASSWORD_WRONG) == b""
    assert host.events[-1] == PenLocked(host.now, PenId("NEO-BBCC"), 9)
    host.session.submit_password("4711")
    host.wait(0.1)
    assert host.take(ex.PASSWORD_ACCEPTED) == ex.CLOCK_REQUEST


def test_unanswered_password_is_never_repeated() -> None:
    host = Host()
    host.take(ex.VERSION + ex.LOCKED_SETTINGS)
    host.session.submit_password("4711")
    host.wait(0.1)
    host.wait(3.1)
    host.wait(3.1)
    assert host.sent.count(ex.PASSWORD_4711) == 1
    assert host.session.is_over


def test_password_is_ignored_unless_locked(connected: Host) -> None:
    connected.session.submit_password("4711")
    assert connected.wait(1.0) == b""


def test_refusal_before_the_clock_sets_the_clock_again() -> None:
    host = Host()
    host.take(ex.VERSION + ex.SETTINGS)
    host.take(ex.CLOCK_SET)
    assert host.take(ex.NOT_PERMITTED_SHORT) == ex.CLOCK_REQUEST


def test_endless_refusal_comes_to_an_end() -> None:
    host = Host()
    host.take(ex.VERSION + ex.SETTINGS)
    for _ in range(3):
        host.take(ex.CLOCK_SET)
        host.take(ex.NOT_PERMITTED)
    assert host.events[-1] == PenDisconnected(host.now, DisconnectReason.REFUSED)


def test_live_ink_is_as_good_as_the_answer() -> None:
    host = Host()
    host.take(ex.VERSION + ex.SETTINGS)
    host.take(ex.CLOCK_SET)
    host.take(ex.STROKE)
    assert isinstance(host.events[0], PenConnected)
    assert len(host.of(PenSample)) == 2


def test_ink_before_the_handshake_is_counted() -> None:
    host = Host()
    host.take(ex.STROKE)
    assert host.of(PenSample) == []
    assert host.counters.early == 5


def test_both_families_in_one_session(connected: Host) -> None:
    connected.take(ex.STROKE + ex.OLD_STROKE)
    assert len(connected.of(PenDown)) == len(connected.of(PenLifted)) == 2
    assert len(connected.of(PenSample)) == 3


def test_power_off_is_the_reason_for_the_lost_link(connected: Host) -> None:
    connected.take(ex.DOWN + ex.PAGE + ex.DOT_1 + ex.POWER_OFF_CAP)
    assert connected.events[-2:] == [
        PenLifted(0.5, 1767225600.0, connected.of(PenDown)[0].stroke, 1, cut_short=True),
        PenPoweredOff(0.5, PowerOffReason.CAP, 4),
    ]
    events = connected.session.link_lost(9.0, DisconnectReason.LINK_LOST)
    assert events == [PenDisconnected(9.0, DisconnectReason.POWERED_OFF)]


def test_unknown_power_off_reason_is_kept(connected: Host) -> None:
    connected.take(ex.frames("C0 62 01 00 4D C1"))
    assert connected.events == [PenPoweredOff(0.5, PowerOffReason.UNKNOWN, 0x4D)]


def test_low_battery(connected: Host) -> None:
    connected.take(ex.LOW_BATTERY)
    assert connected.events == [PenBattery(0.5, 9)]


def test_counters_of_damage(connected: Host) -> None:
    connected.take(b"xyz" + b"\xc0\x61" + ex.STROKE + b"\xc0\x61\x02\x00\xc1" + ex.LOW_BATTERY)
    counters = connected.counters
    assert (counters.junk_bytes, counters.truncated, counters.short) == (3, 1, 1)
    assert counters.escapes >= 4


def good_ink(rounds: int) -> bytes:
    return (ex.OLD_STROKE + ex.STROKE) * rounds


@given(st.binary(max_size=120))
def test_F20_garbage_then_good_bytes(garbage: bytes) -> None:
    """A start byte ends whatever was before it: not one good frame is lost (bound: 64 bytes)."""
    host = Host(handshake=False)
    host.take(garbage)
    before = host.counters.frames
    host.take(ex.OLD_STROKE)
    assert host.counters.frames - before == 4
    host.events.clear()
    host.take(ex.OLD_STROKE)
    assert [type(event) for event in host.events if isinstance(event, PenDown | PenSample)] == [
        PenDown,
        PenSample,
    ]


def damage(data: bytes, rate: float, random: Random) -> bytes:
    """Flip, drop, double and shuffle at the given rate per byte."""
    out = bytearray()
    for byte in data:
        if random.random() >= rate:
            out.append(byte)
        else:
            out += random.choice(
                (bytes((byte ^ 1 << random.randrange(8),)), b"", bytes((byte,)) * 2)
            )
    if random.random() < rate * 10 and len(out) > 9:
        at = random.randrange(len(out) - 8)
        part = list(out[at : at + 8])
        random.shuffle(part)
        out[at : at + 8] = bytes(part)
    return bytes(out)


@pytest.mark.parametrize("rate", [1e-5, 1e-4, 1e-3, 1e-2])
def test_F20_damage_never_raises_and_no_point_is_off_the_page(rate: float) -> None:
    random = Random(20)
    host = Host(handshake=False)
    for _ in range(60):
        host.take(damage(good_ink(3), rate, random))
    samples = [event for event in host.events if isinstance(event, PenSample)]
    assert len(samples) > 300
    margin = 10.0
    pages = {event.stroke: event.page for event in host.events if isinstance(event, PenDown)}
    for sample in samples:
        if ".603." in str(pages[sample.stroke]):
            assert -margin <= sample.x_mm <= 176 + margin
            assert -margin <= sample.y_mm <= 236 + margin


@given(st.binary(max_size=400))
def test_F20_strokes_stay_whole_whatever_comes(noise: bytes) -> None:
    """Down, samples, lifted, in this order and with one number, in any noise."""
    host = Host(handshake=False)
    host.take(ex.DOWN + ex.PAGE + noise + good_ink(1))
    host.events += host.session.link_lost(9.0, DisconnectReason.LINK_LOST)
    current = None
    for event in host.events:
        match event:
            case PenDown():
                assert current is None
                current = event.stroke
            case PenSample():
                assert event.stroke == current
            case PenLifted():
                assert event.stroke == current
                current = None
    assert current is None


@given(st.data())
def test_any_chunking_gives_the_same_events(data: st.DataObject) -> None:
    wire = ex.HANDSHAKE + good_ink(2)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=12)))
    whole, cut = Host(), Host()
    whole.take(wire)
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        cut.take(wire[start:end])
    assert cut.events == whole.events
    assert len(whole.of(PenSample)) == 6


def well_formed(events: list[PenEvent]) -> None:
    """Check that every stroke has a start, samples and an end, in this order."""
    current = None
    for event in events:
        match event:
            case PenDown():
                assert current is None
                current = event.stroke
            case PenSample() | PenLifted():
                assert event.stroke == current
                current = None if isinstance(event, PenLifted) else current
    assert current is None


def test_link_cut_at_every_byte() -> None:
    """The stroke ends at its last sample; what was whole before the cut is there."""
    wire = ex.STROKE + ex.OLD_STROKE
    ends = [at + 1 for at, byte in enumerate(wire) if byte == 0xC1]
    for cut in range(len(wire) + 1):
        host = Host(handshake=False)
        host.take(wire[:cut])
        host.events += host.session.link_lost(9.0, DisconnectReason.LINK_LOST)
        well_formed(host.events)
        dots = sum(end <= cut for end in (ends[2], ends[3], ends[7]))
        assert len(host.of(PenSample)) == dots


def test_every_byte_left_out_or_doubled() -> None:
    """One damaged byte costs one frame at most, and never the strokes after it."""
    wire = ex.STROKE + ex.OLD_STROKE + ex.OLD_STROKE
    for at in range(len(ex.STROKE)):
        for damaged in (wire[:at] + wire[at + 1 :], wire[: at + 1] + wire[at:]):
            host = Host(handshake=False)
            host.take(damaged)
            host.events += host.session.link_lost(9.0, DisconnectReason.LINK_LOST)
            well_formed(host.events)
            assert len(host.of(PenSample)) >= 2
            assert host.counters.frames >= 11
