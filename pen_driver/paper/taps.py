"""Two taps on opposite corners of a sheet tell its size and where it lies in its pattern."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from pen_driver.address import NcodeBook, NcodePage, book_of
from pen_driver.events import PenDown, PenEvent, PenLifted, PenSample, RawDot
from pen_driver.paper.books import MM_PER_UNIT, Sheet

# A tap wanders less than this; what is longer is writing.
_TAP_UNITS = 2.0
# Smaller than any sheet that a person would write on: the two taps were on the same corner.
_LEAST_MM = 30.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Where a book's sheets lie in their pattern, as a person has shown it."""

    book: NcodeBook
    sheet: Sheet


def sheet_between(first: tuple[float, float], second: tuple[float, float]) -> Sheet | None:
    """Return the sheet with these two opposite corners, in pattern units; None if too small."""
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(first, second, strict=True))
    sheet = Sheet((right - left) * MM_PER_UNIT, (bottom - top) * MM_PER_UNIT, left, top)
    return sheet if min(sheet.width_mm, sheet.height_mm) >= _LEAST_MM else None


class TwoTaps:
    """Fed with a pen's events, finds the two taps. A third tap starts anew from the second.

    Attributes:
        taps: how many good ones there are so far, 0 to 2.
    """

    def __init__(self) -> None:
        self.taps = 0
        self._page: NcodePage | None = None  # of the stroke that is being written
        self._dots: list[RawDot] = []
        self._first: tuple[NcodePage, tuple[float, float]] | None = None

    def take(self, event: PenEvent) -> Calibration | None:
        """Take one event; return the calibration that the second tap completes."""
        match event:
            case PenDown():
                self._page = event.page if isinstance(event.page, NcodePage) else None
                self._dots.clear()
            case PenSample() if event.raw is not None:
                self._dots.append(event.raw)
            case PenLifted() if not event.cut_short:
                return self._stroke()
        return None

    def _stroke(self) -> Calibration | None:
        page, place = self._page, self._place()
        if page is None or place is None:
            return None
        before, self._first = self._first, (page, place)
        self.taps = 1
        if before is None or before[0] != page:
            return None
        sheet = sheet_between(before[1], place)
        if sheet is None:
            return None
        self.taps = 2
        return Calibration(book_of(page), sheet)

    def _place(self) -> tuple[float, float] | None:
        """The middle of the dots, where they are a tap."""
        if not self._dots:
            return None
        xs, ys = [dot.x for dot in self._dots], [dot.y for dot in self._dots]
        if max(max(xs) - min(xs), max(ys) - min(ys)) > _TAP_UNITS:
            return None
        return median(xs), median(ys)
