"""One session as a value machine: (message, now) → effects.

It knows who is connected, how much time is left and what the log holds. It does no I/O; its
runner carries the effects out in order. `now_ms` is the monotonic clock of one process, the
same for every call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol, TypeAlias

from signaling_server.protocol import closing
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.ids import MAX_CONNECTION, TEACHER, EntryNumber, Epoch, Member
from signaling_server.protocol.messages import (
    Clock,
    Ended,
    EndReason,
    EndSession,
    EpochOpened,
    IceServer,
    Join,
    Joined,
    Leave,
    MemberChanged,
    MemberInfo,
    OpenEpoch,
    PauseReason,
    Refuse,
    Refused,
    Rejected,
    SendCommand,
    ServerMessage,
    Signal,
    Signalled,
    Stored,
    TimeWarning,
)
from signaling_server.rules.clock import SessionClock
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import Limits
from signaling_server.rules.presence import Attendance, recount
from signaling_server.sessions.commands import CommandDesk
from signaling_server.sessions.effects import (
    Close,
    ClosePresence,
    Effect,
    OpenPresence,
    SaveBlock,
    SaveClock,
    SaveConnection,
    SaveEnd,
    SaveEpoch,
    Send,
    SendBlock,
    SendLog,
    SessionOver,
)
from signaling_server.sessions.log import Known, SessionLog, sealed_for
from signaling_server.sessions.records import (
    ConnectionId,
    MemberRecord,
    PersonId,
    SessionId,
    SessionRecord,
)

CLOCK_EVERY_MS: Final = 5_000
SAVE_EVERY_MS: Final = 1_000


class RelayGrants(Protocol):
    """Who lets members use the relay."""

    @property
    def is_only(self) -> bool:
        """No direct paths."""

    def servers(self, session: SessionId, member: Member, valid_ms: int) -> tuple[IceServer, ...]:
        """What one member may use from now on, for so long."""


SessionMessage: TypeAlias = Leave | EndSession | OpenEpoch | Signal | Refuse | SendCommand


class SessionMachine:
    """A session that runs, or has just ended and still takes the tail of its log.

    Args:
        record: as stored.
        now: of this start; time away since the record was saved counts (R-S1).
        relay: what the peers may use for their connections; None: nothing.
    """

    def __init__(
        self, record: SessionRecord, now: Moment, relay: RelayGrants | None = None
    ) -> None:
        self.session: Final[SessionId] = record.session
        self._subject = record.subject
        self._limits = record.limits
        self._clock = SessionClock.resumed(record.limits, record.clock, now)
        self._relay = relay
        self._members = {member.member: member for member in record.members}
        self._numbers = {member.person: member.member for member in record.members}
        self._here: dict[Member, ConnectionId] = {}
        self._log = SessionLog(record)
        self._desk = CommandDesk(now.monotonic_ms)
        self._ended: EndReason | None = record.ending.reason if record.ending else None
        age = record.ending.age_ms if record.ending else self._clock.age(now.monotonic_ms)
        self._attendance = Attendance(recount(record.presences), age)
        self._warned = set(self._clock.warnings_due(now.monotonic_ms))
        self._left: set[Member] = set()
        self._clock_due = self._save_due = now.monotonic_ms
        self._empty_since: int | None = now.monotonic_ms

    # what others may ask

    @property
    def limits(self) -> Limits:
        """Its figures, as they were when it was opened."""
        return self._limits

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Everybody on the session's list."""
        return tuple(self._numbers)

    @property
    def has_ended(self) -> bool:
        """True from its end on, for ever."""
        return self._ended is not None

    @property
    def is_empty(self) -> bool:
        """Nobody is connected."""
        return not self._here

    def has(self, to: ConnectionId) -> bool:
        """This connection is inside."""
        return self._member_at(to) is not None

    def clock_for(self, member: Member, now_ms: int) -> Clock:
        """The clock as this member sees it; minutes are the member's own."""
        here = self._attendance
        here.advance(self._clock.age(now_ms))
        paused = None
        if self._clock.begun_ms is None:
            paused = PauseReason.NOT_BEGUN
        elif not here.is_effective:
            paused = PauseReason.NO_PUPIL if here.has_teacher else PauseReason.NO_TEACHER
        return Clock(
            ends_in_ms=0 if self.has_ended else self._clock.left_ms(now_ms),
            limit_ms=self._limits.limit_ms,
            effective_min=self._limits.minutes(here.of(member)),
            is_effective=here.is_effective,
            has_begun=self._clock.begun_ms is not None,
            paused=paused,
        )

    # connections

    def join(self, to: ConnectionId, person: PersonId, message: Join, now_ms: int) -> list[Effect]:
        """Let a person in; the newest device takes the place of an older one.

        A session that is over still lets its teacher's engine in, to bring the log's tail.
        """
        number = self._numbers.get(person)
        if number is None:
            return [Send(to, Rejected(Join.TAG, Refusal.NOT_IN_SESSION))]
        if self.has_ended and number != TEACHER:
            return [Send(to, Rejected(Join.TAG, Refusal.SESSION_OVER))]
        if self._members[number].connection >= MAX_CONNECTION:
            return [Send(to, Rejected(Join.TAG, Refusal.TOO_FAST))]
        effects = self._take_place(number, now_ms)
        me = replace(self._members[number], connection=self._members[number].connection + 1)
        self._members[number] = me
        self._here[number] = to
        self._empty_since = None
        effects.append(SaveConnection(me))
        if not self.has_ended:
            effects += self._enter(number, now_ms)
        effects.append(Send(to, self._joined(me, now_ms)))
        first = self._log.send_from(message.have, Epoch(message.have_counter, message.have_engine))
        if first <= self._log.stored:
            effects.append(SendLog(to, number, first, self._log.stored))
        if self._ended is not None:
            return [*effects, Send(to, self._end_for(number, self._ended))]
        effects += self._to_others(number, MemberChanged(self._info(me)))
        return effects + self._clock_to_all(now_ms, but=number)

    def lost(self, to: ConnectionId, now_ms: int) -> list[Effect]:
        """The connection closed or fell silent; one that has no place here changes nothing."""
        number = self._member_at(to)
        if number is None:
            return []
        del self._here[number]
        if not self._here:
            self._empty_since = now_ms
        if self.has_ended:
            return []
        age = self._clock.age(now_ms)
        self._attendance.leave(number, age)
        me = self._members[number]
        return [
            ClosePresence(number, me.connection, age),
            *self._to_others(number, MemberChanged(self._info(me))),
            *self._clock_to_all(now_ms),
        ]

    # messages

    def receive(self, to: ConnectionId, message: SessionMessage, now_ms: int) -> list[Effect]:
        """Apply one message of a connection that joined.

        A refused message gives one answer to its sender and costs nobody else anything.
        """
        number = self._member_at(to)
        if number is None:
            return [Send(to, Rejected(message.TAG, Refusal.NOT_IN_SESSION))]
        if isinstance(message, Leave):
            self._left.add(number)
            return self.lost(to, now_ms)
        if isinstance(message, OpenEpoch):
            return self._open_epoch(to, message)
        if self.has_ended:
            return [Send(to, Rejected(message.TAG, Refusal.SESSION_OVER))]
        match message:
            case EndSession():
                return self._end(EndReason.TEACHER, now_ms)
            case Signal():
                return self._signal(to, number, message)
            case Refuse():
                return self._refuse(to, message)
            case SendCommand():
                me, engine = self._members[number], self._here.get(TEACHER)
                return self._desk.receive(to, me, message, engine, self._log, now_ms)

    def receive_block(self, to: ConnectionId, data: bytes) -> list[Effect]:
        """Check a block of the teacher's engine; store it, acknowledge it, pass it on."""
        if self._member_at(to) != TEACHER:
            return [Send(to, Rejected("block", Refusal.NOT_ALLOWED))]
        result = self._log.receive(data, self._members)
        if isinstance(result, Refusal):
            return [Send(to, Rejected("block", result))]
        effects: list[Effect] = []
        if not isinstance(result, Known):
            effects.append(SaveBlock(result.record, data))
            effects += [
                SendBlock(reader, sealed_for(member, data, result.block))
                for member, reader in self._here.items()
                if member != TEACHER
            ]
        return [*effects, Send(to, Stored(self._log.stored))]

    # time

    def tick(self, now_ms: int) -> list[Effect]:
        """Let time pass; to be called several times a second."""
        if self.has_ended:
            return []
        if self._clock.is_over(now_ms):
            return self._end(EndReason.TIME, now_ms)
        if self._is_deserted(now_ms):
            return self._end(EndReason.NOBODY, now_ms)
        effects: list[Effect] = []
        for minutes in self._clock.warnings_due(now_ms):
            if minutes not in self._warned:
                self._warned.add(minutes)
                effects += [Send(to, TimeWarning(minutes)) for to in self._here.values()]
        if now_ms >= self._clock_due:
            effects += self._clock_to_all(now_ms)
        if now_ms >= self._save_due:
            self._save_due = now_ms + SAVE_EVERY_MS
            effects.append(SaveClock(self._clock.age(now_ms), self._clock.begun_ms, now_ms))
        return effects

    # parts

    def _is_deserted(self, now_ms: int) -> bool:
        if self._empty_since is None:
            return False
        limits, has_begun = self._limits, self._clock.begun_ms is not None
        return now_ms - self._empty_since >= (limits.empty_ms if has_begun else limits.unbegun_ms)

    def _member_at(self, to: ConnectionId) -> Member | None:
        return next((member for member, at in self._here.items() if at == to), None)

    def _take_place(self, number: Member, now_ms: int) -> list[Effect]:
        older = self._here.get(number)
        if older is None:
            return []
        effects: list[Effect] = []
        if not self.has_ended:
            age = self._clock.age(now_ms)
            self._attendance.leave(number, age)
            effects.append(ClosePresence(number, self._members[number].connection, age))
        gone = Rejected(Join.TAG, Refusal.GONE)
        return [*effects, Send(older, gone), Close(older, closing.REPLACED)]

    def _enter(self, number: Member, now_ms: int) -> list[Effect]:
        age = self._clock.age(now_ms)
        self._left.discard(number)
        self._attendance.enter(number, age)
        effects: list[Effect] = [OpenPresence(number, self._members[number].connection, age)]
        if self._clock.begun_ms is None and self._attendance.is_effective:
            self._clock = self._clock.begun(now_ms)
            effects.append(SaveClock(age, self._clock.begun_ms, now_ms))
        return effects

    def _joined(self, me: MemberRecord, now_ms: int) -> Joined:
        newest = self._log.newest
        return Joined(
            session=self.session,
            subject=self._subject,
            member=me.member,
            connection=me.connection,
            members=tuple(self._info(member) for member in self._members.values()),
            clock=self.clock_for(me.member, now_ms),
            stored=self._log.stored,
            counter=newest.epoch.counter if newest else 0,
            engine=newest.epoch.engine if newest else "",
            first=newest.first if newest else EntryNumber(0),
            ice=self._ice(me.member, now_ms),
            is_relay_only=self._relay is not None and self._relay.is_only,
        )

    def _ice(self, member: Member, now_ms: int) -> tuple[IceServer, ...]:
        if self._relay is None or self.has_ended:
            return ()
        left = self._clock.left_ms(now_ms)
        if self._clock.begun_ms is None:  # the whole limit is left whenever the other one comes
            left += self._limits.unbegun_ms
        return self._relay.servers(self.session, member, left)

    def _info(self, member: MemberRecord) -> MemberInfo:
        return MemberInfo(
            member=member.member,
            name=member.name,
            role=member.role,
            is_connected=member.member in self._here,
            connection=member.connection,
            has_left=member.member in self._left,
        )

    def _open_epoch(self, to: ConnectionId, message: OpenEpoch) -> list[Effect]:
        if self._log.is_open(message):
            awaited = EntryNumber(self._log.stored + 1)
            return [Send(to, EpochOpened(message.counter, awaited))]
        opened = self._log.open_epoch(message)
        if isinstance(opened, Refusal):
            return [Send(to, Rejected(OpenEpoch.TAG, opened))]
        return [SaveEpoch(opened), Send(to, EpochOpened(message.counter, opened.first))]

    def _signal(self, to: ConnectionId, number: Member, message: Signal) -> list[Effect]:
        if message.to == number or message.to not in self._members:
            return [Send(to, Rejected(Signal.TAG, Refusal.UNKNOWN_MEMBER))]
        if TEACHER not in (number, message.to):  # pupils have no peer connections among them
            return [Send(to, Rejected(Signal.TAG, Refusal.NOT_ALLOWED))]
        other = self._here.get(message.to)
        if other is None:
            return [Send(to, Rejected(Signal.TAG, Refusal.GONE))]
        return [Send(other, Signalled(number, message.kind, message.attempt, message.data))]

    def _refuse(self, to: ConnectionId, message: Refuse) -> list[Effect]:
        if message.member not in self._members or message.member == TEACHER:
            return [Send(to, Rejected(Refuse.TAG, Refusal.UNKNOWN_MEMBER))]
        other = self._here.get(message.member)
        return [] if other is None else [Send(other, Refused(message.command, message.reason))]

    def _end(self, reason: EndReason, now_ms: int) -> list[Effect]:
        age = self._clock.age(now_ms)
        effects: list[Effect] = []
        for number in self._here:
            self._attendance.leave(number, age)
            effects.append(ClosePresence(number, self._members[number].connection, age))
        self._attendance.advance(age)
        self._ended = reason
        effects.append(SaveEnd(reason, age, self._attendance.totals()))
        effects += [Send(to, self._end_for(n, reason)) for n, to in self._here.items()]
        return [*effects, SessionOver()]

    def _end_for(self, number: Member, reason: EndReason) -> Ended:
        return Ended(self.session, reason, self._limits.minutes(self._attendance.of(number)))

    def _to_others(self, number: Member, message: ServerMessage) -> list[Effect]:
        return [Send(to, message) for other, to in self._here.items() if other != number]

    def _clock_to_all(self, now_ms: int, but: Member | None = None) -> list[Effect]:
        self._clock_due = now_ms + CLOCK_EVERY_MS
        return [
            Send(to, self.clock_for(number, now_ms))
            for number, to in self._here.items()
            if number != but
        ]
