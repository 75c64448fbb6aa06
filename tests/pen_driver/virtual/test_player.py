from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.virtual.ink import InkPoint
from pen_driver.virtual.player import (
    ROUND_PAUSE_S,
    Action,
    Hover,
    Lift,
    Move,
    Player,
    Touch,
    round_of,
)

STROKES = (
    (InkPoint(5.0, 1, 1, 0.5), InkPoint(5.5, 2, 2, 0.5)),
    (InkPoint(7.0, 3, 3, None),),
)


def play(player: Player, until: float, start: float = 0.0) -> list[Action]:
    """Take what is due every 10 ms."""
    actions: list[Action] = []
    steps = round((until - start) * 100)
    for n in range(steps + 1):
        actions += player.take(start + n / 100)
    return actions


def test_ink_keeps_its_own_times() -> None:
    player = Player(STROKES, speed=1.0, is_looping=False)
    player.resume(100.0)
    actions = play(player, 104.0, 100.0)
    ink = [type(action) for action in actions if not isinstance(action, Hover)]
    assert ink == [Touch, Move, Move, Lift, Touch, Move, Lift]
    assert [action.at for action in actions if isinstance(action, Move)] == [100.0, 100.5, 102.0]
    assert player.is_finished
    assert player.next_at() is None


def test_speed() -> None:
    player = Player(STROKES, speed=4.0, is_looping=False)
    player.resume(0.0)
    actions = play(player, 2.0)
    assert [a.at for a in actions if isinstance(a, Move)] == pytest.approx([0, 0.125, 0.5])


def test_rounds_go_to_fresh_sheets() -> None:
    player = Player(STROKES, speed=1.0, is_looping=True)
    player.resume(0.0)
    actions = play(player, 20.0)
    rounds = [action.round_no for action in actions if isinstance(action, Touch)]
    assert rounds[:4] == [0, 0, 1, 1]
    touches = [action.at for action in actions if isinstance(action, Touch)]
    assert touches[2] == pytest.approx(2.008 + ROUND_PAUSE_S)
    assert all(a.at <= b.at for a, b in pairwise(actions))
    assert not player.is_finished


def test_after_a_break_the_next_whole_stroke_comes() -> None:
    player = Player(STROKES, speed=1.0, is_looping=False)
    player.resume(0.0)
    play(player, 0.3)  # in the middle of the first stroke
    player.resume(50.0)
    actions = play(player, 51.0, 50.0)
    assert [type(action) for action in actions] == [Touch, Move, Lift]
    assert actions[1].at == 50.0


def test_after_a_break_at_the_very_end_nothing_comes() -> None:
    player = Player(STROKES, speed=1.0, is_looping=False)
    player.resume(0.0)
    play(player, 5.0)
    player.resume(10.0)
    assert player.next_at() is None


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 170), st.floats(0, 240)), min_size=2),
    st.floats(0.5, 20),
)
def test_it_hovers_on_its_way_between_strokes_only(
    points: list[tuple[float, float, float]], speed: float
) -> None:
    times = accumulate(pause for pause, _, _ in points)
    strokes = [(InkPoint(t, x, y, 0.5),) for t, (_, x, y) in zip(times, points, strict=True)]
    actions = round_of(strokes, 100.0, speed, 0)
    is_down, last = False, actions[0]
    for action in actions:
        match action:
            case Touch():
                is_down = True
            case Lift():
                is_down, last = False, action
            case Hover():
                assert not is_down
                assert last.at < action.at <= last.at + 1.0
                assert 0 <= action.x_mm <= 170
                assert 0 <= action.y_mm <= 240
    assert not any(isinstance(action, Hover) for action in (actions[0], actions[-1]))


def test_a_pause_is_filled_with_hovering() -> None:
    way = [action for action in round_of(STROKES, 0.0, 1.0, 0) if isinstance(action, Hover)]
    assert 38 <= len(way) <= 40
    assert all(a.x_mm < b.x_mm < 3 for a, b in pairwise(way))
