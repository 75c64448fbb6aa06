from __future__ import annotations

import pytest

from pen_driver.events import NcodeBook, NcodePage, PenButtonPressed, PenEvent
from pen_driver.paper import Area, Buttons, Shape, area_in_mm, sheet_of
from tests.pen_driver.paper.ink import stroke

BOOK = NcodeBook(3, 27, 604)
PAGE = BOOK.page(1)
UNDO = Area(BOOK, 1, 10, 20, 4, 2, "undo")


def feed(buttons: Buttons, events: list[PenEvent]) -> list[PenEvent]:
    return [out for event in events for out in buttons.take(event)]


def test_touch_on_a_button_is_pressed_and_leaves_no_ink() -> None:
    buttons = Buttons([UNDO])
    events = stroke(PAGE, (11, 21), (30, 30))
    assert feed(buttons, events) == [PenButtonPressed(1.0, "undo", PAGE)]


def test_ink_elsewhere_passes_unchanged() -> None:
    buttons = Buttons([UNDO])
    for events in (stroke(PAGE, (30, 30), (11, 21)), stroke(BOOK.page(2), (11, 21)), stroke(PAGE)):
        assert feed(buttons, events) == events


def test_button_then_ink() -> None:
    buttons = Buttons([UNDO])
    feed(buttons, stroke(PAGE, (11, 21)))
    ink = stroke(PAGE, (40, 40))
    assert feed(buttons, ink) == ink


def test_an_area_that_is_taken_away_is_paper_again() -> None:
    buttons = Buttons([UNDO])
    buttons.unbind(UNDO)
    buttons.unbind(UNDO)  # gone already
    events = stroke(PAGE, (11, 21))
    assert feed(buttons, events) == events


def test_area_on_every_page_and_the_later_over_the_earlier() -> None:
    buttons = Buttons([UNDO, Area(BOOK, None, 12, 20, 4, 2, "redo")])
    assert buttons.action_at(PAGE, 11, 21) == "undo"
    assert buttons.action_at(PAGE, 13, 21) == "redo"
    assert buttons.action_at(BOOK.page(9), 13, 21) == "redo"
    assert buttons.action_at(NcodePage(3, 27, 605, 1), 13, 21) is None


@pytest.mark.parametrize(
    ("shape", "inside", "outside"),
    [
        (Shape.RECTANGLE, (10, 20), (9.9, 20)),
        (Shape.ELLIPSE, (12, 20.1), (10.1, 20.1)),
        (Shape.TRIANGLE, (12, 20.1), (10.5, 20.5)),
    ],
)
def test_shapes(shape: Shape, inside: tuple[float, float], outside: tuple[float, float]) -> None:
    area = Area(BOOK, 1, 10, 20, 4, 2, "x", shape)
    assert area.holds(PAGE, *inside)
    assert not area.holds(PAGE, *outside)


def test_area_drawn_on_the_sheet() -> None:
    area = area_in_mm(PAGE, sheet_of(PAGE), (10, 20, 30, 40), "pen")
    buttons = Buttons([area])
    inside = stroke(PAGE, (5.357 + 12 / 2.370667, 5.357 + 22 / 2.370667))
    assert feed(buttons, inside) == [PenButtonPressed(1.0, "pen", PAGE)]
    outside = stroke(PAGE, (5.357 + 8 / 2.370667, 5.357 + 22 / 2.370667))
    assert feed(buttons, outside) == outside


def test_area_without_a_size_is_never_touched() -> None:
    assert not Area(BOOK, 1, 10, 20, 0, 2, "x").holds(PAGE, 10, 20)
