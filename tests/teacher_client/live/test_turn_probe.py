"""Which way to a real relay works, and a whole connection through it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiortc import RTCIceServer

from signaling_server.protocol.messages import IceServer
from teacher_client.live.liveness import Patience, PeerState
from teacher_client.live.turn_probe import Finding, RelayChooser, Verdict, probe
from tests.signaling_server.relay.running import (
    LOOPBACK,
    RunningRelay,
    free_ports,
    needs_coturn,
    running,
)
from tests.teacher_client.live.pupils import PUPIL, Lesson, until

OPEN, LOST = PeerState.OPEN, PeerState.LOST


def verdicts(findings: tuple[Finding, ...]) -> dict[str, Verdict]:
    return {finding.url: finding.verdict for finding in findings}


@pytest.fixture
def silent_udp() -> Iterator[str]:
    """A URL where packets vanish."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole:
        hole.bind((LOOPBACK, 0))
        yield f"turn:{LOOPBACK}:{hole.getsockname()[1]}?transport=udp"


@needs_coturn
async def test_every_way_is_tried_and_udp_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(RunningRelay(tmp_path, has_tls=True)) as relay:
        lent = relay.lent()
        shuffled = replace(lent, urls=tuple(reversed(lent.urls)))
        findings = await probe([shuffled])
        assert [finding.url for finding in findings] == [relay.udp, relay.tcp, relay.tls]
        assert verdicts(findings)[relay.tls] is Verdict.BAD_CERTIFICATE
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        findings = await probe([shuffled])
        assert set(verdicts(findings).values()) == {Verdict.WORKS}
        assert all(finding.delay_s is not None for finding in findings)
        (chosen,) = await RelayChooser().choose([shuffled])
        assert chosen == replace(lent, urls=(relay.udp,))


@needs_coturn
async def test_where_udp_and_tcp_are_blocked_tls_is_chosen(
    tmp_path: Path, silent_udp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    async with running(RunningRelay(tmp_path, has_tls=True)) as relay:
        closed = f"turn:{LOOPBACK}:{free_ports()[0]}?transport=tcp"
        lent = replace(relay.lent(), urls=(silent_udp, closed, relay.tls))
        stun = IceServer(("stun:127.0.0.1:9",))
        chosen = await RelayChooser(seconds=0.5).choose([lent, stun])
        assert chosen == (replace(lent, urls=(relay.tls,)), stun)
        found = verdicts(await probe([lent], 0.5))
        assert found == {
            silent_udp: Verdict.NO_ANSWER,
            closed: Verdict.UNREACHABLE,
            relay.tls: Verdict.WORKS,
        }


@needs_coturn
async def test_a_refused_credential_is_told_in_words_without_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "teacher_client")
    async with running(RunningRelay(tmp_path)) as relay:
        expired = replace(relay.lent(valid_ms=-61_000), urls=(relay.udp,))
        assert await RelayChooser().choose([expired]) == ()
        assert "refuses our credential" in caplog.text
        assert expired.credential not in caplog.text


@needs_coturn
async def test_a_full_relay_is_told(tmp_path: Path) -> None:
    async with running(RunningRelay(tmp_path, "user_quota = 1")) as relay:
        lent = replace(relay.lent(), urls=(relay.udp,) * 3)
        counts = [finding.verdict for finding in await probe([lent])]
        assert sorted(v.value for v in counts) == ["full", "full", "works"]
        # the probe gave its own address back, long before it runs out; coturn takes its time
        again = [replace(lent, urls=(relay.tcp,))]
        async with asyncio.timeout(10):
            while (await probe(again))[0].verdict is not Verdict.WORKS:
                await asyncio.sleep(0.2)


async def test_without_a_relay_nothing_is_asked_and_a_dead_one_is_left_out(
    silent_udp: str,
) -> None:
    stun = IceServer(("stun:127.0.0.1:9",))
    assert await RelayChooser().choose([stun]) == (stun,)
    both = IceServer(("stun:127.0.0.1:9", silent_udp, "turn:[::1]:9", "turn:"), "u", "c")
    chooser = RelayChooser(seconds=0.2)
    assert await chooser.choose([both]) == (IceServer(stun.urls, "u", "c"),)


async def test_many_who_join_together_ask_once(
    silent_udp: str, caplog: pytest.LogCaptureFixture
) -> None:
    chooser = RelayChooser(seconds=0.2)
    lent = IceServer((silent_udp,), "u", "c")
    assert set(await asyncio.gather(*(chooser.choose([lent]) for _ in range(20)))) == {()}
    assert caplog.text.count("no answer") == 1


@needs_coturn
@pytest.mark.parametrize("way", ["udp", "tcp"])
async def test_A21_F24_ink_and_voice_through_the_relay_alone(tmp_path: Path, way: str) -> None:
    settings = f'allowed = ["{LOOPBACK}/32"]'  # both ends and the relay are one machine here
    async with running(RunningRelay(tmp_path, settings)) as relay:
        url = getattr(relay, way)
        lent = relay.lent(3)
        pupils = (RTCIceServer([relay.udp], lent.username, lent.credential),)
        patience = Patience(open_s=3, dead_s=3.5, retry_s=1)
        async with Lesson(patience, pupils_relay=pupils) as lesson:
            lesson.pool.keep(PUPIL, [replace(relay.lent(1), urls=(url,))])
            await until(lambda: OPEN in lesson.of(PUPIL))
            kinds = {
                line.split()[7] for line in lesson.offers[0][2].splitlines() if "a=cand" in line
            }
            assert kinds == {"relay"}
            await _ink_and_voice(lesson)
            if way == "tcp":
                return
            assert patience.silent_s <= 3  # then it is told
            await relay.kill()
            await until(lambda: lesson.of(PUPIL)[-1] is LOST)
            await relay.start()
            await until(lambda: lesson.of(PUPIL)[-1] is OPEN, 20)
            await _ink_and_voice(lesson)


async def _ink_and_voice(lesson: Lesson) -> None:
    pupil = lesson.pupils[-1]
    heard = len(lesson.voices)
    await until(lambda: pupil.channel.readyState == "open")
    lesson.pool.send_hint(b"ink")
    await until(lambda: b"ink" in pupil.hints)
    for n in range(500):
        lesson.pool.send_voice(b"\x78voice", 960 * n)
        pupil.say(b"\x79answer", 960 * n)
        if pupil.voices and len(lesson.voices) > heard:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no voice came through")
