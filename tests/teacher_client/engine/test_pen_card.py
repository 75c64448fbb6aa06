"""The pen's card after each event; the battery's two warnings."""

from __future__ import annotations

from pen_driver import (
    DiagnosticKind,
    DisconnectReason,
    NcodePage,
    PasswordOutcome,
    PenBattery,
    PenCapabilities,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenLocked,
    PenMemory,
    PenPage,
    PenPasswordResult,
    PenSettingChanged,
    PenSettings,
    SettingName,
    SettingOutcome,
)
from teacher_client.engine.pen_card import BatteryWatch, card_after
from teacher_client.lesson.link import NoticeId
from teacher_client.lesson.pen_messages import PenDetails, PenSetting

CAN = PenCapabilities(1023, has_tilt=False, has_hover=False, has_find=True)
HERE = PenConnected(0.0, PenId("p"), "M1", "1.0", "2.18", CAN)
SETTINGS = PenSettings(0.0, ((SettingName.BEEP, 1), (SettingName.NAME, "pen")))


def after(*events: PenEvent) -> PenDetails:
    card = PenDetails("serial:x")
    for event in events:
        card = card_after(card, event)
    return card


def test_what_the_pen_tells_stands_on_the_card() -> None:
    page = NcodePage(3, 27, 604, 1)
    card = after(HERE, PenBattery(0.0, 130, True), PenMemory(0.0, 12), SETTINGS, PenPage(0.0, page))
    assert (card.model, card.firmware, card.can_sound) == ("M1", "1.0", True)
    assert (card.battery_percent, card.is_charging, card.memory_percent) == (100, True, 12)
    assert card.settings == (PenSetting(SettingName.BEEP, 1),)  # a name is no number
    assert (card.paper, card.is_paper_known) == (str(page), True)


def test_a_lost_pen_offers_nothing_to_press() -> None:
    card = after(HERE, SETTINGS, PenDisconnected(1.0, DisconnectReason.LINK_LOST))
    assert not card.can_sound
    assert card.settings == ()
    assert card.model == "M1"


def test_a_lock_counts_down_and_opens() -> None:
    locked = PenLocked(0.0, PenId("p"), 3)
    wrong = PenPasswordResult(0.0, PasswordOutcome.WRONG, 2)
    card = after(locked, wrong, PenLocked(0.0, PenId("p"), 2, needs_confirmation=True))
    assert (card.attempts_left, card.needs_confirmation) == (2, True)
    assert card.password is PasswordOutcome.WRONG
    card = card_after(card, PenPasswordResult(0.0, PasswordOutcome.ACCEPTED))
    assert card.attempts_left is None


def test_a_changed_setting_shows_what_was_read_back() -> None:
    refused = PenSettingChanged(0.0, SettingName.BEEP, SettingOutcome.REFUSED)
    card = after(HERE, SETTINGS, refused)
    assert card.settings == (PenSetting(SettingName.BEEP, 1),)
    assert (card.changed, card.outcome) == (SettingName.BEEP, SettingOutcome.REFUSED)
    done = PenSettingChanged(0.0, SettingName.BEEP, SettingOutcome.APPLIED, 0)
    assert card_after(card, done).settings == (PenSetting(SettingName.BEEP, 0),)


def test_paper_that_cannot_be_read_and_lost_dots_are_counted() -> None:
    card = after(
        PenDiagnostic(0.0, DiagnosticKind.IMAGE_ERROR, 4),
        PenDiagnostic(0.0, DiagnosticKind.LOST_EVENTS, 2),
        PenDiagnostic(0.0, DiagnosticKind.JUNK, 9),
    )
    assert (card.image_errors, card.lost_events) == (4, 2)


def test_the_battery_speaks_once_at_20_and_once_at_5_percent() -> None:
    watch = BatteryWatch()
    said = []
    for minute, percent in enumerate((24, 22, 20, 19, 5, 4)):
        notice = watch.take(PenBattery(minute * 60.0, percent))
        if notice is not None:
            said.append((notice.id, notice.percent, notice.seconds))
    # 4 % in 2 minutes: the other 20 last 10 minutes
    assert said == [(NoticeId.PEN_LOW, 20, 600), (NoticeId.PEN_EMPTY, 5, 0)]
    assert watch.take(PenBattery(400.0, 6, charging=True)) is None
    again = watch.take(PenBattery(460.0, 15))
    assert again is not None
    assert (again.id, again.seconds) == (NoticeId.PEN_LOW, 0)  # no rate is known yet
