from __future__ import annotations

from math import inf

import pytest

from pen_driver.anoto.regions import Region, RegionMap, regions_from_json
from pen_driver.paper import sheet_of

PAD = Region("pad-1", 1e8, 2.2e9, 700, 990)
FAR = (3e8, 3e8)


def test_known_region_gives_page_and_place() -> None:
    place = RegionMap([PAD]).find(1e8 + 100, 2.2e9 + 200)
    assert place is not None
    assert str(place.page) == "anoto:pad-1"
    assert (place.x_mm, place.y_mm) == pytest.approx((30, 60))
    sheet = sheet_of(place.page)
    assert (sheet.width_mm, sheet.height_mm) == pytest.approx((210, 297))


def test_unknown_paper_gets_a_page_that_grows() -> None:
    regions = RegionMap([PAD])
    assert regions.find(*FAR) is None
    first = regions.grow(*FAR)
    assert (first.x_mm, first.y_mm) == pytest.approx((20, 20), abs=0.3)
    assert sheet_of(first.page).width_mm == inf
    for step in range(1, 12):
        assert regions.grow(FAR[0] + step * 60, FAR[1]).page == first.page
    back = regions.grow(FAR[0] - 100, FAR[1] + 700 / 3)
    assert back.page == first.page
    assert back.x_mm == pytest.approx(first.x_mm - 30)


def test_a_page_does_not_grow_beyond_every_pad() -> None:
    regions = RegionMap()
    first = regions.grow(*FAR)
    pages = {regions.grow(FAR[0] + step * 100, FAR[1]).page for step in range(60)}
    assert first.page in pages
    assert 3 <= len(pages) <= 6


def test_looking_makes_no_page() -> None:
    regions = RegionMap()
    regions.find(*FAR)
    assert regions.find(*FAR) is None


def test_regions_are_data() -> None:
    text = '[{"name": "pad-1", "left": 1e8, "top": 2.2e9, "width": 700, "height": 990}]'
    assert regions_from_json(text) == (PAD,)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[1]",
        '[{"name": 3}]',
        '[{"name": "a", "left": 0, "top": 0, "width": 0, "height": 1}]',
        '[{"name": "a", "left": 0, "top": 0, "width": NaN, "height": 1}]',
        '[{"name": "a", "left": {}, "top": 0, "width": 1, "height": 1}]',
        "nothing",
    ],
)
def test_what_is_no_list_of_regions_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        regions_from_json(text)
