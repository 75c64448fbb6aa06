"""Notes in a pen's memory: copied, verified, deleted only when asked, placed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.neo1 import Neo1Device
from teacher_client.engine.engine import PEN_FOLDER
from teacher_client.engine.pen_desk import NOTES_NAME
from teacher_client.lesson.link import (
    LinkState,
    Notice,
    PenState,
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
    StoredNotes,
    StoredProblem,
    StoredState,
)
from teacher_client.lesson.pen_messages import ChoosePen
from tests.fakes.hand_pen import hand_pen
from tests.teacher_client.engine.pen_class import BOOK, Class, is_back
from tests.teacher_client.engine.test_engine import lesson_on


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
