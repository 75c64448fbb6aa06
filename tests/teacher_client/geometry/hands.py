"""Shapes as a hand draws them: bowed sides, round corners, tremor, ends that do not meet, a hold.

Tremor: 8 to 12 Hz at a tenth to a fifth of a mm, as physiological hand tremor is; the slow
errors (bowing, skew) are some hundredths of the size, as in quick board drawings.
"""

from __future__ import annotations

import math
import random
from itertools import pairwise

from teacher_client.geometry.boxes import Point

RATE_HZ = 90
HOLD_S = 0.5


def drawn(
    corners: list[Point], random_: random.Random, *, is_closed: bool, is_round: bool = False
) -> list[tuple[int, int]]:
    """A stroke through corners (1/100 mm); `is_round`: they are many points of a curve."""
    size = math.dist(
        (min(x for x, _ in corners), min(y for _, y in corners)),
        (max(x for x, _ in corners), max(y for _, y in corners)),
    )
    way = [*corners, corners[0]] if is_closed else corners
    if is_closed:
        way = _begun_elsewhere(way, random_, size) if random_.random() < 0.5 else way
        way = _not_met(way, random_, size)
    points = _evenly(way, 100 + random_.random() * 150)
    points = _bowed(points, random_, size * random_.uniform(0.004, 0.018))
    if not is_round:
        points = _rounded(points, random_.randint(0, 2))
    phase, hz = random_.random() * 6, random_.uniform(8, 12)
    amplitude = random_.uniform(8, 20)
    end = points[-1]
    points += [end] * int(HOLD_S * RATE_HZ)
    return [
        (
            round(x + amplitude * math.sin(phase + 2 * math.pi * hz * k / RATE_HZ)),
            round(y + amplitude * math.sin(1 + phase + 2 * math.pi * hz * 1.07 * k / RATE_HZ)),
        )
        for k, (x, y) in enumerate(points)
    ]


def _begun_elsewhere(way: list[Point], random_: random.Random, size: float) -> list[Point]:
    """Around the same way from a place on its first side."""
    share = random_.uniform(0.2, 0.8)
    start = (
        way[0][0] + (way[1][0] - way[0][0]) * share,
        way[0][1] + (way[1][1] - way[0][1]) * share,
    )
    return [start, *way[1:-1], way[0], start]


def _not_met(way: list[Point], random_: random.Random, size: float) -> list[Point]:
    """The end misses the begin by up to 6 % of the size."""
    far = random_.uniform(0, 0.06) * size
    angle = random_.uniform(0, 2 * math.pi)
    x, y = way[-1]
    return [*way[:-1], (x + far * math.cos(angle), y + far * math.sin(angle))]


def _evenly(way: list[Point], step: float) -> list[Point]:
    points = [way[0]]
    for a, b in pairwise(way):
        count = max(1, round(math.dist(a, b) / step))
        points += [
            (a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count)
            for k in range(1, count + 1)
        ]
    return points


def _bowed(points: list[Point], random_: random.Random, amplitude: float) -> list[Point]:
    waves = [
        (random_.uniform(0.5, 3), random_.uniform(0, 6), random_.uniform(0, 6)) for _ in range(3)
    ]
    n = len(points)
    return [
        (
            x + amplitude * sum(math.sin(p + 2 * math.pi * f * k / n) for f, p, _ in waves) / 1.7,
            y + amplitude * sum(math.sin(q + 2 * math.pi * f * k / n) for f, _, q in waves) / 1.7,
        )
        for k, (x, y) in enumerate(points)
    ]


def _rounded(points: list[Point], half: int) -> list[Point]:
    out = []
    for k in range(len(points)):
        near = points[max(0, k - half) : k + half + 1]
        out.append((sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near)))
    return out
