"""What a lasso holds, beside the same asked point by point."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.hits import StrokeIndex
from teacher_client.geometry.lasso import Lasso


def index_of(*ways: list[tuple[int, int]]) -> StrokeIndex:
    index = StrokeIndex()
    for number, way in enumerate(ways, 1):
        index.put(StrokeId(number), [x for x, _ in way], [y for _, y in way], 70)
    return index


SQUARE: list[Point] = [(0, 0), (10_000, 0), (10_000, 10_000), (0, 10_000)]


@pytest.mark.parametrize(
    ("way", "is_chosen"),
    [
        ([(5000, 5000)], True),
        ([(12_000, 5000)], False),
        ([(9000, 5000), (9500, 5000), (11_000, 5000)], True),
        ([(9500, 5000), (11_000, 5000)], False),  # one of two is no majority
        ([(20_000, 5000)] * 3 + [(5000, 5000)] * 2, False),
        ([(-9000, -9000), (90_000, 90_000)], False),
        ([(50, 50), (51, 51), (-9000, 20)], True),
    ],
)
def test_majority(way: list[tuple[int, int]], is_chosen: bool) -> None:
    assert bool(Lasso(SQUARE).strokes(index_of(way))) is is_chosen


def test_rubbed_out_samples_do_not_count() -> None:
    index = StrokeIndex()
    x = [5000, 5100, 5200, 5300, 20_000, 20_100, 20_200]
    index.put(StrokeId(1), x, [5000] * 7, 70, [(0, 3)])
    assert Lasso(SQUARE).strokes(index) == []  # two of five are left inside
    index.put(StrokeId(1), x, [5000] * 7, 70, [(3, 6)])
    assert Lasso(SQUARE).strokes(index) == [1]


def test_in_drawing_order() -> None:
    ways = [[(k * 100, k * 100)] for k in range(1, 60)]
    assert Lasso(SQUARE).strokes(index_of(*ways)) == list(range(1, 60))


@pytest.mark.parametrize("way", [[], [(5, 5)], [(0, 0), (9000, 9000)], [(5, 5)] * 9])
def test_a_lasso_around_nothing_holds_nothing(way: list[Point]) -> None:
    lasso = Lasso(way)
    assert lasso.strokes(index_of([(5, 5)], [(4000, 4000), (4001, 4000)])) == []
    assert lasso.strokes(StrokeIndex()) == []
    assert not lasso.holds([(5, 5), (5, 5), (5, 5), (5, 5)])


def test_a_picture_by_its_corners() -> None:
    lasso = Lasso(SQUARE)
    assert lasso.holds([(100, 100), (9000, 100), (9000, 11_000), (100, 9000)])
    assert not lasso.holds([(100, 100), (9000, 100), (9000, 11_000), (100, 11_000)])
    assert not lasso.holds([])


def is_inside(way: list[Point], x: float, y: float) -> bool:
    """By the sum of angles around the point: another way than crossings."""
    total = 0.0
    for (ax, ay), (bx, by) in zip(way, [*way[1:], way[0]], strict=True):
        a, b = math.atan2(ay - y, ax - x), math.atan2(by - y, bx - x)
        total += (b - a + math.pi) % (2 * math.pi) - math.pi
    return round(total / (2 * math.pi)) % 2 == 1


corner = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda p: (p[0] * 50, p[1] * 50))
spot = st.tuples(st.integers(-20, 220), st.integers(-20, 220)).map(
    lambda p: (p[0] * 50 + 17, p[1] * 50 + 23)  # off the lattice: on no edge's end
)


@given(st.lists(corner, min_size=3, max_size=12), st.lists(st.lists(spot, min_size=1, max_size=7)))
def test_same_as_point_by_point(way: list[Point], strokes: list[list[tuple[int, int]]]) -> None:
    expected = [
        number
        for number, stroke in enumerate(strokes, 1)
        if sum(is_inside(way, x, y) for x, y in stroke) * 2 > len(stroke)
    ]
    found = Lasso(way).strokes(index_of(*strokes))
    on_edge = {
        number
        for number, stroke in enumerate(strokes, 1)
        for x, y in stroke
        for (ax, ay), (bx, by) in zip(way, [*way[1:], way[0]], strict=True)
        if abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 1e-6
    }
    assert set(found) - on_edge == set(expected) - on_edge
