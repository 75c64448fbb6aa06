"""The kept lessons: list them, open one, steer its playback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

from signaling_server.protocol.blocks import Block
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.playback import Playback, list_lessons
from teacher_client.engine.window_server import WindowServer
from teacher_client.errors import JournalError
from teacher_client.lesson.link import (
    ChooseSpeed,
    CloseLesson,
    Lessons,
    ListLessons,
    Notice,
    NoticeId,
    OpenLesson,
    Pause,
    Play,
    Seek,
)
from teacher_client.recording.journal import JOURNAL_NAME, read_journal

log = logging.getLogger(__name__)

PlaybackWish: TypeAlias = ListLessons | OpenLesson | CloseLesson | Play | Pause | Seek | ChooseSpeed


class PlaybackDesk:
    """At most one playback, and none beside a live lesson. Lives in the engine's loop.

    Args:
        has_lesson: whether a live lesson has the window.
        played: told of each block of a lesson that is opened, with its session.
    """

    def __init__(
        self,
        options: EngineOptions,
        window: WindowServer,
        has_lesson: Callable[[], bool],
        played: Callable[[str, Block], None],
    ) -> None:
        self._played = played
        self._options = options
        self._window = window
        self._has_lesson = has_lesson
        self._playback: Playback | None = None

    @property
    def session(self) -> str:
        """The lesson that is open; '' for none."""
        return "" if self._playback is None else self._playback.session

    def show(self) -> None:
        """Bring a new window up to date."""
        if self._playback is not None:
            self._playback.frames()

    async def close(self) -> None:
        """End what plays."""
        while self._playback is not None:
            before, self._playback = self._playback, None
            await before.close()

    async def carry_out(self, wish: PlaybackWish) -> None:
        """Do what the window asks."""
        match wish:
            case ListLessons():
                loop = asyncio.get_running_loop()
                items = await loop.run_in_executor(None, list_lessons, self._options.lessons)
                self._window.send(Lessons(items))
            case OpenLesson():
                await self._open(wish.session)
            case CloseLesson():
                await self.close()
            case _:
                self._steer(wish)

    def _steer(self, wish: Play | Pause | Seek | ChooseSpeed) -> None:
        playback = self._playback
        if playback is None:
            return
        match wish:
            case Play():
                playback.play()
            case Pause():
                playback.pause()
            case Seek():
                playback.seek(wish.position_ms)
            case ChooseSpeed():
                playback.set_speed(wish.speed)

    async def _open(self, session: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            folder = self._options.folder_of(session)
            journal = await loop.run_in_executor(None, read_journal, folder / JOURNAL_NAME)
        except JournalError as exc:
            log.warning("%s", exc)
            self._window.send(Notice(NoticeId.LESSON_DAMAGED))
            return
        await self.close()
        if self._has_lesson():
            return  # a live lesson has the window
        self._playback = Playback(folder, journal, self._options.devices.speaker, self._window)
        self._playback.frames()
        for _data, block in journal.blocks:
            self._played(session, block)
