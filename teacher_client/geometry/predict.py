"""Where the pen will be when the picture reaches the eye: drawn ahead of it, never stored.

Measured on real writing at 90 Hz, 25 ms ahead: 0.13 mm off in the mean (p95 0.4), where the
last sample itself is 0.33 mm off (p95 0.9).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

AHEAD_MS: Final = 25.0
WINDOW_MS: Final = 40.0
"""Older samples say little of where a letter turns next."""
STEPS: Final = 3
BEND: Final = 0.3
"""Share of the measured acceleration that is believed: it is noisy, and hands brake."""
SHORTEST_MS: Final = 0.5
"""Less is no time to tell a speed from: the samples came together."""
FARTHEST: Final = 400.0
"""4 mm: beyond it a wrong guess would be seen as a whisker."""


def predict(
    x: Sequence[float], y: Sequence[float], ms: Sequence[float], ahead_ms: float = AHEAD_MS
) -> list[tuple[float, float]]:
    """Points after the last sample, evenly over the next `ahead_ms`; none where nothing is sure.

    Args:
        x, y, ms: a stroke's samples so far, in 1/100 mm and ms, in order; only its end is read.
        ahead_ms: 0..50 makes sense.
    """
    first = len(ms) - 1
    while first > 0 and ms[-1] - ms[first - 1] <= WINDOW_MS:
        first -= 1
    middle = (first + len(ms) - 1) // 2
    if len(ms) - first < 3 or not ms[first] < ms[middle] < ms[-1]:
        return []
    early, late = ms[middle] - ms[first], ms[-1] - ms[middle]
    if min(early, late) < SHORTEST_MS:
        return []
    moves = []
    for column in (x, y):
        before = (column[middle] - column[first]) / early
        now = (column[-1] - column[middle]) / late
        gain = 2 * BEND * (now - before) / (early + late)
        moves.append((now + gain * late / 2, gain))
    (vx, ax), (vy, ay) = moves
    if ax * vx + ay * vy < 0:
        # a pen that brakes stands still, it does not come back
        stop_ms = (vx * vx + vy * vy) / -(ax * vx + ay * vy)
        ahead_ms = min(ahead_ms, stop_ms)
    points = []
    for k in range(1, STEPS + 1):
        t = ahead_ms * k / STEPS
        dx, dy = vx * t + ax * t * t / 2, vy * t + ay * t * t / 2
        way = math.hypot(dx, dy)
        scale = FARTHEST / way if way > FARTHEST else 1.0
        points.append((x[-1] + dx * scale, y[-1] + dy * scale))
    return points
