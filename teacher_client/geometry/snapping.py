"""Ruler, set squares, protractor and compass: their edges, their knobs, and ink along them.

An instrument is the contract's ``InstrumentSet``; in its own coordinates (unturned, origin at
its x, y): the ruler's scale runs along +x, its body lies below; the set square has its right
angle at the origin, the longer leg along +x, the other upwards; the protractor's baseline runs
both ways from its centre, its rim above; the compass has its needle at the origin, the pencil
at +x.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.edges import (
    AlongArc,
    AlongSide,
    Arc,
    Edge,
    Reading,
    Side,
    along,
    line_angle,
    nearest,
)
from teacher_client.geometry.transform import STEP_DEG

REACH: Final = 400
BREADTH: Final = 3000
"""Of the ruler."""
SIZES: Final = (2000, 60_000)
OPENINGS: Final = (300, 30_000)
APEX: Final = 4000
"""Height of the compass's hinge over needle and pencil."""


class Grip(Enum):
    """What a drag that begins here does."""

    MOVE = "move"
    ROTATE = "rotate"
    RESIZE = "resize"


def edges(instrument: InstrumentSet) -> list[Edge]:
    """What one can draw along, on the page."""
    size = instrument.size
    match instrument.kind:
        case InstrumentKind.RULER:
            return _sides(instrument, [((0, 0), (size, 0)), ((0, BREADTH), (size, BREADTH))])
        case InstrumentKind.SET_SQUARE_45 | InstrumentKind.SET_SQUARE_60:
            corners = _triangle(instrument)
            return _sides(instrument, list(zip(corners, corners[1:] + corners[:1], strict=True)))
        case InstrumentKind.PROTRACTOR:
            centre = (instrument.x, instrument.y)
            rim = Arc(centre, size, instrument.angle / 100 + 180, 180)
            return [rim, *_sides(instrument, [((-size, 0), (size, 0))])]
        case InstrumentKind.COMPASS:
            centre = (instrument.x, instrument.y)
            return [Arc(centre, instrument.opening, instrument.angle / 100, 360)]
        case InstrumentKind.NONE:
            return []


def snap(point: Point, instrument: InstrumentSet, reach: float = REACH) -> Point | None:
    """The nearest point of the instrument's edges, or None beyond `reach`."""
    found = _nearest_edge(point, [instrument], reach)
    return None if found is None else nearest(found, *point)


class Snapper:
    """Keeps strokes on the edge at which they began.

    For each stroke ``down``, ``move`` per sample, ``up``. Whatever the writer (mouse, tablet,
    paper pen), places are 1/100 mm on the page. A few microseconds a sample.
    """

    def __init__(self, reach: float = REACH) -> None:
        self._reach = reach
        self._stroke: AlongSide | AlongArc | None = None

    @property
    def is_snapped(self) -> bool:
        """Whether the stroke in hand runs along an edge."""
        return self._stroke is not None

    @property
    def reading(self) -> Reading | None:
        """Of the stroke in hand along its edge."""
        return None if self._stroke is None else self._stroke.reading

    def down(
        self, instruments: Iterable[InstrumentSet], x: float, y: float
    ) -> Sequence[tuple[int, int]]:
        """Begin a stroke: the nearest edge within reach holds it. The first sample's place."""
        edge = _nearest_edge((x, y), instruments, self._reach)
        self._stroke = None if edge is None else along(edge, x, y)
        if isinstance(self._stroke, AlongArc):
            return (self._stroke.place(),)
        return self.move(x, y)

    def move(self, x: float, y: float) -> Sequence[tuple[int, int]]:
        """A sample's place, with points before it where an arc was swept quickly.

        Of k points, the i-th (from 1) belongs to the i/k-th part of the time since the sample
        before.
        """
        if self._stroke is None:
            return ((round(x), round(y)),)
        return self._stroke.points(x, y)

    def up(self) -> None:
        """The stroke ends."""
        self._stroke = None


# knobs


def knobs(instrument: InstrumentSet) -> dict[Grip, Point]:
    """Where turning and resizing are taken, on the page; the compass is moved at its needle."""
    places = {
        grip: _on_page(instrument, *_knob(instrument, grip)) for grip in (Grip.ROTATE, Grip.RESIZE)
    }
    if instrument.kind is InstrumentKind.COMPASS:
        places[Grip.MOVE] = (instrument.x, instrument.y)
    return places


def hit(instrument: InstrumentSet, x: float, y: float, reach: float = 300) -> Grip | None:
    """The nearest knob within `reach`, else MOVE on the body, else None."""
    if instrument.kind is InstrumentKind.NONE:
        return None
    places = knobs(instrument)
    grip = min(places, key=lambda one: math.dist(places[one], (x, y)))
    if math.dist(places[grip], (x, y)) <= reach:
        return grip
    return Grip.MOVE if _is_on_body(instrument, *_own(instrument, x, y)) else None


def moved(instrument: InstrumentSet, dx: float, dy: float) -> InstrumentSet:
    """The instrument elsewhere."""
    return replace(instrument, x=round(instrument.x + dx), y=round(instrument.y + dy))


def rotated(
    instrument: InstrumentSet, x: float, y: float, *, is_stepped: bool = False
) -> InstrumentSet:
    """Turned about its origin so that its turning knob points to (x, y).

    Args:
        is_stepped: only to multiples of 15° of the page.
    """
    own = _knob(instrument, Grip.ROTATE)
    bearing = math.atan2(y - instrument.y, x - instrument.x) - math.atan2(own[1], own[0])
    degrees = math.degrees(bearing)
    if is_stepped:
        degrees = round(degrees / STEP_DEG) * STEP_DEG
    return replace(instrument, angle=round(degrees * 100) % 36_000)


def resized(instrument: InstrumentSet, x: float, y: float) -> InstrumentSet:
    """Made so large that its resizing knob comes as near as may be to (x, y)."""
    # the knob's place is linear in the size: none + size * more
    none = _knob(_sized(instrument, 0), Grip.RESIZE)
    one = _knob(_sized(instrument, 1000), Grip.RESIZE)
    more = ((one[0] - none[0]) / 1000, (one[1] - none[1]) / 1000)
    own = _own(instrument, x, y)
    pull = (own[0] - none[0]) * more[0] + (own[1] - none[1]) * more[1]
    size = round(pull / (more[0] ** 2 + more[1] ** 2))
    low, high = OPENINGS if instrument.kind is InstrumentKind.COMPASS else SIZES
    return _sized(instrument, min(max(size, low), high))


def reading(instrument: InstrumentSet) -> Reading:
    """Its length or radius, and the angle of its long edge."""
    angle = math.radians(instrument.angle / 100)
    degrees = line_angle(math.cos(angle), math.sin(angle))
    if instrument.kind is InstrumentKind.COMPASS:
        return Reading(instrument.opening / 100, degrees, instrument.opening / 100)
    return Reading(instrument.size / 100, degrees)


def degrees_on_rim(protractor: InstrumentSet, x: float, y: float) -> float:
    """What the protractor's scale shows in this direction, 0..180 counterclockwise."""
    own = _own(protractor, x, y)
    angle = math.degrees(math.atan2(-own[1], own[0])) % 360
    if angle <= 180:
        return angle
    return 180.0 if angle < 270 else 0.0


# in its own coordinates


def _sized(instrument: InstrumentSet, size: int) -> InstrumentSet:
    if instrument.kind is InstrumentKind.COMPASS:
        return replace(instrument, opening=size)
    return replace(instrument, size=size)


def _knob(instrument: InstrumentSet, grip: Grip) -> Point:
    size, is_turn = instrument.size, grip is Grip.ROTATE
    match instrument.kind:
        case InstrumentKind.RULER:
            return (size - 1500, BREADTH / 2) if is_turn else (size, BREADTH / 2)
        case InstrumentKind.PROTRACTOR:
            return (0.7 * size, -0.2 * size) if is_turn else (0.0, -0.75 * size)
        case InstrumentKind.COMPASS:
            middle, out = instrument.opening / 2, instrument.opening + 1200
            return (middle, -float(APEX)) if is_turn else (out, 0.0)
        case _:
            height = -_triangle(instrument)[2][1]
            return (0.5 * size, -0.2 * height) if is_turn else (0.75 * size, -0.1 * height)


def _is_on_body(instrument: InstrumentSet, x: float, y: float) -> bool:
    size = instrument.size
    match instrument.kind:
        case InstrumentKind.RULER:
            return 0 <= x <= size and 0 <= y <= BREADTH
        case InstrumentKind.PROTRACTOR:
            return y <= 0 and math.hypot(x, y) <= size
        case InstrumentKind.SET_SQUARE_45 | InstrumentKind.SET_SQUARE_60:
            height = -_triangle(instrument)[2][1]
            return x >= 0 and y <= 0 and x * height - y * size <= size * height
        case _:
            return False


def _triangle(instrument: InstrumentSet) -> list[Point]:
    is_45 = instrument.kind is InstrumentKind.SET_SQUARE_45
    height = instrument.size if is_45 else instrument.size / math.sqrt(3)
    return [(0, 0), (instrument.size, 0), (0, -height)]


def _sides(instrument: InstrumentSet, ends: Iterable[tuple[Point, Point]]) -> list[Edge]:
    return [Side(_on_page(instrument, *a), _on_page(instrument, *b)) for a, b in ends]


def _on_page(instrument: InstrumentSet, x: float, y: float) -> Point:
    cos, sin = _direction(instrument)
    return instrument.x + x * cos - y * sin, instrument.y + x * sin + y * cos


def _own(instrument: InstrumentSet, x: float, y: float) -> Point:
    cos, sin = _direction(instrument)
    dx, dy = x - instrument.x, y - instrument.y
    return dx * cos + dy * sin, dy * cos - dx * sin


def _direction(instrument: InstrumentSet) -> tuple[float, float]:
    angle = math.radians(instrument.angle / 100)
    return math.cos(angle), math.sin(angle)


def _nearest_edge(point: Point, instruments: Iterable[InstrumentSet], reach: float) -> Edge | None:
    found = [edge for instrument in instruments for edge in edges(instrument)]
    away = [math.dist(nearest(edge, *point), point) for edge in found]
    best = min(range(len(found)), key=away.__getitem__, default=None)
    return None if best is None or away[best] > reach else found[best]
