"""HintSpreader: sizes, order, nothing lost, and nothing lost in bursts either."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.hints import (
    MAX_HINT_BYTES,
    HintBatch,
    HintMessage,
    decode_hints,
    encode_batch,
)
from signaling_server.protocol.ids import TEACHER, Epoch, PageId, StrokeId
from signaling_server.protocol.ink import Samples, Style
from teacher_client.live.hint_spread import MAX_REPEATS, HintSpreader, batch_seconds

EPOCH = Epoch(3, "0123456789abcdef")
STYLE = Style(Tool.PEN, Ink.BLUE, 70, 1000)
TICK = 0.008


def batch(stroke: int, first: int, count: int, *, is_last: bool = False) -> HintBatch:
    """Samples whose values tell their index, with force in every second stroke."""
    index = range(first, first + count)
    force = tuple(i % 1024 for i in index) if stroke % 2 else None
    samples = Samples(tuple(100 * i for i in index), tuple(-i for i in index), tuple(index), force)
    return HintBatch(StrokeId(stroke), PageId(1), TEACHER, STYLE, first, samples, is_last)


Seen = dict[int, set[int]]


def note(seen: Seen, ends: dict[int, int], message: HintMessage) -> None:
    for b in message.batches:
        for i in range(len(b.samples)):
            assert b.samples.x[i] == 100 * (b.first + i)
            if b.samples.force is not None:
                assert b.samples.force[i] == (b.first + i) % 1024
        seen.setdefault(b.stroke, set()).update(range(b.first, b.first + len(b.samples)))
        if b.is_last:
            ends[b.stroke] = b.first + len(b.samples)


# Each step of a script: (stroke, samples, whether the stroke ends), or None for a flush.
SCRIPTS = st.lists(
    st.one_of(
        st.none(),
        st.tuples(st.integers(1, 4), st.integers(0, 700), st.booleans()),
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.just(value=False)),
    ),
    max_size=60,
)


def play(script: list[tuple[int, int, bool] | None]) -> tuple[list[bytes], Seen, dict[int, int]]:
    """Run a script and enough flushes after it; return messages, samples added, strokes ended."""
    spreader = HintSpreader(EPOCH)
    messages: list[bytes] = []
    added: Seen = {}
    ended: dict[int, int] = {}
    at: dict[int, int] = {}
    now = 0.0

    def flush() -> None:
        nonlocal now
        now += TICK
        if (message := spreader.flush(now)) is not None:
            messages.append(message)

    for step in script:
        if step is None:
            flush()
            continue
        stroke, count, is_last = step
        if stroke in ended:
            continue
        first = at.get(stroke, 0)
        spreader.add(batch(stroke, first, count, is_last=is_last))
        at[stroke] = first + count
        added.setdefault(stroke, set()).update(range(first, first + count))
        if is_last:
            ended[stroke] = first + count
    for _ in range(700):
        flush()
    return messages, added, ended


@settings(max_examples=60, deadline=None)
@given(SCRIPTS)
def test_without_loss_everything_arrives_in_messages_of_the_right_size(
    script: list[tuple[int, int, bool] | None],
) -> None:
    messages, added, ended = play(script)
    seen: Seen = {}
    ends: dict[int, int] = {}
    for message in messages:
        assert len(message) <= MAX_HINT_BYTES
        decoded = decode_hints(message)
        assert decoded.epoch == EPOCH
        note(seen, ends, decoded)
    assert {k: v for k, v in seen.items() if v} == {k: v for k, v in added.items() if v}
    assert ends == ended


@settings(max_examples=60, deadline=None)
@given(SCRIPTS, st.integers(0, 700), st.integers(1, 3))
def test_a_burst_of_three_lost_messages_costs_nothing(
    script: list[tuple[int, int, bool] | None], start: int, length: int
) -> None:
    messages, added, ended = play(script)
    start %= max(1, len(messages))
    seen: Seen = {}
    ends: dict[int, int] = {}
    for message in messages[:start] + messages[start + length :]:
        note(seen, ends, decode_hints(message))
    assert {k: v for k, v in seen.items() if v} == {k: v for k, v in added.items() if v}
    assert ends == ended


@settings(max_examples=60, deadline=None)
@given(SCRIPTS)
def test_samples_are_first_seen_in_order(script: list[tuple[int, int, bool] | None]) -> None:
    messages, _, _ = play(script)
    end: dict[int, int] = {}
    for message in messages:
        for b in decode_hints(message).batches:
            assert b.first <= end.get(b.stroke, 0)
            end[b.stroke] = max(end.get(b.stroke, 0), b.first + len(b.samples))


def test_a_batch_goes_out_four_times_with_gaps() -> None:
    spreader = HintSpreader(EPOCH)
    spreader.add(batch(1, 0, 2))
    sent = [n for n in range(40) if spreader.flush(n * TICK) is not None]
    assert sent == [0, 1, 4, 12]


def test_samples_that_go_on_are_one_batch() -> None:
    spreader = HintSpreader(EPOCH)
    for first in range(5):
        spreader.add(batch(1, first, 1, is_last=first == 4))
    message = spreader.flush(0.0)
    assert message is not None
    (only,) = decode_hints(message).batches
    assert only == batch(1, 0, 5, is_last=True)


def test_samples_after_a_hole_or_in_another_form_are_another_batch() -> None:
    spreader = HintSpreader(EPOCH)
    spreader.add(batch(1, 0, 2))
    spreader.add(batch(1, 3, 2))
    bare = batch(1, 5, 1).samples
    spreader.add(
        HintBatch(StrokeId(1), PageId(1), TEACHER, STYLE, 5, Samples(bare.x, bare.y, bare.ms))
    )
    message = spreader.flush(0.0)
    assert message is not None
    assert [(b.first, len(b.samples)) for b in decode_hints(message).batches] == [
        (0, 2),
        (3, 2),
        (5, 1),
    ]


def test_new_ink_goes_before_repeats_and_repeats_wait_for_room() -> None:
    spreader = HintSpreader(EPOCH)
    size = len(encode_batch(batch(2, 0, 200)))
    assert MAX_HINT_BYTES / 2 < size < MAX_HINT_BYTES - 11, "one fits a message, two do not"
    orders: list[list[int]] = []
    for n in range(60):
        if n < 3:
            spreader.add(batch(2 * n + 2, 0, 200))
        message = spreader.flush(n * TICK)
        if message is not None:
            orders.append([b.stroke for b in decode_hints(message).batches])
    assert orders[:3] == [[2], [4], [6]]
    assert sorted(s for order in orders for s in order) == [2] * 4 + [4] * 4 + [6] * 4


def test_heartbeat_after_a_second_of_nothing() -> None:
    spreader = HintSpreader(EPOCH)
    first = spreader.flush(10.0)
    assert first is not None
    assert decode_hints(first) == HintMessage(EPOCH)
    assert spreader.flush(10.9) is None
    assert spreader.flush(11.0) == first
    assert spreader.flush(11.1) is None


def test_what_waits_for_repeats_is_bounded() -> None:
    spreader = HintSpreader(EPOCH)
    for stroke in range(MAX_REPEATS * 2):
        spreader.add(batch(2 * stroke + 2, 0, 5))
    sent = 0
    for n in range(2000):
        message = spreader.flush(n * TICK)
        if message is not None:
            sent += len(decode_hints(message).batches)
    assert spreader.dropped_repeats > 0
    assert sent >= MAX_REPEATS * 2


def test_more_readers_are_served_less_often() -> None:
    assert [batch_seconds(n) for n in (0, 10, 11, 20, 21, 40)] == [
        0.008,
        0.008,
        0.016,
        0.016,
        0.033,
        0.033,
    ]
