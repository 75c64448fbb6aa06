"""Which protocol core serves which link."""

from __future__ import annotations

import time

from pen_driver.counters import PenCounters
from pen_driver.errors import UnknownProtocolError
from pen_driver.neo.session import NeoSession
from pen_driver.transports.bridge_session import BridgeSession
from pen_driver.transports.link import Session

RECORDED = ("neo2", "bridge")
"""What `recorded_session` takes."""


def new_session(protocol: str, counters: PenCounters, first_stroke: int) -> Session:
    """Return a fresh session; `NewSession` of every transport.

    Args:
        protocol: "neo2"; further ones join here.
    """
    del protocol
    return NeoSession(_unix_ms, counters, first_stroke)


def recorded_session(
    protocol: str, counters: PenCounters, first_stroke: int = 1, handshake: bool = False
) -> Session:
    """Return a session for bytes that were recorded; what it wants to send is thrown away.

    Args:
        handshake: the answers to the handshake are in the recording. Without, all bytes count.

    Raises:
        UnknownProtocolError: no such protocol.
    """
    match protocol:
        case "neo2" | "auto":
            return NeoSession(lambda: 0, counters, first_stroke, handshake)
        case "bridge":
            return BridgeSession(counters, first_stroke)
        case _:
            raise UnknownProtocolError(protocol)


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000
