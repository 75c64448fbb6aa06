from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.events import NcodePage
from pen_driver.neo1.files import parse_file, unpack_file
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.neo1 import Neo1Device

PAGE = NcodePage(3, 27, 604, 1)


def stored(strokes: int = 3) -> bytes:
    device = Neo1Device(DeviceOptions())
    for number in range(strokes):
        device.pen_down(number * 1000)
        for at in range(5):
            device.dot(number * 1000 + at * 10, 20 + at, 30 + number, 0.5)
        device.pen_up(number * 1000 + 60)
    return device.file()


def test_file_is_read_back() -> None:
    parsed = parse_file(stored())
    assert (parsed.page, parsed.promised, parsed.is_damaged) == (PAGE, 3, False)
    assert parsed.odd_sums == 0
    stroke = parsed.strokes[1]
    assert (stroke.down_ms, stroke.up_ms) == (1000, 1060)
    assert [dot.dt_ms for dot in stroke.dots] == [0, 10, 10, 10, 10]
    x_mm = [(dot.x - 300 / 56) * 56 / 600 * 25.4 for dot in stroke.dots]
    assert x_mm == pytest.approx([20, 21, 22, 23, 24], abs=0.02)
    assert stroke.dots[0].force == 128


def test_a_head_with_another_checksum_is_kept() -> None:
    data = bytearray(stored())
    data[27] ^= 0xFF
    parsed = parse_file(bytes(data))
    assert len(parsed.strokes) == 3
    assert (parsed.odd_sums, parsed.is_damaged) == (1, False)


def test_without_its_trailer_the_folder_tells_the_page() -> None:
    parsed = parse_file(stored()[:-64], NcodePage(3, 27, 603, 9))
    assert parsed.page == NcodePage(3, 27, 603, 9)
    assert len(parsed.strokes) == 3
    assert parsed.is_damaged


def test_packed_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.data", stored())
    assert unpack_file("page.zip", packed.getvalue()) == stored()
    with pytest.raises(ValueError, match="not unpacked"):
        unpack_file("page.zip", packed.getvalue()[:-30])


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 255))
def test_damage_never_raises(junk: bytes, at: int, value: int) -> None:
    parse_file(junk)
    data = bytearray(stored())
    data[at] = value
    assert len(parse_file(bytes(data) + junk).strokes) <= 4


@given(st.integers(0, 267))
def test_a_file_cut_anywhere_gives_its_whole_strokes(size: int) -> None:
    parsed = parse_file(stored()[:size])
    assert parsed.is_damaged
    assert len(parsed.strokes) == min(size // (28 + 40), 3)
