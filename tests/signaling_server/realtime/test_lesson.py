"""A lesson over real sockets: ask, join, signals, log, commands, devices, end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import decode_block, split_blocks
from signaling_server.protocol.commands import (
    GiveRight,
    RaiseHand,
    Refusal,
    Right,
    Say,
    Undo,
    WriteInk,
)
from signaling_server.protocol.entries import EntryKind
from signaling_server.protocol.ids import (
    CommandId,
    EntryNumber,
    Epoch,
    Member,
    PageId,
    StrokeId,
    command_id,
    stroke_id,
)
from signaling_server.protocol.messages import (
    AcceptRequest,
    Ask,
    Commanded,
    Ended,
    EndReason,
    EndSession,
    EpochOpened,
    Hello,
    Join,
    Joined,
    MemberChanged,
    OpenEpoch,
    Queued,
    Refuse,
    Refused,
    Rejected,
    RequestOffered,
    SendCommand,
    SessionReady,
    SetDuty,
    Signal,
    SignalKind,
    Signalled,
    Stored,
    Welcome,
)
from tests.signaling_server.blocks import ENGINE_ID, Writer
from tests.signaling_server.kit import House, Peer, agree, begin, join, serving


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as (house, _services):
        yield house


async def open_log(teacher: Peer, counter: int = 1, first: int = 1) -> Writer:
    await teacher.say(OpenEpoch(counter, ENGINE_ID, EntryNumber(first)))
    opened = await teacher.hear(EpochOpened)
    assert (opened.counter, opened.first) == (counter, first)
    return Writer(counter, first)


async def store(teacher: Peer, block: bytes) -> int:
    await teacher.socket.send(block)
    return (await teacher.hear(Stored)).n


async def test_signals_travel_with_their_sender(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        await teacher.say(Signal(Member(2), SignalKind.OFFER, 1, "sdp"))
        assert await pupil.hear(Signalled) == Signalled(Member(1), SignalKind.OFFER, 1, "sdp")
        await pupil.say(Signal(Member(1), SignalKind.ANSWER, 1, "pds"))
        assert await teacher.hear(Signalled) == Signalled(Member(2), SignalKind.ANSWER, 1, "pds")
        await pupil.say(Signal(Member(9), SignalKind.BYE, 1))
        assert (await pupil.hear(Rejected)).reason is Refusal.UNKNOWN_MEMBER


async def test_blocks_are_stored_acknowledged_and_passed_on_in_order(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        session = await begin(teacher, pupil)
        writer = await open_log(teacher)
        sent = [writer.block(count=3) for _ in range(20)]
        for block in sent:
            await teacher.socket.send(block)
        while (await teacher.hear(Stored)).n < 60:
            pass
        assert await pupil.hear_blocks(20) == sent
        assert await store(teacher, sent[4]) == 60  # said again: known, not stored twice
        token = await house.sign_in("pupil1")
        log = await house.http.get(
            f"/api/lessons/{session}/log", headers={"Authorization": f"Bearer {token}"}
        )
        assert split_blocks(log.content)[0] == sent
        other = await house.sign_in("pupil2")
        foreign = await house.http.get(
            f"/api/lessons/{session}/log", headers={"Authorization": f"Bearer {other}"}
        )
        assert foreign.status_code == 404


async def test_a_late_joiner_gets_what_is_missing_and_no_more(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        session = await begin(teacher, pupil)
        writer = await open_log(teacher)
        sent = [writer.block() for _ in range(150)]  # more than one chunk of the store
        for block in sent:
            await teacher.socket.send(block)
        await pupil.hear_blocks(150)
        async with house.person("pupil1") as again:
            await again.say(Join(session, EntryNumber(40), 1, ENGINE_ID))
            assert (await again.hear(Joined)).stored == 150
            assert await again.hear_blocks(110) == sent[40:]
            new = writer.block()
            await store(teacher, new)
            assert (await again.hear_blocks(111))[-1] == new


async def test_what_is_for_the_teacher_reaches_a_pupil_sealed(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        writer = await open_log(teacher)
        secret = writer.block(audience=1, text="只给老师")
        await store(teacher, secret)
        (seen,) = await pupil.hear_blocks(1)
        assert "只给老师".encode() in secret
        assert "只给老师".encode() not in seen
        assert decode_block(seen).hash == decode_block(secret).hash


async def test_bad_blocks_cost_only_an_answer(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        await teacher.socket.send(Writer().block())
        assert await teacher.hear(Rejected) == Rejected("block", Refusal.GONE)  # no epoch yet
        writer = await open_log(teacher)
        good = writer.block()
        flipped = bytearray(good)
        flipped[len(good) // 2] ^= 1
        stranger = Writer()
        stranger.epoch = Epoch(1, "f" * 16)
        wrong = {
            bytes(flipped): Refusal.INVALID,
            b"": Refusal.INVALID,
            b"LLB1": Refusal.INVALID,
            Writer(first=2).block(): Refusal.OUT_OF_ORDER,
            Writer(previous=b"x" * 32).block(): Refusal.INVALID,
            stranger.block(): Refusal.GONE,
            Writer().block(author=2): Refusal.NOT_YOURS,
            Writer().block(author=2, command=command_id(1, 7)): Refusal.NOT_YOURS,
            Writer().block(author=9, command=command_id(1, 7)): Refusal.UNKNOWN_MEMBER,
        }
        for data, reason in wrong.items():
            await teacher.socket.send(data)
            assert await teacher.hear(Rejected) == Rejected("block", reason)
        assert await store(teacher, good) == 1
        await pupil.socket.send(writer.block())
        assert await pupil.hear(Rejected) == Rejected("block", Refusal.NOT_ALLOWED)
        assert await pupil.hear_blocks(1) == [good]


async def test_an_epoch_begins_right_behind_what_is_stored(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        writer = await open_log(teacher)
        await store(teacher, writer.block(count=4))
        for counter, first, reason in (
            (1, 5, None),  # the same engine is only back
            (2, 4, Refusal.OUT_OF_ORDER),
            (2, 6, Refusal.OUT_OF_ORDER),
        ):
            await teacher.say(OpenEpoch(counter, ENGINE_ID, EntryNumber(first)))
            if reason is None:
                assert (await teacher.hear(EpochOpened)).first == 5
            else:
                assert await teacher.hear(Rejected) == Rejected("open_epoch", reason)
        await teacher.say(OpenEpoch(2, "0123456789abcdef", EntryNumber(5)))
        await teacher.hear(EpochOpened)
        await teacher.socket.send(writer.block())
        assert await teacher.hear(Rejected) == Rejected("block", Refusal.GONE)
        await teacher.say(OpenEpoch(1, ENGINE_ID, EntryNumber(5)))
        assert await teacher.hear(Rejected) == Rejected("open_epoch", Refusal.GONE)


async def test_commands_arrive_stamped_and_may_then_be_cited(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        writer = await open_log(teacher)
        command = command_id(1, 1)
        await pupil.say(SendCommand(command, Say("老师好")))
        assert await teacher.hear(Commanded) == Commanded(Member(2), command, Say("老师好"))
        block = writer.block(author=2, command=command, text="老师好")
        assert await store(teacher, block) == 1
        assert await pupil.hear_blocks(1) == [block]
        await teacher.say(Refuse(Member(2), command, Refusal.NO_RIGHT))
        assert await pupil.hear(Refused) == Refused(command, Refusal.NO_RIGHT)


async def test_A13_A14_a_command_about_others_is_refused(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)

        def ink(stroke: StrokeId) -> WriteInk:
            return WriteInk(stroke, PageId(1), 1, 7, 40, 0, (1,), (1,), (0,))  # type: ignore[arg-type]

        writer = await open_log(teacher)
        await pupil.say(SendCommand(command_id(1, 20), ink(stroke_id(Member(2), 1, 1))))
        assert await pupil.hear(Refused) == Refused(command_id(1, 20), Refusal.NO_RIGHT)
        await store(teacher, writer.right(EntryKind.RIGHT_GIVEN, 2))
        for number, body, reason in (
            (1, GiveRight(Member(2), Right.WRITE), Refusal.NO_RIGHT),
            (2, ink(stroke_id(Member(1), 1, 1)), Refusal.NOT_YOURS),
            (3, ink(stroke_id(Member(3), 1, 1)), Refusal.NOT_YOURS),
        ):
            await pupil.say(SendCommand(command_id(1, number), body))
            assert await pupil.hear(Refused) == Refused(command_id(1, number), reason)
        await pupil.say(SendCommand(CommandId(5), RaiseHand()))  # of no connection
        assert (await pupil.hear(Refused)).reason is Refusal.INVALID
        await pupil.say(SendCommand(command_id(1, 9), ink(stroke_id(Member(2), 1, 1))))
        assert (await teacher.hear(Commanded)).command == command_id(1, 9)
        await store(teacher, writer.right(EntryKind.RIGHT_TAKEN, 2))
        await pupil.say(SendCommand(command_id(1, 10), Undo()))
        assert await pupil.hear(Refused) == Refused(command_id(1, 10), Refusal.NO_RIGHT)


async def test_without_an_engine_a_command_is_refused(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        session = await agree(teacher, pupil)
        await join(pupil, session)
        await pupil.say(SendCommand(command_id(1, 1), RaiseHand()))
        assert await pupil.hear(Refused) == Refused(command_id(1, 1), Refusal.NO_ENGINE)


async def test_A08_the_newest_device_takes_the_place_and_time_goes_on(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        session = await begin(teacher, pupil)
        async with house.person("pupil1") as tablet:
            joined = await join(tablet, session)
            assert (joined.member, joined.connection) == (2, 2)
            assert joined.clock.has_begun
            assert await pupil.hear(Rejected) == Rejected("join", Refusal.GONE)
            assert await pupil.closed() == 4002
            await tablet.say(Signal(Member(1), SignalKind.ANSWER, 1))
            assert (await teacher.hear(Signalled)).sender == 2


async def test_a_silent_member_is_lost_within_seconds_and_may_come_back(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        session = await begin(teacher, pupil)
        assert (await teacher.hear(MemberChanged)).info.is_connected
        pupil.is_beating = False
        gone = await teacher.hear(MemberChanged)
        assert (gone.info.member, gone.info.is_connected) == (2, False)
        assert await pupil.closed() == 4003
        async with house.socket(await house.sign_in("pupil1")) as again:
            assert (await join(again, session)).connection == 2
        async with house.socket() as page:
            await page.say(Hello(1, await house.sign_in("pupil1")))
            assert (await page.hear(Welcome)).session == session


async def test_the_teacher_ends_it_for_all_and_the_log_s_tail_still_arrives(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        session = await begin(teacher, pupil)
        writer = await open_log(teacher)
        await pupil.say(EndSession())
        assert await pupil.hear(Rejected) == Rejected("end_session", Refusal.NOT_ALLOWED)
        await teacher.say(EndSession())
        for peer in (teacher, pupil):
            assert await peer.hear(Ended) == Ended(session, EndReason.TEACHER, 0)
        tail = writer.block()
        assert await store(teacher, tail) == 1
        assert await pupil.hear_blocks(1) == [tail]
        await pupil.say(Join(session, EntryNumber(0)))
        assert (await pupil.hear(Rejected)).reason in (
            Refusal.SESSION_OVER,
            Refusal.NOT_IN_SESSION,
        )
        async with house.person("teacher") as again:
            assert (await join(again, session)).stored == 1
            await again.hear(Ended)
            # both are free again, and the history shows with the next request
            await pupil.say(Ask("物理"))
            offer = await again.hear(RequestOffered)
            assert [line.session for line in offer.earlier] == [session]


async def test_a_stranger_gets_the_same_answer_for_any_session(house: House) -> None:
    async with (
        house.person("teacher") as teacher,
        house.person("pupil1") as pupil,
        house.person("pupil2") as stranger,
    ):
        session = await begin(teacher, pupil)
        answers = []
        for name in (session, "0" * 32):
            await stranger.say(Join(name, EntryNumber(0)))
            answers.append(await stranger.hear(Rejected))
        assert answers[0] == answers[1] == Rejected("join", Refusal.NOT_IN_SESSION)


async def test_signing_out_closes_the_sockets_at_once(house: House) -> None:
    token = await house.sign_in("pupil1")
    async with house.socket(token) as pupil:
        bearer = {"Authorization": f"Bearer {token}", "X-Lamplight-Client": "engine"}
        assert (await house.http.post("/api/sign-out", headers=bearer)).status_code == 204
        assert await pupil.closed() == 4006
        assert (await house.http.get("/api/me", headers=bearer)).status_code == 401
    async with house.socket() as again:
        await again.say(Hello(1, token))
        assert await again.hear(Rejected) == Rejected("hello", Refusal.NOT_SIGNED_IN)


async def test_two_lessons_at_once_do_not_meet(house: House) -> None:
    async with house.person("teacher") as teacher, house.person("pupil1") as pupil:
        await begin(teacher, pupil)
        async with house.person("pupil2") as other:
            await other.say(Ask("数学"))
            await asyncio.sleep(0.3)
            assert not any(isinstance(m, RequestOffered) for m in teacher.heard)
            await teacher.say(EndSession())
            assert (await teacher.hear(RequestOffered)).name == "丙同学"
            assert not any(isinstance(m, SessionReady) for m in other.heard)


async def test_two_accepts_back_to_back_open_one_session(house: House) -> None:
    async with (
        house.person("teacher") as teacher,
        house.person("pupil1") as one,
        house.person("pupil2") as other,
    ):
        for pupil in (one, other):
            await pupil.say(Ask("数学"))
            await pupil.hear(Queued)
        await teacher.say(SetDuty(True))
        offers = [await teacher.hear(RequestOffered) for _ in range(2)]
        for offer in offers:
            await teacher.say(AcceptRequest(offer.request))
        session = (await one.hear(SessionReady)).session
        assert (await teacher.hear(SessionReady)).session == session
        await join(teacher, session)
        await join(one, session)
        assert not any(isinstance(m, SessionReady) for m in (*teacher.heard, *other.heard))
        await teacher.say(EndSession())
        assert (await teacher.hear(RequestOffered)).request == offers[1].request
        await teacher.say(AcceptRequest(offers[1].request))
        assert (await other.hear(SessionReady)).session != session
