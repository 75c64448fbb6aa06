from __future__ import annotations

from dataclasses import replace

import pytest

from pen_driver.events import NcodePage, PenDown, PenEvent, PenLifted, SheetPage
from pen_driver.paper import (
    MM_PER_UNIT,
    Calibration,
    Sheet,
    TapFault,
    Taps,
    Touch,
    TwoTaps,
    sheet_between,
)
from tests.pen_driver.paper.ink import stroke

PAGE = NcodePage(3, 27, 4711, 8)
LEFT_TOP, RIGHT_BOTTOM = (6.0, 5.0), (80.0, 110.0)


def feed(taps: TwoTaps, events: list[PenEvent]) -> list[Calibration]:
    return [found for event in events if (found := taps.take(event)) is not None]


@pytest.mark.parametrize(
    "corners",
    [
        (LEFT_TOP, RIGHT_BOTTOM),
        (RIGHT_BOTTOM, LEFT_TOP),
        ((80.0, 5.0), (6.0, 110.0)),
    ],
)
def test_any_two_opposite_corners(corners: tuple[tuple[float, float], tuple[float, float]]) -> None:
    taps = TwoTaps()
    assert feed(taps, stroke(PAGE, corners[0])) == []
    assert taps.taps == 1
    (found,) = feed(taps, stroke(PAGE, corners[1]))
    assert str(found.book) == "ncode:3.27.4711"
    assert found.sheet == Sheet(
        pytest.approx(74 * MM_PER_UNIT), pytest.approx(105 * MM_PER_UNIT), 6.0, 5.0
    )


def test_writing_is_no_tap() -> None:
    taps = TwoTaps()
    feed(taps, stroke(PAGE, LEFT_TOP))
    assert feed(taps, stroke(PAGE, (20, 20), (30, 20))) == []
    assert feed(taps, stroke(PAGE, RIGHT_BOTTOM, (80.1, 110.1)))


def test_taps_on_two_pages_or_one_corner_do_not_count() -> None:
    taps = TwoTaps()
    feed(taps, stroke(PAGE, LEFT_TOP))
    other = NcodePage(3, 27, 4711, 9)
    assert feed(taps, stroke(other, RIGHT_BOTTOM)) == []
    assert feed(taps, stroke(other, (79.0, 109.0))) == []
    assert feed(taps, stroke(other, LEFT_TOP))


def test_too_small() -> None:
    assert sheet_between((5, 5), (6, 100)) is None


def test_each_fault_is_named_and_a_good_tap_clears_it() -> None:
    taps = TwoTaps()
    feed(taps, stroke(PAGE, (20, 20), (30, 20)))
    assert taps.fault is TapFault.WRITING
    feed(taps, stroke(PAGE, LEFT_TOP))
    assert (taps.fault, taps.taps, taps.page) == (None, 1, PAGE)
    feed(taps, stroke(PAGE, (7, 6)))
    assert (taps.fault, taps.taps) == (TapFault.TOO_SMALL, 1)
    feed(taps, stroke(NcodePage(3, 27, 4711, 9), LEFT_TOP))
    assert taps.fault is TapFault.OTHER_PAGE
    (down, *rest) = stroke(PAGE, LEFT_TOP)
    assert isinstance(down, PenDown)
    feed(taps, [replace(down, page=SheetPage("robotpen:A4")), *rest])
    assert taps.fault is TapFault.NO_PATTERN


def test_a_smaller_pair_where_it_is_asked_for() -> None:
    taps = TwoTaps(least_mm=4)
    feed(taps, stroke(PAGE, (10, 10)))
    assert feed(taps, stroke(PAGE, (13, 12)))


def test_a_stroke_cut_short_is_no_tap() -> None:
    taps = Taps()
    down, sample, lifted = stroke(PAGE, LEFT_TOP)
    assert isinstance(lifted, PenLifted)
    assert [taps.take(e) for e in (down, sample, replace(lifted, cut_short=True))] == [None] * 3
    assert [taps.take(e) for e in (down, sample, lifted)][-1] == Touch(PAGE, *LEFT_TOP)
