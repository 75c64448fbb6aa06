"""What shape a hand meant: asked when the pen is held still at the end of a stroke.

Each kind of shape is fitted as a whole (areas and sides, not single corners, so that tremor and
round corners do not matter); the fit is judged by how far the ink lies from the shape and how
much of the shape has no ink, both as shares of its size. Writing stays writing: what is smaller
than a letter's size, or fits nothing well, is None.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from teacher_client.geometry.boxes import Point
from teacher_client.geometry.holding import STILL
from teacher_client.geometry.shapes import Arrow, Ellipse, Line, Rectangle, Shape, Triangle, outline

Array: TypeAlias = NDArray[np.float64]

SMALLEST_LINE: Final = 1000.0
SMALLEST: Final = 1200.0
"""Letters of pupils and teachers are 3 to 10 mm high."""
COUNT: Final = 96
HELD: Final = STILL
"""What the pen writes while it is held is no part of the shape."""
ALIGN_DEG: Final = 4.0
NEAR: Final = 0.87
"""Sides or axes of at least this ratio are meant to be equal."""
WORST_MEAN: Final = 0.030
WORST_BARE: Final = 0.16
LEAST: Final = {Ellipse: 0.5, Rectangle: 0.5, Triangle: 0.35}
"""Surer than this, for each kind of closed shape. Measured: drawn rectangles reach 0.52 to 0.95,
large letters that could be taken for one 0.14 to 0.59; letters like triangles hardly occur."""


@dataclass(frozen=True, slots=True)
class Found:
    """A shape and how sure it is, 0..1."""

    shape: Shape
    confidence: float


def recognise(samples: Sequence[Point]) -> Found | None:
    """The shape that a stroke means, or None: it is writing.

    Args:
        samples: places in 1/100 mm, in order; the hold at the end may be among them.
    """
    way = _even(_without_hold(np.array(samples, float).reshape(-1, 2)))
    if way is None:
        return None
    size = float(np.linalg.norm(np.ptp(way, axis=0)))
    found = [_line(way), _arrow(way)]
    if size >= SMALLEST:
        closed = _closed(way, size)
        if closed is not None:
            found += [_judged(shape, closed, size) for shape in _fits(closed)]
    return max((one for one in found if one), key=lambda one: one.confidence, default=None)


# the stroke, made even


def _without_hold(points: Array) -> Array:
    """Without the wandering at the end, but with the place where the pen was held."""
    if not len(points):
        return points
    away = np.flatnonzero(np.hypot(*(points - points[-1]).T) > HELD)
    last = int(away[-1]) + 1 if away.size else 0
    return np.vstack([points[:last], np.median(points[last:], axis=0)])


def _even(points: Array) -> Array | None:
    """COUNT points at even distances along the stroke; None where it is a dot."""
    steps = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    if at[-1] < SMALLEST_LINE:
        return None
    wanted = np.linspace(0, at[-1], COUNT)
    return np.column_stack([np.interp(wanted, at, points[:, k]) for k in (0, 1)])


# open shapes


def _line(way: Array) -> Found | None:
    start, stop = way[0], way[-1]
    chord = float(np.hypot(*(stop - start)))
    if chord < SMALLEST_LINE:
        return None
    off = np.abs(_cross(way - start, (stop - start) / chord))
    length = float(np.hypot(*np.diff(way, axis=0).T).sum())
    worst, detour = float(off.max()) / chord, length / chord - 1
    if worst > 0.05 or detour > 0.06:
        return None
    angle = math.degrees(math.atan2(stop[1] - start[1], stop[0] - start[0]))
    turn = math.radians(_aligned(angle) - angle)
    middle, half = (start + stop) / 2, (stop - start) / 2
    turned = np.array(
        [
            half[0] * math.cos(turn) - half[1] * math.sin(turn),
            half[0] * math.sin(turn) + half[1] * math.cos(turn),
        ]
    )
    line = Line(_point(middle - turned), _point(middle + turned))
    return Found(line, 1 - 0.4 * max(worst / 0.05, detour / 0.06))


def _arrow(way: Array) -> Found | None:
    """Tail, tip, barb, (tip,) other barb (, tip): a straight shaft and a small head at its end."""
    corners = _sharp(way, _corners(way))
    if not 4 <= len(corners) <= 6:
        return None
    tail, tip = way[0], way[corners[1]]
    shaft = float(np.hypot(*(tip - tail)))
    if shaft < SMALLEST:
        return None
    along = (tip - tail) / shaft
    if float(np.abs(_cross(way[: corners[1] + 1] - tail, along)).max()) > 0.08 * shaft:
        return None
    ends = way[corners[2:]]
    far = np.hypot(*(ends - tip).T)
    is_barb = far > 0.55 * far.max()
    if np.count_nonzero(is_barb) != 2 or far.max() > 0.6 * shaft:
        return None
    # between the barbs the pen came back near the tip
    barbs = ends[is_barb] - np.vstack([tip, ends[~is_barb]]).mean(axis=0)
    lengths = np.hypot(*barbs.T)
    back = -barbs @ along / lengths
    sides = _cross(barbs, along)
    if sides[0] * sides[1] >= 0 or back.min() < 0.3 or back.max() > 0.99:
        return None
    return Found(Arrow(_point(tail), _point(tip), float(lengths.mean())), 0.8)


def _sharp(way: Array, corners: list[int]) -> list[int]:
    """Of these corners only those where the way turns by more than 45°."""
    kept = list(corners)
    for corner in corners[1:-1]:
        k = kept.index(corner)
        before, after = way[corner] - way[kept[k - 1]], way[kept[k + 1]] - way[corner]
        if float(before @ after) > 0.7 * float(np.hypot(*before) * np.hypot(*after)):
            kept.remove(corner)
    return kept


def _corners(way: Array) -> list[int]:
    """Indices of an open way's ends and corners (Ramer 1972, Douglas and Peucker 1973)."""
    limit = 0.035 * float(np.linalg.norm(np.ptp(way, axis=0)))
    kept, open_ = {0, len(way) - 1}, [(0, len(way) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        chord = way[last] - way[first]
        length = float(np.hypot(*chord))
        between = way[first + 1 : last] - way[first]
        off = np.abs(_cross(between, chord / length)) if length else np.hypot(*between.T)
        most = int(off.argmax())
        if off[most] > limit:
            kept.add(first + 1 + most)
            open_ += [(first, first + 1 + most), (first + 1 + most, last)]
    return sorted(kept)


# closed shapes


def _closed(way: Array, size: float) -> Array | None:
    """The way once around, without what overshoots its begin; None where it does not close."""
    tail = way[COUNT * 3 // 4 :]
    head = way[: COUNT // 6]
    gaps = np.hypot(tail[:, None, 0] - head[None, :, 0], tail[:, None, 1] - head[None, :, 1])
    last, first = divmod(int(gaps.argmin()), len(head))
    gap = float(gaps[last, first])
    whole = float(np.hypot(*(way[-1] - way[0])))
    if whole < max(1.3 * gap, 0.06 * size):
        last, first, gap = len(tail) - 1, 0, whole
    if gap > 0.2 * size:
        return None
    loop = _even(np.vstack([way[first : COUNT * 3 // 4 + last + 1], way[first]]))
    if loop is None:
        return None
    extent = np.ptp(loop, axis=0)
    area = abs(_area(loop))
    # a loop of writing that crosses itself, or there and back along one line, has no area
    least = max(0.25 * float(extent.max()) * float(extent.min()), 0.02 * size * size)
    return loop if area > least else None


def _fits(loop: Array) -> list[Ellipse | Rectangle | Triangle]:
    hull = _hull(loop)
    triangle = _triangle(loop, hull)
    return [_ellipse(loop), _rectangle(loop, hull), *([triangle] if triangle else [])]


def _judged(shape: Ellipse | Rectangle | Triangle, loop: Array, size: float) -> Found | None:
    drawn = np.array(outline(shape, size / 60)[0], float)
    gaps = np.hypot(loop[:, None, 0] - drawn[None, :, 0], loop[:, None, 1] - drawn[None, :, 1])
    off = gaps.min(axis=1)
    mean, bare = float(off.mean()) / size, float(gaps.min(axis=0).max()) / size
    # half the distance between two points of the outline is no fault of the ink
    mean = max(0.0, mean - 1 / 240)
    if mean > WORST_MEAN or bare > WORST_BARE:
        return None
    sure = 1 - 0.8 * mean / WORST_MEAN - 0.1 * bare / WORST_BARE
    return Found(shape, sure) if sure >= LEAST[type(shape)] else None


def _ellipse(loop: Array) -> Ellipse:
    """The ellipse of the same area moments."""
    x, y = loop[:-1].T
    x0, y0 = float(x.mean()), float(y.mean())
    x, y = x - x0, y - y0
    xn, yn = np.roll(x, -1), np.roll(y, -1)
    cross = x * yn - xn * y
    area = float(cross.sum()) / 2
    cx, cy = float(((x + xn) * cross).sum()), float(((y + yn) * cross).sum())
    cx, cy = cx / (6 * area), cy / (6 * area)
    xx = float(((x * x + x * xn + xn * xn) * cross).sum()) / (12 * area) - cx * cx
    yy = float(((y * y + y * yn + yn * yn) * cross).sum()) / (12 * area) - cy * cy
    xy = float(((x * yn + 2 * x * y + 2 * xn * yn + xn * y) * cross).sum()) / (24 * area) - cx * cy
    spread, tilt = math.hypot((xx - yy) / 2, xy), math.degrees(math.atan2(2 * xy, xx - yy) / 2)
    rx, ry = (2 * math.sqrt(max((xx + yy) / 2 + s, 1.0)) for s in (spread, -spread))
    centre = (x0 + cx, y0 + cy)
    if ry / rx >= NEAR:
        return Ellipse(centre, (rx + ry) / 2, (rx + ry) / 2)
    return Ellipse(centre, rx, ry, _aligned(tilt))


def _rectangle(loop: Array, hull: Array) -> Rectangle:
    """The smallest rectangle around the hull, its sides then laid through the ink."""
    sides = np.diff(np.vstack([hull, hull[:1]]), axis=0)
    angles = np.arctan2(sides[:, 1], sides[:, 0]) % (math.pi / 2)
    areas = [float(np.prod(np.ptp(_turned(hull, -a), axis=0))) for a in angles]
    angle = float(angles[int(np.argmin(areas))])
    low, high = _laid(loop, angle)
    # sides that lean: the mean of how the ink along each runs
    angle += _lean(_turned(loop, -angle), low, high)
    degrees = math.degrees(angle) % 90
    degrees = _aligned(degrees) % 90
    low, high = _laid(loop, math.radians(degrees))
    middle = _turned(((low + high) / 2)[None], math.radians(degrees))[0]
    width, height = float(high[0] - low[0]), float(high[1] - low[1])
    if min(width, height) >= NEAR * max(width, height):
        width = height = (width + height) / 2
    return Rectangle(_point(middle), width, height, degrees)


def _laid(loop: Array, angle: float) -> tuple[Array, Array]:
    """Low and high sides in turned coordinates, through the middle of the ink along each."""
    own = _turned(loop, -angle)
    low, high = own.min(axis=0), own.max(axis=0)
    sides = []
    for bound in (low, high):
        side = bound.copy()
        for k in (0, 1):
            along = own[_middle(own[:, 1 - k], low[1 - k], high[1 - k]), k]
            near = along[np.abs(along - bound[k]) < 0.2 * (high[k] - low[k])]
            if near.size:
                side[k] = float(near.mean())
        sides.append(side)
    return sides[0], sides[1]


def _lean(own: Array, low: Array, high: Array) -> float:
    total, weight = 0.0, 0.0
    for k, sign in ((0, -1.0), (1, 1.0)):
        for bound in (low[k], high[k]):
            near = (np.abs(own[:, k] - bound) < 0.15 * (high[k] - low[k])) & _middle(
                own[:, 1 - k], low[1 - k], high[1 - k]
            )
            if np.count_nonzero(near) > 3:
                run, off = own[near, 1 - k], own[near, k]
                run = run - run.mean()
                total += sign * float(run @ off)
                weight += float(run @ run)
    return math.atan(total / weight) if weight else 0.0


def _middle(values: Array, low: float, high: float) -> NDArray[np.bool_]:
    """Which lie away from the corners."""
    edge = 0.15 * (high - low)
    return (values > low + edge) & (values < high - edge)


def _triangle(loop: Array, hull: Array) -> Triangle | None:
    """The largest triangle in the hull, its sides then laid through the ink."""
    best = _largest_triangle(hull)
    lines = []
    for k in range(3):
        a, b = best[k], best[(k + 1) % 3]
        length = float(np.hypot(*(b - a)))
        along = (b - a) / length
        at, off = (loop - a) @ along, _cross(loop - a, along)
        near = (at > 0.15 * length) & (at < 0.85 * length) & (np.abs(off) < 0.15 * length)
        if np.count_nonzero(near) < 4:
            return None
        slope, offset = np.polyfit(at[near], off[near], 1)
        normal = np.array([-along[1], along[0]])
        lines.append((a - offset * normal, along - slope * normal))
    corners = []
    for k in range(3):
        (p, u), (q, v) = lines[k - 1], lines[k]
        across = float(u[0] * v[1] - u[1] * v[0])
        if abs(across) < 0.2:
            return None
        t = float((q - p)[0] * v[1] - (q - p)[1] * v[0]) / across
        corners.append(_point(p + t * u))
    return Triangle((corners[0], corners[1], corners[2]))


def _largest_triangle(hull: Array) -> Array:
    i, j, k = (index.ravel() for index in np.indices((len(hull),) * 3))
    is_once = (i < j) & (j < k)
    i, j, k = i[is_once], j[is_once], k[is_once]
    ab, ac = hull[j] - hull[i], hull[k] - hull[i]
    most = int(np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]).argmax())
    return hull[[i[most], j[most], k[most]]]


def _hull(points: Array) -> Array:
    """The convex hull, around (Andrew 1979)."""
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]
    halves: list[list[Any]] = []
    for run in (ordered, ordered[::-1]):
        half: list[Any] = []
        for p in run:
            while len(half) > 1 and _is_left(half[-2], half[-1], p):
                half.pop()
            half.append(p)
        halves.append(half[:-1])
    return np.array(halves[0] + halves[1])


def _is_left(a: Array, b: Array, p: Array) -> bool:
    return bool((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) <= 0)


def _cross(points: Array, along: Array) -> Array:
    """Signed distances from the line through the origin."""
    off: Array = points[:, 1] * -along[0] + points[:, 0] * along[1]
    return off


def _turned(points: Array, angle: float) -> Array:
    cos, sin = math.cos(angle), math.sin(angle)
    turned: Array = points @ np.array([[cos, sin], [-sin, cos]])
    return turned


def _area(loop: Array) -> float:
    x, y = loop.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2


def _aligned(degrees: float) -> float:
    """Upright and level where it is nearly so."""
    straight = round(degrees / 90) * 90.0
    return straight if abs(degrees - straight) <= ALIGN_DEG else degrees


def _point(place: Array) -> Point:
    return float(place[0]), float(place[1])
