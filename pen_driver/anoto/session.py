"""One connection of an Anoto pen: it calls in, it streams, it is never spoken to."""

from __future__ import annotations

from pen_driver.anoto.framing import Coordinate, FrameDecoder, Packet
from pen_driver.anoto.regions import MM_PER_DOT, RegionMap
from pen_driver.counters import PenCounters
from pen_driver.events import PenCapabilities, RawDot
from pen_driver.plain_strokes import Point
from pen_driver.quiet import QuietSession

FORCE_STEPS = 126  # 126 - 2 raw, as the one public reader of these pens maps it
_FAR_MM = 30.0
_CAN = PenCapabilities(FORCE_STEPS, has_tilt=False, has_hover=False)


class AnotoSession(QuietSession[Coordinate]):
    """See `QuietSession`.

    Args:
        regions: pages known and grown; hand in the same one at every connection.
    """

    def __init__(self, regions: RegionMap, counters: PenCounters, first_stroke: int = 1) -> None:
        super().__init__(counters, first_stroke, _FAR_MM / MM_PER_DOT)
        self._regions = regions
        self._decoder = FrameDecoder()

    def _read(self, data: bytes, now: float) -> None:
        self._packets(self._decoder.receive_data(data, now), now)

    def _pause(self, now: float) -> None:
        self._packets(self._decoder.pause(now), now)

    def _packets(self, packets: list[Packet], now: float) -> None:
        self._junk(self._decoder.junk, now)
        self._decoder.junk = 0
        self._counters.frames += len(packets)
        for packet in packets:
            self._connected("Anoto", "anoto", _CAN, now)
            if isinstance(packet, Coordinate):
                is_at_home = self._regions.find(packet.x, packet.y) is not None
                self._move(packet, (packet.x, packet.y), is_at_home, now)
            else:
                self._lift(now)

    def _point(self, item: Coordinate, now: float) -> Point:
        place = self._regions.grow(item.x, item.y)
        force = max(FORCE_STEPS - 2 * item.force, 0) / FORCE_STEPS
        raw = RawDot(item.x, item.y, item.force)
        return Point(place.page, place.x_mm, place.y_mm, force, raw, now)
