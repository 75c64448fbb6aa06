"""The queue of commands once ink is live: one request outstanding, each awaiting its answer.

A copy of stored ink runs beside it: its chunks come by themselves, and further offline commands
wait until it has ended, because of two overlapping copies only one completes (PROTOCOL 9.4).
"""

from __future__ import annotations

from collections import deque

from pen_driver import commands
from pen_driver.commands import PenCommand
from pen_driver.counters import PenCounters
from pen_driver.events import (
    CommandFailure,
    FetchOutcome,
    OfflineFetched,
    PenCommandFailed,
    PenEvent,
)
from pen_driver.neo import offline_packets as offline
from pen_driver.neo import packets
from pen_driver.neo.jobs import Job, PenFacts, Step, failure_of, make_job
from pen_driver.neo.packets import Answer, Command
from pen_driver.neo.transfer import IDLE_S, Transfer, take_chunk

ANSWER_TIMEOUT_S = 3.0
MOST_WAITING = 64

_COMMAND_OF: dict[type[Answer], int] = {
    packets.Settings: Command.SETTINGS,
    packets.PasswordChanged: Command.CHANGE_PASSWORD,
    packets.SettingChanged: Command.CHANGE_SETTING,
    packets.NotesAccepted: Command.USING_NOTES,
    offline.BookList: offline.OfflineCommand.BOOKS,
    offline.PageList: offline.OfflineCommand.PAGES,
    offline.BookInfo: offline.OfflineCommand.INFO,
    offline.Announcement: offline.OfflineCommand.FETCH,
    offline.Deleted: offline.OfflineCommand.DELETE,
}
_OFFLINE = (
    commands.ListOffline,
    commands.ListOfflinePages,
    commands.FetchOffline,
    commands.DeleteOffline,
)


class _Fetch:
    """23, whose answer starts the chunks. Sent once: a second one would overlap the first."""

    def __init__(self, command: commands.FetchOffline, transfer: Transfer) -> None:
        self.command: PenCommand = command
        self._transfer = transfer
        self._is_asked = True

    def step(self) -> Step | None:
        if not self._is_asked or self._transfer.outcome is not None:
            return None
        frame = offline.fetch_request(self._transfer.book)
        return Step(offline.OfflineCommand.FETCH, frame, attempts=1)

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        if isinstance(answer, offline.Announcement):
            self._is_asked = False
            self._transfer.announced(answer.strokes, answer.size, now)
        return []

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        self._is_asked = False
        is_silent = reason is CommandFailure.NO_ANSWER
        self._transfer.outcome = FetchOutcome.SILENT if is_silent else FetchOutcome.REFUSED
        return []

    def chunk_came(self) -> None:
        """The answer got lost: chunks are as good."""
        self._is_asked = False


class RequestDesk:
    """Carries commands out, one after the other.

    Args:
        facts: kept up to date by the session.
        counters: resends and stored strokes are counted here.
    """

    def __init__(self, facts: PenFacts, counters: PenCounters) -> None:
        self._facts = facts
        self._counters = counters
        self._waiting: deque[PenCommand] = deque()
        self._job: Job | None = None
        self._transfer: Transfer | None = None
        self._due = 0.0
        self._sent: Step | None = None
        self._tries = 0
        self._out = bytearray()

    @property
    def outstanding(self) -> int | None:
        """Command byte of the request that awaits its answer."""
        return None if self._sent is None else self._sent.command

    def data_to_send(self) -> bytes:
        """Return and forget the bytes for the pen."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def add(self, command: PenCommand, now: float) -> list[PenEvent]:
        """Queue a command; `StopOffline` acts at once."""
        if isinstance(command, commands.StopOffline):
            return self._stop(FetchOutcome.STOPPED, now)
        if len(self._waiting) >= MOST_WAITING:
            return [PenCommandFailed(now, command, CommandFailure.BUSY)]
        self._waiting.append(command)
        return []

    def tick(self, now: float) -> list[PenEvent]:
        """Send what is due, give up what stays without an answer."""
        events = self._run_transfer(now)
        if self._job is None:
            events += self._next_job(now)
        job = self._job
        if job is None:
            return events
        step = job.step()
        if step is not None and step != self._sent:
            self._sent, self._tries, self._due = step, 0, now
        if step is not None and now >= self._due:
            if self._tries >= step.attempts:
                events += job.fail(CommandFailure.NO_ANSWER, f"{step.command:02X}", now)
                self._sent = None
            else:
                self._tries += 1
                self._due = now + self._patience()
                self._out += step.frame
        return events + self._settle(now)

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        """Take an answer where its request is the outstanding one."""
        if self._job is None or self._sent is None:
            return []
        if isinstance(answer, packets.Refused):
            if answer.command != self._sent.command:
                return []
            self._sent = None
            detail = f"{answer.command:02X} result {answer.result}"
            events = self._job.fail(failure_of(answer.result), detail, now)
        elif _COMMAND_OF.get(type(answer)) == self._sent.command:
            events = self._job.take(answer, now)
            self._sent = self._sent if self._job.step() == self._sent else None
        else:
            return []
        return events + self._settle(now)

    def chunk(self, chunk: offline.Chunk, now: float) -> list[PenEvent]:
        """Take a chunk; one that nobody asked for is answered with "stop"."""
        transfer = self._transfer
        if transfer is None:
            self._out += offline.acknowledgement(chunk.packet_id, True, False)
            return []
        if chunk.book != transfer.book:
            self._counters.bad_packets += 1
            return []
        if isinstance(self._job, _Fetch):
            self._job.chunk_came()
            self._job = self._sent = None
        out, events = take_chunk(transfer, chunk, self._counters, now)
        self._out += out
        return events + self._settle(now)

    def link_lost(self, now: float) -> list[PenEvent]:
        """End everything that is under way."""
        events = self._stop(FetchOutcome.LINK_LOST, now)
        if self._job is not None:
            events += self._job.fail(CommandFailure.NO_ANSWER, "link lost", now)
        events += [
            PenCommandFailed(now, command, CommandFailure.NOT_READY) for command in self._waiting
        ]
        self._waiting.clear()
        self._job = self._sent = None
        self._out.clear()
        return events

    def _patience(self) -> float:
        # A large book takes the pen a while to gather.
        return IDLE_S if isinstance(self._job, _Fetch) else ANSWER_TIMEOUT_S

    def _next_job(self, now: float) -> list[PenEvent]:
        events: list[PenEvent] = []
        for command in list(self._waiting):
            if self._transfer is not None and isinstance(command, _OFFLINE):
                continue
            self._waiting.remove(command)
            if isinstance(command, commands.FetchOffline):
                self._transfer = Transfer(command.book, now)
                self._job = _Fetch(command, self._transfer)
                break
            job = make_job(command, self._facts, now)
            if not isinstance(job, list):
                self._job = job
                break
            events += job
        return events

    def _run_transfer(self, now: float) -> list[PenEvent]:
        if self._transfer is None:
            return []
        resends = self._transfer.resends
        self._out += self._transfer.tick(now)
        self._counters.offline_resends += self._transfer.resends - resends
        return self._settle(now)

    def _settle(self, now: float) -> list[PenEvent]:
        """Let go of what has ended."""
        transfer = self._transfer
        events: list[PenEvent] = []
        if transfer is not None and transfer.outcome is not None:
            self._transfer = None
            promised = transfer.promised or 0
            events.append(
                OfflineFetched(now, transfer.book, transfer.outcome, transfer.strokes, promised)
            )
        if self._job is not None and self._job.step() is None:
            self._job = self._sent = None
        return events

    def _stop(self, outcome: FetchOutcome, now: float) -> list[PenEvent]:
        if self._transfer is None:
            return []
        self._out += self._transfer.stop(outcome)
        return self._settle(now)
