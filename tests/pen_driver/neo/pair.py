"""Our host side and the virtual pen's side, talking without anything between."""

from __future__ import annotations

from typing import TypeVar

from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import PenEvent
from pen_driver.neo.session import NeoOptions, NeoSession
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from tests.pen_driver.neo import examples as ex

E = TypeVar("E")


class Pair:
    """A pen and its host on one clock; `now` in seconds from switching on."""

    def __init__(
        self, options: DeviceOptions | None = None, host: NeoOptions | None = None
    ) -> None:
        self.device = NeoDevice(options or DeviceOptions())
        self.counters = PenCounters()
        self.host_options = host
        self.now = 0.0
        self.requests: list[bytes] = []
        self.events: list[PenEvent] = []
        self.session = self._new()

    def _new(self) -> NeoSession:
        return NeoSession(self.unix_ms, self.counters, options=self.host_options)

    def unix_ms(self) -> int:
        return ex.TIME_MS + round(self.now * 1000)

    def connect(self) -> Pair:
        """Hold a new session, up to where both are quiet."""
        self.device.host_gone()
        self.session = self._new()
        self.run(0.0)
        self.run(0.5)
        return self

    def run(self, seconds: float = 0.0) -> list[PenEvent]:
        """Let time pass, then both talk until they are quiet; return what the host said."""
        self.now += seconds
        events = self.session.tick(self.now)
        while request := self.session.data_to_send():
            self.requests.append(request)
            answer = self.device.receive(request, round(self.now * 1000))
            events += self.session.receive_data(answer, self.now)
            events += self.session.tick(self.now)
        self.events += events
        return events

    def ask(self, command: PenCommand) -> list[PenEvent]:
        """Hand in a command; return what it gave."""
        self.session.request(command)
        return self.run()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def write(self, strokes: int, dots: int = 5, page: int = 1) -> bytes:
        """Let the pen write; return the frames."""
        self.device.page = page
        wire = b""
        for number in range(strokes):
            wire += self.device.pen_down(self._ms())
            for dot in range(dots):
                self.now += 0.012
                wire += self.device.dot(self._ms(), 20 + dot, 30 + number, 0.5)
            self.now += 0.012
            wire += self.device.pen_up(self._ms())
            self.now += 0.2
        return wire

    def _ms(self) -> int:
        return round(self.now * 1000)
