"""Where a host finds the virtual pen: a pseudo-terminal, or a socket of this machine."""

from __future__ import annotations

import errno
import os
import pty
import socket
import tty
from contextlib import suppress
from pathlib import Path
from typing import Protocol


class Port(Protocol):
    """One host at a time."""

    @property
    def fd(self) -> int:
        """To be waited for and written to; -1 while closed or without a host."""

    @property
    def name(self) -> str:
        """What a host opens."""

    def open(self) -> None:
        """Be there, under the same name each time."""

    def close(self) -> None:
        """Go away, as by pulling a plug."""

    def read(self) -> bytes | None:
        """Return what came, empty for nothing yet, None while nobody has the port open."""


class PtyPort:
    """A pseudo-terminal behind a stable name.

    Args:
        link: where to put a symbolic link to it; None: no link.
    """

    def __init__(self, link: Path | None) -> None:
        self._link = link
        self.fd = -1
        self.name = ""

    def open(self) -> None:
        """Make a new pseudo-terminal and point the link at it."""
        self.fd, host_side = pty.openpty()
        tty.setraw(host_side)
        os.set_blocking(self.fd, False)
        self.name = os.ttyname(host_side)
        os.close(host_side)  # so that a host that closes is noticed
        if self._link is not None:
            new = self._link.with_name(self._link.name + ".new")
            new.unlink(missing_ok=True)
            new.symlink_to(self.name)
            new.replace(self._link)
            self.name = str(self._link)

    def close(self) -> None:
        """Take the port away, as pulling a plug does."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def read(self) -> bytes | None:
        """Return what came, empty for nothing yet, None while nobody has the port open."""
        try:
            return os.read(self.fd, 4096)
        except BlockingIOError:
            return b""
        except OSError as exc:
            if exc.errno == errno.EIO:
                return None
            raise


class SocketPort:
    """A listening socket, loopback only.

    Args:
        number: 0 for any free one, which is kept.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None

    @property
    def fd(self) -> int:
        """See `Port`."""
        return -1 if self._host is None else self._host.fileno()

    @property
    def name(self) -> str:
        """See `Port`."""
        return f"socket:127.0.0.1:{self._number}"

    def open(self) -> None:
        """See `Port`."""
        self._listener = socket.create_server(("127.0.0.1", self._number))
        self._listener.setblocking(False)
        self._number = self._listener.getsockname()[1]

    def close(self) -> None:
        """See `Port`."""
        for one in (self._host, self._listener):
            if one is not None:
                one.close()
        self._host = self._listener = None

    def read(self) -> bytes | None:
        """See `Port`."""
        if self._host is None:
            return self._accept()
        data = b""
        try:
            data = self._host.recv(4096)
        except BlockingIOError:
            return b""
        except OSError:
            pass  # reset: as gone as closed
        if data:
            return data
        self._host.close()
        self._host = None
        return None

    def _accept(self) -> bytes | None:
        if self._listener is None:
            return None
        with suppress(BlockingIOError):
            self._host, _ = self._listener.accept()
            self._host.setblocking(False)
            self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return b""
        return None
