"""What the eraser touches."""

from __future__ import annotations

import pytest

from signaling_server.protocol.board import Page, Stroke
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, StrokeId
from signaling_server.protocol.ink import Style
from teacher_client.lesson.hits import Point, strokes_hit

PAGE = PageId(1)


def page_with(*ways: list[Point], width: int = 100) -> Page:
    page = Page(PAGE, 20_000, 30_000, PageKind.DOTS)
    for index, way in enumerate(ways):
        name = StrokeId(index + 1)
        style = Style(Tool.PEN, Ink.INK, width, 0)
        stroke = Stroke(name, PAGE, TEACHER, 0, style, EntryNumber(1))
        stroke.x, stroke.y = [x for x, _ in way], [y for _, y in way]
        stroke.ms = [0] * len(way)
        page.strokes[name] = stroke
    return page


LINE = [(1000, 1000), (3000, 1000)]


@pytest.mark.parametrize(
    ("start", "stop", "is_hit"),
    [
        ((2000, 1250), (2000, 1250), True),  # beside the middle of a long segment
        ((2000, 1300), (2000, 1300), True),  # radius 250 and half the ink's width
        ((2000, 1301), (2000, 1301), False),
        ((3300, 1000), (3300, 1000), True),  # behind the end
        ((3301, 1000), (3301, 1000), False),
        ((2000, -9000), (2000, 9000), True),  # one quick move across
        ((-9000, 1310), (9000, 1310), False),  # a long way alongside
        ((3250, 1250), (3250, 1250), False),  # inside the box, outside the round end
    ],
)
def test_reach(start: Point, stop: Point, is_hit: bool) -> None:
    assert bool(strokes_hit(page_with(LINE), start, stop, 250)) is is_hit


def test_a_dot_is_hit_and_a_stroke_without_samples_is_not() -> None:
    page = page_with([(500, 500)], [])
    assert strokes_hit(page, (400, 500), (450, 500), 10) == [1]
    assert strokes_hit(page, (4000, 500), (4500, 500), 10) == []


def test_hidden_strokes_are_not_hit_again() -> None:
    page = page_with(LINE, LINE)
    page.strokes[StrokeId(1)].is_visible = False
    assert strokes_hit(page, (2000, 1000), (2000, 1000), 10) == [2]
