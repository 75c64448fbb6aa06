"""The engine's pen: open from start to quit, its events handed on, its badge kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from pen_driver import (
    DiagnosticKind,
    Pen,
    PenBattery,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenError,
    PenEvent,
    PenLocked,
    open_pen,
)
from teacher_client.lesson.link import LinkState, Notice, NoticeId, PenState

log = logging.getLogger(__name__)

MAX_LOST = 2**31  # what the badge can say


class PenBadge:
    """A pen by name, and how it is. Lives in the engine's loop.

    Args:
        name: ``serial:…``, ``virtual:…``, ``replay:…``; empty: no pen.
        take: every event of the pen, in the loop.
        say: the badge when it changes, and notices.

    Attributes:
        state: the badge.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[PenEvent], None],
        say: Callable[[PenState | Notice], None],
    ) -> None:
        self._name = name
        self._take = take
        self._say = say
        self._pen: Pen | None = None
        self.state = PenState(LinkState.CONNECTING if name else LinkState.OFF)

    def open(self) -> None:
        """Open the pen; one that cannot be opened shows as lost."""
        if not self._name:
            return
        loop = asyncio.get_running_loop()

        def from_thread(event: PenEvent) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._event, event)

        try:
            self._pen = open_pen(self._name, from_thread)
        except PenError as exc:
            log.warning("pen: %s", exc)
            self.state = PenState(LinkState.LOST)

    async def close(self) -> None:
        """Let the pen go."""
        if self._pen is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._pen.close)

    def _event(self, event: PenEvent) -> None:
        self._take(event)
        before = self.state
        match event:
            case PenConnected():
                self.state = replace(before, link=LinkState.GOOD, model=event.model[:64])
                if before.link is LinkState.LOST:
                    self._say(Notice(NoticeId.PEN_BACK))
            case PenDisconnected():
                self.state = replace(before, link=LinkState.LOST)
                if before.link is LinkState.GOOD:
                    self._say(Notice(NoticeId.PEN_LOST))
            case PenBattery():
                self.state = replace(before, battery_percent=min(max(event.percent, 0), 100))
            case PenLocked():
                self._say(Notice(NoticeId.PEN_LOCKED))
            case PenDiagnostic() if event.kind in (
                DiagnosticKind.LOST_EVENTS,
                DiagnosticKind.LOST_DOTS,
            ):
                lost = min(before.lost_events + event.count, MAX_LOST)
                self.state = replace(before, lost_events=lost)
        if self.state != before:
            self._say(self.state)
