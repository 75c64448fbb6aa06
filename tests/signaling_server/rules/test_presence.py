from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.rules.limits import Limits
from signaling_server.rules.presence import Attendance, Presence, recount

events = st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 3), st.booleans()), max_size=30)


@settings(max_examples=100)
@given(events)
def test_the_running_sum_equals_the_recount(steps: list[tuple[int, int, bool]]) -> None:
    here = Attendance()
    since: dict[int, int] = {}
    record: list[Presence] = []
    age = 0
    for spent, member, is_in in steps:
        age += spent
        if is_in and member not in since:
            here.enter(member, age)
            since[member] = age
        elif not is_in and member in since:
            here.leave(member, age)
            record.append(Presence(member, since.pop(member), age))
    here.advance(age)
    record += [Presence(member, start, age) for member, start in since.items()]
    counted = recount(record)
    assert here.of(1) == counted.lesson_ms
    for member in (2, 3):
        assert here.of(member) == counted.members.get(member, 0)


def test_overlapping_devices_are_a_union() -> None:
    counted = recount(
        [Presence(1, 0, 100), Presence(2, 10, 50), Presence(2, 40, 60), Presence(2, 90, 200)]
    )
    assert counted.lesson_ms == 60
    assert counted.members == {2: 60}


def test_B11_a_begun_minute_does_not_count() -> None:
    limits = Limits(30 * 60_000)
    assert [limits.minutes(ms) for ms in (0, 59_999, 60_000, 119_999)] == [0, 0, 1, 1]
