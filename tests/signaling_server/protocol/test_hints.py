"""Hints as bytes: whole messages come back, damaged ones are refused."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.hints import (
    HINT_VERSION,
    MAX_HINT_BYTES,
    HintBatch,
    HintMessage,
    decode_hints,
    encode_batch,
    encode_hints,
)
from signaling_server.protocol.ids import (
    MAX_CONNECTION,
    MAX_COUNTER,
    MAX_MEMBER,
    MAX_PAGE,
    TEACHER,
    Epoch,
    Member,
    PageId,
    StrokeId,
    stroke_connection,
    stroke_id,
    stroke_writer,
)
from signaling_server.protocol.ink import MAX_FIRST, MAX_SAMPLES, Samples
from signaling_server.protocol.reader import LessonReader
from signaling_server.protocol.schema import MAX_SAFE_INTEGER, InvalidError

from .strategies import EPOCHS, STROKES, STYLES, flipped, samples
from .worlds import STYLE, World

HEAD = 11
EPOCH = Epoch(3, "00ff00ff00ff00ff")
BATCHES = st.builds(
    HintBatch,
    STROKES,
    st.integers(0, MAX_PAGE).map(PageId),
    st.integers(0, MAX_MEMBER).map(Member),
    STYLES,
    st.integers(0, MAX_FIRST),
    samples(),
    st.booleans(),
)
MESSAGES = st.builds(HintMessage, EPOCHS, st.lists(BATCHES, max_size=4).map(tuple))


def sent(message: HintMessage) -> bytes:
    return encode_hints(message.epoch, map(encode_batch, message.batches))


def one(**changes: object) -> HintMessage:
    plain = HintBatch(StrokeId(5), PageId(1), TEACHER, STYLE, 0, Samples((1,), (2,), (3,)))
    return HintMessage(EPOCH, (replace(plain, **changes),))  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_messages_come_back(message: HintMessage) -> None:
    assert decode_hints(sent(message)) == message


def test_a_heartbeat_is_a_head() -> None:
    data = encode_hints(EPOCH, [])
    assert data.hex() == "01" + "0300" + "00ff00ff00ff00ff"
    assert decode_hints(data) == HintMessage(EPOCH)


def test_another_version_is_refused() -> None:
    data = sent(one())
    for version in {*range(256)} - {HINT_VERSION}:
        with pytest.raises(InvalidError, match="another version"):
            decode_hints(bytes((version,)) + data[1:])


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_cut_at_every_byte(message: HintMessage) -> None:
    """Cut between batches it is a shorter message; cut anywhere else it is none."""
    data = sent(message)
    ends = {
        len(encode_hints(EPOCH, map(encode_batch, message.batches[:n]))): n
        for n in range(len(message.batches) + 1)
    }
    for length in range(len(data)):
        if length in ends:
            assert decode_hints(data[:length]).batches == message.batches[: ends[length]]
        else:
            with pytest.raises(InvalidError):
                decode_hints(data[:length])


@settings(max_examples=100, deadline=None)
@given(MESSAGES, st.integers(0), st.integers(0, 7))
def test_flipped_messages_are_refused_or_whole(message: HintMessage, at: int, bit: int) -> None:
    try:
        read = decode_hints(flipped(sent(message), at, bit))
    except InvalidError:
        return
    assert decode_hints(sent(read)) == read


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.booleans())
def test_rubbish_raises_nothing_but_invalid(data: bytes, has_head: bool) -> None:
    try:
        read = decode_hints(encode_hints(EPOCH, [data]) if has_head else data)
    except InvalidError:
        return
    assert decode_hints(sent(read)) == read


def test_numbers_at_their_limits() -> None:
    kept = one(
        stroke=StrokeId(MAX_SAFE_INTEGER),
        page=PageId(MAX_PAGE),
        author=Member(MAX_MEMBER),
        first=MAX_FIRST,
    )
    assert decode_hints(sent(kept)) == kept
    for beyond in (
        one(page=PageId(MAX_PAGE + 1)),
        one(author=Member(MAX_MEMBER + 1)),
        one(first=MAX_FIRST + 1),
        one(stroke=StrokeId(MAX_SAFE_INTEGER + 1)),
        one(style=replace(STYLE, width=4)),
        one(samples=Samples((0,) * 513, (0,) * 513, (0,) * 513)),
        one(samples=Samples((0,), (0,), (0,), (1024,))),
    ):
        with pytest.raises(InvalidError):
            decode_hints(sent(beyond))


def test_100_ms_of_a_fast_pen_fit_a_packet() -> None:
    """P-5.1: even the hint path's longest piece, with force and tilt, goes in one message."""
    columns = tuple(range(0, 40 * 35, 35))
    tilt = tuple(i % 60 for i in range(40))
    many = Samples(
        columns, columns, tuple(range(0, 120, 3)), columns[:29] + (900,) * 11, (tilt, tilt)
    )
    batch = encode_batch(HintBatch(StrokeId(2**52), PageId(9), TEACHER, STYLE, 100, many))
    assert len(encode_hints(EPOCH, [batch])) <= MAX_HINT_BYTES < MAX_SAMPLES * 3


@given(st.integers(0, MAX_MEMBER), st.integers(0, MAX_CONNECTION), st.integers(0, MAX_COUNTER))
def test_stroke_ids_name_their_writer(member: int, connection: int, counter: int) -> None:
    name = stroke_id(Member(member), connection, counter)
    assert stroke_writer(name) == member
    assert stroke_connection(name) == connection
    assert name <= MAX_SAFE_INTEGER


def test_hints_that_a_newer_epoch_drops_are_named() -> None:
    """Else a reader would leave on the screen what never came into the log."""
    world = World(random.Random(4))
    world.begin()
    world.sync()
    reader = LessonReader()
    reader.add_block(decode_block(world.synced[0]))
    ghost = one().batches[0]
    reader.add_hints(HintMessage(world.epoch, (ghost,)))
    assert [stroke.id for stroke in reader.drawn(PageId(1))] == [ghost.stroke]
    world.kill()
    world.sync()
    changes = reader.add_block(decode_block(world.synced[1]))
    assert changes.redrawn == {ghost.stroke}
    assert changes.pages == {PageId(1)}
    assert not list(reader.drawn(PageId(1)))
