"""A connection whose protocol is found out: ``serial:PORT`` without ``?protocol=``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import DisconnectReason, PenDisconnected, PenEvent
from pen_driver.probe import Probe
from pen_driver.protocol import PenProtocol

FIRST = "neo2"
"""Tried first: the only protocol in which the host has to speak first."""

ByName: TypeAlias = Callable[[str, PenCounters, int], PenProtocol]


class AutoProtocol:
    """Satisfies `PenProtocol`: Neo 2 until the bytes say otherwise, then what they say.

    An Anoto pen is silent until somebody writes, and its port must stay open meanwhile; so a
    silent port is not given up: the silence is told once and the version is asked for again.
    """

    def __init__(self, make: ByName, counters: PenCounters, first_stroke: int = 1) -> None:
        self._make = make
        self._counters = counters
        self._probe = Probe()
        self._inner = make(FIRST, counters, first_stroke)
        self._is_silence_told = False

    @property
    def protocol(self) -> str | None:
        """What was found, None so far."""
        return self._probe.found

    @property
    def is_over(self) -> bool:
        """See `PenProtocol`."""
        return self._inner.is_over

    @property
    def next_stroke(self) -> int:
        """See `PenProtocol`."""
        return self._inner.next_stroke

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        if self._probe.found is None:
            found = self._probe.receive_data(data, now)
            if found not in (None, FIRST):
                return self._change(str(found), now)
        return self._go_on(self._inner.receive_data(data, now))

    def tick(self, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        return self._go_on(self._inner.tick(now))

    def data_to_send(self) -> bytes:
        """See `PenProtocol`."""
        return self._inner.data_to_send()

    def request(self, command: PenCommand) -> None:
        """See `PenProtocol`."""
        self._inner.request(command)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """See `PenProtocol`."""
        return self._inner.link_lost(now, reason)

    def _change(self, protocol: str, now: float) -> list[PenEvent]:
        self._inner.data_to_send()
        self._inner = self._make(protocol, self._counters, self._inner.next_stroke)
        return self._inner.receive_data(self._probe.kept, now)

    def _go_on(self, events: list[PenEvent]) -> list[PenEvent]:
        """Begin again where nobody has answered."""
        if not self._inner.is_over or self._probe.found is not None:
            return events
        self._inner = self._make(FIRST, self._counters, self._inner.next_stroke)
        if self._is_silence_told:
            return [event for event in events if not isinstance(event, PenDisconnected)]
        self._is_silence_told = True
        return events
