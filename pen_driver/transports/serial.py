"""A pen on a serial port: Bluetooth classic's COM port, or the virtual pen's terminal."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import serial

from pen_driver.transports.base import OnEvent, Tap
from pen_driver.transports.link import TICK_S, LinkAbsentError, LinkLostError, LinkPen
from pen_driver.transports.sessions import Spoken

_WRITE_TIMEOUT_S = 2.0
_BAUD_RATE = 115_200  # without meaning over Bluetooth and pseudo-terminals


class SerialLink:
    """An open port; see `Link`.

    Raises:
        LinkAbsentError: it cannot be opened.
    """

    def __init__(self, port_name: str, protocol: str) -> None:
        self.protocol = protocol
        try:
            self._port = serial.Serial(
                port_name,
                _BAUD_RATE,
                timeout=TICK_S,
                write_timeout=_WRITE_TIMEOUT_S,
                exclusive=True,
            )
        except (OSError, ValueError) as exc:
            raise LinkAbsentError(str(exc)) from exc

    def read(self) -> tuple[bytes, float]:
        """Return what has arrived, and when its first byte was read."""
        # pyserial raises SerialException (an OSError) on read and plain OSError on in_waiting.
        port = self._port
        try:
            first: bytes = port.read(1)
            now = time.monotonic()
            return (first + port.read(port.in_waiting) if first else first), now
        except OSError as exc:
            raise LinkLostError from exc

    def write(self, data: bytes) -> None:
        """See `Link`."""
        try:
            self._port.write(data)
        except OSError as exc:
            raise LinkLostError from exc

    def close(self) -> None:
        """See `Link`."""
        with suppress(OSError):  # its device may be gone already
            self._port.close()


class SerialPen(LinkPen):
    """A pen on `port`; one that is away is waited for.

    Args:
        language: what it speaks.
    """

    def __init__(
        self,
        name: str,
        port: str,
        language: Spoken,
        on_event: OnEvent,
        tap: Tap | None = None,
    ) -> None:
        self._port_name = port
        self._protocol = language.protocol
        super().__init__(name, self._open, language.session, on_event, tap)

    def _open(self, _: threading.Event) -> SerialLink:
        return SerialLink(self._port_name, self._protocol)
