"""The line that a pen drew, from its samples: thinned where it rests, rounded where it flies.

Pure numbers, 1/100 mm; a point of the page is the complex number x + iy. The rules, the same for
every canvas:

1. Samples nearer than NEAREST of the stroke's nominal width to the last kept one are left out,
   but never the first and last. Then the width changes by at most SLOPE of the way on each side of
   the line, the wider sample wins: a pen that is lifted at once ends round, not in a nipple.
2. With unit directions u into and v out of a point, and the lengths a and b of these two chords,
   the line's direction there is that of b u + a v. It has none at the ends and at corners: where
   u v < CORNER, or a chord is longer than STRAIGHT.
3. Between two points runs the cubic whose end tangents have these directions and the chord's
   length. Where one end has no direction, the other's is mirrored (a circle's arc); where both
   have none, or the chord is longer than STRAIGHT, it is the chord itself.
4. The cubic is cut into n equal steps of its parameter, n = ceil(sqrt(bend (length + h bend) / 4)),
   at most FINEST, where bend is |u - t0| + |u - t1| and h half the width: no step's outer side
   lies further than 0.005 mm from the curve. Widths go evenly from end to end.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final, TypeAlias

Spot: TypeAlias = tuple[complex, float]
"""A point of the line and half the width there."""

NEAREST: Final = 0.18
"""0.13 mm of a 0.7 mm stroke: inside its width nothing shows but the trembling of the sensor, and
a slow pen gives hundreds of such samples."""
SLOPE: Final = 0.3
CORNER: Final = 0.5
"""A turn by 60° or more between two samples is meant: the tip of a tick, a square's corner."""
STRAIGHT: Final = 800.0
"""8 mm: nobody writes that far in a hundredth of a second; the side of a drawn shape is meant."""
FINEST: Final = 24


def thinned(
    x: Sequence[int], y: Sequence[int], widths: Sequence[float], nominal: float
) -> list[Spot]:
    """The samples that matter (rule 1); columns of one length, at least one."""
    kept, half = complex(x[0], y[0]), widths[0] / 2
    spots = [(kept, half)]
    last, nearest = len(x) - 1, NEAREST * nominal
    for i in range(1, last + 1):
        here = complex(x[i], y[i])
        far = abs(here - kept)
        if far >= nearest or (i == last and far > 0):
            kept, half = here, max(widths[i] / 2, half - SLOPE * far)
            spots.append((kept, half))
    for i in range(len(spots) - 2, -1, -1):
        (at, half), (to, other) = spots[i], spots[i + 1]
        least = other - SLOPE * abs(to - at)
        if half < least:
            spots[i] = at, least
    return spots


def rounded(spots: Sequence[Spot], start: int = 0) -> list[Spot]:
    """Points along the line through these spots (rules 2 to 4), from spot `start` on."""
    first = max(0, start - 1)
    chords = [b[0] - a[0] for a, b in itertools.pairwise(spots[first:])]
    ways: list[complex | None] = [None]
    ways += [_way(a, b) for a, b in itertools.pairwise(chords)]
    ways.append(None)
    line = [spots[start]]
    for i in range(start - first, len(chords)):
        _add_steps(line, spots[first + i + 1], ways[i], ways[i + 1])
    return line


def _way(a: complex, b: complex) -> complex | None:
    """The line's direction between two chords, None at a corner."""
    before, after = abs(a), abs(b)
    along = a.real * b.real + a.imag * b.imag
    if along < CORNER * before * after or max(before, after) > STRAIGHT:
        return None
    both = a * (after / before) + b * (before / after)
    return both / abs(both)


def _add_steps(line: list[Spot], stop: Spot, t0: complex | None, t1: complex | None) -> None:
    """Go on to `stop`, leaving in direction `t0` and arriving in `t1`."""
    (start, half), chord = line[-1], stop[0] - line[-1][0]
    length = abs(chord)
    u = chord / length
    if t0 is None:
        t0 = u if t1 is None else u * u * t1.conjugate()
    if t1 is None:
        t1 = u * u * t0.conjugate()
    bend = abs(u - t0) + abs(u - t1)
    count = min(FINEST, math.ceil(math.sqrt(bend * (length + half * bend) / 4)))
    begin, end, wider = t0 * length, t1 * length, stop[1] - half
    for k in range(1, count):
        s = k / count
        back = 1 - s
        at = start + s * (s * (3 - 2 * s) * chord + back * (back * begin - s * end))
        line.append((at, half + s * wider))
    line.append(stop)
