"""Ncode books that are publicly known (pen/PROTOCOL 18).

The place of the sheet's corner in the pattern is printed nowhere in public. Half an inch on both
axes (300 / 56 = 5.357 units) is what A4 sheets show and close to what was read off other books, so
we take it for every book; a user's calibration will replace it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from pen_driver.address import AnotoPage, NcodePage, PageAddress, SheetPage

MM_PER_UNIT = 56 / 600 * 25.4
"""One Ncode cell is 56 x 56 pixels at 600 dpi: 2.370667 mm."""

HALF_INCH_UNITS = 300 / 56
_NEOLAB = (3, 27)  # section, owner

# How far outside the sheet a dot may lie before it is taken for noise. The corner above is an
# assumption, and of one book the sources' sizes differ by 26 mm: ink at the real edges, and the
# taps that calibrate it, must not be lost to our table.
MARGIN_MM = 40.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """Size of a sheet in mm and the position of its corner in Ncode units."""

    width_mm: float
    height_mm: float
    origin_x: float = HALF_INCH_UNITS
    origin_y: float = HALF_INCH_UNITS

    def to_mm(self, x_units: float, y_units: float) -> tuple[float, float]:
        """Convert a position in the pattern to mm from the sheet's top left corner, y down."""
        return (x_units - self.origin_x) * MM_PER_UNIT, (y_units - self.origin_y) * MM_PER_UNIT

    @property
    def corner_mm(self) -> tuple[float, float]:
        """Where the sheet's corner lies in the pattern, mm."""
        return self.origin_x * MM_PER_UNIT, self.origin_y * MM_PER_UNIT

    def holds(self, x_mm: float, y_mm: float) -> bool:
        """Say whether a point may be ink on this sheet."""
        return (
            -MARGIN_MM <= x_mm <= self.width_mm + MARGIN_MM
            and -MARGIN_MM <= y_mm <= self.height_mm + MARGIN_MM
        )


_PLAIN_NOTE = Sheet(176, 250)
_COLLEGE_NOTE = Sheet(216, 280)

_NEOLAB_BOOKS: dict[int, Sheet] = {
    551: _COLLEGE_NOTE,
    601: Sheet(83, 148),
    602: Sheet(83, 148),
    603: Sheet(176, 236),  # the maker's page file; its leaflet says 150 x 210
    604: _PLAIN_NOTE,
    609: Sheet(210, 297),
    **dict.fromkeys(range(610, 614), _PLAIN_NOTE),
    614: Sheet(210, 297),
    615: Sheet(140, 205),
    616: Sheet(90, 140),
    **dict.fromkeys(range(617, 620), _COLLEGE_NOTE),
    620: Sheet(127, 200),
    625: Sheet(150, 210),
    629: Sheet(105, 148),
    727: Sheet(90, 140, origin_x=6, origin_y=5),  # read off a device page
}

# Largest pattern of section 3: 10 bits a coordinate. The other sections are larger.
_UNKNOWN_SHEET = Sheet(1023 * MM_PER_UNIT, 1023 * MM_PER_UNIT, origin_x=0, origin_y=0)
_HUGE_SHEET = Sheet(4095 * MM_PER_UNIT, 4095 * MM_PER_UNIT, origin_x=0, origin_y=0)

# Bits of owner, book, page by section (PROTOCOL 18.2); others: the vendor's general bounds.
_BITS: dict[int, tuple[int, int, int]] = {0: (10, 14, 12), 3: (10, 13, 9), 14: (10, 13, 5)}
_OTHER_BITS = (10, 14, 18)


# Sheets of devices that write on plain paper (pen/OTHER_PENS 3).
_PLAIN_SHEETS: dict[str, Sheet] = {
    "robotpen:A4": Sheet(210, 297, origin_x=0, origin_y=0),
    "robotpen:A5": Sheet(148, 210, origin_x=0, origin_y=0),
}
_NO_BOUNDS = Sheet(inf, inf, origin_x=0, origin_y=0)


def sheet_of(page: PageAddress) -> Sheet:
    """Return the sheet of a page; of an unknown book the whole pattern, corner at (0, 0).

    Sizes are infinite for a page that grows, as nobody has described its paper.
    """
    match page:
        case NcodePage():
            return _ncode_sheet(page)
        case AnotoPage():
            return Sheet(page.width_mm, page.height_mm, origin_x=0, origin_y=0)
        case SheetPage():
            return _PLAIN_SHEETS.get(page.sheet, _NO_BOUNDS)


def _ncode_sheet(page: NcodePage) -> Sheet:
    if (page.section, page.owner) == _NEOLAB and page.book in _NEOLAB_BOOKS:
        return _NEOLAB_BOOKS[page.book]
    return _HUGE_SHEET if page.section == 14 else _UNKNOWN_SHEET


def is_known(page: PageAddress) -> bool:
    """Say whether the size of this page's sheet is known; otherwise it grows with its ink."""
    match page:
        case NcodePage():
            return (page.section, page.owner) == _NEOLAB and page.book in _NEOLAB_BOOKS
        case AnotoPage():
            return page.width_mm < inf
        case SheetPage():
            return page.sheet in _PLAIN_SHEETS


def to_page_mm(page: NcodePage, x_units: float, y_units: float) -> tuple[float, float]:
    """Convert a position in Ncode units to mm from the sheet's top left corner, y down."""
    return _ncode_sheet(page).to_mm(x_units, y_units)


def is_plausible(page: NcodePage) -> bool:
    """Say whether such an address can have been printed."""
    owner, book, number = _BITS.get(page.section, _OTHER_BITS)
    return (
        0 <= page.section <= 15
        and page.owner < 1 << owner
        and page.book < 1 << book
        and page.page < 1 << number
    )
