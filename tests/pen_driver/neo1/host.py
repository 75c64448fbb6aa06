"""A session of version 1 with its clock, and a pen of software to talk to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pen_driver.counters import PenCounters
from pen_driver.events import PenEvent
from pen_driver.neo1.session import Neo1Session
from pen_driver.virtual.neo1 import Neo1Device
from tests.pen_driver.neo1 import examples as ex

E = TypeVar("E")
UTC_8_MS = 8 * 3_600_000


class Host:
    def __init__(self) -> None:
        self.counters = PenCounters()
        self.session = Neo1Session(lambda: ex.TIME_MS, self.counters, offset_ms=UTC_8_MS)
        self.now = 100.0
        self.events: list[PenEvent] = []

    def take(self, data: bytes, seconds: float = 0.0) -> bytes:
        """Hand in what the pen sent, let time pass; return the answer."""
        self.now += seconds
        self.events += self.session.receive_data(data, self.now)
        self.events += self.session.tick(self.now)
        return self.session.data_to_send()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def talk(
        self,
        device: Neo1Device,
        seconds: float = 3.0,
        spoil: Callable[[bytes], bytes] = lambda data: data,
    ) -> None:
        """Let host and pen talk until nothing is left to say."""
        end = self.now + seconds
        out = self.take(b"")
        while self.now < end:
            now_ms = round(self.now * 1000)
            said = device.receive(out, now_ms) + device.tick(now_ms)
            out = self.take(spoil(said), 0.05)
