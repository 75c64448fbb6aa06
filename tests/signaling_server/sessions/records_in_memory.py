"""A session's record kept by applying the machine's save effects; stands for the database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from signaling_server.protocol.ids import TEACHER, Member
from signaling_server.protocol.messages import Role
from signaling_server.rules.clock import SavedClock
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import Limits
from signaling_server.rules.presence import Presence
from signaling_server.sessions.effects import (
    ClosePresence,
    Effect,
    OpenPresence,
    SaveBlock,
    SaveClock,
    SaveCommand,
    SaveConnection,
    SaveEnd,
    SaveEpoch,
)
from signaling_server.sessions.records import (
    Ending,
    MemberRecord,
    PersonId,
    SessionId,
    SessionRecord,
)

T, P, Q = PersonId(10), PersonId(20), PersonId(30)
SESSION = SessionId("5e55105e55105e55")
MINUTE = 60_000


def new_record(limits: Limits, at: Moment) -> SessionRecord:
    """One teacher, two pupils."""
    return SessionRecord(
        session=SESSION,
        subject="数学",
        limits=limits,
        clock=SavedClock(0, None, at),
        members=(
            MemberRecord(TEACHER, T, "甲", Role.TEACHER),
            MemberRecord(Member(2), P, "乙", Role.PUPIL),
            MemberRecord(Member(3), Q, "丙", Role.PUPIL),
        ),
    )


@dataclass
class Kept:
    """What a database would hold."""

    record: SessionRecord
    open: dict[tuple[Member, int], int] = field(default_factory=dict)
    end: SaveEnd | None = None

    def save(self, effect: Effect, boot: str, wall_ms: int, now_ms: int) -> None:
        record = self.record
        match effect:
            case SaveClock():
                at = Moment(boot, effect.now_ms, wall_ms - (now_ms - effect.now_ms))
                self.record = replace(record, clock=SavedClock(effect.age_ms, effect.begun_ms, at))
            case SaveConnection():
                members = tuple(
                    effect.member if m.member == effect.member.member else m for m in record.members
                )
                self.record = replace(record, members=members)
            case OpenPresence():
                self.open[effect.member, effect.connection] = effect.from_ms
            case ClosePresence():
                start = self.open.pop((effect.member, effect.connection))
                self._present(effect.member, start, effect.to_ms)
            case SaveEpoch():
                self.record = replace(record, epochs=(*record.epochs, effect.epoch))
            case SaveBlock():
                self.record = replace(record, blocks=(*record.blocks, effect.block))
            case SaveCommand():
                pair = (effect.member, effect.command)
                self.record = replace(record, commands=(*record.commands, pair))
            case SaveEnd():
                self.end = effect
                self.record = replace(record, ending=Ending(effect.reason, effect.age_ms, wall_ms))
            case _:
                pass

    def close_open(self) -> None:
        """As after a crash: everybody was here until the clock was last saved."""
        for (member, _connection), start in self.open.items():
            self._present(member, start, max(start, self.record.clock.age_ms))
        self.open.clear()

    def _present(self, member: Member, start: int, end: int) -> None:
        presence = Presence(member, start, end)
        self.record = replace(self.record, presences=(*self.record.presences, presence))
