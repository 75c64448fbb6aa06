from __future__ import annotations

from pathlib import Path

import pytest

from pen_driver.events import NcodeBook, NcodePage, PenHover, PenSample
from pen_driver.paper import MM_PER_UNIT, Sheet, sheet_of
from pen_driver.paper.store import FILE_NAME, PaperStore
from tests.pen_driver.paper.ink import stroke

BOOK = NcodeBook(3, 27, 4711)
PAGE = BOOK.page(8)
KNOWN = NcodePage(3, 27, 604, 1)
SHEET = Sheet(150.0, 210.0, 6.0, 5.0)


def test_known_book_stays_as_it_is() -> None:
    store = PaperStore()
    assert not any(store.take(event) for event in stroke(KNOWN, (10, 10), (70, 90)))
    assert store.shown(KNOWN) == store.sheet_of(KNOWN) == sheet_of(KNOWN)


def test_unknown_page_grows_with_its_ink() -> None:
    store = PaperStore()
    assert (store.shown(PAGE).width_mm, store.shown(PAGE).height_mm) == (105, 148)
    assert not any(store.take(event) for event in stroke(PAGE, (10, 10), (20, 20)))
    assert any(store.take(event) for event in stroke(PAGE, (60, 20)))
    shown = store.shown(PAGE)
    assert shown.width_mm == 160  # 142 mm and a border, in steps of 20
    assert shown.height_mm == 148
    assert store.shown(BOOK.page(9)) == shown  # the book's sheets are alike
    assert store.sheet_of(PAGE) == sheet_of(PAGE)  # ink is taken all over the pattern


def test_growth_and_calibration_are_kept(tmp_path: Path) -> None:
    store = PaperStore(tmp_path / "new")
    for event in stroke(PAGE, (60, 20)):
        store.take(event)
    other = NcodeBook(3, 1013, 2)
    store.calibrate(other, SHEET)
    again = PaperStore(tmp_path / "new")
    assert again.shown(PAGE) == store.shown(PAGE)
    assert again.sheet_of(other.page(77)) == again.shown(other.page(1)) == SHEET


def test_calibration_moves_the_corner(tmp_path: Path) -> None:
    store = PaperStore(tmp_path)
    store.calibrate(BOOK, SHEET)
    assert store.sheet_of(PAGE).to_mm(7.0, 5.0) == pytest.approx((MM_PER_UNIT, 0.0))
    store.forget(BOOK)
    assert store.sheet_of(PAGE) == sheet_of(PAGE)
    assert PaperStore(tmp_path).sheet_of(PAGE) == sheet_of(PAGE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"calibrated": {"x": {}}, "grown": {}}',
        '{"calibrated": {"3.27.4711": {"width_mm": -1, "height_mm": 2}}, "grown": {}}',
        '{"calibrated": {"3.27.4711": {"width_mm": NaN, "height_mm": 2}}, "grown": {}}',
        '{"calibrated": {}, "grown": {"a": 3}}',
    ],
)
def test_damaged_file_is_put_aside(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    store = PaperStore(tmp_path)
    assert store.sheet_of(PAGE) == sheet_of(PAGE)
    assert (tmp_path / (FILE_NAME + ".bad")).read_text() == text
    store.calibrate(BOOK, SHEET)
    assert PaperStore(tmp_path).sheet_of(PAGE) == SHEET


def test_events_are_placed_on_the_calibrated_sheet() -> None:
    store = PaperStore()
    events = stroke(PAGE, (7.0, 5.0))
    assert [store.placed(event) for event in events] == events
    store.calibrate(BOOK, SHEET)
    down, sample, lifted = (store.placed(event) for event in events)
    assert (down, lifted) == (events[0], events[2])
    assert isinstance(sample, PenSample)
    assert (sample.x_mm, sample.y_mm) == pytest.approx((MM_PER_UNIT, 0.0))
    usual = sheet_of(PAGE).to_mm(7.0, 5.0)
    hover = store.placed(PenHover(0.0, PAGE, *usual))
    assert isinstance(hover, PenHover)
    assert (hover.x_mm, hover.y_mm) == pytest.approx((sample.x_mm, sample.y_mm))
    known = stroke(KNOWN, (7.0, 5.0))
    assert [store.placed(event) for event in known] == known
