"""The line through a pen's samples: what is kept, what is rounded, what stays sharp."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from signaling_server.protocol.board import Stroke
from teacher_client.drawing.curve import SLOPE, Spot, rounded, thinned
from teacher_client.drawing.segments import LiveLine, tail_path
from teacher_client.drawing.shapes import FEWEST, REACH, ShapeCache, outline, rough_bounds
from teacher_client.drawing.width import sample_widths
from tests.teacher_client.drawing.samples import copy_of, line, scribble, wave

PLACES = st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), min_size=1)


def spots(*points: tuple[float, float]) -> list[Spot]:
    return [(complex(*point), 35.0) for point in points]


def test_a_resting_pen_leaves_its_first_and_last_place() -> None:
    x = [1000 + i % 3 for i in range(50)]
    kept = thinned(x, [500] * 50, [70] * 50, 70)
    assert [at.real for at, _ in kept] == [1000, 1001]
    assert len(thinned([7], [7], [70], 70)) == 1
    assert len(thinned([7, 7, 7], [7, 7, 7], [70] * 3, 70)) == 1


def test_a_sudden_lift_ends_round() -> None:
    widths = [80.0, 80.0, 80.0, 30.0]
    kept = thinned([0, 100, 200, 220], [0] * 4, widths, 70)
    assert kept[-1][1] == pytest.approx(40 - SLOPE * 20)
    back = thinned([220, 200, 100, 0], [0] * 4, widths[::-1], 70)
    assert back[0][1] == pytest.approx(40 - SLOPE * 20)


def test_samples_of_a_circle_give_the_circle() -> None:
    circle = [(500 * math.cos(a / 2), 500 * math.sin(a / 2)) for a in range(13)]
    for at, half in rounded(spots(*circle)):
        assert abs(at) == pytest.approx(500, abs=2)
        assert half == 35


def test_corners_and_long_sides_stay_as_they_are() -> None:
    square = spots((0, 0), (500, 0), (500, 500), (0, 500))
    assert rounded(square) == square
    flat = spots((0, 0), (2000, 0), (3500, 900), (5500, 900))
    assert rounded(flat) == flat


def test_going_on_gives_the_end_of_the_whole() -> None:
    wavy = spots(*[(90 * i, 300 * math.sin(i / 2)) for i in range(12)])
    whole = rounded(wavy)
    part = rounded(wavy[6:], 1)
    assert [at for at, _ in part] == pytest.approx([at for at, _ in whole[-len(part) :]])


@given(PLACES)
def test_an_outline_covers_its_samples_and_stays_in_its_bounds(
    places: list[tuple[int, int]],
) -> None:
    stroke = line(1, [x for x, _ in places], [y for _, y in places])
    shape = outline(stroke)
    assert rough_bounds(stroke).contains(shape.bounds)
    for x, y in (places[0], places[-1]):
        assert shape.united().contains(QPointF(x, y))
        assert shape.bounds.contains(x, y)


def test_no_part_is_wound_the_other_way() -> None:
    loop = [(30 * math.cos(i / 3) + 4 * i, 30 * math.sin(i / 3)) for i in range(80)]
    stroke = line(1, [round(x) for x, _ in loop], [round(y) for _, y in loop])
    for polygon in outline(stroke).united().toSubpathPolygons():
        points = [(point.x(), point.y()) for point in polygon.toList()]
        area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(points))
        assert area > 0


def test_gaps_are_not_drawn() -> None:
    stroke = line(1, [0, 500, 1000, 1500, 2000], [0] * 5)
    stroke.gaps = ((1, 4),)
    path = outline(stroke).united()
    assert path.contains(QPointF(250, 0))
    assert path.contains(QPointF(1750, 0))
    assert not path.contains(QPointF(1000, 0))


def test_a_stroke_as_people_write_is_one_path() -> None:
    frame = line(1, [0, 17_000, 17_000, 0, 0], [0, 0, 24_000, 24_000, 0])
    dashed = wave(2, count=100)
    dashed.gaps = ((20, 30), (70, 90))
    for stroke in (wave(1, count=100), dashed, frame):
        assert len(outline(stroke).paths) == 1


@pytest.mark.parametrize("stroke", [scribble(4000), wave(1, count=2000), scribble(4000, 200)])
def test_a_long_stroke_is_short_paths_without_a_hole(stroke: Stroke) -> None:
    paths = outline(stroke).paths
    widths = sample_widths(stroke)
    spots = rounded(thinned(stroke.x, stroke.y, widths, stroke.style.width))
    chords = [(a[0], b[0]) for a, b in itertools.pairwise(spots)]
    length = sum(abs(b - a) for a, b in chords)
    assert len(paths) > min(length / REACH / 2, len(chords) / FEWEST / 2)
    left = iter(paths)
    path = next(left)
    for a, b in chords:  # a joint lies in both of its paths
        points = [QPointF(at.real, at.imag) for at in (a, (a + b) / 2, b)]
        if not all(map(path.contains, points)):
            path = next(left)
            assert all(map(path.contains, points))


def test_dots_between_gaps_do_not_all_go_into_one_path() -> None:
    dots = line(1, [i % 50 * 100 for i in range(3000)], [i // 50 * 100 for i in range(3000)])
    dots.gaps = tuple((i, i + 1) for i in range(1, 2999, 2))
    assert max(path.elementCount() for path in outline(dots).paths) < 20 * REACH / 70


def test_an_outline_in_paths_counts_as_a_whole() -> None:
    long, cache = scribble(1000), ShapeCache(most_points=1000)
    kept = cache.shape(long)
    assert kept.points == sum(path.elementCount() for path in kept.paths) > 1000
    cache.shape(wave(1))
    assert cache.shape(long) is not kept


def test_outlines_not_used_for_long_are_let_go() -> None:
    strokes = [wave(number) for number in range(6)]
    each = outline(strokes[0]).points
    cache = ShapeCache(most_points=3 * each + each // 2)
    kept = cache.shape(strokes[0])
    for stroke in strokes[1:]:
        cache.shape(stroke)
        assert cache.shape(strokes[0]) is kept  # the one in use stays
    first = cache.shape(strokes[1])
    assert cache.shape(strokes[1]) is first
    strokes[1].revision += 1
    assert cache.shape(strokes[1]) is not first
    cache.clear()
    assert cache.shape(strokes[0]) is not kept


def test_a_live_line_costs_the_same_however_long_it_is() -> None:
    whole = wave(1, count=400)
    live, grown = LiveLine(), line(1, [], [], whole.style)
    sizes = []
    for i in range(400):
        grown.x.append(whole.x[i])
        grown.y.append(whole.y[i])
        sizes.append(sum(path.elementCount() for path in live.go_on(grown)))
    assert max(sizes[200:]) <= max(sizes[:200])


def test_much_that_comes_at_once_is_many_paths() -> None:
    live, whole = LiveLine(), scribble(500)
    assert len(live.go_on(copy_of(whole, 250))) > 20
    assert len(live.go_on(whole)) > 20


def test_a_tail_goes_on_from_the_last_sample() -> None:
    stroke = line(1, [0, 100], [0, 0])
    path = tail_path(stroke, [(150, 0), (200, 0)])
    bounds = path.controlPointRect()
    assert bounds.left() == pytest.approx(100 - 35)
    assert bounds.right() == pytest.approx(200 + 35)
    assert not tail_path(line(2, [5], [5]), []).isEmpty()
