"""Curves within their frame, cut where they break; axes with round marks."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teacher_client.geometry.formula import parse
from teacher_client.geometry.plot import axes, evaluate, sample, to_page

WIDE = (-10.0, 10.0)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("x", 1),
        ("sin x", 1),
        ("|x|", 1),
        ("1000000x", 1),
        ("x^99", 1),
        ("√x", 1),
        ("√(x²-4)", 2),
        ("1/x", 2),
        ("1/x²", 2),
        ("1/(x-1)", 2),
        ("1/((x-1)(x+1))", 3),
        ("tan x", 7),
        ("arctan(1/x)", 2),
        ("|x-1|/(x-1)", 2),
        ("√(-1-x²)", 0),
        ("11", 0),
        ("10", 1),
        ("x = 3", 1),
        ("x = 11", 0),
        ("x = 1/0", 0),
    ],
)
def test_pieces(text: str, pieces: int) -> None:
    assert len(sample(parse(text), WIDE, WIDE, 0.05)) == pieces


@pytest.mark.parametrize("text", ["x²", "3sin 5x", "e^x", "tan x", "1/x", "√(9-x²)", "ln x"])
def test_points_lie_on_the_curve_and_in_the_frame(text: str) -> None:
    formula = parse(text)
    for way in sample(formula, WIDE, WIDE, 0.1):
        x, y = (np.array(column) for column in zip(*way, strict=True))
        assert (np.diff(x) > 0).all()
        assert (np.abs(y) <= 10).all()
        inner = np.abs(y) < 10
        assert y[inner] == pytest.approx(evaluate(formula.tree, x)[inner])
        # between two points the curve is not far from the line
        middle = evaluate(formula.tree, (x[1:] + x[:-1]) / 2)
        assert (np.abs(middle - (y[1:] + y[:-1]) / 2) <= 0.02).all()


def test_a_curve_goes_to_the_edge_exactly() -> None:
    (way,) = sample(parse("x^2"), WIDE, (-1, 5), 0.5)
    assert way[0] == pytest.approx((-math.sqrt(5), 5), abs=0.01)
    assert way[-1][1] == 5
    (line,) = sample(parse("x=3"), WIDE, (-1, 5), 0.5)
    assert line == [(3, -1), (3, 5)]


@pytest.mark.parametrize(
    ("x_range", "y_range", "step"),
    [((1, 1), WIDE, 1), (WIDE, (2, 1), 1), (WIDE, WIDE, 0), (WIDE, (math.nan, 1), 1)],
)
def test_empty_ranges(
    x_range: tuple[float, float], y_range: tuple[float, float], step: float
) -> None:
    with pytest.raises(ValueError):
        sample(parse("x"), x_range, y_range, step)


FRAME = (2000.0, 3000.0, 12_000.0, 8000.0)


def test_axes_through_nought() -> None:
    found = axes(FRAME, (-5, 5), (-1, 4))
    assert list(found.lines) == [((2000, 7000), (12_000, 7000)), ((7000, 8000), (7000, 3000))]
    assert [tick.label for tick in found.ticks if tick.is_x] == [str(k) for k in range(-5, 6)]
    assert [tick.label for tick in found.ticks if not tick.is_x] == ["-1", "1", "2", "3", "4"]


def test_axes_along_the_edge_where_nought_is_out_of_sight() -> None:
    found = axes(FRAME, (20, 30), (0.1, 0.6))
    assert list(found.lines) == [((2000, 8000), (12_000, 8000)), ((2000, 8000), (2000, 3000))]
    assert [tick.label for tick in found.ticks if not tick.is_x] == [
        "0.1",
        "0.2",
        "0.3",
        "0.4",
        "0.5",
        "0.6",
    ]


ends = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)).map(lambda e: (e[0], e[0] + e[1]))


@given(ends, ends, st.floats(300, 3000))
def test_marks_are_round_and_where_they_say(
    x_range: tuple[float, float], y_range: tuple[float, float], spacing: float
) -> None:
    found = axes(FRAME, x_range, y_range, spacing)
    x_marks = [tick for tick in found.ticks if tick.is_x]
    for tick in x_marks:
        there = to_page(FRAME, x_range, y_range, (float(tick.label), y_range[0]))
        assert tick.place[0] == pytest.approx(there[0], abs=1)
        assert 2000 - 1 <= tick.place[0] <= 12_000 + 1
    gaps = [b.place[0] - a.place[0] for a, b in pairwise(x_marks)]
    assert all(spacing * 0.99 <= gap <= spacing * 2.6 for gap in gaps)
    assert len({tick.label for tick in x_marks}) == len(x_marks)


def test_axes_of_nothing() -> None:
    with pytest.raises(ValueError):
        axes((0, 0, 0, 10), WIDE, WIDE)
