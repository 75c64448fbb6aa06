"""Which protocol core serves which link."""

from __future__ import annotations

import time

from pen_driver.counters import PenCounters
from pen_driver.neo.session import NeoSession
from pen_driver.transports.link import Session


def new_session(protocol: str, counters: PenCounters, first_stroke: int) -> Session:
    """Return a fresh session; `NewSession` of every transport.

    Args:
        protocol: "neo2"; further ones join here.
    """
    del protocol
    return NeoSession(_unix_ms, counters, first_stroke)


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000
