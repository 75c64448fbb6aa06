"""A lesson that ends while the server is away is whole there afterwards, and stays ended."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from signaling_server.protocol.blocks import split_blocks
from signaling_server.protocol.commands import Say
from teacher_client.lesson.link import Do, FinishLesson, LessonClosed
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from tests.e2e.kit import EngineProcess, ServerProcess, SocketPupil, running, wait_for
from tests.e2e.teacher import TeacherSocket


def test_a_lesson_ended_while_the_server_was_away_is_handed_in(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = SocketPupil(server)
        with running(engine), TeacherSocket(engine) as teacher:
            pupil.connect()
            session = pupil.ask_and_join().session
            teacher.do(Do(Say("先看图")))
            pupil.wait_until(lambda: pupil.reader.board.chat)
            pupil.close()
            server.kill()
            teacher.do(Do(Say("断线时说的")))
            time.sleep(0.5)
            teacher.do(FinishLesson())
            teacher.wait(LessonClosed)
            server.start()
            journal = [
                data for data, _ in read_journal(engine.lesson_folder() / JOURNAL_NAME).blocks
            ]
            token = server.sign_in("teacher")

            def stored() -> list[bytes]:
                answer = httpx.get(
                    f"{server.url}/api/lessons/{session}/log",
                    headers={"Authorization": f"Bearer {token}"},
                    trust_env=False,
                )
                return split_blocks(answer.content)[0]

            wait_for(lambda: stored() == journal, 20, "the log's end at the server")

            def has_ended() -> bool:
                welcome = pupil.connect()
                pupil.close()
                return welcome.session == ""

            wait_for(has_ended, 20, "the session's end")
            after = [data for data, _ in read_journal(engine.lesson_folder() / JOURNAL_NAME).blocks]
            assert after == journal  # nothing was written behind the end
