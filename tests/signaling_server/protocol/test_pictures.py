"""The grammar of a clean picture: what it lets through, and what it does not."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signaling_server.protocol.pictures import JPEG, PNG, Shape, clean_shape
from tests.fakes.hostile_files import hostile_pictures, photo, png, saved, zeros

GREY = Image.radial_gradient("L").resize((64, 48))
CLEAN_PNG = saved(GREY, "PNG")
CLEAN_JPEG = saved(GREY.convert("RGB"), "JPEG", optimize=True)


def test_what_our_own_writers_make_is_clean() -> None:
    assert clean_shape(CLEAN_PNG) == Shape(PNG, 64, 48)
    assert clean_shape(CLEAN_JPEG) == Shape(JPEG, 64, 48)
    assert clean_shape(saved(GREY, "JPEG")) == Shape(JPEG, 64, 48)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(photo(3000, 20), id="an edge too long"),
        pytest.param(photo(exif=Image.Exif().tobytes() + bytes(9)), id="metadata"),
        pytest.param(photo(comment="secret"), id="a comment"),
        pytest.param(photo(icc_profile=bytes(200)), id="a profile"),
        pytest.param(photo(progressive=True), id="many scans"),
        pytest.param(photo() + b"<script>", id="something behind the end"),
        pytest.param(photo() + photo(), id="two pictures"),
        pytest.param(CLEAN_JPEG[:-2], id="no end"),
        pytest.param(CLEAN_JPEG[:-20] + b"\xff\xd9" + CLEAN_JPEG[-20:], id="two ends"),
        pytest.param(saved(GREY.convert("RGB"), "PNG"), id="coloured png"),
        pytest.param(saved(GREY, "PNG", dpi=(96, 96)), id="png with a size"),
        pytest.param(CLEAN_PNG + b"x", id="png with a tail"),
        pytest.param(CLEAN_PNG[:-12], id="png without end"),
        pytest.param(CLEAN_PNG[:50] + b"\0" + CLEAN_PNG[51:], id="png with a wrong sum"),
        pytest.param(png(64, 48, zeros(65 * 48 + 1)), id="png a byte too long"),
        pytest.param(png(64, 48, zeros(65 * 48 - 1)), id="png a byte too short"),
        pytest.param(png(64, 48, zeros(65 * 48) + b"tail"), id="png with deflated tail"),
        pytest.param(png(64, 48, zeros(65 * 48), (b"tEXt", b"a\0b")), id="png with text"),
        pytest.param(png(0, 48, zlib.compress(b"")), id="png without area"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_anything_else_is_not(data: bytes) -> None:
    assert clean_shape(data) is None


def test_no_hostile_picture_is_clean() -> None:
    taken = [name for name, (_kind, data) in hostile_pictures().items() if clean_shape(data)]
    assert taken == []


@given(st.binary(max_size=300), st.integers(0, 1 << 20), st.sampled_from([CLEAN_PNG, CLEAN_JPEG]))
def test_any_bytes_get_an_answer(noise: bytes, at: int, whole: bytes) -> None:
    at %= len(whole)
    clean_shape(whole[:at] + noise + whole[at:])
    clean_shape(noise)
