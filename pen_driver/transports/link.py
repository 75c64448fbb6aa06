"""One pen behind a link of bytes: reader thread, sessions, reconnection; whatever the link is."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

from pen_driver.commands import PenCommand, SubmitPassword, UseNotes
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    DisconnectReason,
    PenCommandFailed,
    PenConnected,
    PenDisconnected,
    PenEvent,
)
from pen_driver.protocol import PenProtocol
from pen_driver.transports.base import Direction, OnEvent, Tap
from pen_driver.transports.names import redacted

_LOG = logging.getLogger(__name__)

REOPEN_S = 0.25
"""Pause between attempts to open a link; back within 2 s of its return with room to spare."""

TICK_S = 0.05
"""Longest wait of one `Link.read`, so that requests and closing are never late."""

_JOIN_S = 5.0


class LinkAbsentError(Exception):
    """The link cannot be opened (yet)."""


class LinkLostError(Exception):
    """The link failed in use; the cause says how."""


class Link(Protocol):
    """An open way to a pen. Used on the reader thread only."""

    @property
    def protocol(self) -> str:
        """What the pen at the other end speaks ("neo2")."""

    def read(self) -> tuple[bytes, float]:
        """Wait at most `TICK_S`; return what has arrived and the monotonic time at which it did.

        Raises:
            LinkLostError: the other end is gone.
        """

    def write(self, data: bytes) -> None:
        """Send all of `data`, in order.

        Raises:
            LinkLostError: the other end is gone.
        """

    def close(self) -> None:
        """Free the link; never raises."""


Session: TypeAlias = PenProtocol
"""One connection's protocol core."""

OpenLink: TypeAlias = Callable[[threading.Event], Link]
"""Opens the link on the reader thread, or raises `LinkAbsentError` after a few seconds at most; it
returns early with that error when the given event (closing) is set."""

NewSession: TypeAlias = Callable[[str, PenCounters, int], Session]
"""Makes a session: protocol of the link, counters to add to, number of the first stroke."""


class LinkPen:
    """Reads on its own thread, stamps bytes there, and opens the link again when it was lost."""

    def __init__(
        self,
        name: str,
        open_link: OpenLink,
        new_session: NewSession,
        on_event: OnEvent,
        tap: Tap | None = None,
    ) -> None:
        self.name = name
        self._shown = redacted(name)  # in logs and on threads
        self.counters = PenCounters()
        self._open_link = open_link
        self._new_session = new_session
        self._on_event = on_event
        self._tap = tap
        self._next_stroke = 1
        self._is_absence_told = False
        self._commands: deque[PenCommand] = deque()
        self._use_notes: UseNotes | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pen {self._shown}", daemon=True)
        self._thread.start()

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """See `Pen`."""
        self.request(SubmitPassword(password, confirm))

    def request(self, command: PenCommand) -> None:
        """See `Pen`. What is asked of one connection never reaches the next, but for the choice of
        books, which holds until another one is made."""
        if isinstance(command, UseNotes):
            self._use_notes = command
        self._commands.append(command)

    def close(self) -> None:
        """See `Pen`."""
        self._closing.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._attempt()
                self._refuse_commands()
                self._closing.wait(REOPEN_S)
        finally:
            self._finish()

    def _attempt(self) -> None:
        try:
            link = self._open_link(self._closing)
        except LinkAbsentError as exc:
            self._tell_absence(exc)
            return
        self._is_absence_told = False
        try:
            self._serve(link)
        finally:
            link.close()

    def _finish(self) -> None:
        """Free what the attempts shared; the last thing that the reader thread does."""

    def _tell_absence(self, exc: Exception) -> None:
        if not (self._is_absence_told or self._closing.is_set()):
            self._is_absence_told = True
            _LOG.info("%s: cannot open the link: %s", self._shown, redacted(str(exc)))
            self._emit([PenDisconnected(time.monotonic(), DisconnectReason.NO_PORT)])

    def _serve(self, link: Link) -> None:
        """Hold one session, from the opened link to its loss."""
        session = self._new_session(link.protocol, self.counters, self._next_stroke)
        self._note(f"opened {link.protocol} {time.time_ns() // 1_000_000}".encode())
        self._refuse_commands()
        reason = DisconnectReason.CLOSED
        try:
            while not (self._closing.is_set() or session.is_over):
                self._turn(link, session)
        except LinkLostError as exc:
            cause = redacted(str(exc.__cause__ or exc))
            _LOG.info("%s: link lost: %s", self._shown, cause)
            reason = DisconnectReason.LINK_LOST
        self._is_absence_told = reason is DisconnectReason.LINK_LOST
        self._emit(session.link_lost(time.monotonic(), reason))
        self._next_stroke = session.next_stroke
        self._note(b"closed")

    def _turn(self, link: Link, session: Session) -> None:
        data, now = link.read()
        if data:
            if self._tap is not None:
                self._tap(now, Direction.FROM_PEN, data)
            events = session.receive_data(data, now)
            self._emit(events)
            is_new = any(isinstance(event, PenConnected) for event in events)
            if is_new and self._use_notes is not None and self._use_notes not in self._commands:
                session.request(self._use_notes)
        while self._commands:
            session.request(self._commands.popleft())
        self._emit(session.tick(now))
        out = session.data_to_send()
        if out:
            if self._tap is not None:
                self._tap(time.monotonic(), Direction.TO_PEN, out)
            link.write(out)

    def _refuse_commands(self) -> None:
        while self._commands:
            command = self._commands.popleft()
            failure = PenCommandFailed(time.monotonic(), command, CommandFailure.NOT_READY)
            self._emit([failure])

    def _note(self, text: bytes) -> None:
        if self._tap is not None:
            self._tap(time.monotonic(), Direction.NOTE, text)

    def _emit(self, events: Iterable[PenEvent]) -> None:
        for event in events:
            self._log(event)
            self._on_event(event)

    def _log(self, event: PenEvent) -> None:
        """Without the pen's id, which is a part of its address."""
        match event:
            case PenConnected():
                what = (event.model, event.firmware, event.protocol)
                _LOG.info("%s: connected: %s %s, protocol %s", self._shown, *what)
            case PenDisconnected():
                _LOG.info("%s: disconnected: %s", self._shown, event.reason.value)
