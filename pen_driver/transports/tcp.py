"""A pen's raw byte stream over TCP: a serial port of another machine, or a pen in software."""

from __future__ import annotations

import select
import socket
import threading
import time

from pen_driver.errors import UnknownPenNameError
from pen_driver.transports.base import OnEvent, Tap
from pen_driver.transports.link import TICK_S, LinkAbsentError, LinkLostError, LinkPen
from pen_driver.transports.names import PenName
from pen_driver.transports.sessions import spoken

_LOOPBACK = "127.0.0.1"
_CONNECT_S = 3.0
_WRITE_S = 2.0
_READ_BYTES = 4096


def parse_place(name: str, place: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT`` or ``PORT``; this machine where no host is named.

    Raises:
        UnknownPenNameError: it is neither.
    """
    host, _, port = place.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UnknownPenNameError(name)
    return host.strip("[]") or _LOOPBACK, int(port)


class TcpLink:
    """One connection; see `Link`.

    Raises:
        LinkAbsentError: nobody answers there.
    """

    def __init__(self, host: str, port: int, protocol: str) -> None:
        self.protocol = protocol
        try:
            self._socket = socket.create_connection((host, port), _CONNECT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.settimeout(_WRITE_S)
        except OSError as exc:
            raise LinkAbsentError(str(exc)) from exc

    def read(self) -> tuple[bytes, float]:
        """See `Link`."""
        try:
            ready, _, _ = select.select([self._socket], [], [], TICK_S)
            now = time.monotonic()
            if not ready:
                return b"", now
            data = self._socket.recv(_READ_BYTES)
        except OSError as exc:
            raise LinkLostError from exc
        if not data:
            raise LinkLostError("the other side has hung up")
        return data, now

    def write(self, data: bytes) -> None:
        """See `Link`."""
        try:
            self._socket.sendall(data)
        except OSError as exc:
            raise LinkLostError from exc

    def close(self) -> None:
        """See `Link`."""
        self._socket.close()


class TcpPen(LinkPen):
    """A pen behind ``socket:HOST:PORT``; what it speaks is found out where ``?protocol=`` is not.

    Raises:
        UnknownPenNameError: the place is no host and port.
        UnknownProtocolError: nothing speaks that.
        BadPaperError: its list of regions cannot be read.
    """

    def __init__(
        self, name: str, parsed: PenName, on_event: OnEvent, tap: Tap | None = None
    ) -> None:
        self._place = parse_place(name, parsed.place)
        language = spoken(name, parsed)
        self._protocol = language.protocol
        super().__init__(name, self._open, language.session, on_event, tap)

    def _open(self, _: threading.Event) -> TcpLink:
        return TcpLink(*self._place, self._protocol)
