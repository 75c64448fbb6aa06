"""A pupil's commands each have their budget, and say something (A24)."""

from __future__ import annotations

import itertools

import pytest

from signaling_server.protocol.commands import (
    Command,
    EraseItems,
    EraseParts,
    Ink,
    LowerHand,
    RaiseHand,
    Redo,
    Refusal,
    Right,
    Say,
    StrokePart,
    TakeRight,
    Tool,
    Undo,
    WriteInk,
)
from signaling_server.protocol.entries import EntryKind
from signaling_server.protocol.ids import EntryNumber, Member, PageId, command_id, stroke_id
from signaling_server.protocol.messages import (
    ERASE_RATE,
    HAND_RATE,
    INK_SAMPLE_RATE,
    STEP_RATE,
    Commanded,
    OpenEpoch,
    Rate,
    Refused,
    Role,
    SendCommand,
)
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import Limits
from signaling_server.sessions.commands import CommandDesk
from signaling_server.sessions.effects import Send
from signaling_server.sessions.log import Accepted, SessionLog
from signaling_server.sessions.records import ConnectionId, MemberRecord
from tests.signaling_server.blocks import ENGINE_ID, Writer
from tests.signaling_server.sessions.records_in_memory import P, new_record

ENGINE, SOCKET, PUPIL = ConnectionId(1), ConnectionId(2), Member(2)


class Desk:
    """A desk with one pupil, who may write."""

    def __init__(self) -> None:
        self.log = SessionLog(new_record(Limits(1), Moment("b", 0, 0)))
        self.log.open_epoch(OpenEpoch(1, ENGINE_ID, EntryNumber(1)))
        given = self.log.receive(Writer().right(EntryKind.RIGHT_GIVEN, PUPIL), {PUPIL})
        assert isinstance(given, Accepted)
        self.desk = CommandDesk(0)
        self.me = MemberRecord(PUPIL, P, "乙", Role.PUPIL, connection=1)
        self.numbers = itertools.count(1)

    def refusal(self, body: Command, now_ms: int = 0) -> Refusal | None:
        """What the pupil hears; None: the engine has it."""
        message = SendCommand(command_id(1, next(self.numbers)), body)
        effects = self.desk.receive(SOCKET, self.me, message, ENGINE, self.log, now_ms)
        answer = effects[-1]
        assert isinstance(answer, Send)
        if isinstance(answer.message, Refused):
            assert answer.to == SOCKET
            return answer.message.reason
        assert answer == Send(ENGINE, Commanded(PUPIL, message.command, body))
        return None


def ink(samples: int, *, is_last: bool) -> WriteInk:
    column = tuple(range(samples))
    stroke = stroke_id(PUPIL, 1, 1)
    return WriteInk(
        stroke, PageId(1), Tool.PEN, Ink.PUPIL, 70, 0, column, column, column, (), is_last
    )


@pytest.mark.parametrize("other", [RaiseHand(), LowerHand(PUPIL), TakeRight(PUPIL, Right.SPEAK)])
def test_a_hand_goes_up_and_down_at_a_person_s_pace(other: Command) -> None:
    desk = Desk()
    answers = [desk.refusal(body) for _ in range(10) for body in (RaiseHand(), other)]
    burst = int(HAND_RATE.burst)
    assert answers == [None] * burst + [Refusal.TOO_FAST] * (20 - burst)
    assert desk.refusal(Say("老师好")) is None  # has its own budget
    assert desk.refusal(other, 1_000) is None
    assert desk.refusal(other, 1_000) is Refusal.TOO_FAST


def test_ink_without_samples_is_an_end_or_nothing() -> None:
    desk = Desk()
    assert desk.refusal(ink(0, is_last=False)) is Refusal.INVALID
    assert desk.refusal(ink(0, is_last=True)) is None
    assert desk.refusal(ink(1, is_last=False)) is None


def test_an_end_alone_costs_as_much_as_a_sample() -> None:
    desk = Desk()
    burst = int(INK_SAMPLE_RATE.burst)
    answers = [desk.refusal(ink(0, is_last=True)) for _ in range(burst + 2)]
    assert answers == [None] * burst + [Refusal.TOO_FAST] * 2


@pytest.mark.parametrize(
    ("body", "amount", "rate"),
    [
        (EraseItems(PageId(1), (stroke_id(PUPIL, 1, 1),) * 512), 512, ERASE_RATE),
        (
            EraseParts(PageId(1), (StrokePart(stroke_id(PUPIL, 1, 1), 0, 9),) * 200),
            200,
            ERASE_RATE,
        ),
        (Undo(), 1, STEP_RATE),
        (Redo(), 1, STEP_RATE),
    ],
)
def test_A24_what_readers_keep_for_good_has_a_budget(
    body: Command, amount: int, rate: Rate
) -> None:
    """Without one a pupil filled the log (64 MiB) in three minutes."""
    desk = Desk()
    answers = [desk.refusal(body) for _ in range(int(rate.burst) // amount + 3)]
    assert answers == [None] * (int(rate.burst) // amount) + [Refusal.TOO_FAST] * 3
    assert desk.refusal(body, 60_000) is None
