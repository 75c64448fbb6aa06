"""The paper pen's tools through a real engine: link, driver, log."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

from signaling_server.protocol.board import Board, Page, digest
from signaling_server.protocol.commands import Ink, Tool, Undo
from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from signaling_server.protocol.ids import NO_COMMAND, TEACHER
from signaling_server.protocol.matrix import Matrix
from teacher_client.lesson.board_commands import (
    ClearPage,
    CopyItems,
    PutItems,
    PutStroke,
    SetInstrument,
)
from teacher_client.lesson.link import ChooseTool, Do, SetWriting, Smoothing, ToolState
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from tests.teacher_client.engine.pen_class import Class, in_class

PEN = ChooseTool(Tool.PEN, Ink.INK, 70)
LASER = ChooseTool(Tool.LASER, Ink.RED, 150)
AREA = ChooseTool(Tool.PEN, Ink.INK, 70, is_eraser=True, erases_area=True)
CIRCLE = [
    (60 + 20 * math.cos(math.pi * i / 30), 60 + 19 * math.sin(math.pi * i / 30)) for i in range(61)
]
HELD = [CIRCLE[-1]] * 70  # a pen held still goes on to send dots


def page_of(lesson: Class) -> Page:
    return lesson.board.pages[lesson.board.shown]


async def chosen(lesson: Class, tool: ChooseTool) -> None:
    lesson.ask(tool)
    await lesson.hear(ToolState, lambda one: one.tool is tool.tool)


async def test_a_held_circle_is_round_and_an_area_is_rubbed_out(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        lesson.ask(SetWriting(Smoothing.LIGHT))
        await chosen(lesson, PEN)
        await lesson.pen.write(*CIRCLE, *HELD)
        await lesson.until(lambda: lesson.board.shown and len(page_of(lesson).strokes) == 2)
        drawn, put = page_of(lesson).strokes.values()
        assert (drawn.is_visible, put.is_visible) == (False, True)
        assert put.style.tool is Tool.FINELINER
        await chosen(lesson, AREA)
        await lesson.pen.write(*((60.0, 25.0 + n) for n in range(30)))
        await lesson.until(lambda: put.gaps)
        lesson.ask(Do(Undo()))
        await lesson.until(lambda: not put.gaps)


async def test_ink_along_a_ruler(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        await lesson.pen.write((10, 10))
        await lesson.until(lambda: lesson.board.shown)
        ruler = InstrumentSet(InstrumentKind.RULER, 1000, 5000, 0, 10_000)
        lesson.ask(SetWriting(Smoothing.OFF), Do(SetInstrument(lesson.board.shown, ruler)))
        await lesson.until(lambda: page_of(lesson).instrument == ruler)
        await lesson.pen.write(*((20 + n, 50.5 + math.sin(n)) for n in range(30)))
        await lesson.until(lambda: len(page_of(lesson).strokes) == 2)
        ink = list(page_of(lesson).strokes.values())[1]
        await lesson.until(lambda: ink.has_ended)
        assert set(ink.y) == {5000}


async def test_the_laser_points_while_the_pen_hovers(tmp_path: Path) -> None:
    """The engine has the pen report hovering for as long as the laser is in hand."""
    async with in_class(tmp_path) as lesson:
        pen = lesson.pen
        await pen.write((10, 10))
        await lesson.until(lambda: lesson.board.shown)
        assert not pen.device.settings.hover  # type: ignore[attr-defined]
        await chosen(lesson, LASER)
        await lesson.until(lambda: pen.device.settings.hover)  # type: ignore[attr-defined]
        await pen.hover(*((20 + n, 30) for n in range(20)))
        await lesson.until(lambda: page_of(lesson).lasers)
        (laser,) = page_of(lesson).lasers.values()
        await lesson.until(lambda: laser.has_ended)  # it rests
        assert (round(laser.x[0] / 100), round(laser.y[0] / 100)) == (20, 30)
        await chosen(lesson, PEN)
        await lesson.until(lambda: not pen.device.settings.hover)  # type: ignore[attr-defined]
        await pen.hover((50, 50))
        await asyncio.sleep(0.2)
        assert len(page_of(lesson).lasers) == 1
        assert len(page_of(lesson).strokes) == 1


async def test_thousands_of_strokes_at_once(tmp_path: Path) -> None:
    """While they are copied the pen writes on, and all is in the journal as on the board."""
    async with in_class(tmp_path) as lesson:
        await lesson.pen.write((10, 10))
        await lesson.until(lambda: lesson.board.shown)
        page, column = page_of(lesson), tuple(range(20))
        put = PutStroke(Tool.PEN, Ink.BLUE, 40, column, column)
        for _ in range(6):
            lesson.ask(Do(PutItems(page.number, (), (put,) * 500)))
        await lesson.until(lambda: len(page.strokes) == 3001)
        names = tuple(page.visible_items())
        lesson.ask(Do(CopyItems(page.number, names, page.number, Matrix(e=500))))
        lesson.ask(Do(PutItems(page.number, names[:1])))  # comes behind the copy
        await lesson.pen.write(*((30 + n, 30) for n in range(10)))
        await lesson.until(lambda: not page.strokes[names[0]].is_visible)  # type: ignore[index]
        await lesson.until(lambda: len(page.strokes) == 6003)
        lesson.ask(*[Do(Undo())] * 3)  # of the hiding, the pen's stroke and the copy
        await lesson.until(lambda: sum(s.is_visible for s in page.strokes.values()) == 3001)
        room = lesson.teacher.engine.lesson.room
        assert room is not None
        folder, expected = room.lesson.folder, room.author.board
        await asyncio.sleep(0.3)
        await lesson.teacher.engine.lesson.leave(None)
    board = Board()
    for _data, block in read_journal(folder / JOURNAL_NAME).blocks:
        assert len(block.entries) <= 240
        for entry in block.entries:
            board.apply(entry)
    assert board.skipped == 0
    assert [digest(p) for p in board.pages.values()] == [digest(p) for p in expected.pages.values()]


async def test_what_was_asked_behind_a_long_command_is_done_before_the_end(tmp_path: Path) -> None:
    async with in_class(tmp_path) as lesson:
        await lesson.pen.write((10, 10))
        await lesson.until(lambda: lesson.board.shown)
        page, column = page_of(lesson), tuple(range(20))
        put = PutStroke(Tool.PEN, Ink.BLUE, 40, column, column)
        lesson.ask(*[Do(PutItems(page.number, (), (put,) * 500))] * 3)
        room = lesson.teacher.engine.lesson.room
        assert room is not None
        await lesson.until(lambda: len(page.strokes) > 1)
        room.command(TEACHER, NO_COMMAND, PutItems(page.number, (), (put,) * 500))
        room.command(TEACHER, NO_COMMAND, ClearPage(page.number))
        folder = room.lesson.folder
        await lesson.teacher.engine.lesson.leave(None)
    board = Board()
    for _data, block in read_journal(folder / JOURNAL_NAME).blocks:
        for entry in block.entries:
            board.apply(entry)
    assert list(board.pages[page.number].visible_items()) == []
    assert len(board.pages[page.number].strokes) >= 501
