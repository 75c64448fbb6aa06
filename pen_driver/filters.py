"""Leave out what a camera misread: single dots far off between two near ones (PROTOCOL 18.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

SPIKE_UNITS = 10.0
"""Vendor's threshold: 10 Ncode units, 23.7 mm, between two dots 12 ms apart."""


@dataclass(frozen=True, slots=True)
class _Point(Generic[T]):
    x: float
    y: float
    item: T


class SpikeFilter(Generic[T]):
    """Streaming: a dot near the one before passes at once, only a far one waits for the next.

    It is dropped if in x, or in y, both neighbours lie on the same side of it and farther than the
    threshold. First and last dots of a stroke have one neighbour and always pass.

    Args:
        threshold: in the unit of x and y; None switches the filter off.

    Attributes:
        dropped: how many were left out so far.
    """

    def __init__(self, threshold: float | None = SPIKE_UNITS) -> None:
        self._threshold = threshold
        self._last: _Point[T] | None = None
        self._held: _Point[T] | None = None
        self.dropped = 0

    def push(self, x: float, y: float, item: T) -> list[T]:
        """Take one dot; return those that may go on, oldest first."""
        if self._threshold is None:
            return [item]
        point = _Point(x, y, item)
        passed: list[T] = []
        if self._held is not None and self._last is not None:
            if self._is_spike(self._last, self._held, point):
                self.dropped += 1
            else:
                passed.append(self._held.item)
                self._last = self._held
            self._held = None
        if self._last is not None and self._is_far(self._last, point):
            self._held = point
        else:
            self._last = point
            passed.append(item)
        return passed

    def end(self) -> list[T]:
        """The stroke is over: return the dot that still waits, and forget the stroke."""
        passed = [] if self._held is None else [self._held.item]
        self._held = self._last = None
        return passed

    def _is_far(self, one: _Point[T], other: _Point[T]) -> bool:
        limit = self._threshold or 0.0
        return abs(one.x - other.x) > limit or abs(one.y - other.y) > limit

    def _is_spike(self, before: _Point[T], point: _Point[T], after: _Point[T]) -> bool:
        return self._is_off(point.x - before.x, point.x - after.x) or self._is_off(
            point.y - before.y, point.y - after.y
        )

    def _is_off(self, from_before: float, from_after: float) -> bool:
        limit = self._threshold or 0.0
        nearer = min(abs(from_before), abs(from_after))
        return from_before * from_after > 0 and nearer > limit
