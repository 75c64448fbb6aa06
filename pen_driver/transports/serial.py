"""A Neo pen on a serial port: Bluetooth classic's COM port, or the virtual pen's terminal."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

import serial

from pen_driver.counters import PenCounters
from pen_driver.events import DisconnectReason, PenConnected, PenDisconnected, PenEvent
from pen_driver.neo.session import NeoSession
from pen_driver.transports.base import Direction, OnEvent, Tap

_LOG = logging.getLogger(__name__)

REOPEN_S = 0.25
"""Pause between attempts to open a port; back within 2 s of its return with room to spare."""

_TICK_S = 0.05
_WRITE_TIMEOUT_S = 2.0
_BAUD_RATE = 115_200  # without meaning over Bluetooth and pseudo-terminals
_JOIN_S = 5.0


class _LinkLostError(Exception):
    """The port failed in use; the cause says how."""


def _read(port: serial.Serial) -> tuple[bytes, float]:
    """Return what has arrived, and when its first byte was read."""
    # pyserial raises SerialException (an OSError) on read and plain OSError on in_waiting.
    try:
        first: bytes = port.read(1)
        now = time.monotonic()
        return (first + port.read(port.in_waiting) if first else first), now
    except OSError as exc:
        raise _LinkLostError from exc


def _write(port: serial.Serial, data: bytes) -> None:
    try:
        port.write(data)
    except OSError as exc:
        raise _LinkLostError from exc


class SerialPen:
    """Reads on its own thread, stamps bytes there, and opens the port again when it was lost."""

    def __init__(self, name: str, port: str, on_event: OnEvent, tap: Tap | None = None) -> None:
        self.name = name
        self.counters = PenCounters()
        self._port_name = port
        self._on_event = on_event
        self._tap = tap
        self._next_stroke = 1
        self._is_absence_told = False
        self._passwords: list[str] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pen {name}", daemon=True)
        self._thread.start()

    def submit_password(self, password: str) -> None:
        """See `Pen`."""
        self._passwords.append(password)

    def close(self) -> None:
        """See `Pen`."""
        self._closing.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                port = serial.Serial(
                    self._port_name,
                    _BAUD_RATE,
                    timeout=_TICK_S,
                    write_timeout=_WRITE_TIMEOUT_S,
                    exclusive=True,
                )
            except (OSError, ValueError) as exc:
                self._tell_absence(exc)
            else:
                self._is_absence_told = False
                with port:
                    self._serve(port)
            self._closing.wait(REOPEN_S)

    def _tell_absence(self, exc: Exception) -> None:
        if not self._is_absence_told:
            self._is_absence_told = True
            _LOG.info("%s: cannot open the port: %s", self.name, exc)
            self._emit([PenDisconnected(time.monotonic(), DisconnectReason.NO_PORT)])

    def _serve(self, port: serial.Serial) -> None:
        """Hold one session, from the opened port to its loss."""
        session = NeoSession(_unix_ms, self.counters, self._next_stroke)
        self._note(b"opened")
        self._passwords.clear()
        reason = DisconnectReason.CLOSED
        try:
            while not (self._closing.is_set() or session.is_over):
                self._turn(port, session)
        except _LinkLostError as exc:
            _LOG.info("%s: link lost: %s", self.name, exc.__cause__)
            reason = DisconnectReason.LINK_LOST
        self._is_absence_told = reason is DisconnectReason.LINK_LOST
        self._emit(session.link_lost(time.monotonic(), reason))
        self._next_stroke = session.next_stroke
        self._note(b"closed")

    def _turn(self, port: serial.Serial, session: NeoSession) -> None:
        data, now = _read(port)
        if data:
            if self._tap is not None:
                self._tap(now, Direction.FROM_PEN, data)
            self._emit(session.receive_data(data, now))
        while self._passwords:
            session.submit_password(self._passwords.pop(0))
        self._emit(session.tick(now))
        out = session.data_to_send()
        if out:
            if self._tap is not None:
                self._tap(time.monotonic(), Direction.TO_PEN, out)
            _write(port, out)

    def _note(self, text: bytes) -> None:
        if self._tap is not None:
            self._tap(time.monotonic(), Direction.NOTE, text)

    def _emit(self, events: Iterable[PenEvent]) -> None:
        for event in events:
            if isinstance(event, PenConnected | PenDisconnected):
                _LOG.info("%s: %s", self.name, event)
            self._on_event(event)


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000
