"""A lesson with a window that listens, and a pen in a hand; for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from pen_driver.virtual.device import DeviceOptions
from signaling_server.protocol.board import Board
from teacher_client.lesson.link import (
    FrameKind,
    FromEngine,
    FromWindow,
    LinkState,
    Notice,
    NoticeId,
    PenState,
    pack_message,
    read_from_engine,
)
from teacher_client.lesson.note_messages import (
    StoredBook,
    StoredNotes,
)
from teacher_client.lesson.pen_messages import ChoosePen
from tests.fakes.hand_pen import HandPen, hand_pen
from tests.teacher_client.engine.test_engine import Teacher, lesson_on
from tests.teacher_client.engine.test_window_server import Window

BOOK = "ncode:3.27.604"
M = TypeVar("M")


class Class:
    """A lesson with a window that listens, and a pen in hand."""

    def __init__(self, teacher: Teacher, window: Window, pen: HandPen) -> None:
        self.teacher, self.pen = teacher, pen
        self._window = window
        self.said: list[FromEngine] = []

    def ask(self, *messages: FromWindow) -> None:
        self._window.send(*(pack_message(message) for message in messages))

    async def hear(self, kind: type[M], is_it: Callable[[M], object] = lambda _one: True) -> M:
        """The next message that is the one."""
        async with asyncio.timeout(20):
            while True:
                frame = await self._window.frame()
                assert frame is not None
                if frame[0] is not FrameKind.JSON:
                    continue
                message = read_from_engine(frame[1])
                self.said.append(message)
                if isinstance(message, kind) and is_it(message):
                    return message

    async def stored(self, is_it: Callable[[StoredBook], object]) -> StoredBook:
        """The next state of the one stored book that is the one."""
        told = await self.hear(StoredNotes, lambda one: any(map(is_it, one.books)))
        return next(book for book in told.books if is_it(book))

    @property
    def board(self) -> Board:
        room = self.teacher.engine.lesson.room
        assert room is not None
        return room.author.board

    def strokes(self, page: str = f"{BOOK}.1") -> list[list[tuple[int, int]]]:
        """Places of the visible strokes on a sheet, in whole mm, in the order of the log."""
        return [
            [(round(x / 100), round(y / 100)) for x, y in zip(stroke.x, stroke.y, strict=True)]
            for there in self.board.pages.values()
            if there.paper == page
            for stroke in there.strokes.values()
            if stroke.is_visible
        ]

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not is_so():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def in_class(
    profile: Path, options: DeviceOptions | None = None, make: str = "neo2"
) -> AsyncIterator[Class]:
    async with hand_pen(options, make) as pen, lesson_on(profile) as (teacher, _server, window):
        lesson = Class(teacher, window, pen)
        lesson.ask(ChoosePen(pen.name))
        await lesson.hear(PenState, lambda one: one.link is LinkState.GOOD)
        await pen.until_streaming()
        yield lesson


def is_back(notice: Notice) -> bool:
    return notice.id is NoticeId.PEN_BACK
