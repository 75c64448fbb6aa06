"""Pages to a file: a real engine, the child that writes, and a window's socket."""

from __future__ import annotations

from pathlib import Path

import pytest

from teacher_client.engine.exporter import LessonKind, may_export
from teacher_client.files.errors import FileTrouble
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.file_messages import (
    CancelJob,
    ExportFormat,
    ExportPages,
    ImportFiles,
    JobKind,
    JobProblem,
    JobProgress,
    JobState,
)
from teacher_client.lesson.link import Do
from tests.fakes.hostile_files import long_pdf
from tests.teacher_client.engine.test_engine import lesson_on, teaching
from tests.teacher_client.engine.test_material import ask, ended, write
from tests.teacher_client.engine.test_prepared import PAGE, STROKE, opened, synced


async def test_what_is_prepared_becomes_a_pdf_that_keeps_its_sheet(tmp_path: Path) -> None:
    sheet = write(tmp_path / "sheet.pdf", long_pdf(2))
    out = tmp_path / "板书.pdf"
    async with teaching(tmp_path / "profile", "") as teacher:
        window = await teacher.window()
        await opened(window, title="圆")
        ask(window, ImportFiles(1, (sheet,)))
        await ended(window)
        ask(window, Do(PutItems(PAGE, strokes=(STROKE,))))
        ask(window, ExportPages(2, str(out), ExportFormat.PDF))
        done = await ended(window)
        assert done == JobProgress(2, JobKind.EXPORT, JobState.DONE, 3, 3, str(out))
        data = out.read_bytes()
        assert data.startswith(b"%PDF")
        assert b"/Image" not in data  # the sheet's own pages stand there, no pictures of them


async def test_a_live_lesson_is_exported_and_says_what_is_lost(tmp_path: Path) -> None:
    out = tmp_path / "a.xopp"
    async with lesson_on(tmp_path / "profile") as (_teacher, _server, window):
        ask(window, Do(PutItems(PAGE, strokes=(STROKE, STROKE))))
        ask(window, ExportPages(1, str(out), ExportFormat.XOPP, (PAGE,)))
        done = await ended(window)
        assert done.state is JobState.DONE
        assert out.exists()
        assert dict(zip(done.lost, done.lost_counts, strict=True))["times"] == 2


async def test_an_export_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    async with teaching(tmp_path / "profile", "") as teacher:
        window = await teacher.window()
        await opened(window)
        ask(window, Do(PutItems(PAGE, strokes=(STROKE,) * 400)))
        await synced(teacher, 400)
        ask(window, ExportPages(2, str(folder / "x.pdf"), ExportFormat.PDF), CancelJob(2))
        assert (await ended(window)).state is JobState.CANCELLED
        assert list(folder.iterdir()) == []


async def test_without_a_lesson_or_a_folder_nothing_is_written(tmp_path: Path) -> None:
    async with teaching(tmp_path / "profile", "") as teacher:
        window = await teacher.window()
        target = str(tmp_path / "nowhere" / "x.pdf")
        ask(window, ExportPages(1, target, ExportFormat.PDF))
        assert (await ended(window)).problem == JobProblem.NO_LESSON
        await opened(window)
        ask(window, ExportPages(2, target, ExportFormat.PDF))
        done = await ended(window)
        assert (done.state, done.problem) == (JobState.FAILED, FileTrouble.DISK_REFUSED.value)
        assert done.path == target


@pytest.mark.parametrize(
    ("policy", "kinds"),
    [
        (None, {LessonKind.PREPARED, LessonKind.LIVE}),
        (True, set(LessonKind)),
        (False, {LessonKind.PREPARED}),
    ],
)
def test_the_programme_says_what_may_be_exported(
    policy: bool | None, kinds: set[LessonKind]
) -> None:
    assert {kind for kind in LessonKind if may_export(policy, kind)} == kinds
