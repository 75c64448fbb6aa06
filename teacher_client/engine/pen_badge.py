"""One pen of the engine: opened, its events handed on, its badge and card kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from pen_driver import (
    DisconnectReason,
    OnEvent,
    Pen,
    PenBattery,
    PenCapabilities,
    PenCommand,
    PenConnected,
    PenDisconnected,
    PenError,
    PenEvent,
    PenLocked,
    open_pen,
    redacted,
)
from teacher_client.engine.pen_card import BatteryWatch, card_after
from teacher_client.engine.pen_loan import PenLender
from teacher_client.engine.pen_tape import PenTape
from teacher_client.lesson.link import LinkState, Notice, NoticeId, PenState
from teacher_client.lesson.pen_messages import LONGEST_NAME, PenDetails

log = logging.getLogger(__name__)

Said: TypeAlias = PenState | PenDetails | Notice


class PenBadge:
    """A pen by name, and how it is. Lives in the engine's loop.

    Args:
        name: for `open_pen`; empty: no pen.
        take: every event of the pen, in the loop.
        say: badge and card when they change, and notices.
        returned: the pen was lost and is back.

    Attributes:
        state: the badge.
        card: the pen page's card.
        capabilities: None until the pen was there.
        tape: its raw bytes, while a test is on.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[PenEvent], None],
        say: Callable[[Said], None],
        returned: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.tape = PenTape()
        self._take = take
        self._say = say
        self._returned = returned
        self._lender = PenLender()
        self._is_closed = False
        self._battery = BatteryWatch()
        self.state = PenState(LinkState.CONNECTING if name else LinkState.OFF)
        self.card = PenDetails(name[:LONGEST_NAME])
        self.capabilities: PenCapabilities | None = None

    async def open(self) -> None:
        """Open the pen; one that cannot be opened shows as lost."""
        if not self.name:
            return
        loop = asyncio.get_running_loop()

        def from_thread(event: PenEvent) -> None:
            self._lender.tell(event)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._event, event)

        try:
            # a virtual pen starts a process and waits for its port: not in the loop
            pen = await loop.run_in_executor(None, open_pen, self.name, from_thread, self.tape)
        except PenError as exc:
            log.warning("pen: %s", redacted(str(exc)))
            self.state = PenState(LinkState.LOST)
            self._say(self.state)
            return
        self._lender.pen = pen
        if self._is_closed:
            await self.close()

    async def close(self) -> None:
        """Let the pen go; whoever takes its events sees it leave."""
        if not self._is_closed and self.state.link is LinkState.GOOD:
            self._take(PenDisconnected(time.monotonic(), DisconnectReason.CLOSED))
        self._is_closed = True
        pen, self._lender.pen = self._lender.pen, None
        if pen is not None:
            await asyncio.get_running_loop().run_in_executor(None, pen.close)

    def request(self, command: PenCommand) -> None:
        """Ask something of the pen; without one nothing happens."""
        if self._lender.pen is not None:
            self._lender.pen.request(command)

    def lend(self, _name: str, hear: OnEvent) -> Pen:
        """Let one more listen, on the pen's thread; stands in for `open_pen`. From any thread."""
        return self._lender.lend(self.name, hear)

    @property
    def is_here(self) -> bool:
        """Whether the pen is connected and open."""
        return self.state.link is LinkState.GOOD

    def _event(self, event: PenEvent) -> None:
        if self._is_closed:
            return
        self._take(event)
        before, card = self.state, self.card
        self.card = now = card_after(card, event)
        self._change_badge(event, before)
        self.state = replace(self.state, lost_events=now.lost_events, paper=now.paper)
        if self.state != before:
            self._say(self.state)
        if now != card:
            self._say(now)

    def _change_badge(self, event: PenEvent, before: PenState) -> None:
        match event:
            case PenConnected():
                self.capabilities = event.capabilities
                model = self.card.model
                self.state = replace(before, link=LinkState.GOOD, model=model, is_locked=False)
                if before.link is LinkState.LOST:
                    self._returned()
            case PenDisconnected():
                self.state = replace(before, link=LinkState.LOST, is_locked=False)
                if before.link is LinkState.GOOD:
                    can = self.capabilities
                    keeps = can is not None and can.keeps_offline
                    self._say(Notice(NoticeId.PEN_LOST if keeps else NoticeId.PEN_LOST_NO_MEMORY))
            case PenBattery():
                self.state = replace(before, battery_percent=self.card.battery_percent)
                if (notice := self._battery.take(event)) is not None:
                    self._say(notice)
            case PenLocked():
                self.state = replace(before, is_locked=True)
                self._say(Notice(NoticeId.PEN_LOCKED))
