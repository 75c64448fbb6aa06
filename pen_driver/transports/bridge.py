"""A maker's closed library in a process of its own, which speaks lines (docs/bridge.md)."""

from __future__ import annotations

import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

from pen_driver.counters import PenCounters
from pen_driver.errors import UnknownPenNameError
from pen_driver.transports.base import OnEvent, Tap
from pen_driver.transports.bridge_session import BridgeSession
from pen_driver.transports.link import TICK_S, LinkAbsentError, LinkLostError, LinkPen, Session

_READ_BYTES = 4096
_QUEUED = 256  # reads; then the bridge waits for us
_POLITE_S = 2.0  # from the end of its input to being told to end
_FIRM_S = 1.0  # from being told to being killed
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 10.0
_HEALTHY_S = 10.0
"""A run that lasts this long was no failed start; the next restart comes at once."""


def split_command(name: str, command: str) -> list[str]:
    """Return program and arguments; no shell ever sees them.

    Raises:
        UnknownPenNameError: a quote is left open, or nothing is there.
    """
    is_windows = os.name == "nt"  # where a backslash parts folders and hides nothing
    try:
        words = shlex.split(command, posix=not is_windows)
    except ValueError as exc:
        raise UnknownPenNameError(name) from exc
    if not words:
        raise UnknownPenNameError(name)
    return [word.strip('"') for word in words] if is_windows else words


class BridgeLink:
    """One run of the program; see `Link`.

    Raises:
        LinkAbsentError: it cannot be started.
    """

    protocol = "bridge"

    def __init__(self, words: list[str]) -> None:
        is_windows = sys.platform == "win32"
        try:
            self._child = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if sys.stderr is not None else subprocess.DEVNULL,
                bufsize=0,
                start_new_session=not is_windows,  # Ctrl+C is for us; we end the child
                creationflags=0x08000000 if is_windows else 0,  # no console window
            )
        except (OSError, ValueError) as exc:
            raise LinkAbsentError(str(exc)) from exc
        self._inbox: queue.Queue[tuple[bytes, float]] = queue.Queue(_QUEUED)
        self._is_closing = False
        self._reader = threading.Thread(target=self._pump, name="pen bridge output", daemon=True)
        self._reader.start()

    def _pump(self) -> None:
        assert self._child.stdout is not None
        data = b"-"
        while data and not self._is_closing:
            try:
                data = self._child.stdout.read(_READ_BYTES) or b""
            except (OSError, ValueError):
                data = b""
            self._hand_over(data, time.monotonic())

    def _hand_over(self, data: bytes, now: float) -> None:
        while not self._is_closing:
            with suppress(queue.Full):
                self._inbox.put((data, now), timeout=TICK_S)
                return

    def read(self) -> tuple[bytes, float]:
        """See `Link`."""
        try:
            data, now = self._inbox.get(timeout=TICK_S)
        except queue.Empty:
            return b"", time.monotonic()
        if not data:
            raise LinkLostError("the bridge has ended")
        return data, now

    def write(self, data: bytes) -> None:
        """See `Link`."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(data)
        except (OSError, ValueError) as exc:
            raise LinkLostError from exc

    def close(self) -> None:
        """End the program: its input ends, then it is asked, then it is killed."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._is_closing = True
        with suppress(OSError):
            self._child.stdin.close()
        if not self._is_gone_after(_POLITE_S):
            self._signal(is_last=False)
            if not self._is_gone_after(_FIRM_S):
                self._signal(is_last=True)
                self._child.wait()
        self._reader.join(_FIRM_S)
        self._child.stdout.close()

    def _is_gone_after(self, seconds: float) -> bool:
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _signal(self, is_last: bool) -> None:
        with suppress(OSError):
            if sys.platform == "win32":
                self._child.kill()
            else:  # its own group: also what it started
                os.killpg(self._child.pid, signal.SIGKILL if is_last else signal.SIGTERM)


class BridgePen(LinkPen):
    """Keeps the program running: started again when it ends, ever more slowly while it fails.

    Raises:
        UnknownPenNameError: the command cannot be split into words.
    """

    def __init__(self, name: str, command: str, on_event: OnEvent, tap: Tap | None = None) -> None:
        self._words = split_command(name, command)
        self._pause_s = 0.0
        self._started: float | None = None
        super().__init__(name, self._open, _new_session, on_event, tap)

    def _open(self, closing: threading.Event) -> BridgeLink:
        if self._started is not None:
            is_healthy = time.monotonic() - self._started >= _HEALTHY_S
            self._pause_s = 0.0 if is_healthy else next_pause(self._pause_s)
            if closing.wait(self._pause_s):
                raise LinkAbsentError("closing")
        self._started = time.monotonic()
        return BridgeLink(self._words)


def next_pause(pause_s: float) -> float:
    """Return the pause before the next start after one more short run."""
    return min(max(pause_s * 2, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)


def _new_session(_: str, counters: PenCounters, first_stroke: int) -> Session:
    return BridgeSession(counters, first_stroke)
