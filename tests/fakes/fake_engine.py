"""A lesson engine for window tests: speaks the local socket, tells what the test tells it to."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket

from teacher_client.lesson.link import (
    Attach,
    FrameKind,
    FrameReader,
    FromEngine,
    FromWindow,
    pack,
    pack_message,
    read_from_window,
)


class FakeEngine(QObject):
    """Listens on 127.0.0.1, writes the endpoint file, sends `snapshot` to each who attaches.

    Signals:
        heard: one message of the window, Attach excepted.
        attached: a window gave the right token.
    """

    heard = Signal(object)
    attached = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.endpoint = folder / "endpoint.json"
        self.snapshot: list[bytes] = []
        self.messages: list[FromWindow] = []
        self.refused = 0
        self._token = ""
        self._window: QTcpSocket | None = None
        self._reader = FrameReader()
        self._server = QTcpServer(self)
        self._server.newConnection.connect(self._accept)

    def start(self) -> None:
        """Listen on a fresh port with a fresh token."""
        assert self._server.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost), 0)
        self._renew()

    def die(self) -> None:
        """End as a killed process does: no word, the endpoint file stays."""
        if self._window is not None:
            self._window.abort()
            self._window = None
        self._server.close()

    def send(self, message: FromEngine) -> None:
        """Tell the window."""
        self._write(pack_message(message))

    def send_blocks(self, blocks: list[bytes]) -> None:
        """Blocks of the log."""
        for block in blocks:
            self._write(pack(FrameKind.BLOCK, block))

    def send_hints(self, data: bytes) -> None:
        """A hint message."""
        self._write(pack(FrameKind.HINT, data))

    def send_raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self._write(data)

    @property
    def token(self) -> str:
        """The token of the next attach."""
        return self._token

    def _renew(self) -> None:
        self._token = secrets.token_urlsafe(24)
        endpoint = {"port": self._server.serverPort(), "token": self._token, "pid": os.getpid()}
        self.endpoint.write_text(json.dumps(endpoint), encoding="utf-8")

    def _write(self, data: bytes) -> None:
        assert self._window is not None, "no window is attached"
        self._window.write(data)
        self._window.flush()

    def _accept(self) -> None:
        socket = self._server.nextPendingConnection()
        reader = FrameReader()
        is_known = False

        def read() -> None:
            nonlocal is_known
            for _kind, payload in reader.receive_data(bytes(socket.readAll().data())):
                message = read_from_window(payload)
                if is_known:
                    self.messages.append(message)
                    self.heard.emit(message)
                elif isinstance(message, Attach) and message.token == self._token:
                    is_known = True
                    self._attach(socket)
                else:
                    self.refused += 1
                    socket.disconnectFromHost()
                    return

        socket.readyRead.connect(read)

    def _attach(self, socket: QTcpSocket) -> None:
        self._window = socket
        self._renew()
        for frame in self.snapshot:
            socket.write(frame)
        socket.flush()
        self.attached.emit()
