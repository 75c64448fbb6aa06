"""The whole window program against a fake engine over the real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from signaling_server.protocol.commands import Ink, Refusal, Tool
from signaling_server.protocol.hints import HintBatch, encode_batch, encode_hints
from signaling_server.protocol.ids import TEACHER, PageId, stroke_id
from signaling_server.protocol.ink import Samples, Style
from signaling_server.protocol.messages import EarlierLesson, RequestGone, RequestOffered
from teacher_client.lesson.link import (
    Accept,
    Account,
    ChooseDuty,
    Decline,
    Duty,
    KeptLesson,
    LessonClosed,
    LessonOpened,
    Lessons,
    ListLessons,
    OpenLesson,
    PlayState,
    Quit,
    SignIn,
    SignOut,
    pack_message,
)
from teacher_client.ui.app import Application
from teacher_client.ui.engine_link import EngineLink, read_endpoint
from teacher_client.ui.settings import Language
from tests.fakes.fake_engine import FakeEngine
from tests.fakes.fake_lesson import EPOCH
from tests.teacher_client.ui.conftest import SESSION, lesson_log, picture, pupils

EARLIER = (EarlierLesson("session-0000", "数学", 1_794_000_000_000, 29),)
ASKS = RequestOffered("request-0001", "甲同学", "数学", "第 2 问不会", 41_000, EARLIER)


@pytest.fixture
def opened(qtbot: QtBot, engine: FakeEngine, program: Application) -> Application:
    """A lesson with its log on the board."""
    log = lesson_log().blocks()
    engine.send(LessonOpened(SESSION, "数学"))
    engine.send(pupils())
    engine.send_blocks(log)
    qtbot.waitUntil(lambda: len(program.state.board.pages) == 2, timeout=10000)
    return program


def test_signing_in_and_being_refused(
    qtbot: QtBot, engine: FakeEngine, program: Application
) -> None:
    assert program.main is not None
    page = program.main.sign_in
    engine.send(Account("demo:"))
    qtbot.waitUntil(page.isVisible, timeout=10000)
    page.button.click()
    assert page.error.text() == "请填账号和密码。"
    page.login.setText("jia")
    page.password.setText("wrong")
    with qtbot.waitSignal(engine.heard, timeout=10000):
        qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert engine.messages[-1] == SignIn("jia", "wrong")
    assert not page.button.isEnabled()
    engine.send(Account("demo:", refusal=Refusal.NOT_SIGNED_IN))
    qtbot.waitUntil(lambda: "不对" in page.error.text(), timeout=10000)
    assert page.password.text() == ""
    assert page.button.isEnabled()
    engine.send(Account("demo:", refusal=Refusal.TOO_FAST, retry_in_ms=2500))
    qtbot.waitUntil(lambda: "3 秒后" in page.error.text(), timeout=10000)
    assert not page.button.isEnabled()


def test_duty_request_accept(qtbot: QtBot, engine: FakeEngine, program: Application) -> None:
    assert program.main is not None
    home = program.main.home
    qtbot.waitUntil(home.isVisible, timeout=10000)
    with qtbot.waitSignal(engine.heard, timeout=10000):
        home.duty.click()
    assert engine.messages[-1] == ChooseDuty(True)
    assert not home.duty.isChecked()
    engine.send(Duty(True))
    qtbot.waitUntil(home.duty.isChecked, timeout=10000)
    assert home.duty.text() == "在线可接"
    engine.send(ASKS)
    qtbot.waitUntil(lambda: len(program.state.requests) == 1, timeout=10000)
    seen = home.grab()
    assert not seen.isNull()
    with qtbot.waitSignal(engine.heard, timeout=10000):
        home.accept_chosen()
    assert engine.messages[-1] == Accept("request-0001")
    engine.send(LessonOpened(SESSION, "数学"))
    qtbot.waitUntil(lambda: program.lesson is not None, timeout=10000)
    assert program.state.taken is not None
    assert program.state.taken.earlier == EARLIER
    assert home.duty.text() == "辅导中"


def test_declining_and_a_request_that_went(
    qtbot: QtBot, engine: FakeEngine, program: Application
) -> None:
    assert program.main is not None
    home = program.main.home
    engine.send(ASKS)
    qtbot.waitUntil(lambda: len(program.state.requests) == 1, timeout=10000)
    with qtbot.waitSignal(engine.heard, timeout=10000):
        home.decline_chosen()
    assert engine.messages[-1] == Decline("request-0001")
    engine.send(RequestGone("request-0001"))
    qtbot.waitUntil(lambda: bool(home.notice.text), timeout=10000)
    assert "别的老师" in home.notice.text


def test_kept_lessons_play_back(qtbot: QtBot, engine: FakeEngine, program: Application) -> None:
    assert program.main is not None
    kept = KeptLesson(SESSION, "数学", 1_795_000_000_000, 1_740_000, "甲同学", "4 s")
    engine.send(Lessons((kept,)))
    library = program.main.home.library
    qtbot.waitUntil(lambda: len(library.buttons) == 1, timeout=10000)
    with qtbot.waitSignal(engine.heard, timeout=10000):
        library.buttons[0].click()  # type: ignore[attr-defined]
    assert engine.messages[-1] == OpenLesson(SESSION)
    engine.send(LessonOpened(SESSION, "数学", is_playback=True))
    engine.send_blocks(lesson_log().blocks())
    engine.send(PlayState(400_000, 1_740_000, True, 1.25, (0.0, 0.5, 1.0)))
    qtbot.waitUntil(lambda: program.state.play is not None, timeout=10000)
    assert program.lesson is not None
    assert program.lesson.player.isVisible()
    assert program.lesson.player.speed.text() == "1.25 倍"
    assert program.lesson.close()
    qtbot.waitUntil(lambda: engine.messages[-1] == ListLessons(), timeout=10000)


def test_hints_are_painted_before_the_log_has_them(
    qtbot: QtBot, engine: FakeEngine, opened: Application
) -> None:
    assert opened.lesson is not None
    board = opened.lesson.board
    qtbot.wait(300)
    before = board.grab().toImage()
    style = Style(Tool.PEN, Ink.RED, 120, 5000)
    row = tuple(3000 + 100 * i for i in range(60))
    samples = Samples(row, (6000,) * 60, tuple(range(60)))
    batch = HintBatch(stroke_id(TEACHER, 1, 900), PageId(2), TEACHER, style, 0, samples)
    engine.send_hints(encode_hints(EPOCH, [encode_batch(batch)]))
    qtbot.waitUntil(lambda: board.grab().toImage() != before, timeout=10000)
    assert stroke_id(TEACHER, 1, 900) not in opened.state.board.pages[PageId(2)].strokes


def test_a_killed_engine_comes_back_to_the_same_board(
    qtbot: QtBot, engine: FakeEngine, opened: Application
) -> None:
    assert opened.lesson is not None
    qtbot.wait(300)
    before = picture(opened.lesson)
    with qtbot.waitSignal(opened.link.detached, timeout=10000):
        engine.die()
    assert picture(opened.lesson) == before
    qtbot.waitUntil(lambda: "断开" in opened.lesson.notice.text, timeout=10000)
    engine.snapshot.append(pack_message(LessonOpened(SESSION, "数学", is_reopened=True)))
    with qtbot.waitSignal(opened.link.attached, timeout=15000):
        engine.start()
    engine.send(pupils())
    engine.send_blocks(lesson_log().blocks())
    qtbot.waitUntil(lambda: len(opened.state.board.pages) == 2, timeout=10000)
    qtbot.wait(400)
    assert picture(opened.lesson) == before
    assert "板书没有丢" in opened.lesson.notice.text


def test_bad_frames_and_bad_blocks_hurt_nobody(
    qtbot: QtBot, engine: FakeEngine, opened: Application
) -> None:
    good = lesson_log().blocks()[0]
    engine.send_blocks([good[:-1] + bytes([good[-1] ^ 1]), b"", b"LLB1"])
    engine.send_hints(b"\x01garbage")
    qtbot.waitUntil(lambda: opened.state.damaged == 3, timeout=10000)
    assert opened.link.is_attached
    with qtbot.waitSignals([opened.link.detached, opened.link.attached], timeout=15000):
        engine.send_raw(b"\xff\xff\xff\xff\x07")
    assert len(opened.state.board.pages) == 2


def test_a_wrong_token_is_refused_and_the_file_read_again(qtbot: QtBot, engine: FakeEngine) -> None:
    link = EngineLink(engine.endpoint, "not-the-right-token-at-all")
    with qtbot.waitSignal(link.attached, timeout=15000):
        link.start()
    assert engine.refused == 1
    link.stop()
    qtbot.wait(20)


def test_half_written_endpoint_files_are_none(tmp_path: Path) -> None:
    path = tmp_path / "endpoint.json"
    for text in ("", "{", "[]", '{"port": 0}', '{"port": "x"}', '{"port": 99999}'):
        path.write_text(text, encoding="utf-8")
        assert read_endpoint(path) is None
    assert read_endpoint(tmp_path / "none") is None


def test_the_language_changes_without_losing_the_lesson(qtbot: QtBot, opened: Application) -> None:
    assert opened.main is not None
    opened.main.home.language_toggled.emit()
    assert opened.settings.language is Language.EN
    assert opened.lesson is not None
    assert opened.lesson.top.end.text() == "End lesson"
    assert opened.lesson.bottom.microphone.text() == "Microphone off"
    opened.main.home.theme_toggled.emit()
    assert opened.settings.is_dark


def test_a_lesson_that_ended_can_be_closed(
    qtbot: QtBot, engine: FakeEngine, opened: Application
) -> None:
    engine.send(LessonClosed(SESSION))
    qtbot.waitUntil(lambda: opened.state.is_closed, timeout=10000)
    assert opened.lesson is not None
    opened.lesson.top.end.click()
    assert opened.lesson is None


def test_a_lesson_just_ended_can_be_played_back_from_home(
    qtbot: QtBot, engine: FakeEngine, opened: Application
) -> None:
    engine.send(LessonClosed(SESSION))
    engine.send(LessonOpened(SESSION, "数学", is_playback=True))
    qtbot.waitUntil(lambda: opened.lesson is not None and opened.lesson.is_playback, timeout=10000)
    assert opened.lesson is not None
    assert opened.lesson.player.isVisible()


def test_quitting_tells_the_engine(
    qtbot: QtBot, qapp: QApplication, engine: FakeEngine, program: Application
) -> None:
    lost: list[bool] = []
    program.link.detached.connect(lambda: lost.append(True))
    with qtbot.waitSignal(program.finished, timeout=10000):
        program.quit()
    assert engine.messages[-1] == Quit()
    assert lost == []  # else another engine would be started


def test_signing_out_takes_two_presses(
    qtbot: QtBot, engine: FakeEngine, program: Application
) -> None:
    assert program.main is not None
    leave = program.main.home.leave
    qtbot.waitUntil(program.main.home.isVisible, timeout=10000)
    leave.click()
    assert leave.text() == "再按一次退出"
    assert SignOut() not in engine.messages
    leave.click()
    qtbot.waitUntil(lambda: SignOut() in engine.messages, timeout=10000)


def test_the_library_shows_effective_minutes_where_they_are_known(
    qtbot: QtBot, engine: FakeEngine, program: Application
) -> None:
    assert program.main is not None
    library = program.main.home.library
    known = KeptLesson(SESSION, "数学", 1_795_000_000_000, 1_740_000, "甲同学", effective_min=17)
    unknown = KeptLesson("session-0002", "数学", 1_794_000_000_000, 1_740_000, "乙同学")
    engine.send(Lessons((known, unknown)))
    qtbot.waitUntil(lambda: len(library.buttons) == 2, timeout=10000)
    words = [label.accessibleName() for label in library.findChildren(QLabel)]
    assert any("有效 17 分钟" in one for one in words)
    assert any("29 分钟" in one for one in words)
