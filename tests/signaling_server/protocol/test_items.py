"""What items look like: folded from raw form, standing changes and erased parts (P-8.5)."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.commands import Ink, StrokePart
from signaling_server.protocol.entries import (
    ActionNamed,
    Entry,
    EntryKind,
    ItemsChanged,
    PartsNamed,
    PicturePlaced,
    TextPlaced,
)
from signaling_server.protocol.ids import NO_COMMAND, EntryNumber, PageId, StrokeId
from signaling_server.protocol.ink import MAX_COORDINATE
from signaling_server.protocol.items import Stroke
from signaling_server.protocol.matrix import MAX_FACTOR, ONE, Matrix
from signaling_server.protocol.schema import MAX_SAFE_INTEGER

from .logs import ONE as PAGE_ONE
from .logs import A, B, Log
from .strategies import instances
from .worlds import STYLE, live

TEXT = TextPlaced("x", 100, 200, 3000, 700, 500, Ink.INK)
TURN = Matrix(0, ONE, -ONE, 0, 5000, 0)


def cut(log: Log, *parts: tuple[int, int], name: StrokeId = A) -> int:
    named = tuple(StrokePart(name, first, stop) for first, stop in parts)
    log.write(EntryKind.PARTS_ERASED, PartsNamed(named), 1)
    return log.number


def change(log: Log, *names: int, **what: Any) -> int:
    log.write(EntryKind.ITEMS_CHANGED, replace(ItemsChanged(names), **what), 1)
    return log.number


# matrices


@settings(max_examples=200, deadline=None)
@given(
    instances(Matrix),
    st.lists(st.tuples(*[st.integers(-MAX_COORDINATE, MAX_COORDINATE)] * 2), max_size=5),
)
def test_matrices_round_as_exact_arithmetic_does(
    matrix: Matrix, points: list[tuple[int, int]]
) -> None:
    def exact(p: int, q: int, x: int, y: int, shift: int) -> int:
        there = floor(Fraction(p * x + q * y, ONE) + Fraction(1, 2)) + shift
        return min(max(there, -MAX_COORDINATE), MAX_COORDINATE)

    m = matrix
    x, y = matrix.columns([p[0] for p in points], [p[1] for p in points])
    assert x == [exact(m.a, m.c, u, v, m.e) for u, v in points]
    assert y == [exact(m.b, m.d, u, v, m.f) for u, v in points]


def test_no_number_on_the_way_is_beyond_javascripts() -> None:
    assert 2 * MAX_FACTOR * MAX_COORDINATE + ONE < MAX_SAFE_INTEGER


@pytest.mark.parametrize(
    ("factor", "x", "to"), [(500_000, 1, 1), (500_000, -1, 0), (500_000, -3, -1), (499_999, 1, 0)]
)
def test_halves_go_up(factor: int, x: int, to: int) -> None:
    assert Matrix(a=factor).columns([x], [0]) == ([to], [0])


# changes


def test_changes_add_up_in_order_of_the_log() -> None:
    log = Log()
    log.begin(A, 3)
    first = change(log, A, matrix=Matrix(2 * ONE, 0, 0, 2 * ONE))
    second = change(log, A, matrix=Matrix(e=100))
    assert log.stroke(A).x == [100, 102, 104]
    log.undo(first)
    assert log.stroke(A).x == [100, 101, 102]
    log.undo(second)
    assert log.stroke(A).x == [0, 1, 2]
    log.redo(first)
    log.redo(second)
    assert log.stroke(A).x == [100, 102, 104]
    assert (log.stroke(A).ms, log.stroke(A).force) == ([0, 8, 16], [0, 1, 2])


def test_widths_and_inks_change_and_come_back() -> None:
    log = Log()
    log.begin(A)
    change(log, A, scale=1500)
    changed = change(log, A, ink=Ink.RED, width=100, scale=2000)
    assert log.stroke(A).style == replace(STYLE, ink=Ink.RED, width=200)
    log.undo(changed)
    assert log.stroke(A).style == replace(STYLE, width=105)
    change(log, A, scale=1)
    assert log.stroke(A).style.width == 5
    change(log, A, scale=1_000_000)
    assert log.stroke(A).style.width == 2000


def test_texts_and_pictures_lie_turned() -> None:
    log = Log()
    log.write(EntryKind.TEXT_PLACED, TEXT, 1)
    text = log.number
    log.write(EntryKind.PICTURE_PLACED, PicturePlaced("a" * 64, 0, 0, 10, 20), 1)
    picture = log.number
    changed = change(log, text, picture, matrix=TURN, ink=Ink.BLUE, scale=3000)
    page = log.board.pages[PAGE_ONE]
    assert page.texts[text].corners == ((4800, 100), (4800, 3100), (4100, 100))
    assert (page.texts[text].ink, page.texts[text].id) == (Ink.BLUE, text)
    assert page.pictures[picture].corners == ((5000, 0), (5000, 10), (4980, 0))
    log.undo(changed)
    assert page.texts[text].corners == ((100, 200), (3100, 200), (100, 900))
    assert page.texts[text].ink is Ink.INK


def test_an_open_stroke_is_hidden_but_never_changed() -> None:
    log = Log()
    log.begin(A, is_last=False)
    change(log, A, matrix=TURN)
    cut(log, (0, 2))
    log.more(A, 2)
    log.end(A, 4)
    assert (log.stroke(A).x, log.stroke(A).gaps) == ([0, 1, 2, 3], ())
    log.erase(A)
    assert log.visible() == set()


def test_a_revision_tells_another_look_not_another_sight() -> None:
    log = Log()
    log.begin(A)
    stroke = log.stroke(A)
    log.erase(A)
    assert stroke.revision == 0
    changed = change(log, A, matrix=TURN)
    assert stroke.revision == 1
    assert log.undo(changed).redrawn == set()  # it is hidden
    assert stroke.revision == 2
    assert log.undo(changed).redrawn == set()
    assert stroke.revision == 2


# parts


def test_parts_are_rubbed_out_and_come_back() -> None:
    log = Log()
    log.begin(A, 10)
    first = cut(log, (1, 4))
    second = cut(log, (3, 6), (8, 99))
    assert log.stroke(A).gaps == ((1, 6), (8, 10))
    assert list(log.stroke(A).runs()) == [(0, 2), (5, 9)]
    log.undo(first)
    assert log.stroke(A).gaps == ((3, 6), (8, 10))
    log.undo(second)
    assert list(log.stroke(A).runs()) == [(0, 10)]


def test_parts_of_what_is_no_stroke_touch_nothing() -> None:
    log = Log()
    log.write(EntryKind.TEXT_PLACED, TEXT, 1)
    before = digest(log.board.pages[PAGE_ONE])
    cut(log, (0, 5), name=StrokeId(log.number))
    assert digest(log.board.pages[PAGE_ONE]) == before


def test_a_change_keeps_the_gaps_where_they_are() -> None:
    log = Log()
    log.begin(A, 8)
    cut(log, (2, 5))
    change(log, A, matrix=TURN)
    assert log.stroke(A).gaps == ((2, 5),)
    assert log.stroke(A).y == list(range(8))


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 32), st.integers(1, 12)), min_size=1, max_size=8),
)
def test_gaps_are_the_segments_rubbed_out(count: int, picks: list[tuple[int, int]]) -> None:
    """In any order of the parts; what is drawn is what is left, in runs as long as may be."""
    log = Log()
    log.begin(A, count)
    for first, length in picks:
        cut(log, (first, first + length))
    log.begin(B, count)
    cut(log, *((first, first + length) for first, length in reversed(picks)), name=B)
    stroke = log.stroke(A)
    rubbed = {
        segment
        for first, length in picks
        for segment in range(first, min(first + length, count) - 1)
    }
    assert {s for first, stop in stroke.gaps for s in range(first, stop - 1)} == rubbed
    assert all(a[1] <= b[0] for a, b in pairwise(stroke.gaps))
    assert log.stroke(B).gaps == stroke.gaps
    assert_runs(stroke, set(range(count - 1)) - rubbed)


def assert_runs(stroke: Stroke, drawn: set[int]) -> None:
    runs = list(stroke.runs())
    if not stroke.gaps:
        assert runs == [(0, len(stroke.x))]
        return
    assert {s for first, stop in runs for s in range(first, stop - 1)} == drawn
    assert all(stop - first >= 2 for first, stop in runs)
    assert all(a[1] <= b[0] for a, b in pairwise(runs))


# undo in any order

NO_ACTIONS = (
    EntryKind.INK_MORE,
    EntryKind.INK_END,
    EntryKind.PAGE_SHOWN,
    EntryKind.VIEW_SHOWN,
    EntryKind.INSTRUMENT_SET,
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_what_is_undone_never_was(seed: int, order: random.Random) -> None:
    """Whatever is undone, in whatever order: the digests are those of a log without it.

    A clearing apart: it hides what was visible when it came, also if that changes later.
    """
    left_out = (EntryKind.PAGE_CLEARED, EntryKind.UNDONE, EntryKind.REDONE)
    written = [e for block in live(seed, 60, 0).blocks() for e in block.entries]
    log = [e for e in written if isinstance(e, Entry) and e.kind not in left_out]
    actions = actions_of(log)
    added = {n for e, n in zip(log, actions, strict=True) if e.kind == EntryKind.PAGE_ADDED}
    board, number = folded(log), len(log) + 1000
    skipped = board.skipped
    names = [
        (page.number, action)
        for page in board.pages.values()
        for action in page.actions
        if action not in added
    ]
    order.shuffle(names)
    gone: set[int] = set()
    for page, action in names[:8]:
        undone = Log(0)
        undone.board, undone.number = board, number
        undone.undo(action, page)
        number, gone = undone.number, gone | {action}
        without = folded([e for e, n in zip(log, actions, strict=True) if n not in gone])
        assert [digest(p) for p in board.pages.values()] == [
            digest(p) for p in without.pages.values()
        ]
    assert board.skipped == skipped


def actions_of(log: list[Entry]) -> list[int]:
    """The action that each entry belongs to, 0: none."""
    first: dict[tuple[PageId, int, int], EntryNumber] = {}
    found = []
    for entry in log:
        number = entry.number
        if entry.kind in NO_ACTIONS:
            number = EntryNumber(0)
        elif entry.command != NO_COMMAND:
            number = first.setdefault((entry.page, entry.author, entry.command), number)
        found.append(int(number))
    return found


def folded(log: list[Entry]) -> Board:
    board = Board()
    for entry in log:
        board.apply(entry)
    return board


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(20, 120))
def test_folding_on_is_folding_anew(seed: int, steps: int) -> None:
    """An undo folds what it touched anew, acts as they come fold on: the same board (P-8.5)."""
    board = live(seed, steps).board
    before = {number: digest(page) for number, page in board.pages.items()}, board.order
    standing = [
        (page, action)
        for page in board.pages.values()
        for action in page.actions
        if action not in page.undone
    ]
    number = EntryNumber(10**6)
    for page, action in standing:
        for kind in (EntryKind.UNDONE, EntryKind.REDONE):
            number = EntryNumber(number + 1)
            board.apply(Entry(kind, number, 0, ActionNamed(action), page.number))
    assert before == ({number: digest(page) for number, page in board.pages.items()}, board.order)


def test_thousands_of_acts_on_one_item_are_not_folded_again() -> None:
    """One more act costs one more, however many there are: a pupil must not slow all readers."""
    log = Log()
    log.begin(A, 8)
    stroke = log.board.pages[PAGE_ONE].strokes[A]
    folded: list[int] = []
    plain = Stroke._fold

    def counted(self: Stroke, changes: list[Any], *, anew: bool) -> None:
        folded.append(len(changes))
        plain(self, changes, anew=anew)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stroke, "_fold", counted)
        for _ in range(500):
            log.write(EntryKind.PARTS_ERASED, PartsNamed((StrokePart(A, 2, 4),)), 1)
    assert folded == [1] * 500
    assert stroke.gaps == ((2, 4),)


def test_an_item_named_twice_is_changed_twice() -> None:
    log = Log()
    log.begin(A, 2)
    log.write(EntryKind.ITEMS_CHANGED, ItemsChanged((A, A), Matrix(e=5)), 1)
    stroke = log.board.pages[PAGE_ONE].strokes[A]
    assert stroke.raw is not None
    assert stroke.x[0] == stroke.raw[0][0] + 10
