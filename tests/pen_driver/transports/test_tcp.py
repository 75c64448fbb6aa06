"""The socket transport, with the virtual pen behind a listening socket of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from pen_driver import (
    DisconnectReason,
    PenConnected,
    PenDisconnected,
    PenLifted,
    PenSample,
    UnknownPenNameError,
    open_pen,
)
from pen_driver.errors import UnknownProtocolError
from pen_driver.transports.tcp import parse_place
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from tests.pen_driver.transports.desk import opened, wait_until


class Server:
    """Answers as a pen does, one host after the other; `write` adds ink."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.device = NeoDevice(DeviceOptions())
        self._host: socket.socket | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                self._host, _ = self._listener.accept()
                with self._host, suppress(OSError):
                    while data := self._host.recv(4096):
                        self._host.sendall(self.device.receive(data, 0))
                self.device.host_gone()

    def write(self, data: bytes) -> None:
        assert self._host is not None
        self._host.sendall(data)

    def hang_up(self) -> None:
        if self._host is not None:
            with suppress(OSError):
                self._host.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        self._thread.join(5)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()


def test_a_pen_over_a_socket_is_back_after_a_cut() -> None:
    with serving() as server, opened(f"socket:{server.port}") as (pen, heard):
        heard.wait_for(PenConnected)
        server.write(server.device.pen_down(0) + server.device.dot(8, 50.0, 60.0, 0.5))
        heard.wait_for(PenSample)
        server.hang_up()
        assert heard.wait_for(PenLifted).cut_short
        assert heard.of(PenDisconnected)[0].reason is DisconnectReason.LINK_LOST
        gone = time.monotonic()
        wait_until(lambda: len(heard.of(PenConnected)) == 2)
        assert time.monotonic() - gone < 2.0
        assert pen.counters.cut_short == 1


@pytest.mark.skipif(sys.platform == "win32", reason="it has pseudo-terminals as well")
def test_virtual_pen_on_a_socket_is_pulled_and_comes_back() -> None:
    options = ("--listen", "0", "--once", "--strokes", "4", "--cut-after", "1500")
    command = [sys.executable, "-m", "pen_driver.virtual", "maths", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        name = child.stdout.readline().decode().removeprefix("port ").strip()
        assert name.startswith("socket:127.0.0.1:")
        with opened(name) as (pen, heard):
            wait_until(lambda: len(heard.of(PenConnected)) == 2)
            wait_until(lambda: len(heard.of(PenLifted)) >= 3)
            assert [lifted.cut_short for lifted in heard.of(PenLifted)].count(True) == 1
            assert pen.counters.junk_bytes == 0
        child.terminate()
        assert child.wait(20) == 0


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with opened(f"socket:127.0.0.1:{port}") as (_, heard):
        assert heard.wait_for(PenDisconnected).reason is DisconnectReason.NO_PORT


@pytest.mark.parametrize(
    ("place", "host", "port"),
    [("5000", "127.0.0.1", 5000), (":5000", "127.0.0.1", 5000), ("pi:70", "pi", 70),
     ("[::1]:70", "::1", 70)],
)  # fmt: skip
def test_places(place: str, host: str, port: int) -> None:
    assert parse_place("", place) == (host, port)


@pytest.mark.parametrize("place", ["pi", "pi:", "pi:0", "pi:65536", "pi:-1", "pi:５"])
def test_no_places(place: str) -> None:
    with pytest.raises(UnknownPenNameError):
        parse_place(f"socket:{place}", place)


def test_unknown_protocol() -> None:
    with pytest.raises(UnknownProtocolError):
        open_pen("socket:5000?protocol=morse", lambda _: None)
