"""Moments that survive a restart, and the time between two of them.

THREATS ground rule 4: durations come from the server's monotonic clock. That clock counts from
the machine's boot, so across a restart of the *program* it still holds; across a reboot only
wall time is left, which people can move.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant as read from all clocks at once.

    Attributes:
        boot: identity of the machine's boot.
        monotonic_ms: of that boot; never steps back while `boot` is the same.
        wall_ms: UTC since 1970; may jump.
    """

    boot: str
    monotonic_ms: int
    wall_ms: int


def elapsed_ms(since: Moment, now: Moment) -> int:
    """Time between two moments, 0 or more.

    The same boot: the monotonic difference, whatever wall time says. Another boot: the wall
    difference, and 0 where wall time went backwards.
    """
    if since.boot == now.boot:
        return max(0, now.monotonic_ms - since.monotonic_ms)
    return max(0, now.wall_ms - since.wall_ms)
