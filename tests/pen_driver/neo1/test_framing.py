from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.neo1.framing import Frame, FrameDecoder, encode_frame
from tests.pen_driver.neo1 import examples as ex


def test_raw_c0_in_a_dot_is_data() -> None:
    decoder = FrameDecoder()
    assert decoder.receive_data(ex.DOT) == [Frame(0x11, bytes.fromhex("0CC0002900190780"))]
    assert decoder.junk == 0
    assert not decoder.is_waiting


@given(st.lists(st.integers(1, 7), min_size=1))
def test_chunks_change_nothing(sizes: list[int]) -> None:
    stream = ex.PEN_ON + ex.WANTED + ex.STATE + ex.STROKE * 3
    decoder, whole, at = FrameDecoder(), FrameDecoder(), 0
    got = []
    while at < len(stream):
        for size in sizes:
            got += decoder.receive_data(stream[at : at + size])
            at += size
    assert got == whole.receive_data(stream)
    assert len(got) == 15


@given(st.binary(max_size=60))
def test_it_finds_its_way_back_behind_any_junk(junk: bytes) -> None:
    decoder = FrameDecoder()
    decoder.receive_data(junk + ex.STROKE)
    for _ in range(600):
        if not decoder.is_waiting:
            break
        decoder.give_up()
    assert not decoder.is_waiting
    assert decoder.receive_data(ex.STROKE)[-1] == Frame(0x16, ex.UP[4:-1])


def test_a_command_that_no_pen_sends_costs_no_waiting() -> None:
    decoder = FrameDecoder()
    assert len(decoder.receive_data(b"\xc0\x99\x00\x20" + ex.DOT)) == 1
    assert decoder.junk == 4


def test_a_length_that_a_command_cannot_have_costs_no_waiting() -> None:
    decoder = FrameDecoder()
    assert len(decoder.receive_data(b"\xc0\x11\x09\x00" + ex.DOT)) == 1


def test_encoded_frames_are_the_examples() -> None:
    assert encode_frame(0x0B, b"\x03\x00") == ex.ALL_NOTES
