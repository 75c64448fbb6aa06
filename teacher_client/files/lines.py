"""Strokes as lines to be stroked with a round pen, thousands at a time.

The line is that of :mod:`teacher_client.drawing.curve`, kept as cubics instead of being cut into
steps; widths go in small steps, so that neighbours of one width are one path.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.items import Stroke
from teacher_client.drawing.curve import CORNER, NEAREST, SLOPE, STRAIGHT
from teacher_client.drawing.width import FULL_FORCE, LIGHTEST, SPAN
from teacher_client.files.numbers import Ints, Mask, compose

Points: TypeAlias = npt.NDArray[np.complex128]
Floats: TypeAlias = npt.NDArray[np.float64]

WIDTH_STEP: Final = 3
"""0.03 mm: below a dot of a 600 dpi printer."""
MOST_IN_A_PATH: Final = 400
"""Segments; some readers slow down with the square of a path's length."""
_BATCH: Final = 1500
_FAR: Final = 1e5


@dataclass(frozen=True, slots=True)
class Segments:
    """Lines and cubics of many strokes, in order; one row each, in 1/100 mm.

    Attributes:
        start, first, second, stop: ends and control points, whole numbers as complex ones.
        width: of the pen.
        ink: its id.
        is_begin: it does not go on from the row before.
        is_curve: the control points count.
    """

    start: Points
    first: Points
    second: Points
    stop: Points
    width: Ints
    ink: Ints
    is_begin: Mask
    is_curve: Mask


def batches(strokes: Iterable[Stroke]) -> Iterator[list[Stroke]]:
    """Strokes in lists that fit a fast memory."""
    it = iter(strokes)
    while batch := list(itertools.islice(it, _BATCH)):
        yield batch


def segments(strokes: list[Stroke]) -> Segments:
    """The lines of these strokes, those with gaps in pieces; strokes without samples give none."""
    samples = _gather(strokes)
    keep = _kept(samples)
    points, is_start = samples.points[keep], samples.is_start[keep]
    widths = _sloped(points, samples.widths[keep], is_start)
    return _segments(_Samples(points, widths, samples.nearest, samples.inks[keep], is_start))


@dataclass(frozen=True, slots=True)
class _Samples:
    """Of many strokes one behind the other; `nearest` is rule 1's distance."""

    points: Points
    widths: Floats
    nearest: Floats
    inks: Ints
    is_start: Mask


def _gather(strokes: list[Stroke]) -> _Samples:
    xs: list[int] = []
    ys: list[int] = []
    forces: list[int] = []
    starts: list[int] = []
    lengths: list[int] = []
    for stroke in strokes:
        begun = len(xs)
        force = None if stroke.style.tool is Tool.FINELINER else stroke.force
        for first, stop in stroke.runs():
            if first < stop:
                part = slice(first, stop)
                starts.append(len(xs))
                xs += stroke.x[part]
                ys += stroke.y[part]
                forces += force[part] if force else ()
                forces += [-1] * (len(xs) - len(forces))
        lengths.append(len(xs) - begun)
    pressed = np.array(forces, np.float64)
    nominal = np.repeat(np.array([stroke.style.width for stroke in strokes], np.float64), lengths)
    widths = np.where(pressed < 0, nominal, nominal * (LIGHTEST + SPAN / FULL_FORCE * pressed))
    is_start = np.zeros(len(xs), np.bool_)
    is_start[starts] = True
    points = np.array(xs, np.float64) + 1j * np.array(ys, np.float64)
    inks = np.repeat(np.array([stroke.style.ink.value for stroke in strokes], np.int64), lengths)
    return _Samples(points, widths, nominal * NEAREST, inks, is_start)


def _kept(samples: _Samples) -> Mask:
    """The samples that matter (rule 1); first and last always do, unless they are one place."""
    points, is_start = samples.points, samples.is_start
    keep = np.ones(len(points), np.bool_)
    is_near = np.zeros(len(points), np.bool_)
    is_near[1:] = np.abs(np.diff(points)) < samples.nearest[1:]
    is_near &= ~is_start
    run = np.cumsum(is_start) - 1
    starts = np.append(np.flatnonzero(is_start), len(points))
    for i in np.unique(run[is_near]):
        first, stop = int(starts[i]), int(starts[i + 1])
        line, nearest = points[first:stop].tolist(), float(samples.nearest[first])
        last = line[0]
        for k in range(1, len(line)):
            far = abs(line[k] - last)
            if far >= nearest or (k == len(line) - 1 and far > 0):
                last = line[k]
            else:
                keep[first + k] = False
    return keep


def _sloped(points: Points, widths: Floats, is_start: Mask) -> Floats:
    """Widths that change by no more than SLOPE of the way on each side (rule 1)."""
    if not len(points):
        return widths
    way = np.append(0.0, np.abs(np.diff(points)))
    way[is_start] = _FAR  # nothing is passed on from stroke to stroke
    slope = 2 * SLOPE * np.cumsum(way)
    widths = np.maximum.accumulate(widths + slope) - slope
    return np.maximum.accumulate((widths - slope)[::-1])[::-1] + slope


def _segments(samples: _Samples) -> Segments:
    points, widths, is_start = samples.points, samples.widths, samples.is_start
    is_last = np.append(is_start[1:], True)
    is_dot = is_start & is_last
    begin = np.flatnonzero(~is_last | is_dot)
    end = begin + ~is_dot[begin]
    start, stop, is_begin = points[begin], points[end], is_start[begin]
    chord = stop - start
    length = np.abs(chord)
    leaving, arriving = _ways(chord, length, is_begin)
    way = chord / np.where(length, length, 1)
    bend = np.abs(way - leaving) + np.abs(way - arriving)
    return Segments(
        start,
        _rounded(start + leaving * length / 3),
        _rounded(stop - arriving * length / 3),
        np.where(is_dot[begin], stop + 1, stop),  # a line of no length is left out by some
        _stepped((widths[begin] + widths[end]) / 2),
        samples.inks[begin],
        is_begin,
        bend * (length + widths[begin] / 2 * bend) > 4,
    )


def _ways(chord: Points, length: Floats, is_begin: Mask) -> tuple[Points, Points]:
    """Unit directions in which the curves leave and arrive (rules 2 and 3)."""
    way = chord / np.where(length, length, 1)
    none = np.full(len(way), np.nan, np.complex128)
    leaving, arriving = none, none.copy()
    u, v, a, b = way[:-1], way[1:], length[:-1], length[1:]
    is_joint = ~is_begin[1:] & ((u.conj() * v).real >= CORNER) & (np.maximum(a, b) <= STRAIGHT)
    both = (u * b + v * a)[is_joint]
    both /= np.abs(both)
    leaving[1:][is_joint] = both
    arriving[:-1][is_joint] = both
    mirrored = way * way * np.where(np.isnan(leaving), arriving, leaving).conj()
    leaving = np.where(np.isnan(leaving), mirrored, leaving)
    arriving = np.where(np.isnan(arriving), mirrored, arriving)
    return np.where(np.isnan(leaving), way, leaving), np.where(np.isnan(arriving), way, arriving)


def _stepped(widths: Floats) -> Ints:
    steps: Ints = np.maximum(1, np.rint(widths / WIDTH_STEP) * WIDTH_STEP).astype(np.int64)
    return steps


def _rounded(points: Points) -> Points:
    return np.rint(points.real) + 1j * np.rint(points.imag)


def content(lines: Segments, colors: Mapping[int, bytes]) -> bytes:
    """The lines as PDF operators: colours, widths, paths, strokes (ISO 32000-1, 8.5).

    Args:
        colors: the operator that sets the colour, by ink.
    """
    count = len(lines.start)
    if not count:
        return b""
    is_new_ink = np.append(True, np.diff(lines.ink) != 0)
    is_new_width = np.append(True, np.diff(lines.width) != 0)
    is_path = is_new_ink | is_new_width | (np.arange(count) % MOST_IN_A_PATH == 0)
    is_move = lines.is_begin | is_path
    is_not_first = is_path & (np.arange(count) > 0)
    curve = lines.is_curve
    body = compose(
        count,
        (
            (b"S\n", is_not_first),
            *((colors[int(ink)], is_new_ink & (lines.ink == ink)) for ink in np.unique(lines.ink)),
            (lines.width, is_new_width),
            (b"w\n", is_new_width),
            (whole_x(lines.start), is_move),
            (whole_y(lines.start), is_move),
            (b"m\n", is_move),
            (whole_x(lines.first), curve),
            (whole_y(lines.first), curve),
            (whole_x(lines.second), curve),
            (whole_y(lines.second), curve),
            (whole_x(lines.stop), None),
            (whole_y(lines.stop), None),
            (b"c\n", curve),
            (b"l\n", ~curve),
        ),
    )
    return body + b"S\n"


def whole_x(points: Points) -> Ints:
    """The first coordinate."""
    return points.real.astype(np.int64)


def whole_y(points: Points) -> Ints:
    """The second one."""
    return points.imag.astype(np.int64)
