"""The line to the lesson engine: a local TCP socket, typed messages in both directions.

The engine writes its port and a one-time token into the endpoint file, anew after each attach
and each start. While the engine is away the file is read again every second (DESIGN §2).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QTcpSocket

from signaling_server.protocol.schema import InvalidError
from teacher_client.lesson.link import (
    Attach,
    FrameKind,
    FrameReader,
    FromWindow,
    pack_message,
    read_from_engine,
)

_log = logging.getLogger(__name__)

FIRST_TRY_MS: Final = 50
RETRY_MS: Final = 1000
SILENT_MS: Final = 3000
"""A connection that stays silent so long after the attach is taken for dead."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the engine listens and what it wants to hear first."""

    port: int
    token: str


def read_endpoint(path: Path) -> Endpoint | None:
    """Read the endpoint file; None while it is missing or half written."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        endpoint = Endpoint(int(raw["port"]), str(raw.get("token", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return endpoint if 0 < endpoint.port < 65536 else None


class EngineLink(QObject):
    """Attach, stay attached, and turn frames into typed signals. GUI thread only.

    Signals:
        attached: the engine answered; its whole state follows.
        detached: the engine is away; it is being looked for.
        received: one message of :data:`teacher_client.lesson.link.FromEngine`.
        block_received: bytes of one block of the log.
        hint_received: bytes of one hint message.
    """

    attached = Signal()
    detached = Signal()
    received = Signal(object)
    block_received = Signal(bytes)
    hint_received = Signal(bytes)

    def __init__(
        self, endpoint_file: Path, first_token: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._file = endpoint_file
        self._first_token = first_token
        self._is_attached = False
        self._is_stopped = False
        self._reader = FrameReader()
        self._socket = QTcpSocket(self)
        self._socket.connected.connect(self._attach)
        self._socket.readyRead.connect(self._read)
        self._socket.disconnected.connect(self._lose)
        self._socket.errorOccurred.connect(self._lose)
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self._connect)

    @property
    def is_attached(self) -> bool:
        """Whether the engine has answered on the present connection."""
        return self._is_attached

    def start(self) -> None:
        """Look for the engine from now on."""
        self._is_stopped = False
        self._retry.start(FIRST_TRY_MS)

    def stop(self) -> None:
        """Send what is left and close for good."""
        self._is_stopped = True
        self._retry.stop()
        self._socket.flush()
        if self._socket.state() is QAbstractSocket.SocketState.ConnectedState:
            self._socket.disconnectFromHost()
        else:
            self._socket.abort()

    def send(self, message: FromWindow) -> bool:
        """Say something; False while the engine is away: the press is lost and said to be."""
        if not self._is_attached:
            return False
        self._socket.write(pack_message(message))
        self._socket.flush()
        return True

    # the socket's life

    def _connect(self) -> None:
        endpoint = read_endpoint(self._file)
        if endpoint is None or not (self._first_token or endpoint.token):
            self._retry.start(RETRY_MS)
            return
        self._socket.abort()
        self._reader = FrameReader()
        self._socket.setProperty("token", self._first_token or endpoint.token)
        self._socket.connectToHost(
            QHostAddress(QHostAddress.SpecialAddress.LocalHost), endpoint.port
        )
        self._retry.start(SILENT_MS)

    def _attach(self) -> None:
        self._socket.setSocketOption(QAbstractSocket.SocketOption.LowDelayOption, 1)
        self._socket.write(pack_message(Attach(str(self._socket.property("token")))))
        self._first_token = ""  # good for one try; later ones stand in the file

    def _lose(self) -> None:
        was_attached, self._is_attached = self._is_attached, False
        if self._is_stopped:
            return  # asked for: nobody is to look for the engine, or to start another
        self._retry.start(FIRST_TRY_MS if was_attached else RETRY_MS)
        if was_attached:
            _log.info("engine lost: %s", self._socket.errorString())
            self.detached.emit()

    def _read(self) -> None:
        if not self._is_attached:
            self._is_attached = True
            self._retry.stop()
            _log.info("attached to the engine")
            self.attached.emit()
        try:
            for kind, payload in self._reader.receive_data(bytes(self._socket.readAll().data())):
                self._deliver(kind, payload)
        except ValueError as exc:  # a broken frame, InvalidError among them: begin anew
            _log.warning("engine sent what cannot be read: %s", exc)
            self._socket.abort()
            self._lose()

    def _deliver(self, kind: FrameKind, payload: bytes) -> None:
        match kind:
            case FrameKind.BLOCK:
                self.block_received.emit(payload)
            case FrameKind.HINT:
                self.hint_received.emit(payload)
            case FrameKind.JSON:
                try:
                    message = read_from_engine(payload)
                except InvalidError as exc:  # one message too new or wrong; the line is good
                    _log.warning("engine message refused: %s", exc)
                    return
                self.received.emit(message)
