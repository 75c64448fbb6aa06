"""A whole engine in this process: a real window's socket on one side, a server on the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.commands import Refusal, Say
from signaling_server.protocol.entries import ChatSaid, Entry
from signaling_server.protocol.messages import (
    Ended,
    EndReason,
    Hello,
    Join,
    Rejected,
    RequestGone,
    RequestOffered,
    SessionReady,
    encode_message,
)
from teacher_client.engine import engine as engine_module
from teacher_client.engine.engine import Engine, EngineOptions
from teacher_client.engine.sound import DeviceNames
from teacher_client.lesson.link import (
    Account,
    Attach,
    Do,
    FrameKind,
    LessonClosed,
    LessonOpened,
    Lessons,
    ListLessons,
    MicrophoneState,
    OpenLesson,
    PlayState,
    Quit,
    SignIn,
    pack_message,
    read_from_engine,
)
from teacher_client.profile import EngineState, load_endpoint, load_state, prepare, save_state
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from teacher_client.tasks import spawn
from tests.teacher_client.engine.test_window_server import Window
from tests.teacher_client.servers import (
    SESSION,
    WireServer,
    as_json,
    http_server,
    wire_server,
)

TOKEN = "first-token-of-this-test"
OTHER = "lesson-0002"


class Teacher:
    """An engine that runs, with its windows."""

    def __init__(self, engine: Engine, profile: Path, task: asyncio.Task[None]) -> None:
        self.engine, self.profile, self.task = engine, profile, task
        self.windows: list[Window] = []

    async def window(self) -> Window:
        endpoint = load_endpoint(self.profile)
        assert endpoint is not None
        window = Window(*await asyncio.open_connection("127.0.0.1", endpoint.port))
        self.windows.append(window)
        window.send(pack_message(Attach(endpoint.token)))
        window.account = await heard(window, lambda message: isinstance(message, Account))
        return window


async def heard(window: Window, is_it: Callable[[object], bool]) -> object:
    """Read on to a message that is the one."""
    while True:
        frame = await window.frame()
        assert frame is not None
        if frame[0] is FrameKind.JSON:
            message = read_from_engine(frame[1])
            if is_it(message):
                return message


async def blocks_up_to(window: Window, text: str) -> list[bytes]:
    """The blocks that come, up to the one in which this was said."""
    blocks: list[bytes] = []
    while True:
        frame = await window.frame()
        assert frame is not None
        if frame[0] is FrameKind.BLOCK:
            blocks.append(frame[1])
            bodies = [e.body for e in decode_block(frame[1]).entries if isinstance(e, Entry)]
            if ChatSaid(text) in bodies:
                return blocks


@asynccontextmanager
async def teaching(profile: Path, server: str, token: str = "") -> AsyncIterator[Teacher]:
    prepare(profile)
    save_state(profile, EngineState(server, token))
    options = EngineOptions(profile, server, "", DeviceNames("tone:440", "null:"))
    engine = Engine(options, lambda: None)
    task = spawn(engine.run(TOKEN), name="engine")
    teacher = Teacher(engine, profile, task)
    try:
        async with asyncio.timeout(5):
            while load_endpoint(profile) is None:
                await asyncio.sleep(0.005)
        yield teacher
    finally:
        engine.quit.set()
        await asyncio.wait_for(task, 20)
        for window in teacher.windows:
            await window.close()
        assert not engine.has_crashed


@asynccontextmanager
async def lesson_on(profile: Path) -> AsyncIterator[tuple[Teacher, WireServer, Window]]:
    """A teacher in a lesson, with a window."""
    async with wire_server() as server:
        server.session = SESSION
        async with teaching(profile, server.address, "token") as teacher:
            window = await teacher.window()
            await heard(window, lambda message: isinstance(message, LessonOpened))
            yield teacher, server, window


async def test_a_wrong_password_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    async with http_server(lambda _h, _b: (401, as_json({}))) as server:
        async with teaching(tmp_path, server) as teacher:
            window = await teacher.window()
            window.send(pack_message(SignIn("甲", "wrong")))
            account = await heard(window, lambda message: isinstance(message, Account))
            assert account == Account(server, "", False, Refusal.NOT_SIGNED_IN)
        assert load_state(tmp_path).token == ""


async def test_too_many_tries_say_how_long_to_wait(tmp_path: Path) -> None:
    async with (
        http_server(lambda _h, _b: (429, as_json({"retry_in_ms": 9000}))) as server,
        teaching(tmp_path, server) as teacher,
    ):
        window = await teacher.window()
        window.send(pack_message(SignIn("甲", "wrong")))
        account = await heard(window, lambda message: isinstance(message, Account))
        assert account == Account(server, "", False, Refusal.TOO_FAST, 9000)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [(Refusal.NOT_SIGNED_IN, None), (Refusal.PROTOCOL_VERSION, Refusal.PROTOCOL_VERSION)],
)
async def test_an_engine_that_the_server_turns_away_is_signed_out(
    tmp_path: Path, reason: Refusal, shown: Refusal | None
) -> None:
    async with wire_server() as server:
        server.answers[Hello.TAG] = Rejected(Hello.TAG, reason)
        async with teaching(tmp_path, server.address, "old") as teacher:
            await server.until(lambda: load_state(tmp_path).token == "")
            window = await teacher.window()
            assert window.account == Account(server.address, refusal=shown)
            await asyncio.sleep(0.3)
            assert len(server.lines) == 1  # and it does not try again


async def test_words_of_the_window_come_back_as_blocks_and_reach_the_server(
    tmp_path: Path,
) -> None:
    async with lesson_on(tmp_path) as (teacher, server, window):
        window.send(pack_message(Do(Say("好"))))
        shown = await blocks_up_to(window, "好")
        await server.until(lambda: len(server.blocks) >= len(shown))
        journal = read_journal(tmp_path / "lessons" / SESSION / JOURNAL_NAME)
        synced = [data for data, _ in journal.blocks]
        assert shown == server.blocks[: len(shown)] == synced[: len(shown)]
        await window.close()
        again = await teacher.window()
        opened = await heard(again, lambda message: isinstance(message, LessonOpened))
        assert opened == LessonOpened(SESSION, "数学", is_reopened=True)
        assert await blocks_up_to(again, "好") == shown


async def test_without_a_window_the_microphone_closes_and_opens_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine_module.MUTE_WITHOUT_WINDOW_SECONDS == 10.0
    monkeypatch.setattr(engine_module, "MUTE_WITHOUT_WINDOW_SECONDS", 0.3)
    async with lesson_on(tmp_path) as (teacher, server, window):
        state = await heard(window, lambda message: isinstance(message, MicrophoneState))
        assert isinstance(state, MicrophoneState)
        assert state.is_on
        await window.close()
        room = teacher.engine.lesson.room
        assert room is not None
        await asyncio.sleep(0.1)
        assert not room.is_muted  # a short absence changes nothing
        await server.until(lambda: room.is_muted)
        again = await teacher.window()
        await heard(again, lambda message: isinstance(message, LessonOpened))
        await server.until(lambda: not room.is_muted)


async def test_a_long_absence_leaves_the_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "LEAVE_WITHOUT_WINDOW_SECONDS", 0.3)
    async with lesson_on(tmp_path) as (teacher, server, window):
        server.session = ""
        await window.close()
        await server.until(lambda: teacher.engine.lesson.room is None)


async def test_the_end_is_written_and_the_next_lesson_waits_for_it(tmp_path: Path) -> None:
    async with lesson_on(tmp_path) as (_teacher, server, window):
        await server.say(
            encode_message(Ended(SESSION, EndReason.TIME, 30)),
            encode_message(SessionReady(OTHER)),
        )
        seen: list[str] = []

        def note(message: object) -> bool:
            if isinstance(message, LessonOpened | LessonClosed):
                seen.append(f"{type(message).__name__} {message.session}")
            return len(seen) == 2

        await heard(window, note)
        assert seen == [f"LessonClosed {SESSION}", f"LessonOpened {OTHER}"]
        journal = read_journal(tmp_path / "lessons" / SESSION / JOURNAL_NAME)
        assert journal.lost_bytes == 0
        assert server.blocks[: len(journal.blocks)] == [data for data, _ in journal.blocks]
        assert [m.session for m in server.said if isinstance(m, Join)] == [SESSION, OTHER]


async def test_a_lesson_of_the_library_is_played(tmp_path: Path) -> None:
    async with lesson_on(tmp_path) as (teacher, server, window):
        server.session = ""
        await server.say(encode_message(Ended(SESSION, EndReason.TEACHER, 1)))
        await heard(window, lambda message: isinstance(message, LessonClosed))
        window.send(pack_message(ListLessons()))
        lessons = await heard(window, lambda message: isinstance(message, Lessons))
        assert isinstance(lessons, Lessons)
        assert [item.session for item in lessons.items] == [SESSION]
        # asked twice at once: the second one is open, nothing of the first is left
        window.send(pack_message(OpenLesson(SESSION)), pack_message(OpenLesson(SESSION)))
        await heard(window, lambda message: isinstance(message, LessonClosed))
        await heard(window, lambda message: isinstance(message, PlayState))
        names = [task.get_name() for task in asyncio.all_tasks()]
        assert names.count("playback") == 1
        window.send(pack_message(Quit()))
        await asyncio.wait_for(teacher.engine.quit.wait(), 5)


async def test_requests_go_with_the_line_that_brought_them(tmp_path: Path) -> None:
    async with wire_server() as server, teaching(tmp_path, server.address, "t") as teacher:
        window = await teacher.window()
        offered = RequestOffered("request-1", "乙", "数学", "问", 5)
        await server.until(lambda: server.said)
        await server.say(encode_message(offered))
        await heard(window, lambda message: message == offered)
        server.lines[-1].transport.abort()
        await heard(window, lambda message: message == RequestGone("request-1"))


async def test_bad_blocks_and_words_of_the_server_do_not_end_the_engine(tmp_path: Path) -> None:
    async with lesson_on(tmp_path) as (teacher, server, window):
        await server.say(b"no block", b"", "{}", encode_message(Rejected("block", Refusal.GONE)))
        window.send(pack_message(Do(Say("好"))))
        await blocks_up_to(window, "好")
        assert not teacher.engine.quit.is_set()
