"""Matrices of whole numbers and the frame that is dragged."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol.matrix import Matrix
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.handles import Frame, Handle
from teacher_client.geometry.transform import (
    IDENTITY,
    box_of,
    corners,
    exact,
    moved,
    scaled,
    then,
    turned,
    undo,
    width_scale,
)

coordinates = st.integers(-100_000, 100_000)
points = st.tuples(coordinates, coordinates)
factors = st.floats(0.2, 5)
angles = st.floats(-360, 360)
matrices = st.builds(
    lambda s, t, degrees, about, way: then(
        then(scaled(s, t, about), turned(degrees, about)), moved(*way)
    ),
    factors,
    factors,
    angles,
    points,
    points,
)


@given(matrices, matrices, points)
def test_then_is_one_after_the_other(one: Matrix, two: Matrix, point: tuple[int, int]) -> None:
    after = exact(two, exact(one, point))
    # millionths of page lengths (0.1 each way, for factors to 5) and one rounding of the shift
    assert exact(then(one, two), point) == pytest.approx(after, abs=2)


@given(matrices, points)
def test_undo_comes_back(matrix: Matrix, point: tuple[int, int]) -> None:
    back = undo(matrix, exact(matrix, point))
    assert back == pytest.approx(point, abs=0.01)


def test_nothing_can_undo_a_flat_matrix() -> None:
    assert undo(Matrix(a=0, d=0), (1, 1)) is None
    assert Frame((0, 0, 100, 100), Matrix(a=0, d=0)).hit((9000, 9000)) is None


@given(points, factors, angles)
def test_the_centre_stays(about: tuple[int, int], factor: float, degrees: float) -> None:
    assert exact(scaled(factor, factor, about), about) == pytest.approx(about, abs=1)
    assert exact(turned(degrees, about), about) == pytest.approx(about, abs=1)


@given(matrices, points, st.integers(0, 9000), st.integers(0, 9000))
def test_a_box_holds_its_corners(
    matrix: Matrix, corner: tuple[int, int], width: int, height: int
) -> None:
    box = (corner[0], corner[1], corner[0] + width, corner[1] + height)
    left, top, right, bottom = box_of(matrix, box)
    for x, y in (exact(matrix, one) for one in corners(box)):
        assert left <= x <= right
        assert top <= y <= bottom


BOX = (1000, 2000, 5000, 4000)


@pytest.mark.parametrize(
    ("handle", "stop", "is_exact", "becomes"),
    [
        (Handle.RIGHT, (7000, 9000), False, (1000, 2000, 7000, 4000)),
        (Handle.LEFT, (0, 0), False, (0, 2000, 5000, 4000)),
        (Handle.TOP, (0, 1000), False, (1000, 1000, 5000, 4000)),
        (Handle.BOTTOM_RIGHT, (6000, 6000), False, (1000, 2000, 6000, 6000)),
        (Handle.BOTTOM_RIGHT, (9000, 6000), True, (1000, 2000, 9000, 6000)),
        (Handle.RIGHT, (9000, 0), True, (1000, 1000, 9000, 5000)),  # both ways from the middle
        (Handle.TOP_LEFT, (20_000, 20_000), False, (4900, 3900, 5000, 4000)),  # 1 mm is left
        (Handle.BOTTOM_RIGHT, (-9000, -9000), True, (1000, 2000, 1100, 2050)),
    ],
)
def test_drag_of_a_knob(
    handle: Handle, stop: Point, is_exact: bool, becomes: tuple[float, ...]
) -> None:
    frame = Frame(BOX)
    matrix = frame.dragged(handle, frame.places()[handle], stop, is_exact=is_exact)
    assert box_of(matrix, BOX) == pytest.approx(becomes, abs=1)


@pytest.mark.parametrize("handle", [h for h in Handle if h not in {Handle.MOVE, Handle.TURN}])
@given(matrices, st.integers(-900, 900), st.integers(-900, 900))
def test_the_opposite_knob_stays(handle: Handle, matrix: Matrix, dx: int, dy: int) -> None:
    frame = Frame((-2000, -2000, 2000, 2000), matrix)
    opposite = Handle((-handle.value[0], -handle.value[1]))
    before, at = frame.places()[opposite], frame.places()[handle]
    change = frame.dragged(handle, at, (at[0] + dx, at[1] + dy))
    after = Frame(frame.box, then(matrix, change))
    assert after.places()[opposite] == pytest.approx(before, abs=6)  # factors to 5


def test_a_line_without_height_stretches_one_way_only() -> None:
    frame = Frame((0, 0, 1000, 0))
    matrix = frame.dragged(Handle.BOTTOM_RIGHT, (1000, 0), (2000, 500))
    assert box_of(matrix, frame.box) == (0, 0, 2000, 0)
    dot = Frame((5, 5, 5, 5))
    assert dot.dragged(Handle.RIGHT, (5, 5), (50, 5), is_exact=True) == IDENTITY


def test_turning_in_steps_ends_on_a_multiple_of_the_page() -> None:
    frame = Frame(BOX, turned(8, (0, 0)))
    centre = frame.centre
    start = (centre[0] + 1000, centre[1])
    stop = (centre[0] + 1000, centre[1] + 1000)  # 45° on from 8°
    free, stepped = (
        then(frame.matrix, frame.dragged(Handle.TURN, start, stop, is_exact=is_exact))
        for is_exact in (False, True)
    )
    assert math.degrees(math.atan2(free.b, free.a)) == pytest.approx(53, abs=0.01)
    assert math.degrees(math.atan2(stepped.b, stepped.a)) == pytest.approx(60, abs=0.01)
    assert Frame(BOX, stepped).centre == pytest.approx(centre, abs=1)


def test_hits() -> None:
    frame = Frame(BOX, turned(90, (0, 0)))  # the box's top is the page's right
    assert frame.hit(frame.places()[Handle.TURN]) is Handle.TURN
    assert frame.places()[Handle.TURN] == pytest.approx((-2000 + 800, 3000), abs=1)
    assert frame.hit((-2000, 1000)) is Handle.TOP_LEFT
    assert frame.hit((-3000, 2000)) is Handle.MOVE
    assert frame.hit((3000, 3000)) is None


def test_moving_along_one_axis() -> None:
    frame = Frame(BOX)
    assert frame.dragged(Handle.MOVE, (0, 0), (70, 30)) == moved(70, 30)
    assert frame.dragged(Handle.MOVE, (0, 0), (70, 30), is_exact=True) == moved(70, 0)
    assert frame.dragged(Handle.MOVE, (0, 0), (-7, 30), is_exact=True) == moved(0, 30)


@given(matrices, st.integers(-900, 900), st.integers(-900, 900), st.booleans())
def test_the_knob_follows_the_pen(matrix: Matrix, dx: int, dy: int, is_exact: bool) -> None:
    frame = Frame((-4000, -4000, 4000, 4000), matrix)
    knob = frame.places()[Handle.BOTTOM_RIGHT]
    pen = (knob[0] + dx, knob[1] + dy)
    change = frame.dragged(Handle.BOTTOM_RIGHT, knob, pen, is_exact=is_exact)
    after = Frame(frame.box, then(matrix, change)).places()
    if is_exact:
        sides = [
            (
                math.dist(p[Handle.TOP_LEFT], p[Handle.TOP_RIGHT]),
                math.dist(p[Handle.TOP_LEFT], p[Handle.BOTTOM_LEFT]),
            )
            for p in (frame.places(), after)
        ]
        assert sides[1][0] * sides[0][1] == pytest.approx(sides[1][1] * sides[0][0], rel=0.01)
    else:
        assert after[Handle.BOTTOM_RIGHT] == pytest.approx(pen, abs=8)


def test_a_picture_that_lies_turned() -> None:
    frame = Frame.of_item(((1000, 1000), (1000, 5000), (-1000, 1000)))  # a quarter clockwise
    assert list(frame.corners) == [(1000, 1000), (1000, 5000), (-1000, 5000), (-1000, 1000)]
    change = frame.dragged(Handle.RIGHT, (0, 5000), (77, 7000))  # its right is the page's bottom
    assert [change.columns([x], [y]) for x, y in ((1000, 5000), (-1000, 1000))] == [
        ([1000], [7000]),
        ([-1000], [1000]),
    ]
    flat = Frame.of_item(((5, 5), (5, 5), (5, 5)))
    assert list(flat.corners) == [(5, 5)] * 4


def test_no_drag_goes_beyond_the_contract() -> None:
    frame = Frame((0, 0, 10, 10))
    change = frame.dragged(Handle.BOTTOM_RIGHT, (10, 10), (90_000, 90_000))
    assert (change.a, change.d) == (50_000_000, 50_000_000)


@pytest.mark.parametrize(
    ("matrix", "scale"),
    [
        (IDENTITY, 1000),
        (turned(33, (5, 5)), 1000),
        (scaled(2, 2, (0, 0)), 2000),
        (scaled(4, 1, (0, 0)), 2000),
        (Matrix(a=0), 1),
    ],
)
def test_width_scale(matrix: Matrix, scale: int) -> None:
    assert width_scale(matrix) == scale
