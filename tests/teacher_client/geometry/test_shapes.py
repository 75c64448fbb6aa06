"""Shapes that a hand means, and writing that stays writing."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.geometry.boxes import Point
from teacher_client.geometry.recognising import recognise
from teacher_client.geometry.shapes import (
    Arrow,
    Ellipse,
    Line,
    Rectangle,
    Shape,
    Triangle,
    outline,
)
from tests.teacher_client.geometry.hands import drawn
from tests.teacher_client.geometry.real_ink import WRITING, real_strokes

CENTRE = (10_000.0, 12_000.0)
places = st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)).map(
    lambda p: (float(p[0]), float(p[1]))
)
lengths = st.floats(500, 9000)
shapes: st.SearchStrategy[Shape] = st.one_of(
    st.builds(Line, places, places),
    st.builds(Ellipse, places, lengths, lengths, st.floats(0, 180)),
    st.builds(Rectangle, places, lengths, lengths, st.floats(0, 90)),
    st.builds(Triangle, st.tuples(places, places, places)),
    st.builds(Arrow, places, places, lengths),
)


@given(shapes)
def test_outline_is_one_dense_stroke(shape: Shape) -> None:
    (way,) = outline(shape)
    assert all(math.dist(a, b) <= 102 for a, b in pairwise(way))
    if isinstance(shape, Ellipse | Rectangle | Triangle):
        assert way[0] == way[-1]
    for corner in _corners(shape):
        assert min(math.dist(corner, point) for point in way) <= 0.8


def _corners(shape: Shape) -> list[Point]:
    match shape:
        case Line():
            return [shape.start, shape.stop]
        case Rectangle() | Triangle():
            return [*shape.corners]
        case Arrow():
            return [shape.tail, shape.tip, *shape.barbs]
        case Ellipse():
            return []


def test_an_ellipse_lies_on_its_equation() -> None:
    (way,) = outline(Ellipse((0, 0), 4000, 2000, 90))
    assert all((x / 2000) ** 2 + (y / 4000) ** 2 == pytest.approx(1, abs=0.002) for x, y in way)


# recognised


def turned(points: list[Point], angle: float) -> list[Point]:
    cos, sin = math.cos(angle), math.sin(angle)
    return [(CENTRE[0] + x * cos - y * sin, CENTRE[1] + x * sin + y * cos) for x, y in points]


def a_line(r: random.Random) -> list[tuple[int, int]]:
    return drawn(turned([(-size(r), 0), (size(r), 0)], r.uniform(0, 6)), r, is_closed=False)


def an_ellipse(r: random.Random) -> list[tuple[int, int]]:
    s, ratio = size(r), r.uniform(0.4, 1)
    angles = [k * 2 * math.pi / 60 for k in range(60)]
    way = [(s * math.cos(a), s * ratio * math.sin(a)) for a in angles]
    return drawn(turned(way, r.uniform(0, 6)), r, is_closed=True, is_round=True)


def a_rectangle(r: random.Random) -> list[tuple[int, int]]:
    s, ratio = size(r), r.uniform(0.35, 1)
    skew = r.uniform(-0.06, 0.06) * s
    h = s * ratio
    way = [(-s + skew, -h), (s, -h + skew), (s, h), (-s, h)]
    return drawn(turned(way, r.uniform(0, 6)), r, is_closed=True)


def a_triangle(r: random.Random) -> list[tuple[int, int]]:
    s, angle = size(r), r.uniform(0, 6)
    corners = [angle, angle + r.uniform(1.7, 2.4), angle + r.uniform(3.8, 4.5)]
    way = [(CENTRE[0] + s * math.cos(a), CENTRE[1] + s * math.sin(a)) for a in corners]
    return drawn(way, r, is_closed=True)


def an_arrow(r: random.Random) -> list[tuple[int, int]]:
    s = 2 * size(r)
    barb, angle = s * r.uniform(0.15, 0.35), r.uniform(0.4, 0.8)
    back = s - barb * math.cos(angle)
    side = barb * math.sin(angle)
    way = [(0.0, 0.0), (s, 0.0), (back, -side), (s, 0.0), (back, side)]
    return drawn(turned(way, r.uniform(0, 6)), r, is_closed=False)


def size(r: random.Random) -> float:
    return r.uniform(1000, 4500)


@pytest.mark.parametrize(
    ("hand", "kind", "least"),
    [
        (a_line, Line, 0.97),
        (an_ellipse, Ellipse, 0.97),
        (a_rectangle, Rectangle, 0.95),
        (a_triangle, Triangle, 0.92),
        (an_arrow, Arrow, 0.85),
    ],
)
def test_drawn_by_hand(
    hand: Callable[[random.Random], list[tuple[int, int]]], kind: type[Shape], least: float
) -> None:
    found = [recognise(hand(random.Random(seed))) for seed in range(60)]
    right = [one for one in found if one is not None and isinstance(one.shape, kind)]
    assert len(right) >= least * len(found)
    assert all(0 < one.confidence <= 1 for one in right)


def test_the_shape_lies_where_it_was_drawn() -> None:
    r = random.Random(3)
    way = drawn(
        turned([(-3000, -1500), (3000, -1500), (3000, 1500), (-3000, 1500)], 0.5), r, is_closed=True
    )
    found = recognise(way)
    assert found is not None
    assert isinstance(found.shape, Rectangle)
    assert found.shape.centre == pytest.approx(CENTRE, abs=150)
    assert sorted((found.shape.width, found.shape.height)) == pytest.approx([3000, 6000], rel=0.06)
    assert found.shape.angle == pytest.approx(math.degrees(0.5), abs=3)


def test_nearly_equal_and_nearly_upright_is_made_so() -> None:
    r = random.Random(4)
    found = recognise(
        drawn(
            turned([(-3000, -2800), (3000, -2800), (3000, 2800), (-3000, 2800)], 0.03),
            r,
            is_closed=True,
        )
    )
    assert found is not None
    assert isinstance(found.shape, Rectangle)
    assert found.shape.is_square
    assert found.shape.angle == 0
    level = recognise([(0, 0), (1500, 30), (3000, 60), (6000, 120)])
    assert level is not None
    assert isinstance(level.shape, Line)
    assert level.shape.start[1] == pytest.approx(level.shape.stop[1])
    ring = [(3000 * math.cos(k / 10), 2800 * math.sin(k / 10)) for k in range(64)]
    circle = recognise(ring)
    assert circle is not None
    assert isinstance(circle.shape, Ellipse)
    assert circle.shape.is_circle


@pytest.mark.parametrize(
    "way",
    [
        [],
        [(5, 5)],
        [(5, 5)] * 50,
        [(0, 0), (500, 0)],  # 5 mm: the hyphen of writing
        [(0, 0), (4000, 0), (0, 0)],
        [(0, 0), (4000, 0), (4000, 4000)],
        [(k * 50, round(1500 * math.sin(k / 8))) for k in range(150)],
        [(300 * math.cos(k / 5), 300 * math.sin(k / 5)) for k in range(32)],  # an o of 6 mm
    ],
)
def test_no_shape(way: list[Point]) -> None:
    assert recognise(way) is None


@given(st.lists(st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)), max_size=40))
def test_any_stroke_gets_an_answer(way: list[Point]) -> None:
    found = recognise(way)
    assert found is None or 0 < found.confidence <= 1


def test_writing_stays_writing() -> None:
    strokes = real_strokes(WRITING)
    kinds = Counter(
        type(found.shape)
        for stroke in strokes
        if (found := recognise([(x, y) for x, y, _ in stroke])) is not None
    )
    lines = kinds.pop(Line, 0)
    assert sum(kinds.values()) <= 0.01 * len(strokes)
    assert lines <= 0.04 * len(strokes)  # bars of fractions and roots: they are lines
