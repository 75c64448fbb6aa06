"""The teacher's hands without a window: the engine's local socket, spoken as the window does."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from types import TracebackType

from teacher_client.lesson.link import (
    Attach,
    FrameKind,
    FrameReader,
    FromEngine,
    FromWindow,
    pack_message,
    read_from_engine,
)
from teacher_client.profile import load_endpoint
from tests.e2e.kit import EngineProcess


class TeacherSocket:
    """Attach to an engine; use as a context manager."""

    def __init__(self, engine: EngineProcess) -> None:
        self._engine = engine
        self._frames = FrameReader()
        self.heard: list[FromEngine] = []

    def __enter__(self) -> TeacherSocket:
        endpoint = load_endpoint(self._engine.profile)
        assert endpoint is not None
        self._socket = socket.create_connection(("127.0.0.1", endpoint.port), timeout=10)
        self.do(Attach(endpoint.token))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def do(self, message: FromWindow) -> None:
        self._socket.sendall(pack_message(message))

    def listen(self, seconds: float) -> None:
        """Take in what the engine says for so long, so that it never has to wait for us."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                self._take_in(self._socket.recv(65536))

    def _take_in(self, data: bytes) -> None:
        for frame, payload in self._frames.receive_data(data):
            if frame is FrameKind.JSON:
                self.heard.append(read_from_engine(payload))

    def take(self) -> None:
        """Hear what has been said by now."""
        while select.select([self._socket], [], [], 0)[0]:
            for frame, payload in self._frames.receive_data(self._socket.recv(65536)):
                if frame is FrameKind.JSON:
                    self.heard.append(read_from_engine(payload))

    def wait(self, kind: type[FromEngine], seconds: float = 20.0) -> FromEngine:
        """The next message of a kind."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for message in list(self.heard):
                self.heard.remove(message)
                if isinstance(message, kind):
                    return message
            self._socket.settimeout(max(0.05, deadline - time.monotonic()))
            self._take_in(self._socket.recv(65536))
        raise TimeoutError(kind.__name__)
