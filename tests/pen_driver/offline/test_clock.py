from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.offline import ClockReading, correct_time
from pen_driver.offline.clock import as_told

DAY = 86_400.0
SET = ClockReading(1_000_000.0, 1_000_000.0)


def test_one_reading_moves_by_its_offset() -> None:
    now = ClockReading(2_000_000.0, 2_000_060.0)
    assert correct_time(1_999_990.0, None, now) == 2_000_050.0


def test_two_readings_spread_the_drift() -> None:
    now = ClockReading(SET.pen_s + 10 * DAY, SET.host_s + 10 * DAY + 50)  # 5 s a day too slow
    assert correct_time(SET.pen_s, SET, now) == SET.host_s
    assert correct_time(now.pen_s, SET, now) == pytest.approx(now.host_s)
    middle = correct_time(SET.pen_s + 5 * DAY, SET, now)
    assert middle == pytest.approx(SET.host_s + 5 * DAY + 25)


def test_clock_never_set_gives_no_time() -> None:
    assert correct_time(3.0, None, ClockReading(5.0, 2_000_000.0)) is None


def test_clock_that_lost_its_power() -> None:
    now = ClockReading(500.0, SET.host_s + DAY)  # began anew 500 s ago
    assert correct_time(400.0, SET, now) == now.host_s - 100
    assert correct_time(SET.pen_s + 60, SET, now) == SET.host_s + 60  # written before that


def test_written_after_the_clock_was_set() -> None:
    now = ClockReading(2_000_000.0, 2_000_060.0)
    assert correct_time(2_000_100.0, None, now) == 2_000_100.0


def test_clock_that_was_set_to_something_else_is_not_stretched() -> None:
    now = ClockReading(SET.pen_s + DAY, SET.host_s + 3 * DAY)
    assert correct_time(now.pen_s - 60, SET, now) == now.host_s - 60


@given(
    drift=st.floats(-0.004, 0.004),
    days=st.floats(0.01, 365),
    share=st.floats(0, 1),
)
def test_any_steady_drift_is_undone(drift: float, days: float, share: float) -> None:
    passed = days * DAY
    now = ClockReading(SET.pen_s + passed * (1 + drift), SET.host_s + passed)
    moment = correct_time(SET.pen_s + share * passed * (1 + drift), SET, now)
    assert moment == pytest.approx(SET.host_s + share * passed, abs=0.01)


def test_a_clock_that_was_never_set_tells_no_date() -> None:
    assert as_told(86_400.0) is None
    assert as_told(1_767_225_600.0) == 1_767_225_600.0
