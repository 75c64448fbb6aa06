"""Where the page stands: what is under the pointer stays there, and the page is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teacher_client.ui.player_bar import bar_start
from teacher_client.ui.viewport import MARGIN, Viewport

VIEW = Viewport().bounded()
sizes = st.floats(200, 4000)


def test_fit_width_leaves_a_margin_of_desk() -> None:
    left, _ = VIEW.to_widget(0, 0)
    right, _ = VIEW.to_widget(VIEW.page_width, 0)
    assert (left, right) == (pytest.approx(MARGIN), pytest.approx(VIEW.width - MARGIN))


@given(sizes, sizes, st.floats(0.1, 10), st.floats(-5000, 5000), st.floats(-5000, 5000))
@settings(max_examples=100, deadline=None)
def test_there_and_back(w: float, h: float, zoom: float, dx: float, dy: float) -> None:
    view = VIEW.resized(w, h).zoomed(zoom, w / 2, h / 2).moved(dx, dy)
    x, y = view.to_page(*view.to_widget(1234, 5678))
    assert (x, y) == (pytest.approx(1234), pytest.approx(5678))
    left, top = view.to_widget(0, 0)
    right, bottom = view.to_widget(view.page_width, view.page_height)
    assert left < w  # some of the page is always in sight
    assert right > 0
    assert top < h
    assert bottom > 0


def test_zooming_keeps_the_point_under_the_pointer() -> None:
    big = VIEW.zoomed(3, 450, 300)
    before = VIEW.to_page(450, 300)
    assert big.to_page(450, 300) == (pytest.approx(before[0]), pytest.approx(before[1]))
    assert big.fitted().zoom == pytest.approx(1)


def test_following_brings_the_pen_into_the_middle_third() -> None:
    view = VIEW.following(5000, 20_000)
    _, y = view.to_widget(5000, 20_000)
    assert view.height / 3 <= y <= view.height * 2 / 3
    assert view.following(5000, 20_000) == view  # and then it stands still


def test_a_small_page_stands_in_the_middle() -> None:
    small = VIEW.zoomed(0.4, 0, 0)
    left, _ = small.to_widget(0, 0)
    right, _ = small.to_widget(small.page_width, 0)
    assert left == pytest.approx(small.width - right)


def test_jumping_goes_to_where_ink_begins() -> None:
    bars = (0.0, 0.5, 0.6, 0.0, 0.0, 0.4, 0.0, 0.9, 0.1, 0.0)
    assert bar_start(bars, 10_000, 0, 1) == 1000
    assert bar_start(bars, 10_000, 1000, 1) == 5000
    assert bar_start(bars, 10_000, 7000, 1) == 10_000
    assert bar_start(bars, 10_000, 8500, -1) == 7000
    assert bar_start(bars, 10_000, 5500, -1) == 1000
    assert bar_start((), 10_000, 5500, -1) == 0
