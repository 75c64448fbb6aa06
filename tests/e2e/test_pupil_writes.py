"""A pupil in a real browser, in English: writes, undoes, asks, chats, gives the turn back; and
what was written while the line was cut arrives whole."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path

import pytest

from signaling_server.protocol.board import Board, digest
from signaling_server.protocol.commands import GiveRight, Right
from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import Member, PageId
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.link import Do
from tests.e2e.browser import CHROMIUM, PupilBrowser
from tests.e2e.kit import EngineProcess, ServerProcess, running, wait_for
from tests.e2e.teacher import TeacherSocket

PAGE = PageId(1)
OFFLINE_S = 6.0
CHINESE = re.compile("[\u4e00-\u9fff]+")
TEACHER_NAME = "甲老师"


def come_in(pupil: PupilBrowser, server: ServerProcess) -> None:
    """By the link, in English, into the lesson."""
    page = pupil.page
    page.goto(server.ready["pupil_link"])
    page.goto(f"{server.url}/?probe=1&lang=en")
    page.locator("[data-subject]").nth(1).click()
    page.locator("#find-teacher").click()
    pupil.await_lesson()


def write(pupil: PupilBrowser, row: int, steps: int = 40) -> None:
    """One wave over the board's surface."""
    box = pupil.page.locator(".board-surface").bounding_box()
    assert box is not None
    mouse = pupil.page.mouse
    y = box["y"] + 60 + 30 * (row % 10)
    mouse.move(box["x"] + 30, y)
    mouse.down()
    for i in range(steps):
        mouse.move(box["x"] + 30 + 7 * i, y + 10 * math.sin(i / 3))
    mouse.up()


def chinese_words(pupil: PupilBrowser) -> list[str]:
    """What is on screen in Chinese, apart from the teacher's name."""
    words = CHINESE.findall(pupil.page.locator("main").inner_text())
    return [word for word in words if word != TEACHER_NAME]


def visible(board: Board, author: Member) -> list[int]:
    """How long the visible strokes of a member are, samples."""
    page = board.pages[PAGE]
    strokes = [s for s in page.strokes.values() if s.is_visible and s.author == author]
    assert all(stroke.has_ended and not stroke.is_cut for stroke in strokes)
    return [len(stroke.x) for stroke in strokes]


def settle(pupil: PupilBrowser, engine: EngineProcess, seconds: float = 20) -> Board:
    """Wait until nothing is on its way; the journal's board, equal to the page's."""
    idle = "p => p.state().isOnline && p.state().commandsWaiting === 0 && p.isSettled()"
    wait_for(lambda: pupil.ask_probe(idle), seconds, "all that was done is in the log")

    def equal() -> Board | None:
        board = engine.log_board().board
        return board if digest(board.pages[PAGE]) == pupil.digest(PAGE) else None

    board = wait_for(equal, 10, "one board in page and journal")
    assert isinstance(board, Board)
    return board


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here (make installs it)")
def test_a_pupil_writes_in_english_and_keeps_what_an_outage_held_up(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, "--microphone", "null:", "--speaker", "null:")
        pupil = PupilBrowser(tmp_path, server.url, server.ready["pupil_link"])
        with running(engine), TeacherSocket(engine) as teacher, pupil:
            come_in(pupil, server)
            page = pupil.page
            me = Member(pupil.ask_probe("p => p.state().me"))
            wait_for(lambda: pupil.ask_probe("p => p.page()") == PAGE, 20, "a page is shown")

            teacher.do(
                Do(PutItems(PAGE, pictures=(PicturePlaced("a" * 64, 2_000, 15_000, 8_000, 5_000),)))
            )
            page.locator("#hand").click()
            wait_for(lambda: engine.log_board().board.members[me].hand_since_ms is not None)
            teacher.do(Do(GiveRight(me, Right.WRITE)))
            page.locator("#done-writing").wait_for(state="visible", timeout=20_000)
            assert page.locator("#done-writing").inner_text() == "Done"
            assert chinese_words(pupil) == []

            write(pupil, 0)
            write(pupil, 1)
            before = visible(settle(pupil, engine), me)
            assert len(before) == 2
            page.locator("#undo").click()
            write(pupil, 2)
            wait_for(lambda: len(visible(settle(pupil, engine), me)) == 2)

            page.locator("#chat").click()
            page.locator("#chat-text").fill("Why is it 4?")
            page.locator("#chat-send").click()
            said = settle(pupil, engine).chat
            assert [(line.member, line.text) for line in said] == [(me, "Why is it 4?")]
            page.keyboard.press("Escape")

            page.context.set_offline(True)
            rows = 0
            end = time.monotonic() + OFFLINE_S
            while time.monotonic() < end:
                write(pupil, 3 + rows, 40)
                rows += 1
            assert not pupil.ask_probe("p => p.state().isOnline")
            drawn = pupil.ask_probe("p => p.strokesShown()")
            page.context.set_offline(False)
            lengths = visible(settle(pupil, engine, 30), me)
            assert len(lengths) == drawn == 2 + rows
            assert min(lengths) > 20
            assert chinese_words(pupil) == []

            page.locator("#done-writing").click()
            page.locator("#done-writing").wait_for(state="hidden", timeout=20_000)
            board = settle(pupil, engine)
            assert not board.members[me].may_write
            assert len(visible(board, me)) == 2 + rows
            errors = [line for line in pupil.console if line.startswith("error:")]
            expected = ("ERR_INTERNET_DISCONNECTED", "404 (Not Found)")  # the picture never comes
            assert [line for line in errors if not any(word in line for word in expected)] == []
