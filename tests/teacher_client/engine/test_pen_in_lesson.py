"""A real engine in a lesson, and a pen that leaves, stores and comes back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.ink import fit_to_page, load_ink
from pen_driver.virtual.neo1 import Neo1Device
from signaling_server.protocol.board import Board
from signaling_server.protocol.commands import Ink, RaiseHand, Tool
from signaling_server.protocol.ids import CommandId, Member
from signaling_server.protocol.messages import (
    Commanded,
    MemberChanged,
    MemberInfo,
    Role,
    encode_message,
)
from teacher_client.engine.engine import PEN_FOLDER
from teacher_client.engine.pen_desk import NOTES_NAME
from teacher_client.lesson.link import (
    FrameKind,
    FromEngine,
    FromWindow,
    LessonOpened,
    LinkState,
    MicrophoneState,
    Notice,
    NoticeId,
    PenState,
    ToolState,
    pack_message,
    read_from_engine,
)
from teacher_client.lesson.note_messages import (
    CopyStored,
    DeleteStored,
    KeptNotes,
    KeptPlaced,
    ListKept,
    ListStored,
    PlaceKept,
    PlaceOutcome,
    StopCopy,
    StoredBook,
    StoredNotes,
    StoredProblem,
    StoredState,
)
from teacher_client.lesson.paper_messages import (
    BindButton,
    ButtonBinding,
    ButtonShape,
    CalibratePaper,
    Corner,
    ForgetBook,
    NameBook,
    PaperAction,
    PaperBooks,
    PaperButtons,
    PaperCalibration,
    PaperPressed,
    PressOutcome,
    TapProblem,
    UnbindButton,
)
from teacher_client.lesson.pen_messages import ChoosePen
from teacher_client.profile import ENDPOINT_NAME
from teacher_client.tasks import spawn
from tests.fakes.hand_pen import HandPen, hand_pen
from tests.teacher_client.engine.test_engine import Teacher, lesson_on, teaching
from tests.teacher_client.engine.test_window_server import Window
from tests.teacher_client.servers import SESSION, wire_server

BOOK = "ncode:3.27.604"
M = TypeVar("M")


class Class:
    """A lesson with a window that listens, and a pen in hand."""

    def __init__(self, teacher: Teacher, window: Window, pen: HandPen) -> None:
        self.teacher, self.pen = teacher, pen
        self._window = window
        self.said: list[FromEngine] = []

    def ask(self, *messages: FromWindow) -> None:
        self._window.send(*(pack_message(message) for message in messages))

    async def hear(self, kind: type[M], is_it: Callable[[M], object] = lambda _one: True) -> M:
        """The next message that is the one."""
        async with asyncio.timeout(20):
            while True:
                frame = await self._window.frame()
                assert frame is not None
                if frame[0] is not FrameKind.JSON:
                    continue
                message = read_from_engine(frame[1])
                self.said.append(message)
                if isinstance(message, kind) and is_it(message):
                    return message

    async def stored(self, is_it: Callable[[StoredBook], object]) -> StoredBook:
        """The next state of the one stored book that is the one."""
        told = await self.hear(StoredNotes, lambda one: any(map(is_it, one.books)))
        return next(book for book in told.books if is_it(book))

    @property
    def board(self) -> Board:
        room = self.teacher.engine.lesson.room
        assert room is not None
        return room.author.board

    def strokes(self, page: str = f"{BOOK}.1") -> list[list[tuple[int, int]]]:
        """Places of the visible strokes on a sheet, in whole mm, in the order of the log."""
        return [
            [(round(x / 100), round(y / 100)) for x, y in zip(stroke.x, stroke.y, strict=True)]
            for there in self.board.pages.values()
            if there.paper == page
            for stroke in there.strokes.values()
            if stroke.is_visible
        ]

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not is_so():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def in_class(
    profile: Path, options: DeviceOptions | None = None, make: str = "neo2"
) -> AsyncIterator[Class]:
    async with hand_pen(options, make) as pen, lesson_on(profile) as (teacher, _server, window):
        lesson = Class(teacher, window, pen)
        lesson.ask(ChoosePen(pen.name))
        await lesson.hear(PenState, lambda one: one.link is LinkState.GOOD)
        await pen.until_streaming()
        yield lesson


def is_back(notice: Notice) -> bool:
    return notice.id is NoticeId.PEN_BACK


async def test_what_was_written_while_the_pen_was_away_follows(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        await pen.write((10, 10), (20, 10))
        await lesson.until(lambda: len(lesson.strokes()) == 1)
        pen.unplug()
        await lesson.hear(Notice, lambda one: one.id is NoticeId.PEN_LOST)
        for row in range(3):
            await pen.write((30, 30 + row), (40, 30 + row))
        await pen.plug()
        assert (await lesson.hear(Notice, is_back)).count == 3
        await lesson.until(lambda: len(lesson.strokes()) == 4)
        places = [stroke[0] for stroke in lesson.strokes()]
        assert places == [(10, 10), (30, 30), (30, 31), (30, 32)]
        times = [s.style.t0_ms for s in lesson.board.pages[lesson.board.shown].strokes.values()]
        assert times == sorted(times)
        assert times[1] < times[2] < times[3] < lesson.board.time_ms
        # live again, and a second loss brings only what is new
        await pen.write((50, 50))
        pen.unplug()
        await pen.write((60, 60))
        await pen.plug()
        assert (await lesson.hear(Notice, is_back)).count == 1
        await lesson.until(lambda: len(lesson.strokes()) == 6)
        assert len(pen.device.memory.books) == 1
        assert (pen.device.memory.strokes, pen.device.memory.deletes) == (4, 0)


async def test_notes_from_before_the_lesson_stay_out_of_it(tmp_path: Path) -> None:
    async with hand_pen() as pen:
        await pen.write((10, 10), (20, 20))  # no host: stored
        async with lesson_on(tmp_path) as (teacher, _server, window):
            lesson = Class(teacher, window, pen)
            lesson.ask(ChoosePen(pen.name))
            await lesson.hear(PenState, lambda one: one.link is LinkState.GOOD)
            await pen.until_streaming()
            pen.unplug()
            await pen.write((30, 30))
            await pen.plug()
            assert (await lesson.hear(Notice, is_back)).count == 1
            await lesson.until(lambda: lesson.strokes() == [[(30, 30)]])


async def test_a_stroke_cut_by_the_loss_is_not_written_twice(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        writing = spawn(pen.write(*((10 + n, 10) for n in range(40))), name="hand")
        await asyncio.sleep(0.2)
        pen.unplug()
        await writing
        await pen.plug()
        await lesson.hear(Notice, is_back)
        await lesson.until(lambda: len(lesson.strokes()) == 2)
        xs = [x for stroke in lesson.strokes() for x, _ in stroke]
        assert xs == sorted(set(xs))
        assert len(xs) >= 38  # the dot on the wire at the moment of the loss may be gone


async def test_a_pen_without_memory_says_so(tmp_path: Path) -> None:
    async with in_class(tmp_path, make="robotpen") as lesson:
        lesson.pen.unplug()
        await lesson.hear(Notice, lambda one: one.id is NoticeId.PEN_LOST_NO_MEMORY)
        await lesson.pen.plug()
        assert (await lesson.hear(Notice, is_back)).count == 0


async def test_notes_are_copied_verified_and_deleted_only_when_asked(tmp_path: Path) -> None:
    async with hand_pen() as pen:
        for row in range(4):
            await pen.write((10, 10 + row), (20, 10 + row))
        async with lesson_on(tmp_path) as (teacher, _server, window):
            lesson = Class(teacher, window, pen)
            lesson.ask(ChoosePen(pen.name))
            await pen.until_streaming()
            lesson.ask(ListStored())
            told = await lesson.hear(StoredNotes, lambda one: one.is_listed and not one.is_listing)
            assert told.can_list
            assert not told.deletes_on_copy
            assert told.folder == str(tmp_path / PEN_FOLDER / NOTES_NAME)
            (book,) = told.books
            assert (book.book, book.state, book.pages) == (BOOK, StoredState.NOT_COPIED, (1,))
            lesson.ask(DeleteStored(BOOK, is_confirmed=True))
            await lesson.stored(lambda one: one.problem is StoredProblem.NOT_COPIED)
            lesson.ask(CopyStored(BOOK))
            book = await lesson.stored(lambda one: one.state is StoredState.VERIFIED)
            assert (book.strokes, book.copied, book.can_delete) == (4, 4, True)
            kept = await lesson.hear(KeptNotes)
            assert [(b.book, [p.strokes for p in b.pages]) for b in kept.books] == [(BOOK, [4])]
            assert kept.can_place
            lesson.ask(DeleteStored(BOOK))
            await lesson.stored(lambda one: one.problem is StoredProblem.NEEDS_CONFIRMATION)
            assert pen.device.memory.deletes == 0
            lesson.ask(DeleteStored(BOOK, is_confirmed=True))
            await lesson.stored(lambda one: one.state is StoredState.DELETED)
            assert (pen.device.memory.deletes, pen.device.memory.strokes) == (1, 0)
            # what is kept goes into the lesson, on its own sheet and on the one that is shown
            lesson.ask(ListKept(), PlaceKept(kept.books[0].pen, BOOK, 1))
            placed = await lesson.hear(KeptPlaced)
            assert (placed.outcome, placed.strokes) == (PlaceOutcome.PLACED, 4)
            await lesson.until(lambda: len(lesson.strokes()) == 4)
            lesson.ask(PlaceKept(kept.books[0].pen, BOOK, 1, on_shown=True))
            await lesson.hear(KeptPlaced, lambda one: one.outcome is PlaceOutcome.PLACED)
            await lesson.until(lambda: len(lesson.strokes()) == 8)
            lesson.ask(PlaceKept("../..", BOOK, 1))
            await lesson.hear(KeptPlaced, lambda one: one.outcome is PlaceOutcome.NO_INK)


async def test_a_pen_that_powers_off_in_mid_transfer_is_waited_for(tmp_path: Path) -> None:
    options = DeviceOptions(off_in_chunk=2, chunk_bytes=200)
    async with hand_pen(options) as pen:
        for row in range(12):
            await pen.write((10, 10 + row), (20, 10 + row))
        async with lesson_on(tmp_path) as (teacher, _server, window):
            lesson = Class(teacher, window, pen)
            lesson.ask(ChoosePen(pen.name))
            await pen.until_streaming()
            lesson.ask(ListStored())
            await lesson.hear(StoredNotes, lambda one: one.is_listed and not one.is_listing)
            lesson.ask(CopyStored(BOOK))
            await lesson.hear(PenState, lambda one: one.link is LinkState.LOST)
            await asyncio.sleep(0.3)
            await pen.plug()
            book = await lesson.stored(lambda one: one.state is StoredState.VERIFIED)
            assert (book.copied, pen.device.memory.strokes) == (12, 12)
            assert pen.device.memory.deletes == 0


async def test_two_taps_move_the_ink(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        lesson.ask(CalibratePaper(True))
        await lesson.hear(PaperCalibration, lambda one: one.awaited is Corner.TOP_LEFT)
        await pen.write((20, 20), (40, 20))
        await lesson.hear(PaperCalibration, lambda one: one.problem is TapProblem.WRITING)
        await pen.tap(10, 20)
        await lesson.hear(PaperCalibration, lambda one: one.awaited is Corner.BOTTOM_RIGHT)
        await pen.tap(130, 180)
        done = await lesson.hear(PaperCalibration, lambda one: one.awaited is None)
        assert done.book == BOOK
        assert abs(done.width_mm - 120) < 0.2
        assert abs(done.height_mm - 160) < 0.2
        books = await lesson.hear(PaperBooks, lambda one: one.books[0].is_calibrated)
        assert abs(books.books[0].width_mm - 120) < 0.2
        await pen.write((30, 50), (31, 50))
        # and the taps left no ink
        await lesson.until(lambda: lesson.strokes() == [[(20, 30), (21, 30)]])
        page = lesson.board.pages[lesson.board.shown]
        assert abs(page.width - 12_000) < 20
        lesson.ask(NameBook(BOOK, "数学"))
        await lesson.hear(PaperBooks, lambda one: one.books[0].title == "数学")
    text = (tmp_path / PEN_FOLDER / "paper.json").read_text()
    assert BOOK in text
    assert "数学" in (tmp_path / PEN_FOLDER / "books.json").read_text()


async def test_a_bound_place_acts_and_leaves_no_ink(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        lesson.ask(BindButton(PaperAction.UNDO))
        await lesson.hear(ButtonBinding, lambda one: one.awaited is not None)
        await pen.tap(160, 20)
        bound = await lesson.hear(ButtonBinding, lambda one: one.awaited is None)
        assert bound.button == 1
        lesson.ask(BindButton(PaperAction.INK_3, ButtonShape.AREA, on_every_page=False))
        await lesson.hear(ButtonBinding, lambda one: one.awaited is Corner.TOP_LEFT)
        await pen.tap(150, 50)
        await lesson.hear(ButtonBinding, lambda one: one.awaited is Corner.BOTTOM_RIGHT)
        await pen.tap(165, 60)
        told = await lesson.hear(PaperButtons, lambda one: len(one.buttons) == 2)
        cell, area = told.buttons
        assert (cell.action, cell.page, cell.width_mm) == (PaperAction.UNDO, None, 15)
        assert (area.action, area.page) == (PaperAction.INK_3, 1)
        assert abs(area.x_mm - 150) < 0.2
        await pen.write((20, 20), (30, 20))
        await pen.write((20, 40), (30, 40))
        await lesson.until(lambda: len(lesson.strokes()) == 2)
        await pen.tap(163, 22)
        pressed = await lesson.hear(PaperPressed)
        assert pressed == PaperPressed(PaperAction.UNDO, PressOutcome.DONE)
        await lesson.until(lambda: len(lesson.strokes()) == 1)
        await pen.tap(158, 55)
        await lesson.hear(ToolState, lambda one: one.ink is Ink.RED)
        lesson.ask(UnbindButton(1))
        await lesson.hear(PaperButtons, lambda one: len(one.buttons) == 1)
        await pen.tap(163, 22)
        await lesson.until(lambda: len(lesson.strokes()) == 2)
        lesson.ask(ForgetBook(BOOK))
        await lesson.hear(PaperButtons, lambda one: not one.buttons)


async def test_buttons_without_a_hand_or_a_lesson_say_so(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        for action, y in ((PaperAction.NEXT_HAND, 20), (PaperAction.MICROPHONE, 60)):
            lesson.ask(BindButton(action))
            await lesson.hear(ButtonBinding, lambda one: one.awaited is not None)
            await pen.tap(160, y)
            await lesson.hear(ButtonBinding, lambda one: one.button is not None)
        await pen.tap(160, 20)
        assert (await lesson.hear(PaperPressed)).outcome is PressOutcome.NO_HAND
        await pen.tap(160, 60)
        await lesson.hear(MicrophoneState, lambda one: not one.is_on)
        assert (await lesson.hear(PaperPressed)).outcome is PressOutcome.DONE
        await lesson.teacher.engine.lesson.leave(None)
        await pen.tap(160, 60)
        assert (await lesson.hear(PaperPressed)).outcome is PressOutcome.NO_LESSON


async def test_a_pen_that_deletes_what_it_gives_is_asked_about_first(tmp_path: Path) -> None:
    async with hand_pen(make="neo1") as pen:
        device = pen.device
        assert isinstance(device, Neo1Device)
        for row in range(3):
            await pen.write((10, 10 + row), (20, 10 + row))
        async with lesson_on(tmp_path) as (teacher, _server, window):
            lesson = Class(teacher, window, pen)
            lesson.ask(ChoosePen(pen.name))
            await pen.until_streaming()
            lesson.ask(ListStored())
            told = await lesson.hear(StoredNotes, lambda one: one.is_listed and not one.is_listing)
            assert told.deletes_on_copy
            assert len(device.files) == 3
            book = told.books[0].book
            lesson.ask(CopyStored(book))
            await lesson.stored(lambda one: one.problem is StoredProblem.NEEDS_CONFIRMATION)
            assert len(device.files) == 3
            lesson.ask(CopyStored(book, is_confirmed=True))
            done = await lesson.stored(lambda one: one.state is StoredState.VERIFIED)
            assert (done.copied, done.can_delete) == (3, False)
            kept = await lesson.hear(KeptNotes)
            assert [page.strokes for page in kept.books[0].pages] == [3]
            assert len(device.files) == 0
            pen.unplug()  # nothing is fetched from it unasked
            await pen.write((30, 30), (40, 40))
            await pen.plug()
            assert (await lesson.hear(Notice, is_back)).count == 0
            assert len(device.files) == 1


async def test_a_page_of_unknown_paper_grows_with_its_ink(tmp_path: Path) -> None:
    async with in_class(tmp_path, DeviceOptions(book=4711)) as lesson:
        pen = lesson.pen
        await pen.write((20, 20), (30, 20))
        name = "ncode:3.27.4711.1"
        await lesson.until(lambda: len(lesson.strokes(name)) == 1)
        page = lesson.board.pages[lesson.board.shown]
        small = (page.width, page.height)
        await pen.write((150, 200), (160, 220))
        await lesson.until(lambda: page.width > small[0] and page.height > small[1])
        assert page.width >= 16_000
        assert page.height >= 22_000
        books = await lesson.hear(PaperBooks, lambda one: one.books[0].width_mm > 160)
        assert not books.books[0].is_known
        (sheet,) = books.books[0].pages
        assert (sheet.page, sheet.session) == (1, SESSION)
        before = page.height
        pen.unplug()
        await pen.write((20, 280))
        await pen.plug()
        assert (await lesson.hear(Notice, is_back)).count == 1
        await lesson.until(lambda: page.height > before)


async def test_a_stroke_that_was_begun_before_the_taps_is_ink(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        writing = spawn(pen.write(*((10 + n, 10) for n in range(30))), name="hand")
        await asyncio.sleep(0.1)
        lesson.ask(CalibratePaper(True))
        await writing
        await lesson.until(lambda: sum(map(len, lesson.strokes())) == 30)
        lesson.ask(CalibratePaper(False))
        await lesson.hear(PaperCalibration, lambda one: one.awaited is None)
        lesson.ask(CalibratePaper(True))
        await lesson.hear(PaperCalibration, lambda one: one.awaited is not None)
        pen.unplug()
        ended = await lesson.hear(PaperCalibration, lambda one: one.awaited is None)
        assert ended.problem is TapProblem.NO_PEN


async def test_what_was_written_while_the_program_was_away_follows(tmp_path: Path) -> None:
    async with hand_pen() as pen, wire_server() as server:
        server.session = SESSION
        async with teaching(tmp_path, server.address, "token") as teacher:
            window = await teacher.window()
            lesson = Class(teacher, window, pen)
            await lesson.hear(LessonOpened)
            lesson.ask(ChoosePen(pen.name))
            await pen.until_streaming()
            await pen.write((10, 10))
            await lesson.until(lambda: len(lesson.strokes()) == 1)
        (tmp_path / ENDPOINT_NAME).unlink()  # the next engine's is awaited
        await lesson.until(lambda: not pen.device.is_streaming)
        pen.unplug()
        await pen.write((30, 30))
        await pen.plug()
        async with teaching(tmp_path, server.address, "token") as teacher:
            lesson = Class(teacher, await teacher.window(), pen)
            lesson.ask(ChoosePen(pen.name))
            await lesson.hear(Notice, lambda one: is_back(one) and one.count == 1)
            await lesson.until(lambda: lesson.strokes() == [[(10, 10)], [(30, 30)]])


async def test_stopping_a_copy_keeps_what_came(tmp_path: Path) -> None:
    async with hand_pen(DeviceOptions(chunk_bytes=100)) as pen:
        for row in range(40):
            await pen.write((10, 10 + row), (20, 10 + row))
        async with lesson_on(tmp_path) as (teacher, _server, window):
            lesson = Class(teacher, window, pen)
            lesson.ask(ChoosePen(pen.name))
            await pen.until_streaming()
            lesson.ask(ListStored())
            await lesson.hear(StoredNotes, lambda one: one.is_listed and not one.is_listing)
            lesson.ask(CopyStored(BOOK), StopCopy())
            stopped = await lesson.stored(lambda one: one.state is StoredState.FAILED)
            assert stopped.problem is StoredProblem.STOPPED
            assert not stopped.can_delete
            lesson.ask(CopyStored(BOOK))
            done = await lesson.stored(lambda one: one.state is StoredState.VERIFIED)
            assert done.copied == 40


async def test_the_first_hand_gets_the_word(tmp_path: Path) -> None:
    async with hand_pen() as pen, lesson_on(tmp_path) as (teacher, server, window):
        lesson = Class(teacher, window, pen)
        lesson.ask(ChoosePen(pen.name))
        await lesson.hear(PenState, lambda one: one.link is LinkState.GOOD)
        await pen.until_streaming()
        lesson.ask(BindButton(PaperAction.NEXT_HAND))
        await lesson.hear(ButtonBinding, lambda one: one.awaited is not None)
        await pen.tap(160, 20)
        await lesson.hear(ButtonBinding, lambda one: one.button is not None)
        second, first = Member(2), Member(3)
        for member, name in ((second, "甲"), (first, "乙")):
            info = MemberInfo(member, name, Role.PUPIL, True, 1)
            await server.say(encode_message(MemberChanged(info)))
        await lesson.until(lambda: {first, second} <= set(lesson.board.members))
        for member in (first, second):
            raised = Commanded(member, CommandId(1 << 16 | 1), RaiseHand())
            await server.say(encode_message(raised))
            await lesson.until(lambda m=member: lesson.board.members[m].hand_since_ms is not None)
            await asyncio.sleep(0.01)  # lesson time has milliseconds
        await pen.tap(160, 20)
        assert (await lesson.hear(PaperPressed)).outcome is PressOutcome.DONE
        members = lesson.board.members
        assert members[first].may_speak
        assert members[first].hand_since_ms is None
        assert members[second].hand_since_ms is not None


async def test_the_laser_is_taken_in_hand_and_put_away(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        lesson.ask(BindButton(PaperAction.LASER))
        await lesson.hear(ButtonBinding, lambda one: one.awaited is not None)
        await pen.tap(160, 20)
        await lesson.hear(ButtonBinding, lambda one: one.button is not None)
        await pen.tap(160, 20)
        await lesson.hear(ToolState, lambda one: one.tool is Tool.LASER)
        pen.unplug()
        await pen.write((30, 30))
        await pen.plug()
        await lesson.hear(Notice, is_back)
        await lesson.until(lambda: lesson.strokes() == [[(30, 30)]])  # ink, it does not fade
        await pen.tap(160, 20)
        await lesson.hear(ToolState, lambda one: one.tool is Tool.PEN)


async def test_quitting_or_another_pen_ends_a_copy_that_waits(tmp_path: Path) -> None:
    options = DeviceOptions(off_in_chunk=2, chunk_bytes=200)
    async with hand_pen(options) as pen:
        for row in range(12):
            await pen.write((10, 10 + row), (20, 10 + row))
        async with lesson_on(tmp_path) as (teacher, _server, window):
            lesson = Class(teacher, window, pen)
            lesson.ask(ChoosePen(pen.name))
            await pen.until_streaming()
            lesson.ask(ListStored())
            await lesson.hear(StoredNotes, lambda one: one.is_listed and not one.is_listing)
            lesson.ask(CopyStored(BOOK))
            await lesson.hear(PenState, lambda one: one.link is LinkState.LOST)
            lesson.ask(ChoosePen(""))
            told = await lesson.hear(StoredNotes, lambda one: not one.books)
            assert not told.can_list
            lesson.ask(ChoosePen(pen.name))
            await pen.plug()
            await pen.until_streaming()
            lesson.ask(ListStored())
            told = await lesson.hear(StoredNotes, lambda one: one.is_listed and not one.is_listing)
            assert [book.state for book in told.books] == [StoredState.NOT_COPIED]
            pen.unplug()
            lesson.ask(CopyStored(BOOK))


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
async def test_real_ink_over_a_pseudo_terminal_that_is_pulled(tmp_path: Path) -> None:
    ink = fit_to_page(load_ink("maths"), 176, 250)[:40]
    name = "virtual:maths?strokes=40&once&writes-offline&start-delay=3&speed=8"
    async with hand_pen() as unused, lesson_on(tmp_path) as (teacher, _server, window):
        lesson = Class(teacher, window, unused)
        lesson.ask(ChoosePen(f"{name}&cut-after=6000&cut-seconds=0.7"))
        await lesson.hear(Notice, lambda one: one.id is NoticeId.PEN_LOST)
        added = (await lesson.hear(Notice, lambda one: is_back(one) and one.count)).count
        assert added > 1
        await lesson.until(lambda: len(lesson.strokes()) >= 39)
        board = [place for stroke in lesson.strokes() for place in stroke]
        wanted = [(round(p.x_mm), round(p.y_mm)) for stroke in ink for p in stroke]
        near = {(x + dx, y + dy) for x, y in board for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        # what was on the wire at the cut is gone, and so is the end of a stroke in whose middle
        # the pen came back: its page is told at pen-down only
        assert sum(place in near for place in wanted) >= 0.9 * len(wanted)
        assert len(board) <= len(wanted)  # nothing twice


async def test_a_stroke_in_whose_middle_the_pen_comes_back_keeps_its_first_part(
    tmp_path: Path,
) -> None:
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        await pen.write((5, 5))
        pen.unplug()
        await lesson.hear(Notice, lambda one: one.id is NoticeId.PEN_LOST)
        writing = spawn(pen.write(*((10 + n, 10) for n in range(100))), name="hand")
        await asyncio.sleep(0.2)
        await pen.plug()
        await lesson.hear(Notice, is_back)
        await writing
        await lesson.hear(Notice, lambda one: is_back(one) and one.count == 1)
        await lesson.until(lambda: (10, 10) in [s[0] for s in lesson.strokes()])
