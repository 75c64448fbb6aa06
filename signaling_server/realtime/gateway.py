"""The life of one WebSocket: Hello within 10 s, then messages until it closes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling_server.protocol.closing import FLOODING, UNWELCOME
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import (
    VERSION,
    Hello,
    Rejected,
    decode_client,
    encode_message,
)
from signaling_server.protocol.schema import InvalidError
from signaling_server.realtime.client import Client
from signaling_server.realtime.hub import Hub
from signaling_server.realtime.inbox import Inbox
from signaling_server.storage.accounts import SignIn
from signaling_server.tasks import spawn

logger = logging.getLogger(__name__)

HELLO_S: Final = 10.0
MAX_SOCKETS: Final = 16  # of one person

Frame = str | bytes
SignedIn = Callable[[str], Awaitable[SignIn | None]]


async def serve_socket(
    hub: Hub, socket: WebSocket, signed_in: SignedIn, abort: Callable[[], None]
) -> None:
    """Serve an accepted socket to its end.

    Args:
        signed_in: whose the token of a Hello is ('' stands for the page's cookie).
        abort: cuts the transport at once.
    """
    try:
        who = await _hello(socket, signed_in)
        if who is None:
            await socket.close(UNWELCOME)
            return
        if hub.count_of(who.person.id) >= MAX_SOCKETS:
            await socket.close(FLOODING)
            return
    except WebSocketDisconnect:
        return
    client = hub.register(who, socket, abort)
    writer = spawn(_write(hub, client), name=f"write {client.id}")
    try:
        await _read(hub, socket, client)
    finally:
        hub.unregister(client)
        if not client.is_closing:
            writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer
        client.gone()


async def _hello(socket: WebSocket, signed_in: SignedIn) -> SignIn | None:
    try:
        async with asyncio.timeout(HELLO_S):
            frame = await _receive(socket)
    except TimeoutError:
        return None
    try:
        message = decode_client(frame) if isinstance(frame, str) else None
    except InvalidError:
        message = None
    if not isinstance(message, Hello):
        await _answer(socket, Rejected(Hello.TAG, Refusal.INVALID))
        return None
    if message.version != VERSION:
        await _answer(socket, Rejected(Hello.TAG, Refusal.PROTOCOL_VERSION))
        return None
    who = await signed_in(message.token)
    if who is None:
        await _answer(socket, Rejected(Hello.TAG, Refusal.NOT_SIGNED_IN))
    return who


async def _read(hub: Hub, socket: WebSocket, client: Client) -> None:
    inbox = Inbox(hub, client)
    while True:
        try:
            frame = await _receive(socket)
        except WebSocketDisconnect:
            return
        if client.is_closing:
            continue  # only waiting for the other side's goodbye
        if isinstance(frame, str):
            await inbox.receive_text(frame)
        else:
            wait_ms = inbox.receive_block(frame)
            if wait_ms > 0:
                await asyncio.sleep(wait_ms / 1000)


async def _write(hub: Hub, client: Client) -> None:
    # the reading side notices a broken socket and ends the client
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await client.write(hub.read_log)


async def _receive(socket: WebSocket) -> Frame:
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code", 1006))
    text = event.get("text")
    return str(text) if text is not None else bytes(event["bytes"])


async def _answer(socket: WebSocket, message: Rejected) -> None:
    await socket.send_text(encode_message(message))
