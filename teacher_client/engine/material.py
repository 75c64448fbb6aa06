"""What a file holds becomes pages of the lesson on screen, one by one.

Strangers' bytes are read by limited children only. A page is written as soon as it is there:
the first can be taught on while the others follow, a cancelled import keeps what it has, and
there is never an empty page.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from signaling_server.protocol.commands import PageKind, Say
from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import GLOBAL_PAGE, NO_COMMAND, TEACHER, CommandId, PageId
from signaling_server.protocol.page import Page
from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.jobs import Job, JobError, problem_of
from teacher_client.engine.pictures import PictureStore, PreparedPicture
from teacher_client.errors import ClientError
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.drafts import NewPage
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.file_messages import ImportFiles, JobProblem, SayPicture

log = logging.getLogger(__name__)

NARROWEST_MM: Final = 120.0
WIDEST_MM: Final = 330.0
UPRIGHT_MM: Final = 210.0
ACROSS_MM: Final = 297.0
SHORTEST, LONGEST = 2_000, 1_000_000
PREPARED: Final = "prepared:"
SHEET: Final = (17_600, 25_000)
MARGIN: Final = 1_000
MOST_OF_PAGE: Final = 0.8

Found: TypeAlias = tuple[NewPage | Page, int]
"""A page, and how many pages its file has."""
Reader: TypeAlias = Callable[[str, Job], AsyncGenerator[Found, None]]


@dataclass(slots=True)
class _Row:
    """Where the pages go, and those that are there."""

    room: BoardRoom
    after: PageId | None
    step: CommandId = NO_COMMAND
    numbers: list[PageId] = field(default_factory=list)

    async def add(self, page: NewPage | Page) -> None:
        order = self.room.author.board.order
        standing = [number for number in self.numbers if number in order]
        if self.numbers and not standing:
            raise asyncio.CancelledError  # undone or deleted: nobody wants the rest
        after = standing[-1] if standing else self.after if self.after in order else None
        number, self.step = await self.room.bring_page(
            page, after, self.step, is_shown=not self.numbers
        )
        self.numbers.append(number)


class Importer:
    """Carries out :class:`ImportFiles`. Lives in the engine's loop.

    Args:
        room: the lesson on screen that can be written.
        readers: by ending, for files that are neither pictures nor PDFs.
    """

    def __init__(
        self,
        pictures: PictureStore,
        room: Callable[[], BoardRoom | None],
        readers: dict[str, Reader],
    ) -> None:
        self._pictures = pictures
        self._room = room
        self._readers = readers
        self._turn = asyncio.Lock()  # two long PDFs in turn would be opened anew for each page

    async def run(self, job: Job, ask: ImportFiles) -> None:
        """Bring all files; what one of them lacks does not keep the others away.

        Raises:
            JobError: there is no lesson.
            RefusedError: the lesson takes no more pages, or is over.
        """
        room = self._room()
        if room is None:
            raise JobError(JobProblem.NO_LESSON)
        after = None if ask.after == GLOBAL_PAGE else ask.after
        row = _Row(room, after)
        is_single = ask.on != GLOBAL_PAGE and len(ask.paths) == 1
        async with contextlib.nullcontext() if is_single else self._turn:
            for index, path in enumerate(ask.paths):
                files_left = len(ask.paths) - index - 1
                job.path = path
                try:
                    await self._bring(job, row, files_left, ask if is_single else None)
                except RefusedError:
                    raise
                except (ClientError, OSError) as exc:
                    log.info("a file was not taken: %s", exc)
                    job.problem = problem_of(exc)
                    if files_left:
                        job.told()

    async def say(self, job: Job, ask: SayPicture) -> None:
        """Say a picture in the chat; it is brought to the server as the log names it.

        Raises:
            JobError: there is no lesson.
            PictureError, OSError: it was not taken.
            RefusedError: the lesson is over.
        """
        job.path = ask.path
        async with contextlib.aclosing(self._pictures.add(Path(ask.path))) as pages:
            picture = await anext(pages)
        room = self._room()
        if room is None:
            raise JobError(JobProblem.NO_LESSON)
        refusal = room.command(TEACHER, NO_COMMAND, Say("", picture.sha256))
        if refusal is not None:
            raise RefusedError(refusal)
        job.done = job.total = 1

    async def _bring(
        self, job: Job, row: _Row, files_left: int, single: ImportFiles | None
    ) -> None:
        before = job.done
        async with contextlib.aclosing(self._pages(job, single)) as pages:
            async for page, count in pages:
                if isinstance(page, PicturePlaced):
                    _place(row.room, page, single)
                else:
                    await row.add(page)
                job.done += 1
                job.total = before + count + files_left
                job.told()

    async def _pages(
        self, job: Job, single: ImportFiles | None
    ) -> AsyncGenerator[tuple[NewPage | Page | PicturePlaced, int], None]:
        path = job.path
        reader = self._readers.get(ending_of(path))
        if reader is not None:
            async with contextlib.aclosing(reader(path, job)) as found:
                async for one in found:
                    yield one
            return
        async with contextlib.aclosing(self._pictures.add(Path(path))) as pictures:
            async for picture in pictures:
                if single is not None and not picture.is_document:
                    yield self._in_the_middle(picture, single), 1
                else:
                    yield page_of(picture), picture.pages

    def _in_the_middle(self, picture: PreparedPicture, ask: ImportFiles) -> PicturePlaced:
        room = self._room()
        page = None if room is None else room.author.board.pages.get(ask.on)
        size = SHEET if page is None else (page.width, page.height)
        width, height = fitted(picture, (size[0] * MOST_OF_PAGE, size[1] * MOST_OF_PAGE))
        return PicturePlaced(picture.sha256, ask.x - width // 2, ask.y - height // 2, width, height)


def ending_of(path: str) -> str:
    """What chooses the reader: ``prepared:``, or the file's ending in small letters."""
    return PREPARED if path.startswith(PREPARED) else Path(path).suffix.lower()


def page_of(picture: PreparedPicture) -> NewPage:
    """A page of a PDF as it is; another picture at the top of a page with room to write."""
    if picture.is_document:
        width, height = board_size(picture.width_mm, picture.height_mm)
        ground = PicturePlaced(picture.sha256, 0, 0, width, height, True)
        return NewPage(width, height, PageKind.BLANK, (ground,))
    width, height = fitted(picture, (SHEET[0] - 2 * MARGIN, SHEET[1] - 2 * MARGIN))
    placed = PicturePlaced(picture.sha256, (SHEET[0] - width) // 2, MARGIN, width, height)
    return NewPage(*SHEET, PageKind.DOTS, (placed,))


def board_size(width_mm: float, height_mm: float) -> tuple[int, int]:
    """A page's size in 1/100 mm: its own where that is a sheet's, else as wide as A4.

    A pen's width is in millimetres: on a slide a metre wide nobody could read the writing.
    """
    wide = UPRIGHT_MM if height_mm >= width_mm else ACROSS_MM
    wide = width_mm if NARROWEST_MM <= width_mm <= WIDEST_MM else wide
    sides = 100 * wide, 100 * wide * height_mm / width_mm
    width, height = (min(max(round(side), SHORTEST), LONGEST) for side in sides)
    return width, height


def fitted(picture: PreparedPicture, most: tuple[float, float]) -> tuple[int, int]:
    """A picture's size in 1/100 mm: its own, smaller where it would not fit."""
    wide, high = 100 * picture.width_mm, 100 * picture.height_mm
    scale = min(1.0, most[0] / wide, most[1] / high)
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _place(room: BoardRoom, picture: PicturePlaced, ask: ImportFiles | None) -> None:
    assert ask is not None
    refusal = room.command(TEACHER, NO_COMMAND, PutItems(ask.on, pictures=(picture,)))
    if refusal is not None:
        raise RefusedError(refusal)
