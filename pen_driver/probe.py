"""Which protocol a pen on a bare serial port speaks (pen/PROTOCOL 5.4). Pure.

The host asks for the version of Neo 2; meanwhile a Neo 1 speaks first and an Anoto pen streams. A
RobotPen cannot be told by its bytes; it has to be named.
"""

from __future__ import annotations

import re

from pen_driver.anoto.framing import Coordinate, FrameDecoder

# An answer, or an event of a pen that has been asked before; what it says is checked later.
_NEO2 = re.compile(rb"\xc0[\x81\x84\x85\x91]\x00[\x00-\x7f]\x00", re.DOTALL)
_NEO1 = re.compile(rb"\xc0\x01\x0f\x00.{15}\xc1", re.DOTALL)
_KEPT_BYTES = 256
_ANOTO_PACKETS = 3


class Probe:
    """Collects what comes until it tells a protocol.

    Attributes:
        found: name of the protocol, None so far.
    """

    def __init__(self) -> None:
        self.found: str | None = None
        self._kept = bytearray()
        self._anoto = FrameDecoder()
        self._anoto_packets = 0

    def receive_data(self, data: bytes, now: float) -> str | None:
        """Look at bytes that arrived at `now`; return `found`."""
        if self.found is not None:
            return self.found
        self._kept += data
        self.found = self._look(data, now)
        del self._kept[:-_KEPT_BYTES]
        return self.found

    @property
    def kept(self) -> bytes:
        """The last bytes that came, for the protocol that was found."""
        return bytes(self._kept)

    def _look(self, data: bytes, now: float) -> str | None:
        if _NEO2.search(self._kept):
            return "neo2"
        if _NEO1.search(self._kept):
            return "neo1"
        packets = self._anoto.receive_data(data, now)
        if self._anoto.junk:
            self._anoto_packets = self._anoto.junk = 0
        self._anoto_packets += sum(isinstance(packet, Coordinate) for packet in packets)
        return "anoto" if self._anoto_packets >= _ANOTO_PACKETS else None
