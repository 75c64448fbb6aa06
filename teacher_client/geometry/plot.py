"""Curves and axes: formulas as polylines, cut where they are not defined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from teacher_client.geometry.boxes import Box, Point
from teacher_client.geometry.formula import Binary, Call, Formula, Node, Number, Unknown, Vertical

Array: TypeAlias = NDArray[np.float64]
Range: TypeAlias = tuple[float, float]

MAX_POINTS: Final = 20_000
ROUNDS: Final = 12
"""Halvings of a step where a curve bends or breaks."""
FINE: Final = 1 / 2000
"""Of the height shown: less is no bend that could be seen."""
JUMP: Final = 1 / 100
"""Of the height shown: what still leaps so far within the finest step is not joined."""

_FUNCTIONS: Final = {
    "neg": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "abs": np.abs,
    "ln": np.log,
    "log": np.log10,
    "exp": np.exp,
}
_SIGNS: Final = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}


def evaluate(tree: Node, x: Array) -> Array:
    """Values at many x; not a number, or infinite, where the formula has none."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_value(tree, x), x.shape).astype(float)


def _value(tree: Node, x: Array) -> Array:
    match tree:
        case Number(value):
            return np.array(value, float)
        case Unknown():
            return x
        case Call(name, argument):
            one: Array = _FUNCTIONS[name](_value(argument, x))
            return one
        case Binary(sign, left, right):
            both: Array = _SIGNS[sign](_value(left, x), _value(right, x))
            return both
        case _:
            assert_never(tree)


def sample(formula: Formula, x_range: Range, y_range: Range, step: float) -> list[list[Point]]:
    """The formula's curve within the ranges, as polylines in its own coordinates.

    Steps are halved where the curve bends; it is cut at poles, at leaps, where it is not
    defined, and exactly at the range of y.

    Args:
        step: between points where the curve is straight; in units of x.

    Raises:
        ValueError: an empty range, or no step.
    """
    if not (x_range[0] < x_range[1] and y_range[0] < y_range[1] and step > 0):
        raise ValueError("empty range")
    if isinstance(formula, Vertical):
        x0 = float(evaluate(formula.tree, np.zeros(1))[0])
        is_seen = x_range[0] <= x0 <= x_range[1]
        return [[(x0, y_range[0]), (x0, y_range[1])]] if is_seen else []
    count = min(math.ceil((x_range[1] - x_range[0]) / step), MAX_POINTS // 4)
    x = np.linspace(*x_range, max(count, 8) + 1)
    x, y, is_joined = _refined(formula.tree, x, y_range)
    ways: list[list[Point]] = []
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    for (a, b), joined in zip(pairwise(points), is_joined.tolist(), strict=True):
        piece = _clipped(a, b, y_range) if joined else None
        if piece is None:
            continue
        if ways and ways[-1][-1] == piece[0]:
            ways[-1].append(piece[1])
        else:
            ways.append(list(piece))
    return ways


def _refined(tree: Node, x: Array, y_range: Range) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Points, and of each interval between two whether the curve goes on through it."""
    low, high = y_range
    y = evaluate(tree, x)
    open_ = np.ones(len(x) - 1, bool)
    for _ in range(ROUNDS):
        places = np.flatnonzero(open_)
        if not places.size or len(x) + places.size > MAX_POINTS:
            break
        middle = (x[places] + x[places + 1]) / 2
        value = evaluate(tree, middle)
        with np.errstate(all="ignore"):
            bend = np.abs(value - (y[places] + y[places + 1]) / 2)
            ends = np.stack([y[places], value, y[places + 1]])
            is_out = (ends > high).all(axis=0) | (ends < low).all(axis=0)
        is_none = ~np.isfinite(ends).any(axis=0)
        still = ~(bend <= FINE * (high - low)) & ~is_none & ~is_out
        x, y = np.insert(x, places + 1, middle), np.insert(y, places + 1, value)
        open_[places] = still
        open_ = np.insert(open_, places + 1, still)
    with np.errstate(all="ignore"):
        leap = np.abs(np.diff(y)) > JUMP * (high - low)
    return x, y, np.isfinite(y[:-1]) & np.isfinite(y[1:]) & ~(open_ & leap)


def _clipped(a: Point, b: Point, y_range: Range) -> tuple[Point, Point] | None:
    """The part of a segment within the range of y."""
    low, high = y_range
    (ax, ay), (bx, by) = a, b
    if max(ay, by) < low or min(ay, by) > high:
        return None

    def at(y: float) -> Point:
        return ax + (bx - ax) * ((y - ay) / (by - ay)), y

    start = at(low) if ay < low else at(high) if ay > high else a
    stop = at(low) if by < low else at(high) if by > high else b
    return start, stop


# axes


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where on the page, what to write, and on which axis."""

    place: Point
    label: str
    is_x: bool


@dataclass(frozen=True, slots=True)
class Axes:
    """Two lines on the page (from, to; the arrow belongs at `to`) and their marks."""

    lines: tuple[tuple[Point, Point], tuple[Point, Point]]
    ticks: tuple[Tick, ...]


def to_page(frame: Box, x_range: Range, y_range: Range, point: Point) -> Point:
    """Where a point of the plane lies in the frame on the page (y upwards there)."""
    left, top, right, bottom = frame
    return (
        left + (point[0] - x_range[0]) / (x_range[1] - x_range[0]) * (right - left),
        bottom - (point[1] - y_range[0]) / (y_range[1] - y_range[0]) * (bottom - top),
    )


def axes(frame: Box, x_range: Range, y_range: Range, spacing: float = 1000) -> Axes:
    """Both axes, through nought where it is in range, else along the edge nearest to it.

    Args:
        frame: on the page, in 1/100 mm.
        spacing: wanted between two marks; steps are 1, 2 or 5 times a power of ten.

    Raises:
        ValueError: an empty range or frame.
    """
    left, top, right, bottom = frame
    if not (x_range[0] < x_range[1] and y_range[0] < y_range[1] and left < right and top < bottom):
        raise ValueError("empty range")
    x0 = min(max(0.0, x_range[0]), x_range[1])
    y0 = min(max(0.0, y_range[0]), y_range[1])

    def place(x: float, y: float) -> Point:
        return to_page(frame, x_range, y_range, (x, y))

    x_ticks = [
        Tick(place(value, y0), label, True)
        for value, label in _marks(x_range, right - left, spacing)
    ]
    y_ticks = [
        Tick(place(x0, value), label, False)
        for value, label in _marks(y_range, bottom - top, spacing)
        if value != 0 or y0 != 0 or x0 != 0  # one nought at the origin is enough
    ]
    lines = (
        (place(x_range[0], y0), place(x_range[1], y0)),
        (place(x0, y_range[0]), place(x0, y_range[1])),
    )
    return Axes(lines, (*x_ticks, *y_ticks))


def _marks(range_: Range, length: float, spacing: float) -> list[tuple[float, str]]:
    low, high = range_
    rough = (high - low) * min(spacing / length, 1.0)
    power = math.floor(math.log10(rough))
    factor = next(f for f in (1, 2, 5, 10) if f * 10.0**power >= rough * 0.999)
    step = factor * 10.0**power
    decimals = max(0, -power - (factor == 10))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # k * step, not a running sum: 0.1 * 3 is written 0.3
    return [(k * step, f"{k * step:.{decimals}f}") for k in range(first, last + 1)]
