"""Processes die in mid-lesson; nothing acknowledged is lost and the lesson goes on (F1, F2).

The seconds are printed; the bounds are generous, because machines are noisy.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from signaling_server.protocol.board import digest
from signaling_server.protocol.commands import GiveRight, Ink, Right, Say, Tool, WriteInk
from signaling_server.protocol.ids import TEACHER, PageId, stroke_id
from signaling_server.protocol.messages import Clock, Welcome
from signaling_server.protocol.reader import LessonReader
from tests.e2e.browser import CHROMIUM, PupilBrowser
from tests.e2e.kit import (
    EngineProcess,
    ServerProcess,
    SocketPupil,
    running,
    virtual_pen,
    wait_for,
)

SOUND = ["--microphone", "tone:440", "--speaker", "null:"]


def samples(reader: LessonReader) -> int:
    return sum(
        len(stroke.x) for page in reader.board.pages.values() for stroke in page.strokes.values()
    )


def assert_equal_boards(pupil: SocketPupil, engine: EngineProcess) -> None:
    """The pupil's board, once the log has caught up, is the journal's."""

    def are_equal() -> bool:
        log = engine.log_board()
        ours = {n: digest(page) for n, page in log.board.pages.items()}
        return pupil.reader.held == log.held and pupil.digests() == ours

    pupil.wait_until(are_equal)


def test_F01_engine_killed_in_mid_stroke_loses_nothing_acknowledged(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    pen = virtual_pen(tmp_path, tmp_path / "pen", "--rate", "240")
    with running(server, pen):
        engine = EngineProcess(tmp_path, server, "--pen", f"serial:{tmp_path}/pen", *SOUND)
        pupil = SocketPupil(server)
        with running(engine):
            pupil.connect()
            session = pupil.ask_and_join().session
            for round_ in range(3):
                at_least = samples(pupil.reader) + 200
                pupil.wait_until(lambda n=at_least: samples(pupil.reader) >= n)
                before = list(pupil.reader.entries)
                epoch = pupil.reader.epoch
                engine.kill()
                died = time.monotonic()
                engine.start()
                pupil.wait_until(lambda e=epoch: pupil.reader.epoch > e)
                back = time.monotonic() - died
                print(f"round {round_}: engine killed, ink back after {back:.2f} s")
                assert pupil.reader.entries[: len(before)] == before
                assert pupil.reader.epoch.counter == epoch.counter + 1
            pupil.wait_until(lambda: samples(pupil.reader) >= at_least + 200)
        assert pupil.reader.board.session is not None
        assert pupil.reader.board.session.session == session
        assert_equal_boards(pupil, engine)
        pupil.close()


def test_F02_server_killed_in_mid_lesson_comes_back_to_the_same_session(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    pen = virtual_pen(tmp_path, tmp_path / "pen", "--rate", "240")
    with running(server, pen):
        engine = EngineProcess(tmp_path, server, "--pen", f"serial:{tmp_path}/pen", *SOUND)
        pupil = SocketPupil(server)
        with running(engine):
            pupil.connect()
            joined = pupil.ask_and_join()
            pupil.wait_until(lambda: samples(pupil.reader) > 300)
            left_before = pupil.wait(Clock).ends_in_ms
            told = time.monotonic()
            held = pupil.reader.held
            server.kill()
            pupil.close()
            time.sleep(0.5)
            server.start()

            def welcomed() -> Welcome | None:
                try:
                    return pupil.connect()
                except OSError:
                    return None

            welcome = wait_for(welcomed, name="the server again")
            assert welcome.session == joined.session
            again = pupil.join(joined.session)
            assert again.stored >= held
            passed = (time.monotonic() - told) * 1000
            assert abs(left_before - passed - again.clock.ends_in_ms) < 1500
            written = samples(pupil.reader)
            pupil.wait_until(lambda: samples(pupil.reader) > written + 200)
        assert_equal_boards(pupil, engine)
        pupil.close()


def test_F14_a_pupil_that_was_away_gets_the_rest_and_its_ink_arrives(tmp_path: Path) -> None:
    """Ink and words written in an outage are sent again and carried out once."""
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, *SOUND)
        pupil = SocketPupil(server)
        with running(engine):
            pupil.connect()
            session = pupil.ask_and_join().session
            pupil.wait_until(lambda: PageId(1) in pupil.reader.board.pages)
            said = pupil.command(Say("第一句"))
            ink = WriteInk(
                stroke_id(pupil.member, pupil.connection, 1),
                PageId(1),
                Tool.PEN,
                Ink.PUPIL,
                70,
                0,
                (100, 200),
                (100, 200),
                (0, 8),
                is_last=True,
            )
            refused = pupil.command(ink)
            pupil.wait_until(lambda: pupil.reader.board.chat)
            pupil.close()
            pupil.connect()
            pupil.join(session)
            from signaling_server.protocol.messages import SendCommand

            pupil.send(SendCommand(said, Say("第一句")))  # not sure it arrived: once more
            pupil.command(Say("第二句"))
            pupil.wait_until(lambda: len(pupil.reader.board.chat) >= 2)
            assert [line.text for line in pupil.reader.board.chat] == ["第一句", "第二句"]
            assert refused not in [getattr(e, "command", 0) for e in pupil.reader.entries]
            assert GiveRight(pupil.member, Right.WRITE)  # the right was never given
        assert_equal_boards(pupil, engine)
        pupil.close()


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here (make installs it)")
def test_F01_voice_is_back_after_the_engine_was_killed(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, *SOUND)
        browser = PupilBrowser(tmp_path, server.url, server.ready["pupil_link"])
        with running(engine), browser:
            browser.ask()
            browser.await_lesson()
            wait_for(lambda: is_heard(browser), 20, "the teacher's voice")
            engine.kill()
            wait_for(lambda: not is_heard(browser), 20, "silence")
            started = time.monotonic()
            engine.start()
            wait_for(lambda: is_heard(browser), 30, "the voice again")
            print(f"voice back {time.monotonic() - started:.2f} s after the engine's start")
            assert browser.ask_probe("p => p.state().epoch.counter") == 2


def is_heard(browser: PupilBrowser) -> bool:
    return bool(browser.ask_probe("p => p.toneLevel(440)") > -50)


def test_a_window_that_stays_away_closes_the_microphone_and_pupils_are_told(
    tmp_path: Path,
) -> None:
    """DESIGN §2: no window for 10 s in a lesson; a window that may not come back is one."""
    server = ServerProcess(tmp_path)
    with running(server):
        engine = EngineProcess(tmp_path, server, *SOUND)
        engine.command.remove("--headless")
        pupil = SocketPupil(server)
        with running(engine):
            pupil.connect()
            pupil.ask_and_join()

            def is_told() -> bool:
                teacher = pupil.reader.board.members.get(TEACHER)
                return teacher is not None and not teacher.may_speak

            pupil.wait_until(is_told, 30)
        pupil.close()
