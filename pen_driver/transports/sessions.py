"""Which protocol core serves which link."""

from __future__ import annotations

import time
from collections.abc import Callable

from pen_driver.anoto.regions import RegionMap
from pen_driver.anoto.session import AnotoSession
from pen_driver.auto import AutoProtocol
from pen_driver.counters import PenCounters
from pen_driver.errors import UnknownProtocolError
from pen_driver.neo.session import NeoOptions, NeoSession
from pen_driver.neo.strokes import StrokeOptions
from pen_driver.neo1.ble_session import Neo1BleSession
from pen_driver.neo1.session import Neo1Session
from pen_driver.protocol import AUTO, PenProtocol
from pen_driver.robotpen.session import A4, A5, STALE_READS, RobotPenSession
from pen_driver.transports.ble_records import NEO1_BLE, Neo1BleStream
from pen_driver.transports.bridge_session import BridgeSession

PROTOCOLS = (AUTO, "neo2", "neo2-unfiltered", "neo1", "anoto", "robotpen", "robotpen-a5", "xn680t")
"""What ``?protocol=`` takes. ``neo2-unfiltered`` keeps stray dots too."""

RECORDED = (*PROTOCOLS, NEO1_BLE, "bridge")
"""What `recorded_session` takes."""

_ANOTO_PAPER = RegionMap()
"""Pages grown in this program; a pen that comes back finds its own again."""


def new_session(protocol: str, counters: PenCounters, first_stroke: int) -> PenProtocol:
    """Return a fresh session; `NewSession` of every transport.

    Args:
        protocol: one of `PROTOCOLS`, or what a BLE link found.

    Raises:
        UnknownProtocolError: no such protocol.
    """
    match protocol:
        case "auto":
            return AutoProtocol(new_session, counters, first_stroke)
        case "neo2" | "neo2-unfiltered":
            return NeoSession(_unix_ms, counters, first_stroke, options=_neo_options(protocol))
        case "neo1":
            return Neo1Session(_unix_ms, counters, first_stroke, _offset_ms())
        case "neo1-ble":
            session = Neo1BleSession(_unix_ms, counters, first_stroke, _offset_ms())
            return Neo1BleStream(session)
        case "anoto":
            return AnotoSession(_ANOTO_PAPER, counters, first_stroke)
        case "robotpen" | "robotpen-a5":
            return RobotPenSession(counters, first_stroke, A4 if protocol == "robotpen" else A5)
        case "xn680t":
            return RobotPenSession(counters, first_stroke, A4, has_lengths=True)
        case _:
            raise UnknownProtocolError(protocol)


def recorded_session(
    protocol: str,
    counters: PenCounters,
    first_stroke: int = 1,
    handshake: bool = False,
    unix_ms: Callable[[], int] = lambda: 0,
) -> PenProtocol:
    """Return a session for bytes that were recorded; what it wants to send is thrown away.

    Args:
        handshake: the recording begins where the link was opened. Without, all bytes count.
        unix_ms: the host's wall clock at that time.

    Raises:
        UnknownProtocolError: no such protocol.
    """
    stale = STALE_READS if handshake else 0
    match protocol:
        case "neo2" | "neo2-unfiltered":
            options = _neo_options(protocol)
            return NeoSession(unix_ms, counters, first_stroke, handshake, options)
        case "neo1":
            return Neo1Session(unix_ms, counters, first_stroke, handshake=handshake)
        case "neo1-ble":
            return Neo1BleStream(Neo1BleSession(unix_ms, counters, first_stroke))
        case "robotpen" | "robotpen-a5" | "xn680t":
            sheet = A5 if protocol == "robotpen-a5" else A4
            return RobotPenSession(counters, first_stroke, sheet, protocol == "xn680t", stale)
        case "anoto":
            return AnotoSession(RegionMap(), counters, first_stroke)
        case "bridge":
            return BridgeSession(counters, first_stroke)
        case "auto":

            def make(found: str, counts: PenCounters, first: int) -> PenProtocol:
                return recorded_session(found, counts, first, handshake, unix_ms)

            return AutoProtocol(make, counters, first_stroke)
        case _:
            raise UnknownProtocolError(protocol)


def _neo_options(protocol: str) -> NeoOptions:
    is_filtered = protocol == "neo2"
    return NeoOptions() if is_filtered else NeoOptions(StrokeOptions(spike_units=None))


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000


def _offset_ms() -> int:
    return (time.localtime().tm_gmtoff or 0) * 1000
