"""Tremor goes, the ends stay; and the guess of where the pen goes next."""

from __future__ import annotations

import math
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.geometry.predict import FARTHEST, STEPS, predict
from teacher_client.geometry.smoothing import Smoother, Strength
from tests.teacher_client.geometry.real_ink import TIMED, Timed, real_strokes

strokes = st.lists(
    st.tuples(st.floats(-9000, 9000), st.floats(-9000, 9000), st.floats(0, 150)),
    min_size=2,
    max_size=30,
)


def smoothed(stroke: Timed, strength: Strength) -> list[tuple[float, float]]:
    smoother = Smoother(strength)
    points = [smoother.add(*sample) for sample in stroke[:-1]]
    return [*points, smoother.end(*stroke[-1][:2])]


@given(strokes, st.sampled_from(Strength))
def test_the_ends_stay_and_all_else_lies_between(steps: Timed, strength: Strength) -> None:
    ms = 0.0
    stroke = []
    for x, y, more in steps:
        ms += more
        stroke.append((x, y, ms))
    points = smoothed(stroke, strength)
    assert points[0] == stroke[0][:2]
    assert points[-1] == stroke[-1][:2]
    if strength is Strength.OFF:
        assert points == [(x, y) for x, y, _ in stroke]
    for k in (0, 1):
        values = [sample[k] for sample in stroke]
        assert all(min(values) - 1e-6 <= p[k] <= max(values) + 1e-6 for p in points)


def test_a_pen_that_rests_stays_and_a_pause_forgets() -> None:
    smoother = Smoother(Strength.STRONG)
    assert {smoother.add(5, 7, k * 11) for k in range(9)} == {(5, 7)}
    assert smoother.add(500, 7, 99 + 500) == (500, 7)
    assert 500 < smoother.add(900, 7, 99 + 500)[0] < 900  # together, but written after it


@pytest.mark.parametrize(("strength", "most"), [(Strength.LIGHT, 0.7), (Strength.STRONG, 0.4)])
def test_tremor_on_a_slow_line(strength: Strength, most: float) -> None:
    line = [
        (20 * k / 0.9, 15 * math.sin(2 * math.pi * 10 * k / 90), k * 1000 / 90) for k in range(200)
    ]
    left = [abs(y) for _, y in smoothed(line, strength)[50:-1]]
    assert max(left) <= most * 15


@pytest.mark.parametrize(("strength", "lag_ms"), [(Strength.LIGHT, 10.6), (Strength.STRONG, 26.5)])
@pytest.mark.parametrize("hz", [90, 240])
def test_lag_on_a_steady_line_is_the_filters_time(
    strength: Strength, lag_ms: float, hz: int
) -> None:
    """1 / (2 π cutoff) at 40 mm/s, however often the pen reports."""
    line = [(4000 * k / hz, 0.0, k * 1000 / hz) for k in range(2 * hz)]
    points = smoothed(line, strength)
    assert (line[-2][0] - points[-2][0]) / 4 == pytest.approx(lag_ms, rel=0.02)


# prediction


@pytest.mark.parametrize("strength", [Strength.LIGHT, Strength.STRONG])
def test_samples_that_arrive_together_keep_the_letters_shape(strength: Strength) -> None:
    """A circle of 8 mm in a second at 120 Hz; ten samples come at a time, all with one time."""
    smoother, farthest = Smoother(strength), 0.0
    for k in range(121):
        turn = 2 * math.pi * k / 120
        x, y = 400 * math.cos(turn), 400 * math.sin(turn)
        drawn = smoother.add(x, y, k // 10 * 83.0)
        farthest = max(farthest, math.dist(drawn, (x, y)))
    assert farthest < (80 if strength is Strength.LIGHT else 140)  # taken as told: 220 and 263


def test_a_steady_pen_is_met_exactly() -> None:
    x, y, ms = (
        [k * 20.0 for k in range(9)],
        [k * -10.0 for k in range(9)],
        [k * 10.0 for k in range(9)],
    )
    points = predict(x, y, ms, 30)
    assert points == [pytest.approx((160 + 20 * k, -80 - 10 * k)) for k in range(1, STEPS + 1)]


def test_a_braking_pen_does_not_come_back() -> None:
    x = [0.0, 100, 180, 220, 221]
    points = predict(x, [0.0] * 5, [0.0, 11, 22, 33, 44], 50)
    assert all(px >= 221 for px, _ in points)
    assert [px for px, _ in points] == sorted(px for px, _ in points)


@pytest.mark.parametrize(
    ("x", "ms"), [([], []), ([1.0], [0.0]), ([1.0, 2.0], [0.0, 9.0]), ([1.0, 2.0, 3.0], [5.0] * 3)]
)
def test_nothing_sure_nothing_drawn(x: list[float], ms: list[float]) -> None:
    assert predict(x, x, ms) == []


@given(strokes, st.floats(0, 50))
def test_never_far(steps: Timed, ahead_ms: float) -> None:
    x, y = [s[0] for s in steps], [s[1] for s in steps]
    ms = [sum(s[2] for s in steps[: k + 1]) for k in range(len(steps))]
    for point in predict(x, y, ms, ahead_ms):
        assert math.dist(point, (x[-1], y[-1])) <= FARTHEST + 1e-3


def test_on_real_ink_the_guess_halves_the_error() -> None:
    """25 ms ahead, measured at the samples between which that time falls."""
    guessed, still = [], []
    for stroke in real_strokes(TIMED):
        x, y, ms = ([sample[k] for sample in stroke] for k in (0, 1, 2))
        for k in range(3, len(stroke)):
            after = next((i for i in range(k, len(stroke)) if ms[i] >= ms[k] + 25), None)
            if after is None or ms[after] > ms[k] + 50:
                continue
            share = (ms[k] + 25 - ms[after - 1]) / (ms[after] - ms[after - 1])
            there = (
                x[after - 1] + share * (x[after] - x[after - 1]),
                y[after - 1] + share * (y[after] - y[after - 1]),
            )
            points = predict(x[: k + 1], y[: k + 1], ms[: k + 1]) or [(x[k], y[k])]
            guessed.append(math.dist(points[-1], there))
            still.append(math.dist((x[k], y[k]), there))
    assert mean(guessed) < 0.5 * mean(still)
