"""Names for the numbers that travel; see PROTOCOL.md §1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, NewType, TypeAlias

from signaling_server.protocol.schema import MAX_SAFE_INTEGER, Range, Text

Member = NewType("Member", int)
"""A person's number inside one lesson. 0 is nobody (the lesson itself), 1 the teacher."""

PageId = NewType("PageId", int)
"""A page's number, 1 upwards in order of creation; 0 marks an entry that is global."""

StrokeId = NewType("StrokeId", int)
"""Chosen by its writer: ``member << 36 | connection << 20 | counter`` (a JavaScript number)."""

ItemId: TypeAlias = int
"""Something on a page: a stroke's id, else the number of the entry that placed it.

Strokes have a writer in the upper bits (P-1.3), so the two never meet.
"""

CommandId = NewType("CommandId", int)
"""Chosen by its sender: ``connection << 24 | counter``; 0 means "no command"."""

EntryNumber = NewType("EntryNumber", int)
"""Position in the log, 1 upwards without gaps."""

NOBODY: Final = Member(0)
TEACHER: Final = Member(1)
EVERYBODY: Final = 0
GLOBAL_PAGE: Final = PageId(0)
NO_COMMAND: Final = CommandId(0)
NO_ENTRY: Final = EntryNumber(0)

MAX_MEMBER: Final = 1023
MAX_CONNECTION: Final = 0xFFFF
MAX_COUNTER: Final = 0xFFFFF
MAX_COMMAND_COUNTER: Final = 0xFFFFFF
MAX_PAGE: Final = 4095
MAX_ENTRY: Final = 0xFFFFFFFF

MemberField = Annotated[Member, Range(0, MAX_MEMBER)]
PageField = Annotated[PageId, Range(0, MAX_PAGE)]
StrokeField = Annotated[StrokeId, Range(0, MAX_SAFE_INTEGER)]
ItemField = Annotated[ItemId, Range(1, MAX_SAFE_INTEGER)]
CommandField = Annotated[CommandId, Range(0, MAX_SAFE_INTEGER)]
EntryField = Annotated[EntryNumber, Range(0, MAX_ENTRY)]
EngineField = Annotated[str, Text(16, 16, is_hex=True)]
"""An engine's id: eight random bytes as sixteen lower-case hex digits."""


@dataclass(frozen=True, slots=True, order=True)
class Epoch:
    """One opening of a log by one engine; compared by counter, then by engine id."""

    counter: Annotated[int, Range(0, 0xFFFF)]
    engine: EngineField


def stroke_id(member: Member, connection: int, counter: int) -> StrokeId:
    """Compose a stroke's id.

    Args:
        member: its writer, 0..1023.
        connection: the writer's connection in this lesson (the teacher: the epoch), 0..65535.
        counter: the writer's stroke in that connection, 0..1048575.
    """
    return StrokeId((member << 36) | (connection << 20) | counter)


def stroke_writer(stroke: StrokeId) -> Member:
    """The member whose stroke this is."""
    return Member(stroke >> 36)


def stroke_connection(stroke: StrokeId) -> int:
    """The writer's connection (the teacher's pen: the epoch) in which it was begun."""
    return (stroke >> 20) & MAX_CONNECTION


def command_id(connection: int, counter: int) -> CommandId:
    """Compose a command's id; `counter` starts at 1, so that an id is never 0."""
    return CommandId((connection << 24) | counter)
