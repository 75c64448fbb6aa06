"""A store that fails, a reader that does not read (F5, F28, A26)."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.ids import EntryNumber
from signaling_server.protocol.messages import (
    AcceptRequest,
    Ask,
    EpochOpened,
    Hello,
    Join,
    Joined,
    OpenEpoch,
    Pong,
    Rejected,
    RequestOffered,
    Role,
    SessionReady,
    SetDuty,
    Stored,
    Welcome,
)
from signaling_server.realtime import client as client_module
from signaling_server.realtime.client import Client, LogRange
from signaling_server.realtime.hub import RELOAD_EVERY_S
from signaling_server.realtime.inbox import RELOAD_MS
from signaling_server.sessions.records import ConnectionId, Person, PersonId
from tests.signaling_server.blocks import ENGINE_ID, Writer
from tests.signaling_server.kit import Peer, begin, serving

RELOADED_S = RELOAD_EVERY_S + 4 * RELOAD_MS / 1000  # a few tries to join on a busy machine


async def test_F05_what_was_not_stored_is_not_acknowledged_and_comes_again(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with serving(tmp_path, busy_ms=200) as (house, _services):
        token = await house.sign_in("teacher")
        async with house.socket(token) as teacher, house.person("pupil1") as pupil:
            session = await begin(teacher, pupil)
            await teacher.say(OpenEpoch(1, ENGINE_ID, EntryNumber(1)))
            await teacher.hear(EpochOpened)
            writer = Writer()
            kept, lost = writer.block(), writer.block()
            await teacher.socket.send(kept)
            assert (await teacher.hear(Stored)).n == 1
            locked = sqlite3.connect(tmp_path / "lamplight.db", isolation_level=None)
            locked.execute("BEGIN IMMEDIATE")
            await teacher.socket.send(lost)
            assert await teacher.closed() == 4007
            assert await pupil.closed() == 4007
            assert not any(isinstance(message, Stored) for message in teacher.heard)
            assert pupil.blocks == [kept]
            async with house.socket() as early:
                await early.say(Hello(1, token))
                assert (await early.hear(Welcome)).session == session
                await early.say(Join(session, EntryNumber(0)))
                refused = await early.hear(Rejected)
                assert refused == Rejected("join", Refusal.BUSY, retry_in_ms=RELOAD_MS)
                locked.execute("ROLLBACK")
                locked.close()
                released = loop.time()
                assert (await join_when_ready(early, session)).stored == 1
                assert loop.time() - released <= RELOADED_S
                await early.socket.send(lost)
                assert (await early.hear(Stored)).n == 2


async def test_a_session_that_cannot_be_stored_is_offered_again(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, busy_ms=200) as (house, _services),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
    ):
        await teacher.say(SetDuty(True))
        await pupil.say(Ask("数学"))
        offer = await teacher.hear(RequestOffered)
        locked = sqlite3.connect(tmp_path / "lamplight.db", isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        await teacher.say(AcceptRequest(offer.request))
        assert await teacher.hear(Rejected) == Rejected("accept_request", Refusal.BUSY)
        assert (await teacher.hear(RequestOffered)).request == offer.request
        locked.execute("ROLLBACK")
        locked.close()
        await teacher.say(AcceptRequest(offer.request))
        session = (await pupil.hear(SessionReady)).session
        assert (await teacher.hear(SessionReady)).session == session


async def join_when_ready(peer: Peer, session: str) -> Joined:
    async with asyncio.timeout(20):
        while True:
            await peer.say(Join(session, EntryNumber(0)))
            async with asyncio.timeout(5):
                while not peer.heard:
                    await asyncio.sleep(0.05)
            if any(isinstance(message, Joined) for message in peer.heard):
                return await peer.hear(Joined)
            peer.heard.clear()
            await asyncio.sleep(1.1)


class StuckSocket:
    """A peer that reads nothing: nothing sent to it ever goes out."""

    async def send_text(self, data: str) -> None:
        await asyncio.Event().wait()

    async def send_bytes(self, data: bytes) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        await asyncio.Event().wait()


async def no_log(_part: LogRange) -> tuple[list[bytes], LogRange | None]:
    return [], None


async def test_F28_a_slow_reader_is_cut_at_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_QUEUED_BYTES", 10_000)
    cut: list[bool] = []
    person = Person(PersonId(1), "乙", Role.PUPIL)
    client = Client(ConnectionId(1), person, 1, StuckSocket(), lambda: cut.append(True), 0)
    writer = asyncio.get_running_loop().create_task(client.write(no_log))
    for _ in range(9):
        client.send_block(bytes(1_000))
    await asyncio.sleep(0)
    assert not cut
    for _ in range(9):
        client.send_block(bytes(1_000))
    assert cut == [True]
    assert client.is_closing
    client.send(Pong(1))  # is dropped without a word
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer
