"""A lesson that is prepared: the same board, log and pen as in a live one, without people."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from signaling_server.protocol.blocks import Block
from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.prepared import OpenedPrepared, PreparedFolder
from teacher_client.engine.window_server import WindowServer
from teacher_client.errors import JournalError
from teacher_client.files.parent import ExportJob
from teacher_client.lesson.file_messages import (
    ClosePrepared,
    DropPrepared,
    ListPrepared,
    PreparedLesson,
    PreparedLessons,
    PrepareLesson,
)
from teacher_client.lesson.link import LessonClosed, LessonOpened, Notice, NoticeId

log = logging.getLogger(__name__)

PreparedWish: TypeAlias = PrepareLesson | ClosePrepared | ListPrepared | DropPrepared
PREPARED_WISHES = (PrepareLesson, ClosePrepared, ListPrepared, DropPrepared)


@dataclass(frozen=True, slots=True)
class PreparedNeeds:
    """What the desk needs of the engine.

    Attributes:
        has_lesson: whether a live lesson has the window.
        clear_window: end a playback that has the window.
        has_pen: whether a paper pen is there or coming.
        fit_pen: give a room's pen its tool, habits and sheets.
        vital: the task without which the engine is of no use.
        logged: told of each block of the lesson of this name.
        dropped: the lesson of this name is gone; called in a worker thread.
    """

    has_lesson: Callable[[], bool]
    clear_window: Callable[[], Awaitable[None]]
    has_pen: Callable[[], bool]
    fit_pen: Callable[[BoardRoom], None]
    vital: Callable[[asyncio.Task[None]], asyncio.Task[None]]
    logged: Callable[[str, Block], None]
    dropped: Callable[[str], None]


class PreparedDesk:
    """At most one lesson is prepared, and none beside a live one. Lives in the engine's loop."""

    def __init__(self, options: EngineOptions, window: WindowServer, needs: PreparedNeeds) -> None:
        self.lessons = PreparedFolder(options.profile, time.monotonic)
        self._window = window
        self._needs = needs
        self.title = ""
        self.room: BoardRoom | None = None
        self._drawn: set[str] = set()
        self._changing = asyncio.Lock()

    def show(self) -> None:
        """Bring a new window up to date."""
        room = self.room
        if room is None:
            return
        self._window.send(LessonOpened(room.session, "", is_prepared=True, title=self.title))
        for data in room.blocks():
            self._window.send_block(data)

    async def carry_out(self, wish: PreparedWish) -> None:
        """Do what the window asks."""
        match wish:
            case PrepareLesson():
                await self._prepare(wish)
            case ClosePrepared():
                await self.close()
            case DropPrepared():
                await self._drop(wish.lesson)
            case ListPrepared():
                await self._list()

    async def close(self) -> None:
        """Close what is being prepared; all of it is kept."""
        async with self._changing:
            await self._close()

    async def _close(self) -> None:
        room = self.room
        if room is None:
            return
        await room.close()
        self.room = None
        pages = len(room.author.board.order)
        await asyncio.to_thread(self.lessons.closed, room.session, pages)
        self._window.send(LessonClosed(room.session))

    async def _list(self) -> None:
        """Tell them; and once more when there are pictures of those that were cut off."""
        bare = [one.lesson for one in await self._told() if one.was_cut_off and not one.preview]
        due = [name for name in bare if name not in self._drawn]
        if not due or self._needs.has_lesson():
            return
        self._drawn.update(due)
        for name in due:
            await asyncio.to_thread(ExportJob(self.lessons.preview(name)).run)
        await self._told()

    async def _told(self) -> tuple[PreparedLesson, ...]:
        opened = "" if self.room is None else self.room.session
        items = await asyncio.to_thread(self.lessons.list, opened)
        self._window.send(PreparedLessons(items))
        return items

    async def _prepare(self, wish: PrepareLesson) -> None:
        async with self._changing:
            if self._needs.has_lesson():
                return  # a live lesson has the window
            await self._needs.clear_window()
            await self._close()
            try:
                opened = await asyncio.to_thread(self.lessons.open, wish.lesson, wish.title)
            except JournalError as exc:
                log.error("a prepared lesson cannot be opened: %s", exc)
                self._window.send(Notice(NoticeId.DISK_REFUSED))
                return
            if self._needs.has_lesson():  # one began meanwhile
                opened.log.journal.close()
                pages = len(opened.log.author.board.order)
                await asyncio.to_thread(self.lessons.closed, opened.name, pages)
                return
            self._open(opened, needs_page=wish.has_first_page)

    def _open(self, opened: OpenedPrepared, *, needs_page: bool) -> None:
        logged = functools.partial(self._needs.logged, opened.name)
        room = BoardRoom(opened.name, opened.log, self._window, logged)
        self._needs.fit_pen(room)
        room.begin(needs_page=needs_page and not self._needs.has_pen())
        self._needs.vital(room.writing)
        self.room, self.title = room, opened.title
        self.show()

    async def _drop(self, name: str) -> None:
        async with self._changing:
            if self.room is not None and self.room.session == name:
                await self._close()
            try:
                await asyncio.to_thread(self.lessons.drop, name)
                await asyncio.to_thread(self._needs.dropped, name)
            except JournalError as exc:
                log.warning("%s", exc)
                return
        await self.carry_out(ListPrepared())
