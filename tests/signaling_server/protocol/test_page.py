"""Pages: grouped actions, the ground, lasers, the row, private ones (PROTOCOL §8)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.board import Changes, digest
from signaling_server.protocol.commands import PageKind, Tool
from signaling_server.protocol.entries import (
    ActionNamed,
    Blank,
    EntryKind,
    InstrumentKind,
    InstrumentSet,
    ItemsChanged,
    ItemsNamed,
    PageAdded,
    PageChanged,
    PageCleared,
    PageDeleted,
    PageMoved,
    PageShown,
    PicturePlaced,
    ViewShown,
)
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, StrokeId
from signaling_server.protocol.ink import InkBody
from signaling_server.protocol.matrix import Matrix
from signaling_server.protocol.page import LASERS_KEPT_MS, THE_PAGE

from .logs import ONE, PAGE, TWO, A, B, Log, line
from .worlds import LASER, STYLE

GROUND = PicturePlaced("c" * 64, 0, 0, 100, 100, is_ground=True)
COMMAND = 7


def cleared(log: Log) -> int:
    log.write(EntryKind.PAGE_CLEARED, PageCleared(), 1)
    return log.number


# actions


def test_entries_of_one_command_are_one_action_on_each_page() -> None:
    log = Log(pages=2)
    log.begin(A)
    begun = InkBody(B, 0, line(0, 2), STYLE, True)
    log.write(EntryKind.ITEMS_ERASED, ItemsNamed((A,)), 1, command=COMMAND)
    first = log.number
    log.write(EntryKind.INK_BEGIN, begun, 1, command=COMMAND)
    log.write(EntryKind.INK_BEGIN, begun, 2, command=COMMAND)
    other = log.number
    log.write(EntryKind.INK_BEGIN, replace(begun, stroke=StrokeId(9)), 1, 2, command=COMMAND)
    log.undo(first)
    assert log.visible() == {A, 9}  # another author's same command is another action
    assert log.stroke(B, TWO).is_visible
    log.assert_skipped(log.undo(first + 1))  # not the action's first entry
    log.undo(other, page=2)
    assert not log.stroke(B, TWO).is_visible
    log.redo(first)
    assert log.visible() == {B, 9}


def test_what_comes_behind_the_undo_of_its_action_is_hidden_too() -> None:
    log = Log()
    log.write(EntryKind.PICTURE_PLACED, GROUND, 1, command=COMMAND)
    first = log.number
    log.undo(first)
    empty = digest(log.board.pages[ONE])
    log.write(EntryKind.PICTURE_PLACED, GROUND, 1, command=COMMAND)
    log.write(EntryKind.INK_BEGIN, InkBody(A, 0, line(0, 2), STYLE, True), 1, command=COMMAND)
    assert digest(log.board.pages[ONE]) == empty
    log.redo(first)
    assert log.visible() == {A}
    assert [p.is_visible for p in log.board.pages[ONE].pictures.values()] == [True, True]


def test_a_clearing_is_one_undo_and_hides_what_is_seen_only() -> None:
    log = Log()
    log.begin(A)
    log.begin(B, is_last=False)
    erased = log.erase(A)
    clearing = cleared(log)
    assert log.visible() == set()
    log.undo(clearing)
    assert log.visible() == {B}
    log.redo(clearing)
    log.undo(erased)  # it was not seen when the clearing came
    assert log.visible() == {A}
    later = StrokeId(103)
    log.begin(later)
    assert log.visible() == {A, later}


def test_the_ground_goes_with_the_undo_of_its_placing_alone() -> None:
    log = Log()
    log.write(EntryKind.PICTURE_PLACED, GROUND, 1)
    name = log.number
    before = digest(log.board.pages[ONE])
    cleared(log)
    log.write(EntryKind.ITEMS_ERASED, ItemsNamed((name,)), 1)
    log.write(EntryKind.ITEMS_CHANGED, ItemsChanged((name,), Matrix(e=5)), 1)
    assert digest(log.board.pages[ONE]) == before
    assert list(log.board.pages[ONE].visible_items()) == []
    assert log.undo(name).redrawn == {name}
    assert not log.board.pages[ONE].pictures[name].is_visible


# lasers, view, instruments


def point(log: Log, name: StrokeId, time_ms: int, *, is_last: bool = True) -> Changes:
    style = replace(LASER, t0_ms=time_ms)
    body = InkBody(name, 0, line(0, 2), style, is_last)
    return log.write(EntryKind.INK_BEGIN, body, 1, time_ms=time_ms)


def test_lasers_are_in_no_digest_and_no_action() -> None:
    log = Log()
    empty = digest(log.board.pages[ONE])
    assert point(log, A, 0, is_last=False) == Changes(pages={ONE}, laser=True)
    number = log.number
    assert log.more(A, 2) == Changes(pages={ONE}, laser=True)
    assert log.end(A, 4).laser
    assert log.stroke(A).x == [0, 1, 2, 3]
    page = log.board.pages[ONE]
    assert (digest(page), page.item(A), list(page.visible_items())) == (empty, None, [])
    log.assert_skipped(log.undo(number))
    assert log.write(EntryKind.ITEMS_ERASED, ItemsNamed((A,)), 1).redrawn == set()
    assert log.stroke(A).is_visible


def test_old_lasers_are_forgotten_when_a_new_one_comes() -> None:
    log = Log()
    point(log, A, 0)
    point(log, B, 0, is_last=False)
    point(log, StrokeId(103), LASERS_KEPT_MS)
    assert list(log.board.pages[ONE].lasers) == [A, B, 103]  # A ended at 8 ms
    point(log, StrokeId(104), LASERS_KEPT_MS + 9)
    assert list(log.board.pages[ONE].lasers) == [B, 103, 104]  # B goes on


def test_a_tool_that_draws_never_becomes_a_laser() -> None:
    log = Log()
    log.begin(A, is_last=False)
    log.more(A, 2)
    assert log.stroke(A).style.tool is Tool.PEN
    assert not log.board.pages[ONE].lasers


def test_view_and_instrument() -> None:
    log = Log()
    page, empty = log.board.pages[ONE], digest(log.board.pages[ONE])
    view = ViewShown(0, 0, 100, 100)
    protractor = InstrumentSet(InstrumentKind.PROTRACTOR, 5, 5, 0, 5000)
    assert log.write(EntryKind.VIEW_SHOWN, view, 1) == Changes(view=True)
    assert log.write(EntryKind.INSTRUMENT_SET, protractor, 1) == Changes(view=True)
    assert (page.view, page.instrument) == (view, protractor)
    assert digest(page) == empty
    for number in (log.number - 1, log.number):
        log.undo(number)
    assert (page.view, page.instrument) == (view, protractor)
    assert log.board.skipped == 2
    log.write(EntryKind.VIEW_SHOWN, replace(view, height=0), 1)
    log.write(EntryKind.INSTRUMENT_SET, InstrumentSet(InstrumentKind.NONE), 1)
    assert (page.view, page.instrument) == (None, None)
    log.assert_skipped(log.write(EntryKind.VIEW_SHOWN, view, 3), 3)


# the row of pages


def test_size_and_ground_are_folded_field_by_field() -> None:
    log = Log()
    page = log.board.pages[ONE]
    changed = []
    for body in (
        PageChanged(20_000, 20_000, PageKind.AXES),
        PageChanged(height=30_000),
        PageChanged(kind=PageKind.MUSIC),
    ):
        assert log.write(EntryKind.PAGE_CHANGED, body, 1) == Changes(pages={ONE}, order=True)
        changed.append(log.number)
    assert (page.width, page.height, page.kind) == (20_000, 30_000, PageKind.MUSIC)
    log.undo(changed[0])
    assert (page.width, page.height, page.kind) == (17_600, 30_000, PageKind.MUSIC)
    log.undo(changed[1])
    log.undo(changed[2])
    assert (page.width, page.height, page.kind) == (17_600, 25_000, PageKind.DOTS)


@pytest.mark.parametrize(("after", "row"), [(0, [3, 1, 2]), (1, [1, 3, 2]), (2, [1, 2, 3])])
def test_a_page_comes_behind_another(after: int, row: list[int]) -> None:
    log = Log(pages=2)
    log.write(EntryKind.PAGE_ADDED, replace(PAGE, after=PageId(after)), 3)
    assert log.board.order == row


def test_the_shown_page_goes_and_the_one_before_is_shown() -> None:
    log = Log(pages=4)
    log.write(EntryKind.PAGE_SHOWN, PageShown(), 3)
    changes = log.write(EntryKind.PAGE_DELETED, PageDeleted(), 3)
    assert changes == Changes(pages={PageId(3)}, order=True, shown=True)
    deleted = log.number
    assert (log.board.order, log.board.shown) == ([1, 2, 4], 2)
    log.assert_skipped(log.write(EntryKind.PAGE_SHOWN, PageShown(), 3))
    log.undo(deleted, page=3)
    assert (log.board.order, log.board.shown) == ([1, 2, 3, 4], 2)
    log.undo(2, page=2)  # the adding of page 2
    assert (log.board.order, log.board.shown) == ([1, 3, 4], 1)
    log.undo(1, page=1)
    assert (log.board.order, log.board.shown) == ([3, 4], 3)
    for page in (3, 4):
        log.write(EntryKind.PAGE_DELETED, PageDeleted(), page)
    assert (log.board.order, log.board.shown) == ([], 0)


def test_a_blank_adds_no_page_and_its_entries_are_skipped() -> None:
    """A private page as a pupil receives it."""
    log = Log()
    assert log.board.apply(Blank(EntryNumber(2), TEACHER, TEACHER)) == Changes()
    log.assert_skipped(log.write(EntryKind.PAGE_SHOWN, PageShown(), 2))
    assert (list(log.board.pages), log.board.order) == ([1], [1])


def row_by_the_book(
    acts: list[tuple[int, int, int | None, bool]], undone: set[int], deleted: set[int]
) -> list[int]:
    """P-8.6, written down once more: (entry, page, after, is a move) oldest first."""
    row: list[int] = []
    for number, page, after, is_move in acts:
        if number in undone or (is_move and (page not in row or after == page)):
            continue
        row = [other for other in row if other != page]
        place = 0 if after == 0 else row.index(after) + 1 if after in row else len(row)
        row.insert(place, page)
    return [page for page in row if page not in deleted]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "move", "move", "delete", "undo", "redo"]),
        st.integers(0, 30),
        st.none() | st.integers(0, 9),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_the_row_by_the_book(steps: list[tuple[str, int, int | None]]) -> None:
    log = Log(pages=0)
    acts: list[tuple[int, int, int | None, bool]] = []
    undone: set[int] = set()
    deletions: dict[int, int] = {}
    for what, pick, after in steps:
        count = len(log.board.pages)
        page = pick % max(count, 1) + 1
        known = [*((act[0], act[1]) for act in acts), *deletions.items()]
        if what == "add":
            page = count + 1
            place = None if after is None else PageId(after)
            log.write(EntryKind.PAGE_ADDED, PageAdded(9000, 9000, PageKind.BLANK, "", place), page)
            acts.append((log.number, page, after, False))
        elif what == "move" and count:
            log.write(EntryKind.PAGE_MOVED, PageMoved(PageId(after or 0)), page)
            acts.append((log.number, page, after or 0, True))
        elif what == "delete" and count:
            log.write(EntryKind.PAGE_DELETED, PageDeleted(), page)
            deletions[log.number] = page
        elif what in ("undo", "redo") and known:
            number, of_page = known[pick % len(known)]
            (undone.add if what == "undo" else undone.discard)(number)
            kind = EntryKind.UNDONE if what == "undo" else EntryKind.REDONE
            log.write(kind, ActionNamed(EntryNumber(number)), of_page)
        deleted = {page for number, page in deletions.items() if number not in undone}
        assert log.board.order == row_by_the_book(acts, undone, deleted)
        assert THE_PAGE not in log.board.order
    assert log.board.skipped == 0
