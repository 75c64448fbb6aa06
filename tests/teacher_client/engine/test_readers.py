"""Files of this program and of others become pages again: written by one engine, read by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling_server.protocol.ids import PageId
from teacher_client.files.errors import FileTrouble, Lost
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.file_messages import (
    ExportFormat,
    ExportPages,
    ImportFiles,
    JobState,
)
from teacher_client.lesson.link import Do
from tests.fakes.hostile_files import long_pdf, photo
from tests.teacher_client.engine.test_engine import lesson_on
from tests.teacher_client.engine.test_material import ask, board_of, ended, write
from tests.teacher_client.engine.test_prepared import PAGE, STROKE, looks

SHEET = PageId(2)


@pytest.mark.parametrize(
    ("name", "kind", "has_ground"),
    [
        ("a.lamp", ExportFormat.LESSON, True),
        ("a.xopp", ExportFormat.XOPP, True),
        ("a.inkml", ExportFormat.INKML, False),
    ],
)
async def test_what_was_written_comes_back(
    tmp_path: Path, name: str, kind: ExportFormat, has_ground: bool
) -> None:
    pdf = write(tmp_path / "sheet.pdf", long_pdf(1))
    picture = write(tmp_path / "photo.jpg", photo(600, 300))
    path = str(tmp_path / name)
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (pdf,)))
        assert (await ended(window)).state is JobState.DONE
        if kind is not ExportFormat.INKML:
            ask(window, ImportFiles(2, (picture,), on=PAGE, x=6_000, y=6_000))
            await ended(window)
        ask(window, Do(PutItems(SHEET, strokes=(STROKE,))), ExportPages(3, path, kind))
        assert (await ended(window)).state is JobState.DONE
        ask(window, ImportFiles(4, (path,)))
        done = await ended(window)
        assert (done.state, done.problem, done.done, done.total) == (JobState.DONE, "", 2, 2)
        board = board_of(teacher)
        assert len(board.order) == 4
        before, after = (board.pages[board.order[index]] for index in (1, 3))
        [stroke] = after.strokes.values()
        assert stroke.style.ink == STROKE.ink
        assert stroke.x == pytest.approx(STROKE.x, abs=1)
        if has_ground:
            [old], [new] = before.pictures.values(), after.pictures.values()
            assert new.body.is_ground
            assert new.body.sha256 == old.body.sha256  # the same page, drawn by the same cage
            assert len(board.pages[board.order[2]].pictures) == 1
        if kind is ExportFormat.LESSON:
            assert [looks(board, n) for n in board.order[2:]] == [
                looks(board, n) for n in board.order[:2]
            ]


async def test_a_file_whose_pdf_is_gone_comes_without_it_and_says_so(tmp_path: Path) -> None:
    pdf = write(tmp_path / "sheet.pdf", long_pdf(1))
    path = tmp_path / "a.xopp"
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (pdf,)))
        await ended(window)
        ask(window, Do(PutItems(SHEET, strokes=(STROKE,))))
        ask(window, ExportPages(2, str(path), ExportFormat.XOPP, (SHEET,)))
        assert (await ended(window)).state is JobState.DONE
        [beside] = list(tmp_path.glob("a.xopp.*"))
        beside.unlink()
        ask(window, ImportFiles(3, (str(path),)))
        done = await ended(window)
        assert done.state is JobState.DONE
        assert dict(zip(done.lost, done.lost_counts, strict=True))[Lost.PDF_GROUND] == 1
        page = board_of(teacher).pages[PageId(3)]
        assert (len(page.strokes), len(page.pictures)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("x.xopp", b"no xml at all", FileTrouble.DAMAGED),
        ("x.lamp", b"PK no archive", FileTrouble.NOT_THIS_KIND),
        ("x.inkml", b"<ink><trace>1 2, ", FileTrouble.DAMAGED),
    ],
)
async def test_a_file_that_is_none_is_refused_in_words(
    tmp_path: Path, name: str, data: bytes, problem: FileTrouble
) -> None:
    path = write(tmp_path / name, data)
    async with lesson_on(tmp_path / "profile") as (teacher, _server, window):
        ask(window, ImportFiles(1, (path,)))
        done = await ended(window)
        assert (done.state, done.problem) == (JobState.FAILED, problem.value)
        assert board_of(teacher).order == [1]
