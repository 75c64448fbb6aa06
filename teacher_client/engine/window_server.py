"""The engine's side of the local socket: one window at a time, on 127.0.0.1, by token."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from signaling_server.protocol.schema import InvalidError
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
from teacher_client.profile import Endpoint, save_endpoint

log = logging.getLogger(__name__)

ATTACH_SECONDS = 5.0
MAX_BEHIND = 32 * 1024 * 1024  # a whole lesson's log is below 4 MB


class WindowServer:
    """Listens for the window; a newer window takes the place of an older one.

    Args:
        profile: where the endpoint file goes; a fresh token after each attach.
        snapshot: frames that bring a new window up to date.
        on_message: what the window said.
        on_attached: True when a window is there, False when it went.
    """

    def __init__(
        self,
        profile: Path,
        snapshot: Callable[[], Iterable[bytes]],
        on_message: Callable[[FromWindow], None],
        on_attached: Callable[[bool], None],
    ) -> None:
        self._profile = profile
        self._snapshot = snapshot
        self._on_message = on_message
        self._on_attached = on_attached
        self._server: asyncio.Server | None = None
        self._window: asyncio.StreamWriter | None = None
        self._token = ""
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def is_attached(self) -> bool:
        """Whether a window is there."""
        return self._window is not None

    async def start(self, first_token: str | None) -> int:
        """Listen on a random port; returns it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._token = first_token or secrets.token_urlsafe(32)
        port: int = self._server.sockets[0].getsockname()[1]
        self._save(port)
        return port

    async def close(self) -> None:
        """Let the window go and stop listening."""
        if self._window is not None:
            self._window.close()
        if self._server is not None:
            self._server.close()
        if self._serving:
            await asyncio.wait(self._serving, timeout=1)

    def send(self, message: FromEngine) -> None:
        """Tell the window; nobody there: nothing happens."""
        self._write(pack_message(message))

    def send_block(self, data: bytes) -> None:
        """A block of the log."""
        self._write(pack(FrameKind.BLOCK, data))

    def send_hints(self, data: bytes) -> None:
        """Ink before it is in the log."""
        self._write(pack(FrameKind.HINT, data))

    def _write(self, frame: bytes) -> None:
        window = self._window
        if window is None:
            return
        if window.transport.get_write_buffer_size() > MAX_BEHIND:
            log.warning("the window does not read; let go")
            window.transport.abort()
            return
        window.write(frame)

    def _save(self, port: int) -> None:
        save_endpoint(self._profile, Endpoint(port, self._token, os.getpid()))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameReader()
        if (task := asyncio.current_task()) is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            async with asyncio.timeout(ATTACH_SECONDS):
                rest = await self._await_attach(reader, frames)
            if rest is None:
                writer.close()
                return
            self._attach(writer)
            for kind, payload in rest:
                self._take(kind, payload)
            while data := await reader.read(65536):
                for kind, payload in frames.receive_data(data):
                    self._take(kind, payload)
        except (OSError, ValueError, TimeoutError) as exc:
            log.info("a local connection ended: %s", type(exc).__name__)
        finally:
            writer.close()
            if self._window is writer:
                self._window = None
                self._on_attached(False)

    async def _await_attach(
        self, reader: asyncio.StreamReader, frames: FrameReader
    ) -> list[tuple[FrameKind, bytes]] | None:
        """Frames that came behind a good Attach; None where it was not good."""
        while data := await reader.read(4096):
            got = list(frames.receive_data(data))
            if not got:
                continue
            kind, payload = got[0]
            if kind is not FrameKind.JSON:
                return None
            message = read_from_window(payload)
            good = isinstance(message, Attach) and hmac.compare_digest(
                message.token.encode(), self._token.encode()
            )
            return got[1:] if good else None
        return None

    def _attach(self, writer: asyncio.StreamWriter) -> None:
        if self._window is not None:
            self._window.close()
        self._window = writer
        self._renew_token(writer.get_extra_info("sockname")[1])
        for frame in self._snapshot():
            writer.write(frame)
        self._on_attached(True)

    def _renew_token(self, port: int) -> None:
        """A token is good once; where the disk refuses the next one, the old one must do."""
        before, self._token = self._token, secrets.token_urlsafe(32)
        try:
            self._save(port)
        except OSError as exc:
            self._token = before
            log.warning("no fresh token for the next window: %s", exc.strerror)

    def _take(self, kind: FrameKind, payload: bytes) -> None:
        if kind is not FrameKind.JSON:
            return
        try:
            message = read_from_window(payload)
        except InvalidError as exc:
            log.warning("the window said something unknown: %s", exc)
            return
        self._on_message(message)
