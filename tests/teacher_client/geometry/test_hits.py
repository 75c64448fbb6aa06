"""Strokes found by place, always the same as by asking every one."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.boxes import Box, Point, gap2, touch
from teacher_client.geometry.grid import Grid
from teacher_client.geometry.hits import StrokeIndex

places = st.integers(-3000, 3000)
boxes = st.tuples(places, places, st.integers(0, 4000), st.integers(0, 4000)).map(
    lambda b: (float(b[0]), float(b[1]), float(b[0] + b[2]), float(b[1] + b[3]))
)
keys = st.integers(0, 9)


class GridBesideAList(RuleBasedStateMachine):
    """Any order of puts and removals finds what a plain list finds."""

    def __init__(self) -> None:
        super().__init__()
        self.grid: Grid[int] = Grid()
        self.plain: dict[int, Box] = {}

    @rule(key=keys, box=boxes)
    def put(self, key: int, box: Box) -> None:
        self.grid.put(key, box)
        self.plain[key] = box

    @rule(key=keys)
    def remove(self, key: int) -> None:
        self.grid.remove(key)
        self.plain.pop(key, None)

    @rule(area=boxes)
    def near(self, area: Box) -> None:
        assert self.grid.near(area) == {k for k, box in self.plain.items() if touch(box, area)}

    @rule()
    def clear(self) -> None:
        self.grid.clear()
        self.plain.clear()

    @invariant()
    def same_keys(self) -> None:
        assert len(self.grid) == len(self.plain)
        assert all(key in self.grid for key in self.plain)


TestGrid = GridBesideAList.TestCase


def index_of(*ways: list[Point], width: int = 100) -> StrokeIndex:
    index = StrokeIndex()
    for number, way in enumerate(ways, 1):
        x, y = [round(x) for x, _ in way], [round(y) for _, y in way]
        index.put(StrokeId(number), x, y, width)
    return index


LINE: list[Point] = [(1000, 1000), (3000, 1000)]


@pytest.mark.parametrize(
    ("start", "stop", "is_hit"),
    [
        ((2000, 1250), (2000, 1250), True),  # beside the middle of a long segment
        ((2000, 1300), (2000, 1300), True),  # radius 250 and half the ink's width
        ((2000, 1301), (2000, 1301), False),
        ((3300, 1000), (3300, 1000), True),  # behind the end
        ((3301, 1000), (3301, 1000), False),
        ((2000, -9000), (2000, 9000), True),  # one quick move across
        ((-9000, 1310), (9000, 1310), False),  # a long way alongside
        ((3250, 1250), (3250, 1250), False),  # inside the box, outside the round end
    ],
)
def test_reach(start: Point, stop: Point, is_hit: bool) -> None:
    assert bool(index_of(LINE).along(start, stop, 250)) is is_hit


def test_a_dot_is_hit_and_a_stroke_without_samples_is_not() -> None:
    index = index_of([(500, 500)], [])
    assert index.along((400, 500), (450, 500), 10) == [1]
    assert len(index) == 1


def test_topmost_first_and_a_replaced_stroke_keeps_its_place() -> None:
    index = index_of(LINE, LINE, LINE)
    assert index.at(2000, 1000, 5) == [3, 2, 1]
    index.put(StrokeId(2), [1000, 3000], [1010, 1010], 100)
    assert index.at(2000, 1000, 5) == [3, 2, 1]
    index.remove(StrokeId(1))
    assert index.at(2000, 1000, 5) == [3, 2]
    index.put(StrokeId(1), [1000, 3000], [1000, 1000], 100)  # an erasure that was undone
    assert index.at(2000, 1000, 5) == [3, 2, 1]
    assert [one.stroke for one in index.ordered if one is not None] == [1, 2, 3]
    index.put(StrokeId(3), [], [], 100)
    assert StrokeId(3) not in index
    index.clear()
    assert index.at(2000, 1000, 5) == []


def test_what_is_rubbed_out_is_not_hit() -> None:
    index = StrokeIndex()
    index.put(StrokeId(1), [0, 1000, 2000, 3000], [0, 0, 0, 0], 10, [(1, 3)])
    assert index.at(1500, 0, 5) == []
    assert index.at(500, 0, 5) == [1]
    assert index.at(2500, 0, 5) == [1]


ways = st.lists(st.tuples(places, places), min_size=1, max_size=6)


@given(st.lists(ways, max_size=8), st.tuples(places, places), st.tuples(places, places), places)
def test_along_is_what_asking_every_stroke_gives(
    strokes: list[list[Point]], start: Point, stop: Point, radius: int
) -> None:
    radius = abs(radius) // 4
    reach2 = (radius + 50) ** 2
    expected = [
        number
        for number, way in enumerate(strokes, 1)
        if any(gap2(a, b, start, stop) <= reach2 for a, b in zip(way, way[1:] or way, strict=False))
    ]
    assert index_of(*strokes).along(start, stop, radius) == expected[::-1]


@given(*[st.tuples(places, places)] * 4)
def test_gap_is_the_nearest_of_many_points(a: Point, b: Point, c: Point, d: Point) -> None:
    def along(p: Point, q: Point) -> list[Point]:
        return [(p[0] + (q[0] - p[0]) * k / 40, p[1] + (q[1] - p[1]) * k / 40) for k in range(41)]

    sampled = min(math.dist(p, q) for p in along(a, b) for q in along(c, d))
    step = (math.dist(a, b) + math.dist(c, d)) / 80
    assert sampled - step - 1e-6 <= math.sqrt(gap2(a, b, c, d)) <= sampled + 1e-6
