"""The index of a page follows the page."""

from __future__ import annotations

from signaling_server.protocol.board import Page
from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.ids import StrokeId
from teacher_client.lesson.hits import PageHits
from tests.teacher_client.drawing.samples import PAGE, line


def page_of(*ys: int) -> tuple[Page, list[StrokeId]]:
    page = Page(PAGE, 20_000, 30_000, PageKind.DOTS)
    for counter, y in enumerate(ys, 1):
        stroke = line(counter, [1000, 2000, 3000], [y] * 3)
        page.strokes[stroke.id] = stroke
    return page, list(page.strokes)


def test_topmost_first_and_what_is_hidden_is_not_hit() -> None:
    page, (below, above) = page_of(1000, 1000)
    hits = PageHits()
    assert hits.of(page).at(1500, 1000, 10) == [above, below]
    page.strokes[below].is_visible = False
    assert hits.of(page).at(1500, 1000, 10) == [above]
    page.strokes[below].is_visible = True
    assert hits.of(page).at(1500, 1000, 10) == [above, below]


def test_a_stroke_that_grew_or_changed() -> None:
    page, (name,) = page_of(1000)
    hits, stroke = PageHits(), page.strokes[name]
    assert hits.of(page).at(5000, 1000, 10) == []
    stroke.x.append(9000)
    stroke.y.append(1000)
    assert hits.of(page).at(5000, 1000, 10) == [name]
    stroke.gaps, stroke.revision = ((2, 4),), stroke.revision + 1
    assert hits.of(page).at(5000, 1000, 10) == []
    assert hits.of(page).at(1500, 1000, 10) == [name]


def test_another_page_begins_afresh() -> None:
    hits = PageHits()
    page, (name,) = page_of(1000)
    assert hits.of(page).at(1500, 1000, 10) == [name]
    other, _ = page_of(9000)
    assert hits.of(other).at(1500, 1000, 10) == []
