"""What takes its time and can be cancelled, as the window sees it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from teacher_client.errors import JournalError, PictureError
from teacher_client.files.errors import FileError
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.file_messages import JobKind, JobProblem, JobProgress, JobState
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)


class JobError(Exception):
    """A job cannot go on.

    Attributes:
        problem: id for the face.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(slots=True)
class Job:
    """One that runs; say :meth:`told` after each change.

    Attributes:
        path: the file that it is at, or that the problem is about.
        problem: what went wrong or was left out; the job may have gone on.
        has_failed: it could not go on; pages that came stay all the same.
        lost: what could not be kept, by id.
    """

    number: int
    kind: JobKind
    say: Callable[[JobProgress], None]
    done: int = 0
    total: int = 0
    path: str = ""
    problem: str = ""
    has_failed: bool = False
    lost: dict[str, int] = field(default_factory=dict)

    def told(self, state: JobState = JobState.RUNNING) -> None:
        """Tell the window how far it is."""
        self.say(self.progress(state))

    def lose(self, what: str, count: int = 1) -> None:
        """Note that something could not be kept; less than 0: it could after all."""
        self.lost[what] = self.lost.get(what, 0) + count

    def progress(self, state: JobState = JobState.RUNNING) -> JobProgress:
        """How far it is."""
        lost = sorted(item for item in self.lost.items() if item[1] > 0)[:50]
        return JobProgress(
            self.number,
            self.kind,
            state,
            self.done,
            max(self.total, self.done),
            self.path[:4096],
            self.problem,
            tuple(name for name, _count in lost),
            tuple(count for _name, count in lost),
        )


class Jobs:
    """Those that run, by the window's number. Lives in the engine's loop."""

    def __init__(self, say: Callable[[JobProgress], None]) -> None:
        self._say = say
        self._running: dict[int, tuple[Job, asyncio.Task[None]]] = {}

    def begin(self, number: int, kind: JobKind, work: Callable[[Job], Awaitable[None]]) -> None:
        """Begin one; a number that is in use is refused."""
        if number in self._running:
            log.warning("job %d is running already", number)
            return
        job = Job(number, kind, self._say)
        task = spawn(_run(job, work), name=f"job-{kind.value}")
        self._running[number] = (job, task)
        task.add_done_callback(lambda done: self._ended(job, done))
        job.told()

    def cancel(self, number: int) -> None:
        """End one early; what it has done stays."""
        if number in self._running:
            self._running[number][1].cancel()

    def states(self) -> Iterator[JobProgress]:
        """What a new window has to know."""
        for job, _task in self._running.values():
            yield job.progress()

    async def close(self) -> None:
        """End all."""
        tasks = [task for _job, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, job: Job, task: asyncio.Task[None]) -> None:
        del self._running[job.number]
        if task.cancelled():  # perhaps before it had begun
            job.told(JobState.CANCELLED)
        else:
            has_failed = job.has_failed or (job.problem != "" and not job.done)
            job.told(JobState.FAILED if has_failed else JobState.DONE)


async def _run(job: Job, work: Callable[[Job], Awaitable[None]]) -> None:
    try:
        await work(job)
    except Exception as exc:
        job.problem, job.has_failed = problem_of(exc), True
        if job.problem == JobProblem.NOT_POSSIBLE:
            raise  # a bug: the log is to have it


def problem_of(exc: Exception) -> str:
    """What a face has words for."""
    match exc:
        case JobError():
            return exc.problem
        case PictureError():
            return exc.trouble.value
        case FileError():
            return exc.trouble.value
        case RefusedError():
            return exc.reason.value
        case OSError() | JournalError():
            return JobProblem.UNREADABLE.value
        case _:
            return JobProblem.NOT_POSSIBLE.value
