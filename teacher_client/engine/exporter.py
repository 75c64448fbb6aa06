"""Pages of the lesson on screen to a file, written by a child of its own."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import glob
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from teacher_client.engine.jobs import Job, JobError
from teacher_client.files.parent import ExportJob
from teacher_client.files.request import ExportProgress, ExportReport, ExportRequest
from teacher_client.lesson.file_messages import ExportPages, JobProblem


class LessonKind(enum.Enum):
    """What is on screen."""

    PREPARED = enum.auto()  # the teacher's own pages, which belong to no programme
    LIVE = enum.auto()  # it is on, or ended just now
    OLD = enum.auto()  # opened to be played again


@dataclass(frozen=True, slots=True)
class OnScreen:
    """The lesson on screen.

    Attributes:
        folder: its journal and voices.
        title: for the file.
        kind: see :func:`may_export`.
    """

    folder: Path
    title: str
    kind: LessonKind


def may_export(policy: bool | None, kind: LessonKind) -> bool:
    """Whether pages may leave the program.

    Args:
        policy: what the programme says of its lessons. None: its server says nothing; then what
            the teacher writes now may be taken along, and no old lesson.
    """
    if policy is None:
        return kind is not LessonKind.OLD
    return policy or kind is LessonKind.PREPARED


class Exporter:
    """Carries out :class:`ExportPages`. Lives in the engine's loop.

    Args:
        profile: the user's private folder.
        on_screen: what the window shows.
        policy: see :func:`may_export`.
    """

    def __init__(
        self,
        profile: Path,
        on_screen: Callable[[], OnScreen | None],
        policy: Callable[[], bool | None],
    ) -> None:
        self._profile = profile
        self._on_screen = on_screen
        self._policy = policy

    async def run(self, job: Job, ask: ExportPages) -> None:
        """Write the file; it is there whole, or not at all.

        Raises:
            JobError: with what went wrong.
        """
        job.path = ask.path
        lesson = self._on_screen()
        if lesson is None:
            raise JobError(JobProblem.NO_LESSON)
        if not may_export(self._policy(), lesson.kind):
            raise JobError(JobProblem.NOT_ALLOWED)
        request = ExportRequest(
            ask.format,
            ask.path,
            str(lesson.folder),
            str(self._profile),
            ask.pages,
            # who names a private page wants it; a prepared lesson is kept whole
            has_private=bool(ask.pages) or lesson.kind is LessonKind.PREPARED,
            title=lesson.title,
            language=ask.language,
        )
        report = await self._write(job, request)
        for loss in report.losses:
            job.lose(loss.lost, loss.count)
        if report.trouble:
            raise JobError(report.trouble)
        job.done = job.total = report.pages
        if report.files:
            job.path = report.files[0]

    async def _write(self, job: Job, request: ExportRequest) -> ExportReport:
        loop, child = asyncio.get_running_loop(), ExportJob(request)

        def told(progress: ExportProgress) -> None:
            job.done, job.total = progress.done, progress.total
            job.told()

        def passed_on(progress: ExportProgress) -> None:
            loop.call_soon_threadsafe(told, progress)

        writing = loop.run_in_executor(None, child.run, passed_on)
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            child.cancel()
            await asyncio.wait([writing])
            raise
        finally:
            await asyncio.to_thread(_sweep, Path(request.target))


def _sweep(target: Path) -> None:
    """What a child that was ended early has begun beside the target."""
    pattern = f".{glob.escape(target.name[:80])}.*.part"
    with contextlib.suppress(OSError):
        for begun in target.parent.glob(pattern):
            begun.unlink(missing_ok=True)
