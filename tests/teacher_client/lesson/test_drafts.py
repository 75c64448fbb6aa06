"""What board commands become: by command, by random lessons, and as pupils receive it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.commands import (
    Command,
    EraseItems,
    EraseParts,
    GiveRight,
    Ink,
    PageKind,
    Redo,
    Refusal,
    Right,
    StrokePart,
    Tool,
    Undo,
)
from signaling_server.protocol.entries import (
    MAX_BODY_BYTES,
    EntryKind,
    InstrumentKind,
    InstrumentSet,
    PicturePlaced,
    TextKind,
    TextPlaced,
    ViewShown,
)
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, PageId, stroke_connection
from signaling_server.protocol.matrix import ONE, Matrix
from signaling_server.protocol.schema import dumps, encode
from teacher_client.lesson.author import LessonAuthor
from teacher_client.lesson.board_commands import (
    AddPage,
    BoardCommand,
    ChangeAudience,
    ChangeItems,
    ChangePage,
    ClearPage,
    CopyItems,
    CopyPage,
    DeletePage,
    GrowPage,
    MovePage,
    PutItems,
    PutStroke,
    SetInstrument,
    ShowPage,
    ShowView,
)
from teacher_client.lesson.drafts import CHANGED_AT_ONCE, GROWS, WRITTEN_CONNECTION
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.history import History

from .lessons import OTHER, PAGE, PUPIL, Lesson, ink, looks

TWO, THREE = PageId(2), PageId(3)
TURN = Matrix(0, ONE, -ONE, 0, 5000, 100)
TEXT = TextPlaced("配方", 300, 400, 2000, 700, 500, Ink.RED)
PICTURE = PicturePlaced("ab" * 32, 100, 200, 3000, 1500)
GROUND = replace(PICTURE, is_ground=True)
PUT = PutStroke(Tool.FINELINER, Ink.BLUE, 40, (0, 100, 200), (7, 7, 7))


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


def kinds(lesson: Lesson, command: Command | BoardCommand) -> list[EntryKind]:
    return [EntryKind(entry.kind) for entry in lesson.does(TEACHER, command)]


# pages


def test_a_page_is_added_where_asked_and_one_undo_takes_it_back(lesson: Lesson) -> None:
    lesson.does(TEACHER, AddPage())
    lesson.does(TEACHER, AddPage(20_000, 30_000, PageKind.MUSIC, after=PAGE))
    assert lesson.board.order == [1, 3, 2]
    page = lesson.page(3)
    assert (page.width, page.height, page.kind) == (20_000, 30_000, PageKind.MUSIC)
    assert lesson.board.shown == 3
    lesson.does(TEACHER, Undo())
    assert (lesson.board.order, lesson.board.shown) == ([1, 2], 1)
    lesson.does(TEACHER, Redo())
    assert (lesson.board.order, lesson.board.shown) == ([1, 3, 2], 3)
    assert lesson.board.skipped == 0


def test_pages_move_and_go_and_come_back(lesson: Lesson) -> None:
    for _ in range(2):
        lesson.does(TEACHER, AddPage())
    lesson.does(TEACHER, MovePage(PAGE, THREE))
    assert lesson.board.order == [2, 3, 1]
    lesson.does(TEACHER, MovePage(THREE, PageId(0)))
    assert lesson.board.order == [3, 2, 1]
    assert lesson.refuses(TEACHER, MovePage(THREE, THREE)) is Refusal.UNKNOWN_PAGE
    assert lesson.refuses(TEACHER, MovePage(THREE, PageId(9))) is Refusal.UNKNOWN_PAGE
    lesson.does(TEACHER, ShowPage(TWO))
    lesson.does(TEACHER, DeletePage(TWO))
    assert (lesson.board.order, lesson.board.shown) == ([3, 1], 3)
    for command in (ShowPage(TWO), DeletePage(TWO), ClearPage(TWO), MovePage(PAGE, TWO)):
        assert lesson.refuses(TEACHER, command) is Refusal.UNKNOWN_PAGE
    assert lesson.refuses(TEACHER, ink(TEACHER, page=TWO)) is Refusal.UNKNOWN_PAGE
    lesson.does(TEACHER, Undo())
    assert (lesson.board.order, lesson.board.shown) == ([3, 2, 1], 2)


def test_size_and_ground_change_apart_from_growing(lesson: Lesson) -> None:
    page = lesson.page()
    lesson.does(TEACHER, ChangePage(PAGE, page.width, page.height, PageKind.AXES))
    lesson.does(TEACHER, GrowPage(PAGE, 40_000))
    assert (page.height, page.kind) == (40_000, PageKind.AXES)
    assert lesson.refuses(TEACHER, GrowPage(PAGE, 40_000)) is Refusal.INVALID
    lesson.does(TEACHER, Undo())  # of the ground: growing is no step
    assert (page.height, page.kind) == (40_000, PageKind.DOTS)
    assert lesson.refuses(TEACHER, Undo()) is Refusal.NOTHING_TO_UNDO


def test_a_copy_of_a_page_looks_the_same(lesson: Lesson) -> None:
    name = lesson.draws(1, 8)
    lesson.does(TEACHER, EraseParts(PAGE, (StrokePart(name, 2, 5),)))
    lesson.does(TEACHER, PutItems(PAGE, (), (PUT,), (TEXT,), (PICTURE, GROUND)))
    (text,) = lesson.page().texts
    picture = next(iter(lesson.page().pictures))
    lesson.does(TEACHER, ChangeItems(PAGE, (text, picture), TURN, ink=Ink.GREEN))
    hidden = lesson.draws(2)
    lesson.does(TEACHER, EraseItems(PAGE, (hidden,)))
    lesson.does(TEACHER, CopyPage(PAGE))
    assert (lesson.board.order, lesson.board.shown) == ([1, 2], 2)
    page, copy = lesson.page(1), lesson.page(2)
    runs = [s.x[a:b] for s in page.strokes.values() if s.is_visible for a, b in s.runs()]
    assert [s.x for s in copy.strokes.values()] == runs == [[0, 1, 2], [4, 5, 6, 7], [0, 100, 200]]
    boxes = sorted(p.corners for p in page.pictures.values())
    assert sorted(p.corners for p in copy.pictures.values()) == boxes
    assert [p.body.is_ground for p in copy.pictures.values()] == [True, False]
    (mine,), (theirs,) = page.texts.values(), copy.texts.values()
    assert (theirs.corners, theirs.ink, theirs.body.text) == (mine.corners, Ink.GREEN, "配方")
    lesson.does(TEACHER, Undo())
    assert (lesson.board.order, lesson.board.shown) == ([1], 1)


def test_clearing_is_one_step_and_leaves_the_ground(lesson: Lesson) -> None:
    lesson.does(TEACHER, PutItems(PAGE, (), (PUT, PUT), (TEXT,), (PICTURE, GROUND)))
    before = digest(lesson.page())
    lesson.does(TEACHER, ClearPage(PAGE))
    assert list(lesson.page().visible_items()) == []
    assert [p.is_visible for p in lesson.page().pictures.values()] == [False, True]
    lesson.does(TEACHER, Undo())
    assert digest(lesson.page()) == before


# items


def test_puts_are_one_step_with_what_they_replace(lesson: Lesson) -> None:
    name = lesson.draws(1)
    entries = lesson.does(TEACHER, PutItems(PAGE, (name,), (PUT,), (TEXT,), (PICTURE,)))
    assert [e.kind for e in entries] == [
        EntryKind.ITEMS_ERASED,
        EntryKind.INK_BEGIN,
        EntryKind.PICTURE_PLACED,
        EntryKind.TEXT_PLACED,
    ]
    stroke = list(lesson.page().strokes.values())[1]
    assert (stroke.x, stroke.force, stroke.has_ended) == ([0, 100, 200], None, True)
    assert stroke_connection(stroke.id) == WRITTEN_CONNECTION
    lesson.does(TEACHER, Undo())
    assert lesson.visible() == [name]
    assert not any(item.is_visible for item in lesson.page().texts.values())
    lesson.does(TEACHER, Redo())
    assert name not in lesson.visible()
    assert len(list(lesson.page().visible_items())) == 3


def test_a_long_stroke_is_put_in_pieces(lesson: Lesson) -> None:
    x = tuple(range(1200))
    force = tuple(step % 1024 for step in x)
    entries = lesson.does(TEACHER, PutItems(PAGE, (), (replace(PUT, x=x, y=x, force=force),)))
    assert [e.kind for e in entries] == [
        EntryKind.INK_BEGIN,
        EntryKind.INK_MORE,
        EntryKind.INK_END,
    ]
    (stroke,) = lesson.page().strokes.values()
    assert (tuple(stroke.x), tuple(stroke.force or ()), stroke.has_ended) == (x, force, True)
    lesson.does(TEACHER, Undo())
    assert lesson.visible() == []


def test_more_items_than_an_entry_names_are_one_step(lesson: Lesson) -> None:
    for _ in range(3):
        lesson.does(TEACHER, PutItems(PAGE, (), (PUT,) * 400))
    names = tuple(lesson.page().strokes)
    times = -(-1200 // CHANGED_AT_ONCE)
    assert kinds(lesson, ChangeItems(PAGE, names, TURN)) == [EntryKind.ITEMS_CHANGED] * times
    assert kinds(lesson, PutItems(PAGE, names)) == [EntryKind.ITEMS_ERASED] * 3
    assert lesson.visible() == []
    lesson.does(TEACHER, Undo())
    lesson.does(TEACHER, Undo())
    assert {tuple(s.x) for s in lesson.page().strokes.values() if s.is_visible} == {PUT.x}


@pytest.mark.parametrize(
    "matrix",
    [Matrix(), Matrix(e=700, f=-900), TURN, Matrix(e=-150_000), Matrix(c=400_000)],
    ids=["same place", "moved", "turned", "far left", "sheared"],
)
def test_copies_land_where_the_matrix_takes_them(lesson: Lesson, matrix: Matrix) -> None:
    """Also of items that lie turned and scaled already."""
    lesson.does(TEACHER, AddPage())
    lesson.does(TEACHER, PutItems(PAGE, (), (PUT,), (TEXT,), (PICTURE,)))
    names = tuple(lesson.page().visible_items())
    lesson.does(TEACHER, ChangeItems(PAGE, names, Matrix(1_200_000, -500_000, 500_000, 1_200_000)))
    lesson.does(TEACHER, CopyItems(PAGE, names, TWO, matrix))
    page, copy = lesson.page(1), lesson.page(2)
    for mine, theirs in (
        *zip(page.pictures.values(), copy.pictures.values(), strict=True),
        *zip(page.texts.values(), copy.texts.values(), strict=True),
    ):
        x, y = matrix.columns([p[0] for p in mine.corners], [p[1] for p in mine.corners])
        for (x1, y1), x2, y2 in zip(theirs.corners, x, y, strict=True):
            assert max(abs(x1 - x2), abs(y1 - y2)) <= 1
    (stroke,), (copied,) = page.strokes.values(), copy.strokes.values()
    assert (copied.x, copied.y) == matrix.columns(stroke.x, stroke.y)
    lesson.does(TEACHER, Undo())
    assert list(copy.visible_items()) == []
    assert lesson.board.skipped == 0


def test_an_upright_copy_is_just_placed(lesson: Lesson) -> None:
    lesson.does(TEACHER, PutItems(PAGE, (), (), (TEXT,), (PICTURE,)))
    names = tuple(lesson.page().visible_items())
    copied = kinds(lesson, CopyItems(PAGE, names, PAGE, Matrix(e=50)))
    assert copied == [EntryKind.PICTURE_PLACED, EntryKind.TEXT_PLACED]


def test_what_is_cut_can_be_pasted(lesson: Lesson) -> None:
    """The clipboard names items that are hidden by then."""
    name = lesson.draws(1)
    lesson.does(TEACHER, PutItems(PAGE, (name,)))
    lesson.does(TEACHER, CopyItems(PAGE, (name,), PAGE, Matrix(e=10)))
    (copy,) = (s for s in lesson.page().strokes.values() if s.is_visible)
    assert copy.x == [10, 11, 12, 13, 14, 15]


def text_of(size: int) -> TextPlaced:
    """A text whose entry's body takes so many bytes."""
    text = replace(TEXT, text="灯" * 800, outline="M")
    return replace(text, outline="M" * (size + 1 - len(dumps(encode(text)).encode())))


def test_the_largest_text_fits_an_entry_wherever_it_is_copied(lesson: Lesson) -> None:
    lesson.does(TEACHER, PutItems(PAGE, (), (), (text_of(MAX_BODY_BYTES - GROWS),)))
    name = next(iter(lesson.board.pages[PAGE].texts))
    far = Matrix(e=-90_000, f=-90_000)
    copy = lesson.does(TEACHER, CopyItems(PAGE, (name,), PAGE, far))[0].body
    assert isinstance(copy, TextPlaced)
    assert MAX_BODY_BYTES - GROWS < len(dumps(encode(copy)).encode()) <= MAX_BODY_BYTES


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (PutItems(PAGE, (5,)), Refusal.UNKNOWN_STROKE),
        (ChangeItems(PAGE, (5,)), Refusal.UNKNOWN_STROKE),
        (CopyItems(PAGE, (5,), PAGE), Refusal.UNKNOWN_STROKE),
        (CopyItems(PAGE, (5,), TWO), Refusal.UNKNOWN_PAGE),
        (PutItems(PAGE, (), (replace(PUT, x=(1,)),)), Refusal.INVALID),
        (PutItems(PAGE, (), (replace(PUT, force=(1,)),)), Refusal.INVALID),
        (PutItems(PAGE, (), (replace(PUT, tool=Tool.LASER),)), Refusal.INVALID),
        (
            PutItems(PAGE, (), (), (replace(TEXT, text="灯" * 2000, outline="M" * 14_000),)),
            Refusal.TOO_LARGE,
        ),
        (PutItems(PAGE, (), (), (text_of(MAX_BODY_BYTES),)), Refusal.TOO_LARGE),
    ],
)
def test_what_makes_no_sense_is_refused(
    lesson: Lesson, command: BoardCommand, reason: Refusal
) -> None:
    assert lesson.refuses(TEACHER, command) is reason


def test_the_ground_is_nobodys_to_touch(lesson: Lesson) -> None:
    lesson.does(TEACHER, PutItems(PAGE, (), (), (), (GROUND,)))
    (name,) = lesson.page().pictures
    for command in (
        PutItems(PAGE, (name,)),
        ChangeItems(PAGE, (name,), TURN),
        EraseItems(PAGE, (name,)),
    ):
        assert lesson.refuses(TEACHER, command) is Refusal.NOT_ALLOWED
    lesson.does(TEACHER, Undo())  # of its placing
    assert not lesson.page().pictures[name].is_visible


def test_view_and_instrument_are_no_steps(lesson: Lesson) -> None:
    view = ViewShown(10, 20, 5000, 4000)
    ruler = InstrumentSet(InstrumentKind.RULER, 100, 100, 4500, 15_000)
    lesson.does(TEACHER, ShowView(PAGE, view))
    lesson.does(TEACHER, SetInstrument(PAGE, ruler))
    assert (lesson.page().view, lesson.page().instrument) == (view, ruler)
    lesson.does(TEACHER, SetInstrument(PAGE, InstrumentSet(InstrumentKind.NONE)))
    lesson.does(TEACHER, ShowView(PAGE, ViewShown()))
    assert (lesson.page().view, lesson.page().instrument) == (None, None)
    assert lesson.refuses(TEACHER, Undo()) is Refusal.NOTHING_TO_UNDO


def test_a_laser_points_and_is_no_step(lesson: Lesson) -> None:
    lesson.does(TEACHER, ink(TEACHER, tool=Tool.LASER))
    lesson.does(TEACHER, ink(TEACHER, first=2, tool=Tool.LASER, is_last=True))
    assert [len(s.x) for s in lesson.page().lasers.values()] == [4]
    assert not lesson.page().strokes
    assert lesson.refuses(TEACHER, Undo()) is Refusal.NOTHING_TO_UNDO
    (name,) = lesson.page().lasers
    assert lesson.refuses(TEACHER, EraseItems(PAGE, (name,))) is Refusal.UNKNOWN_STROKE


def test_an_undo_shows_the_page_where_it_did_something(lesson: Lesson) -> None:
    lesson.draws(1)
    lesson.does(TEACHER, AddPage())
    lesson.draws(2, page=TWO)
    lesson.does(TEACHER, ShowPage(PAGE))
    assert kinds(lesson, Undo()) == [EntryKind.UNDONE, EntryKind.PAGE_SHOWN]
    assert lesson.board.shown == TWO
    assert kinds(lesson, Redo()) == [EntryKind.REDONE]  # it is shown already


def test_ink_between_the_pieces_of_a_long_command_is_a_step_of_its_own(lesson: Lesson) -> None:
    lesson.does(TEACHER, PutItems(PAGE, (), (PUT,) * 5, (TEXT,)))
    names = tuple(lesson.page().visible_items())
    before = digest(lesson.page())
    going = lesson.author.begin(TEACHER, NO_COMMAND, CopyItems(PAGE, names, PAGE, TURN), 2000)
    lesson.log += [next(going), next(going)]
    lesson.draws(1)
    lesson.log += going
    assert len(list(lesson.page().visible_items())) == 13
    lesson.does(TEACHER, Undo())
    assert len(list(lesson.page().visible_items())) == 12
    lesson.does(TEACHER, Undo())
    assert digest(lesson.page()) == before
    assert looks(LessonAuthor(lesson.log).board) == looks(lesson.board)


def test_a_long_command_undone_before_its_end_stays_hidden(lesson: Lesson) -> None:
    lesson.draws(1)
    before = digest(lesson.page())
    going = lesson.author.begin(TEACHER, NO_COMMAND, PutItems(PAGE, (), (PUT,) * 3), 2000)
    next(going)
    lesson.does(TEACHER, Undo())
    assert len(list(going)) == 2
    assert digest(lesson.page()) == before
    lesson.does(TEACHER, Redo())
    assert len(lesson.visible()) == 4


# what pupils may, and what they receive


def test_pupils_rub_out_parts_of_own_strokes_only(lesson: Lesson) -> None:
    teachers = lesson.draws(1)
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    (begun,) = lesson.does(PUPIL, ink(PUPIL, count=6, is_last=True))
    (mine,) = (name for name in lesson.page().strokes if name != teachers)
    both = EraseParts(PAGE, (StrokePart(mine, 0, 3), StrokePart(teachers, 0, 3)))
    assert lesson.refuses(PUPIL, both) is Refusal.NOT_YOURS
    lesson.does(TEACHER, PutItems(PAGE, (), (), (TEXT,)))
    (text,) = lesson.page().texts
    assert lesson.refuses(PUPIL, EraseItems(PAGE, (text,))) is Refusal.NOT_YOURS
    lesson.does(PUPIL, EraseParts(PAGE, both.parts[:1]))
    assert lesson.page().strokes[mine].gaps == ((0, 3),)
    lesson.does(PUPIL, Undo())
    assert lesson.page().strokes[mine].gaps == ()
    assert lesson.page().strokes[mine].begun == begun.number


def test_pupils_have_no_laser_no_board_command_and_no_private_page(lesson: Lesson) -> None:
    lesson.does(TEACHER, GiveRight(PUPIL, Right.WRITE))
    lesson.does(TEACHER, AddPage(is_private=True))
    assert lesson.refuses(PUPIL, ink(PUPIL, tool=Tool.LASER)) is Refusal.NO_RIGHT
    assert lesson.refuses(PUPIL, ink(PUPIL, page=TWO)) is Refusal.UNKNOWN_PAGE
    assert lesson.refuses(PUPIL, EraseItems(TWO, (5,))) is Refusal.UNKNOWN_PAGE
    for command in (ClearPage(PAGE), GrowPage(PAGE, 30_000), CopyPage(PAGE), ShowPage(TWO)):
        assert lesson.refuses(PUPIL, command) is Refusal.NO_RIGHT


def test_pupils_never_receive_a_private_page_until_it_is_revealed(lesson: Lesson) -> None:
    lesson.does(TEACHER, AddPage(is_private=True))
    secret = replace(TEXT, text="answer: 42", kind=TextKind.FORMULA)
    lesson.does(TEACHER, PutItems(TWO, (), (PUT,), (secret,), (PICTURE,)))
    lesson.does(TEACHER, ChangeItems(TWO, tuple(lesson.page(2).visible_items()), TURN))
    lesson.draws(1, page=TWO)
    lesson.does(TEACHER, ShowView(TWO, ViewShown(0, 0, 100, 100)))
    lesson.does(TEACHER, ClearPage(TWO))
    lesson.does(TEACHER, Undo())
    board, mail = lesson.received_by(PUPIL)
    assert (board.order, board.shown, list(board.pages)) == ([1], 1, [1])
    assert b"42" not in mail
    assert b"ab" * 32 not in mail

    before = [tuple(s.x) for s in lesson.page(2).strokes.values()]
    lesson.does(TEACHER, ChangeAudience(TWO, is_private=False))
    board, mail = lesson.received_by(PUPIL)
    assert (board.order, board.shown) == ([1, 3], 3)
    assert (lesson.board.order, lesson.board.shown) == ([1, 3], 3)
    assert digest(board.pages[THREE]) == digest(lesson.page(3))
    assert [tuple(s.x) for s in board.pages[THREE].strokes.values()] == before
    assert [t.body.text for t in board.pages[THREE].texts.values()] == ["answer: 42"]
    lesson.does(TEACHER, Undo())
    assert (lesson.board.order, lesson.board.shown) == ([1, 2], 2)
    board, _mail = lesson.received_by(PUPIL)
    assert (board.order, board.shown) == ([1], 1)


def test_a_private_page_of_another_board_comes_in_private(lesson: Lesson) -> None:
    prepared = Lesson()
    prepared.does(TEACHER, AddPage(is_private=True))
    prepared.does(TEACHER, PutItems(TWO, (), (PUT,), (replace(TEXT, text="answer: 42"),)))
    author = lesson.author
    _number, entries = author.bring_page(
        prepared.page(2), None, author.new_step(), 2000, is_shown=True
    )
    lesson.log += entries
    assert [t.body.text for t in lesson.page(2).texts.values()] == ["answer: 42"]
    assert (lesson.board.order, lesson.board.shown) == ([1, 2], 2)
    board, mail = lesson.received_by(PUPIL)
    assert (board.order, board.shown) == ([1], 1)
    assert b"42" not in mail


def test_a_page_made_private_goes_from_the_pupils(lesson: Lesson) -> None:
    lesson.does(TEACHER, AddPage())
    lesson.draws(1, page=TWO)
    lesson.does(TEACHER, ChangeAudience(TWO, is_private=True))
    assert (lesson.board.order, lesson.board.shown) == ([1, 3], 3)
    board, _mail = lesson.received_by(PUPIL)
    assert (board.order, board.shown) == ([1], 1)
    assert kinds(lesson, ChangeAudience(THREE, is_private=True)) == []


def test_pages_behind_a_private_one_stand_right_for_pupils(lesson: Lesson) -> None:
    lesson.does(TEACHER, AddPage())
    lesson.does(TEACHER, AddPage(after=PAGE, is_private=True))
    lesson.does(TEACHER, AddPage(after=THREE))
    assert lesson.board.order == [1, 3, 4, 2]
    assert lesson.received_by(PUPIL)[0].order == [1, 4, 2]
    lesson.does(TEACHER, MovePage(TWO, THREE))
    assert lesson.board.order == [1, 3, 2, 4]
    assert lesson.received_by(PUPIL)[0].order == [1, 2, 4]
    lesson.does(TEACHER, Undo())
    lesson.does(TEACHER, Undo())
    assert lesson.board.order == [1, 3, 2]
    assert lesson.received_by(PUPIL)[0].order == [1, 2]


def test_pupils_are_told_what_comes_in_a_private_pages_place(lesson: Lesson) -> None:
    for _ in range(2):
        lesson.does(TEACHER, AddPage())
    lesson.does(TEACHER, AddPage(after=PAGE, is_private=True))
    assert lesson.received_by(PUPIL)[0].shown == 3
    lesson.does(TEACHER, DeletePage(PageId(4)))
    assert lesson.board.shown == lesson.received_by(PUPIL)[0].shown == 1


# random lessons


@st.composite
def board_commands(draw: st.DrawFn, board: Board) -> BoardCommand:
    """A command that mostly makes sense on this board."""
    number = draw(st.sampled_from(board.order or [PAGE]))
    page = board.pages[number]
    items = [*page.strokes, *page.pictures, *page.texts]
    some = st.lists(st.sampled_from(items or [9]), min_size=1, max_size=4, unique=True).map(tuple)
    any_page = st.sampled_from([PageId(0), *board.pages])
    matrix = st.sampled_from([None, TURN, Matrix(e=900), Matrix(500_000, 0, 0, 500_000)])
    put = PutItems(number, (), (PUT,), (TEXT,), (PICTURE, GROUND))
    options: list[st.SearchStrategy[BoardCommand]] = [
        st.builds(AddPage, after=st.none() | any_page, is_private=st.booleans()),
        st.builds(ShowPage, any_page),
        st.builds(MovePage, st.just(number), any_page),
        st.builds(DeletePage, st.just(number)),
        st.builds(ChangePage, st.just(number), kind=st.sampled_from(PageKind), **SIZE),
        st.builds(CopyPage, st.just(number)),
        st.builds(ChangeAudience, st.just(number), st.booleans()),
        st.builds(ClearPage, st.just(number)),
        st.just(put),
        st.builds(PutItems, st.just(number), some),
        st.builds(ChangeItems, st.just(number), some, matrix, ink=st.none() | st.just(Ink.RED)),
        st.builds(CopyItems, st.just(number), some, any_page, st.just(TURN)),
    ]
    return draw(st.one_of(options))


SIZE = {"width": st.integers(2000, 30_000), "height": st.just(25_000)}


def assert_pupils_see_the_same(lesson: Lesson) -> None:
    pupil, teacher = lesson.received_by(OTHER)[0], lesson.board
    public = [n for n, page in teacher.pages.items() if not page.is_private]
    assert list(pupil.pages) == public
    assert pupil.order == [n for n in teacher.order if n in public]
    assert [digest(p) for p in pupil.pages.values()] == [digest(teacher.pages[n]) for n in public]
    if teacher.shown in public:
        assert pupil.shown == teacher.shown
    assert pupil.skipped == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_step_is_taken_back_and_done_again(data: st.DataObject) -> None:
    """Undo of everything, newest first, shows what was there before; redo what was after."""
    lesson, seen, history = Lesson(), [], History()
    for counter in range(data.draw(st.integers(1, 12))):
        before, newest = looks(lesson.board), history.to_undo(TEACHER)
        command: Command | BoardCommand = data.draw(board_commands(lesson.board))
        if data.draw(st.booleans()) and lesson.board.shown:
            page = lesson.board.shown
            command = ink(TEACHER, counter, count=6, page=page, is_last=True)
        try:
            for entry in lesson.does(TEACHER, command):
                history.apply(entry)
        except RefusedError:
            continue
        if history.to_undo(TEACHER) != newest:
            seen.append(before)
        assert_pupils_see_the_same(lesson)
    last = looks(lesson.board)
    for before in reversed(seen):
        lesson.does(TEACHER, Undo())
        assert looks(lesson.board) == before
        assert_pupils_see_the_same(lesson)
    assert lesson.refuses(TEACHER, Undo()) is Refusal.NOTHING_TO_UNDO
    for after in [*seen[1:], last][: len(seen)]:
        lesson.does(TEACHER, Redo())
        assert looks(lesson.board) == after
    assert_pupils_see_the_same(lesson)
    again = LessonAuthor(lesson.log)
    assert looks(again.board) == last
    assert lesson.board.skipped == again.board.skipped == 0
