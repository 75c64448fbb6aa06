"""Where the page stands in the board's widget: scale and offset. Pure; pixels are logical."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

MARGIN: Final = 32.0
"""Desk beside the paper at fit width: room for the eye, and for a notice's edge."""
TOP: Final = 14.0
LEAST_ZOOM: Final = 0.25
MOST_ZOOM: Final = 8.0
WIDEST: Final = 1400.0
"""Beyond this a page at fit width would show too little of its height."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """A page of `page_width` x `page_height` (1/100 mm) in a widget of `width` x `height`.

    Attributes:
        zoom: 1 is fit width.
        x, y: widget position of the page's top left corner.
    """

    page_width: float = 17_600.0
    page_height: float = 25_000.0
    width: float = 900.0
    height: float = 780.0
    zoom: float = 1.0
    x: float = MARGIN
    y: float = TOP

    @property
    def scale(self) -> float:
        """Logical pixels per 1/100 mm."""
        fit = min(WIDEST, max(100.0, self.width - 2 * MARGIN))
        return fit / self.page_width * self.zoom

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """A widget position on the page, in 1/100 mm."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """A page position in the widget."""
        return self.x + x * self.scale, self.y + y * self.scale

    def grown(self, page_height: float) -> Viewport:
        """The same page with another height; all stays where it is."""
        return replace(self, page_height=page_height).bounded()

    def with_page(self, page_width: float, page_height: float) -> Viewport:
        """Another page, at its top; the zoom stays."""
        return replace(self, page_width=page_width, page_height=page_height, y=TOP).bounded()

    def resized(self, width: float, height: float) -> Viewport:
        """Another widget size; what stood at the top stays there."""
        _, top = self.to_page(0, 0)
        other = replace(self, width=width, height=height)
        return replace(other, y=-top * other.scale).bounded()

    def fitted(self) -> Viewport:
        """Fit width, keeping the height where it is."""
        return self.zoomed(1 / self.zoom, self.width / 2, self.height / 2)

    def fitted_page(self) -> Viewport:
        """The whole page in view, as far as the zoom goes."""
        high = max(100.0, self.height - 2 * TOP)
        other = self.zoomed(high / (self.page_height * self.scale), self.width / 2, TOP)
        fitted = other if other.zoom <= 1 else self.fitted()
        return replace(fitted, y=TOP).bounded()

    def zoomed(self, factor: float, x: float, y: float) -> Viewport:
        """Zoom by a factor; the page's point under (x, y) stays there."""
        zoom = max(LEAST_ZOOM, min(MOST_ZOOM, self.zoom * factor))
        page_x, page_y = self.to_page(x, y)
        other = replace(self, zoom=zoom)
        return replace(other, x=x - page_x * other.scale, y=y - page_y * other.scale).bounded()

    def moved(self, dx: float, dy: float) -> Viewport:
        """Move the page by widget pixels, as far as it goes."""
        return replace(self, x=self.x + dx, y=self.y + dy).bounded()

    def following(self, x: float, y: float) -> Viewport:
        """Bring a page point into the middle third of the height (and into sight sideways)."""
        at_x, at_y = self.to_widget(x, y)
        low, high = self.height / 3, self.height * 2 / 3
        dy = low - at_y if at_y < low else high - at_y if at_y > high else 0.0
        edge = min(60.0, self.width / 4)
        left, right = edge, self.width - edge
        dx = left - at_x if at_x < left else right - at_x if at_x > right else 0.0
        return self.moved(dx, dy)

    def bounded(self) -> Viewport:
        """Never lose the page: centre it when narrow, keep its edges near the widget's."""
        wide, high = self.page_width * self.scale, self.page_height * self.scale
        if wide <= self.width - 2 * TOP:
            x = (self.width - wide) / 2
        else:
            x = min(MARGIN, max(self.width - wide - MARGIN, self.x))
        if high <= self.height - 2 * TOP:
            y = TOP
        else:
            y = min(TOP, max(self.height - high - self.height / 3, self.y))
        return replace(self, x=x, y=y)
