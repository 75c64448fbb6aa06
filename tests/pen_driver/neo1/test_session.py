from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.commands import (
    ChangePassword,
    ChangeSetting,
    FetchOffline,
    ListOffline,
    SettingName,
    SubmitPassword,
    TakeOffline,
    UseNotes,
)
from pen_driver.events import (
    CommandFailure,
    DisconnectReason,
    FetchOutcome,
    NcodeBook,
    OfflineFetched,
    OfflineInk,
    OfflineListed,
    PasswordOutcome,
    PenCommandFailed,
    PenConnected,
    PenDisconnected,
    PenDown,
    PenLifted,
    PenLocked,
    PenPasswordResult,
    PenPoweredOff,
    PenSample,
    PenSettingChanged,
    RawDot,
    SettingOutcome,
)
from pen_driver.neo1.session import Neo1Session
from pen_driver.neo1.states import State
from pen_driver.protocol import PenProtocol
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.neo1 import Neo1Device
from tests.pen_driver.neo1 import examples as ex
from tests.pen_driver.neo1.host import Host

BOOK = NcodeBook(3, 27, 604)


@pytest.fixture
def connected() -> Host:
    host = Host()
    host.take(ex.PEN_ON + ex.WANTED + ex.STATE + ex.NOTES_ACCEPTED)
    assert host.session.state is State.STREAMING
    return host


def test_it_is_a_pen_protocol(connected: Host) -> None:
    protocol: PenProtocol = connected.session
    assert not protocol.is_over


def test_pen_speaks_first() -> None:
    host = Host()
    assert host.take(b"") == b""
    assert host.take(ex.PEN_ON) == ex.ON_ANSWER + ex.CLOCK
    assert host.take(ex.WANTED) == ex.ZEROS
    assert host.take(ex.STATE) == ex.ALL_NOTES
    host.take(ex.NOTES_ACCEPTED)
    (connection,) = host.of(PenConnected)
    assert (connection.firmware, connection.protocol) == ("1.38", "1")
    assert connection.capabilities.force_steps == 255
    assert not connection.capabilities.keeps_offline


def test_zeros_are_sent_once_and_then_a_person_is_asked() -> None:
    host = Host()
    host.take(ex.PEN_ON)
    assert host.take(ex.WANTED) == ex.ZEROS
    assert host.take(ex.WRONG_ONCE) == b""
    assert [locked.attempts_left for locked in host.of(PenLocked)] == [9]
    assert host.take(b"", 60.0) == b""
    host.session.request(SubmitPassword("4711"))
    assert host.take(b"")[:8] == bytes.fromhex("C00E1000") + b"4711"


def test_last_attempts_need_a_confirmation() -> None:
    host = Host()
    host.take(ex.PEN_ON + ex.WANTED + ex.WRONG_ONCE.replace(b"\x01\x0a", b"\x08\x0a"))
    assert host.of(PenLocked)[0].needs_confirmation
    host.session.request(SubmitPassword("4711"))
    assert host.take(b"") == b""
    assert host.of(PenPasswordResult)[-1].outcome is PasswordOutcome.NEEDS_CONFIRMATION
    host.session.request(SubmitPassword("4711", is_confirmed=True))
    assert host.take(b"") != b""


def test_a_wrong_password_is_not_sent_again() -> None:
    device, host = Neo1Device(DeviceOptions(password="4711")), Host()
    host.talk(device)
    host.session.request(SubmitPassword("4712"))
    host.talk(device, 30.0)
    assert [each.outcome for each in host.of(PenPasswordResult)] == [PasswordOutcome.WRONG]
    assert [locked.attempts_left for locked in host.of(PenLocked)] == [10, 9]
    host.session.request(SubmitPassword("4711"))
    host.talk(device)
    assert host.of(PenPasswordResult)[-1].outcome is PasswordOutcome.ACCEPTED
    assert device.is_streaming


def test_silent_pen_is_asked_for_its_state_then_given_up() -> None:
    host = Host()
    status = bytes.fromhex("C0210000C1")
    assert [host.take(b"", 3.1) for _ in range(4)] == [b"", status, status, b""]
    assert host.of(PenDisconnected)[0].reason is DisconnectReason.NO_ANSWER
    assert host.session.is_over


def test_worked_example_is_a_stroke(connected: Host) -> None:
    connected.take(ex.STROKE)
    (down,), (sample,) = connected.of(PenDown), connected.of(PenSample)
    assert str(down.page) == "ncode:3.27.603.5"
    assert down.colour_argb == 0xFF102030
    assert sample.raw == RawDot(30.25, 41.07, 128)
    assert sample.force == pytest.approx(128 / 255)
    assert sample.t_pen == pytest.approx(ex.TIME_MS / 1000 + 0.012)
    assert [lifted.samples for lifted in connected.of(PenLifted)] == [1]


def test_pen_that_goes_off_lifts_its_stroke(connected: Host) -> None:
    connected.take(ex.DOWN + ex.PAGE + ex.NEAR_DOT)
    connected.take(ex.PEN_ON.replace(b"\x01\xff", b"\x00\xff"))
    assert [lifted.cut_short for lifted in connected.of(PenLifted)] == [True]
    assert connected.of(PenDisconnected)[0].reason is DisconnectReason.POWERED_OFF


ASLEEP = ex.PEN_ON.replace(b"\x01\xff", b"\x02\xff")
AWAKE = ex.PEN_ON.replace(b"\x01\xff", b"\x03\xff")
NOTES_OF_BOOK = bytes.fromhex("C00B0A00 0101 1B000003 5C020000 C1")


def test_a_pen_that_falls_asleep_lifts_its_stroke_and_stays(connected: Host) -> None:
    connected.take(ex.DOWN + ex.PAGE + ex.NEAR_DOT)
    assert connected.take(ASLEEP) == b""
    assert [lifted.cut_short for lifted in connected.of(PenLifted)] == [True]
    assert connected.of(PenPoweredOff)[0].code == 2
    assert connected.take(b"", 3600.0) == b""
    assert not connected.session.is_over
    assert connected.take(AWAKE) == ex.ON_ANSWER + ex.CLOCK + ex.ALL_NOTES
    connected.take(ex.STROKE)  # one that writes at once loses nothing
    assert [lifted.cut_short for lifted in connected.of(PenLifted)] == [True, False]
    assert not connected.of(PenDisconnected)


def test_a_woken_pen_is_asked_for_the_same_books(connected: Host) -> None:
    connected.session.request(UseNotes((BOOK,)))
    assert connected.take(b"") == NOTES_OF_BOOK
    assert connected.take(ASLEEP + AWAKE) == ex.ON_ANSWER + ex.CLOCK + NOTES_OF_BOOK


def test_zeros_that_opened_it_open_it_again_after_sleep(connected: Host) -> None:
    connected.take(ASLEEP + AWAKE)
    assert connected.take(ex.WANTED) == ex.ZEROS
    assert connected.take(ex.STATE) == ex.ALL_NOTES
    connected.take(ex.NOTES_ACCEPTED + ex.STROKE)
    assert not connected.of(PenLocked)
    assert len(connected.of(PenSample)) == 1


def test_a_woken_pen_with_a_password_asks_the_person() -> None:
    device, host = Neo1Device(DeviceOptions(password="4711")), Host()
    host.talk(device)
    host.session.request(SubmitPassword("4711"))
    host.talk(device)
    assert device.is_streaming
    for _ in range(2):
        host.take(device.sleep(round(host.now * 1000)))
        assert not device.is_streaming
        host.take(b"", 600.0)
        answer = host.take(device.wake(round(host.now * 1000)))
        host.take(device.receive(answer, round(host.now * 1000)))
        before = len(host.of(PenLocked))
        host.talk(device, 30.0)
        assert (len(host.of(PenLocked)), host.of(PenLocked)[-1].attempts_left) == (before, 10)
        host.session.request(SubmitPassword("4711"))
        host.talk(device)
        assert device.is_streaming
    assert len(host.of(PenLocked)) == 3
    assert len(host.of(PenConnected)) == 3


@given(st.lists(st.sampled_from([ASLEEP, AWAKE, ex.WANTED, ex.STATE, ex.STROKE, b""]), max_size=12))
def test_sleep_and_wake_in_any_order(said: list[bytes]) -> None:
    host = Host()
    host.take(ex.PEN_ON + ex.WANTED + ex.STATE + ex.NOTES_ACCEPTED)
    for data in said:
        sent = host.take(data)
        # 0000 goes out only as the answer to a pen that has just woken
        assert ex.ZEROS not in sent or data == ex.WANTED
    device = Neo1Device(DeviceOptions())
    host.talk(device, 12.0)
    assert device.is_streaming or host.session.is_over or host.session.state is State.LOCKED
    assert len(host.of(PenDown)) == len(host.of(PenLifted))


def test_setting_is_read_back(connected: Host) -> None:
    connected.session.request(ChangeSetting(SettingName.AUTO_OFF_MINUTES, 20))
    assert connected.take(b"") == bytes.fromhex("C00902001400C1")
    assert connected.take(bytes.fromhex("C00A010001C1")) == bytes.fromhex("C0210000C1")
    connected.take(ex.STATE)
    assert connected.of(PenSettingChanged)[-1].outcome is SettingOutcome.APPLIED
    connected.session.request(ChangeSetting(SettingName.SENSITIVITY, 9))
    assert connected.take(b"") == b""
    assert connected.of(PenSettingChanged)[-1].outcome is SettingOutcome.INVALID
    connected.session.request(ChangePassword("0000", "1234"))
    assert connected.take(b"") == b""


def written(device: Neo1Device, strokes: int, dots: int = 40) -> None:
    for number in range(strokes):
        device.pen_down(number * 1000)
        for at in range(dots):
            device.dot(number * 1000 + at * 10, 20 + at, 30 + number, 0.5)
        device.pen_up(number * 1000 + dots * 10)


def test_stored_notes_are_taken_only_with_a_confirmation() -> None:
    device, host = Neo1Device(DeviceOptions()), Host()
    written(device, 8)
    host.talk(device)
    host.session.request(ListOffline())
    host.session.request(FetchOffline(BOOK))
    host.session.request(TakeOffline(BOOK))
    host.talk(device)
    assert host.of(OfflineListed)[0].books == (BOOK,)
    assert [failed.reason for failed in host.of(PenCommandFailed)] == [
        CommandFailure.UNSUPPORTED,
        CommandFailure.NEEDS_CONFIRMATION,
    ]
    assert device.memory.deletes == 0
    host.session.request(TakeOffline(BOOK, is_confirmed=True))
    host.talk(device)
    (fetched,), (ink,) = host.of(OfflineFetched), host.of(OfflineInk)
    assert (fetched.outcome, fetched.strokes) == (FetchOutcome.WHOLE, 8)
    assert len(ink.strokes[0].dots) == 40
    assert ink.strokes[3].page.book == 604


def test_a_damaged_chunk_is_not_answered_and_comes_again() -> None:
    device, host, random = Neo1Device(DeviceOptions()), Host(), Random(3)
    written(device, 8)
    host.talk(device)
    host.session.request(TakeOffline(BOOK, is_confirmed=True))

    def spoil(data: bytes) -> bytes:
        if data[1:2] != b"\x43" or random.random() < 0.5:
            return data
        return data[:40] + bytes((data[40] ^ 0x10,)) + data[41:]

    host.talk(device, 40.0, spoil)
    assert host.counters.offline_resends > 0
    assert [fetched.outcome for fetched in host.of(OfflineFetched)] == [FetchOutcome.WHOLE]
    assert host.counters.offline_strokes == 8


def test_a_pen_that_dies_in_a_transfer_keeps_its_notes() -> None:
    device, host = Neo1Device(DeviceOptions()), Host()
    written(device, 8)
    host.talk(device)
    host.session.request(TakeOffline(BOOK, is_confirmed=True))
    host.talk(device, 0.2)
    host.take(b"", 21.0)
    assert [fetched.outcome for fetched in host.of(OfflineFetched)] == [FetchOutcome.SILENT]
    assert device.memory.deletes == 0
    assert len(device.files) == 8


@given(st.lists(st.binary(max_size=80), max_size=30), st.booleans())
def test_nothing_raises_and_strokes_are_lifted(chunks: list[bytes], handshake: bool) -> None:
    host = Host()
    host.session = Neo1Session(lambda: 0, host.counters, handshake=handshake)
    for chunk in chunks:
        host.take(chunk + ex.STROKE[:-7], 0.1)
    host.events += host.session.link_lost(host.now, DisconnectReason.LINK_LOST)
    assert len(host.of(PenDown)) == len(host.of(PenLifted))
