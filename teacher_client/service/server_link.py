"""The engine's line to the server: one WebSocket, kept up, heard by callbacks.

The link reconnects by itself with a growing pause of at most 2 s, sends ``hello`` and then
leaves the talking to its owner. 3 s without a sign of life is a lost line (P-7.3). Lives in the
engine's loop.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

from signaling_server.protocol.blocks import MAX_BLOCK_BYTES
from signaling_server.protocol.closing import REPLACED
from signaling_server.protocol.messages import (
    VERSION,
    ClientMessage,
    Hello,
    Ping,
    Pong,
    ServerMessage,
    decode_server,
    encode_message,
)
from signaling_server.protocol.schema import InvalidError
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.0
SILENCE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 2.0
MAX_FRAME = MAX_BLOCK_BYTES + 64


@dataclass(frozen=True, slots=True)
class LinkListeners:
    """Who hears what; called in the loop.

    Attributes:
        message, block: what came, decoded; blocks raw.
        line: True once the server answered, False when the line is lost.
        replaced: another engine of this person took the place (P-7.8); the link has ended.
    """

    message: Callable[[ServerMessage], None]
    block: Callable[[bytes], None]
    line: Callable[[bool], None]
    replaced: Callable[[], None]


class ServerLink:
    """A line to ``/ws`` that comes back by itself.

    Args:
        server: base address, ``http://127.0.0.1:8080``.
        token: of the signed-in session; goes into the first message, never into the address.
        listeners: who hears what.
    """

    def __init__(
        self,
        server: str,
        token: str,
        listeners: LinkListeners,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = web_socket_url(server)
        self._token = token
        self._tell = listeners
        self._is_replaced = False
        self._tls = tls
        self._socket: ClientConnection | None = None
        self._outbox: asyncio.Queue[str | bytes] = asyncio.Queue()
        self._heard_at = 0.0
        self._pings: dict[int, float] = {}
        self.delay_ms = 0
        self._is_up = False

    @property
    def is_up(self) -> bool:
        """Whether the server answered on the present line."""
        return self._is_up

    def send(self, message: ClientMessage) -> bool:
        """Queue a message; False (and nothing sent) while the line is down."""
        return self._put(encode_message(message))

    def send_block(self, data: bytes) -> bool:
        """Queue a block; False while the line is down."""
        return self._put(data)

    def _put(self, frame: str | bytes) -> bool:
        if self._socket is None:
            return False
        self._outbox.put_nowait(frame)
        return True

    async def run(self) -> None:
        """Keep the line up until cancelled, or until another engine takes the place."""
        pause = 0.1
        while not self._is_replaced:
            try:
                async with connect(
                    self._url,
                    max_size=MAX_FRAME,
                    compression=None,
                    open_timeout=5,
                    ping_interval=None,  # the heartbeat is ours: the library's takes 45 s
                    close_timeout=1,
                    ssl=self._tls if self._url.startswith("wss:") else None,
                    proxy=None,
                ) as socket:
                    await self._serve(socket)
            except InvalidStatus as exc:
                log.info("the server refused the line: %d", exc.response.status_code)
            except (OSError, WebSocketException, InvalidHandshake, TimeoutError) as exc:
                log.debug("no line: %s", type(exc).__name__)
            finally:
                pause = 0.1 if self._is_up else pause  # only a server that talks is called soon
                self._lose()
            if not self._is_replaced:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        self._tell.replaced()

    async def _serve(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._outbox = asyncio.Queue()
        self._heard_at = time.monotonic()
        self.send(Hello(VERSION, self._token))
        writer = spawn(self._write(socket), name="server-writer")
        heart = spawn(self._beat(socket), name="server-heartbeat")
        try:
            async for frame in socket:
                self._heard_at = time.monotonic()
                self._receive(frame)
        finally:
            self._is_replaced = socket.close_code == REPLACED
            writer.cancel()
            heart.cancel()

    def _receive(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self._tell.block(frame)
            return
        try:
            message = decode_server(frame)
        except InvalidError as exc:
            log.warning("the server said something this program does not know: %s", exc)
            return
        if isinstance(message, Pong):
            sent_at = self._pings.pop(message.id, None)
            if sent_at is not None:
                self.delay_ms = round((time.monotonic() - sent_at) * 1000)
            return
        if not self._is_up:
            self._is_up = True
            self._tell.line(True)
        self._tell.message(message)

    async def _write(self, socket: ClientConnection) -> None:
        outbox = self._outbox
        try:
            while True:
                await socket.send(await outbox.get())
        except WebSocketException:
            return  # the reader notices and reconnects

    async def _beat(self, socket: ClientConnection) -> None:
        count = 0
        self._pings.clear()
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if time.monotonic() - self._heard_at > SILENCE_SECONDS:
                socket.transport.abort()  # close() would wait for an answer that will not come
                return
            count += 1
            self._pings[count] = time.monotonic()
            self._put(encode_message(Ping(count)))

    def _lose(self) -> None:
        self._socket = None
        if self._is_up:
            self._is_up = False
            self._tell.line(False)


def web_socket_url(server: str) -> str:
    """The address of ``/ws`` at a server's base address."""
    parts = urlsplit(server)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, "/ws", "", ""))
