"""A calibrated sheet, a growing page, buttons on paper: in a real lesson."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pen_driver.virtual.device import DeviceOptions
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
from teacher_client.lesson.link import (
    LinkState,
    MicrophoneState,
    Notice,
    PenState,
    ToolState,
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
from teacher_client.tasks import spawn
from tests.fakes.hand_pen import hand_pen
from tests.teacher_client.engine.pen_class import BOOK, Class, in_class, is_back
from tests.teacher_client.engine.test_engine import lesson_on
from tests.teacher_client.servers import SESSION


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
