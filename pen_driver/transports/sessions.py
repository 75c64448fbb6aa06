"""Which protocol core serves which link."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pen_driver.anoto.regions import Region, RegionMap, regions_from_json
from pen_driver.anoto.session import AnotoSession
from pen_driver.auto import AutoProtocol
from pen_driver.counters import PenCounters
from pen_driver.errors import BadPaperError, UnknownProtocolError
from pen_driver.neo.session import NeoOptions, NeoSession
from pen_driver.neo.strokes import StrokeOptions
from pen_driver.neo1.ble_session import Neo1BleSession
from pen_driver.neo1.session import Neo1Session
from pen_driver.protocol import AUTO, PenProtocol
from pen_driver.robotpen.session import A4, A5, STALE_READS, RobotPenSession
from pen_driver.transports.ble_records import NEO1_BLE, Neo1BleStream
from pen_driver.transports.bridge_session import BridgeSession
from pen_driver.transports.names import PenName

PROTOCOLS = (AUTO, "neo2", "neo2-unfiltered", "neo1", "anoto", "robotpen", "robotpen-a5", "xn680t")
"""What ``?protocol=`` takes. ``neo2-unfiltered`` keeps stray dots too."""

RECORDED = (*PROTOCOLS, NEO1_BLE, "bridge")
"""What `recorded_session` takes."""

_PAPERS: dict[tuple[str, tuple[Region, ...]], RegionMap] = {}
"""By pen's name and list: pages grown in this program; a pen that comes back finds its own."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the options of a pen's name say of its language.

    Attributes:
        protocol: one of `PROTOCOLS`.
        paper: of an Anoto pen; each name has its own.
    """

    protocol: str
    paper: RegionMap

    def session(self, protocol: str, counters: PenCounters, first_stroke: int) -> PenProtocol:
        """Return a fresh session; `NewSession` of a transport."""
        return new_session(protocol, counters, first_stroke, self.paper)


def spoken(name: str, parsed: PenName, default: str = AUTO) -> Spoken:
    """Read ``?protocol=`` and ``&regions=FILE``, a list of Anoto regions.

    Raises:
        UnknownProtocolError: nothing speaks that.
        BadPaperError: the list cannot be read, or another protocol was named beside it.
    """
    protocol = parsed.option("protocol") or default
    if protocol not in PROTOCOLS:
        raise UnknownProtocolError(protocol)
    file = parsed.option("regions")
    if file is not None and protocol not in (AUTO, "anoto"):
        raise BadPaperError("a list of regions is for protocol anoto")
    regions = () if file is None else load_regions(Path(file))
    return Spoken(protocol, _PAPERS.setdefault((name, regions), RegionMap(regions)))


def load_regions(path: Path) -> tuple[Region, ...]:
    """Read a list of Anoto regions, see `pen_driver.anoto.regions`.

    Raises:
        BadPaperError: it cannot be read.
    """
    try:
        return regions_from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise BadPaperError(f"{path}: {exc}") from exc


def new_session(
    protocol: str, counters: PenCounters, first_stroke: int, paper: RegionMap | None = None
) -> PenProtocol:
    """Return a fresh session.

    Args:
        protocol: one of `PROTOCOLS`, or what a BLE link found.
        paper: of an Anoto pen; the same one at each of its connections.

    Raises:
        UnknownProtocolError: no such protocol.
    """
    match protocol:
        case "auto":
            return AutoProtocol(partial(new_session, paper=paper), counters, first_stroke)
        case "neo2" | "neo2-unfiltered":
            return NeoSession(_unix_ms, counters, first_stroke, options=_neo_options(protocol))
        case "neo1":
            return Neo1Session(_unix_ms, counters, first_stroke, _offset_ms())
        case "neo1-ble":
            session = Neo1BleSession(_unix_ms, counters, first_stroke, _offset_ms())
            return Neo1BleStream(session)
        case "anoto":
            return AnotoSession(paper or RegionMap(), counters, first_stroke)
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
    paper: RegionMap | None = None,
) -> PenProtocol:
    """Return a session for bytes that were recorded; what it wants to send is thrown away.

    Args:
        handshake: the recording begins where the link was opened. Without, all bytes count.
        unix_ms: the host's wall clock at that time.
        paper: of an Anoto pen.

    Raises:
        UnknownProtocolError: no such protocol.
    """
    stale = STALE_READS if handshake else 0
    match protocol:
        case "neo2" | "neo2-unfiltered":
            options = replace(_neo_options(protocol), is_recording=True)
            return NeoSession(unix_ms, counters, first_stroke, handshake, options)
        case "neo1":
            return Neo1Session(unix_ms, counters, first_stroke, handshake=handshake)
        case "neo1-ble":
            return Neo1BleStream(Neo1BleSession(unix_ms, counters, first_stroke))
        case "robotpen" | "robotpen-a5" | "xn680t":
            sheet = A5 if protocol == "robotpen-a5" else A4
            return RobotPenSession(counters, first_stroke, sheet, protocol == "xn680t", stale)
        case "anoto":
            return AnotoSession(paper or RegionMap(), counters, first_stroke)
        case "bridge":
            return BridgeSession(counters, first_stroke)
        case "auto":

            def make(found: str, counts: PenCounters, first: int) -> PenProtocol:
                return recorded_session(found, counts, first, handshake, unix_ms, paper)

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
