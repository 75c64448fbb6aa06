"""A real server on loopback and people to talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from signaling_server.api.app import create_app
from signaling_server.api.demo import (
    LOOPBACK_PASSWORD,
    DemoOptions,
    build_services,
    prepare_accounts,
)
from signaling_server.api.serving import bind, make_server
from signaling_server.api.state import Services
from signaling_server.policies import load_policy
from signaling_server.protocol.messages import (
    VERSION,
    AcceptRequest,
    Ask,
    ClientMessage,
    Hello,
    Join,
    Joined,
    Ping,
    Pong,
    RequestOffered,
    ServerMessage,
    SessionReady,
    SetDuty,
    Welcome,
    decode_server,
    encode_message,
)
from signaling_server.storage.store import Store

M = TypeVar("M")
WAIT_S = 15.0  # generous: it measures nothing
BEAT_S = 0.5


class Peer:
    """One socket: keeps the heartbeat, collects what comes."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.blocks: list[bytes] = []
        self.heard: list[ServerMessage] = []
        self._news = asyncio.Condition()
        self._is_closed = False
        self.is_beating = True

    async def say(self, message: ClientMessage) -> None:
        await self.socket.send(encode_message(message))

    async def hear(self, kind: type[M]) -> M:
        """The next message of this kind; it and all before it are taken."""

        def found() -> bool:
            return self._is_closed or any(isinstance(m, kind) for m in self.heard)

        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(found)
            while self.heard:
                message = self.heard.pop(0)
                if isinstance(message, kind):
                    return message
        raise ConnectionError(f"closed while waiting for {kind.__name__}")

    async def hear_blocks(self, count: int) -> list[bytes]:
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(lambda: self._is_closed or len(self.blocks) >= count)
            return self.blocks

    async def closed(self) -> int:
        """Wait for the other side to close; its code."""
        async with asyncio.timeout(WAIT_S):
            await self.socket.wait_closed()
        return self.socket.close_code or 0

    async def collect(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.socket:
                async with self._news:
                    if isinstance(frame, bytes):
                        self.blocks.append(frame)
                    elif not isinstance(message := decode_server(frame), Pong):
                        self.heard.append(message)
                    self._news.notify_all()
        async with self._news:
            self._is_closed = True
            self._news.notify_all()

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            if self.is_beating:
                with contextlib.suppress(ConnectionClosed):
                    await self.say(Ping(1))


class House:
    """Knows the address; signs people in."""

    def __init__(self, url: str, trusting: ssl.SSLContext | None = None) -> None:
        self.url = url
        self.socket_url = url.replace("http", "ws", 1) + "/ws"
        self.http = httpx.AsyncClient(base_url=url, verify=trusting or True)

    async def sign_in(self, login: str, password: str = LOOPBACK_PASSWORD) -> str:
        answer = await self.http.post(
            "/api/sign-in",
            json={"login": login, "password": password},
            headers={"X-Lamplight-Client": "engine"},
        )
        answer.raise_for_status()
        return str(answer.json()["token"])

    @contextlib.asynccontextmanager
    async def socket(self, token: str = "", **options: object) -> AsyncIterator[Peer]:
        """A socket with its tasks; says Hello when given a token."""
        async with (
            asyncio.TaskGroup() as tasks,
            connect(self.socket_url, compression=None, max_size=None, **options) as raw,  # type: ignore[arg-type]
        ):
            peer = Peer(raw)
            running = [tasks.create_task(peer.collect()), tasks.create_task(peer.beat())]
            try:
                if token:
                    await peer.say(Hello(VERSION, token))
                    await peer.hear(Welcome)
                yield peer
            finally:
                await raw.close()
                for task in running:
                    task.cancel()

    @contextlib.asynccontextmanager
    async def person(self, login: str) -> AsyncIterator[Peer]:
        async with self.socket(await self.sign_in(login)) as peer:
            yield peer


async def begin(teacher: Peer, pupil: Peer, subject: str = "数学") -> str:
    """From asking to both inside; the session's id."""
    session = await agree(teacher, pupil, subject)
    await join(teacher, session)
    await join(pupil, session)
    return session


async def agree(teacher: Peer, pupil: Peer, subject: str = "数学") -> str:
    """Ask, accept; the session's id."""
    await teacher.say(SetDuty(True))
    await pupil.say(Ask(subject))
    offer = await teacher.hear(RequestOffered)
    await teacher.say(AcceptRequest(offer.request))
    ready = await pupil.hear(SessionReady)
    await teacher.hear(SessionReady)
    return ready.session


async def join(peer: Peer, session: str) -> Joined:
    await peer.say(Join(session, 0))
    return await peer.hear(Joined)


@contextlib.asynccontextmanager
async def serving(
    folder: Path, busy_ms: int = 5_000, turn: Path | None = None
) -> AsyncIterator[tuple[House, Services]]:
    """The demonstration's server in this process."""
    options = DemoOptions("127.0.0.1", 0, folder, 1.0, False, None, (), turn)
    policy = load_policy("demo")
    store = Store.open(folder / "lamplight.db", busy_ms)
    listener = bind(options.host, 0)
    access = store.write_now(lambda c: prepare_accounts(policy, c, False))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    services = build_services(store, policy, options, [url], access)
    ready = asyncio.Event()
    server = make_server(create_app(services), ready.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve([listener]))
            await ready.wait()
            house = House(url)
            try:
                yield house, services
            finally:
                await house.http.aclose()
                server.should_exit = True
    finally:
        listener.close()
        services.desk.close()
        store.close()
