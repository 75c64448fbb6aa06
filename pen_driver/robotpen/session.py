"""One connection of a RobotPen: it sends where it is, also above the paper; nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass

from pen_driver.address import SheetPage
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    PenBattery,
    PenButtonPressed,
    PenCapabilities,
    PenDiagnostic,
    PenHover,
    RawDot,
)
from pen_driver.paper import sheet_of
from pen_driver.plain_strokes import Point
from pen_driver.quiet import QuietSession
from pen_driver.robotpen.records import Record, RecordDecoder

STALE_READS = 10
# Stale data is what had gathered before we opened: it comes at once.
STALE_S = 0.3
SIDE_BUTTON = "side"
"""Action of `PenButtonPressed` for the button on the pen itself."""

_FAR_MM = 40.0
_CAN = PenCapabilities(0, has_tilt=False, has_hover=True, can_hover=True, has_battery=True)
_PERCENT = {1: 10, 2: 100}  # it tells two levels only


@dataclass(frozen=True, slots=True)
class RobotSheet:
    """The paper under the clip; x runs from its middle, y away from it (OTHER_PENS 3)."""

    page: SheetPage
    width_units: int
    height_units: int
    width_mm: float
    height_mm: float

    def place(self, record: Record) -> tuple[float, float]:
        """Return the position in mm from the top left corner."""
        return (
            (record.x / self.width_units + 0.5) * self.width_mm,
            record.y / self.height_units * self.height_mm,
        )


A4 = RobotSheet(SheetPage("robotpen:A4"), 10_000, 14_500, 210.0, 297.0)
A5 = RobotSheet(SheetPage("robotpen:A5"), 7_000, 9_500, 148.0, 210.0)


class RobotPenSession(QuietSession[Record]):
    """See `QuietSession`.

    Args:
        has_lengths: an XN680T.
        stale_reads: so many first reads at most are thrown away.
    """

    def __init__(
        self,
        counters: PenCounters,
        first_stroke: int = 1,
        sheet: RobotSheet = A4,
        has_lengths: bool = False,
        stale_reads: int = STALE_READS,
    ) -> None:
        super().__init__(counters, first_stroke, _FAR_MM)
        self._sheet = sheet
        self._decoder = RecordDecoder(has_lengths)
        self._stale_reads = stale_reads
        self._stale_until: float | None = None
        self._is_button = False
        self._battery = 0

    def _read(self, data: bytes, now: float) -> None:
        if self._is_stale(now):
            self._counters.junk_bytes += len(data)
            return
        for record in self._decoder.receive_data(data):
            self._counters.frames += 1
            self._record(record, now)
        self._junk(self._decoder.junk, now)
        self._decoder.junk = 0

    def _pause(self, now: float) -> None:
        """Records are too short for a pause to mean anything."""

    def _is_stale(self, now: float) -> bool:
        if self._stale_until is None:
            self._stale_until = now + STALE_S
        self._stale_reads -= 1
        return self._stale_reads >= 0 and now < self._stale_until

    def _record(self, record: Record, now: float) -> None:
        self._connected("RobotPen", "robotpen", _CAN, now)
        if record.battery in _PERCENT and record.battery != self._battery:
            self._battery = record.battery
            self._events.append(PenBattery(now, _PERCENT[record.battery]))
        if record.is_button and not self._is_button:
            self._events.append(PenButtonPressed(now, SIDE_BUTTON, self._sheet.page))
        self._is_button = record.is_button
        if record.is_down:
            self._down(record, now)
            return
        self._lift(now)
        if record.is_hovering:
            self._events += self._strokes.turn_to(self._sheet.page, now)
            self._counters.hovers += 1
            self._events.append(PenHover(now, self._sheet.page, *self._sheet.place(record)))

    def _down(self, record: Record, now: float) -> None:
        place = self._sheet.place(record)
        if sheet_of(self._sheet.page).holds(*place):
            self._move(record, place, True, now)
        else:
            self._counters.dropped_dots += 1
            self._events.append(PenDiagnostic(now, DiagnosticKind.OFF_PAGE))

    def _point(self, item: Record, now: float) -> Point:
        raw = RawDot(item.x, item.y, None)
        return Point(self._sheet.page, *self._sheet.place(item), None, raw, now)
