"""uvicorn with our limits: handshake in 10 s, small headers, no compression, cut when asked."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from signaling_server.protocol.blocks import MAX_BLOCK_BYTES

HANDSHAKE_S: Final = 10.0  # THREATS A26
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_FRAME_BYTES: Final = MAX_BLOCK_BYTES
GRACE_S: Final = 5
SOCKETS_LOG: Final = "uvicorn.error.sockets"
"""Its INFO lines are one a connection, with the peer's address: who learns when, from where."""


class BoundedH11Protocol(H11Protocol):
    """Cuts a connection whose first request is not whole in time."""

    _handshake: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time limit."""
        super().connection_made(transport)
        self._handshake = self.loop.call_later(HANDSHAKE_S, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop it."""
        if self._handshake is not None:
            self._handshake.cancel()
        super().connection_lost(exc)

    def _too_slow(self) -> None:
        request: object | None = self.cycle
        served_by: object = self.transport.get_protocol()  # a WebSocket has its own limit
        if request is None and served_by is self:
            self.transport.abort()


class CuttableSocketProtocol(WebSocketsSansIOProtocol):
    """Gives the application a way to cut a reader that does not read; logs no peer (A22)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Speak through a logger that passes warnings only."""
        self.logger = self.conn.logger = logging.getLogger(SOCKETS_LOG)
        super().connection_made(transport)

    async def run_asgi(self) -> None:
        """Serve one socket."""
        # not part of ASGI, which knows no way to end a connection without its peer's help
        self.scope["lamplight.abort"] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        await super().run_asgi()


class Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def make_server(
    app: FastAPI, on_ready: Callable[[], None], certificate: tuple[Path, Path] | None = None
) -> Server:
    """A server for already bound sockets.

    Args:
        app: to serve.
        on_ready: called once it listens.
        certificate: files of the certificate and its key, for HTTPS.
    """
    logging.getLogger(SOCKETS_LOG).setLevel(logging.WARNING)
    config = uvicorn.Config(
        app,
        http=BoundedH11Protocol,
        ws=CuttableSocketProtocol,
        ws_max_size=MAX_FRAME_BYTES,
        ws_per_message_deflate=False,  # ink is packed already, and bombs need inflation (A25)
        ws_ping_interval=20.0,  # the heartbeat is our own; this only clears dead transports
        ws_ping_timeout=40.0,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_config=None,
        ssl_certfile=certificate[0] if certificate else None,
        ssl_keyfile=certificate[1] if certificate else None,
    )
    return Server(config, on_ready)


def bind(host: str, port: int) -> socket.socket:
    """A listening address; port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
