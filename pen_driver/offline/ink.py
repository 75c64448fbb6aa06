"""Stored strokes as the same events that live ink gives, so that a program draws both one way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pen_driver.address import NcodePage
from pen_driver.events import (
    PenDown,
    PenEvent,
    PenLifted,
    PenPage,
    PenSample,
    RawDot,
    StrokeNo,
)
from pen_driver.offline.store import StoredStroke
from pen_driver.paper import Sheet, sheet_of

DEFAULT_FORCE_STEPS = 852
_UPRIGHT = 90


def stroke_events(
    strokes: Iterable[StoredStroke],
    force_steps: int = DEFAULT_FORCE_STEPS,
    sheets: Callable[[NcodePage], Sheet] = sheet_of,
    first_stroke: int = 1,
) -> Iterator[PenEvent]:
    """Yield the events of stored strokes, in their order; a stroke without dots gives none.

    `t_host` counts seconds from the first stroke on our clock, `t_pen` is the corrected time since
    1970, or None where the pen's clock was never set; then strokes follow each other at once.

    Args:
        force_steps: `PenCapabilities.force_steps` of the pen.
    """
    number = first_stroke
    page: NcodePage | None = None
    zero: float | None = None
    now = 0.0
    for stored in strokes:
        stroke = stored.stroke
        if not stroke.dots:
            continue
        if stored.t0 is not None:
            zero = stored.t0 if zero is None else zero
            now = max(now, stored.t0 - zero)
        if stroke.page != page:
            page = stroke.page
            yield PenPage(now, page)
        sheet = sheets(stroke.page)
        samples = list(_samples(stored, StrokeNo(number), now, sheet, max(force_steps, 1)))
        colour = stroke.colour_argb if stroke.colour_argb >> 24 else None
        yield PenDown(
            samples[0].t_host,
            samples[0].t_pen,
            StrokeNo(number),
            stroke.page,
            tip=stroke.tip,
            colour_argb=colour,
        )
        yield from samples
        now = samples[-1].t_host
        yield PenLifted(now, samples[-1].t_pen, StrokeNo(number), len(samples))
        number += 1


def _samples(
    stored: StoredStroke, number: StrokeNo, start: float, sheet: Sheet, force_steps: int
) -> Iterator[PenSample]:
    passed = 0.0
    for dot in stored.stroke.dots:
        passed += dot.dt_ms / 1000
        x_mm, y_mm = sheet.to_mm(dot.x, dot.y)
        yield PenSample(
            start + passed,
            None if stored.t0 is None else stored.t0 + passed,
            number,
            x_mm,
            y_mm,
            min(dot.force / force_steps, 1.0),
            tilt_x=min(dot.tilt_x, 180) - _UPRIGHT,
            tilt_y=min(dot.tilt_y, 180) - _UPRIGHT,
            twist=dot.twist,
            raw=RawDot(dot.x, dot.y, dot.force),
        )
