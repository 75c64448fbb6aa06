from __future__ import annotations

from math import inf

import pytest

from pen_driver.address import AnotoPage, NcodePage, SheetPage
from pen_driver.paper import MM_PER_UNIT, is_plausible, sheet_of, to_page_mm


def page(book: int, section: int = 3, owner: int = 27, number: int = 1) -> NcodePage:
    return NcodePage(section, owner, book, number)


def test_one_unit_is_56_pixels_at_600_dpi() -> None:
    assert pytest.approx(2.370667, abs=1e-6) == MM_PER_UNIT


@pytest.mark.parametrize(
    ("book", "size"), [(603, (176, 236)), (604, (176, 250)), (614, (210, 297)), (601, (83, 148))]
)
def test_public_books(book: int, size: tuple[float, float]) -> None:
    sheet = sheet_of(page(book))
    assert (sheet.width_mm, sheet.height_mm) == size


@pytest.mark.parametrize("book", [603, 604, 614])
def test_sheet_corner_is_half_an_inch_into_the_pattern(book: int) -> None:
    x_mm, y_mm = to_page_mm(page(book), 5.36, 5.36)
    assert x_mm == pytest.approx(0, abs=0.01)
    assert y_mm == pytest.approx(0, abs=0.01)
    assert to_page_mm(page(book), 15.36, 25.36) == pytest.approx((23.71, 47.42), abs=0.01)


def test_measured_corner() -> None:
    assert to_page_mm(page(727), 6, 5) == (0, 0)


def test_unknown_book_starts_at_the_pattern() -> None:
    assert to_page_mm(page(4711), 10, 20) == pytest.approx((23.70667, 47.41333))
    assert sheet_of(page(604, owner=1013)) == sheet_of(page(4711))


def test_sheet_holds_its_ink_and_a_margin() -> None:
    sheet = sheet_of(page(604))
    assert sheet.holds(0, 0)
    assert sheet.holds(-5, 255)
    assert not sheet.holds(-41, 10)
    assert not sheet.holds(10, 291)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (NcodePage(3, 27, 603, 5), True),
        (NcodePage(3, 27, 8192, 5), False),
        (NcodePage(3, 27, 603, 512), False),
        (NcodePage(3, 1024, 603, 5), False),
        (NcodePage(0, 27, 9000, 4000), True),
        (NcodePage(77, 27, 603, 5), False),
    ],
)
def test_address_ranges(address: NcodePage, expected: bool) -> None:
    assert is_plausible(address) is expected


def test_address_is_tagged() -> None:
    assert str(page(604)) == "ncode:3.27.604.1"


def test_every_kind_of_address_has_a_sheet() -> None:
    described = sheet_of(AnotoPage("pad", 210, 297))
    assert (described.width_mm, described.height_mm) == (210, 297)
    assert sheet_of(AnotoPage("somewhere")).width_mm == inf
    assert sheet_of(AnotoPage("somewhere")).holds(-5.0, 1e6)
    assert sheet_of(SheetPage("robotpen:A4")).height_mm == 297
    assert sheet_of(SheetPage("nobody:knows")).holds(500.0, 500.0)


def test_an_anoto_page_is_its_region_whatever_its_size() -> None:
    assert AnotoPage("pad") == AnotoPage("pad", 210, 297)
    assert str(AnotoPage("pad")) == "anoto:pad"
    assert str(SheetPage("robotpen:A4")) == "robotpen:A4"
