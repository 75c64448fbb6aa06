"""Taps on paper that show something: a sheet's corners, or where a button is to be. Pure.

While one of these is under way it takes the pen's strokes, so that taps leave no ink.
"""

from __future__ import annotations

from dataclasses import replace

from pen_driver import Area, PenEvent, TwoTaps
from pen_driver.address import book_of
from pen_driver.paper import MM_PER_UNIT, Calibration, TapFault, Taps, Touch
from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    ButtonShape,
    Corner,
    PaperCalibration,
    TapProblem,
)

CELL_MM = 15.0
LEAST_AREA_MM = 4.0  # smaller is hard to hit with a pen

PROBLEMS = {
    TapFault.WRITING: TapProblem.WRITING,
    TapFault.NO_PATTERN: TapProblem.NO_PATTERN,
    TapFault.OTHER_PAGE: TapProblem.OTHER_PAGE,
    TapFault.TOO_SMALL: TapProblem.TOO_SMALL,
}


def corner_after(taps: TwoTaps) -> Corner:
    """Return the corner that is awaited now."""
    return Corner.BOTTOM_RIGHT if taps.taps else Corner.TOP_LEFT


def problem_of(fault: TapFault | None) -> TapProblem | None:
    """Return a fault as the window is told of it."""
    return None if fault is None else PROBLEMS[fault]


class Calibrating:
    """Awaits two taps on opposite corners of a sheet.

    Attributes:
        found: the calibration, once there is one.
    """

    def __init__(self) -> None:
        self._taps = TwoTaps()
        self.found: Calibration | None = None

    def take(self, event: PenEvent) -> PaperCalibration | None:
        """Take one event; return what to say where something changed."""
        before = (self._taps.taps, self._taps.fault)
        self.found = self._taps.take(event)
        if self.found is None:
            changed = (self._taps.taps, self._taps.fault) != before
            return self.state() if changed else None
        sheet = self.found.sheet
        return PaperCalibration(None, None, str(self.found.book), sheet.width_mm, sheet.height_mm)

    def state(self) -> PaperCalibration:
        """How it stands."""
        return PaperCalibration(corner_after(self._taps), problem_of(self._taps.fault))


class Binding:
    """Awaits the taps that show a button's place.

    Attributes:
        found: the area, once there is one.
    """

    def __init__(self, wish: BindButton) -> None:
        self._wish = wish
        self._two = TwoTaps(LEAST_AREA_MM)
        self._one = Taps()
        self._fault: TapFault | None = None
        self.found: Area | None = None

    def take(self, event: PenEvent) -> ButtonBinding | None:
        """Take one event; return what to say where something changed."""
        before = self.state()
        if self._wish.shape is ButtonShape.CELL:
            self._take_cell(event)
        else:
            self._take_area(event)
        now = self.state()
        return None if now == before else now

    def state(self) -> ButtonBinding:
        """How it stands."""
        wish = self._wish
        if self.found is not None:
            return ButtonBinding(wish.action, wish.shape)
        is_cell = wish.shape is ButtonShape.CELL
        corner = Corner.TOP_LEFT if is_cell else corner_after(self._two)
        fault = self._fault if is_cell else self._two.fault
        return ButtonBinding(wish.action, wish.shape, corner, problem_of(fault))

    def _take_cell(self, event: PenEvent) -> None:
        match self._one.take(event):
            case TapFault() as fault:
                self._fault = fault
            case Touch(page, x, y):
                side = CELL_MM / MM_PER_UNIT
                area = Area(
                    book_of(page), page.page, x - side / 2, y - side / 2, side, side,
                    self._wish.action.value,
                )  # fmt: skip
                self.found = self._on_pages(area)

    def _take_area(self, event: PenEvent) -> None:
        found = self._two.take(event)
        if found is None or self._two.page is None:
            return
        sheet = found.sheet
        width, height = sheet.width_mm / MM_PER_UNIT, sheet.height_mm / MM_PER_UNIT
        area = Area(
            found.book, self._two.page.page, sheet.origin_x, sheet.origin_y, width, height,
            self._wish.action.value,
        )  # fmt: skip
        self.found = self._on_pages(area)

    def _on_pages(self, area: Area) -> Area:
        return replace(area, page=None) if self._wish.on_every_page else area
