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
)
from teacher_client.engine.pen_badge import PenBadge
from teacher_client.lesson.link import LinkState, Notice, NoticeId, PenState


def test_no_pen_is_off() -> None:
    badge = PenBadge("", lambda _event: None, lambda _said: None)
    badge.open()
    assert badge.state == PenState(LinkState.OFF)


async def test_a_pen_that_is_none_shows_as_lost(caplog: pytest.LogCaptureFixture) -> None:
    badge = PenBadge("feather:1", lambda _event: None, lambda _said: None)
    badge.open()
    assert badge.state.link is LinkState.LOST
    await badge.close()


def test_the_badge_follows_the_pen_and_events_are_handed_on() -> None:
    taken: list[PenEvent] = []
    said: list[PenState | Notice] = []
    badge = PenBadge("virtual:x", taken.append, said.append)
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
    assert said == [
        PenState(good, "M1"),
        PenState(good, "M1", 80),
        PenState(good, "M1", 80, 3),
        Notice(NoticeId.PEN_LOST),
        PenState(LinkState.LOST, "M1", 80, 3),
        Notice(NoticeId.PEN_BACK),
        PenState(good, "M1", 80, 3),
    ]
