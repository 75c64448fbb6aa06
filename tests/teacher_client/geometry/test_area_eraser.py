"""What the rubbing eraser takes, beside the same asked line by line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol.commands import StrokePart
from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.area_eraser import AreaEraser, Erased, merged
from teacher_client.geometry.boxes import Point, gap2
from teacher_client.geometry.hits import Gaps, StrokeIndex

ONE = StrokeId(1)


def index_of(*ways: list[tuple[int, int]], width: int = 0, gaps: Gaps = ()) -> StrokeIndex:
    index = StrokeIndex()
    for number, way in enumerate(ways, 1):
        index.put(StrokeId(number), [x for x, _ in way], [y for _, y in way], width, gaps)
    return index


LINE = [(k * 100, 0) for k in range(11)]


@pytest.mark.parametrize(
    ("way", "parts"),
    [
        ([(500, 0)], [(4, 7)]),  # the disk of 0.5 mm touches both lines at sample 5
        ([(550, 0)], [(5, 7)]),
        ([(550, 49)], [(5, 7)]),
        ([(550, 51)], []),
        ([(550, -9000), (550, 9000)], [(5, 7)]),  # crossed between two of its own samples
        ([(-9000, 0), (9000, 0)], None),
        ([(150, 0), (350, 0)], [(1, 5)]),
        ([(150, 0), (150, 5000), (850, 5000), (850, 0)], [(1, 3), (8, 10)]),
    ],
)
def test_ranges(way: list[Point], parts: list[tuple[int, int]] | None) -> None:
    eraser = AreaEraser(index_of(LINE), 49.5)
    for x, y in way:
        eraser.move(x, y)
    if parts is None:
        assert eraser.take() == Erased(gone=(ONE,))
    else:
        assert eraser.take() == Erased(tuple(StrokePart(ONE, *part) for part in parts))


def test_ink_counts_as_wide_as_it_is() -> None:
    assert AreaEraser(index_of(LINE, width=100), 50).move(550, 100) == [ONE]
    assert AreaEraser(index_of(LINE, width=100), 50).move(550, 101) == []


def test_a_dot_is_gone_and_a_stroke_whose_rest_is_taken() -> None:
    eraser = AreaEraser(index_of([(500, 500)]), 50)
    eraser.move(500, 520)
    assert eraser.take() == Erased(gone=(ONE,))
    eraser = AreaEraser(index_of(LINE, gaps=[(0, 10)]), 20)
    eraser.move(300, 0)
    assert eraser.take() == Erased()
    eraser.move(950, 0)
    assert eraser.take() == Erased(gone=(ONE,))


def test_what_is_taken_is_told_once_and_shown_always() -> None:
    eraser = AreaEraser(index_of(LINE, gaps=[(8, 10)]), 20)
    assert eraser.move(150, 0) == [ONE]
    assert eraser.take() == Erased((StrokePart(ONE, 1, 3),))
    assert eraser.move(150, 0) == []
    assert eraser.take() == Erased()
    eraser.move(250, 0)
    assert eraser.take() == Erased((StrokePart(ONE, 2, 4),))
    assert eraser.gaps(ONE) == ((1, 4), (8, 10))
    assert eraser.gaps(StrokeId(9)) == ()


def test_a_stroke_that_changed_under_way_begins_anew() -> None:
    index = index_of(LINE)
    eraser = AreaEraser(index, 20)
    eraser.move(150, 0)
    index.put(ONE, [x for x, _ in LINE], [y + 5000 for _, y in LINE], 0)
    assert eraser.move(150, 5000) == [ONE]


ranges = st.lists(
    st.tuples(st.integers(0, 30), st.integers(2, 9)).map(lambda r: (r[0], r[0] + r[1]))
)


@given(ranges)
def test_merged_rubs_out_the_same_lines(parts: list[tuple[int, int]]) -> None:
    def lines(some: Gaps) -> set[int]:
        return {i for first, stop in some for i in range(first, stop - 1)}

    joined = merged(parts)
    assert lines(joined) == lines(parts)
    assert all(a[1] <= b[0] for a, b in pairwise(joined))


places = st.tuples(st.integers(0, 3000), st.integers(0, 3000))


@given(
    st.lists(st.lists(places, min_size=1, max_size=9), max_size=4),
    st.lists(places, min_size=1, max_size=6),
    st.integers(1, 600),
)
def test_same_as_line_by_line(
    strokes: list[list[tuple[int, int]]], way: list[Point], radius: int
) -> None:
    eraser = AreaEraser(index_of(*strokes, width=60), radius)
    for x, y in way:
        eraser.move(x, y)
    erased = eraser.take()
    for number, stroke in enumerate(strokes, 1):
        own = list(pairwise(stroke)) or [(stroke[0], stroke[0])]
        steps = list(pairwise(way)) or [(way[0], way[0])]
        hit = {
            i
            for i, (a, b) in enumerate(own)
            if any(gap2(a, b, c, d) <= (radius + 30) ** 2 for c, d in steps)
        }
        parts = [part for part in erased.parts if part.stroke == number]
        taken = {i for part in parts for i in range(part.first, part.stop - 1)}
        if StrokeId(number) in erased.gone:
            taken = set(range(len(own)))
        assert taken == hit
