"""What the window is told of the pen."""

from __future__ import annotations

import pytest

from pen_driver import (
    DiagnosticKind,
    DisconnectReason,
    PenBattery,
    PenCapabilities,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenLocked,
)
from teacher_client.engine.pen_badge import PenBadge, Said
from teacher_client.lesson.link import LinkState, Notice, NoticeId, PenState
from teacher_client.lesson.pen_messages import PenDetails


async def test_no_pen_is_off() -> None:
    badge = PenBadge("", lambda _event: None, lambda _said: None)
    await badge.open()
    assert badge.state == PenState(LinkState.OFF)


async def test_a_pen_that_is_none_shows_as_lost(caplog: pytest.LogCaptureFixture) -> None:
    badge = PenBadge("feather:1", lambda _event: None, lambda _said: None)
    await badge.open()
    assert badge.state.link is LinkState.LOST
    await badge.close()


def test_the_badge_follows_the_pen_and_events_are_handed_on() -> None:
    taken: list[PenEvent] = []
    said: list[Said] = []
    returns: list[bool] = []
    badge = PenBadge("virtual:x", taken.append, said.append, lambda: returns.append(True))
    gone = PenDisconnected(0.0, DisconnectReason.LINK_LOST)
    can = PenCapabilities(1023, has_tilt=False, has_hover=False)
    here = PenConnected(0.0, PenId("p"), "M1", "1", "2", can)
    events: list[PenEvent] = [
        here,
        PenBattery(0.0, 80),
        PenDiagnostic(0.0, DiagnosticKind.LOST_DOTS, 3),
        PenDiagnostic(0.0, DiagnosticKind.JUNK, 5),
        gone,
        gone,
        here,
    ]
    for event in events:
        badge._event(event)
    assert taken == events
    good = LinkState.GOOD
    cards = [card for card in said if isinstance(card, PenDetails)]
    assert (cards[-1].name, cards[-1].battery_percent, cards[-1].lost_events) == (
        "virtual:x",
        80,
        3,
    )
    assert [one for one in said if not isinstance(one, PenDetails)] == [
        PenState(good, "M1"),
        PenState(good, "M1", 80),
        PenState(good, "M1", 80, 3),
        Notice(NoticeId.PEN_LOST_NO_MEMORY),
        PenState(LinkState.LOST, "M1", 80, 3),
        PenState(good, "M1", 80, 3),
    ]
    assert returns == [True]


def test_a_locked_pen_says_so_until_it_is_open() -> None:
    badge = PenBadge("virtual:x", lambda _event: None, lambda _said: None)
    can = PenCapabilities(1023, has_tilt=False, has_hover=False)
    here = PenConnected(0.0, PenId("p"), "M1", "1", "2", can)
    gone = PenDisconnected(0.0, DisconnectReason.LINK_LOST)
    for event, is_locked in ((PenLocked(0.0, PenId("p"), 9), True), (here, False)) * 2:
        badge._event(gone)
        assert not badge.state.is_locked
        badge._event(event)
        assert badge.state.is_locked == is_locked


def test_a_pen_that_keeps_its_notes_is_lost_with_a_promise() -> None:
    said: list[Said] = []
    badge = PenBadge("virtual:x", lambda _event: None, said.append)
    can = PenCapabilities(1023, has_tilt=False, has_hover=False, keeps_offline=True)
    badge._event(PenConnected(0.0, PenId("p"), "M1", "1", "2", can))
    badge._event(PenDisconnected(0.0, DisconnectReason.LINK_LOST))
    assert Notice(NoticeId.PEN_LOST) in said
