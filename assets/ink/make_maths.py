"""Make `maths.json`: a short derivation in a teacher's hand, with times and pressure.

Run it from anywhere; the same program gives the same file. All letter shapes are our own: skeletons
as points, joined by splines, then moved over by a hand that slows down in curves, leans a little to
the right and never does the same thing twice.

Glyph coordinates: Latin and digits in x-heights (baseline y = 0, up is negative); Chinese in a box
of 1 x 1 (top left is 0, 0). A point given twice in a row is a corner.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

Point = tuple[float, float]
Skeleton = list[Point]
Sample = tuple[float, float, int, float]  # x mm, y mm, ms, force 0..1

X_HEIGHT_MM = 3.5
HAN_MM = 7.8
SLANT = 0.11  # sideways per upward
STEP_MS = 8
FINE_MM = 0.05

GLYPHS: dict[str, tuple[float, list[Skeleton]]] = {
    "y": (
        0.98,
        [
            [
                (0.02, -0.95),
                (0.10, -0.52),
                (0.33, -0.33),
                (0.62, -0.50),
                (0.80, -0.98),
                (0.80, -0.98),
                (0.74, -0.30),
                (0.62, 0.35),
                (0.36, 0.70),
                (0.08, 0.62),
                (0.16, 0.36),
            ]
        ],
    ),
    "x": (
        1.06,
        [
            [
                (0.02, -0.78),
                (0.16, -0.98),
                (0.34, -0.86),
                (0.44, -0.48),
                (0.56, -0.10),
                (0.74, 0.00),
                (0.90, -0.18),
            ],
            [
                (0.90, -0.90),
                (0.76, -0.99),
                (0.60, -0.82),
                (0.40, -0.36),
                (0.22, -0.06),
                (0.02, -0.04),
            ],
        ],
    ),
    "=": (
        1.22,
        [
            [(0.04, -0.70), (0.50, -0.73), (0.98, -0.74)],
            [(0.06, -0.27), (0.50, -0.29), (1.00, -0.32)],
        ],
    ),
    "-": (1.16, [[(0.05, -0.49), (0.50, -0.51), (0.92, -0.52)]]),
    "+": (
        1.20,
        [
            [(0.04, -0.48), (0.50, -0.51), (0.98, -0.52)],
            [(0.53, -0.98), (0.52, -0.50), (0.49, 0.00)],
        ],
    ),
    "0": (
        1.02,
        [
            [
                (0.56, -1.66),
                (0.24, -1.52),
                (0.04, -0.86),
                (0.16, -0.16),
                (0.46, 0.02),
                (0.80, -0.28),
                (0.92, -0.96),
                (0.78, -1.52),
                (0.48, -1.67),
            ]
        ],
    ),
    "1": (0.62, [[(0.10, -1.30), (0.36, -1.68), (0.36, -1.68), (0.35, -0.85), (0.32, 0.02)]]),
    "2": (
        1.02,
        [
            [
                (0.08, -1.30),
                (0.22, -1.60),
                (0.54, -1.69),
                (0.80, -1.42),
                (0.70, -0.98),
                (0.38, -0.44),
                (0.02, -0.02),
                (0.02, -0.02),
                (0.40, -0.07),
                (0.92, -0.03),
            ]
        ],
    ),
    "3": (
        0.98,
        [
            [
                (0.10, -1.46),
                (0.38, -1.69),
                (0.74, -1.52),
                (0.68, -1.12),
                (0.32, -0.93),
                (0.32, -0.93),
                (0.70, -0.84),
                (0.86, -0.46),
                (0.66, -0.08),
                (0.28, 0.02),
                (0.02, -0.22),
            ]
        ],
    ),
    "4": (
        1.06,
        [
            [
                (0.50, -1.68),
                (0.34, -1.18),
                (0.03, -0.56),
                (0.03, -0.56),
                (0.46, -0.57),
                (0.98, -0.61),
            ],
            [(0.72, -1.08), (0.69, -0.50), (0.64, 0.06)],
        ],
    ),
    "(": (0.56, [[(0.48, -1.92), (0.16, -1.40), (0.04, -0.74), (0.13, -0.06), (0.40, 0.36)]]),
    ")": (0.62, [[(0.06, -1.92), (0.35, -1.42), (0.46, -0.76), (0.36, -0.08), (0.08, 0.38)]]),
    ",": (0.62, [[(0.16, -0.10), (0.22, 0.06), (0.16, 0.22), (0.02, 0.38)]]),
    "O": (
        1.10,
        [
            [
                (0.50, -1.20),
                (0.14, -0.98),
                (0.04, -0.52),
                (0.24, -0.06),
                (0.60, -0.02),
                (0.88, -0.36),
                (0.88, -0.86),
                (0.62, -1.18),
                (0.40, -1.19),
            ]
        ],
    ),
}

HAN: dict[str, list[Skeleton]] = {
    "解": [
        [(0.22, 0.02), (0.16, 0.13), (0.04, 0.27)],
        [(0.18, 0.12), (0.36, 0.09), (0.36, 0.09), (0.33, 0.17), (0.28, 0.25)],
        [(0.11, 0.29), (0.11, 0.58), (0.09, 0.78), (0.01, 0.97)],
        [(0.12, 0.29), (0.43, 0.25), (0.43, 0.25), (0.44, 0.60), (0.43, 0.95), (0.43, 0.95),
         (0.36, 0.88)],
        [(0.13, 0.47), (0.42, 0.44)],
        [(0.12, 0.66), (0.42, 0.63)],
        [(0.28, 0.28), (0.28, 0.84)],
        [(0.54, 0.11), (0.90, 0.06), (0.90, 0.06), (0.89, 0.24), (0.84, 0.40), (0.84, 0.40),
         (0.76, 0.34)],
        [(0.71, 0.09), (0.67, 0.26), (0.52, 0.43)],
        [(0.62, 0.45), (0.59, 0.54), (0.52, 0.63)],
        [(0.60, 0.56), (0.93, 0.52)],
        [(0.50, 0.75), (0.75, 0.73), (1.00, 0.70)],
        [(0.77, 0.42), (0.77, 0.70), (0.76, 1.03)],
    ],
    "：": [
        [(0.10, 0.48), (0.14, 0.50), (0.13, 0.54)],
        [(0.10, 0.84), (0.14, 0.86), (0.13, 0.90)],
    ],
    "顶": [
        [(0.02, 0.20), (0.20, 0.17), (0.40, 0.15)],
        [(0.23, 0.18), (0.24, 0.50), (0.23, 0.87), (0.23, 0.87), (0.12, 0.77)],
        [(0.47, 0.11), (0.72, 0.08), (0.98, 0.05)],
        [(0.74, 0.09), (0.70, 0.18), (0.63, 0.26)],
        [(0.55, 0.28), (0.56, 0.50), (0.55, 0.74)],
        [(0.56, 0.28), (0.90, 0.23), (0.90, 0.23), (0.91, 0.46), (0.90, 0.72)],
        [(0.73, 0.37), (0.72, 0.58), (0.64, 0.79), (0.44, 0.98)],
        [(0.76, 0.76), (0.87, 0.86), (0.97, 0.98)],
    ],
    "点": [
        [(0.48, 0.00), (0.49, 0.18), (0.48, 0.36)],
        [(0.50, 0.18), (0.66, 0.16), (0.82, 0.13)],
        [(0.21, 0.38), (0.24, 0.52), (0.26, 0.68)],
        [(0.22, 0.38), (0.50, 0.34), (0.77, 0.32), (0.77, 0.32), (0.75, 0.48), (0.71, 0.62)],
        [(0.27, 0.64), (0.50, 0.61), (0.72, 0.59)],
        [(0.20, 0.74), (0.15, 0.84), (0.06, 0.96)],
        [(0.36, 0.79), (0.38, 0.86), (0.41, 0.93)],
        [(0.56, 0.77), (0.60, 0.84), (0.64, 0.91)],
        [(0.77, 0.74), (0.86, 0.83), (0.94, 0.94)],
    ],
}  # fmt: skip


def spline(points: Skeleton) -> list[Point]:
    """Return a fine polyline through the points; a doubled point stays sharp."""
    out: list[Point] = []
    run: Skeleton = []
    for point in points:
        if run and point == run[-1]:
            out += _smooth(run)
            run = []
        run.append(point)
    return out + _smooth(run)


def _smooth(p: Skeleton) -> list[Point]:
    """Centripetal Catmull-Rom through `p`, which has no corner inside."""
    if len(p) < 2:
        return list(p)
    ends = [(2 * p[0][0] - p[1][0], 2 * p[0][1] - p[1][1])]
    tail = [(2 * p[-1][0] - p[-2][0], 2 * p[-1][1] - p[-2][1])]
    q = ends + p + tail
    out: list[Point] = []
    for i in range(1, len(q) - 2):
        knots = [0.0]
        for a, b in pairwise(q[i - 1 : i + 3]):
            knots.append(knots[-1] + max(math.dist(a, b), 1e-6) ** 0.5)
        for n in range(24):
            t = knots[1] + (knots[2] - knots[1]) * n / 24
            out.append(_barry_goldman(q[i - 1 : i + 3], knots, t))
    return [*out, p[-1]]


def _barry_goldman(q: Skeleton, k: list[float], t: float) -> Point:
    def mix(a: Point, b: Point, left: float, right: float) -> Point:
        part = (t - left) / (right - left)
        return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part

    a = [mix(q[i], q[i + 1], k[i], k[i + 1]) for i in range(3)]
    b = [mix(a[i], a[i + 1], k[i], k[i + 2]) for i in range(2)]
    return mix(b[0], b[1], k[1], k[2])


def even(points: list[Point], step: float) -> list[Point]:
    """Return the polyline at even distances along it, last point kept."""
    out = [points[0]]
    left = step
    for a, b in pairwise(points):
        length = math.dist(a, b)
        at = left
        while at < length:
            out.append((a[0] + (b[0] - a[0]) * at / length, a[1] + (b[1] - a[1]) * at / length))
            at += step
        left = at - length
    return [*out, points[-1]]


def turning(points: list[Point], i: int, reach: int) -> float:
    """Return how sharply the line turns around point `i`, radians per mm."""
    a, b, c = points[max(i - reach, 0)], points[i], points[min(i + reach, len(points) - 1)]
    first = math.atan2(b[1] - a[1], b[0] - a[0])
    second = math.atan2(c[1] - b[1], c[0] - b[0])
    turn = abs((second - first + math.pi) % (2 * math.pi) - math.pi)
    return turn / max(math.dist(a, b) + math.dist(b, c), FINE_MM) * 2


def smoothed(values: list[float], reach: int) -> list[float]:
    """Return the running mean."""
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    out = []
    for i in range(len(values)):
        low, high = max(i - reach, 0), min(i + reach + 1, len(values))
        out.append((sums[high] - sums[low]) / (high - low))
    return out


@dataclass
class Hand:
    """A hand that writes: where it is in time, and how it moves."""

    random: Random
    clock_ms: float = 0.0
    at: Point = (20.0, 30.0)

    def __post_init__(self) -> None:
        self.strokes: list[list[Sample]] = []

    def pause(self, to: Point, extra_ms: float = 0.0) -> None:
        """Move over to where the next stroke begins: 120 to 350 ms."""
        if self.strokes:
            way = math.dist(self.at, to)
            wait = 120 + way * 5 + self.random.uniform(0, 70) + extra_ms
            self.clock_ms += min(wait, 345)

    def draw(self, skeleton: Skeleton, haste: float = 1.0, extra_ms: float = 0.0) -> None:
        """Write one stroke given in page millimetres."""
        path = even(self._unsteady(spline(skeleton)), FINE_MM)
        self.pause(path[0], extra_ms)
        times = self._times(path, haste)
        self.strokes.append(self._sampled(path, times))
        self.clock_ms = self.strokes[-1][-1][2]
        self.at = path[-1]

    def _unsteady(self, points: list[Point]) -> list[Point]:
        """Add a slight bow and slow waves, as a hand on paper has."""
        length = sum(math.dist(a, b) for a, b in pairwise(points)) or FINE_MM
        waves = [
            (
                self.random.uniform(0.02, 0.045),
                self.random.uniform(4, 11),
                self.random.uniform(0, 6),
            )
            for _ in range(4)
        ]
        bow = self.random.uniform(-1, 1) * min(length * 0.006, 0.35)
        out: list[Point] = []
        s = 0.0
        for i, (x, y) in enumerate(points):
            if i:
                s += math.dist(points[i - 1], points[i])
            dx = sum(a * math.sin(s / w * 6.283 + f) for a, w, f in waves[:2])
            dy = sum(a * math.sin(s / w * 6.283 + f) for a, w, f in waves[2:])
            out.append((x + dx, y + dy + bow * math.sin(math.pi * s / length)))
        return out

    def _times(self, path: list[Point], haste: float) -> list[float]:
        """Return ms from the stroke's begin for each point: fast when straight, slow in curves."""
        n = len(path)
        length = n * FINE_MM
        top = 36 * haste * (max(length, 1.5) / 8) ** 0.42 * self.random.uniform(0.92, 1.08)
        speeds = []
        for i in range(n):
            bell = math.sin(math.pi * (i + 1) / (n + 1)) ** 0.55
            curve = 1 / (1 + 1.3 * turning(path, i, 6)) ** 0.75
            speeds.append(max(top * bell * curve, 5.0))
        times = [0.0]
        for speed in smoothed(speeds, 8)[:-1]:
            times.append(times[-1] + FINE_MM / speed * 1000)
        return times

    def _sampled(self, path: list[Point], times: list[float]) -> list[Sample]:
        """Read the pen every 8 ms; pressure rises, holds, and falls as the pen leaves."""
        begin = round(self.clock_ms / STEP_MS) * STEP_MS
        total = max(times[-1], 5 * STEP_MS)
        hold = self.random.uniform(0.50, 0.60)
        phase = self.random.uniform(0, 6)
        fall_ms = min(70.0, total * 0.3)
        samples: list[Sample] = []
        i = 0
        steps = max(math.ceil(total / STEP_MS), 4)
        for step in range(steps + 1):
            t = min(step * STEP_MS, total)
            while i + 1 < len(times) and times[i + 1] <= t:
                i += 1
            rise = 0.35 + 0.65 * min(t / min(45.0, total * 0.3), 1.0)
            fall = 0.18 + 0.82 * min((total - t) / fall_ms, 1.0)
            speed = FINE_MM / max(times[min(i + 1, len(times) - 1)] - times[i], 0.1) * 1000
            press = hold + 0.14 / (1 + speed / 25) + 0.03 * math.sin(t / 90 + phase)
            x, y = path[i] if t < total else path[-1]
            force = min(press * rise * fall, 1.0)
            samples.append((round(x, 2), round(y, 2), begin + step * STEP_MS, round(force, 3)))
        return samples


def write(hand: Hand, text: str, x: float, y: float, size: float = X_HEIGHT_MM) -> float:
    """Write `text` with its baseline at `y`; ``^c`` raises a character. Return the end x."""
    random = hand.random
    is_raised = False
    is_first = True
    for character in text:
        if character == " ":
            x += size * 0.34
        elif character == "^":
            is_raised = True
        elif character in HAN:
            x = _write_han(hand, character, x, y)
        else:
            width, strokes = GLYPHS[character]
            unit = size * (0.6 if is_raised else 1.0) * random.uniform(0.96, 1.04)
            base = y - (size * 1.28 if is_raised else 0) + random.uniform(-0.18, 0.18)
            x += size * 0.06 if is_raised else 0.0
            turn = random.uniform(-0.02, 0.02)
            for skeleton in strokes:
                points = [
                    (x + (px - py * (SLANT + turn)) * unit, base + (py - px * 0.012) * unit)
                    for px, py in skeleton
                ]
                hand.draw(points, extra_ms=90.0 if is_first else 0.0)
                is_first = False
            x += (width + 0.2 + random.uniform(-0.03, 0.05)) * unit
            is_raised = False
    return x


def _write_han(hand: Hand, character: str, x: float, y: float) -> float:
    random = hand.random
    side = HAN_MM * random.uniform(0.97, 1.03)
    top = y - side * 0.86
    for skeleton in HAN[character]:
        points = [
            (
                x + (px + (0.5 - py) * 0.03 + random.uniform(-0.008, 0.008)) * side * 0.92,
                top + (py + random.uniform(-0.008, 0.008)) * side,
            )
            for px, py in skeleton
        ]
        hand.draw(points, haste=1.25)
    return x + side * (0.45 if character == "：" else 1.12)


def derivation(hand: Hand) -> None:
    """Four lines: the function, the square completed, the result, the vertex."""
    write(hand, "y = x^2 - 4x + 3", 33.5, 38)
    x = write(hand, "解：", 20.5, 55)
    write(hand, "y = (x^2 - 4x + 4) - 1", x + 1, 55)
    end = write(hand, "= (x - 2)^2 - 1", x + 6.2, 71)
    hand.draw([(x + 12, 75.2), ((x + 12 + end) / 2, 75.0), (end + 1, 74.4)], 1.6, 60)
    write(hand, "顶点 (2, -1)", 21, 90)


def graph(hand: Hand) -> None:
    """Axes, the parabola through (1, 0) and (3, 0), its axis and its vertex."""
    zero_x, zero_y, unit = 52.0, 178.5, 19.0

    def at(x: float, y: float) -> Point:
        return zero_x + x * unit, zero_y - y * unit

    hand.draw([at(-1.35, 0), at(1.5, 0.01), at(4.9, 0)], 2.2, 120)
    hand.draw([at(4.72, 0.10), at(4.92, 0), at(4.92, 0), at(4.70, -0.11)], 1.2)
    hand.draw([at(0, -1.6), at(0.01, 1.0), at(0, 3.86)], 2.2, 80)
    hand.draw([at(-0.10, 3.68), at(0, 3.88), at(0, 3.88), at(0.11, 3.67)], 1.2)
    write(hand, "x", *at(4.75, -0.32), 3.0)
    write(hand, "y", *at(0.20, 3.70), 3.0)
    write(hand, "O", *at(-0.28, -0.30), 2.7)
    for n in (1, 2, 3):
        hand.draw([at(n, 0.08), at(n, -0.07)])
    write(hand, "1", *at(0.84, -0.36), 2.5)
    write(hand, "3", *at(3.06, -0.36), 2.5)
    hand.draw([at(-0.07, 3), at(0.08, 3.01)])
    write(hand, "3", *at(-0.36, 2.88), 2.5)
    curve = [at(2 + d / 8, (d / 8) ** 2 - 1) for d in range(-17, 18)]
    hand.draw(curve, 1.7, 200)
    for n in range(5):
        top = 2.9 - n * 0.86
        hand.draw([at(2, top), at(2.005, top - 0.5)], 1.5)
    hand.draw([at(1.97, -0.99), at(2.02, -0.96), at(2.03, -1.03), at(1.97, -1.03)], 0.8, 60)
    write(hand, "(2, -1)", *at(2.22, -1.25), 2.7)
    write(hand, "x = 2", *at(2.12, 2.62), 2.7)


def make() -> str:
    """Return the text of `maths.json`."""
    hand = Hand(Random(20260101))
    derivation(hand)
    graph(hand)
    document = {
        "unit": "mm",
        "page_mm": [176, 250],
        "ch": ["x", "y", "t_ms", "pressure"],
        "strokes": hand.strokes,
    }
    return json.dumps(document, separators=(",", ":")).replace("]],[[", "]],\n[[") + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("maths.json").write_text(make(), encoding="utf-8")
