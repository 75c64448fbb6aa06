"""What each command of a host takes on the wire: one small job per command.

A job says which request is due, takes its answer, and ends with the events that answer the
command. Jobs know no time and send nothing themselves; `requests.RequestDesk` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pen_driver import commands
from pen_driver.address import NcodeBook
from pen_driver.commands import PenCommand
from pen_driver.events import (
    CommandFailure,
    DeleteOutcome,
    OfflineDeleted,
    OfflineListed,
    OfflinePagesListed,
    PasswordOutcome,
    PenCommandDone,
    PenCommandFailed,
    PenEvent,
    PenPasswordResult,
    PenSettingChanged,
    SettingOutcome,
)
from pen_driver.neo import offline_packets as offline
from pen_driver.neo import packets
from pen_driver.neo.packets import Answer, Command
from pen_driver.neo.setting_values import encode_change

ATTEMPTS = 3
_UNSUPPORTED_RESULTS = frozenset((3, 5))  # PROTOCOL 3
# From 2.16 a pen tells all pages of a book at once.
INFO_VERSION = (2, 16)
LIMITS_VERSION = (2, 15)
# Sections and owners that print most: NeoLAB's books, class kits and plates. Asked for where the
# pen's list is cut off at its limit.
_KNOWN_OWNERS = (3 << 24 | 27, 3 << 24 | 1013)


_PASSWORD_LIMIT = 10  # where the pen does not say
_OF_PASSWORD = {
    0: PasswordOutcome.WRONG,
    1: PasswordOutcome.ACCEPTED,
    packets.PASSWORD_WIPED: PasswordOutcome.WIPED,
}
_OF_CHANGE = {
    0: PasswordOutcome.CHANGED,
    1: PasswordOutcome.WRONG,
    packets.PASSWORD_WIPED: PasswordOutcome.WIPED,
}


def attempts_left(allowed: int, used: int) -> int:
    """Return how many passwords may still be tried."""
    return max((allowed or _PASSWORD_LIMIT) - used, 0)


def password_outcome(answer: packets.PasswordStatus | packets.PasswordChanged) -> PasswordOutcome:
    """Return what answer 82 or 83 says; their numbers differ."""
    is_change = isinstance(answer, packets.PasswordChanged)
    return (_OF_CHANGE if is_change else _OF_PASSWORD).get(answer.status, PasswordOutcome.ERROR)


@dataclass(slots=True)
class PenFacts:
    """What the pen has said about itself; owned by the session, read by jobs."""

    pen_id: str = ""
    version: tuple[int, ...] = ()
    sensor: int | None = None
    attempts_left: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One request: its command byte, its frame, and how often it may be sent."""

    command: int
    frame: bytes
    attempts: int = ATTEMPTS


class Job(Protocol):
    """One command on its way."""

    command: PenCommand

    def step(self) -> Step | None:
        """Return the request that is due; None: the job is done."""

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        """Take an answer; one that does not fit the step changes nothing."""

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        """The step was refused or stayed without an answer."""


def failure_of(result: int) -> CommandFailure:
    """Return what a frame's result other than 0 means."""
    is_unknown = result in _UNSUPPORTED_RESULTS
    return CommandFailure.UNSUPPORTED if is_unknown else CommandFailure.REFUSED


class _Plain:
    """One request, one answer, no words: settings read, find my pen, using notes."""

    def __init__(self, command: PenCommand, step: Step, is_told: bool) -> None:
        self.command = command
        self._step: Step | None = step
        self._is_told = is_told

    def step(self) -> Step | None:
        return self._step

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        self._step = None
        return [PenCommandDone(now, self.command)] if self._is_told else []

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        self._step = None
        return [PenCommandFailed(now, self.command, reason, detail)]


class _Change:
    """05, then 04 to see what became of it."""

    def __init__(self, command: commands.ChangeSetting, data: bytes) -> None:
        self.command: PenCommand = command
        self._change = command
        self._kind = data[0]
        self._steps = [
            Step(Command.SETTINGS, packets.settings_request()),
            Step(Command.CHANGE_SETTING, packets.setting_request(data)),
        ]

    def step(self) -> Step | None:
        return self._steps[-1] if self._steps else None

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        match answer:
            case packets.SettingChanged() if answer.setting in (0, self._kind):
                self._steps.pop()
                if answer.status != 0:
                    return self._end(SettingOutcome.REFUSED, None, now)
            case packets.Settings() if len(self._steps) == 1:
                value = dict(answer.values).get(self._change.name)
                if value is None:
                    return self._end(SettingOutcome.UNSEEN, None, now)
                is_equal = value == self._change.value
                outcome = SettingOutcome.APPLIED if is_equal else SettingOutcome.NOT_YET
                return self._end(outcome, value, now)
        return []

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        match reason:
            case CommandFailure.UNSUPPORTED:
                return self._end(SettingOutcome.UNSUPPORTED, None, now)
            case CommandFailure.REFUSED:
                return self._end(SettingOutcome.REFUSED, None, now)
            case _:
                return self._end(SettingOutcome.NO_ANSWER, None, now)

    def _end(
        self, outcome: SettingOutcome, value: commands.SettingValue | None, now: float
    ) -> list[PenEvent]:
        self._steps.clear()
        return [PenSettingChanged(now, self._change.name, outcome, value)]


class _ChangePassword:
    """03, sent once: a wrong old password counts as an attempt. Then 04, to see the lock.

    No password follows by itself (PROTOCOL 23): should the pen lock, a person types the new one.
    """

    def __init__(self, command: commands.ChangePassword, facts: PenFacts) -> None:
        self.command: PenCommand = command
        self._facts = facts
        frame = packets.change_password_request(command.old, command.new)
        self._steps = [
            Step(Command.SETTINGS, packets.settings_request()),
            Step(Command.CHANGE_PASSWORD, frame, attempts=1),
        ]

    def step(self) -> Step | None:
        return self._steps[-1] if self._steps else None

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        match answer:
            case packets.PasswordChanged():
                self._steps.pop()
                left = attempts_left(answer.attempts_allowed, answer.attempts_used)
                self._facts.attempts_left = left
                return [PenPasswordResult(now, password_outcome(answer), left)]
            case packets.Settings():
                self._steps.clear()
        return []

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        is_answered = len(self._steps) == 1  # only the look at the settings got lost
        self._steps.clear()
        if is_answered:
            return []
        is_silent = reason is CommandFailure.NO_ANSWER
        outcome = PasswordOutcome.NO_ANSWER if is_silent else PasswordOutcome.ERROR
        return [PenPasswordResult(now, outcome)]


class _ListBooks:
    """21 for all; where that list is cut off, 21 for each section and owner.

    Asking again for the same gives the same entries for ever, because nothing is deleted.
    """

    def __init__(self, command: PenCommand, facts: PenFacts) -> None:
        self.command = command
        self._has_limit = facts.version >= LIMITS_VERSION
        self._todo: list[int] = [offline.ALL_OWNERS]
        self._is_complete = True
        self._is_first = True
        self._books: set[NcodeBook] = set()

    def step(self) -> Step | None:
        if not self._todo:
            return None
        return Step(offline.OfflineCommand.BOOKS, offline.books_request(self._todo[-1]))

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        if not isinstance(answer, offline.BookList):
            return []
        self._books.update(answer.books)
        is_cut = self._has_limit and len(answer.books) >= offline.MOST_BOOKS
        self._is_complete &= not is_cut
        self._todo.pop()
        if self._is_first and is_cut:
            owners = {book.section << 24 | book.owner for book in self._books}
            self._todo = sorted(owners.union(_KNOWN_OWNERS), reverse=True)
        self._is_first = False
        return self._told(now)

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        if self._is_first:
            self._todo.clear()
            return [PenCommandFailed(now, self.command, reason, detail)]
        self._todo.pop()  # the others may still answer
        return self._told(now)

    def _told(self, now: float) -> list[PenEvent]:
        if self._todo:
            return []
        return [OfflineListed(now, tuple(sorted(self._books)), self._is_complete)]


class _ListPages:
    """26 where the pen has it, else 22, which ends at 128 pages."""

    def __init__(self, command: commands.ListOfflinePages, facts: PenFacts) -> None:
        self.command: PenCommand = command
        self._book = command.book
        self._has_limit = facts.version >= LIMITS_VERSION
        pages = Step(offline.OfflineCommand.PAGES, offline.pages_request(command.book))
        info = Step(offline.OfflineCommand.INFO, offline.info_request(command.book))
        self._steps = [pages, info] if facts.version >= INFO_VERSION else [pages]

    def step(self) -> Step | None:
        return self._steps[-1] if self._steps else None

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        match answer:
            case offline.BookInfo() if answer.book == self._book:
                if answer.status != 0 or answer.has_more:
                    self._steps.pop()
                    return []
                return self._end(answer.pages, True, now)
            case offline.PageList() if answer.book == self._book:
                is_cut = self._has_limit and len(answer.pages) >= offline.MOST_PAGES
                return self._end(answer.pages, not is_cut, now)
        return []

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        self._steps.pop()
        if self._steps:
            return []
        return [PenCommandFailed(now, self.command, reason, detail)]

    def _end(self, pages: tuple[int, ...], is_complete: bool, now: float) -> list[PenEvent]:
        self._steps.clear()
        return [OfflinePagesListed(now, self._book, tuple(sorted(set(pages))), is_complete)]


class _Delete:
    """23 that asks for the size only; 25 where it is still what was copied. 25 goes out once."""

    def __init__(self, command: commands.DeleteOffline) -> None:
        self.command: PenCommand = command
        self._copy = command.copy
        book = command.copy.book
        self._steps = [
            Step(offline.OfflineCommand.DELETE, offline.delete_request(book), attempts=1),
            Step(offline.OfflineCommand.FETCH, offline.size_request(book)),
        ]

    def step(self) -> Step | None:
        return self._steps[-1] if self._steps else None

    def take(self, answer: Answer, now: float) -> list[PenEvent]:
        match answer:
            case offline.Announcement() if len(self._steps) == 2:
                if answer.strokes != self._copy.strokes:
                    return self._end(DeleteOutcome.GROWN, now)
                self._steps.pop()
            case offline.Deleted() if len(self._steps) == 1:
                is_named = self._copy.book.book in answer.books
                outcome = DeleteOutcome.DELETED if is_named else DeleteOutcome.REFUSED
                return self._end(outcome, now)
        return []

    def fail(self, reason: CommandFailure, detail: str, now: float) -> list[PenEvent]:
        is_silent = reason is CommandFailure.NO_ANSWER and len(self._steps) == 1
        return self._end(DeleteOutcome.NO_ANSWER if is_silent else DeleteOutcome.REFUSED, now)

    def _end(self, outcome: DeleteOutcome, now: float) -> list[PenEvent]:
        self._steps.clear()
        return [OfflineDeleted(now, self._copy.book, outcome)]


def make_job(command: PenCommand, facts: PenFacts, now: float) -> Job | list[PenEvent]:
    """Return the job of a command, or the events that refuse it before anything is sent.

    Passwords to unlock and copies have their own ways in the session; they are refused here.
    """
    match command:
        case commands.ReadSettings() | commands.FindPen() | commands.UseNotes():
            return _plain_job(command)
        case commands.ChangeSetting():
            return _change_job(command, facts, now)
        case commands.ChangePassword():
            outcome = refuse_change(command)
            if outcome is not None:
                return [PenPasswordResult(now, outcome, facts.attempts_left)]
            return _ChangePassword(command, facts)
        case commands.ListOffline():
            return _ListBooks(command, facts)
        case commands.ListOfflinePages():
            return _ListPages(command, facts)
        case commands.DeleteOffline():
            if command.copy.pen_id != facts.pen_id:
                return [OfflineDeleted(now, command.copy.book, DeleteOutcome.OTHER_PEN)]
            return _Delete(command)
        case _:
            return [PenCommandFailed(now, command, CommandFailure.UNSUPPORTED)]


def _plain_job(
    command: commands.ReadSettings | commands.FindPen | commands.UseNotes,
) -> Job:
    match command:
        case commands.ReadSettings():
            read = Step(Command.SETTINGS, packets.settings_request())
            return _Plain(command, read, is_told=False)
        case commands.FindPen():
            find = Step(Command.CHANGE_SETTING, packets.find_pen_request(), attempts=1)
            return _Plain(command, find, is_told=True)
        case commands.UseNotes():
            use = Step(Command.USING_NOTES, packets.notes_request(command.books))
            return _Plain(command, use, is_told=True)


def _change_job(
    command: commands.ChangeSetting, facts: PenFacts, now: float
) -> Job | list[PenEvent]:
    data = encode_change(command.name, command.value, facts.version, facts.sensor)
    if data is None:
        return [PenSettingChanged(now, command.name, SettingOutcome.INVALID)]
    return _Change(command, data)


def is_password(text: str) -> bool:
    """Say whether a pen can have this password; ``0000`` stands for none (PROTOCOL 6.2)."""
    return text.isascii() and text.isprintable() and 0 < len(text) <= 16 and text != "0000"


def refuse_change(command: commands.ChangePassword) -> PasswordOutcome | None:
    """Return why a change of password must not be sent, None where it may."""
    if command.new is not None and not is_password(command.new):
        return PasswordOutcome.INVALID
    if not (command.old.isascii() and len(command.old) <= 16):
        return PasswordOutcome.INVALID
    return None if command.is_confirmed else PasswordOutcome.NEEDS_CONFIRMATION
