from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.neo.framing import (
    DropKind,
    Frame,
    FrameDecoder,
    FrameDropped,
    encode_frame,
)
from tests.pen_driver.neo import examples

BATTERY = Frame(0x61, None, b"\x09")


def decode(data: bytes) -> list[Frame | FrameDropped]:
    return FrameDecoder().receive_data(data)


def test_special_bytes_are_escaped_on_the_way_out() -> None:
    assert encode_frame(0x05, bytes.fromhex("08FF2060C0")) == examples.LED
    assert encode_frame(0x05, b"\xc0\xc1\x7d") == examples.frames("C0 05 03 00 7DE0 7DE1 7D5D C1")


def test_acknowledgement_carries_a_result() -> None:
    assert encode_frame(0xA4, b"\0\0\0", result=0) == examples.ACK_LAST


def test_event_and_response_shapes() -> None:
    assert decode(examples.LOW_BATTERY) == [Frame(0x61, None, b"\x09")]
    assert decode(examples.CLOCK_SET) == [Frame(0x85, 0, b"\x01\x00")]
    assert decode(examples.NOT_PERMITTED) == [Frame(0x91, 2, b"")]


def test_short_error_response_is_accepted() -> None:
    assert decode(examples.NOT_PERMITTED_SHORT) == [Frame(0x91, 2, b"")]


def test_escapes_inside_are_undone() -> None:
    (down,) = decode(examples.DOWN)
    assert isinstance(down, Frame)
    assert down.data[0] == 0xC0
    assert down.data == examples.unescaped(examples.DOWN)[3:]


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("61 01 C0 61 01 00 09 C1", [FrameDropped(DropKind.JUNK, 2), BATTERY]),
        ("C0 61 01 C0 61 01 00 09 C1", [FrameDropped(DropKind.TRUNCATED), BATTERY]),
        ("C0 61 02 00 09 C1", [FrameDropped(DropKind.SHORT)]),
        ("C0 61 C1", [FrameDropped(DropKind.SHORT)]),
        ("C0 C1", [FrameDropped(DropKind.SHORT)]),
        ("C0 61 01 00 09 AA BB C1", [Frame(0x61, None, b"\x09", trailing=2)]),
        ("C0 61 01 7D C0 61 01 00 09 C1", [FrameDropped(DropKind.TRUNCATED), BATTERY]),
    ],
)  # fmt: skip
def test_damage_is_told_and_left_behind(wire: str, expected: list[object]) -> None:
    assert decode(examples.frames(wire)) == expected


def test_endless_body_is_dropped_at_the_cap() -> None:
    decoder = FrameDecoder(max_body=64)
    items = decoder.receive_data(b"\xc0" + b"\x61" * 500 + examples.LOW_BATTERY)
    assert items[0] == FrameDropped(DropKind.OVERSIZED)
    assert items[-1] == Frame(0x61, None, b"\x09")


@given(st.data())
def test_any_chunking_gives_the_same_frames(data: st.DataObject) -> None:
    wire = data.draw(st.binary(max_size=30)) + examples.HANDSHAKE + examples.STROKE
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=20)))
    decoder = FrameDecoder()
    parts = []
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        parts += decoder.receive_data(wire[start:end])
    assert parts == decode(wire)


@given(st.integers(0x60, 0x6F), st.binary(max_size=300))
def test_what_is_encoded_is_decoded(command: int, data: bytes) -> None:
    assert decode(encode_frame(command, data)) == [Frame(command, None, data)]
