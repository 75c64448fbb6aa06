"""Whatever the order in which a reader's mail comes, it ends with the board of the log."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.blocks import decode_block, seal
from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.commands import Tool
from signaling_server.protocol.entries import EntryKind
from signaling_server.protocol.hints import HintBatch, HintMessage, decode_hints
from signaling_server.protocol.ids import Member, PageId, stroke_id
from signaling_server.protocol.ink import InkBody
from signaling_server.protocol.reader import LessonReader

from .worlds import PUPIL, STYLE, World, live, some_samples


def board_of(world: World) -> Board:
    board = Board()
    for block in world.blocks():
        for entry in block.entries:
            board.apply(entry)
    return board


def assert_same(reader: LessonReader, board: Board) -> None:
    assert reader.held == sum(1 for _ in reader.entries)
    assert list(reader.board.pages) == list(board.pages)
    for number, page in board.pages.items():
        assert reader.drawn_digest(number) == digest(page)
        assert digest(reader.board.pages[number]) == digest(page)
    assert reader.board.shown == board.shown
    assert reader.board.members == board.members
    assert reader.board.chat == board.chat


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 80), st.randoms(use_true_random=False))
def test_any_order_of_blocks_and_hints(seed: int, steps: int, order: random.Random) -> None:
    """Doubles, reordering, hints before and after: the same board as the log alone."""
    world = live(seed, steps)
    mail: list[tuple[str, bytes]] = [("block", data) for data in world.synced * 2]
    mail += [("hint", data) for data in world.hints * 2]
    order.shuffle(mail)
    reader = LessonReader()
    for kind, data in mail:
        if kind == "block":
            reader.add_block(decode_block(data))
        else:
            reader.add_hints(decode_hints(data))
    for data in world.synced:  # the log path repeats what is missing
        reader.add_block(decode_block(data))
    assert_same(reader, board_of(world))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 80), st.randoms(use_true_random=False))
def test_a_pupil_ends_with_the_public_pages(seed: int, steps: int, order: random.Random) -> None:
    """Sealed blocks and the hints that may be sent, in any order (P-5.5, P-8.7)."""
    world = live(seed, steps)
    board = board_of(world)
    public = {number: page for number, page in board.pages.items() if not page.is_private}
    mail: list[tuple[str, bytes]] = [("block", seal(data, Member(3))) for data in world.synced]
    for data in world.hints:
        if all(batch.page in public for batch in decode_hints(data).batches):
            mail.append(("hint", data))
    order.shuffle(mail)
    reader = LessonReader()
    for kind, data in mail:
        if kind == "block":
            reader.add_block(decode_block(data))
        else:
            reader.add_hints(decode_hints(data))
    for data in world.synced:
        reader.add_block(decode_block(seal(data, Member(3))))
    assert list(reader.board.pages) == list(public)
    for number, page in public.items():
        assert reader.drawn_digest(number) == digest(page)
        assert reader.board.pages[number].actions == page.actions
    assert reader.board.shown in (0, *public)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 60), st.integers(0, 60))
def test_reconnect_at_any_entry(seed: int, steps: int, cut: int) -> None:
    """A reader that lost the line at any block and asks for the rest misses nothing."""
    world = live(seed, steps, kill_rate=0.1)
    reader = LessonReader()
    for data in world.synced[: cut % (len(world.synced) + 1)]:
        reader.add_block(decode_block(data))
    have, epoch = reader.held, reader.epoch
    for hint in world.hints:
        reader.add_hints(decode_hints(hint))
    for data in world.synced:
        block = decode_block(data)
        if block.first > have or block.epoch > epoch:
            reader.add_block(block)
    assert_same(reader, board_of(world))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(10, 60))
def test_a_newer_epoch_replaces_what_was_never_synced(seed: int, steps: int) -> None:
    """A reader that got blocks which the next engine does not know folds again without them."""
    world = live(seed, steps, kill_rate=0)
    keep = world.rng.randint(1, len(world.synced))
    ghost, world.synced = world.synced[keep:], world.synced[:keep]
    reader = LessonReader()
    for data in world.synced + ghost:
        reader.add_block(decode_block(data))
    last = decode_block(world.synced[-1])
    world.number, world.previous = last.last, last.hash
    world.kill()
    for _ in range(20):
        world.ink()
        world.sync()
    for data in world.synced:
        reader.add_block(decode_block(data))
    assert_same(reader, board_of(world))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_kill_between_hint_block_sync_and_send(seed: int, steps: int) -> None:
    """Kill after each of the four steps; readers that saw different parts agree at the end."""
    world = live(seed, steps)
    readers = [LessonReader() for _ in range(4)]
    for reader_index, reader in enumerate(readers):
        for data in world.synced:
            reader.add_block(decode_block(data))
        for hint in world.hints[: len(world.hints) * reader_index // 3]:
            reader.add_hints(decode_hints(hint))
    for stage in range(4):
        shown_before = len(world.hints)
        world.ink()  # the hint is out, its entry waits
        if stage % 2:
            readers[stage].add_hints(decode_hints(world.hints[-1]))
        if stage >= 1:
            world.sync()  # on disk, not sent
        if stage >= 2:
            readers[0].add_block(decode_block(world.synced[-1]))
        assert len(world.hints) > shown_before
        world.kill()
        world.sync()
    for _ in range(3):
        world.ink()
    world.sync()
    for reader in readers:
        for data in world.synced:
            reader.add_block(decode_block(data))
        for hint in world.hints:
            reader.add_hints(decode_hints(hint))
        assert_same(reader, board_of(world))


def test_pending_ink_is_drawn_at_once_and_gives_way_to_the_log() -> None:
    """One's own ink shows before it is confirmed, longer than the log while it runs ahead."""
    world = World(random.Random(7))
    world.begin()
    world.sync()
    reader = LessonReader()
    for data in world.synced:
        reader.add_block(decode_block(data))
    name = stroke_id(PUPIL, 1, 1)
    samples = some_samples(world.rng, 5, 0)
    reader.add_pending(HintBatch(name, PageId(1), PUPIL, STYLE, 0, samples, is_last=True))
    (drawn,) = list(reader.drawn(PageId(1)))
    assert tuple(drawn.x) == samples.x
    assert not reader.is_settled

    from signaling_server.protocol.entries import EntryKind
    from signaling_server.protocol.ink import InkBody

    world.write(EntryKind.INK_BEGIN, InkBody(name, 0, samples.part(0, 2), STYLE), PageId(1), PUPIL)
    world.sync()
    reader.add_block(decode_block(world.synced[-1]))
    (drawn,) = list(reader.drawn(PageId(1)))
    assert tuple(drawn.x) == samples.x
    world.write(EntryKind.INK_END, InkBody(name, 2, samples.part(2), None, True), PageId(1), PUPIL)
    world.sync()
    reader.add_block(decode_block(world.synced[-1]))
    assert reader.is_settled
    assert_same(reader, board_of(world))


def test_refused_pending_ink_goes() -> None:
    world = World(random.Random(8))
    world.begin()
    world.sync()
    reader = LessonReader()
    reader.add_block(decode_block(world.synced[0]))
    name = stroke_id(PUPIL, 1, 1)
    batch = HintBatch(name, PageId(1), PUPIL, STYLE, 0, some_samples(world.rng, 3, 0))
    reader.add_pending(batch)
    changes = reader.refuse(name)
    assert changes.redrawn == {name}
    assert not list(reader.drawn(PageId(1)))


def test_hints_with_a_hole_draw_up_to_the_hole() -> None:
    world = World(random.Random(9))
    world.begin()
    world.sync()
    reader = LessonReader()
    reader.add_block(decode_block(world.synced[0]))
    name = stroke_id(PUPIL, 1, 1)
    samples = some_samples(world.rng, 9, 0)
    parts = [(0, 3), (6, 9), (3, 6)]
    lengths = []
    for start, stop in parts:
        batch = HintBatch(name, PageId(1), PUPIL, STYLE, start, samples.part(start, stop))
        reader.add_hints(HintMessage(world.epoch, (batch,)))
        lengths.append(len(next(iter(reader.drawn(PageId(1)))).x))
    assert lengths == [3, 3, 9]


@pytest.mark.parametrize("seed", range(3))
def test_a_long_lesson_folds_again_the_same(seed: int) -> None:
    world = live(seed, 400, kill_rate=0.02)
    reader = LessonReader()
    for data in world.synced:
        reader.add_block(decode_block(data))
    assert_same(reader, board_of(world))


def test_one_stroke_id_hinted_on_two_pages_never_mixes() -> None:
    """A hostile writer may name one stroke on two pages; each page shows its own samples."""
    world = World(random.Random(10))
    world.begin()
    world.add_page()
    world.sync()
    reader = LessonReader()
    reader.add_block(decode_block(world.synced[0]))
    name = stroke_id(PUPIL, 1, 1)
    for page, start, stop in ((1, 0, 2), (2, 2, 9)):
        samples = some_samples(world.rng, stop - start, start)
        batch = HintBatch(name, PageId(page), PUPIL, STYLE, start, samples)
        reader.add_hints(HintMessage(world.epoch, (batch,)))
    assert [len(stroke.x) for stroke in reader.drawn(PageId(1))] == [2]


def test_a_laser_hint_goes_when_the_log_holds_it() -> None:
    """Lasers never grow on the board; their hints must go all the same."""
    world = World(random.Random(3))
    world.begin()
    name, style = stroke_id(Member(1), 1, 1), replace(STYLE, tool=Tool.LASER)
    samples = some_samples(world.rng, 3, 0)
    batch = HintBatch(name, PageId(1), Member(1), style, 0, samples, True)
    world.write(EntryKind.INK_BEGIN, InkBody(name, 0, samples, style, True), 1, 1)
    world.sync()
    reader = LessonReader()
    reader.add_hints(HintMessage(world.epoch, (batch,)))
    reader.add_block(decode_block(world.synced[0]))
    assert reader.is_settled
    assert [len(stroke.x) for stroke in reader.lasers(PageId(1))] == [3]
