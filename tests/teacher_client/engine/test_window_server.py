"""The engine's local socket, over real loopback connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from signaling_server.protocol.commands import Say
from teacher_client.engine.window_server import WindowServer
from teacher_client.lesson.link import (
    HEAD,
    Attach,
    ChooseDuty,
    Do,
    Duty,
    FrameKind,
    FrameReader,
    FromWindow,
    Play,
    pack,
    pack_message,
    read_from_engine,
)
from teacher_client.profile import ENDPOINT_NAME, Endpoint, load_endpoint

FIRST = "first-token-of-this-test"


class Window:
    """A window's end of the socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._frames = FrameReader()
        self._got: list[tuple[FrameKind, bytes]] = []
        self.account: object = None

    def send(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))

    async def frame(self) -> tuple[FrameKind, bytes] | None:
        """The next frame; None when the engine closed."""
        async with asyncio.timeout(5):
            while not self._got:
                try:
                    data = await self._reader.read(4096)
                except ConnectionError:
                    return None
                if not data:
                    return None
                self._got += self._frames.receive_data(data)
        return self._got.pop(0)

    async def message(self) -> object:
        frame = await self.frame()
        assert frame is not None
        return read_from_engine(frame[1])

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return


class Engine:
    """A server with what it heard."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.heard: list[FromWindow] = []
        self.attached: list[bool] = []
        self.server = WindowServer(profile, self._snapshot, self.heard.append, self.attached.append)
        self.windows: list[Window] = []

    def _snapshot(self) -> Iterable[bytes]:
        yield pack_message(Duty(True))

    def endpoint(self) -> Endpoint:
        endpoint = load_endpoint(self.profile)
        assert endpoint is not None
        return endpoint

    async def connect(self, token: str | None = None) -> Window:
        """A new connection; with a token it attaches."""
        port = self.endpoint().port
        window = Window(*await asyncio.open_connection("127.0.0.1", port))
        self.windows.append(window)
        if token is not None:
            window.send(pack_message(Attach(token)))
        return window

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(profile: Path) -> AsyncIterator[Engine]:
    engine = Engine(profile)
    await engine.server.start(FIRST)
    try:
        yield engine
    finally:
        await engine.server.close()
        for window in engine.windows:
            await window.close()
        await engine.until(lambda: not engine.server.is_attached)


async def test_a_window_with_the_token_gets_the_state_and_is_heard(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        window = await engine.connect(FIRST)
        assert await window.message() == Duty(True)
        window.send(pack_message(ChooseDuty(False)), pack_message(Do(Say("好"))))
        await engine.until(lambda: len(engine.heard) == 2)
        assert engine.heard == [ChooseDuty(False), Do(Say("好"))]
        engine.server.send_block(b"block")
        engine.server.send_hints(b"hints")
        assert await window.frame() == (FrameKind.BLOCK, b"block")
        assert await window.frame() == (FrameKind.HINT, b"hints")
        assert engine.attached == [True]


async def test_attach_and_more_in_one_piece_and_byte_by_byte(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        window = await engine.connect()
        window.send(pack_message(Attach(FIRST)), pack_message(Play()))
        await engine.until(lambda: engine.heard == [Play()])
        slow = await engine.connect()
        for byte in pack_message(Attach(engine.endpoint().token)):
            slow.send(bytes([byte]))
            await asyncio.sleep(0)
        assert await slow.message() == Duty(True)


@pytest.mark.parametrize(
    "first",
    [
        pack_message(Attach("wrong-token-of-this-test")),
        pack_message(Attach("灯下灯下灯下灯下灯下灯下灯下灯下")),
        pack_message(Play()),
        pack(FrameKind.BLOCK, FIRST.encode()),
        pack(FrameKind.JSON, b"{}"),
        HEAD.pack(0, 1),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["wrong", "not ascii", "no attach", "block", "no kind", "no length", "a browser"],
)
async def test_without_the_token_nobody_is_served(
    tmp_path: Path, first: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as engine:
        good = await engine.connect(FIRST)
        await good.message()
        token = engine.endpoint().token
        stranger = await engine.connect()
        stranger.send(first, pack_message(ChooseDuty(True)))
        assert await stranger.frame() is None  # closed, and nothing was said
        assert engine.heard == []
        assert engine.endpoint().token == token
        good.send(pack_message(Play()))
        await engine.until(lambda: engine.heard == [Play()])
    assert not [r for r in caplog.records if r.levelname == "ERROR"]


async def test_a_token_is_good_once_and_the_next_lies_in_a_private_file(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        assert engine.endpoint().token == FIRST
        window = await engine.connect(FIRST)
        await window.message()
        fresh = engine.endpoint().token
        assert fresh != FIRST
        assert (tmp_path / ENDPOINT_NAME).stat().st_mode & 0o777 == 0o600
        again = await engine.connect(FIRST)
        assert await again.frame() is None
        assert engine.attached == [True]


async def test_the_newer_window_takes_the_place_of_the_older(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        old = await engine.connect(FIRST)
        await old.message()
        new = await engine.connect(engine.endpoint().token)
        await new.message()
        assert await old.frame() is None
        engine.server.send(Duty(False))
        assert await new.message() == Duty(False)
        await asyncio.sleep(0.05)
        assert engine.server.is_attached
        assert engine.attached == [True, True]  # the old one's end is no absence
        await new.close()
        await engine.until(lambda: engine.attached == [True, True, False])


async def test_unknown_words_of_the_window_are_passed_over(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        window = await engine.connect(FIRST)
        await window.message()
        window.send(
            pack(FrameKind.JSON, b'{"t":"dance"}'),
            pack(FrameKind.JSON, b"\xff"),
            pack(FrameKind.BLOCK, b"the window writes no blocks"),
            pack_message(Play()),
        )
        await engine.until(lambda: engine.heard == [Play()])
        assert engine.server.is_attached


async def test_a_broken_stream_costs_the_window_its_line_only(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        window = await engine.connect(FIRST)
        await window.message()
        window.send(HEAD.pack(0xFFFFFFFF, 1))
        assert await window.frame() is None
        await engine.until(lambda: engine.attached == [True, False])
        back = await engine.connect(engine.endpoint().token)
        assert await back.message() == Duty(True)


async def test_without_a_window_words_are_dropped(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        engine.server.send(Duty(False))
        window = await engine.connect(FIRST)
        assert await window.message() == Duty(True)  # the snapshot, not the old word
