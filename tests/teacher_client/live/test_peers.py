"""PeerPool against a pupil made with aiortc, over UDP on the loopback address."""

from __future__ import annotations

import asyncio
import json

import pytest

from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import IceServer, SignalKind
from teacher_client.live.liveness import Patience, PeerState
from teacher_client.live.peer import MAX_BUFFERED_BYTES
from teacher_client.live.peers import PeerPool
from tests.teacher_client.live.pupils import PUPIL, Lesson, Pupil, until

OPEN, LOST = PeerState.OPEN, PeerState.LOST
CONNECTING, FAILED = PeerState.CONNECTING, PeerState.FAILED


async def test_hints_and_voice_go_both_ways() -> None:
    async with Lesson() as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: lesson.of(PUPIL) == [CONNECTING, OPEN])
        (pupil,) = lesson.pupils
        await until(lambda: pupil.channel.readyState == "open")
        lesson.pool.send_hint(b"ink 1")
        lesson.pool.send_hint(b"not for 2", {Member(3)})
        lesson.pool.send_hint(b"ink 2", {PUPIL})
        await until(lambda: len(pupil.hints) == 2)
        assert sorted(pupil.hints) == [b"ink 1", b"ink 2"]
        assert lesson.pool.counters(PUPIL).hints_sent == 2

        said = [bytes((0x78, n)) * 20 for n in range(25)]
        answered = [bytes((0x79, n)) * 20 for n in range(25)]
        await asyncio.sleep(0.1)  # both senders have to run before they take packets
        for n in range(25):
            lesson.pool.send_voice(said[n], 960 * n)
            pupil.say(answered[n], 960 * n)
            await asyncio.sleep(0.02)
        await until(lambda: len(pupil.voices) == 25 and len(lesson.voices) == 25)
        assert [v.payload for v in pupil.voices] == said
        assert [v.payload for _, v in lesson.voices] == answered
        steps = {
            (b.timestamp - a.timestamp) % 2**32
            for (_, a), (_, b) in zip(lesson.voices, lesson.voices[1:], strict=False)
        }
        assert steps == {960}
        sequences = [v.sequence for v in pupil.voices]
        assert sequences == list(range(sequences[0], sequences[0] + 25))


async def test_an_offer_has_audio_first_one_bundle_and_fec() -> None:
    async with Lesson(does_answer=False) as lesson:
        await lesson.pool.open(PUPIL)
        ((member, attempt, sdp),) = lesson.offers
        assert (member, attempt) == (PUPIL, 3 << 16)
        lines = sdp.split("\r\n")
        assert [line.split()[0] for line in lines if line.startswith("m=")] == [
            "m=audio",
            "m=application",
        ]
        assert "a=group:BUNDLE 0 1" in lines
        assert any(line.startswith("a=fmtp:") and "useinbandfec=1" in line for line in lines)
        assert "a=sendrecv" in lines
        assert not any("PCM" in line or "G722" in line for line in lines)
        hosts = {line.split()[4] for line in lines if line.startswith("a=candidate:")}
        assert hosts == {"127.0.0.1"}


async def test_hints_are_dropped_rather_than_queued() -> None:
    async with Lesson() as lesson:
        await lesson.pool.open(PUPIL)
        await until(lambda: lesson.pool.open_count == 1)
        (pupil,) = lesson.pupils
        await until(lambda: pupil.channel.readyState == "open")
        for n in range(60):
            lesson.pool.send_hint(bytes((n,)) * 1100)
        counters = lesson.pool.counters(PUPIL)
        assert counters.hints_sent * 1100 <= MAX_BUFFERED_BYTES + 1100
        assert counters.hints_sent + counters.hints_dropped == 60
        await until(lambda: len(pupil.hints) == counters.hints_sent)
        lesson.pool.send_hint(b"the newest")
        await until(lambda: b"the newest" in pupil.hints)


async def test_the_other_side_reports_how_our_voice_arrives() -> None:
    async with Lesson() as lesson:
        assert await lesson.pool.quality(PUPIL) is None
        lesson.pool.keep(PUPIL)
        await until(lambda: lesson.pool.open_count == 1)
        quality = None
        async with asyncio.timeout(8):
            n = 0
            while quality is None:
                lesson.pool.send_voice(b"\xf8\xff\xfe", 960 * n)
                n += 1
                await asyncio.sleep(0.02)
                quality = await lesson.pool.quality(PUPIL)
        assert quality.loss == 0


async def test_our_own_network_changed() -> None:
    async with Lesson() as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: lesson.pool.open_count == 1)
        lesson.pool.reconnect_all()
        await until(lambda: lesson.of(PUPIL) == [CONNECTING, OPEN, CONNECTING, OPEN])


async def test_servers_that_cannot_be_read_are_left_out() -> None:
    async with Lesson() as lesson:
        lesson.pool.keep(PUPIL, [IceServer(("nonsense:",)), IceServer(("stun:",))])
        await until(lambda: lesson.pool.open_count == 1)


async def test_relay_only_shows_no_address_of_ours() -> None:
    offers: list[str] = []
    pool = PeerPool(
        lambda _m, kind, _n, data: offers.append(data) if kind is SignalKind.OFFER else None,
        lambda _m, _voice: None,
        lambda _m, _state: None,
        relay_only=True,
    )
    await pool.open(PUPIL)
    await pool.aclose()
    (sdp,) = offers
    assert "a=candidate" not in sdp
    assert "127.0.0.1" not in sdp


async def test_a_new_attempt_replaces_the_old_and_late_answers_are_dropped() -> None:
    async with Lesson() as lesson:
        await lesson.pool.open(PUPIL)
        await until(lambda: OPEN in lesson.of(PUPIL))
        first = lesson.pupils[0]
        await lesson.pool.open(PUPIL)
        await until(lambda: len(lesson.pupils) == 2 and lesson.of(PUPIL)[-1] is OPEN)
        assert lesson.of(PUPIL) == [CONNECTING, OPEN, CONNECTING, OPEN]
        assert [attempt for _, attempt, _ in lesson.offers] == [3 << 16, (3 << 16) + 1]
        await lesson.pool.signalled(
            PUPIL, SignalKind.ANSWER, 3 << 16, first.connection.localDescription.sdp
        )
        await lesson.pool.signalled(PUPIL, SignalKind.BYE, 3 << 16, "")
        second = lesson.pupils[1]
        await until(lambda: second.channel.readyState == "open")
        lesson.pool.send_hint(b"ink")
        await until(lambda: second.hints == [b"ink"])
        assert first.hints == []
        await until(lambda: first.connection.connectionState == "closed")


async def test_a_page_that_goes_away_is_lost_and_offered_again() -> None:
    async with Lesson(Patience(again_s=0.2)) as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: OPEN in lesson.of(PUPIL))
        await lesson.pupils[0].close()
        await until(lambda: lesson.of(PUPIL) == [CONNECTING, OPEN, LOST, OPEN])
        assert len(lesson.offers) == 2


async def test_a_bye_is_lost_and_a_dropped_member_is_left_alone() -> None:
    async with Lesson(Patience(again_s=0.2)) as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: OPEN in lesson.of(PUPIL))
        await lesson.pool.signalled(PUPIL, SignalKind.BYE, lesson.offers[0][1], "")
        assert lesson.of(PUPIL)[-1] is LOST
        lesson.pool.drop(PUPIL)
        await asyncio.sleep(0.6)
        assert len(lesson.offers) == 1
        assert lesson.pool.state(PUPIL) is None
        lesson.pool.drop(PUPIL)


async def test_silence_is_lost_life_brings_it_back_and_long_silence_another_attempt() -> None:
    async with Lesson(Patience(silent_s=1, dead_s=4)) as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: OPEN in lesson.of(PUPIL))
        (first,) = lesson.pupils
        first.set_cut_off(True)
        await until(lambda: lesson.of(PUPIL)[-1] is LOST)
        first.set_cut_off(False)
        first.channel.send(b"\0")
        await until(lambda: lesson.of(PUPIL) == [CONNECTING, OPEN, LOST, OPEN])
        assert len(lesson.offers) == 1
        first.set_cut_off(True)
        await until(lambda: len(lesson.offers) == 2)
        await until(lambda: lesson.of(PUPIL) == [CONNECTING, OPEN, LOST, OPEN, LOST, OPEN])


async def test_acknowledging_our_heartbeat_is_life_enough() -> None:
    async with Lesson(Patience(silent_s=0.6)) as lesson:
        lesson.pool.keep(PUPIL)
        await until(lambda: OPEN in lesson.of(PUPIL))
        for _ in range(8):
            lesson.pool.send_hint(b"beat")
            await asyncio.sleep(0.2)
        assert lesson.of(PUPIL) == [CONNECTING, OPEN]


async def test_candidates_before_and_during_the_answer_are_kept_for_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Lesson(does_answer=False) as lesson:
        await lesson.pool.open(PUPIL)
        _, attempt, offer = lesson.offers[0]
        pupil = Pupil()
        lesson.pupils.append(pupil)
        lines = (await pupil.answer(offer)).split("\r\n")
        trickled = [
            json.dumps({"candidate": line.removeprefix("a="), "sdpMid": "0"})
            for line in lines
            if line.startswith("a=candidate:")
        ]
        bare = "\r\n".join(line for line in lines if not line.startswith("a=candidate:"))
        signalled = lesson.pool.signalled
        await signalled(PUPIL, SignalKind.CANDIDATE, attempt, trickled[0])
        await asyncio.gather(
            signalled(PUPIL, SignalKind.ANSWER, attempt, bare),
            signalled(PUPIL, SignalKind.CANDIDATE, attempt, trickled[0]),
        )
        await until(lambda: lesson.of(PUPIL)[-1] is OPEN)
    assert not [r for r in caplog.records if "without remote description" in r.getMessage()]


async def test_blocked_udp_fails_and_is_tried_again_quietly() -> None:
    async with Lesson(Patience(open_s=0.6, retry_s=0.6)) as lesson:
        lesson._answer = _deaf_answer.__get__(lesson)  # type: ignore[method-assign]
        lesson.pool.keep(PUPIL)
        await until(lambda: len(lesson.offers) >= 3)
        assert lesson.of(PUPIL) == [CONNECTING, FAILED]


async def _deaf_answer(lesson: Lesson, member: Member, attempt: int, offer: str) -> None:
    """An answer whose candidates lead nowhere: its maker closed before it was sent."""
    pupil = Pupil()
    sdp = await pupil.answer(offer)
    await pupil.close()
    await lesson.pool.signalled(member, SignalKind.ANSWER, attempt, sdp)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "v=0",
        "\0" * 100,
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio x y z\r\n",
        "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n" * 500,
        "[" * 30_000,
        '{"candidate": 5}',
        '{"candidate": "candidate:"}',
        '{"candidate": "candidate:1 1 udp 1 127.0.0.1 99999 typ host", "sdpMid": "0"}',
        '{"candidate": "candidate:1 2 udp 1 127.0.0.1 9 typ host", "sdpMid": "0"}',
        '{"candidate": "candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active"}',
        '{"candidate": "candidate:1 1 udp 1 nowhere 9 typ host", "sdpMid": "0"}',
        '{"candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ evil", "sdpMid": "7"}',
        '{"candidate": ""}',
        "null",
    ],
)
async def test_damaged_signals_cost_nothing(data: str) -> None:
    async with Lesson(does_answer=False) as lesson:
        await lesson.pool.open(PUPIL)
        member, attempt, offer = lesson.offers[0]
        for kind in SignalKind:
            if kind is not SignalKind.BYE:
                await lesson.pool.signalled(member, kind, attempt, data)
                await lesson.pool.signalled(Member(9), kind, attempt, data)
        await lesson._answer(member, attempt, offer)
        await until(lambda: lesson.of(PUPIL)[-1] is OPEN)
        for kind in (SignalKind.ANSWER, SignalKind.CANDIDATE, SignalKind.OFFER):
            await lesson.pool.signalled(member, kind, attempt, data)
        pupil = lesson.pupils[0]
        await until(lambda: pupil.channel.readyState == "open")
        lesson.pool.send_hint(b"ink")
        await until(lambda: pupil.hints == [b"ink"])


async def test_closing_says_bye_and_twice_is_fine() -> None:
    async with Lesson() as lesson:
        lesson.pool.keep(PUPIL)
        lesson.pool.keep(Member(3))
        await until(lambda: {m for m, s in lesson.states if s is OPEN} == {PUPIL, Member(3)})
        await lesson.pool.close(PUPIL)
        await lesson.pool.close(PUPIL)
        assert [member for member, _ in lesson.byes] == [PUPIL]
        await lesson.pool.aclose()
        assert [member for member, _ in lesson.byes] == [PUPIL, Member(3)]


async def test_closing_while_candidates_are_gathered_leaves_nothing_behind() -> None:
    lesson = Lesson(does_answer=False)
    lesson.pool.keep(PUPIL)
    await asyncio.sleep(0)
    await lesson.pool.aclose()
    assert lesson.offers == []
    with pytest.raises(RuntimeError):
        lesson.pool.keep(PUPIL)
