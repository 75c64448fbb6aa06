"""The reducer: every kind's branch, nonsense skipped and counted, undo and erase by the book."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.board import (
    Board,
    Changes,
    ChatLine,
    MemberState,
    TooNewError,
    digest,
)
from signaling_server.protocol.commands import Right
from signaling_server.protocol.entries import (
    ActionNamed,
    AudioMark,
    Blank,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    ItemsNamed,
    LessonBegun,
    LessonEnded,
    MemberNamed,
    PageShown,
    PicturePlaced,
    RightNamed,
    SessionAttached,
    Unknown,
)
from signaling_server.protocol.ids import TEACHER, EntryNumber, Member, PageId, StrokeId
from signaling_server.protocol.ink import NO_SAMPLES, InkBody
from signaling_server.protocol.messages import EndReason

from .logs import ONE, PAGE, TWO, A, B, Log, line
from .strategies import entries
from .worlds import STYLE, live

PUPIL = Member(2)

# life, pages, people


def test_life_of_a_lesson() -> None:
    log = Log(pages=0)
    begun, attached = LessonBegun("lesson-0001", 5), SessionAttached("session-0001", 6)
    assert log.write(EntryKind.LESSON_BEGUN, begun, author=0) == Changes(life=True)
    assert log.write(EntryKind.SESSION_ATTACHED, attached, author=0).life
    assert (log.board.lesson, log.board.session, log.board.ended) == (begun, attached, None)
    assert log.write(EntryKind.LESSON_ENDED, LessonEnded(EndReason.TIME)).life
    assert log.board.ended is EndReason.TIME
    assert log.board.skipped == 0


def test_pages_are_added_once_and_shown() -> None:
    log = Log(pages=0)
    log.assert_skipped(log.write(EntryKind.PAGE_SHOWN, PageShown(), 1))
    assert log.write(EntryKind.PAGE_ADDED, replace(PAGE, paper="neo:3/27/603/12"), 1).pages == {ONE}
    assert log.board.shown == 0
    assert log.write(EntryKind.PAGE_SHOWN, PageShown(), 1) == Changes(shown=True)
    assert log.board.shown == ONE
    page = log.board.pages[ONE]
    assert (page.width, page.height, page.paper) == (17_600, 25_000, "neo:3/27/603/12")
    log.assert_skipped(log.write(EntryKind.PAGE_ADDED, replace(PAGE, width=5_000), 1), 2)
    log.assert_skipped(log.write(EntryKind.PAGE_ADDED, PAGE, 0), 3)
    log.assert_skipped(log.write(EntryKind.PAGE_SHOWN, PageShown(), 0), 4)
    assert log.board.pages[ONE].width == 17_600
    assert log.board.shown == ONE


def test_members_and_hands() -> None:
    log = Log()
    assert log.write(EntryKind.MEMBER_JOINED, MemberNamed(PUPIL), author=0) == Changes(people=True)
    assert log.write(EntryKind.HAND_RAISED, HandRaised(), author=2, time_ms=70).people
    assert log.board.members == {PUPIL: MemberState(True, 70)}
    assert log.write(EntryKind.HAND_LOWERED, MemberNamed(PUPIL)).people
    assert log.board.members[PUPIL].hand_since_ms is None
    log.write(EntryKind.HAND_RAISED, HandRaised(), author=2, time_ms=0)
    assert log.board.members[PUPIL].hand_since_ms == 0
    log.write(EntryKind.MEMBER_LEFT, MemberNamed(PUPIL), author=0)
    assert log.board.members == {PUPIL: MemberState()}
    log.write(EntryKind.HAND_RAISED, HandRaised(), author=3, time_ms=9)
    assert list(log.board.members) == [2, 3]


def test_rights() -> None:
    log = Log()
    assert log.board.may_write(TEACHER)
    assert not log.board.may_write(PUPIL)
    log.write(EntryKind.RIGHT_GIVEN, RightNamed(PUPIL, Right.WRITE))
    assert log.board.may_write(PUPIL)
    assert not log.board.members[PUPIL].may_speak
    log.write(EntryKind.RIGHT_GIVEN, RightNamed(PUPIL, Right.SPEAK))
    log.write(EntryKind.RIGHT_TAKEN, RightNamed(PUPIL, Right.WRITE))
    assert log.board.members == {PUPIL: MemberState(may_speak=True)}
    assert not log.board.may_write(PUPIL)
    log.write(EntryKind.RIGHT_TAKEN, RightNamed(PUPIL, Right.SPEAK))
    assert log.board.members == {PUPIL: MemberState()}
    log.write(EntryKind.RIGHT_TAKEN, RightNamed(TEACHER, Right.WRITE))
    assert log.board.may_write(TEACHER)


def test_chat_and_audio_marks() -> None:
    log = Log()
    assert log.write(EntryKind.CHAT_SAID, ChatSaid("好"), author=2, time_ms=5) == Changes(chat=True)
    assert log.board.chat == [ChatLine(PUPIL, "好", 5)]
    for time_ms in (1_000, 2_000):
        mark = AudioMark(PUPIL, time_ms * 48)
        assert log.write(EntryKind.AUDIO_MARK, mark, author=0, time_ms=time_ms) == Changes()
    assert log.board.tracks == {PUPIL: [(1_000, 48_000), (2_000, 96_000)]}


def test_time_never_runs_back() -> None:
    log = Log()
    for time_ms, seen in ((50, 50), (20, 50), (60, 60)):
        log.write(EntryKind.CHAT_SAID, ChatSaid("x"), time_ms=time_ms)
        assert log.board.time_ms == seen


def test_unknown_kinds_and_blanks() -> None:
    log = Log()
    assert log.write(0x70, Unknown(b"?")) == Changes()
    for kind in (0x80, 0xFF):
        with pytest.raises(TooNewError):
            log.write(kind, Unknown(b"?"))
    assert log.board.apply(Blank(EntryNumber(9), PUPIL, 3)) == Changes()
    assert log.board.skipped == 0


# ink


def test_a_stroke_grows_and_ends() -> None:
    log = Log()
    begun = log.begin(A, 2, is_last=False)
    assert log.more(A, 2) == Changes(pages={ONE}, grown={A})
    assert log.end(A, 4, 1).grown == {A}
    stroke = log.stroke(A)
    assert stroke.x == stroke.y == stroke.force == [0, 1, 2, 3, 4]
    assert stroke.ms == [0, 8, 16, 24, 32]
    assert (stroke.begun, stroke.author, stroke.style) == (begun, TEACHER, STYLE)
    assert (stroke.has_ended, stroke.is_cut, stroke.is_visible) == (True, False, True)


def test_doubled_samples_are_dropped_and_holes_skipped() -> None:
    log = Log()
    log.begin(A, 4, is_last=False)
    log.more(A, 2, 4)
    assert log.stroke(A).x == [0, 1, 2, 3, 4, 5]
    log.more(A, 0, 3)
    assert log.stroke(A).x == [0, 1, 2, 3, 4, 5]
    log.assert_skipped(log.more(A, 7))
    assert log.end(A, 2, 2).grown == {A}
    assert (len(log.stroke(A).x), log.stroke(A).has_ended) == (6, True)


def test_ink_that_makes_no_sense() -> None:
    log = Log(pages=2)
    begin = InkBody(A, 0, line(0, 2), STYLE)
    log.assert_skipped(log.more(A, 0))
    log.assert_skipped(log.write(EntryKind.INK_BEGIN, begin, 3), 2)
    log.assert_skipped(log.write(EntryKind.INK_BEGIN, begin, 0), 3)
    log.assert_skipped(log.write(EntryKind.INK_BEGIN, replace(begin, first=1), 1), 4)
    assert not log.board.pages[ONE].strokes
    assert list(log.board.pages[ONE].actions) == [1]  # its own adding
    log.begin(A, is_last=False)
    log.assert_skipped(log.write(EntryKind.INK_BEGIN, begin, 1), 5)
    log.assert_skipped(log.more(A, 2, author=2), 6)
    log.assert_skipped(log.write(EntryKind.INK_MORE, InkBody(A, 2, line(2, 1)), 2), 7)
    log.end(A, 2)
    log.assert_skipped(log.more(A, 2), 8)
    log.assert_skipped(log.end(A, 2), 9)
    assert log.stroke(A).x == [0, 1]


def test_force_is_the_strokes_from_its_begin() -> None:
    log = Log()
    for name, has_force in ((A, True), (B, False)):
        body = InkBody(name, 0, line(0, 2, has_force), STYLE)
        log.write(EntryKind.INK_BEGIN, body, 1)
        log.write(EntryKind.INK_MORE, InkBody(name, 2, line(2, 2, not has_force)), 1)
    assert log.stroke(A).force == [0, 1, 0, 0]
    assert log.stroke(B).force is None


def test_the_lesson_cuts_anybodys_stroke_without_samples() -> None:
    log = Log()
    log.begin(A, author=2, is_last=False)
    cut = InkBody(A, 2, NO_SAMPLES, None, True, True)
    log.assert_skipped(log.write(EntryKind.INK_END, replace(cut, is_cut=False), 1, 0))
    log.assert_skipped(log.write(EntryKind.INK_END, replace(cut, samples=line(2, 1)), 1, 0), 2)
    log.assert_skipped(log.write(EntryKind.INK_END, cut, 1, 1), 3)
    assert log.write(EntryKind.INK_END, cut, 1, 0).grown == {A}
    assert (log.stroke(A).has_ended, log.stroke(A).is_cut) == (True, True)


def test_the_same_stroke_id_on_two_pages() -> None:
    log = Log(pages=2)
    log.begin(A)
    log.begin(A, 3, page=2)
    log.erase(A)
    assert not log.stroke(A).is_visible
    assert log.stroke(A, TWO).is_visible
    assert log.board.stroke(PageId(3), A) is None


# erase, restore, undo, redo


def test_erase_and_restore() -> None:
    log = Log()
    log.begin(A)
    log.begin(B)
    changes = log.write(EntryKind.ITEMS_ERASED, ItemsNamed((A, A, StrokeId(9))), 1)
    assert changes == Changes(pages={ONE}, redrawn={A})
    assert log.visible() == {B}
    log.restore(A)
    assert log.visible() == {A, B}
    log.assert_skipped(log.write(EntryKind.ITEMS_ERASED, ItemsNamed((A,)), 2))


def test_undo_of_a_stroke_while_it_is_written() -> None:
    log = Log()
    begun = log.begin(A, is_last=False)
    assert log.undo(begun) == Changes(pages={ONE}, redrawn={A})
    log.more(A, 2)
    assert log.visible() == set()
    assert log.redo(begun).redrawn == {A}
    assert log.stroke(A).x == [0, 1, 2, 3]
    assert log.visible() == {A}


def test_undo_of_erasures_in_any_order() -> None:
    log = Log()
    log.begin(A)
    first = log.erase(A)
    restored = log.restore(A)
    second = log.erase(A)
    for step, of, seen in (
        (log.undo, second, True),
        (log.undo, restored, False),
        (log.undo, first, True),
        (log.redo, restored, True),
        (log.redo, second, False),
        (log.undo, restored, False),
        (log.undo, second, True),
        (log.redo, first, False),
    ):
        step(of)
        assert log.stroke(A).is_visible == seen


def test_an_undone_begin_hides_whatever_was_restored() -> None:
    log = Log()
    begun = log.begin(A)
    log.erase(A)
    log.restore(A)
    log.undo(begun)
    assert log.visible() == set()
    log.restore(A)
    assert log.visible() == set()
    log.redo(begun)
    assert log.visible() == {A}


def test_undone_twice_counts_once() -> None:
    log = Log()
    begun = log.begin(A)
    log.undo(begun)
    assert log.undo(begun).redrawn == set()
    log.redo(begun)
    assert log.visible() == {A}
    assert log.redo(begun).redrawn == set()
    assert log.board.skipped == 0


def test_undo_of_what_is_no_action_here() -> None:
    log = Log(pages=2)
    begun = log.begin(A, is_last=False)
    log.more(A, 2)
    more = log.number
    log.undo(begun)
    undone = log.number
    for times, (of, page) in enumerate(
        [(more, 1), (undone, 1), (begun, 2), (begun, 3), (99, 1)], 1
    ):
        log.assert_skipped(log.undo(of, page), 2 * times - 1)
        log.assert_skipped(log.redo(of, page), 2 * times)


def test_pictures_come_and_go() -> None:
    log = Log()
    empty = digest(log.board.pages[ONE])
    placed = PicturePlaced("a" * 64, 1, -2, 300, 400)
    number = log.number + 1
    changed = Changes(pages={ONE}, redrawn={number})
    assert log.write(EntryKind.PICTURE_PLACED, placed, 1) == changed
    with_picture = digest(log.board.pages[ONE])
    assert log.undo(number) == changed
    assert digest(log.board.pages[ONE]) == empty != with_picture
    log.redo(number)
    assert digest(log.board.pages[ONE]) == with_picture
    log.assert_skipped(log.write(EntryKind.PICTURE_PLACED, placed, 2))


# properties

STEPS = st.lists(
    st.tuples(st.sampled_from(["begin", "erase", "restore", "undo", "redo"]), st.integers(0, 30)),
    max_size=40,
)


def visible_by_the_book(acts: list[tuple[str, int, int]], undone: set[int]) -> set[StrokeId]:
    """P-8.1, written down once more: (what, entry, stroke) oldest first."""
    seen: set[StrokeId] = set()
    for what, number, name in acts:
        if what == "begin" and number not in undone:
            newest = [w for w, n, s in acts if s == name and w != "begin" and n not in undone][-1:]
            if newest != ["erase"]:
                seen.add(StrokeId(name))
    return seen


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_visible_strokes_by_the_book(steps: list[tuple[str, int]]) -> None:
    log = Log()
    acts: list[tuple[str, int, int]] = []
    undone: set[int] = set()
    for what, pick in steps:
        names = [StrokeId(s) for w, _, s in acts if w == "begin"]
        before = log.visible()
        if what == "begin":
            name = StrokeId(len(names) + 1)
            acts.append((what, log.begin(name), name))
            continue
        if not acts:
            continue
        if what in ("erase", "restore"):
            name = names[pick % len(names)]
            acts.append((what, (log.erase if what == "erase" else log.restore)(name), name))
        else:
            number = acts[pick % len(acts)][1]
            (undone.add if what == "undo" else undone.discard)(number)
            changes = (log.undo if what == "undo" else log.redo)(number)
            assert changes.redrawn == before ^ log.visible()
        assert log.visible() == visible_by_the_book(acts, undone)
    assert log.board.skipped == 0


@st.composite
def any_entries(draw: st.DrawFn) -> list[Entry]:
    """Sense and nonsense on few pages and strokes, so that they meet."""
    out = []
    for number in range(1, draw(st.integers(1, 25)) + 1):
        entry = draw(entries(number))
        body = entry.body
        if isinstance(body, InkBody):
            body = replace(body, stroke=StrokeId(body.stroke % 3), first=body.first % 8)
        elif isinstance(body, ItemsNamed):
            body = ItemsNamed(tuple(StrokeId(s % 3) for s in body.items))
        elif isinstance(body, ActionNamed):
            body = ActionNamed(EntryNumber(body.of % 25))
        out.append(replace(entry, page=PageId(entry.page % 3), body=body))
    return [Entry(EntryKind.PAGE_ADDED, EntryNumber(0), 0, PAGE, ONE), *out]


@settings(max_examples=100, deadline=None)
@given(any_entries())
def test_no_entry_is_an_error_and_all_boards_agree(log: list[Entry]) -> None:
    """One poisoned record must not close a lesson (THREATS A30)."""
    boards = Board(), Board()
    for entry in log:
        before = boards[0].skipped
        try:
            changes = boards[0].apply(entry)
        except TooNewError:
            assert isinstance(entry.body, Unknown)
            assert entry.must_understand
            continue
        boards[1].apply(entry)
        if boards[0].skipped > before:
            assert changes == Changes()
    assert [digest(p) for p in boards[0].pages.values()] == [
        digest(p) for p in boards[1].pages.values()
    ]
    assert boards[0].skipped == boards[1].skipped
    for page in boards[0].pages.values():
        for stroke in page.strokes.values():
            assert len(stroke.x) == len(stroke.y) == len(stroke.ms)
            assert stroke.force is None or len(stroke.force) == len(stroke.x)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_nonsense_between_changes_nothing(seed: int) -> None:
    """A lesson reads the same with skipped entries among its own."""
    rng, plain, disturbed = random.Random(seed), Board(), Board()
    nonsense = 0
    for block in live(seed, 60).blocks():
        for entry in block.entries:
            if rng.random() < 0.3:
                nonsense += 1
                body = InkBody(StrokeId(2**52), 1, line(1, 2))
                bad = Entry(EntryKind.INK_MORE, entry.number, 0, body, ONE, TEACHER)
                assert disturbed.apply(bad) == Changes()
            assert plain.apply(entry) == disturbed.apply(entry)
    assert [digest(p) for p in plain.pages.values()] == [
        digest(p) for p in disturbed.pages.values()
    ]
    assert disturbed.skipped == plain.skipped + nonsense


# changes and digests


def test_changes_add_up() -> None:
    both = Changes({ONE}, {A}, set(), shown=True, chat=True)
    both.add(Changes({TWO}, {B}, {A}, people=True, life=True, was_refolded=True))
    both.add(Changes(order=True, view=True, laser=True))
    flags = {f.name: True for f in fields(Changes) if f.name not in ("pages", "grown", "redrawn")}
    assert both == Changes({ONE, TWO}, {A, B}, {A}, **flags)


def test_the_digest_tells_each_part() -> None:
    base = Log()
    base.begin(A, is_last=False)
    seen = {digest(base.board.pages[ONE])}
    steps = (
        lambda: base.more(A, 2),
        lambda: base.end(A, 4, is_cut=True),
        lambda: base.begin(B),
        lambda: base.write(EntryKind.PICTURE_PLACED, PicturePlaced("b" * 64, 0, 0, 9, 9), 1),
        lambda: base.erase(A),
    )
    for step in steps:
        step()
        seen.add(digest(base.board.pages[ONE]))
    assert len(seen) == 6
    assert len({digest(Log(2).board.pages[page]) for page in (ONE, TWO)}) == 2
