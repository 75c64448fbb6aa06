"""Nobody gets more than 30 minutes, whatever the schedule (R-S1, R-S2; A7, A8, A9, A11)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.messages import Join
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import MINUTE_MS, Limits
from signaling_server.rules.presence import recount
from signaling_server.sessions.effects import Effect
from signaling_server.sessions.machine import SessionMachine
from signaling_server.sessions.records import ConnectionId, PersonId
from tests.signaling_server.sessions.records_in_memory import (
    SESSION,
    Kept,
    P,
    Q,
    T,
    new_record,
)

LIMITS = Limits(30 * MINUTE_MS, empty_ms=10**9, unbegun_ms=10**9)
TICK_MS = 500

steps = st.one_of(
    st.tuples(st.just("join"), st.sampled_from([T, P, Q])),
    st.tuples(st.just("lose"), st.sampled_from([T, P, Q])),
    st.tuples(st.just("pass"), st.integers(0, 12 * MINUTE_MS)),
    st.tuples(st.just("jump"), st.integers(-86_400_000, 86_400_000)),
    st.tuples(st.just("crash"), st.integers(0, 5 * MINUTE_MS)),
    st.tuples(st.just("reboot"), st.integers(0, 5 * MINUTE_MS)),
)


class World:
    """A server, its clocks and its store; `true_ms` is what really passed."""

    def __init__(self) -> None:
        self.true_ms = 5_000_000
        self.wall_offset = 1_700_000_000_000
        self.boot = 0
        self.boot_at = 0
        self.kept = Kept(new_record(LIMITS, self.now()))
        self.machine = SessionMachine(self.kept.record, self.now())
        self.sockets = 0
        self.contact_ms: int | None = None  # true time at first contact
        self.end_ms: int | None = None
        self.unknown_ms = 0  # after contact, off over a reboot: nobody can know how long
        self.here: dict[PersonId, ConnectionId] = {}

    def now(self) -> Moment:
        return Moment(
            f"boot {self.boot}", self.true_ms - self.boot_at, self.true_ms + self.wall_offset
        )

    def carry(self, effects: list[Effect]) -> None:
        now = self.now()
        for effect in effects:
            self.kept.save(effect, now.boot, now.wall_ms, now.monotonic_ms)
        if self.contact_ms is None and self.kept.record.clock.begun_ms is not None:
            self.contact_ms = self.true_ms
        if self.end_ms is None and self.machine.has_ended:
            self.end_ms = self.true_ms

    def join(self, person: PersonId) -> None:
        self.sockets += 1
        to = ConnectionId(self.sockets)
        now = self.now().monotonic_ms
        self.carry(self.machine.join(to, person, Join(SESSION, 0), now))
        self.here[person] = to

    def lose(self, person: PersonId) -> None:
        if person in self.here:
            self.carry(self.machine.lost(self.here.pop(person), self.now().monotonic_ms))

    def let_pass(self, duration_ms: int) -> None:
        end = self.true_ms + duration_ms
        while self.true_ms < end:
            self.true_ms = min(end, self.true_ms + TICK_MS)
            self.carry(self.machine.tick(self.now().monotonic_ms))

    def restart(self, away_ms: int, is_reboot: bool) -> None:
        self.true_ms += away_ms
        if is_reboot:
            self.boot, self.boot_at = self.boot + 1, self.true_ms
            if self.contact_ms is not None:
                self.unknown_ms += away_ms + 1_000  # saved once a second
        self.kept.close_open()
        self.machine = SessionMachine(self.kept.record, self.now())
        self.here.clear()
        self.carry(self.machine.tick(self.now().monotonic_ms))  # the runner's first, at once


def play(schedule: list[tuple[str, int]]) -> World:
    world = World()
    for kind, value in schedule:
        match kind:
            case "join":
                world.join(PersonId(value))
            case "lose":
                world.lose(PersonId(value))
            case "pass":
                world.let_pass(value)
            case "jump":
                world.wall_offset += value
            case _:
                world.restart(value, kind == "reboot")
    return world


@settings(max_examples=300, deadline=None)
@given(st.lists(steps, max_size=25))
def test_A07_no_schedule_gives_more_than_thirty_minutes(schedule: list[tuple[str, int]]) -> None:
    assert_within_the_limit(schedule)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None)
@given(st.lists(steps, max_size=25))
def test_A07_soak_ten_thousand_schedules(schedule: list[tuple[str, int]]) -> None:
    assert_within_the_limit(schedule)


def assert_within_the_limit(schedule: list[tuple[str, int]]) -> None:
    world = play(schedule)
    world.let_pass(31 * MINUTE_MS)
    if world.contact_ms is None:
        assert not world.machine.has_ended
        return
    assert world.end_ms is not None, "it never ended"
    lasted = world.end_ms - world.contact_ms - world.unknown_ms
    assert lasted <= LIMITS.limit_ms + 1_000
    assert world.kept.end is not None
    effective = world.kept.end.effective
    assert effective.lesson_ms <= LIMITS.limit_ms
    counted = recount(world.kept.record.presences)
    assert effective.lesson_ms == counted.lesson_ms
    for member in (2, 3):
        assert effective.members.get(member, 0) == counted.members.get(member, 0)


def test_A07_closing_early_and_coming_back_does_not_restart_the_clock() -> None:
    world = play([("join", T), ("join", P), ("pass", 20 * MINUTE_MS), ("lose", T), ("lose", P)])
    world.let_pass(5 * MINUTE_MS)
    world.join(P)
    world.join(T)
    world.let_pass(6 * MINUTE_MS)
    assert world.machine.has_ended
    assert world.kept.end is not None
    assert world.kept.end.effective.lesson_ms == 25 * MINUTE_MS


def test_A08_two_devices_of_one_person_count_once() -> None:
    world = play([("join", T), ("join", P), ("join", P), ("pass", 31 * MINUTE_MS)])
    assert world.kept.end is not None
    assert world.kept.end.effective.lesson_ms == 30 * MINUTE_MS
    assert world.kept.end.effective.members == {2: 30 * MINUTE_MS}


def test_A09_wall_time_moves_nothing_while_the_machine_runs() -> None:
    world = play([("join", T), ("join", P), ("pass", 10 * MINUTE_MS), ("jump", -45 * MINUTE_MS)])
    world.let_pass(2_000)
    world.restart(MINUTE_MS, is_reboot=False)
    world.wall_offset += 90 * MINUTE_MS
    world.join(T)
    world.join(P)
    clock = world.machine.clock_for(world.kept.record.members[0].member, world.now().monotonic_ms)
    assert clock.ends_in_ms == 19 * MINUTE_MS - 2_000
    assert clock.effective_min == 10  # a crash costs at most the second since the last save


def test_time_off_over_a_reboot_counts_by_wall_time() -> None:
    world = play([("join", T), ("join", P), ("pass", 10 * MINUTE_MS), ("reboot", 4 * MINUTE_MS)])
    clock = world.machine.clock_for(world.kept.record.members[0].member, world.now().monotonic_ms)
    assert abs(clock.ends_in_ms - 16 * MINUTE_MS) <= 1_000


def test_A11_a_teacher_alone_earns_no_minute() -> None:
    world = play([("join", T), ("pass", 12 * MINUTE_MS), ("join", P), ("lose", P)])
    world.let_pass(31 * MINUTE_MS)
    assert world.kept.end is not None
    assert world.kept.end.effective.lesson_ms == 0
