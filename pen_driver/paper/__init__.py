"""Sheets: their sizes, and where their printed pattern begins."""

from pen_driver.paper.books import MM_PER_UNIT, Sheet, is_plausible, sheet_of, to_page_mm

__all__ = ["MM_PER_UNIT", "Sheet", "is_plausible", "sheet_of", "to_page_mm"]
