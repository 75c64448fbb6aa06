"""What a pen's card shows after each event, and when its battery is worth a word. Pure."""

from __future__ import annotations

from dataclasses import replace

from pen_driver import (
    DiagnosticKind,
    PageAddress,
    PasswordOutcome,
    PenBattery,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenLocked,
    PenMemory,
    PenPage,
    PenPasswordResult,
    PenSettingChanged,
    PenSettings,
    SettingName,
    SettingValue,
)
from pen_driver.paper import is_known
from teacher_client.lesson.link import Notice, NoticeId
from teacher_client.lesson.pen_messages import PenDetails, PenSetting

MAX_COUNT = 2**31
MAX_SETTING = 2**32 - 1
LOW_PERCENT = 20  # UX 3.4 and 3.16
EMPTY_PERCENT = 5
AGAIN_PERCENT = 25
"""Above this a warning was answered by charging; the next one is news again."""
ENOUGH_DROP = 2
"""Percent that the battery must have lost before its rate says anything."""
LOCK_IS_OPEN = (PasswordOutcome.ACCEPTED, PasswordOutcome.NOT_ASKED, PasswordOutcome.WIPED)


def card_after(card: PenDetails, event: PenEvent) -> PenDetails:
    """Return the card as it stands after an event; the same one where nothing changed."""
    match event:
        case PenConnected():
            return replace(
                card,
                model=event.model[:64],
                firmware=event.firmware[:64],
                can_sound=event.capabilities.has_find,
                attempts_left=None,
                needs_confirmation=False,
            )
        case PenDisconnected():
            # what it can do is told anew; a button that nobody answers would be a dead one
            return replace(card, can_sound=False, settings=(), attempts_left=None)
        case PenBattery():
            return replace(
                card,
                battery_percent=min(max(event.percent, 0), 100),
                is_charging=event.charging,
            )
        case PenMemory():
            return replace(card, memory_percent=min(max(event.used_percent, 0), 100))
        case PenPage() | PenDown():
            return _on_paper(card, event.page)
        case PenDiagnostic():
            return _damaged(card, event)
    return _answered(card, event)


def _answered(card: PenDetails, event: PenEvent) -> PenDetails:
    match event:
        case PenLocked():
            return replace(
                card,
                attempts_left=min(max(event.attempts_left, 0), 255),
                needs_confirmation=event.needs_confirmation,
            )
        case PenPasswordResult():
            is_open = event.outcome in LOCK_IS_OPEN
            left = card.attempts_left if event.attempts_left is None else event.attempts_left
            return replace(card, password=event.outcome, attempts_left=None if is_open else left)
        case PenSettings():
            return replace(card, settings=_numbers(event.values))
        case PenSettingChanged():
            card = replace(card, changed=event.name, outcome=event.outcome)
            return card if event.value is None else _with_setting(card, event.name, event.value)
    return card


def _on_paper(card: PenDetails, page: PageAddress) -> PenDetails:
    return replace(card, paper=str(page)[:100], is_paper_known=is_known(page))


def _damaged(card: PenDetails, event: PenDiagnostic) -> PenDetails:
    match event.kind:
        case DiagnosticKind.IMAGE_ERROR:
            return replace(card, image_errors=min(card.image_errors + event.count, MAX_COUNT))
        case DiagnosticKind.LOST_EVENTS | DiagnosticKind.LOST_DOTS:
            return replace(card, lost_events=min(card.lost_events + event.count, MAX_COUNT))
    return card


def _numbers(values: tuple[tuple[SettingName, SettingValue], ...]) -> tuple[PenSetting, ...]:
    return tuple(
        PenSetting(name, value)
        for name, value in values
        if isinstance(value, int) and 0 <= value <= MAX_SETTING
    )


def _with_setting(card: PenDetails, name: SettingName, value: SettingValue) -> PenDetails:
    changed = _numbers(((name, value),))
    kept = tuple(
        changed[0] if changed and setting.name is name else setting for setting in card.settings
    )
    return replace(card, settings=kept)


class BatteryWatch:
    """Says once when the battery passes 20 % and once at 5 %, with the time that is left."""

    def __init__(self) -> None:
        self._said = 101  # percent at which the last word was said
        self._first: tuple[float, int] | None = None

    def take(self, event: PenBattery) -> Notice | None:
        """Return what to say now, if anything."""
        percent = min(max(event.percent, 0), 100)
        if event.charging or percent > AGAIN_PERCENT:
            self._said = 101
        if event.charging:
            self._first = None
            return None
        if self._first is None or percent > self._first[1]:
            self._first = (event.t_host, percent)
        if percent <= EMPTY_PERCENT < self._said:
            self._said = EMPTY_PERCENT
            return Notice(NoticeId.PEN_EMPTY, percent=percent)
        if percent <= LOW_PERCENT < self._said:
            self._said = LOW_PERCENT
            return Notice(
                NoticeId.PEN_LOW, None, self._seconds(event.t_host, percent), None, percent
            )
        return None

    def _seconds(self, now: float, percent: int) -> int:
        """Seconds of use that are left at this pen's own rate; 0: not known."""
        if self._first is None:
            return 0
        since, before = self._first
        drop = before - percent
        return min(round((now - since) * percent / drop), 86_400) if drop >= ENOUGH_DROP else 0
