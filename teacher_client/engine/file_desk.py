"""Material, lesson files and exports: what the window asks of files."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncGenerator, Callable, Iterator

from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.jobs import Job, JobError, Jobs
from teacher_client.engine.material import PREPARED, Found, Importer
from teacher_client.engine.pictures import PictureStore
from teacher_client.engine.prepared import PreparedFolder
from teacher_client.errors import PictureError
from teacher_client.lesson.file_messages import (
    CancelJob,
    ExportPages,
    FromFiles,
    ImportFiles,
    JobKind,
    JobProblem,
    JobProgress,
    PictureSharpened,
    SharpenPicture,
)
from teacher_client.lesson.link import FromEngine
from teacher_client.tasks import spawn


class FileDesk:
    """Carries out what the window asks of files. Lives in the engine's loop.

    Args:
        pictures: where pictures are kept and made.
        room: the lesson on screen that can be written.
        prepared: the prepared lessons.
        say: what the window is to hear.
    """

    def __init__(
        self,
        pictures: PictureStore,
        room: Callable[[], BoardRoom | None],
        prepared: PreparedFolder,
        say: Callable[[FromEngine], None],
    ) -> None:
        self._pictures = pictures
        self._say = say
        self._jobs = Jobs(say)
        self._prepared = prepared
        self._importer = Importer(pictures, room, {PREPARED: self._prepared_pages})

    def states(self) -> Iterator[JobProgress]:
        """What a new window has to know."""
        return self._jobs.states()

    def carry_out(self, message: FromFiles) -> None:
        """Begin what is asked; answers come as JobProgress."""
        match message:
            case ImportFiles():
                work = functools.partial(self._import, ask=message)
                self._jobs.begin(message.job, JobKind.IMPORT, work)
            case ExportPages():
                self._jobs.begin(message.job, JobKind.EXPORT, self._export)
            case CancelJob():
                self._jobs.cancel(message.job)
            case SharpenPicture():
                spawn(self._sharpen(message), name="sharpen")
            case _:
                pass

    async def close(self) -> None:
        """End all jobs; what they have done stays."""
        await self._jobs.close()

    async def _import(self, job: Job, ask: ImportFiles) -> None:
        await self._importer.run(job, ask)

    async def _prepared_pages(self, path: str, job: Job) -> AsyncGenerator[Found, None]:
        board = await asyncio.to_thread(self._prepared.board, path.removeprefix(PREPARED))
        for number in board.order:
            yield board.pages[number], len(board.order)

    async def _sharpen(self, ask: SharpenPicture) -> None:
        part, step = ask.part, 1 / ask.part.count
        area = part.column * step, part.row * step, step, step
        with contextlib.suppress(PictureError, OSError):
            data = await self._pictures.sharper(ask.sha256, part.width, area)
            if data is not None:
                place = part.width, part.count, part.column, part.row
                files = self._pictures.files
                await asyncio.to_thread(files.put_part, ask.sha256, place, data)
        self._say(PictureSharpened(ask.sha256, part))

    async def _export(self, job: Job) -> None:
        raise JobError(JobProblem.NOT_POSSIBLE)
