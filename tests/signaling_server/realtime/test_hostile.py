"""Bad messages, forged senders, claims and floods cost their sender alone (A11, A13, A24, A25)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling_server.protocol.commands import RaiseHand, Refusal
from signaling_server.protocol.ids import Member, command_id
from signaling_server.protocol.messages import (
    CLIENT_MESSAGES,
    Ping,
    Rejected,
    SendCommand,
    Signal,
    SignalKind,
    Signalled,
    encode_message,
)
from tests.signaling_server.kit import House, Peer, begin, serving

MALFORMED = [
    "",
    "null",
    "[]",
    "{",
    '{"t":"nothing"}',
    '{"t":"ping"}',
    '{"t":"ping","id":1,"id":2}',
    '{"t":"ping","id":NaN}',
    '{"t":"ping","id":1e999}',
    '{"t":"ping","id":true}',
    '{"t":"ping","id":"1"}',
    '{"t":"leave","x":"\\ud800"}',
    '{"t":"ask","subject":"\\ud800"}',
    '{"t":"ask","subject":"' + "x" * 33 + '"}',
    '{"t":["leave"]}',
    "[" * 30_000,
    '{"t":"ping","id":' + '{"a":' * 500 + "1" + "}" * 501,
    '{"__proto__":{"role":"teacher"},"t":"leave"}',
]
CLAIMS = {
    "member": 1,
    "sender": 1,
    "role": "teacher",
    "person": 1,
    "minutes": 600,
    "effective_min": 600,
    "server_ms": 0,
    "elapsed_ms": 1,
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as (house, _services):
        yield house


async def still_works(teacher: Peer, pupil: Peer, number: int = 1) -> None:
    await pupil.say(Signal(Member(1), SignalKind.CANDIDATE, number))
    assert (await teacher.hear(Signalled)).attempt == number


async def test_A25_malformed_messages_are_answered_and_forgotten(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        for text in MALFORMED:
            await pupil.socket.send(text)
            assert await pupil.hear(Rejected) == Rejected("message", Refusal.INVALID)
        await still_works(teacher, pupil)


@pytest.mark.parametrize("claim", CLAIMS)
async def test_A11_A13_no_message_may_say_who_one_is_or_what_time(house: House, claim: str) -> None:
    """Kinds that name a member as their *object* are left out: there it is no claim."""
    objects = {"member": {"refuse"}}
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        for tag in CLIENT_MESSAGES:
            if tag in objects.get(claim, ()):
                continue
            await pupil.socket.send(json.dumps({"t": tag, claim: CLAIMS[claim]}))
            assert await pupil.hear(Rejected) == Rejected("message", Refusal.INVALID)
        await still_works(teacher, pupil)


async def test_an_oversized_message_ends_its_socket_only(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        async with house.person("pupil2") as flooder:
            await flooder.socket.send("x" * 70_000)  # over a message's size, under a frame's
            assert (await flooder.hear(Rejected)).to == "message"
            await flooder.socket.send("x" * (1024 * 1024 + 100))
            assert await flooder.closed() == 1009
        await still_works(teacher, pupil)


async def test_A24_a_flood_is_cut_and_disturbs_nobody(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        async with house.person("pupil2") as flooder:
            flood = asyncio.gather(
                *(flooder.socket.send(encode_message(Ping(n))) for n in range(3_000)),
                return_exceptions=True,
            )
            for number in range(1, 21):
                await still_works(teacher, pupil, number)
                await asyncio.sleep(0.01)
            await flood
            assert await flooder.closed() in (4005, 1006)


async def test_A24_over_its_budget_a_command_is_refused(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        for number in range(1, 280):
            await pupil.say(SendCommand(command_id(1, number), RaiseHand()))
        refused = await pupil.hear(Rejected)
        assert (refused.to, refused.reason) == ("command", Refusal.TOO_FAST)
        assert refused.retry_in_ms


async def test_garbage_before_hello_is_refused(house: House) -> None:
    for first in ("garbage", encode_message(Ping(1)), b"\x00\x01"):
        async with house.socket() as stranger:
            stranger.is_beating = False
            await stranger.socket.send(first)
            assert (await stranger.hear(Rejected)).to == "hello"
            assert await stranger.closed() == 4001
