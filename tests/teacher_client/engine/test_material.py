"""Files become pages of a running lesson: a real engine, its cage, and a window's socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from signaling_server.protocol.board import Board
from signaling_server.protocol.commands import PageKind, Say, Undo
from signaling_server.protocol.ids import TEACHER, PageId
from signaling_server.protocol.pictures import PictureTrouble
from teacher_client.engine.material import board_size
from teacher_client.lesson.board_commands import AddPage
from teacher_client.lesson.file_messages import (
    CancelJob,
    ImportFiles,
    JobKind,
    JobProblem,
    JobProgress,
    JobState,
    PicturePart,
    PictureSharpened,
    SayPicture,
    SharpenPicture,
)
from teacher_client.lesson.link import (
    Do,
    FromWindow,
    MicrophoneState,
    Notice,
    NoticeId,
    pack_message,
)
from teacher_client.service.pictures import PictureServer
from tests.fakes.hostile_files import long_pdf, one_page, photo
from tests.teacher_client.engine.test_engine import Teacher, blocks_up_to, heard, lesson_on
from tests.teacher_client.engine.test_window_server import Window
from tests.teacher_client.servers import as_json, http_server

PAGE = PageId(1)


def ask(window: Window, *messages: FromWindow) -> None:
    window.send(*(pack_message(message) for message in messages))


def is_over(message: object) -> bool:
    return isinstance(message, JobProgress) and message.state is not JobState.RUNNING


def has_done(count: int) -> Callable[[object], bool]:
    return lambda message: isinstance(message, JobProgress) and message.done >= count


async def ended(window: Window) -> JobProgress:
    message = await heard(window, is_over)
    assert isinstance(message, JobProgress)
    return message


def board_of(teacher: Teacher) -> Board:
    room = teacher.engine.lesson.room
    assert room is not None
    return room.author.board


def write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


async def test_a_pdf_is_taught_on_from_its_first_page(tmp_path: Path) -> None:
    pdf = write(tmp_path / "sheet.pdf", long_pdf(5))
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, Do(AddPage()))
        ask(window, ImportFiles(7, (pdf,), PAGE))
        await heard(window, has_done(1))
        board = board_of(teacher)
        assert board.shown == 3
        done = await ended(window)
        assert done == JobProgress(7, JobKind.IMPORT, JobState.DONE, 5, 5, pdf)
        assert board.order == [1, 3, 4, 5, 6, 7, 2]
        assert board.shown == 3  # nobody is torn away by a page that follows
        page = board.pages[PageId(3)]
        assert (page.width, page.height, page.kind) == (20_990, 29_704, PageKind.BLANK)
        [ground] = page.pictures.values()
        assert ground.body.is_ground
        assert (ground.body.width, ground.body.height) == (page.width, page.height)
        placed = [next(iter(board.pages[n].pictures.values())) for n in board.order[1:6]]
        hashes = {picture.body.sha256 for picture in placed}
        assert len(hashes) == 5
        ask(window, Do(Undo()))
        ask(window, Do(Say("好")))
        await blocks_up_to(window, "好")
        assert board.order == [1, 2]


async def test_pages_that_follow_stay_away_once_the_first_are_undone(tmp_path: Path) -> None:
    pdf = write(tmp_path / "book.pdf", long_pdf(300))
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (pdf,)))
        await heard(window, has_done(2))
        ask(window, Do(Undo()))
        assert (await ended(window)).state is JobState.CANCELLED
        assert board_of(teacher).order == [1]


async def test_a_cancelled_import_keeps_the_pages_that_came(tmp_path: Path) -> None:
    pdf = write(tmp_path / "book.pdf", long_pdf(300))
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (pdf,)))
        await heard(window, has_done(2))
        ask(window, CancelJob(1))
        done = await ended(window)
        assert done.state is JobState.CANCELLED
        assert done.total == 300
        await asyncio.sleep(0.3)
        board = board_of(teacher)
        assert 3 <= len(board.order) < 20
        assert all(board.pages[number].pictures for number in board.order[1:])


async def test_a_single_picture_lies_on_the_page_where_it_was_dropped(tmp_path: Path) -> None:
    picture = write(tmp_path / "photo.jpg", photo(3000, 1500))
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (picture,), on=PAGE, x=8_000, y=9_000))
        assert (await ended(window)).state is JobState.DONE
        board = board_of(teacher)
        [placed] = board.pages[PAGE].pictures.values()
        body = placed.body
        assert not body.is_ground
        assert (body.width, body.height) == (14_080, 7_040)  # what fits; the page is 176 mm wide
        assert (body.x + body.width // 2, body.y + body.height // 2) == (8_000, 9_000)
        ask(window, Do(Undo()))
        ask(window, Do(Say("好")))
        await blocks_up_to(window, "好")
        assert not board.pages[PAGE].pictures[placed.id].is_visible


async def test_a_picture_is_said_in_the_chat(tmp_path: Path) -> None:
    path = write(tmp_path / "photo.jpg", photo())
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, SayPicture(4, path))
        assert await ended(window) == JobProgress(4, JobKind.SAY, JobState.DONE, 1, 1, path)
        (line,) = board_of(teacher).chat
        assert (line.member, line.text, len(line.picture)) == (TEACHER, "", 64)
        ask(window, SayPicture(5, str(tmp_path / "gone.jpg")))
        assert (await ended(window)).problem == JobProblem.UNREADABLE


async def test_one_bad_file_does_not_keep_the_others_away(tmp_path: Path) -> None:
    paths = (
        write(tmp_path / "a.pdf", one_page(b"1 1 5 5 re f")),
        write(tmp_path / "b.jpg", b"MZ" + bytes(100)),
        write(tmp_path / "c.jpg", photo(300, 200)),
    )
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, paths))
        told = await heard(window, lambda m: isinstance(m, JobProgress) and m.problem != "")
        assert isinstance(told, JobProgress)
        assert (told.problem, told.path) == (PictureTrouble.NOT_A_PICTURE.value, paths[1])
        done = await ended(window)
        assert (done.state, done.done) == (JobState.DONE, 2)
        board = board_of(teacher)
        assert board.order == [1, 2, 3]
        [picture] = board.pages[PageId(3)].pictures.values()
        assert not picture.body.is_ground  # a picture is not a sheet: it can be moved


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("cut.pdf", long_pdf(3)[:200], PictureTrouble.DAMAGED.value),
        ("none.pdf", None, JobProblem.UNREADABLE.value),
    ],
)
async def test_a_file_that_cannot_be_taken_says_why(
    tmp_path: Path, name: str, data: bytes | None, problem: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (str(path),)))
        done = await ended(window)
        assert (done.state, done.problem, done.path) == (JobState.FAILED, problem, str(path))
        assert board_of(teacher).order == [1]


@pytest.mark.parametrize(
    ("mm", "board"),
    [
        ((210, 297), (21_000, 29_700)),  # a sheet keeps its size
        ((176, 250), (17_600, 25_000)),
        ((1016, 571.5), (29_700, 16_706)),  # slides a metre wide
        ((60, 90), (21_000, 31_500)),
        ((140, 20_000), (14_000, 1_000_000)),
    ],
)
def test_a_page_is_as_large_as_a_sheet(mm: tuple[float, float], board: tuple[int, int]) -> None:
    assert board_size(*mm) == board


async def test_a_part_of_a_page_is_drawn_sharper_beside_its_picture(tmp_path: Path) -> None:
    pdf = write(tmp_path / "sheet.pdf", long_pdf(1))
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (pdf,)))
        await ended(window)
        [page] = board_of(teacher).pages[PageId(2)].pictures.values()
        part = PicturePart(4096, 4, 1, 0)
        ask(window, SharpenPicture(page.body.sha256, part))
        answer = await heard(window, lambda m: isinstance(m, PictureSharpened))
        assert answer == PictureSharpened(page.body.sha256, part)
        path = teacher.engine.pictures.files.part_path(page.body.sha256, (4096, 4, 1, 0))
        with Image.open(path) as image:
            assert image.width == 1024
        ask(window, SharpenPicture("0" * 64, part))  # of no PDF that is here
        answer = await heard(window, lambda m: isinstance(m, PictureSharpened))
        assert answer == PictureSharpened("0" * 64, part)


async def test_a_picture_that_the_server_does_not_take_is_told_once(tmp_path: Path) -> None:
    async with (
        lesson_on(tmp_path / "profile") as (teacher, _server, window),
        http_server(lambda _h, _b: (409, as_json({"reason": "lesson_full"}))) as full,
    ):
        teacher.engine.pictures._line._where = lambda: PictureServer(full, "token")
        pdf = write(tmp_path / "sheet.pdf", long_pdf(3))
        ask(window, ImportFiles(1, (pdf,)))
        said: list[object] = []

        def is_done(message: object) -> bool:
            said.append(message)
            has_sent = not teacher.engine.pictures.files.waiting()
            return isinstance(message, MicrophoneState) and has_sent and bool(notices(said))

        await heard(window, lambda m: is_done(m) and len(board_of(teacher).order) == 4)
        assert notices(said) == [Notice(NoticeId.PICTURES_NOT_TAKEN)]
        assert len(board_of(teacher).order) == 4  # the lesson goes on with them


def notices(said: list[object]) -> list[object]:
    return [message for message in said if isinstance(message, Notice)]
