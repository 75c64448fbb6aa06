"""Strokes as events, for tests of paper."""

from __future__ import annotations

from pen_driver.events import NcodePage, PenDown, PenEvent, PenLifted, PenSample, RawDot, StrokeNo
from pen_driver.paper import to_page_mm

NUMBER = StrokeNo(1)


def stroke(page: NcodePage, *places: tuple[float, float]) -> list[PenEvent]:
    """Return the events of a stroke through places in units of the pattern."""
    samples = [
        PenSample(1.0, None, NUMBER, *to_page_mm(page, x, y), 0.5, raw=RawDot(x, y, 400))
        for x, y in places
    ]
    down = PenDown(1.0, None, NUMBER, page)
    return [down, *samples, PenLifted(1.0, None, NUMBER, len(samples))]
