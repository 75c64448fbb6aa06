"""The pen in use, lent to whoever asks it something beside the lesson."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pen_driver import (
    OnEvent,
    Pen,
    PenClock,
    PenCommand,
    PenConnected,
    PenCounters,
    PenDisconnected,
    PenEvent,
    PenLocked,
    SubmitPassword,
)


class PenLender:
    """Lets several listen to one pen. Calls from any thread.

    Who borrows the pen while it is connected hears first what it said about itself.
    """

    def __init__(self) -> None:
        self.pen: Pen | None = None
        self._lock = threading.Lock()
        self._ears: list[OnEvent] = []
        self._greeting: list[PenEvent] = []

    def tell(self, event: PenEvent) -> None:
        """Hand an event on, on the pen's thread: stored ink may have to be on disk before the pen
        is answered."""
        with self._lock:
            match event:
                case PenConnected():
                    self._greeting = [event]
                case PenClock():
                    self._greeting = [*self._greeting[:1], event]
                case PenDisconnected() | PenLocked():
                    self._greeting = []
            ears = tuple(self._ears)
        for hear in ears:
            hear(event)

    def lend(self, name: str, hear: OnEvent) -> Pen:
        """Return the pen for one more listener; stands in for `open_pen`."""
        with self._lock:
            for event in self._greeting:
                hear(event)
            self._ears.append(hear)
        return _Lent(self, name, lambda: self._give_back(hear))

    def _give_back(self, hear: OnEvent) -> None:
        with self._lock:
            if hear in self._ears:
                self._ears.remove(hear)


class _Lent:
    """Satisfies `Pen`; closing it leaves the pen open for the others."""

    def __init__(self, lender: PenLender, name: str, give_back: Callable[[], None]) -> None:
        self.name = name
        self._lender = lender
        self._give_back = give_back

    @property
    def counters(self) -> PenCounters:
        """See `Pen`."""
        pen = self._lender.pen
        return PenCounters() if pen is None else pen.counters

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """See `Pen`."""
        self.request(SubmitPassword(password, confirm))

    def request(self, command: PenCommand) -> None:
        """See `Pen`."""
        pen = self._lender.pen
        if pen is not None:
            pen.request(command)

    def close(self) -> None:
        """See `Pen`."""
        self._give_back()
