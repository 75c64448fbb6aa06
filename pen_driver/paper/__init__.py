"""Sheets: their sizes, where their printed pattern begins, and what is printed on them.

Page definitions are read by `pen_driver.paper.nproj`; `pen_driver.paper.store` keeps a person's own
paper on disk.
"""

from pen_driver.paper.books import (
    MM_PER_UNIT,
    Sheet,
    is_known,
    is_plausible,
    sheet_of,
    to_page_mm,
)
from pen_driver.paper.buttons import Area, Buttons, Shape, area_in_mm
from pen_driver.paper.taps import Calibration, TapFault, Taps, Touch, TwoTaps, sheet_between

__all__ = [
    "MM_PER_UNIT",
    "Area",
    "Buttons",
    "Calibration",
    "Shape",
    "Sheet",
    "TapFault",
    "Taps",
    "Touch",
    "TwoTaps",
    "area_in_mm",
    "is_known",
    "is_plausible",
    "sheet_between",
    "sheet_of",
    "to_page_mm",
]
