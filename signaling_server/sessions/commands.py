"""Pupils' commands on their way to the engine: stamped, bounded, kept for citation."""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.commands import (
    Command,
    EraseItems,
    EraseParts,
    LowerHand,
    Redo,
    Refusal,
    Say,
    TakeRight,
    Undo,
    WriteInk,
)
from signaling_server.protocol.ids import Member, StrokeId, stroke_writer
from signaling_server.protocol.messages import (
    ERASE_RATE,
    HAND_RATE,
    INK_SAMPLE_RATE,
    SAY_RATE,
    STEP_RATE,
    Commanded,
    Rate,
    Refused,
    SendCommand,
)
from signaling_server.rules.budgets import Budget
from signaling_server.rules.rights import Relation, may
from signaling_server.sessions.effects import Effect, SaveCommand, Send
from signaling_server.sessions.log import SessionLog
from signaling_server.sessions.records import ConnectionId, MemberRecord

CONNECTION_SHIFT: Final = 24  # ids.command_id

_RATES: Final[dict[str, Rate]] = {
    "ink": INK_SAMPLE_RATE,
    "erase": ERASE_RATE,
    "step": STEP_RATE,
    "say": SAY_RATE,
    "hand": HAND_RATE,
}


class CommandDesk:
    """Checks commands; budgets belong to the member, whatever sockets carry them."""

    def __init__(self, now_ms: int) -> None:
        self._started_ms = now_ms
        self._budgets: dict[tuple[Member, str], Budget] = {}

    def receive(
        self,
        to: ConnectionId,
        me: MemberRecord,
        message: SendCommand,
        engine: ConnectionId | None,
        log: SessionLog,
        now_ms: int,
    ) -> list[Effect]:
        """Forward a command, stamped with its sender; or refuse it to the sender alone."""
        refusal = self._check(me, message, log, now_ms)
        if refusal is None and engine is None:
            refusal = Refusal.NO_ENGINE
        if refusal is not None or engine is None:
            return [Send(to, Refused(message.command, refusal or Refusal.NO_ENGINE))]
        forwarded = Send(engine, Commanded(me.member, message.command, message.body))
        if not log.remember(me.member, message.command):
            return [forwarded]  # sent again after a reconnect; the engine knows it by its id
        return [SaveCommand(me.member, message.command), forwarded]

    def _check(
        self, me: MemberRecord, message: SendCommand, log: SessionLog, now_ms: int
    ) -> Refusal | None:
        body = message.body
        if not may(f"command:{body.TAG}", me.role, Relation.INSIDE):
            return Refusal.NO_RIGHT
        if isinstance(body, WriteInk | EraseItems | EraseParts | Undo | Redo) and not log.may_write(
            me.member
        ):
            return Refusal.NO_RIGHT  # the engine's to decide; its decision stands in the log
        connection = message.command >> CONNECTION_SHIFT
        if not 1 <= connection <= me.connection:
            return Refusal.INVALID
        if isinstance(body, WriteInk) and not body.x and not body.is_last:
            return Refusal.INVALID  # says nothing; only an end may come alone
        if not _is_own(me.member, body):
            return Refusal.NOT_YOURS
        if not self._has_budget(me.member, body, now_ms):
            return Refusal.TOO_FAST
        return None

    def _has_budget(self, member: Member, body: Command, now_ms: int) -> bool:
        kind, amount = _cost(body)
        budget = self._budgets.setdefault((member, kind), Budget(_RATES[kind], self._started_ms))
        return budget.take(amount, now_ms)


def _cost(body: Command) -> tuple[str, int]:
    """Which budget a command is paid from, and how much."""
    match body:
        case WriteInk():
            return "ink", max(1, len(body.x))
        case EraseItems():
            return "erase", len(body.items)
        case EraseParts():
            return "erase", len(body.parts)
        case Undo() | Redo():
            return "step", 1
        case Say():
            return "say", 1
        case _:
            return "hand", 1


def _is_own(member: Member, body: Command) -> bool:
    """A command about strokes, a hand or a right must be about the sender's own."""
    match body:
        case WriteInk():
            return stroke_writer(body.stroke) == member
        case EraseItems():
            return all(stroke_writer(StrokeId(item)) == member for item in body.items)
        case EraseParts():
            return all(stroke_writer(part.stroke) == member for part in body.parts)
        case LowerHand() | TakeRight():
            return body.member == member
        case _:
            return True
