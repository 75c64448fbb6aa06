"""Pen samples to hints and entries: whatever the order of the calls, nothing lost or doubled."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.board import Board
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import Entry, EntryKind, PageAdded
from signaling_server.protocol.hints import HintBatch
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, StrokeId, stroke_connection
from signaling_server.protocol.ink import InkBody, Samples, Style, decode_ink, encode_ink
from teacher_client.lesson.pen_ink import PenInk

PAGE = PageId(1)
Row = tuple[int, int, int, int | None]
Part = tuple[EntryKind, InkBody, PageId]


def style(t0_ms: int = 0) -> Style:
    return Style(Tool.PEN, Ink.INK, 70, t0_ms)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 150), st.floats(-0.5, 1.5)),
        st.tuples(st.sampled_from(["begin", "end", "cut", "hints", "entries"])),
    ),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(steps, st.booleans())
def test_hints_and_entries_each_give_all_samples(
    calls: list[tuple[object, ...]], has_force: bool
) -> None:
    ink = PenInk(5)
    wrote: dict[StrokeId, list[Row]] = {}
    cut: dict[StrokeId, bool] = {}
    hints: list[HintBatch] = []
    parts: list[Part] = []
    now = t0 = 0
    open_: StrokeId | None = None
    for call in calls:
        match call:
            case ("begin",):
                if open_ is not None:
                    cut[open_] = True
                open_ = ink.begin(PAGE, style(now), has_force=has_force)
                wrote[open_], t0 = [], now
            case ("add", int(wait), float(force)):
                now += wait
                ink.add(now / 10, -now / 10, force, now)
                if open_ is not None:
                    pressed = round(min(max(force, 0), 1) * 1023) if has_force else None
                    wrote[open_].append((now * 10, -now * 10, now - t0, pressed))
            case ("hints",):
                hints += ink.take_hints()
            case ("entries",):
                parts += ink.take_entries()
            case ("end" | "cut" as how,):
                ink.end(is_cut=how == "cut")
                if open_ is not None:
                    cut[open_], open_ = how == "cut", None
    ink.end(is_cut=True)
    if open_ is not None:
        cut[open_] = True
    hints += ink.take_hints()
    parts += ink.take_entries()
    assert not ink.take_hints()
    assert not ink.take_entries()

    written = {name: rows for name, rows in wrote.items() if rows}
    _check_hints(hints, written)
    _check_parts(parts, written, cut)


def _check_hints(hints: list[HintBatch], written: dict[StrokeId, list[Row]]) -> None:
    got: dict[StrokeId, list[Row]] = {}
    ends: list[StrokeId] = []
    for hint in hints:
        rows = got.setdefault(hint.stroke, [])
        assert hint.first == len(rows)
        rows += _rows(InkBody(hint.stroke, 0, hint.samples))
        ends += [hint.stroke] if hint.is_last else []
    assert got == written
    assert sorted(ends) == sorted(written)


def _check_parts(
    parts: list[Part], written: dict[StrokeId, list[Row]], cut: dict[StrokeId, bool]
) -> None:
    got: dict[StrokeId, list[Row]] = {}
    board = Board()
    added = PageAdded(20_000, 30_000, PageKind.DOTS)
    board.apply(Entry(EntryKind.PAGE_ADDED, EntryNumber(1), 0, added, PAGE))
    for number, (kind, body, page) in enumerate(parts, 2):
        assert (kind is EntryKind.INK_BEGIN) == (body.stroke not in got)
        rows = got.setdefault(body.stroke, [])
        assert body.first == len(rows)
        ms = body.samples.ms
        assert not ms or ms[-1] - ms[0] <= 100
        assert decode_ink(encode_ink(body), has_style=kind is EntryKind.INK_BEGIN) == body
        rows += _rows(body)
        board.apply(Entry(kind, EntryNumber(number), 0, body, page, TEACHER))
    assert got == written
    assert board.skipped == 0
    strokes = board.pages[PAGE].strokes
    assert {name: stroke.is_cut for name, stroke in strokes.items()} == {
        name: cut[name] for name in written
    }
    assert all(stroke.has_ended for stroke in strokes.values())


def _rows(body: InkBody) -> list[Row]:
    s = body.samples
    force: tuple[int | None, ...] = s.force or (None,) * len(s)
    return list(zip(s.x, s.y, s.ms, force, strict=True))


def test_a_stroke_without_samples_leaves_nothing() -> None:
    ink = PenInk(1)
    writing = [ink.is_writing]
    ink.begin(PAGE, style(), has_force=True)
    writing.append(ink.is_writing)
    ink.end()
    writing.append(ink.is_writing)
    assert writing == [False, True, False]
    assert (ink.take_entries(), ink.take_hints()) == ([], [])


def test_each_take_says_only_what_is_new() -> None:
    ink = PenInk(3)
    name = ink.begin(PAGE, style(), has_force=True)
    assert stroke_connection(name) == 3
    takes: list[Callable[[], int]] = [
        lambda: sum(len(batch.samples) for batch in ink.take_hints()),
        lambda: sum(len(body.samples) for _, body, _ in ink.take_entries()),
    ]
    for now in (10, 20):
        ink.add(1, 1, 0.5, now)
        assert [take() for take in takes] == [1, 1]
        assert [take() for take in takes] == [0, 0]


def test_a_wild_sample_still_fits_an_entry() -> None:
    ink = PenInk(1)
    ink.begin(PAGE, style(), has_force=False)
    ink.add(1e9, -1e9, None, 0)
    ((kind, body, _page),) = ink.take_entries()
    assert decode_ink(encode_ink(body), has_style=kind is EntryKind.INK_BEGIN) == body


def test_time_that_goes_back_stands_still() -> None:
    ink = PenInk(1)
    ink.begin(PAGE, style(1000), has_force=False)
    for now in (900, 1010, 1005):
        ink.add(1, 1, None, now)
    ((_, body, _),) = ink.take_entries()
    assert body.samples.ms == (0, 10, 10)


def test_a_stroke_from_before_goes_into_the_log_beside_an_open_one() -> None:
    ink = PenInk(5)
    open_ = ink.begin(PAGE, style(), has_force=True)
    ink.add(1, 1, 0.5, 10)
    early = Samples((1, 2, 3), (4, 5, 6), (0, 90, 180), (7, 8, 9))
    whole = ink.add_whole(PageId(2), style(3), early)
    ink.add(2, 2, 0.5, 20)
    assert ink.is_writing
    assert {batch.stroke for batch in ink.take_hints()} == {open_}  # it is no news for the eye
    parts = ink.take_entries()
    mine = [(kind, body, page) for kind, body, page in parts if body.stroke == whole]
    assert {page for _, _, page in mine} == {PageId(2)}
    assert [kind for kind, _, _ in mine] == [EntryKind.INK_BEGIN, EntryKind.INK_END]
    assert [x for _, body, _ in mine for x in body.samples.x] == [1, 2, 3]
    assert mine[-1][1].is_last
    ink.end()
    assert [body.stroke for _, body, _ in ink.take_entries()] == [open_]
