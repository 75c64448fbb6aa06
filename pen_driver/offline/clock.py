"""A pen's calendar → ours: two readings of its clock tell how far and how fast it runs away."""

from __future__ import annotations

from dataclasses import dataclass

# Before this the pen's clock was never set (PROTOCOL 8).
_LEAST_S = 10.0
# Quartz clocks stay within 0.01 %; what differs by more than this was set or stood still.
_MOST_DRIFT = 0.005


# No pen with a memory is older than 2010; a clock that was never set counts from 1970.
_FIRST_PENS_S = 1_262_304_000.0


def as_told(pen_s: float) -> float | None:
    """A moment on the clock of a pen that does not say how late it is; None: never set."""
    return pen_s if pen_s >= _FIRST_PENS_S else None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the pen's clock said when the host's said `host_s`; both in seconds since 1970."""

    pen_s: float
    host_s: float


def correct_time(pen_s: float, before: ClockReading | None, now: ClockReading) -> float | None:
    """Return the host's time of a moment on the pen's clock; None where it was never set.

    Args:
        before: just after the clock was last set, None where that is unknown.
        now: just before it was set at this connection. Later moments need no correction.
    """
    if pen_s < _LEAST_S:
        return None
    has_jumped = before is None or now.pen_s < before.pen_s  # the clock lost its power
    if pen_s > now.pen_s:
        # After it was set just now, or before it jumped back.
        return pen_s if before is None or not has_jumped else pen_s + before.host_s - before.pen_s
    if before is None or has_jumped:
        return pen_s + now.host_s - now.pen_s
    if pen_s < before.pen_s:
        return pen_s + before.host_s - before.pen_s
    passed = now.pen_s - before.pen_s
    rate = (now.host_s - before.host_s) / passed if passed > 0 else 0.0
    if abs(rate - 1) <= _MOST_DRIFT:
        return before.host_s + (pen_s - before.pen_s) * rate
    return pen_s + now.host_s - now.pen_s
