"""A real engine in a lesson, and a pen that leaves, stores and comes back."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from pen_driver.virtual.ink import fit_to_page, load_ink
from teacher_client.lesson.link import (
    LessonOpened,
    LinkState,
    Notice,
    NoticeId,
    PenState,
)
from teacher_client.lesson.pen_messages import ChoosePen
from teacher_client.profile import ENDPOINT_NAME
from teacher_client.tasks import spawn
from tests.fakes.hand_pen import hand_pen
from tests.teacher_client.engine.pen_class import Class, in_class, is_back
from tests.teacher_client.engine.test_engine import lesson_on, teaching
from tests.teacher_client.servers import SESSION, wire_server


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
