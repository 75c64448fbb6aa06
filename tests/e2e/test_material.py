"""A worksheet in a live lesson: pupils get its pages in both sizes, through an outage as well."""

from __future__ import annotations

import io
import time
from pathlib import Path

import httpx
from PIL import Image

from signaling_server.protocol.commands import Ink, Say, Tool, WriteInk
from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import TEACHER, PageId, stroke_id
from signaling_server.protocol.pictures import PictureSize, PictureTrouble
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.file_messages import ImportFiles, JobProgress, JobState, PicturesCame
from teacher_client.lesson.link import Do
from teacher_client.picture_files import PictureFiles
from tests.e2e.kit import EngineProcess, ServerProcess, SocketPupil, running, wait_for
from tests.e2e.teacher import TeacherSocket
from tests.fakes.hostile_files import hostile_pdfs, long_pdf, photo

PAGES = 8
PAGE = PageId(1)
COSTLY = "ten to the twelve forms"


class Viewer:
    """What a pupil's page does with the pictures of a lesson."""

    def __init__(self, server: ServerProcess, session: str, login: str) -> None:
        self._address = f"{server.url}/api/lessons/{session}/pictures/"
        token = server.sign_in(login)
        self._head = {"Authorization": f"Bearer {token}", "X-Lamplight-Client": "engine"}

    def bring(self, data: bytes) -> str:
        """Its name, as the server says."""
        head = {**self._head, "Content-Type": "image/jpeg"}
        answer = httpx.post(
            self._address.rstrip("/"), content=data, headers=head, trust_env=False, timeout=30
        )
        answer.raise_for_status()
        return str(answer.json()["sha256"])

    def get(self, sha256: str, size: str) -> tuple[int, int] | None:
        """Its size in pixels; None where the server has none (yet, or does not answer)."""
        try:
            answer = httpx.get(
                f"{self._address}{sha256}?size={size}", headers=self._head, trust_env=False
            )
        except httpx.TransportError:
            return None
        if answer.status_code != 200:
            return None
        with Image.open(io.BytesIO(answer.content)) as image:
            image.load()
            return image.size


def placed(pupil: SocketPupil) -> list[PicturePlaced]:
    """The pictures that a pupil's board shows, page by page."""
    board = pupil.reader.board
    pages = [board.pages[number] for number in board.order]
    return [picture.body for page in pages for picture in page.pictures.values()]


def over(teacher: TeacherSocket) -> JobProgress:
    while True:
        told = teacher.wait(JobProgress, 60)
        assert isinstance(told, JobProgress)
        if told.state is not JobState.RUNNING:
            return told


def test_pages_reach_a_pupil_through_an_outage(tmp_path: Path) -> None:
    pdf = tmp_path / "sheet.pdf"
    pdf.write_bytes(long_pdf(PAGES))
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = SocketPupil(server)
        with running(engine), TeacherSocket(engine) as teacher:
            pupil.connect()
            session = pupil.ask_and_join().session
            viewer = Viewer(server, session, "pupil1")
            teacher.do(ImportFiles(1, (str(pdf),)))
            pupil.wait_until(lambda: placed(pupil))
            first = placed(pupil)[0]
            wait_for(lambda: viewer.get(first.sha256, "full"), name="the first page")
            server.kill()  # the others are on their way
            assert over(teacher).state is JobState.DONE
            time.sleep(1.5)
            server.start()
            pupil.close()
            pupil.connect()
            pupil.join(session)
            pupil.wait_until(lambda: len(placed(pupil)) == PAGES, 40)
            assert all(one.is_ground for one in placed(pupil))
            for one in placed(pupil):
                size = wait_for(lambda one=one: viewer.get(one.sha256, "full"), 60, "a page")
                assert max(size) == 2560
                small = viewer.get(one.sha256, "small")
                assert small is not None
                assert max(small) == 640
            pupil.close()


def test_a_pupils_photo_comes_to_the_teacher_and_goes_on_the_page(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = SocketPupil(server)
        with running(engine), TeacherSocket(engine) as teacher:
            pupil.connect()
            session = pupil.ask_and_join().session
            sha256 = Viewer(server, session, "pupil1").bring(photo())
            pupil.command(Say("", sha256))
            came = teacher.wait(PicturesCame)
            assert came == PicturesCame((sha256,))
            files = PictureFiles(engine.profile)
            assert files.get(sha256, PictureSize.FULL) is not None
            body = PicturePlaced(sha256, 1_000, 1_000, 8_000, 6_000)
            teacher.do(Do(PutItems(PAGE, pictures=(body,))))
            pupil.wait_until(lambda: placed(pupil) == [body])
            # brought once more, by the teacher: now it is for everybody
            wait_for(lambda: files.has_brought(session, sha256), 20, "the teacher's own upload")
            pupil.close()


def test_a_hostile_pdf_is_refused_in_words_and_the_lesson_goes_on(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(hostile_pdfs()[COSTLY])
    good = tmp_path / "good.pdf"
    good.write_bytes(long_pdf(1))
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = SocketPupil(server)
        with running(engine), TeacherSocket(engine) as teacher:
            pupil.connect()
            pupil.ask_and_join()
            pupil.wait_until(lambda: PAGE in pupil.reader.board.pages)
            name = stroke_id(TEACHER, 0x8000, 1)
            written = 0

            def write() -> int:
                nonlocal written
                at, is_last = (written,), False
                teacher.do(
                    Do(
                        WriteInk(
                            name, PAGE, Tool.PEN, Ink.INK, 70, written, at, at, at, (), is_last
                        )
                    )
                )
                written += 1
                time.sleep(0.01)
                stroke = pupil.reader.board.stroke(PAGE, name)
                return 0 if stroke is None else len(stroke.x)

            pupil.wait_until(write)
            teacher.do(ImportFiles(1, (str(bad),)))
            told, most_behind = None, 0
            while told is None:
                arrived = pupil.wait_until(write)
                most_behind = max(most_behind, written - arrived)
                teacher.take()
                told = next((m for m in teacher.heard if is_over(m)), None)
            assert isinstance(told, JobProgress)
            assert told.state is JobState.FAILED
            assert told.problem in {trouble.value for trouble in PictureTrouble}
            pupil.wait_until(lambda: write() > written - 20)
            assert most_behind < 400  # samples; generous: a machine under load
            teacher.heard.clear()
            teacher.do(ImportFiles(2, (str(good),)))
            assert over(teacher).state is JobState.DONE
            pupil.wait_until(lambda: placed(pupil))
            pupil.close()


def is_over(message: object) -> bool:
    return isinstance(message, JobProgress) and message.state is not JobState.RUNNING
