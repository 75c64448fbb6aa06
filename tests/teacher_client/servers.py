"""Servers on loopback for the tests of the engine: a WebSocket one, and a bare HTTP one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.ids import EntryNumber, Member
from signaling_server.protocol.messages import (
    ClientMessage,
    Clock,
    EpochOpened,
    Hello,
    Join,
    Joined,
    OpenEpoch,
    Ping,
    Pong,
    Role,
    ServerMessage,
    Stored,
    Welcome,
    decode_client,
    encode_message,
)

SESSION = "lesson-0001"


class WireServer:
    """Answers as the server does, as far as an engine needs it to open a lesson.

    Attributes:
        session: named in the welcome; '' for none.
        is_deaf: takes the line and never says anything.
        said: what clients said, pings left out.
        blocks: what was uploaded.
    """

    def __init__(self) -> None:
        self.session = ""
        self.is_deaf = False
        self.said: list[ClientMessage] = []
        self.blocks: list[bytes] = []
        self.lines: list[ServerConnection] = []
        self.answers: dict[str, ServerMessage] = {}
        self.address = ""

    async def handle(self, line: ServerConnection) -> None:
        self.lines.append(line)
        try:
            async for frame in line:
                for answer in self._answers(frame):
                    await line.send(encode_message(answer))
        except ConnectionClosed:
            return

    async def say(self, *frames: str | bytes) -> None:
        """Send to the newest line."""
        for frame in frames:
            await self.lines[-1].send(frame)

    async def until(self, condition: Callable[[], object], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)

    def _answers(self, frame: str | bytes) -> list[ServerMessage]:
        if isinstance(frame, bytes):
            self.blocks.append(frame)
            return [Stored(decode_block(frame).last)]
        message = decode_client(frame)
        if self.is_deaf:
            return []
        if isinstance(message, Ping):
            return [Pong(message.id)]
        self.said.append(message)
        if message.TAG in self.answers:
            return [self.answers[message.TAG]]
        match message:
            case Hello():
                return [Welcome("甲", Role.TEACHER, 0, self.session)]
            case Join():
                clock = Clock(1_800_000, 1_800_000, 0, False, False)
                number = EntryNumber(0)
                return [
                    Joined(message.session, "数学", Member(1), 1, (), clock, number, 0, "", number)
                ]
            case OpenEpoch():
                return [EpochOpened(message.counter, message.first)]
            case _:
                return []


@asynccontextmanager
async def wire_server() -> AsyncIterator[WireServer]:
    """A WebSocket server on a free port."""
    server = WireServer()
    async with serve(server.handle, "127.0.0.1", 0, ping_interval=None, max_size=None) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        server.address = f"http://127.0.0.1:{port}"
        yield server


Answer = Callable[[str, bytes], tuple[int, bytes]]


@asynccontextmanager
async def http_server(answer: Answer) -> AsyncIterator[str]:
    """An HTTP server that gives `answer(head, body)` to every request; yields its address."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in head.lower().splitlines()
            if "content-length" in line
        )
        status, body = answer(head, await reader.readexactly(length))
        start = f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(start.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


def as_json(value: object) -> bytes:
    """A body."""
    return json.dumps(value).encode()
