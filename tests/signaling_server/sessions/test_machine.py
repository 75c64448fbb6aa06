from __future__ import annotations

from signaling_server.protocol.ids import EntryNumber, Member
from signaling_server.protocol.messages import (
    Clock,
    Ended,
    EndReason,
    EndSession,
    IceServer,
    Join,
    Joined,
    Leave,
    MemberChanged,
    PauseReason,
    ServerMessage,
    TimeWarning,
)
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import MINUTE_MS, Limits
from signaling_server.sessions.effects import (
    Effect,
    OpenPresence,
    SaveClock,
    SaveConnection,
    SaveEnd,
    Send,
    SessionOver,
)
from signaling_server.sessions.machine import CLOCK_EVERY_MS, SessionMachine
from signaling_server.sessions.records import ConnectionId, SessionId
from tests.signaling_server.sessions.records_in_memory import SESSION, P, T, new_record

START = Moment("boot", 1_000_000, 0)
TEACHER_SOCKET, PUPIL_SOCKET = ConnectionId(1), ConnectionId(2)
JOIN = Join(SESSION, EntryNumber(0))


def machine_of(limits: Limits | None = None) -> SessionMachine:
    return SessionMachine(new_record(limits or Limits(30 * MINUTE_MS), START), START)


def at(minutes: float) -> int:
    return START.monotonic_ms + int(minutes * MINUTE_MS)


def sent(effects: list[Effect], to: ConnectionId) -> list[ServerMessage]:
    return [e.message for e in effects if isinstance(e, Send) and e.to == to]


def test_stores_stand_before_sends() -> None:
    machine = machine_of()
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    effects = machine.join(PUPIL_SOCKET, P, JOIN, at(1))
    kinds = [type(effect) for effect in effects]
    assert kinds[:3] == [SaveConnection, OpenPresence, SaveClock]
    assert all(kind is Send for kind in kinds[3:])
    assert isinstance(sent(effects, PUPIL_SOCKET)[0], Joined)
    assert [type(m) for m in sent(effects, TEACHER_SOCKET)] == [MemberChanged, Clock]


def test_the_clock_begins_with_the_second_of_the_two_and_says_why_it_pauses() -> None:
    machine = machine_of()
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    waiting = machine.clock_for(Member(1), at(7))
    assert (waiting.has_begun, waiting.ends_in_ms) == (False, 30 * MINUTE_MS)
    assert waiting.paused is PauseReason.NOT_BEGUN
    machine.join(PUPIL_SOCKET, P, JOIN, at(7))
    assert machine.clock_for(Member(1), at(8)).ends_in_ms == 29 * MINUTE_MS
    machine.lost(PUPIL_SOCKET, at(9))
    paused = machine.clock_for(Member(1), at(10))
    assert (paused.paused, paused.effective_min, paused.ends_in_ms) == (
        PauseReason.NO_PUPIL,
        2,
        27 * MINUTE_MS,
    )
    machine.join(PUPIL_SOCKET, P, JOIN, at(10))
    machine.receive(TEACHER_SOCKET, Leave(), at(11))
    assert machine.clock_for(Member(2), at(12)).paused is PauseReason.NO_TEACHER


def test_each_warning_comes_once_to_everybody_and_then_the_end() -> None:
    machine = machine_of()
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    machine.join(PUPIL_SOCKET, P, JOIN, at(0))
    heard: list[ServerMessage] = []
    for second in range(24 * 60, 30 * 60 + 5):
        heard += sent(machine.tick(START.monotonic_ms + second * 1000), PUPIL_SOCKET)
    assert [m for m in heard if not isinstance(m, Clock)] == [
        TimeWarning(5),
        TimeWarning(1),
        Ended(SESSION, EndReason.TIME, 30),
    ]


def test_a_session_that_everybody_left_ends() -> None:
    machine = machine_of(Limits(30 * MINUTE_MS, empty_ms=10 * MINUTE_MS))
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    machine.join(PUPIL_SOCKET, P, JOIN, at(0))
    machine.lost(PUPIL_SOCKET, at(1))
    machine.lost(TEACHER_SOCKET, at(1))
    assert not any(isinstance(e, SaveEnd) for e in machine.tick(at(10.9)))
    effects = machine.tick(at(11))
    ends = [effect for effect in effects if isinstance(effect, SaveEnd)]
    assert [end.reason for end in ends] == [EndReason.NOBODY]
    assert isinstance(effects[-1], SessionOver)
    assert machine.tick(at(12)) == []


def test_a_session_that_never_began_frees_its_people_within_a_minute() -> None:
    machine = machine_of()
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    assert machine.tick(at(5))  # waiting alone is not leaving
    assert not machine.has_ended
    machine.lost(TEACHER_SOCKET, at(5))
    machine.tick(at(5.9))
    assert not machine.has_ended
    machine.tick(at(6))
    assert machine.has_ended


def test_the_clock_is_told_every_five_seconds_and_saved_every_second() -> None:
    machine = machine_of()
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    told = saved = 0
    for step in range(1, 101):  # ten seconds
        effects = machine.tick(START.monotonic_ms + step * 100)
        told += len(sent(effects, TEACHER_SOCKET))
        saved += sum(isinstance(effect, SaveClock) for effect in effects)
    assert told == 10_000 // CLOCK_EVERY_MS
    assert 9 <= saved <= 11


def test_who_is_not_inside_changes_nothing() -> None:
    machine = machine_of()
    machine.join(TEACHER_SOCKET, T, JOIN, at(0))
    assert machine.lost(ConnectionId(77), at(1)) == []
    (only,) = machine.receive(ConnectionId(77), Leave(), at(1))
    assert isinstance(only, Send)
    assert only.to == 77
    assert machine.has(TEACHER_SOCKET)


class Grants:
    """Writes down for how long the relay was lent."""

    is_only = True

    def __init__(self) -> None:
        self.lent: list[tuple[Member, int]] = []

    def servers(self, session: SessionId, member: Member, valid_ms: int) -> tuple[IceServer, ...]:
        self.lent.append((member, valid_ms))
        return (IceServer(("turn:relay.example",), f"{session}-{member}"),)


def test_the_relay_is_lent_for_the_rest_of_the_session_and_never_after_it() -> None:
    grants = Grants()
    limits = Limits(30 * MINUTE_MS, unbegun_ms=MINUTE_MS)
    machine = SessionMachine(new_record(limits, START), START, grants)
    (told,) = [
        m
        for m in sent(machine.join(TEACHER_SOCKET, T, JOIN, at(0)), TEACHER_SOCKET)
        if isinstance(m, Joined)
    ]
    assert told.ice == (IceServer(("turn:relay.example",), f"{SESSION}-1"),)
    assert told.is_relay_only
    machine.join(PUPIL_SOCKET, P, JOIN, at(5))
    machine.join(PUPIL_SOCKET, P, JOIN, at(20))
    assert grants.lent == [
        (Member(1), 31 * MINUTE_MS),  # the pupil may still come a minute later
        (Member(2), 30 * MINUTE_MS),
        (Member(2), 15 * MINUTE_MS),
    ]
    machine.receive(TEACHER_SOCKET, EndSession(), at(21))
    effects = machine.join(TEACHER_SOCKET, T, JOIN, at(21))
    (told,) = [m for m in sent(effects, TEACHER_SOCKET) if isinstance(m, Joined)]
    assert told.ice == ()
    assert len(grants.lent) == 3
