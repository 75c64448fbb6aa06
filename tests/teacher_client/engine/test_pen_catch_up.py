"""Which stored dots came live already."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pen_driver import (
    NcodePage,
    OfflineDot,
    OfflineStroke,
    PenDown,
    PenSample,
    StrokeNo,
    Tip,
)
from pen_driver.offline import StoredStroke
from teacher_client.engine.pen_catch_up import SAME_MS, LiveStrokes

PAGE = NcodePage(3, 27, 604, 1)


def seen(live: LiveStrokes, *times_ms: int) -> None:
    first, *rest = times_ms
    live.take(PenDown(0.0, first / 1000, StrokeNo(1), PAGE))
    for at in (first, *rest):
        live.take(PenSample(0.0, at / 1000, StrokeNo(1), 1, 1, 0.5))


def stored(down_ms: int, *times_ms: int) -> StoredStroke:
    dots, before = [], down_ms
    for at in times_ms:
        dots.append(OfflineDot(at - before, 1, 1, 9, 90, 90, 0))
        before = at
    stroke = OfflineStroke(PAGE, down_ms, before, Tip.NORMAL, 0, tuple(dots))
    return StoredStroke(f"key {down_ms}", down_ms / 1000, stroke)


def times(left: StoredStroke | None) -> list[int]:
    if left is None:
        return []
    at, found = left.stroke.down_ms, []
    for dot in left.stroke.dots:
        at += dot.dt_ms
        found.append(at)
    return found


def test_what_was_never_seen_stays_whole() -> None:
    live = LiveStrokes()
    assert live.rest_of(stored(100, 110, 120)) == stored(100, 110, 120)
    seen(live, 5000, 5010)
    assert times(live.rest_of(stored(100, 110, 120))) == [110, 120]


def test_what_came_whole_is_left_out_also_where_its_first_dots_were_noise() -> None:
    live = LiveStrokes()
    seen(live, 1000 + SAME_MS, 1050, 1060)
    assert live.rest_of(stored(990, 1000, 1050, 1060)) is None


def test_of_a_stroke_that_was_cut_the_rest_is_left() -> None:
    live = LiveStrokes()
    seen(live, 1000, 1010, 1020)
    assert times(live.rest_of(stored(995, 1000, 1010, 1020, 1030, 1500))) == [1030, 1500]


def test_a_clock_that_was_set_back_hides_nothing() -> None:
    live = LiveStrokes()
    seen(live, 9000, 9100)
    seen(live, 500, 600)
    assert times(live.rest_of(stored(9000, 9010, 9020))) == [9010, 9020]
    assert live.rest_of(stored(500, 550)) is None


@given(st.lists(st.lists(st.integers(1, 300), min_size=1, max_size=8), max_size=6))
def test_live_ink_is_never_written_again_and_other_ink_always(gaps: list[list[int]]) -> None:
    live, at, ink = LiveStrokes(), 10_000, list[list[int]]()
    for stroke in gaps:
        at += 1000  # longer than any noise before a stroke
        moments = []
        for gap in stroke:
            at += gap
            moments.append(at)
        ink.append(moments)
    for index, moments in enumerate(ink):
        if index % 2:
            seen(live, *moments)
    for index, moments in enumerate(ink):
        left = times(live.rest_of(stored(moments[0] - 1, *moments)))
        assert left == ([] if index % 2 else moments)
