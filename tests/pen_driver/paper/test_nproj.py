from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.errors import BadPaperError
from pen_driver.events import NcodeBook
from pen_driver.paper import Shape
from pen_driver.paper.nproj import MOST_BYTES, UNITS_PER_POINT, read_nproj

BOOK = NcodeBook(3, 27, 161)
GOOD = """<?xml version="1.0" encoding="utf-8"?>
<nproj version="2.2">
  <book>
    <title>Tools</title><section>3</section><owner>27</owner><code>161</code>
    <start_page>9</start_page>
    <segment_info sub_code="" total_size="1" size="1" current_sequence="0" ncode_start_page="1"/>
  </book>
  <pages count="2">
    <page_item number="0" x1="0" y1="0" x2="500" y2="700" crop_margin="10,20,30,40"/>
    <page_item number="1" x1="0" y1="0" x2="500" y2="700"/>
  </pages>
  <symbols>
    <symbol page="1" type="Ellipse" x="72" y="144" width="36" height="18">
      <command name="" action="Tool" param="undo"/>
    </symbol>
    <symbol page="0" type="Polygon" x="1" y="2" width="3" height="4">
      <command name="" action="Tool" param="#FFFF0000"/>
    </symbol>
    <symbol page="0" type="Rectangle" x="1" y="2" width="3" height="4">
      <command name="" action="Link" param="qv:42"/>
    </symbol>
    <symbol page="0" type="Rectangle" x="1" y="2" width="3" height="4"/>
  </symbols>
</nproj>"""


def test_sheets_and_buttons() -> None:
    paper = read_nproj(GOOD.encode())
    assert paper.book == BOOK
    assert sorted(paper.sheets) == [1, 2]  # the segment's start page wins
    sheet = paper.sheets[1]
    assert sheet.width_mm == pytest.approx((500 - 10 - 20) / 72 * 25.4)
    assert sheet.height_mm == pytest.approx((700 - 30 - 40) / 72 * 25.4)
    assert (sheet.origin_x, sheet.origin_y) == pytest.approx(
        (10 * UNITS_PER_POINT, 30 * UNITS_PER_POINT)
    )
    undo, red = paper.areas
    assert (undo.action, undo.page, undo.shape) == ("undo", 2, Shape.ELLIPSE)
    assert (undo.x, undo.y) == pytest.approx((72 * 0.1488095, 144 * 0.1488095), abs=1e-4)
    assert (red.action, red.shape) == ("#FFFF0000", Shape.RECTANGLE)


def test_values_may_be_attributes() -> None:
    paper = read_nproj(b'<nproj><book section="3" owner="27" code="161"/></nproj>')
    assert (paper.book, paper.sheets, paper.areas) == (BOOK, {}, ())


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><nproj><book>&b;</book></nproj>"""
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><nproj><book>&a;</book></nproj>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<nproj/>",
        "<nproj><book/></nproj>",
        BOMB,
        OUTSIDE,
        "<a>" * 1000,
        "<nproj>" + "<a/>" * 60_000 + "</nproj>",
        GOOD.replace("<code>161", "<code>-1"),
        GOOD.replace("<code>161", "<code>1e999"),
        GOOD.replace('x2="500"', 'x2="nan"'),
        GOOD.replace('x2="500"', 'x2="-5"'),
        GOOD.replace("10,20,30,40", "10,20,30"),
        GOOD.replace('encoding="utf-8"', 'encoding="no-such"'),
        GOOD.replace("Tools", "x" * MOST_BYTES),
    ],
)
def test_hostile_files_are_refused(text: str) -> None:
    with pytest.raises(BadPaperError):
        read_nproj(text.encode())


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_damage_is_refused_or_read(at: int, noise: bytes) -> None:
    data = GOOD.encode()
    with contextlib.suppress(BadPaperError):
        read_nproj(data[:at] + noise + data[at + len(noise) :])
