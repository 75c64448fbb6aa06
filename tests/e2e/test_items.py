"""Every kind of item in a real browser: the board's font by slices, the teacher's frame, an
instrument, pages that come, move and vanish, and the pupil's eraser of parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling_server.protocol.board import Board
from signaling_server.protocol.commands import GiveRight, Ink, PageKind, Right
from signaling_server.protocol.entries import InstrumentKind, InstrumentSet, TextPlaced, ViewShown
from signaling_server.protocol.ids import Member, PageId
from teacher_client.lesson.board_commands import (
    AddPage,
    DeletePage,
    PutItems,
    SetInstrument,
    ShowView,
)
from teacher_client.lesson.link import Do
from tests.e2e.browser import CHROMIUM, PupilBrowser
from tests.e2e.kit import EngineProcess, ServerProcess, running, wait_for
from tests.e2e.teacher import TeacherSocket
from tests.e2e.test_pupil_writes import PAGE, come_in, settle, write

WORDS = TextPlaced("配方法：y = (x − 2)² − 1", 2_000, 15_000, 9_000, 700, 500, Ink.GREEN)
INKED = """() => {
  const canvas = document.querySelector(".board-overlay");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.some((value, i) => i % 4 === 3 && value > 0);
}"""


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here (make installs it)")
def test_a_pupil_sees_every_kind_of_item(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = PupilBrowser(tmp_path, server.url, server.ready["pupil_link"])
        with running(engine), TeacherSocket(engine) as teacher, pupil:
            fonts: list[str] = []
            pupil.page.on(
                "request", lambda r: fonts.append(r.url) if r.url.endswith(".woff2") else None
            )
            come_in(pupil, server)
            page = pupil.page
            wait_for(lambda: pupil.ask_probe("p => p.page()") == PAGE, 20, "a page is shown")
            assert fonts == []

            teacher.do(Do(PutItems(PAGE, texts=(WORDS,))))
            faces = "Array.from(document.fonts).filter((f) => f.status === 'loaded').length"
            wait_for(lambda: page.evaluate(faces) > 0, 20, "the font's slices")
            assert 1 <= len(fonts) <= 8  # of a hundred
            label = "document.querySelector('.board-surface').getAttribute('aria-label')"
            wait_for(lambda: WORDS.text in page.evaluate(label), 20, "its words are told")

            teacher.do(Do(ShowView(PAGE, ViewShown(5_000, 10_000, 6_000, 4_000))))
            wait_for(lambda: round(pupil.ask_probe("p => p.seen().width")) == 60, 10, "the frame")
            page.mouse.move(200, 400)
            page.keyboard.down("Control")
            page.mouse.wheel(0, -200)
            page.keyboard.up("Control")
            page.locator("#back-to-teacher").click()
            wait_for(lambda: round(pupil.ask_probe("p => p.seen().width")) == 60, 10, "the frame")
            teacher.do(Do(ShowView(PAGE, ViewShown())))
            wait_for(lambda: round(pupil.ask_probe("p => p.seen().width")) == 176, 10, "the page")

            ruler = InstrumentSet(InstrumentKind.RULER, 2_000, 4_000, 0, 10_000)
            teacher.do(Do(SetInstrument(PAGE, ruler)))
            wait_for(lambda: page.evaluate(INKED), 10, "a ruler")
            teacher.do(Do(SetInstrument(PAGE, InstrumentSet(InstrumentKind.NONE))))
            wait_for(lambda: not page.evaluate(INKED), 10, "no ruler")

            erase_parts(pupil, engine, teacher)
            teacher.do(Do(AddPage(kind=PageKind.AXES)))
            wait_for(lambda: pupil.ask_probe("p => p.page()") == PAGE + 1, 10, "the new page")
            teacher.do(Do(DeletePage(PageId(PAGE + 1))))
            wait_for(lambda: pupil.ask_probe("p => p.page()") == PAGE, 10, "the page before")
            assert pupil.ask_probe("p => p.pages()") == [PAGE]
            assert [line for line in pupil.console if line.startswith("error:")] == []


def erase_parts(pupil: PupilBrowser, engine: EngineProcess, teacher: TeacherSocket) -> None:
    """Write a wave, rub out its middle, take that back."""
    page, me = pupil.page, Member(pupil.ask_probe("p => p.state().me"))
    teacher.do(Do(GiveRight(me, Right.WRITE)))
    page.locator("#done-writing").wait_for(state="visible", timeout=20_000)
    write(pupil, 3)
    page.locator("#eraser").click()
    page.locator("#eraser").click()
    box = page.locator(".board-surface").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 170, box["y"] + 110)
    page.mouse.down()
    page.mouse.move(box["x"] + 170, box["y"] + 200, steps=5)
    page.mouse.up()

    def gaps(board: Board) -> int:
        return sum(len(stroke.gaps) for stroke in board.pages[PAGE].strokes.values())

    wait_for(lambda: gaps(settle(pupil, engine)) == 1, 20, "a part is rubbed out")
    page.locator("#undo").click()
    wait_for(lambda: gaps(settle(pupil, engine)) == 0, 20, "it is back")
    page.locator("#eraser").click()
