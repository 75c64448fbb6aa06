"""Two taps on opposite corners of a sheet tell its size and where it lies in its pattern."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from statistics import median

from pen_driver.address import NcodeBook, NcodePage, PageAddress, book_of
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


class TapFault(Enum):
    """Why a stroke did not complete a pair of taps."""

    WRITING = "writing"  # no tap
    NO_PATTERN = "no_pattern"  # on paper without printed addresses
    OTHER_PAGE = "other_page"  # than the tap before
    TOO_SMALL = "too_small"  # what lies between the two taps


@dataclass(frozen=True, slots=True)
class Touch:
    """A tap; x and y in units of the pattern."""

    page: NcodePage
    x: float
    y: float


def sheet_between(
    first: tuple[float, float], second: tuple[float, float], least_mm: float = _LEAST_MM
) -> Sheet | None:
    """Return the sheet with these two opposite corners, in pattern units; None if too small."""
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(first, second, strict=True))
    sheet = Sheet((right - left) * MM_PER_UNIT, (bottom - top) * MM_PER_UNIT, left, top)
    return sheet if min(sheet.width_mm, sheet.height_mm) >= least_mm else None


class Taps:
    """Fed with a pen's events, tells taps from writing."""

    def __init__(self) -> None:
        self._page: PageAddress | None = None  # of the stroke that is being written
        self._dots: list[RawDot] = []

    def take(self, event: PenEvent) -> Touch | TapFault | None:
        """Take one event; return what the stroke that it ends was."""
        match event:
            case PenDown():
                self._page = event.page
                self._dots.clear()
            case PenSample() if event.raw is not None:
                self._dots.append(event.raw)
            case PenLifted() if not event.cut_short:
                return self._stroke()
        return None

    def _stroke(self) -> Touch | TapFault | None:
        page, dots, self._dots = self._page, self._dots, []
        if not isinstance(page, NcodePage):
            return None if page is None else TapFault.NO_PATTERN
        if not dots:
            return None
        xs, ys = [dot.x for dot in dots], [dot.y for dot in dots]
        if max(max(xs) - min(xs), max(ys) - min(ys)) > _TAP_UNITS:
            return TapFault.WRITING
        return Touch(page, median(xs), median(ys))


class TwoTaps:
    """Fed with a pen's events, finds the two taps. A third tap starts anew from the second.

    Args:
        least_mm: the sides of what lies between the taps must be this long.

    Attributes:
        taps: how many good ones there are so far, 0 to 2.
        fault: of the last stroke; None where it was good.
        page: of the last tap.
    """

    def __init__(self, least_mm: float = _LEAST_MM) -> None:
        self.taps = 0
        self.fault: TapFault | None = None
        self.page: NcodePage | None = None
        self._least_mm = least_mm
        self._finder = Taps()
        self._first: Touch | None = None

    def take(self, event: PenEvent) -> Calibration | None:
        """Take one event; return the calibration that the second tap completes."""
        match self._finder.take(event):
            case TapFault() as fault:
                self.fault = fault
            case Touch() as touch:
                return self._touched(touch)
        return None

    def _touched(self, touch: Touch) -> Calibration | None:
        before, self._first = self._first, touch
        self.page = touch.page
        self.taps, self.fault = 1, None
        if before is None:
            return None
        if before.page != touch.page:
            self.fault = TapFault.OTHER_PAGE
            return None
        sheet = sheet_between((before.x, before.y), (touch.x, touch.y), self._least_mm)
        if sheet is None:
            self.fault = TapFault.TOO_SMALL
            return None
        self.taps = 2
        return Calibration(book_of(touch.page), sheet)
