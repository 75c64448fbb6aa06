"""What the board's tools cost a sample: each beside the plain way of asking everything.

Run: ``python -m tests.bench.geometry``; prints times and ratios. Nothing decides on the figures:
the machines are noisy.
"""

from __future__ import annotations

import functools
import math
import random
import time
from collections.abc import Callable

from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from signaling_server.protocol.ids import StrokeId
from teacher_client.geometry.area_eraser import AreaEraser
from teacher_client.geometry.boxes import Point
from teacher_client.geometry.hits import StrokeIndex
from teacher_client.geometry.lasso import Lasso
from teacher_client.geometry.smoothing import Smoother, Strength
from teacher_client.geometry.snapping import Snapper

WIDTH, HEIGHT = 21_000, 29_700
SAMPLES = 40


def filled(strokes: int, pages: int = 1) -> StrokeIndex:
    """Strokes of a letter's size, spread over A4 pages that hang together."""
    random_ = random.Random(1)
    index = StrokeIndex()
    for number in range(1, strokes + 1):
        left, top = random_.randrange(WIDTH), random_.randrange(HEIGHT * pages)
        angles = [number + k / 8 for k in range(SAMPLES)]
        x = [left + round(150 * math.cos(angle)) for angle in angles]
        y = [top + round(150 * math.sin(angle)) for angle in angles]
        index.put(StrokeId(number), x, y, 70)
    return index


def best_us(times: int, run: Callable[[], object], rounds: int = 5) -> float:
    """CPU time of one of `times` calls, the best of some rounds."""
    best = math.inf
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            run()
        best = min(best, (time.process_time() - begun) / times * 1e6)
    return best


def ring(radius: float) -> list[Point]:
    """A lasso of 200 samples around the page's middle."""
    angles = [k * math.pi / 100 for k in range(200)]
    middle = (WIDTH / 2, HEIGHT / 2)
    return [(middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a)) for a in angles]


def choose(way: list[Point], index: StrokeIndex) -> list[StrokeId]:
    """One lasso, from the lifted pen to the chosen strokes."""
    return Lasso(way).strokes(index)


def main() -> None:
    """Measure and print."""
    random_ = random.Random(2)
    index = filled(2000)

    def place() -> Point:
        return random_.randrange(WIDTH), random_.randrange(HEIGHT)

    def ask_all() -> None:
        spot = place()
        for one in index.ordered:
            if one is not None:
                any(one.touched(spot, spot, 85))

    found = best_us(500, lambda: index.at(*place(), 50))
    asked = best_us(3, ask_all)
    print(
        f"hit among 2 000 strokes: {found:.0f} µs, asking each {asked:.0f}: {asked / found:.0f} x"
    )

    eraser, steps = AreaEraser(index, 250), iter(range(10_000_000))

    def erase() -> None:
        k = next(steps)
        eraser.move(10_000 + 9000 * math.sin(k / 150), 14_000 + 12_000 * math.sin(k / 97))

    print(f"rubbing out, a sample: {best_us(1000, erase, 1):.0f} µs")
    for pages in (10, 1):
        many = filled(50_000, pages)
        for radius in (1500, 9000):
            way = ring(radius)
            took = best_us(1, functools.partial(choose, way, many)) / 1000
            print(
                f"lasso of {radius // 100} mm, 50 000 strokes on {pages} A4: {took:.0f} ms,"
                f" {len(choose(way, many))} in it"
            )
    for kind in (InstrumentKind.RULER, InstrumentKind.COMPASS):
        snapper = Snapper()
        snapper.down([InstrumentSet(kind, 0, 0, 0, 10_000, 4000)], 4000, 0)
        took = best_us(5000, functools.partial(snapper.move, 3000, 50))
        print(f"along the {kind.value}, a sample: {took:.1f} µs")
    smoother, ms = Smoother(Strength.LIGHT), iter(range(10_000_000))
    took = best_us(5000, lambda: smoother.add(1, 1, next(ms) * 11))
    print(f"smoothing, a sample: {took:.1f} µs")


if __name__ == "__main__":
    main()
