from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.anoto.framing import Coordinate, FrameDecoder, Lift, Packet

EXAMPLE = bytes.fromhex("00 00 0B 08 F0 D1 81 80 00 18 D0 A0 20 14 01 00 00")
POINT = Coordinate(150_000_001.625, 2_147_490_000.125, 20)
DOT, UP = EXAMPLE[:14], EXAMPLE[14:]


def test_constructed_example() -> None:
    assert FrameDecoder().receive_data(EXAMPLE, 0.0) == [POINT, Lift()]


def test_y_above_half_of_the_range_is_not_negative() -> None:
    (packet,) = FrameDecoder().receive_data(b"\x00\x00\x0b" + b"\xff" * 10 + b"\x00", 0.0)
    assert packet == Coordinate(2**32 - 1 + 7 / 8, 2**32 - 1 + 7 / 8, 0)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=30))
def test_chunks_change_nothing(sizes: list[int]) -> None:
    stream = (DOT * 5 + UP) * 6
    decoder, got, at = FrameDecoder(), list[Packet](), 0
    while at < len(stream):
        for size in sizes:
            got += decoder.receive_data(stream[at : at + size], 0.001 * at)
            at += size
    assert got == ([POINT] * 5 + [Lift()]) * 6


@given(st.binary(min_size=1, max_size=40))
def test_behind_junk_three_packets_are_enough(junk: bytes) -> None:
    decoder = FrameDecoder()
    got = decoder.receive_data(b"\x07" + junk + DOT * 8 + UP, 0.0)
    got += decoder.pause(0.2)
    assert got[-6:] == [POINT] * 5 + [Lift()]


def test_two_packets_behind_junk_wait_for_the_pause() -> None:
    decoder = FrameDecoder()
    assert decoder.receive_data(b"\x07\x07" + DOT + UP, 1.0) == []
    assert decoder.pause(1.05) == []
    assert decoder.pause(1.1) == [POINT, Lift()]
    assert decoder.junk == 2


def test_a_pause_in_a_packet_drops_it() -> None:
    decoder = FrameDecoder()
    assert decoder.receive_data(DOT + DOT[:9], 1.0) == [POINT]
    assert decoder.receive_data(DOT, 1.2) == [POINT]
    assert decoder.junk == 9


def test_data_that_look_like_a_head_are_data() -> None:
    dot = b"\x00\x00\x0b" + bytes.fromhex("00000B00 00000B01 00 00 0B")
    assert len(FrameDecoder().receive_data(dot * 4, 0.0)) == 4
