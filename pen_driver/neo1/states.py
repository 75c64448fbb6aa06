"""Where a version 1 session stands, and what may be asked of it there."""

from __future__ import annotations

from enum import Enum, auto

from pen_driver import commands
from pen_driver.commands import PenCommand
from pen_driver.events import CommandFailure


class State(Enum):
    """Where the session stands."""

    SILENT = auto()  # the pen has not spoken
    GREETED = auto()  # answered; the pen will ask for a password or tell its state
    LOCKED = auto()
    UNLOCKING = auto()
    NOTES = auto()
    STREAMING = auto()
    OVER = auto()


def refusal(command: PenCommand, state: State, *, is_copying: bool) -> CommandFailure | None:
    """Return why a command is not carried out, None where it is."""
    if state is not State.STREAMING:
        return CommandFailure.NOT_READY
    match command:
        case commands.TakeOffline() if not command.is_confirmed:
            return CommandFailure.NEEDS_CONFIRMATION
        case commands.TakeOffline() if is_copying:
            return CommandFailure.BUSY
        case (
            commands.FetchOffline()  # it promises that the pen keeps its copy
            | commands.DeleteOffline()  # the request names no book: it would delete all
            | commands.ListOfflinePages()
            | commands.FindPen()
        ):
            return CommandFailure.UNSUPPORTED
    return None
