"""Open a pen by its name."""

from __future__ import annotations

from pathlib import Path

from pen_driver.errors import PenUnavailableError, UnknownPenNameError
from pen_driver.transports.base import OnEvent, Pen, Tap
from pen_driver.transports.names import parse_pen_name


def open_pen(name: str, on_event: OnEvent, tap: Tap | None = None) -> Pen:
    """Open a pen and start its reader thread; events may come before this returns.

    Args:
        name: ``serial:PORT`` (a port that is away is waited for), ``ble:MAC`` (a pen's own
            address, else its advertised name; ``ble:any``), ``socket:HOST:PORT``,
            ``disk:PATH`` (an N2 as a USB disk, its stored notes only), ``bridge:COMMAND`` (see
            docs/bridge.md), ``virtual:INK`` (a sample's name or an ink file; options of
            ``python -m pen_driver.virtual`` follow as ``?once&rate=240``), ``replay:FILE`` (a
            capture, in its own time; ``?fast`` at once). ``?protocol=`` after a port, socket or
            BLE pen names what it speaks, see `pen_driver.transports.sessions`; ``&regions=FILE``
            lists the pages of an Anoto pen's paper.
        on_event: see `OnEvent`.
        tap: sees the raw bytes, both ways.

    Raises:
        UnknownPenNameError: no such form.
        PenUnavailableError: a virtual pen did not start; bleak is not installed.
        UnknownProtocolError: nothing speaks what ``?protocol=`` says.
        BadCaptureError: a capture cannot be read.
        BadPaperError: what ``&regions=`` names cannot be read.
    """
    parsed = parse_pen_name(name)
    match parsed.kind:
        case "serial":
            from pen_driver.transports.serial import SerialPen
            from pen_driver.transports.sessions import spoken

            return SerialPen(name, parsed.place, spoken(name, parsed), on_event, tap)
        case "ble":
            try:
                from pen_driver.transports.ble import BlePen
            except ImportError as exc:
                raise PenUnavailableError(name, str(exc)) from exc

            return BlePen(name, parsed.place, on_event, tap, parsed.option("protocol"))
        case "socket":
            from pen_driver.transports.tcp import TcpPen

            return TcpPen(name, parsed, on_event, tap)
        case "disk":
            from pen_driver.transports.disk import DiskPen

            return DiskPen(name, Path(parsed.place), on_event)
        case "bridge":
            from pen_driver.transports.bridge import BridgePen

            return BridgePen(name, name.partition(":")[2], on_event, tap)
        case "virtual":
            from pen_driver.transports.virtual import VirtualPen

            return VirtualPen(name, parsed, on_event, tap)
        case "replay":
            from pen_driver.transports.replay import ReplayPen

            return ReplayPen(name, parsed, on_event, tap)
        case _:
            raise UnknownPenNameError(name)
