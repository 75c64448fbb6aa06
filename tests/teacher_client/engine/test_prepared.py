"""Lessons without a session: prepared, cut off, gone on with, and put into a live one."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.commands import Ink, PageKind, Tool, Undo
from signaling_server.protocol.ids import TEACHER, PageId
from signaling_server.protocol.messages import SessionReady, encode_message
from teacher_client.engine.prepared import OPEN_NAME, PreparedFolder
from teacher_client.errors import JournalError
from teacher_client.lesson.board_commands import AddPage, PutItems, PutStroke
from teacher_client.lesson.file_messages import (
    ClosePrepared,
    DropPrepared,
    ImportFiles,
    JobState,
    ListPrepared,
    PreparedLessons,
    PrepareLesson,
)
from teacher_client.lesson.link import ChoosePen, Do, LessonClosed, LessonOpened
from teacher_client.picture_files import PictureFiles
from teacher_client.profile import ENDPOINT_NAME
from teacher_client.recording.journal import JOURNAL_NAME
from tests.fakes.hand_pen import hand_pen
from tests.fakes.hostile_files import long_pdf, one_page
from tests.teacher_client.engine.test_engine import Teacher, heard, lesson_on, teaching
from tests.teacher_client.engine.test_material import ask, board_of, ended, write
from tests.teacher_client.engine.test_window_server import Window
from tests.teacher_client.servers import SESSION, wire_server

PAGE = PageId(1)
STROKE = PutStroke(Tool.PEN, Ink.BLUE, 70, (100, 900, 1700), (100, 200, 300), (500, 600, 700))


async def opened(window: Window, lesson: str = "", title: str = "") -> LessonOpened:
    ask(window, PrepareLesson(lesson, title))
    message = await heard(window, lambda m: isinstance(m, LessonOpened))
    assert isinstance(message, LessonOpened)
    return message


async def listed(window: Window) -> PreparedLessons:
    ask(window, ListPrepared())
    message = await heard(window, lambda m: isinstance(m, PreparedLessons))
    assert isinstance(message, PreparedLessons)
    return message


async def synced(teacher: Teacher, strokes: int) -> None:
    """Until so many visible strokes lie on the shown page."""
    room = teacher.engine.prepared.room
    assert room is not None
    async with asyncio.timeout(10):
        while True:
            page = room.author.board.pages[room.author.board.shown]
            if sum(s.is_visible and s.has_ended for s in page.strokes.values()) == strokes:
                return
            await asyncio.sleep(0.01)


def digests(folder: PreparedFolder, name: str) -> list[str]:
    board = folder.board(name)
    return [digest(board.pages[number]) for number in board.order]


async def test_a_lesson_for_a_files_pages_begins_without_one(tmp_path: Path) -> None:
    async with teaching(tmp_path, "") as teacher:
        window = await teacher.window()
        ask(window, PrepareLesson(title="图", has_first_page=False))
        await heard(window, lambda m: isinstance(m, LessonOpened))
        room = teacher.engine.prepared.room
        assert room is not None
        assert room.author.board.order == []
        ask(window, Do(AddPage()))
        async with asyncio.timeout(10):
            while not room.author.board.order:
                await asyncio.sleep(0.01)


async def test_everything_is_kept_without_a_server(tmp_path: Path) -> None:
    async with teaching(tmp_path, "") as teacher:
        window = await teacher.window()
        lesson = await opened(window, title="二次函数")
        assert (lesson.is_prepared, lesson.title, lesson.is_playback) == (True, "二次函数", False)
        ask(window, Do(PutItems(PAGE, strokes=(STROKE, STROKE))))
        ask(window, Do(AddPage(kind=PageKind.SQUARES)))
        ask(window, Do(PutItems(PageId(2), strokes=(STROKE,))))
        ask(window, Do(PutItems(PageId(2), strokes=(STROKE,))))
        ask(window, Do(Undo()))
        await synced(teacher, 1)
        ask(window, ClosePrepared())
        await heard(window, lambda m: m == LessonClosed(lesson.session))
        folder = teacher.engine.prepared.lessons
        before = digests(folder, lesson.session)
        [kept] = (await listed(window)).items
        assert (kept.lesson, kept.title, kept.pages) == (lesson.session, "二次函数", 2)
        assert not kept.was_cut_off
        assert abs(kept.changed_ms / 1000 - time.time()) < 60
        again = await opened(window, lesson.session)
        assert again == lesson
        await synced(teacher, 1)
        assert digests(folder, lesson.session) == before
    assert not (tmp_path / "prepared" / lesson.session / OPEN_NAME).exists()  # quit is in order


async def test_a_new_window_sees_what_is_being_prepared(tmp_path: Path) -> None:
    async with teaching(tmp_path, "") as teacher:
        window = await teacher.window()
        lesson = await opened(window)
        await window.close()
        again = await teacher.window()
        assert await heard(again, lambda m: isinstance(m, LessonOpened)) == lesson


async def test_a_lesson_that_was_cut_off_says_so_and_has_lost_nothing(tmp_path: Path) -> None:
    async with teaching(tmp_path, "") as teacher:
        window = await teacher.window()
        lesson = await opened(window, title="圆")
        ask(window, Do(PutItems(PAGE, strokes=(STROKE,))))
        await synced(teacher, 1)
        [kept] = (await listed(window)).items
        assert not kept.was_cut_off  # it is open here
        await asyncio.sleep(0.3)
        folder = tmp_path / "prepared" / lesson.session
        journal = (folder / JOURNAL_NAME).read_bytes()
    (tmp_path / ENDPOINT_NAME).unlink()
    # as a killed program leaves it: a mark, and half a block at the end
    (folder / OPEN_NAME).touch()
    (folder / JOURNAL_NAME).write_bytes(journal + journal[:50])
    async with teaching(tmp_path, "") as teacher:
        window = await teacher.window()
        [kept] = (await listed(window)).items
        assert (kept.was_cut_off, kept.title, kept.pages) == (True, "圆", 1)
        shown = await heard(window, lambda m: isinstance(m, PreparedLessons) and has_preview(m))
        assert isinstance(shown, PreparedLessons)
        assert Path(shown.items[0].preview).read_bytes().startswith(b"\x89PNG")
        await opened(window, lesson.session)
        await synced(teacher, 1)
        ask(window, Do(PutItems(PAGE, strokes=(STROKE,))))
        await synced(teacher, 2)
        assert len(list(folder.glob(f"{JOURNAL_NAME}.damaged-*"))) == 1


def has_preview(message: PreparedLessons) -> bool:
    return all(one.preview for one in message.items)


async def test_the_time_of_a_lesson_stands_still_while_it_is_closed(tmp_path: Path) -> None:
    lessons = PreparedFolder(tmp_path, lambda: 1000.0)
    first = lessons.open("", "")
    assert first.log.now_ms(1000.5) == 500
    first.log.journal.close()
    later = PreparedFolder(tmp_path, lambda: 90_000.0).open(first.name, "")
    assert later.log.now_ms(90_000.25) == 250
    later.log.journal.close()


@pytest.mark.parametrize("name", ["../lessons", "p-1", "", "p-" + "0" * 16])
def test_a_name_that_is_none_reaches_no_folder(tmp_path: Path, name: str) -> None:
    lessons = PreparedFolder(tmp_path, time.monotonic)
    (tmp_path / "lessons").mkdir()
    if name != "p-" + "0" * 16:
        with pytest.raises(JournalError):
            lessons.drop(name)
    if name:
        with pytest.raises(JournalError):
            lessons.open(name, "")
    assert (tmp_path / "lessons").is_dir()


async def test_a_paper_pen_writes_into_it(tmp_path: Path) -> None:
    async with hand_pen() as pen, teaching(tmp_path, "") as teacher:
        window = await teacher.window()
        await opened(window)
        ask(window, ChoosePen(pen.name))
        await pen.until_streaming()
        await pen.write((10, 10), (20, 10), (30, 15))
        await synced(teacher, 1)
        room = teacher.engine.prepared.room
        assert room is not None
        page = room.author.board.pages[room.author.board.shown]
        assert page.paper.startswith("ncode:")
        assert [s.author for s in page.strokes.values()] == [TEACHER]


async def test_its_pages_go_into_a_live_lesson(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    pdf = write(tmp_path / "sheet.pdf", long_pdf(2))
    async with teaching(profile, "") as teacher:
        window = await teacher.window()
        lesson = await opened(window)
        ask(window, ImportFiles(1, (pdf,)))
        assert (await ended(window)).state is JobState.DONE
        ask(window, Do(PutItems(PageId(2), strokes=(STROKE,))))
        await synced(teacher, 1)
        room = teacher.engine.prepared.room
        assert room is not None
        before = [looks(room.author.board, number) for number in room.author.board.order]
    (profile / ENDPOINT_NAME).unlink()
    files = PictureFiles(profile)
    files.prune(0)  # what is nowhere else is never let go
    assert len(list(files._root.glob("??/*.full"))) == 2
    assert len(list(files._root.glob("??/*.pdf"))) == 1
    async with lesson_on(profile) as (teacher, _server, window):
        ask(window, ImportFiles(2, (f"prepared:{lesson.session}",)))
        done = await ended(window)
        assert (done.state, done.done, done.total) == (JobState.DONE, 3, 3)
        board = board_of(teacher)
        assert board.order == [1, 2, 3, 4]
        assert [looks(board, number) for number in board.order[1:]] == before


def looks(board: Board, number: PageId) -> object:
    """What is on a page, whatever its numbers."""
    page = board.pages[number]
    strokes = [(s.style.ink, s.style.width, s.x, s.y, s.force) for s in page.strokes.values()]
    pictures = [p.body for p in page.pictures.values()]
    return page.width, page.height, page.kind, strokes, pictures


async def test_a_live_lesson_closes_what_is_being_prepared(tmp_path: Path) -> None:
    async with wire_server() as server, teaching(tmp_path, server.address, "token") as teacher:
        window = await teacher.window()
        await server.until(lambda: server.lines)
        lesson = await opened(window)
        await server.say(encode_message(SessionReady(SESSION)))
        await heard(window, lambda m: m == LessonClosed(lesson.session))
        live = await heard(window, lambda m: isinstance(m, LessonOpened))
        assert isinstance(live, LessonOpened)
        assert (live.session, live.is_prepared) == (SESSION, False)
        ask(window, PrepareLesson(lesson.session))
        [kept] = (await listed(window)).items
        assert not kept.was_cut_off
        assert teacher.engine.prepared.room is None


async def test_a_dropped_one_is_gone_with_its_pictures(tmp_path: Path) -> None:
    pdf = write(tmp_path / "one.pdf", one_page(b"1 1 5 5 re f"))
    profile = tmp_path / "profile"
    async with teaching(profile, "") as teacher:
        window = await teacher.window()
        lesson = await opened(window)
        ask(window, ImportFiles(1, (pdf,)))
        await ended(window)
        pins = profile / "pictures" / "pinned" / lesson.session
        async with asyncio.timeout(10):
            while not pins.exists() or len(list(pins.iterdir())) < 2:
                await asyncio.sleep(0.01)
        ask(window, DropPrepared(lesson.session))
        gone = await heard(window, lambda m: isinstance(m, PreparedLessons))
        assert gone == PreparedLessons(())
        assert not pins.exists()
        assert list((profile / "prepared").iterdir()) == []
