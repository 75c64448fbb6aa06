"""A lesson that is being prepared when the program dies: nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.ids import PageId
from teacher_client.lesson.board_commands import PutItems, PutStroke
from teacher_client.lesson.file_messages import (
    ImportFiles,
    JobProgress,
    ListPrepared,
    PreparedLessons,
    PrepareLesson,
)
from teacher_client.lesson.link import Do, LessonOpened
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from tests.e2e.kit import EngineProcess, ServerProcess, running, wait_for
from tests.e2e.teacher import TeacherSocket
from tests.fakes.hostile_files import long_pdf

PAGE = PageId(1)
STROKE = PutStroke(Tool.PEN, Ink.BLUE, 70, (100, 900, 1700), (100, 200, 300))


def test_a_killed_program_goes_on_where_it_was(tmp_path: Path) -> None:
    pdf = tmp_path / "book.pdf"
    pdf.write_bytes(long_pdf(200))
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        with running(engine):
            with TeacherSocket(engine) as teacher:
                teacher.do(PrepareLesson(title="圆"))
                opened = teacher.wait(LessonOpened)
                assert isinstance(opened, LessonOpened)
                folder = engine.profile / "prepared" / opened.session
                teacher.do(Do(PutItems(PAGE, strokes=(STROKE,) * 20)))
                teacher.do(ImportFiles(1, (str(pdf),)))

                def pages() -> int:
                    told = teacher.wait(JobProgress)
                    assert isinstance(told, JobProgress)
                    return told.done

                wait_for(lambda: pages() >= 5, name="some pages")
                wait_for(lambda: len(read_journal(folder / JOURNAL_NAME).blocks) > 5)
                engine.kill()
            held = read_journal(folder / JOURNAL_NAME)
            last = held.blocks[-1][1].last
            engine.start()
            with TeacherSocket(engine) as teacher:
                teacher.do(ListPrepared())
                listed = teacher.wait(PreparedLessons)
                assert isinstance(listed, PreparedLessons)
                [kept] = listed.items
                assert (kept.lesson, kept.title, kept.was_cut_off) == (opened.session, "圆", True)
                assert kept.pages >= 5
                teacher.do(PrepareLesson(kept.lesson))
                again = teacher.wait(LessonOpened)
                assert again == opened
                teacher.do(Do(PutItems(PAGE, strokes=(STROKE,))))
                path = folder / JOURNAL_NAME
                wait_for(lambda: read_journal(path).blocks[-1][1].last > last)
                whole = read_journal(path).blocks
                assert [raw for raw, _block in whole[: len(held.blocks)]] == [
                    raw for raw, _block in held.blocks
                ]
