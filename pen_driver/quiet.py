"""A pen that streams and is never spoken to: what such protocols have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from pen_driver.commands import PenCommand, SubmitPassword
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    DiagnosticKind,
    DisconnectReason,
    PasswordOutcome,
    PenCapabilities,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenEvent,
    PenId,
    PenPasswordResult,
)
from pen_driver.plain_strokes import SILENCE_S, JumpFilter, PlainStrokes, Point

T = TypeVar("T")


class QuietSession(ABC, Generic[T]):
    """Satisfies `pen_driver.protocol.PenProtocol`; see there.

    The pen has no first word: it counts as connected with the first thing that it says.

    Args:
        far: distance that no pen makes between two positions, in the unit of `_position`.
    """

    def __init__(self, counters: PenCounters, first_stroke: int, far: float) -> None:
        self._counters = counters
        self._strokes = PlainStrokes(counters, first_stroke)
        self._filter: JumpFilter[tuple[T, float]] = JumpFilter(far)
        self._events: list[PenEvent] = []
        self._commands: list[PenCommand] = []
        self._is_connected = False
        self._is_over = False
        self._heard_at = 0.0

    @property
    def is_over(self) -> bool:
        """See `PenProtocol`."""
        return self._is_over

    @property
    def next_stroke(self) -> int:
        """See `PenProtocol`."""
        return self._strokes.next_stroke

    def receive_data(self, data: bytes, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        self._counters.bytes_in += len(data)
        if not self._is_over:
            self._read(data, now)
        self._heard_at = now
        return self._take()

    def tick(self, now: float) -> list[PenEvent]:
        """See `PenProtocol`."""
        self._pause(now)
        if self._strokes.is_open and now - self._heard_at >= SILENCE_S:
            self._repair(DiagnosticKind.MISSING_UP, now)
            self._lift(now)
        for command in self._commands:
            self._events.append(_refusal(command, now))
        self._commands.clear()
        return self._take()

    def data_to_send(self) -> bytes:
        """See `PenProtocol`. The pen listens to nothing."""
        return b""

    def request(self, command: PenCommand) -> None:
        """See `PenProtocol`. Nothing can be asked of this pen."""
        self._commands.append(command)

    def link_lost(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """See `PenProtocol`."""
        if not self._is_over:
            self._is_over = True
            self._give_up(self._filter.reset(), now)
            self._events += self._strokes.lift(now, is_cut_short=True)
            self._events.append(PenDisconnected(now, reason))
        return self._take()

    @abstractmethod
    def _read(self, data: bytes, now: float) -> None:
        """Consume bytes."""

    @abstractmethod
    def _pause(self, now: float) -> None:
        """Do what a pause in the stream means."""

    @abstractmethod
    def _point(self, item: T, now: float) -> Point:
        """Place what has passed the filter; `now` is when it came."""

    def _take(self) -> list[PenEvent]:
        events, self._events = self._events, []
        return events

    def _connected(self, pen: str, protocol: str, can: PenCapabilities, now: float) -> None:
        """Say that a pen is there, once."""
        if not self._is_connected:
            self._is_connected = True
            self._counters.connections += 1
            pen_id = PenId(pen.upper())
            self._events.append(PenConnected(now, pen_id, pen, "", protocol, can))

    def _move(self, item: T, place: tuple[float, float], is_at_home: bool, now: float) -> None:
        """Put one position of a pen on paper; `place` for the filter."""
        ready, given_up, has_jumped = self._filter.feed(*place, (item, now), is_at_home)
        self._give_up(given_up, now)
        if has_jumped:
            self._repair(DiagnosticKind.MISSING_UP, now)
            self._events += self._strokes.lift(now)
        for each, at in ready:
            self._events += self._strokes.move(self._point(each, at))

    def _lift(self, now: float) -> None:
        only, given_up = self._filter.lift()
        self._give_up(given_up, now)
        for item, at in only:
            self._events += self._strokes.move(self._point(item, at))
        self._events += self._strokes.lift(now)

    def _junk(self, count: int, now: float) -> None:
        if count:
            self._counters.junk_bytes += count
            self._events.append(PenDiagnostic(now, DiagnosticKind.JUNK, count))

    def _give_up(self, count: int, now: float) -> None:
        if count:
            self._counters.spikes += count
            self._events.append(PenDiagnostic(now, DiagnosticKind.SPIKE, count))

    def _repair(self, kind: DiagnosticKind, now: float) -> None:
        self._counters.repairs += 1
        self._events.append(PenDiagnostic(now, kind))


def _refusal(command: PenCommand, now: float) -> PenEvent:
    if isinstance(command, SubmitPassword):
        return PenPasswordResult(now, PasswordOutcome.NOT_ASKED)
    return PenCommandFailed(now, command, CommandFailure.UNSUPPORTED)
