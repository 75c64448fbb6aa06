from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.filters import SPIKE_UNITS, SpikeFilter

Place = tuple[float, float]


def through(places: list[Place], threshold: float | None = SPIKE_UNITS) -> list[Place]:
    spikes: SpikeFilter[Place] = SpikeFilter(threshold)
    passed = [item for x, y in places for item in spikes.push(x, y, (x, y))]
    passed += spikes.end()
    assert len(passed) + spikes.dropped == len(places)
    return passed


LINE: list[Place] = [(20.0 + n, 30.0) for n in range(6)]


def test_single_spike_in_either_direction_is_left_out() -> None:
    for spike in ((90.0, 30.0), (22.0, 90.0), (22.0, 5.0)):
        assert through([*LINE[:3], spike, *LINE[3:]]) == LINE


def test_first_and_last_dot_always_pass() -> None:
    far = (90.0, 90.0)
    assert through([far, *LINE]) == [far, *LINE]
    assert through([*LINE, far]) == [*LINE, far]
    assert through([LINE[0], far]) == [LINE[0], far]
    assert through([far]) == [far]


def test_a_far_jump_that_stays_is_ink() -> None:
    places = [*LINE, (60.0, 30.0), (61.0, 30.0), (62.0, 30.0)]
    assert through(places) == places


def test_a_fast_line_is_ink() -> None:
    places = [(20.0 + 15 * n, 30.0 + 15 * n) for n in range(6)]
    assert through(places) == places


def test_near_dots_do_not_wait() -> None:
    spikes: SpikeFilter[int] = SpikeFilter()
    assert [spikes.push(20.0 + n, 30.0, n) for n in range(4)] == [[0], [1], [2], [3]]
    assert spikes.push(80.0, 30.0, 4) == []
    assert spikes.push(24.0, 30.0, 5) == [5]
    assert spikes.dropped == 1


def test_switched_off_nothing_is_left_out() -> None:
    places = [*LINE[:3], (90.0, 30.0), *LINE[3:]]
    assert through(places, None) == places


place = st.tuples(st.floats(0, 100), st.floats(0, 100))


@given(st.lists(place, min_size=1, max_size=40))
def test_ends_and_order_stay(places: list[Place]) -> None:
    passed = through(places)
    assert passed[0] == places[0]
    assert passed[-1] == places[-1]
    rest = iter(places)
    assert all(item in rest for item in passed)


@given(st.lists(place, max_size=20), st.lists(place, max_size=20))
def test_strokes_do_not_touch_each_other(one: list[Place], two: list[Place]) -> None:
    spikes: SpikeFilter[Place] = SpikeFilter()
    for x, y in one:
        spikes.push(x, y, (x, y))
    spikes.end()
    passed = [item for x, y in two for item in spikes.push(x, y, (x, y))] + spikes.end()
    assert passed == through(two)
