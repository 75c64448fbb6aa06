"""Playback of a real lesson folder to a window that listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from signaling_server.protocol.blocks import NO_HASH, SALT_BYTES, decode_block, encode_block
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.entries import (
    Entry,
    EntryKind,
    LessonBegun,
    PageAdded,
    PageShown,
    Unknown,
)
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, StrokeId
from signaling_server.protocol.ink import InkBody, Samples, Style
from teacher_client.audio.frames import FRAME_SAMPLES
from teacher_client.audio.opus import Encoder
from teacher_client.engine.playback import (
    BARS,
    About,
    Playback,
    list_lessons,
    load_about,
    save_about,
)
from teacher_client.engine.window_server import WindowServer
from teacher_client.lesson.link import (
    FrameKind,
    LessonClosed,
    LessonOpened,
    Notice,
    NoticeId,
    PlayState,
    Restarted,
    read_from_engine,
)
from teacher_client.recording.journal import JOURNAL_NAME, Journal, read_journal
from teacher_client.recording.voice_recorder import track_path
from teacher_client.recording.voices import VoiceTrackWriter
from tests.teacher_client.engine.test_window_server import FIRST as TOKEN
from tests.teacher_client.engine.test_window_server import Engine, Window, running
from tests.teacher_client.logs import EPOCH

PAGE = PageId(1)
TIMES = (0, 100, 200, 300, 400)
STARTED = 1_700_000_000_000


def entries() -> list[Entry]:
    """A stroke that grows by two samples every 100 ms."""
    samples = Samples((1, 2), (1, 2), (0, 1))
    style = Style(Tool.PEN, Ink.INK, 70, 0)
    log = [
        Entry(EntryKind.LESSON_BEGUN, EntryNumber(1), 0, LessonBegun("lesson-0001", STARTED)),
        Entry(EntryKind.PAGE_ADDED, EntryNumber(2), 0, PageAdded(9000, 9000, PageKind.DOTS), PAGE),
    ]
    for index, time_ms in enumerate(TIMES):
        kind = EntryKind.INK_MORE if index else EntryKind.INK_BEGIN
        body = InkBody(StrokeId(1 << 36 | 1), index * 2, samples, None if index else style)
        log.append(Entry(kind, EntryNumber(index + 3), time_ms, body, PAGE, TEACHER))
    return log


def lesson(folder: Path, log: list[Entry] | None = None) -> list[bytes]:
    """Write a lesson; returns its blocks: what was at 0 ms, then one every 100 ms."""
    log = log or entries()
    journal = Journal(folder)
    blocks: list[bytes] = []
    previous = NO_HASH
    for piece in [log[:3], *([entry] for entry in log[3:])]:
        data = encode_block(EPOCH, previous, piece, lambda: bytes(SALT_BYTES))
        previous = decode_block(data).hash
        journal.append(data)
        blocks.append(data)
    journal.close()
    save_about(folder, About("数学", "甲"))
    return blocks


def voice(folder: Path, slots: int) -> None:
    writer = VoiceTrackWriter(track_path(folder, 1))
    encoder = Encoder()
    for slot in range(slots):
        writer.write(encoder.encode(np.zeros(FRAME_SAMPLES, dtype=np.int16)), slot)
    writer.close()


class Watcher:
    """A window that sorts what comes."""

    def __init__(self, window: Window, playback: Playback) -> None:
        self._window = window
        self.playback = playback
        self.blocks: list[bytes] = []
        self.states: list[PlayState] = []
        self.others: list[object] = []

    async def state(self) -> PlayState:
        """Read on to the next PlayState."""
        while True:
            frame = await self._window.frame()
            assert frame is not None
            if frame[0] is FrameKind.BLOCK:
                self.blocks.append(frame[1])
                continue
            message = read_from_engine(frame[1])
            if isinstance(message, PlayState):
                self.states.append(message)
                return message
            if isinstance(message, Restarted):
                self.blocks.clear()
            self.others.append(message)

    async def to_the_end(self) -> None:
        while (await self.state()).is_playing:
            pass


@asynccontextmanager
async def opened(tmp_path: Path) -> AsyncIterator[Watcher]:
    """The folder's lesson, opened for a window that is attached."""
    folder = tmp_path / "lessons" / "lesson-0001"
    async with running(tmp_path) as engine:
        window = await _attached(engine)
        journal = read_journal(folder / JOURNAL_NAME)
        server: WindowServer = engine.server
        playback = Playback(folder, journal, "null:", server)
        try:
            yield Watcher(window, playback)
        finally:
            await playback.close()


async def _attached(engine: Engine) -> Window:
    window = await engine.connect(TOKEN)
    await window.message()
    return window


async def test_opening_shows_the_beginning_and_the_whole_lessons_bars(tmp_path: Path) -> None:
    blocks = lesson(tmp_path / "lessons" / "lesson-0001")
    async with opened(tmp_path) as watcher:
        watcher.playback.frames()
        state = await watcher.state()
        assert watcher.others == [LessonOpened("lesson-0001", "数学", is_playback=True)]
        assert watcher.blocks == blocks[:1]
        assert (state.position_ms, state.duration_ms, state.is_playing) == (0, 400, False)
        assert len(state.bars) == BARS
        assert [bar for bar in state.bars if bar] == [1.0] * len(TIMES)


async def test_there_is_a_page_to_look_at_from_the_beginning(tmp_path: Path) -> None:
    log = entries()
    shown = Entry(EntryKind.PAGE_SHOWN, EntryNumber(6), 250, PageShown(), PAGE, TEACHER)
    later = [replace(entry, number=EntryNumber(entry.number + 1)) for entry in log[5:]]
    blocks = lesson(tmp_path / "lessons" / "lesson-0001", [*log[:5], shown, *later])
    async with opened(tmp_path) as watch:
        watch.playback.frames()
        state = await watch.state()
        assert state.position_ms == 0
        assert watch.blocks == blocks[:4]  # up to the one in which the page is shown


async def test_playing_sends_each_block_once_and_stops_at_the_end(tmp_path: Path) -> None:
    blocks = lesson(tmp_path / "lessons" / "lesson-0001")
    async with opened(tmp_path) as watcher:
        watcher.playback.set_speed(2.0)
        watcher.playback.frames()
        watcher.playback.play()
        began = asyncio.get_running_loop().time()
        for _ in range(3):
            await watcher.state()
        assert watcher.states[-1].is_playing
        await watcher.to_the_end()
        assert asyncio.get_running_loop().time() - began >= 0.15  # 400 ms at twice the speed
        assert watcher.blocks == blocks
        positions = [state.position_ms for state in watcher.states]
        assert positions == sorted(positions)
        assert positions[-1] == 400
        watcher.playback.play()  # at the end: from the beginning
        assert (await watcher.state()).position_ms < 400
        assert Restarted() in watcher.others


async def test_seeking_gives_the_log_up_to_there_again(tmp_path: Path) -> None:
    blocks = lesson(tmp_path / "lessons" / "lesson-0001")
    async with opened(tmp_path) as watcher:
        for position, count in ((250, 3), (100, 2), (10_000, 5), (0, 1)):
            watcher.playback.seek(position)
            state = await watcher.state()
            assert watcher.others == [Restarted()]
            assert watcher.blocks == blocks[:count]
            assert state.position_ms == min(position, 400)
            watcher.others.clear()


async def test_pause_stands_still(tmp_path: Path) -> None:
    lesson(tmp_path / "lessons" / "lesson-0001")
    async with opened(tmp_path) as watcher:
        watcher.playback.play()
        await watcher.state()
        await watcher.state()
        watcher.playback.pause()
        while (state := await watcher.state()).is_playing:
            pass
        await asyncio.sleep(0.1)
        watcher.playback.frames()
        assert (await watcher.state()).position_ms == state.position_ms


async def test_a_voice_longer_than_the_ink_gives_the_length(tmp_path: Path) -> None:
    folder = tmp_path / "lessons" / "lesson-0001"
    blocks = lesson(folder)
    voice(folder, 30)
    async with opened(tmp_path) as watcher:
        watcher.playback.frames()
        assert (await watcher.state()).duration_ms == 600
        watcher.playback.play()
        await watcher.to_the_end()
        assert watcher.states[-1].position_ms == 600
        assert watcher.blocks == blocks


async def test_damage_is_said_and_the_rest_is_played(tmp_path: Path) -> None:
    folder = tmp_path / "lessons" / "lesson-0001"
    blocks = lesson(folder)
    with (folder / JOURNAL_NAME).open("ab") as file:
        file.write(b"torn")
    track_path(folder, 2).write_bytes(b"no voice")
    async with opened(tmp_path) as watcher:
        watcher.playback.seek(400)
        await watcher.state()
        assert watcher.blocks == blocks
        watcher.playback.frames()
        watcher.playback.pause()
        await watcher.state()
        await watcher.state()
        assert Notice(NoticeId.LESSON_DAMAGED) in watcher.others


async def test_closing_tells_the_window(tmp_path: Path) -> None:
    lesson(tmp_path / "lessons" / "lesson-0001")
    async with opened(tmp_path) as watcher:
        await watcher.playback.close()
        watcher.playback.pause()
        await watcher.state()
        assert watcher.others == [LessonClosed("lesson-0001")]


def test_the_library_lists_newest_first_and_names_damage(tmp_path: Path) -> None:
    lesson(tmp_path / "lesson-old")
    later = entries()
    later[0] = Entry(
        EntryKind.LESSON_BEGUN, EntryNumber(1), 0, LessonBegun("lesson-new", STARTED + 1)
    )
    lesson(tmp_path / "lesson-new", later)
    torn = tmp_path / "lesson-new" / JOURNAL_NAME
    torn.write_bytes(torn.read_bytes() + b"torn")
    (tmp_path / "lesson-bad" / JOURNAL_NAME).mkdir(parents=True)
    newer = [*entries()[:2], Entry(0xFF, EntryNumber(3), 5, Unknown(b"later"))]
    lesson(tmp_path / "lesson-later", newer)
    (tmp_path / "not a lesson").mkdir()
    (tmp_path / "file").write_bytes(b"")
    found = {item.session: item for item in list_lessons(tmp_path)}
    names = [item.session for item in list_lessons(tmp_path)]
    assert names[:2] == ["lesson-new", "lesson-old"]
    assert set(names[2:]) == {"lesson-bad", "lesson-later"}
    assert found["lesson-old"].damage == ""
    assert (found["lesson-old"].duration_ms, found["lesson-old"].pupils) == (400, "甲")
    assert found["lesson-new"].damage == "4 B"
    assert found["lesson-bad"].damage
    assert found["lesson-later"].damage


def test_what_a_folder_says_of_itself(tmp_path: Path) -> None:
    assert load_about(tmp_path) == About()
    save_about(tmp_path, About("数学", "甲、乙", effective_min=17))
    assert load_about(tmp_path) == About("数学", "甲、乙", effective_min=17)
    for damaged in ("", "[]", '{"subject": 3}'):
        (tmp_path / "about.json").write_text(damaged)
        assert load_about(tmp_path).pupils == ""
