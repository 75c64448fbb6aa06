"""A capture played as if its pen were here."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from pen_driver.anoto.regions import Region, RegionMap
from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.errors import BadCaptureError
from pen_driver.events import DisconnectReason, PenEvent
from pen_driver.transports.base import Direction, OnEvent, Tap
from pen_driver.transports.capture import CaptureLine, read_capture
from pen_driver.transports.link import Session
from pen_driver.transports.names import PenName, redacted
from pen_driver.transports.sessions import RECORDED, load_regions, recorded_session

_JOIN_S = 5.0
_OPENED = re.compile(rb"opened \w")
_VERSION_ANSWER = b"\xc0\x81"


class CaptureSession:
    """Feeds captured bytes to sessions: pure, one line at a time.

    What the sessions want to send is thrown away; the answers are in the capture.
    """

    def __init__(
        self, counters: PenCounters, has_handshake: bool, regions: Iterable[Region] = ()
    ) -> None:
        self._counters = counters
        self._paper = RegionMap(regions)
        self._has_handshake = has_handshake
        self._protocol = "neo2"
        self._opened_t = 0.0
        self._opened_ms = 0
        self._since_opened = 0.0
        self._session = self._new(1)

    def _new(self, first_stroke: int) -> Session:
        return recorded_session(
            self._protocol,
            self._counters,
            first_stroke,
            self._has_handshake,
            self._unix_ms,
            self._paper,
        )

    def _unix_ms(self) -> int:
        """The host's wall clock at the line that is being fed."""
        return self._opened_ms + round(self._since_opened * 1000)

    def feed(self, line: CaptureLine, now: float) -> list[PenEvent]:
        """Return the events of one line, as if it came at `now`."""
        self._since_opened = line.t - self._opened_t
        match line.direction:
            case Direction.FROM_PEN:
                events = self._session.receive_data(line.data, now)
                self._session.data_to_send()
                return events
            case Direction.NOTE if line.data == b"closed":
                return self.end(now, DisconnectReason.LINK_LOST)
            case Direction.NOTE:
                self._note(line)
                return []
            case Direction.TO_PEN:
                return []

    def _note(self, line: CaptureLine) -> None:
        match line.data.decode("ascii", "replace").split():
            case ["opened", protocol, *rest]:
                self._opened_t = line.t
                self._opened_ms = int(rest[0]) if rest and rest[0].isdecimal() else 0
                if protocol in RECORDED and protocol != self._protocol:
                    self._protocol = protocol
                    self._session = self._new(self._session.next_stroke)

    def end(self, now: float, reason: DisconnectReason) -> list[PenEvent]:
        """End the current session; the next bytes begin another."""
        events = self._session.link_lost(now, reason)
        self._session = self._new(self._session.next_stroke)
        return events


def has_handshake(lines: Sequence[CaptureLine]) -> bool:
    """Say whether the capture begins with its link, so that the pen's first words are in it."""
    if any(line.direction is Direction.NOTE and _OPENED.match(line.data) for line in lines):
        return True
    return _VERSION_ANSWER in b"".join(
        line.data for line in lines if line.direction is Direction.FROM_PEN
    )


def load_capture(path: Path) -> list[CaptureLine]:
    """Read a capture file.

    Raises:
        BadCaptureError: it cannot be opened, or is no capture.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return list(read_capture(file))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadCaptureError(0, str(exc)) from exc


class ReplayPen:
    """Plays on its own thread, in the capture's time or (``?fast``) at once.

    `t_host` of the events is the time at which they are played; ``?fast`` keeps their distances.

    Raises:
        BadCaptureError: the file cannot be read.
        BadPaperError: its list of regions cannot be read.
    """

    def __init__(
        self, name: str, parsed: PenName, on_event: OnEvent, tap: Tap | None = None
    ) -> None:
        self.name = name
        self.counters = PenCounters()
        self._lines = load_capture(Path(parsed.place))
        regions = parsed.option("regions")
        self._regions = () if regions is None else load_regions(Path(regions))
        self._is_fast = parsed.option("fast") is not None
        self._on_event = on_event
        self._tap = tap
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pen {redacted(name)}", daemon=True)
        self._thread.start()

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """A capture has its password in it; nothing to do."""

    def request(self, command: PenCommand) -> None:
        """What was asked then is in the capture; nobody is there to be asked now."""

    def close(self) -> None:
        """See `Pen`."""
        self._closing.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        session = CaptureSession(self.counters, has_handshake(self._lines), self._regions)
        start = time.monotonic()
        now = start
        reason = DisconnectReason.ENDED
        for line in self._lines:
            wait = 0.0 if self._is_fast else start + line.t - time.monotonic()
            if self._closing.wait(max(wait, 0.0)):
                reason = DisconnectReason.CLOSED
                break
            now = start + line.t if self._is_fast else time.monotonic()
            if self._tap is not None:
                self._tap(now, line.direction, line.data)
            self._emit(session.feed(line, now))
        self._emit(session.end(now, reason))

    def _emit(self, events: Iterable[PenEvent]) -> None:
        for event in events:
            self._on_event(event)
