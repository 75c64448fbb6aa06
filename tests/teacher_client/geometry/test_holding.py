"""When a pen is held still."""

from __future__ import annotations

from teacher_client.geometry.holding import HOLD_MS, Hold
from tests.teacher_client.geometry.real_ink import TIMED, real_strokes


def test_a_pen_that_trembles_is_still_and_one_that_creeps_is_not() -> None:
    hold = Hold()
    assert not hold.is_held(9999)
    for k in range(60):
        hold.add(1000 + (-1) ** k * 20, 500, k * 11)
        assert hold.is_held(k * 11) is (k * 11 >= HOLD_MS)
    for k in range(60, 200):
        hold.add(1000 + (k - 60) * 10, 500, k * 11)
    assert not hold.is_held(200 * 11)


def test_a_mouse_that_rests_sends_nothing() -> None:
    hold = Hold()
    hold.add(0, 0, 0)
    hold.add(5000, 0, 100)
    assert not hold.is_held(599)
    assert hold.is_held(600)


def test_writing_has_no_holds() -> None:
    held = 0
    strokes = real_strokes(TIMED)
    for stroke in strokes:
        hold, is_held = Hold(), False
        for x, y, ms in stroke:
            hold.add(x, y, ms)
            is_held = is_held or hold.is_held(ms)
        # a dot of an i rests as long as it may: smaller than 3 mm nothing becomes a shape
        size = max(max(c) - min(c) for c in list(zip(*stroke, strict=True))[:2])
        held += is_held and size > 300
    assert held <= 0.05 * len(strokes)
