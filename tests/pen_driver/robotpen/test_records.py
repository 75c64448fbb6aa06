from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.robotpen.records import Record, RecordDecoder, parse_record
from pen_driver.virtual.robotpen import RobotPenDevice


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("82 81 E803 D007", Record(1000, 2000, True, False, False, True, 2)),
        ("81 88 18FC 0000", Record(-1000, 0, False, False, True, True, 1)),
        ("80 83 0100 0200", Record(1, 2, True, True, False, True, 0)),
        ("42 01 E803 D007", Record(1000, 2000, True, False, False, True, 2)),
        ("82 80 0000 0000", Record(0, 0, False, False, False, False, 2)),
        ("80 80 0000 0080", Record(0, 0, False, False, False, False, 0)),
    ],
)
def test_records_of_the_notes(text: str, expected: Record) -> None:
    assert parse_record(hexed(text)) == expected


@pytest.mark.parametrize(
    "text", ["83 81 0000 0000", "82 84 0000 0000", "82 01 0000 0000", "82 81 FF7F 0000"]
)
def test_what_no_pen_sends(text: str) -> None:
    assert parse_record(hexed(text)) is None


def stream(has_lengths: bool, dots: int = 30) -> bytes:
    device = RobotPenDevice(has_lengths=has_lengths)
    return b"".join(device.dot(0, 20 + at, 40, 0.5) for at in range(dots)) + device.pen_up(0)


@given(st.booleans(), st.lists(st.integers(1, 15), min_size=1, max_size=20))
def test_chunks_change_nothing(has_lengths: bool, sizes: list[int]) -> None:
    data = stream(has_lengths)
    decoder, got, at = RecordDecoder(has_lengths), list[Record](), 0
    while at < len(data):
        for size in sizes:
            got += decoder.receive_data(data[at : at + size])
            at += size
    assert len(got) == 35
    assert decoder.junk == 0


@given(st.booleans(), st.binary(max_size=40))
def test_it_gets_into_step_behind_any_junk(has_lengths: bool, junk: bytes) -> None:
    decoder = RecordDecoder(has_lengths)
    got = decoder.receive_data(junk + stream(has_lengths))
    assert got[-25:] == RecordDecoder(has_lengths).receive_data(stream(has_lengths))[-25:]


def test_xn680t_ignores_what_has_no_length_before_it() -> None:
    decoder = RecordDecoder(has_lengths=True)
    assert decoder.receive_data(hexed("82 81 E803 D007") * 3) == []
    one = hexed("82 81 E803 D007")
    assert len(decoder.receive_data((b"\x0c" + one * 2) * 2)) == 4
