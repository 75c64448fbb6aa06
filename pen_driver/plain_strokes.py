"""Strokes of pens that send bare positions: no pen-down message, no time, no check sums."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Generic, TypeVar

from pen_driver.counters import PenCounters
from pen_driver.events import (
    PageAddress,
    PenDown,
    PenEvent,
    PenLifted,
    PenPage,
    PenSample,
    RawDot,
    StrokeNo,
)

T = TypeVar("T")

SILENCE_S = 0.5
"""A pen on paper sends all the time: after this a stroke has ended and its end was lost."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position on a sheet, at the host's time."""

    page: PageAddress
    x_mm: float
    y_mm: float
    force: float | None
    raw: RawDot
    now: float


class PlainStrokes:
    """Opens a stroke at its first point, lifts it on request."""

    def __init__(self, counters: PenCounters, first_stroke: int = 1) -> None:
        self._counters = counters
        self.next_stroke = first_stroke
        self.page: PageAddress | None = None
        self._open: StrokeNo | None = None
        self._samples = 0

    @property
    def is_open(self) -> bool:
        """A stroke has begun and not ended."""
        return self._open is not None

    def move(self, point: Point) -> list[PenEvent]:
        """Put one point of the stroke."""
        events = self.turn_to(point.page, point.now)
        if self._open is None:
            self._open = StrokeNo(self.next_stroke)
            self.next_stroke += 1
            self._samples = 0
            self._counters.strokes += 1
            events.append(PenDown(point.now, None, self._open, point.page))
        self._samples += 1
        self._counters.samples += 1
        place = (point.x_mm, point.y_mm)
        events.append(
            PenSample(point.now, None, self._open, *place, force=point.force, raw=point.raw)
        )
        return events

    def turn_to(self, page: PageAddress, now: float) -> list[PenEvent]:
        """The pen is on this page; a stroke on another one ends there."""
        if page == self.page:
            return []
        events = self.lift(now)
        self.page = page
        return [*events, PenPage(now, page)]

    def lift(self, now: float, is_cut_short: bool = False) -> list[PenEvent]:
        """End an open stroke."""
        if self._open is None:
            return []
        stroke, self._open = self._open, None
        self._counters.cut_short += is_cut_short
        return [PenLifted(now, None, stroke, self._samples, cut_short=is_cut_short)]


class JumpFilter(Generic[T]):
    """Hold a point that is far from the one before until the next one stands by it.

    Without a check sum a damaged byte is a point anywhere; two of them side by side are a pen.
    So is a single one between two lifts: a full stop, a decimal point.

    Args:
        far: distance that no pen makes from one position to the next.
    """

    def __init__(self, far: float) -> None:
        self._far = far
        self._last: tuple[float, float] | None = None
        self._held: tuple[float, float, T] | None = None
        self._points = 0  # of this stroke

    def feed(self, x: float, y: float, item: T, is_at_home: bool) -> tuple[list[T], int, bool]:
        """Return what to put now, how many were given up, and whether the pen has jumped.

        Args:
            is_at_home: the first point of a stroke is believed here.
        """
        self._points += 1
        if self._is_near(self._last, x, y) or (self._last is None and is_at_home):
            given_up, self._held = int(self._held is not None), None
            self._last = (x, y)
            return [item], given_up, False
        held, has_jumped = self._held, self._last is not None
        if held is not None and self._is_near(held[:2], x, y):
            self._last, self._held = (x, y), None
            return [held[2], item], 0, has_jumped
        self._held = (x, y, item)
        return [], int(held is not None), False

    def lift(self) -> tuple[list[T], int]:
        """The pen was lifted: return the only point of its stroke, how many are given up."""
        only = [self._held[2]] if self._held is not None and self._points == 1 else []
        return only, self.reset() - len(only)

    def reset(self) -> int:
        """Begin a new stroke; return how many points were given up."""
        given_up = int(self._held is not None)
        self._last = self._held = None
        self._points = 0
        return given_up

    def _is_near(self, other: tuple[float, float] | None, x: float, y: float) -> bool:
        return other is not None and hypot(x - other[0], y - other[1]) <= self._far
