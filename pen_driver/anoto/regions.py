"""Pages of Anoto paper: rectangles of one endless pattern, found by absolute coordinates.

Which rectangle is which pad is its maker's secret, so none ships with us: a teacher's own list is
data. Paper that is in no list gets a region where it is first written on; the region grows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from pen_driver.address import AnotoPage

MM_PER_DOT = 0.3
"""Nominal; sheets from an office printer were found to have 85.8 dots an inch (0.296 mm)."""

_CORNER_MM = 20.0  # people begin a sheet about so far from its corner
_NEAR_MM = 80.0  # on the same sheet as what was written before
_LARGEST_MM = 420.0  # A3: larger than any pad


@dataclass(frozen=True, slots=True)
class Region:
    """One page; lengths in dots."""

    name: str
    left: float
    top: float
    width: float
    height: float
    mm_per_dot: float = MM_PER_DOT

    def holds(self, x: float, y: float) -> bool:
        """Say whether a position is on it."""
        return 0 <= x - self.left <= self.width and 0 <= y - self.top <= self.height


@dataclass(frozen=True, slots=True)
class Place:
    """A position on its page."""

    page: AnotoPage
    x_mm: float
    y_mm: float


@dataclass(slots=True)
class _Grown:
    """A region by what was written on it; `left`, `top` are its corner and stay."""

    page: AnotoPage
    left: float
    top: float
    box: tuple[float, float, float, float]  # of the ink: left, top, right, bottom

    def reach(self, x: float, y: float) -> tuple[float, float, float, float]:
        """Return the box with one more point."""
        left, top, right, bottom = self.box
        return min(left, x), min(top, y), max(right, x), max(bottom, y)

    def is_near(self, x: float, y: float) -> bool:
        """Say whether a point is on the same sheet."""
        left, top, right, bottom = self.box
        gap = max(left - x, x - right, top - y, y - bottom)
        wide = self.reach(x, y)
        size = max(wide[2] - wide[0], wide[3] - wide[1])
        return gap * MM_PER_DOT <= _NEAR_MM and size * MM_PER_DOT <= _LARGEST_MM


class RegionMap:
    """Known regions, and those grown since; shared by all connections of a program.

    Used on one pen's reader thread at a time; two Anoto pens have two maps.
    """

    def __init__(self, regions: Iterable[Region] = ()) -> None:
        self._regions = list(regions)
        self._grown: list[_Grown] = []

    def find(self, x: float, y: float) -> Place | None:
        """Return the place of a position on a page that is known or has been grown."""
        for region in self._regions:
            if region.holds(x, y):
                scale = region.mm_per_dot
                page = AnotoPage(region.name, region.width * scale, region.height * scale)
                return Place(page, (x - region.left) * scale, (y - region.top) * scale)
        for grown in self._grown:
            if grown.is_near(x, y):
                return _place(grown, x, y)
        return None

    def grow(self, x: float, y: float) -> Place:
        """Return the place of a position; where it is on no page, one begins."""
        for grown in self._grown:
            if grown.is_near(x, y):
                grown.box = grown.reach(x, y)
        place = self.find(x, y)
        if place is not None:
            return place
        left, top = (max(float(round(v - _CORNER_MM / MM_PER_DOT)), 0.0) for v in (x, y))
        grown = _Grown(AnotoPage(f"{left:.0f}.{top:.0f}"), left, top, (x, y, x, y))
        self._grown.append(grown)
        return _place(grown, x, y)


def _place(grown: _Grown, x: float, y: float) -> Place:
    return Place(grown.page, (x - grown.left) * MM_PER_DOT, (y - grown.top) * MM_PER_DOT)


def regions_from_json(text: str) -> tuple[Region, ...]:
    """Read ``[{"name", "left", "top", "width", "height", "mm_per_dot"?}]``, lengths in dots.

    Raises:
        ValueError: it is none.
    """
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise ValueError("not a list of regions")
    return tuple(_region(row) for row in rows)


def _region(row: object) -> Region:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise ValueError(f"not a region: {row!r}")
    try:
        left, top, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
        scale = float(row.get("mm_per_dot", MM_PER_DOT))
    except (KeyError, TypeError) as exc:
        raise ValueError(f"not a region: {row!r}") from exc
    numbers = (left, top, width, height, scale)
    if not all(map(isfinite, numbers)) or min(width, height, scale) <= 0:
        raise ValueError(f"not a region: {row!r}")
    return Region(row["name"], *numbers)
