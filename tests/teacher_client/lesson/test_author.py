"""Commands to entries: rights, refusals, repeats, undo; the same author from the log again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.board import digest
from signaling_server.protocol.commands import (
    Command,
    EraseItems,
    GiveRight,
    Ink,
    LowerHand,
    RaiseHand,
    Redo,
    Refusal,
    Right,
    Say,
    TakeRight,
    Tool,
    Undo,
    WriteInk,
)
from signaling_server.protocol.entries import (
    MAX_TIME_MS,
    ActionNamed,
    EntryKind,
    MemberNamed,
    PicturePlaced,
)
from signaling_server.protocol.ids import (
    MAX_PAGE,
    NO_COMMAND,
    NOBODY,
    TEACHER,
    CommandId,
    Member,
    PageId,
    StrokeId,
    stroke_id,
)
from signaling_server.protocol.ink import InkBody
from teacher_client.lesson.author import LessonAuthor
from teacher_client.lesson.board_commands import AddPage, PutItems, ShowPage
from teacher_client.lesson.errors import RefusedError

from .lessons import OTHER, PAGE, PUPIL, Lesson, ink

STRANGER = Member(9)
PICTURE = PutItems(PAGE, pictures=(PicturePlaced("ab" * 32, 0, 0, 1000, 1000),))


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


@pytest.mark.parametrize(
    "body",
    [
        AddPage(),
        ShowPage(PAGE),
        PICTURE,
        GiveRight(PUPIL, Right.WRITE),
        GiveRight(OTHER, Right.SPEAK),
        TakeRight(OTHER, Right.SPEAK),
        LowerHand(OTHER),
        ink(PUPIL),
        EraseItems(PAGE, (stroke_id(TEACHER, 1, 1),)),
    ],
    ids=lambda body: type(body).__name__,
)
def test_a_pupil_without_rights_is_refused(lesson: Lesson, body: Command) -> None:
    lesson.does(TEACHER, ink(TEACHER))
    assert lesson.refuses(PUPIL, body) is Refusal.NO_RIGHT


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (RaiseHand(), EntryKind.HAND_RAISED),
        (LowerHand(PUPIL), EntryKind.HAND_LOWERED),
        (TakeRight(PUPIL, Right.SPEAK), EntryKind.RIGHT_TAKEN),
        (Say("问"), EntryKind.CHAT_SAID),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_every_pupil_may(lesson: Lesson, body: Command, kind: EntryKind) -> None:
    (entry,) = lesson.does(PUPIL, body)
    assert (entry.kind, entry.author, entry.command) == (kind, PUPIL, lesson.log[-1].command)
    assert entry.command != NO_COMMAND


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (ShowPage(PageId(7)), Refusal.UNKNOWN_PAGE),
        (PutItems(PageId(7)), Refusal.UNKNOWN_PAGE),
        (EraseItems(PageId(7), (StrokeId(1),)), Refusal.UNKNOWN_PAGE),
        (EraseItems(PAGE, (StrokeId(1),)), Refusal.UNKNOWN_STROKE),
        (GiveRight(STRANGER, Right.WRITE), Refusal.UNKNOWN_MEMBER),
        (TakeRight(STRANGER, Right.WRITE), Refusal.UNKNOWN_MEMBER),
        (LowerHand(STRANGER), Refusal.UNKNOWN_MEMBER),
        (Undo(), Refusal.NOTHING_TO_UNDO),
        (Redo(), Refusal.NOTHING_TO_UNDO),
        (ink(PUPIL), Refusal.NOT_YOURS),
        (ink(TEACHER, first=3), Refusal.OUT_OF_ORDER),
        (ink(TEACHER, count=0), Refusal.OUT_OF_ORDER),
    ],
)
def test_what_makes_no_sense_is_refused_even_to_the_teacher(
    lesson: Lesson, body: Command, reason: Refusal
) -> None:
    assert lesson.refuses(TEACHER, body) is reason


def test_a_page_too_many_is_refused(lesson: Lesson) -> None:
    lesson.author.board.pages[PageId(MAX_PAGE)] = lesson.author.board.pages[PAGE]
    assert lesson.refuses(TEACHER, AddPage()) is Refusal.TOO_LARGE


def test_columns_of_different_length_are_refused(lesson: Lesson) -> None:
    good = ink(TEACHER)
    bad = WriteInk(good.stroke, PAGE, Tool.PEN, Ink.INK, 70, 0, (1, 2), (1,), (1, 2))
    assert lesson.refuses(TEACHER, bad) is Refusal.INVALID
    bad = WriteInk(good.stroke, PAGE, Tool.PEN, Ink.INK, 70, 0, (1, 2), (1, 2), (1, 2), (1,))
    assert lesson.refuses(TEACHER, bad) is Refusal.INVALID


def test_ink_of_a_pupil_from_right_to_end(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    (begin,) = lesson.does(PUPIL, ink(PUPIL), now_ms=5000)
    assert begin.kind is EntryKind.INK_BEGIN
    assert isinstance(begin.body, InkBody)
    assert begin.body.style is not None
    assert begin.body.style.t0_ms == 4999  # the chunk's last sample is now
    assert lesson.refuses(PUPIL, ink(PUPIL, first=3)) is Refusal.OUT_OF_ORDER  # a hole
    assert lesson.refuses(PUPIL, ink(PUPIL)) is Refusal.OUT_OF_ORDER  # begun already
    assert lesson.does(PUPIL, ink(PUPIL, first=2))[0].kind is EntryKind.INK_MORE
    (end,) = lesson.does(PUPIL, ink(PUPIL, first=4, count=0, is_last=True))
    assert end.kind is EntryKind.INK_END
    assert lesson.refuses(PUPIL, ink(PUPIL, first=4)) is Refusal.OUT_OF_ORDER  # it ended
    lesson.does(PUPIL, TakeRight(PUPIL, Right.WRITE))
    assert lesson.refuses(PUPIL, ink(PUPIL, counter=2)) is Refusal.NO_RIGHT
    assert lesson.author.board.skipped == 0


def test_a_pupil_erases_own_strokes_only_the_teacher_any(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    mine = lesson.does(PUPIL, ink(PUPIL))[0].body
    yours = lesson.does(TEACHER, ink(TEACHER))[0].body
    assert isinstance(mine, InkBody)
    assert isinstance(yours, InkBody)
    both = EraseItems(PAGE, (mine.stroke, yours.stroke))
    assert lesson.refuses(PUPIL, both) is Refusal.NOT_YOURS
    lesson.does(PUPIL, EraseItems(PAGE, (mine.stroke,)))
    assert lesson.visible() == [yours.stroke]
    lesson.does(TEACHER, both)
    assert lesson.visible() == []


def test_a_repeated_command_is_carried_out_once(lesson: Lesson) -> None:
    command = CommandId(77)
    first = lesson.author.carry_out(PUPIL, command, Say("一"), 0)
    assert len(first) == 1
    assert lesson.author.carry_out(PUPIL, command, Say("一"), 0) == []
    assert lesson.author.has_carried_out(PUPIL, command)
    assert not lesson.author.has_carried_out(OTHER, command)
    assert len(lesson.author.carry_out(OTHER, command, Say("二"), 0)) == 1  # ids are per member
    again = LessonAuthor([*lesson.log, *first])
    assert again.carry_out(PUPIL, command, Say("一"), 0) == []


def test_the_windows_commands_have_no_id_and_count_each_time(lesson: Lesson) -> None:
    for _ in range(2):
        assert lesson.author.carry_out(TEACHER, NO_COMMAND, Say("好"), 0)
    assert len(lesson.author.board.chat) == 2


def test_undo_and_redo_are_each_authors_own(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    teachers, pupils = stroke_id(TEACHER, 1, 1), stroke_id(PUPIL, 1, 1)
    lesson.does(TEACHER, ink(TEACHER))
    lesson.does(PUPIL, ink(PUPIL))
    (undone,) = lesson.does(TEACHER, Undo())
    assert undone.page == PAGE
    assert isinstance(undone.body, ActionNamed)
    assert lesson.visible() == [pupils]
    assert lesson.refuses(TEACHER, Undo()) is Refusal.NOTHING_TO_UNDO
    lesson.does(PUPIL, Undo())
    lesson.does(TEACHER, Redo())
    assert lesson.visible() == [teachers]
    assert lesson.refuses(TEACHER, Redo()) is Refusal.NOTHING_TO_UNDO
    lesson.does(PUPIL, Redo())
    assert lesson.visible() == [teachers, pupils]


def test_a_new_action_clears_redo_for_its_author_only(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    for member in (TEACHER, PUPIL):
        lesson.does(member, ink(member))
        lesson.does(member, Undo())
    lesson.does(TEACHER, ink(TEACHER, counter=2))
    assert lesson.refuses(TEACHER, Redo()) is Refusal.NOTHING_TO_UNDO
    lesson.does(PUPIL, Redo())


def test_undo_wants_the_right_to_write(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    lesson.does(PUPIL, ink(PUPIL))
    lesson.does(TEACHER, TakeRight(PUPIL, Right.WRITE))
    assert lesson.refuses(PUPIL, Undo()) is Refusal.NO_RIGHT


def test_undo_of_an_erasure_and_of_a_picture(lesson: Lesson) -> None:
    name = stroke_id(TEACHER, 1, 1)
    lesson.does(TEACHER, ink(TEACHER))
    lesson.does(TEACHER, EraseItems(PAGE, (name,)))
    assert lesson.visible() == []
    lesson.does(TEACHER, Undo())
    assert lesson.visible() == [name]
    (placed,) = lesson.does(TEACHER, PICTURE)
    lesson.does(TEACHER, Undo())
    assert not lesson.author.board.pages[PAGE].pictures[placed.number].is_visible


def test_pages_are_numbered_in_order_and_shown(lesson: Lesson) -> None:
    added, shown = lesson.does(TEACHER, AddPage())
    assert (added.page, shown.page, lesson.author.board.shown) == (2, 2, 2)
    lesson.does(TEACHER, ShowPage(PAGE))
    assert lesson.author.board.shown == PAGE


def test_a_sheet_of_paper_has_one_page(lesson: Lesson) -> None:
    author = lesson.author
    page, entries = author.page_for_paper("neo:3/27/603/12", (10_000, 20_000), 50)
    assert [e.kind for e in entries] == [EntryKind.PAGE_ADDED, EntryKind.PAGE_SHOWN]
    assert (page, author.board.shown) == (2, 2)
    assert author.page_for_paper("neo:3/27/603/12", (10_000, 20_000), 60) == (page, [])
    other, _ = author.page_for_paper("neo:3/27/603/13", (10_000, 20_000), 70)
    assert other == 3
    back, entries = author.page_for_paper("neo:3/27/603/12", (10_000, 20_000), 80)
    assert (back, [e.kind for e in entries]) == (page, [EntryKind.PAGE_SHOWN])


def test_open_strokes_are_cut_in_the_lessons_name(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    lesson.does(TEACHER, ink(TEACHER))
    lesson.does(PUPIL, ink(PUPIL))
    ended = lesson.does(PUPIL, ink(PUPIL, counter=2, is_last=True))
    assert lesson.author.cut_strokes(PUPIL, 1, 2000) == []  # of this connection
    (cut,) = lesson.author.cut_strokes(PUPIL, 2, 2000)
    assert (cut.author, cut.page, cut.kind) == (NOBODY, PAGE, EntryKind.INK_END)
    stroke = lesson.author.board.pages[PAGE].strokes[stroke_id(PUPIL, 1, 1)]
    assert (stroke.has_ended, stroke.is_cut) == (True, True)
    assert isinstance(ended[0].body, InkBody)
    assert not lesson.author.board.pages[PAGE].strokes[ended[0].body.stroke].is_cut
    assert len(lesson.author.cut_strokes(TEACHER, None, 2000)) == 1
    assert lesson.author.cut_strokes(TEACHER, None, 2000) == []
    assert lesson.author.board.skipped == 0


def test_time_never_goes_back_and_stays_in_range(lesson: Lesson) -> None:
    lesson.author.write(EntryKind.MEMBER_LEFT, MemberNamed(OTHER), 9000)
    assert lesson.author.write(EntryKind.MEMBER_LEFT, MemberNamed(OTHER), 10).time_ms == 9000
    late = lesson.author.write(EntryKind.MEMBER_LEFT, MemberNamed(OTHER), 2 * MAX_TIME_MS)
    assert late.time_ms == MAX_TIME_MS


members = st.sampled_from([TEACHER, PUPIL, OTHER])
commands = st.one_of(
    st.builds(
        ink,
        members,
        st.integers(1, 4),
        st.sampled_from([0, 2, 4]),
        st.integers(0, 2),
        is_last=st.booleans(),
    ),
    st.builds(
        lambda who, counter: EraseItems(PAGE, (stroke_id(who, 1, counter),)),
        members,
        st.integers(1, 4),
    ),
    st.just(Undo()),
    st.just(Redo()),
    st.builds(GiveRight, members, st.sampled_from(Right)),
    st.builds(TakeRight, members, st.sampled_from(Right)),
    st.builds(ShowPage, st.integers(1, 3).map(PageId)),
    st.just(AddPage()),
    st.just(PICTURE),
    st.just(RaiseHand()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(members, commands), max_size=40), st.integers(0, 40))
def test_folding_the_log_gives_the_same_author(
    asked: list[tuple[Member, Command]], cut: int
) -> None:
    """An engine that starts again goes on as the one before would have."""
    lesson = Lesson()
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    for index, (member, body) in enumerate(asked):
        if index == cut:
            lesson.author = LessonAuthor(lesson.log)
        try:
            lesson.does(member, body)
        except RefusedError:
            continue
    assert [e.number for e in lesson.log] == list(range(1, len(lesson.log) + 1))
    assert lesson.author.board.skipped == 0  # nothing it writes is nonsense
    again = LessonAuthor(lesson.log)
    assert again.next_number == lesson.author.next_number
    for page in lesson.author.board.pages.values():
        assert digest(again.board.pages[page.number]) == digest(page)
    for member in (TEACHER, PUPIL, OTHER):
        for body in (Undo(), Redo()):
            assert _outcome(again, member, body) == _outcome(lesson.author, member, body)


def _outcome(author: LessonAuthor, member: Member, body: Command) -> object:
    try:
        return author.carry_out(member, NO_COMMAND, body, 10**6)
    except RefusedError as exc:
        return exc.reason


def test_steps_of_the_author_itself_are_new_also_after_a_restart(lesson: Lesson) -> None:
    lesson.does(TEACHER, AddPage())
    steps = [lesson.author.new_step(), lesson.author.new_step()]
    assert len({*steps, lesson.log[-1].command}) == 3
    assert LessonAuthor(lesson.log).new_step() not in {e.command for e in lesson.log}
