"""Commands of a host against the virtual pen, which was written separately."""

from __future__ import annotations

import pytest

from pen_driver.commands import (
    ChangePassword,
    ChangeSetting,
    FindPen,
    ListOffline,
    PenCommand,
    ReadSettings,
    SettingName,
    SubmitPassword,
    UseNotes,
)
from pen_driver.events import (
    CommandFailure,
    DisconnectReason,
    NcodeBook,
    PasswordOutcome,
    PenBattery,
    PenCommandDone,
    PenCommandFailed,
    PenConnected,
    PenEvent,
    PenHover,
    PenLocked,
    PenMemory,
    PenPasswordResult,
    PenSample,
    PenSettingChanged,
    PenSettings,
    SettingOutcome,
)
from pen_driver.neo.requests import MOST_WAITING
from pen_driver.virtual.device import DeviceOptions
from tests.pen_driver.neo import examples as ex
from tests.pen_driver.neo.pair import Pair


@pytest.fixture
def pair() -> Pair:
    return Pair().connect()


def outcomes(events: list[PenEvent]) -> list[PasswordOutcome]:
    return [event.outcome for event in events if isinstance(event, PenPasswordResult)]


def test_settings_are_read(pair: Pair) -> None:
    events = pair.ask(ReadSettings())
    assert [type(event) for event in events] == [PenBattery, PenMemory, PenSettings]
    settings = events[2]
    assert isinstance(settings, PenSettings)
    assert settings.get(SettingName.NAME) == "Virtual pen"
    assert settings.get(SettingName.AUTO_OFF_MINUTES) == 20
    assert settings.get(SettingName.LED_ARGB) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (SettingName.AUTO_OFF_MINUTES, 1),
        (SettingName.BEEP, 0),
        (SettingName.AUTO_ON, 0),
        (SettingName.HOVER, 1),
        (SettingName.OFFLINE_STORING, 0),
        (SettingName.SENSITIVITY, 4),
        (SettingName.NAME, "Room 3"),
        (SettingName.USB_MODE, 1),
        (SettingName.DOWN_SAMPLING, 1),
    ],
)
def test_change_is_read_back(pair: Pair, name: SettingName, value: int | str) -> None:
    events = pair.ask(ChangeSetting(name, value))
    assert events[-1] == PenSettingChanged(pair.now, name, SettingOutcome.APPLIED, value)
    read = next(event for event in events if isinstance(event, PenSettings))
    assert read.get(name) == value


def test_cap_setting_applies_after_a_power_cycle(pair: Pair) -> None:
    change = ChangeSetting(SettingName.CAP_POWERS_OFF, 0)
    assert pair.ask(change)[-1] == PenSettingChanged(
        pair.now, SettingName.CAP_POWERS_OFF, SettingOutcome.NOT_YET, 1
    )
    pair.device.power_on()
    pair.connect()
    assert pair.of(PenSettings)[-1].get(SettingName.CAP_POWERS_OFF) == 0


def test_colour_of_the_light_is_accepted_unseen(pair: Pair) -> None:
    events = pair.ask(ChangeSetting(SettingName.LED_ARGB, 0xFF2060C0))
    changed = PenSettingChanged(pair.now, SettingName.LED_ARGB, SettingOutcome.UNSEEN)
    assert events[-1] == changed
    assert ex.LED in pair.requests


def test_impossible_value_is_not_sent(pair: Pair) -> None:
    before = len(pair.requests)
    (changed,) = pair.ask(ChangeSetting(SettingName.SENSITIVITY, 9))
    assert isinstance(changed, PenSettingChanged)
    assert changed.outcome is SettingOutcome.INVALID
    assert len(pair.requests) == before


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (3, SettingOutcome.UNSUPPORTED),
        (5, SettingOutcome.UNSUPPORTED),
        (1, SettingOutcome.REFUSED),
    ],
)
def test_refused_change(pair: Pair, result: int, outcome: SettingOutcome) -> None:
    pair.session.request(ChangeSetting(SettingName.BEEP, 0))
    pair.session.tick(pair.now)
    events = pair.session.receive_data(bytes((0xC0, 0x85, result, 0xC1)), pair.now)
    assert events == [PenSettingChanged(pair.now, SettingName.BEEP, outcome)]


def test_unanswered_change_is_sent_three_times(pair: Pair) -> None:
    pair.session.request(ChangeSetting(SettingName.BEEP, 0))
    sent = []
    events: list[PenEvent] = []
    for _ in range(6):
        events += pair.session.tick(pair.now)
        sent.append(pair.session.data_to_send())
        pair.now += 3.1
    assert [len(data) > 0 for data in sent] == [True] * 3 + [False] * 3
    (changed,) = events
    assert isinstance(changed, PenSettingChanged)
    assert changed.outcome is SettingOutcome.NO_ANSWER


def test_commands_go_one_by_one(pair: Pair) -> None:
    for _ in range(3):
        pair.session.request(FindPen())
    pair.session.tick(pair.now)
    assert pair.session.data_to_send() == ex.FIND_PEN
    assert pair.session.tick(pair.now) == []
    assert pair.session.data_to_send() == b""
    events = pair.session.receive_data(ex.frames("C0 85 00 02 00 10 00 C1"), pair.now)
    assert events == [PenCommandDone(pair.now, FindPen())]
    pair.session.tick(pair.now)
    assert pair.session.data_to_send() == ex.FIND_PEN


def test_pen_is_found(pair: Pair) -> None:
    assert pair.ask(FindPen()) == [PenCommandDone(pair.now, FindPen())]
    assert pair.device.settings.finds == 1


def test_too_many_commands_are_told(pair: Pair) -> None:
    for _ in range(MOST_WAITING + 5):
        pair.session.request(FindPen())
    failed = [e for e in pair.session.tick(pair.now) if isinstance(e, PenCommandFailed)]
    assert [event.reason for event in failed] == [CommandFailure.BUSY] * 5


@pytest.mark.parametrize("command", [ReadSettings(), FindPen(), ListOffline(), UseNotes()])
def test_locked_pen_is_not_ready(command: PenCommand) -> None:
    pair = Pair(DeviceOptions(password="2468")).connect()
    failed = PenCommandFailed(pair.now, command, CommandFailure.NOT_READY)
    assert pair.ask(command) == [failed]


def test_lost_link_answers_what_waits(pair: Pair) -> None:
    pair.session.request(FindPen())
    pair.session.request(ReadSettings())
    pair.session.tick(pair.now)
    events = pair.session.link_lost(pair.now, DisconnectReason.LINK_LOST)
    assert [type(event) for event in events[:2]] == [PenCommandFailed, PenCommandFailed]


def test_using_notes_chooses_books(pair: Pair) -> None:
    pair.ask(UseNotes((NcodeBook(3, 27, 603),)))
    assert not pair.device.is_streaming
    pair.ask(UseNotes((NcodeBook(3, 27, 604),)))
    assert pair.device.is_streaming
    pair.ask(UseNotes(()))
    assert not pair.device.is_streaming
    pair.ask(UseNotes())
    assert pair.device.is_streaming


@pytest.mark.parametrize(("protocol", "old"), [("2.18", False), ("2.12", False), ("2.12", True)])
def test_hover_in_both_forms_never_joins_a_stroke(protocol: str, old: bool) -> None:
    pair = Pair(DeviceOptions(protocol=protocol, old_events=old)).connect()
    pair.ask(ChangeSetting(SettingName.HOVER, 1))
    wire = pair.write(1)
    wire += b"".join(pair.device.hover(round(pair.now * 1000), 50, 60 + n) for n in range(4))
    wire += pair.write(1)
    events = pair.session.receive_data(wire, pair.now)
    assert sum(isinstance(event, PenHover) for event in events) == 4
    assert sum(isinstance(event, PenSample) for event in events) == 10
    assert all(e.y_mm < 40 for e in events if isinstance(e, PenSample))
    assert pair.counters.repairs == pair.counters.lost_events == 0


def locked(attempts_left: int = 10) -> Pair:
    pair = Pair(DeviceOptions(password="2468")).connect()
    for _ in range(10 - attempts_left):
        pair.ask(SubmitPassword("1111", is_confirmed=True))
    return pair


def test_password_accepted() -> None:
    pair = locked()
    events = pair.ask(SubmitPassword("2468"))
    assert outcomes(events) == [PasswordOutcome.ACCEPTED]
    assert pair.of(PenConnected)


def test_attempts_left_are_told_before_and_after() -> None:
    pair = locked()
    assert pair.of(PenLocked)[-1].attempts_left == 10
    assert outcomes(pair.ask(SubmitPassword("1111"))) == [PasswordOutcome.WRONG]
    assert pair.of(PenLocked)[-1].attempts_left == 9


def test_last_two_attempts_need_confirmation() -> None:
    pair = locked(attempts_left=2)
    assert pair.of(PenLocked)[-1].needs_confirmation
    before = len(pair.requests)
    events = pair.ask(SubmitPassword("2468"))
    assert events == [PenPasswordResult(pair.now, PasswordOutcome.NEEDS_CONFIRMATION, 2)]
    assert len(pair.requests) == before
    pair.ask(SubmitPassword("1111", is_confirmed=True))
    assert pair.of(PenLocked)[-1].attempts_left == 1
    assert outcomes(pair.ask(SubmitPassword("2468"))) == [PasswordOutcome.NEEDS_CONFIRMATION]
    assert outcomes(pair.ask(SubmitPassword("2468", True))) == [PasswordOutcome.ACCEPTED]
    assert pair.device.wipes == 0


def test_attempts_are_remembered_by_the_pen_not_by_us() -> None:
    pair = locked(attempts_left=2)
    pair.connect()  # a new session knows nothing but what the pen says
    assert pair.of(PenLocked)[-1].needs_confirmation
    assert outcomes(pair.ask(SubmitPassword("1111"))) == [PasswordOutcome.NEEDS_CONFIRMATION]


def test_tenth_wrong_password_wipes_the_pen() -> None:
    pair = locked(attempts_left=1)
    events = pair.ask(SubmitPassword("1111", is_confirmed=True))
    assert outcomes(events) == [PasswordOutcome.WIPED]
    assert pair.device.wipes == 1
    assert pair.of(PenConnected)  # and it has no password any more


@pytest.mark.parametrize("text", ["", "0000", "12345678901234567", "密码", "a\n"])
def test_what_is_no_password_is_not_sent(text: str) -> None:
    pair = locked()
    before = len(pair.requests)
    assert outcomes(pair.ask(SubmitPassword(text))) == [PasswordOutcome.INVALID]
    assert len(pair.requests) == before


def test_second_password_waits_for_the_first() -> None:
    pair = locked()
    pair.session.request(SubmitPassword("1111"))
    pair.session.request(SubmitPassword("2222"))
    assert outcomes(pair.session.tick(pair.now)) == [PasswordOutcome.NOT_ASKED]


def test_odd_answer_to_a_password_asks_for_the_lock_again() -> None:
    pair = locked()
    pair.session.request(SubmitPassword("2468"))
    pair.session.tick(pair.now)
    pair.session.data_to_send()
    events = pair.session.receive_data(ex.frames("C0 82 01 C1"), pair.now)
    assert outcomes(events) == [PasswordOutcome.ERROR]
    pair.session.tick(pair.now)
    assert pair.session.data_to_send() == ex.SETTINGS_REQUEST


def test_passwords_are_not_printed() -> None:
    assert "2468" not in repr(SubmitPassword("2468")) + repr(ChangePassword("2468", "2469"))


def test_password_is_changed_only_when_confirmed() -> None:
    pair = locked()
    pair.ask(SubmitPassword("2468"))
    change = ChangePassword("2468", "1357")
    assert outcomes(pair.ask(change)) == [PasswordOutcome.NEEDS_CONFIRMATION]
    assert outcomes(pair.ask(ChangePassword("2468", "0000", True))) == [PasswordOutcome.INVALID]
    assert outcomes(pair.ask(ChangePassword("9999", "1357", True))) == [PasswordOutcome.WRONG]
    assert outcomes(pair.ask(ChangePassword("2468", "1357", True))) == [PasswordOutcome.CHANGED]
    pair.connect()
    assert outcomes(pair.ask(SubmitPassword("1357"))) == [PasswordOutcome.ACCEPTED]


def test_password_is_taken_off() -> None:
    pair = locked()
    pair.ask(SubmitPassword("2468"))
    pair.ask(ChangePassword("2468", None, is_confirmed=True))
    locks = len(pair.of(PenLocked))
    pair.connect()
    assert len(pair.of(PenLocked)) == locks


def test_unanswered_change_of_password_is_not_repeated() -> None:
    pair = Pair().connect()
    pair.session.request(ChangePassword("", "1357", is_confirmed=True))
    sent = b""
    events: list[PenEvent] = []
    for _ in range(5):
        events += pair.session.tick(pair.now)
        sent += pair.session.data_to_send()
        pair.now += 3.1
    assert sent.count(b"\xc0\x03") == 1
    assert outcomes(events) == [PasswordOutcome.NO_ANSWER]


def test_pen_that_locks_in_mid_session_ends_the_stroke() -> None:
    pair = Pair().connect()
    pair.session.receive_data(pair.device.pen_down(0) + pair.device.dot(9, 20, 20, 0.5), 1.0)
    pair.session.request(ReadSettings())
    pair.session.tick(pair.now)
    events = pair.session.receive_data(ex.LOCKED_SETTINGS, pair.now)
    assert isinstance(events[-1], PenLocked)
    assert pair.counters.cut_short == 1
