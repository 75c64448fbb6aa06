"""Numbers and ink as bytes: any samples come back, nothing damaged does harm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import INK_KINDS
from signaling_server.protocol.ids import StrokeId
from signaling_server.protocol.ink import (
    MAX_COORDINATE,
    MAX_FIRST,
    MAX_SAMPLES,
    NO_SAMPLES,
    InkBody,
    Samples,
    Style,
    decode_ink,
    encode_ink,
)
from signaling_server.protocol.schema import MAX_SAFE_INTEGER, InvalidError
from signaling_server.protocol.varint import ByteReader, write_column, write_varint

from .strategies import flipped, inks, samples

STYLE = Style(Tool.PEN, Ink.BLUE, 70, 1000)
ANY_INK = st.sampled_from(INK_KINDS).flatmap(inks)


def varint(value: int) -> bytes:
    out = bytearray()
    write_varint(out, value)
    return bytes(out)


def body_of(columns: Samples, **changes: object) -> InkBody:
    return replace(InkBody(StrokeId(5), 0, columns), **changes)  # type: ignore[arg-type]


def again(body: InkBody) -> InkBody:
    return decode_ink(encode_ink(body), has_style=body.style is not None)


# numbers


@given(st.integers(0, MAX_SAFE_INTEGER), st.binary(max_size=3))
def test_numbers_come_back(value: int, behind: bytes) -> None:
    reader = ByteReader(varint(value) + behind)
    assert reader.varint() == value
    assert reader.is_empty == (not behind)
    assert reader.take(len(behind)) == behind


@pytest.mark.parametrize(
    ("value", "raw"),
    [(0, "00"), (127, "7f"), (128, "8001"), (300, "ac02"), (MAX_SAFE_INTEGER, "ffffffffffffff0f")],
)
def test_numbers_as_bytes(value: int, raw: str) -> None:
    assert varint(value).hex() == raw
    assert ByteReader(bytes.fromhex(raw)).varint() == value


@pytest.mark.parametrize("value", [0x80, 2**21, 2**40, MAX_SAFE_INTEGER])
def test_numbers_cut_short(value: int) -> None:
    whole = varint(value)
    for length in range(len(whole)):
        with pytest.raises(InvalidError, match="cut short"):
            ByteReader(whole[:length]).varint()


def test_numbers_that_no_javascript_number_holds() -> None:
    with pytest.raises(InvalidError, match="too large"):
        ByteReader(varint(MAX_SAFE_INTEGER + 1)).varint()
    for length in (8, 9, 1000):
        with pytest.raises(InvalidError, match="too long"):
            ByteReader(b"\xff" * length).varint()


def test_a_reader_keeps_its_place_when_refused() -> None:
    reader = ByteReader(b"\x05\x80")
    assert reader.byte() == 5
    for _ in range(2):
        with pytest.raises(InvalidError):
            reader.varint()
        with pytest.raises(InvalidError):
            reader.take(2)
    assert reader.take(1) == b"\x80"
    with pytest.raises(InvalidError):
        reader.byte()


@given(st.lists(st.integers(-(2**50), 2**50), max_size=40))
def test_columns_come_back(values: list[int]) -> None:
    out = bytearray()
    write_column(out, values)
    reader = ByteReader(bytes(out))
    assert reader.column(len(values)) == values
    assert reader.is_empty
    for length in range(len(out)):
        with pytest.raises(InvalidError):
            ByteReader(bytes(out[:length])).column(len(values))


def test_column_as_bytes() -> None:
    out = bytearray()
    write_column(out, [3, 2, 2, -70])
    assert out.hex() == "060100" + "8f01"


# ink


@settings(max_examples=100, deadline=None)
@given(ANY_INK)
def test_ink_comes_back(body: InkBody) -> None:
    assert again(body) == body


@settings(max_examples=40, deadline=None)
@given(ANY_INK)
def test_ink_cut_at_every_byte(body: InkBody) -> None:
    whole, has_style = encode_ink(body), body.style is not None
    for length in range(len(whole)):
        with pytest.raises(InvalidError):
            decode_ink(whole[:length], has_style=has_style)
    with pytest.raises(InvalidError, match="malformed"):
        decode_ink(whole + b"\0", has_style=has_style)


@settings(max_examples=100, deadline=None)
@given(ANY_INK, st.lists(st.tuples(st.integers(0), st.integers(0, 7)), min_size=1, max_size=4))
def test_flipped_ink_is_refused_or_whole(body: InkBody, flips: list[tuple[int, int]]) -> None:
    data = encode_ink(body)
    for at, bit in flips:
        data = flipped(data, at, bit)
    for has_style in (True, False):
        try:
            read = decode_ink(data, has_style=has_style)
        except InvalidError:
            continue
        assert again(read) == read
        assert len(read.samples.x) == len(read.samples.y) == len(read.samples.ms)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.booleans())
def test_rubbish_raises_nothing_but_invalid(data: bytes, has_style: bool) -> None:
    try:
        body = decode_ink(data, has_style=has_style)
    except InvalidError:
        return
    assert again(body) == body


def flat(count: int) -> Samples:
    return Samples((0,) * count, (0,) * count, (0,) * count)


def test_most_samples_in_one_entry() -> None:
    assert len(again(body_of(flat(MAX_SAMPLES))).samples) == MAX_SAMPLES
    with pytest.raises(InvalidError, match="too many"):
        again(body_of(flat(MAX_SAMPLES + 1)))


def test_a_count_alone_reserves_no_memory() -> None:
    data = b"\0" + varint(5) + varint(0) + varint(MAX_SAFE_INTEGER)
    with pytest.raises(InvalidError, match="too many"):
        decode_ink(data, has_style=False)


ONE = Samples((0,), (0,), (0,), (0,), ((0,), (0,)))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("x", -MAX_COORDINATE, MAX_COORDINATE),
        ("y", -MAX_COORDINATE, MAX_COORDINATE),
        ("ms", 0, 86_400_000),
        ("force", 0, 1023),
    ],
)
def test_samples_at_their_limits(name: str, low: int, high: int) -> None:
    for value in (low, high):
        kept = replace(ONE, **{name: (value,)})  # type: ignore[arg-type]
        assert again(body_of(kept)).samples == kept
    for value in (low - 1, high + 1, -(2**50), 2**50):
        with pytest.raises(InvalidError, match="out of range"):
            again(body_of(replace(ONE, **{name: (value,)})))  # type: ignore[arg-type]


@pytest.mark.parametrize("axis", [0, 1])
def test_tilt_at_its_limits(axis: int) -> None:
    def tilted(value: int) -> Samples:
        return replace(ONE, tilt=((value,), (0,)) if axis == 0 else ((0,), (value,)))

    for value in (-180, 180):
        assert again(body_of(tilted(value))).samples == tilted(value)
    for value in (-181, 181):
        with pytest.raises(InvalidError, match="out of range"):
            again(body_of(tilted(value)))


def test_a_bad_sample_anywhere_is_found() -> None:
    for place in range(5):
        x = tuple(MAX_COORDINATE + 1 if i == place else 0 for i in range(5))
        with pytest.raises(InvalidError):
            again(body_of(replace(flat(5), x=x)))


def test_style_at_its_limits() -> None:
    for style in (replace(STYLE, width=5), replace(STYLE, width=2000, t0_ms=86_400_000)):
        assert again(body_of(NO_SAMPLES, style=style)).style == style
    for style in (
        replace(STYLE, width=4),
        replace(STYLE, width=2001),
        replace(STYLE, t0_ms=86_400_001),
    ):
        with pytest.raises(InvalidError, match="out of range"):
            again(body_of(NO_SAMPLES, style=style))


@pytest.mark.parametrize(("tool", "ink"), [(0, 1), (5, 1), (255, 1), (1, 0), (1, 10), (1, 255)])
def test_unknown_tools_and_inks(tool: int, ink: int) -> None:
    data = b"\0" + varint(5) + bytes((tool, ink)) + varint(70) + varint(0) + b"\0\0"
    with pytest.raises(InvalidError, match="unknown tool or ink"):
        decode_ink(data, has_style=True)


def test_first_at_its_limit() -> None:
    assert again(body_of(NO_SAMPLES, first=MAX_FIRST)).first == MAX_FIRST
    with pytest.raises(InvalidError):
        again(body_of(NO_SAMPLES, first=MAX_FIRST + 1))


@pytest.mark.parametrize("flags", range(256))
def test_flags(flags: int) -> None:
    """1 force, 2 tilt, 4 last, 8 cut, which stands with 4 only; nothing else."""
    data = bytes((flags,)) + b"\5\0\0"
    if flags > 15 or (flags & 8 and not flags & 4):
        with pytest.raises(InvalidError):
            decode_ink(data, has_style=False)
        return
    body = decode_ink(data, has_style=False)
    assert (body.samples.force is not None) == bool(flags & 1)
    assert (body.samples.tilt is not None) == bool(flags & 2)
    assert (body.is_last, body.is_cut) == (bool(flags & 4), bool(flags & 8))


@given(samples(), st.integers(0, 14), st.integers(0, 14))
def test_parts_of_samples(whole: Samples, start: int, stop: int) -> None:
    part = whole.part(start, stop)
    assert part.x == whole.x[start:stop]
    assert (part.force is None, part.tilt is None) == (whole.force is None, whole.tilt is None)
    assert again(body_of(part)).samples == part
    assert whole.part(0) == whole
