"""Ink along the edges of instruments, and the instruments in the hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.edges import Arc, Side, nearest
from teacher_client.geometry.snapping import (
    Grip,
    Snapper,
    degrees_on_rim,
    edges,
    hit,
    knobs,
    moved,
    reading,
    resized,
    rotated,
    snap,
)

KINDS = [kind for kind in InstrumentKind if kind is not InstrumentKind.NONE]
RULER = InstrumentSet(InstrumentKind.RULER, 2000, 5000, 0, 15_000)
SQUARE = InstrumentSet(InstrumentKind.SET_SQUARE_60, 0, 0, 0, 10_000)
PROTRACTOR = InstrumentSet(InstrumentKind.PROTRACTOR, 10_000, 10_000, 0, 5000)
COMPASS = InstrumentSet(InstrumentKind.COMPASS, 10_000, 10_000, 0, 0, 4000)

instruments = st.builds(
    InstrumentSet,
    st.sampled_from(KINDS),
    st.integers(-9000, 9000),
    st.integers(-9000, 9000),
    st.integers(0, 35_999),
    st.integers(2000, 20_000),
    st.integers(500, 9000),
)
places = st.tuples(st.integers(-20_000, 20_000), st.integers(-20_000, 20_000))


@pytest.mark.parametrize(
    ("point", "instrument", "there"),
    [
        ((4000, 4700), RULER, (4000, 5000)),
        ((4000, 4599), RULER, None),
        ((4000, 8300), RULER, (4000, 8000)),  # its other side
        ((1700, 5000), RULER, (2000, 5000)),  # before its begin
        ((-100, -3000), SQUARE, (0, -3000)),
        ((9000, 50), SQUARE, (9000, 0)),
        ((5000, -2887), SQUARE, (5000, -2887)),  # the middle of the long side
        ((10_000, 4900), PROTRACTOR, (10_000, 5000)),
        ((12_000, 10_300), PROTRACTOR, (12_000, 10_000)),
        ((10_000, 15_000), PROTRACTOR, None),  # there is no rim below
        ((10_000, 13_800), COMPASS, (10_000, 14_000)),
        ((10_000, 10_000), COMPASS, None),
        ((0, 0), InstrumentSet(InstrumentKind.NONE), None),
    ],
)
def test_snap(point: Point, instrument: InstrumentSet, there: Point | None) -> None:
    assert snap(point, instrument, 400) == there


@given(instruments, places)
def test_nothing_on_the_edges_is_nearer(instrument: InstrumentSet, point: Point) -> None:
    for edge in edges(instrument):
        away = math.dist(nearest(edge, *point), point)
        if isinstance(edge, Side):
            on_it = [
                (
                    edge.a[0] + (edge.b[0] - edge.a[0]) * k / 50,
                    edge.a[1] + (edge.b[1] - edge.a[1]) * k / 50,
                )
                for k in range(51)
            ]
        else:
            angles = [math.radians(edge.first + edge.sweep * k / 50) for k in range(51)]
            on_it = [
                (
                    edge.centre[0] + edge.radius * math.cos(a),
                    edge.centre[1] + edge.radius * math.sin(a),
                )
                for a in angles
            ]
            if math.dist(point, edge.centre) < edge.radius / 2:
                continue  # far off its reach, where the direction is held
        assert away <= min(math.dist(one, point) for one in on_it) + 1.5


@given(instruments, st.lists(places, min_size=1, max_size=20), st.integers(0, 2), st.floats(0, 1))
def test_all_samples_of_a_stroke_lie_on_one_edge(
    instrument: InstrumentSet, way: list[Point], number: int, share: float
) -> None:
    known = edges(instrument)
    edge = known[number % len(known)]
    if isinstance(edge, Side):
        start = (
            edge.a[0] + (edge.b[0] - edge.a[0]) * share,
            edge.a[1] + (edge.b[1] - edge.a[1]) * share,
        )
    else:
        angle = math.radians(edge.first + edge.sweep * share)
        start = (
            edge.centre[0] + edge.radius * math.cos(angle),
            edge.centre[1] + edge.radius * math.sin(angle),
        )
    snapper = Snapper()
    points = list(snapper.down([instrument], *start))
    for x, y in way:
        points += snapper.move(x, y)
    assert any(all(_is_on(one, point) for point in points) for one in known)
    assert snapper.is_snapped
    snapper.up()
    assert snapper.reading is None


def _is_on(edge: Side | Arc, point: Point) -> bool:
    return math.dist(nearest(edge, *point), point) < 2


def test_far_from_every_edge_ink_goes_where_the_pen_goes() -> None:
    snapper = Snapper()
    assert snapper.down([RULER, COMPASS], 4000, 4000) == ((4000, 4000),)
    assert snapper.move(4000, 4990.4) == ((4000, 4990),)  # at the ruler now, but begun elsewhere


def test_the_nearest_of_several_instruments_holds() -> None:
    snapper = Snapper()
    near = InstrumentSet(InstrumentKind.RULER, 0, 5300, 0, 15_000)
    assert snapper.down([RULER, near], 4000, 5200) == ((4000, 5300),)


def test_a_quick_arc_is_filled_and_covers_what_was_swept_only() -> None:
    snapper = Snapper()
    snapper.down([COMPASS], 14_000, 10_000)
    points = snapper.move(10_000, 14_100)  # a quarter between two samples
    assert len(points) == math.ceil(math.pi / 2 * 40)
    assert points[-1] == (10_000, 14_000)
    assert all(math.dist(point, (10_000, 10_000)) == pytest.approx(4000, abs=1) for point in points)
    assert all(x >= 10_000 and y >= 10_000 for x, y in points)
    now = snapper.reading
    assert now is not None
    assert now.angle_deg == pytest.approx(90)
    assert now.radius_mm == 40
    assert now.length_mm == pytest.approx(20 * math.pi)


def test_around_the_compass_twice() -> None:
    snapper = Snapper()
    snapper.down([COMPASS], 14_000, 10_000)
    count = 0
    for degrees in range(0, 721, 30):
        angle = math.radians(degrees)
        count += len(snapper.move(10_000 + 3000 * math.cos(angle), 10_000 + 3000 * math.sin(angle)))
    assert count == pytest.approx(4 * math.pi * 40, rel=0.1)
    now = snapper.reading
    assert now is not None
    assert now.angle_deg == 360
    assert snapper.move(10_001, 10_000) == [(14_000, 10_000)]  # over the needle: it stays


def test_the_rim_ends_at_the_baseline() -> None:
    snapper = Snapper()
    assert snapper.down([PROTRACTOR], 14_300, 7400) == ((14_279, 7413),)
    assert snapper.move(15_000, 12_000)[-1] == (15_000, 10_000)
    assert snapper.move(10_000, 4000)[-1] == (10_000, 5000)


def test_reading_of_a_line() -> None:
    snapper = Snapper()
    slanted = InstrumentSet(InstrumentKind.RULER, 0, 0, 33_000, 15_000)  # rises to the right
    snapper.down([slanted], 866, -500)
    snapper.move(2598, -1500)
    now = snapper.reading
    assert now is not None
    assert (now.length_mm, now.angle_deg) == pytest.approx((20, 30), abs=0.01)
    assert reading(slanted).angle_deg == pytest.approx(30)
    assert reading(COMPASS).radius_mm == 40


@pytest.mark.parametrize(
    ("point", "degrees"),
    [
        ((15_000, 10_000), 0),
        ((10_000, 1), 90),
        ((0, 10_000), 180),
        ((11_000, 9000), 45),
        ((9000, 10_500), 180),
        ((11_000, 10_500), 0),
    ],
)
def test_degrees_on_the_rim(point: Point, degrees: float) -> None:
    assert degrees_on_rim(PROTRACTOR, *point) == pytest.approx(degrees)


# in the hand


@given(instruments)
def test_knobs_are_hit_where_they_are_shown(instrument: InstrumentSet) -> None:
    for grip, (x, y) in knobs(instrument).items():
        assert hit(instrument, x, y, 1) is grip


@given(instruments, places, st.booleans())
def test_turning_keeps_the_origin_and_brings_the_knob_in_line(
    instrument: InstrumentSet, point: Point, is_stepped: bool
) -> None:
    after = rotated(instrument, *point, is_stepped=is_stepped)
    assert (after.x, after.y, after.size) == (instrument.x, instrument.y, instrument.size)
    assert 0 <= after.angle < 36_000
    if is_stepped:
        assert after.angle % 1500 == 0
    elif math.dist(point, (after.x, after.y)) > 1:
        x, y = knobs(after)[Grip.ROTATE]
        one = math.atan2(y - after.y, x - after.x)
        other = math.atan2(point[1] - after.y, point[0] - after.x)
        assert math.cos(one - other) == pytest.approx(1, abs=1e-6)


@given(instruments)
def test_a_knob_that_does_not_move_changes_nothing(instrument: InstrumentSet) -> None:
    places_ = knobs(instrument)
    assert resized(instrument, *places_[Grip.RESIZE]) == instrument
    after = rotated(instrument, *places_[Grip.ROTATE])
    assert (after.angle - instrument.angle + 1) % 36_000 <= 2


@given(instruments, st.integers(3000, 20_000))
def test_the_knob_of_size_follows_the_pen(instrument: InstrumentSet, size: int) -> None:
    is_compass = instrument.kind is InstrumentKind.COMPASS
    wanted = (
        InstrumentSet(
            instrument.kind, instrument.x, instrument.y, instrument.angle, instrument.size, size
        )
        if is_compass
        else InstrumentSet(
            instrument.kind, instrument.x, instrument.y, instrument.angle, size, instrument.opening
        )
    )
    assert resized(instrument, *knobs(wanted)[Grip.RESIZE]) == wanted


def test_limits_of_size() -> None:
    assert resized(RULER, -90_000, 0).size == 2000
    assert resized(RULER, 900_000, 0).size == 60_000
    assert resized(COMPASS, 10_000, 10_000).opening == 300


@pytest.mark.parametrize(
    ("instrument", "inside", "outside"),
    [
        (RULER, (5000, 6500), (5000, 8001)),
        (SQUARE, (1000, -1000), (6000, -3000)),
        (PROTRACTOR, (9000, 7000), (10_000, 10_500)),
        (COMPASS, (10_100, 10_000), (10_000, 14_000)),
    ],
)
def test_bodies(instrument: InstrumentSet, inside: Point, outside: Point) -> None:
    assert hit(instrument, *inside) is Grip.MOVE
    assert hit(instrument, *outside) is None
    away = moved(instrument, 700, -200)
    assert hit(away, inside[0] + 700, inside[1] - 200) is Grip.MOVE
    assert hit(InstrumentSet(InstrumentKind.NONE), *inside) is None
