"""The 20 ms schedule."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from teacher_client.audio.pacing import MAX_BURST, Pace, ticks


def test_in_time_gives_every_tick() -> None:
    pace = Pace(100.0)
    got = [pace.next_tick(100.0 + n * 0.02) for n in range(1_000)]
    assert [tick.index for tick in got] == list(range(1_000))
    assert got[-1].due == 100.0 + 999 * 0.02
    assert pace.skipped == 0


def test_after_a_stall_at_most_five_at_once() -> None:
    pace = Pace(0.0)
    pace.next_tick(0.0)
    now = 1.005
    owed = []
    while (tick := pace.next_tick(now)).due <= now:
        owed.append(tick.index)
    assert owed == [46, 47, 48, 49, 50]
    assert pace.skipped == 45


@given(st.lists(st.floats(0.0, 0.3), max_size=200))
def test_never_a_longer_burst_never_backwards_never_early(steps: list[float]) -> None:
    pace, now, last, burst = Pace(0.0), 0.0, -1, 0
    for step in steps:
        now += step
        burst = 0
        while True:
            tick = pace.next_tick(now)
            assert tick.index > last
            last = tick.index
            if tick.due > now:
                now = tick.due
                break
            burst += 1
        assert burst <= MAX_BURST


async def test_ticks_keep_the_clock() -> None:
    start = time.monotonic()
    async for tick in ticks(start):
        assert time.monotonic() >= tick.due
        if tick.index >= 10:
            break
    assert time.monotonic() - start >= 0.2
