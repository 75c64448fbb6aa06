"""One socket with its bounded queue of what goes out; a slow reader is cut, never waited for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from signaling_server.protocol.closing import SLOW
from signaling_server.protocol.ids import EntryNumber, Member
from signaling_server.protocol.messages import (
    DEFAULT_RATE,
    LOG_BYTES_RATE,
    RATES,
    Rate,
    ServerMessage,
    encode_message,
)
from signaling_server.rules.budgets import Budget
from signaling_server.sessions.records import ConnectionId, Person, SessionId

MAX_QUEUED_BYTES: Final = 4 * 1024 * 1024
MAX_QUEUED_ITEMS: Final = 20_000
CLOSE_S: Final = 2.0  # for the goodbye; then the transport is cut
ANSWER_RATE: Final = Rate(20, 100)
"""Refusals that a connection may cause; more is a flood and ends it."""


class Socket(Protocol):
    """What a client needs of the WebSocket."""

    async def send_text(self, data: str) -> None:
        """Send; waits while the transport's buffer is full."""

    async def send_bytes(self, data: bytes) -> None:
        """Send; waits while the transport's buffer is full."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Say goodbye."""


@dataclass(frozen=True, slots=True)
class LogRange:
    """Stored blocks still to be read and sent."""

    session: SessionId
    reader: Member
    first: EntryNumber
    last: EntryNumber


ReadLog = Callable[[LogRange], Awaitable[tuple[list[bytes], LogRange | None]]]


class Client:
    """A signed-in connection. Event loop only.

    Args:
        number: unique in this process.
        person, auth: from the server's own record.
        socket: to send on.
        abort: cuts the transport at once, for a reader that does not read.
        now_ms: monotonic.
    """

    def __init__(
        self,
        number: ConnectionId,
        person: Person,
        auth: int,
        socket: Socket,
        abort: Callable[[], None],
        now_ms: int,
    ) -> None:
        self.id: Final = number
        self.person: Final = person
        self.auth: Final = auth
        self.session: SessionId | None = None
        self.heard_ms = now_ms
        self.answers = Budget(ANSWER_RATE, now_ms)
        self.log_bytes = Budget(LOG_BYTES_RATE, now_ms)
        self._budgets: dict[str, Budget] = {}
        self._started_ms = now_ms
        self._socket = socket
        self._abort = abort
        self._queue: deque[str | bytes | LogRange] = deque()
        self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._close_code: int | None = None
        self._cut: asyncio.TimerHandle | None = None

    def budget(self, kind: str) -> Budget:
        """The bucket for messages of this kind."""
        if kind not in self._budgets:
            self._budgets[kind] = Budget(RATES.get(kind, DEFAULT_RATE), self._started_ms)
        return self._budgets[kind]

    def send(self, message: ServerMessage) -> None:
        """Queue a message."""
        text = encode_message(message)
        self._put(text, len(text))

    def send_block(self, data: bytes) -> None:
        """Queue a block."""
        self._put(data, len(data))

    def send_log(self, part: LogRange) -> None:
        """Queue stored blocks; they are read when their turn comes, a few at a time."""
        self._put(part, 0)

    def close(self, code: int) -> None:
        """Close after what is queued; nothing queued later goes out."""
        if self._close_code is None:
            self._close_code = code
            self._wake.set()
            self._cut = asyncio.get_running_loop().call_later(CLOSE_S, self._abort)

    def gone(self) -> None:
        """The socket is closed; nothing is left to cut."""
        if self._cut is not None:
            self._cut.cancel()

    @property
    def is_closing(self) -> bool:
        """No use to send."""
        return self._close_code is not None

    async def write(self, read_log: ReadLog) -> None:
        """Send what is queued until closed or cancelled. One task a client."""
        while True:
            while self._queue:
                await self._send_next(read_log)
            if self._close_code is not None:
                await self._socket.close(self._close_code)
                return
            self._wake.clear()
            await self._wake.wait()

    async def _send_next(self, read_log: ReadLog) -> None:
        item = self._queue.popleft()
        if isinstance(item, str):
            self._queued_bytes -= len(item)
            await self._socket.send_text(item)
        elif isinstance(item, bytes):
            self._queued_bytes -= len(item)
            await self._socket.send_bytes(item)
        else:
            blocks, rest = await read_log(item)
            for data in blocks:
                await self._socket.send_bytes(data)
            if rest is not None:
                self._queue.appendleft(rest)

    def _put(self, item: str | bytes | LogRange, size: int) -> None:
        if self._close_code is not None:
            return
        if self._queued_bytes + size > MAX_QUEUED_BYTES or len(self._queue) >= MAX_QUEUED_ITEMS:
            self._close_code = SLOW
            self._queue.clear()
            self._abort()  # a goodbye would wait behind the full buffer
            self._wake.set()
            return
        self._queue.append(item)
        self._queued_bytes += size
        self._wake.set()
