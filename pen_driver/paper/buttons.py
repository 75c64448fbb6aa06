"""Printed buttons and areas that a person has bound: a touch there is an action, not ink."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pen_driver.address import NcodeBook, NcodePage, book_of
from pen_driver.events import PenButtonPressed, PenDown, PenEvent, PenLifted, PenSample
from pen_driver.paper.books import MM_PER_UNIT, Sheet


class Shape(Enum):
    """Outline of an area inside its box."""

    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    TRIANGLE = "triangle"  # apex in the middle of the upper edge


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a sheet, in units of its pattern, and what a touch there means.

    Attributes:
        page: None for every page of the book.
        action: a name that the application knows: "undo", "pen", "#FFFF0000".
    """

    book: NcodeBook
    page: int | None
    x: float
    y: float
    width: float
    height: float
    action: str
    shape: Shape = Shape.RECTANGLE

    def holds(self, page: NcodePage, x: float, y: float) -> bool:
        """Say whether a position in the pattern lies inside."""
        if book_of(page) != self.book or self.page not in (None, page.page):
            return False
        if self.width <= 0 or self.height <= 0:
            return False
        across, down = (x - self.x) / self.width, (y - self.y) / self.height
        if not (0 <= across <= 1 and 0 <= down <= 1):
            return False
        match self.shape:
            case Shape.RECTANGLE:
                return True
            case Shape.ELLIPSE:
                return (across - 0.5) ** 2 + (down - 0.5) ** 2 <= 0.25
            case Shape.TRIANGLE:
                return abs(across - 0.5) <= down / 2


def area_in_mm(
    page: NcodePage, sheet: Sheet, box_mm: tuple[float, float, float, float], action: str
) -> Area:
    """Return the area of a box drawn on a sheet.

    Args:
        box_mm: left, top, width, height in mm on the sheet.
    """
    left, top, width, height = (value / MM_PER_UNIT for value in box_mm)
    x, y = left + sheet.origin_x, top + sheet.origin_y
    return Area(book_of(page), page.page, x, y, width, height, action)


class Buttons:
    """Takes a pen's events and gives them on; a stroke that begins on a button is pressed instead.

    A pressed stroke leaves no ink: its events are kept back whole.

    Args:
        areas: where two lie over each other, the later one counts.
    """

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self._areas: dict[NcodeBook, list[Area]] = {}
        for area in areas:
            self.bind(area)
        self._down: PenDown | None = None  # waits for the first sample, which has the place
        self._is_pressed = False

    def bind(self, area: Area) -> None:
        """Add an area."""
        self._areas.setdefault(area.book, []).append(area)

    def unbind(self, area: Area) -> None:
        """Take an area away again; one that is not there changes nothing."""
        areas = self._areas.get(area.book, [])
        if area in areas:
            areas.remove(area)

    def action_at(self, page: NcodePage, x: float, y: float) -> str | None:
        """Return the action at a position in the pattern, None where there is none."""
        for area in reversed(self._areas.get(book_of(page), ())):
            if area.holds(page, x, y):
                return area.action
        return None

    def take(self, event: PenEvent) -> list[PenEvent]:
        """Return what goes on to whoever draws, in order."""
        match event:
            case PenDown():
                self._is_pressed = False
                self._down = event
                return []
            case PenSample():
                return self._sample(event)
            case PenLifted():
                events: list[PenEvent] = [] if self._down is None else [self._down]
                self._down = None
                return [] if self._is_pressed else [*events, event]
            case _:
                return [event]

    def _sample(self, event: PenSample) -> list[PenEvent]:
        down, self._down = self._down, None
        if down is None:
            return [] if self._is_pressed else [event]
        if isinstance(down.page, NcodePage) and event.raw is not None:
            action = self.action_at(down.page, event.raw.x, event.raw.y)
            if action is not None:
                self._is_pressed = True
                return [PenButtonPressed(event.t_host, action, down.page)]
        return [down, event]
