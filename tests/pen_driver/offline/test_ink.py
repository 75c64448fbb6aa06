from __future__ import annotations

import pytest

from pen_driver.events import (
    NcodeBook,
    OfflineDot,
    OfflineStroke,
    PenDown,
    PenLifted,
    PenPage,
    PenSample,
    Tip,
)
from pen_driver.offline import StoredStroke, stroke_events
from pen_driver.paper import sheet_of

BOOK = NcodeBook(3, 27, 604)


def stored(t0: float | None, dots: int = 2, page: int = 1) -> StoredStroke:
    dot = OfflineDot(10, 30.25, 41.07, 426, 90, 100, 5)
    ink = OfflineStroke(BOOK.page(page), 10**12, 10**12, Tip.NORMAL, 0xFF0000FF, (dot,) * dots)
    return StoredStroke("key", t0, ink)


def test_stored_strokes_look_like_live_ones() -> None:
    events = list(stroke_events([stored(5000.0), stored(5007.5), stored(5008.0, page=2)]))
    assert [type(event) for event in events] == [
        PenPage, PenDown, PenSample, PenSample, PenLifted,
        PenDown, PenSample, PenSample, PenLifted,
        PenPage, PenDown, PenSample, PenSample, PenLifted,
    ]  # fmt: skip
    first, second = events[2], events[6]
    assert isinstance(first, PenSample)
    assert isinstance(second, PenSample)
    assert (first.x_mm, first.y_mm) == sheet_of(BOOK.page(1)).to_mm(30.25, 41.07)
    assert (first.force, first.tilt_x, first.tilt_y) == (0.5, 0, 10)
    assert (first.t_host, first.t_pen) == pytest.approx((0.01, 5000.01))
    assert (second.t_host, second.t_pen) == pytest.approx((7.51, 5007.51))
    numbers = [event.stroke for event in events if isinstance(event, PenDown)]
    assert numbers == [1, 2, 3]


def test_without_a_clock_strokes_follow_each_other() -> None:
    events = list(stroke_events([stored(None), stored(None, dots=0), stored(None)]))
    times = [event.t_host for event in events]
    assert times == sorted(times)
    assert {event.t_pen for event in events if isinstance(event, PenSample)} == {None}
    assert sum(isinstance(event, PenDown) for event in events) == 2
