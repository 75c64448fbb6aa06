"""Material, lesson files and exports: what the window asks of files."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.exporter import Exporter, OnScreen
from teacher_client.engine.jobs import Jobs
from teacher_client.engine.material import Importer
from teacher_client.engine.pictures import PictureStore
from teacher_client.engine.prepared import PreparedFolder
from teacher_client.engine.readers import Readers
from teacher_client.errors import PictureError
from teacher_client.lesson.file_messages import (
    CancelJob,
    ExportPages,
    FromFiles,
    ImportFiles,
    JobKind,
    JobProgress,
    PictureSharpened,
    SayPicture,
    SharpenPicture,
)
from teacher_client.lesson.link import FromEngine
from teacher_client.tasks import spawn


@dataclass(frozen=True, slots=True)
class FileNeeds:
    """What the desk needs of the engine.

    Attributes:
        profile: the user's private folder.
        pictures: where pictures are kept and made.
        prepared: the prepared lessons.
        room: the lesson on screen that can be written.
        on_screen: what the window shows.
        policy: whether the programme lets lessons be exported, if its server says.
        say: what the window is to hear.
    """

    profile: Path
    pictures: PictureStore
    prepared: PreparedFolder
    room: Callable[[], BoardRoom | None]
    on_screen: Callable[[], OnScreen | None]
    policy: Callable[[], bool | None]
    say: Callable[[FromEngine], None]


class FileDesk:
    """Carries out what the window asks of files. Lives in the engine's loop."""

    def __init__(self, needs: FileNeeds) -> None:
        self._pictures, self._say = needs.pictures, needs.say
        self._jobs = Jobs(needs.say)
        readers = Readers(needs.profile, needs.pictures, needs.prepared)
        self._importer = Importer(needs.pictures, needs.room, readers.by_ending())
        self._exporter = Exporter(needs.profile, needs.on_screen, needs.policy)

    def states(self) -> Iterator[JobProgress]:
        """What a new window has to know."""
        return self._jobs.states()

    def carry_out(self, message: FromFiles) -> None:
        """Begin what is asked; answers come as JobProgress."""
        match message:
            case ImportFiles():
                bring = functools.partial(self._importer.run, ask=message)
                self._jobs.begin(message.job, JobKind.IMPORT, bring)
            case SayPicture():
                show = functools.partial(self._importer.say, ask=message)
                self._jobs.begin(message.job, JobKind.SAY, show)
            case ExportPages():
                write = functools.partial(self._exporter.run, ask=message)
                self._jobs.begin(message.job, JobKind.EXPORT, write)
            case CancelJob():
                self._jobs.cancel(message.job)
            case SharpenPicture():
                spawn(self._sharpen(message), name="sharpen")
            case _:
                pass

    async def close(self) -> None:
        """End all jobs; what they have done stays."""
        await self._jobs.close()

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
