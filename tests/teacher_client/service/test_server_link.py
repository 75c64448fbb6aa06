"""The line to the server, over real WebSockets: lost, silent, talked nonsense to, back again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from signaling_server.protocol.closing import REPLACED
from signaling_server.protocol.ids import EntryNumber
from signaling_server.protocol.messages import (
    VERSION,
    Hello,
    ServerMessage,
    SetDuty,
    Stored,
    Welcome,
    encode_message,
)
from teacher_client.service import server_link
from teacher_client.service.server_link import LinkListeners, ServerLink, web_socket_url
from teacher_client.tasks import spawn
from tests.teacher_client.servers import WireServer, wire_server


class Line:
    """A link and what it reported."""

    def __init__(self, server: WireServer) -> None:
        self.server = server
        self.messages: list[ServerMessage] = []
        self.blocks: list[bytes] = []
        self.up: list[bool] = []
        self.replaced: list[bool] = []
        listeners = LinkListeners(
            self.messages.append,
            self.blocks.append,
            self.up.append,
            lambda: self.replaced.append(True),
        )
        self.link = ServerLink(server.address, "token", listeners)


@asynccontextmanager
async def linked() -> AsyncIterator[Line]:
    async with wire_server() as server:
        line = Line(server)
        task = spawn(line.link.run(), name="link")
        try:
            yield line
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_hello_welcome_and_words_both_ways() -> None:
    async with linked() as line:
        assert not line.link.send(SetDuty(True))  # nothing is kept for a line that is not there
        await line.server.until(lambda: line.up == [True])
        assert line.server.said == [Hello(VERSION, "token")]
        assert isinstance(line.messages[0], Welcome)
        assert line.link.send(SetDuty(True))
        await line.server.until(lambda: SetDuty(True) in line.server.said)
        await line.server.say(b"block")
        await line.server.until(lambda: line.blocks == [b"block"])


async def test_a_broken_line_is_told_and_comes_back() -> None:
    async with linked() as line:
        await line.server.until(lambda: line.up == [True])
        line.server.lines[-1].transport.abort()
        await line.server.until(lambda: line.up == [True, False, True])
        assert line.server.said == [Hello(VERSION, "token")] * 2


async def test_a_link_whose_place_was_taken_does_not_come_back_by_itself() -> None:
    async with linked() as line:
        await line.server.until(lambda: line.up == [True])
        await line.server.lines[-1].close(REPLACED)
        await line.server.until(lambda: line.replaced == [True])
        assert line.up == [True, False]
        assert len(line.server.lines) == 1


async def test_a_server_that_falls_silent_is_noticed_and_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server_link, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(server_link, "SILENCE_SECONDS", 0.3)
    async with linked() as line:
        await line.server.until(lambda: line.up == [True])
        await asyncio.sleep(0.6)
        assert line.up == [True]  # pongs keep it
        line.server.is_deaf = True
        began = time.monotonic()
        await line.server.until(lambda: line.up == [True, False])
        assert time.monotonic() - began >= 0.2
        line.server.is_deaf = False
        await line.server.until(lambda: line.up == [True, False, True])


def test_silence_is_three_seconds() -> None:
    assert server_link.SILENCE_SECONDS == 3.0  # P-7.3
    assert server_link.HEARTBEAT_SECONDS == 1.0


async def test_the_round_trip_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_link, "HEARTBEAT_SECONDS", 0.02)
    async with linked() as line:
        line.link.delay_ms = -1
        await line.server.until(lambda: line.link.delay_ms >= 0)
        assert line.link.delay_ms < 2000


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", '{"t":"dance"}', '{"t":"stored","n":-1}', '{"t":"stored","n":1,"x":2}'],
)
async def test_nonsense_from_the_server_is_passed_over(nonsense: str) -> None:
    async with linked() as line:
        await line.server.until(lambda: line.up == [True])
        stored = Stored(EntryNumber(7))
        await line.server.say(nonsense, encode_message(stored))
        await line.server.until(lambda: len(line.messages) > 1)
        assert line.messages[1:] == [stored]
        assert line.up == [True]


async def test_a_server_that_hangs_up_is_not_hammered() -> None:
    async with linked() as line:
        line.server.is_deaf = True
        await line.server.until(lambda: line.server.lines)
        began, before = time.monotonic(), len(line.server.lines)
        while time.monotonic() - began < 1.5:
            line.server.lines[-1].transport.abort()
            await asyncio.sleep(0.01)
        assert len(line.server.lines) - before <= 5  # after 0.1, 0.2, 0.4, 0.8 s
        assert line.up == []


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws"),
        ("https://lamp.example/", "wss://lamp.example/ws"),
        ("https://lamp.example/school?x=1#y", "wss://lamp.example/ws"),
    ],
)
def test_addresses(server: str, url: str) -> None:
    assert web_socket_url(server) == url
