"""The virtual pen as a child process, reached through the serial transport."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.errors import PenUnavailableError
from pen_driver.transports.base import OnEvent, Tap
from pen_driver.transports.names import PenName
from pen_driver.transports.serial import SerialPen
from pen_driver.transports.sessions import spoken

_END_S = 3.0
_ROOT = Path(__file__).resolve().parents[2]


class VirtualPen:
    """Starts the child, waits for the name of its port, and ends it on close.

    The child watches its standard input, so it also ends when this process is killed.

    Raises:
        PenUnavailableError: the child did not offer a port.
    """

    def __init__(
        self, name: str, parsed: PenName, on_event: OnEvent, tap: Tap | None = None
    ) -> None:
        self.name = name
        if os.name == "nt":
            raise PenUnavailableError(name, "it needs pseudo-terminals")
        self._child = subprocess.Popen(
            [sys.executable, "-m", "pen_driver.virtual", *_arguments(parsed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # Ctrl+C is for us; we end the child
        )
        port = self._port_name()
        device = spoken(name, parsed, parsed.option("device") or "neo2")
        self._pen = SerialPen(name, port, device, on_event, tap)

    @property
    def counters(self) -> PenCounters:
        """See `Pen`."""
        return self._pen.counters

    def submit_password(self, password: str, confirm: bool = False) -> None:
        """See `Pen`."""
        self._pen.submit_password(password, confirm)

    def request(self, command: PenCommand) -> None:
        """See `Pen`."""
        self._pen.request(command)

    def close(self) -> None:
        """See `Pen`. The host side goes first, so that no event of the child's end is seen."""
        self._pen.close()
        self._end_child()

    def _port_name(self) -> str:
        assert self._child.stdout is not None
        word, _, rest = self._child.stdout.readline().decode().strip().partition(" ")
        if word == "port":
            return rest
        self._end_child()
        raise PenUnavailableError(self.name, rest or "no answer")

    def _end_child(self) -> None:
        child = self._child
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(_END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _arguments(parsed: PenName) -> list[str]:
    # The ink's name comes last and behind "--", so that it is never taken for an option.
    arguments = ["--watch-stdin", "--temp-link"]
    for key, value in parsed.options:
        if key == "regions":  # for the host's side
            continue
        arguments.append(f"--{key}" if value is None else f"--{key}={value}")
    return [*arguments, "--", parsed.place]


def _environment() -> dict[str, str]:
    """The child must find this package also where it is not installed."""
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), path)))}
