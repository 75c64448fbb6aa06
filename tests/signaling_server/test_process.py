"""The server as its own process: killed, restarted, timed out, ended (F2, A7, A11)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from websockets import Origin
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from signaling_server.protocol.commands import RaiseHand, Say, Undo
from signaling_server.protocol.entries import EntryKind
from signaling_server.protocol.ids import EntryNumber, Member, command_id
from signaling_server.protocol.messages import (
    Commanded,
    Ended,
    EndReason,
    EpochOpened,
    Hello,
    Join,
    Joined,
    OpenEpoch,
    Rejected,
    SendCommand,
    SetDuty,
    Stored,
    TimeWarning,
    Welcome,
)
from signaling_server.rules.presence import recount
from signaling_server.sessions.records import SessionId
from signaling_server.storage import lessons
from signaling_server.storage.store import Store
from signaling_server.storage.tables import MEMBERS, PRESENCE, SESSIONS
from tests.signaling_server.blocks import ENGINE_ID, Writer
from tests.signaling_server.kit import WAIT_S, House, begin, join

ROOT = Path(__file__).resolve().parents[2]
LOG = "stderr.log"
LOGINS = ("teacher", "pupil1")
PLANTED = "我的电话是一二三"


@dataclass
class Process:
    """A running ``python -m signaling_server demo``."""

    process: asyncio.subprocess.Process
    ready: dict[str, str]

    async def end(self, how: signal.Signals) -> int:
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()


async def start(folder: Path, *arguments: str) -> Process:
    with (folder / LOG).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "signaling_server", "demo", "--port", "0", "--data", str(folder), *arguments),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        line = await process.stdout.readline()
    return Process(process, json.loads(line))


@contextlib.asynccontextmanager
async def running(folder: Path, *arguments: str) -> AsyncIterator[tuple[Process, House]]:
    process = await start(folder, *arguments)
    house = House(process.ready["url"])
    try:
        yield process, house
    finally:
        await house.http.aclose()
        await process.end(signal.SIGKILL)


async def test_F02_killed_in_mid_session_it_goes_on_where_it_was(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with running(tmp_path) as (process, house):
        token = await house.sign_in("pupil1")
        async with house.person("teacher") as teacher, house.socket(token) as pupil:
            session = await begin(teacher, pupil)
            begun = loop.time()
            await teacher.say(OpenEpoch(1, ENGINE_ID, EntryNumber(1)))
            await teacher.hear(EpochOpened)
            writer = Writer()
            sent = [writer.block() for _ in range(50)]
            sent.append(writer.right(EntryKind.RIGHT_GIVEN, 2))
            for block in sent:
                await teacher.socket.send(block)
            acknowledged = 0
            while acknowledged < 51:
                acknowledged = (await teacher.hear(Stored)).n
            await pupil.say(SendCommand(command_id(1, 1), Undo()))
            await teacher.hear(Commanded)
            sent += [writer.block() for _ in range(50)]
            for block in sent[51:]:
                await teacher.socket.send(block)
            acknowledged = (await teacher.hear(Stored)).n  # some of them, hardly all
            await process.end(signal.SIGKILL)
    async with running(tmp_path) as (process, house):
        async with house.person("teacher") as teacher, house.socket() as pupil:
            await pupil.say(Hello(1, token))  # nobody signs in again
            assert (await pupil.hear(Welcome)).session == session
            mine = await join(teacher, session)
            assert mine.connection == 2
            assert mine.stored >= acknowledged
            assert (mine.counter, mine.engine) == (1, ENGINE_ID)
            left = 30 * 60_000 - (loop.time() - begun) * 1000
            assert abs(mine.clock.ends_in_ms - left) <= 1_000
            await pupil.say(Join(session, EntryNumber(0)))
            await pupil.hear(Joined)
            assert (await pupil.hear_blocks(mine.stored))[: mine.stored] == sent[: mine.stored]
            for block in sent[mine.stored :]:
                await teacher.socket.send(block)
            # an entry may cite what was forwarded before the crash
            cited = writer.block(author=2, command=command_id(1, 1))
            await teacher.socket.send(cited)
            while (await teacher.hear(Stored)).n < 102:
                pass
            assert await pupil.hear_blocks(102) == [*sent, cited]
            # the right to write outlived it too
            await pupil.say(SendCommand(command_id(1, 2), Undo()))
            assert (await teacher.hear(Commanded)).command == command_id(1, 2)
        assert await process.end(signal.SIGTERM) == 0


async def test_A07_A11_it_ends_at_the_limit_and_minutes_equal_the_recount(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with running(tmp_path, "--time-scale", "360") as (process, house):  # 30 min in 5 s
        async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
            session = await begin(teacher, pupil)
            begun = loop.time()
            assert (await pupil.hear(TimeWarning)).minutes_left == 5
            async with house.person("pupil1") as again:  # another device, late: no more time
                await join(again, session)
                assert (await again.hear(TimeWarning)).minutes_left == 1
                for peer in (teacher, again):
                    ended = await peer.hear(Ended)
                    assert (ended.session, ended.reason) == (session, EndReason.TIME)
                assert 4.0 <= loop.time() - begun <= 5.0 + WAIT_S / 2
                assert ended.effective_min in (29, 30)
                token = await house.sign_in("pupil1")
                answer = await house.http.get(
                    "/api/lessons", headers={"Authorization": f"Bearer {token}"}
                )
                (line,) = answer.json()["lessons"]
                assert (line["session"], line["minutes"]) == (session, ended.effective_min)
        assert await process.end(signal.SIGTERM) == 0
    store = Store.open(tmp_path / "lamplight.db")
    one = SessionId(session)
    presences = store.write_now(lambda c: lessons.presences(c, one))
    row = store.write_now(lambda c: c.execute(select(SESSIONS)).one())
    pupils = store.write_now(
        lambda c: c.execute(select(MEMBERS).where(MEMBERS.c.member == 2)).one()
    )
    store.close()
    counted = recount(presences)
    assert row.effective_ms == counted.lesson_ms <= row.limit_ms
    assert pupils.effective_ms == counted.members[Member(2)]
    assert row.effective_min == counted.lesson_ms // row.minute_ms <= 30
    assert len([p for p in presences if p.member == 2]) == 2  # both devices are on the record


async def test_asked_to_end_in_mid_session_it_closes_everybody_s_presence(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (process, house),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
    ):
        await begin(teacher, pupil)
        assert await process.end(signal.SIGTERM) == 0
        assert await pupil.closed() == 1012
    store = Store.open(tmp_path / "lamplight.db")
    ends = store.write_now(lambda c: [row.to_ms for row in c.execute(select(PRESENCE))])
    store.close()
    assert len(ends) == 2
    assert None not in ends


async def test_F10_stopped_for_a_while_it_blames_nobody(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (process, house),
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
    ):
        session = await begin(teacher, pupil)
        process.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(4.5)
        process.process.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.5)
        teacher.heard.clear()
        await pupil.say(SendCommand(command_id(1, 1), RaiseHand()))
        assert (await teacher.hear(Commanded)).member == 2
        async with house.person("pupil1") as tablet:  # the limit did not stand still
            assert (await join(tablet, session)).clock.ends_in_ms <= 30 * 60_000 - 4_500


async def test_A22_the_log_says_neither_who_came_from_where_nor_what_they_wrote(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (process, house):
        token = await house.sign_in("pupil1")
        async with house.person("teacher") as teacher, house.socket(token) as pupil:
            await begin(teacher, pupil, PLANTED)
            await pupil.say(SendCommand(command_id(1, 1), Say(PLANTED)))
            await teacher.hear(Commanded)
            await pupil.socket.send(json.dumps({"t": "ask", "subject": PLANTED * 10}))
            await pupil.hear(Rejected)
            peers = [peer.socket.local_address for peer in (teacher, pupil)]
        with pytest.raises(InvalidStatus):
            async with connect(house.socket_url, origin=Origin("https://elsewhere.invalid")):
                pass
        assert await process.end(signal.SIGTERM) == 0
    log = (tmp_path / LOG).read_text()
    assert "Started server process" in log
    assert "Finished server process" in log
    assert [word for word in (token, PLANTED, *LOGINS) if word in log] == []
    assert [peer for peer in peers if f":{peer[1]}" in log] == []
    assert "WebSocket /ws" not in log
    assert "connection open" not in log


async def test_a_second_server_on_the_same_folder_refuses(tmp_path: Path) -> None:
    async with running(tmp_path):
        second = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "signaling_server", "demo", "--port", "0", "--data", str(tmp_path)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _out, err = await second.communicate()
        assert second.returncode == 2
        assert str(tmp_path) in err.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--host", "0.0.0.0"), "--lan"),
        (("--host", "192.0.2.1"), "--lan"),
        (("--lan", "--time-scale", "60"), "--time-scale"),
        (("--time-scale", "0"), "--time-scale"),
    ],
)
async def test_it_refuses_to_show_a_demonstration_to_the_world(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "signaling_server", "demo", "--data", str(tmp_path), *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 2
    assert words in err.decode()
    assert out == b""


async def test_in_a_network_it_serves_https_with_passwords_of_its_own(tmp_path: Path) -> None:
    process = await start(tmp_path, "--lan")
    try:
        assert process.ready["url"].startswith("https://")
        passwords = process.ready["passwords"]
        assert isinstance(passwords, dict)
        assert "lamplight" not in passwords.values()
        assert len(set(passwords.values())) == len(passwords)
        trusting = ssl.create_default_context(cafile=process.ready["certificate"])
        port = process.ready["url"].rpartition(":")[2]
        house = House(f"https://127.0.0.1:{port}", trusting)
        token = await house.sign_in("teacher", passwords["teacher"])
        async with house.socket(token, ssl=trusting) as teacher:
            await teacher.say(SetDuty(True))
        code = process.ready["pupil_link"].rpartition("/")[2]
        assert "Secure" in (await house.http.get(f"/join/{code}")).headers["set-cookie"]
        await house.http.aclose()
    finally:
        assert await process.end(signal.SIGTERM) == 0
    assert (tmp_path / "certificate-key.pem").stat().st_mode & 0o077 == 0
