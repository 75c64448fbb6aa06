"""What a machine asks its runner to do, in the order given; stores come before sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from signaling_server.protocol.ids import EntryNumber, Member
from signaling_server.protocol.messages import EndReason, ServerMessage
from signaling_server.rules.presence import Effective
from signaling_server.sessions.records import (
    BlockRecord,
    ConnectionId,
    EpochRecord,
    MemberRecord,
    Person,
    RequestId,
)

# to the store


@dataclass(frozen=True, slots=True)
class SaveClock:
    """Keep the clock as it stood at `now_ms` of the process's monotonic clock."""

    age_ms: int
    begun_ms: int | None
    now_ms: int


@dataclass(frozen=True, slots=True)
class SaveConnection:
    """A member joined: the number of this connection."""

    member: MemberRecord


@dataclass(frozen=True, slots=True)
class OpenPresence:
    """The member is connected from this age on."""

    member: Member
    connection: int
    from_ms: int


@dataclass(frozen=True, slots=True)
class ClosePresence:
    """The member was connected until this age."""

    member: Member
    connection: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class SaveEpoch:
    """Another engine, or the same anew, writes from here."""

    epoch: EpochRecord


@dataclass(frozen=True, slots=True)
class SaveBlock:
    """A checked block of the log."""

    block: BlockRecord
    data: bytes


@dataclass(frozen=True, slots=True)
class SaveCommand:
    """A command about to be forwarded, so that an entry may cite it."""

    member: Member
    command: int


@dataclass(frozen=True, slots=True)
class SaveEnd:
    """The session is over; minutes are cut here, once (R-S8)."""

    reason: EndReason
    age_ms: int
    effective: Effective


# to the connections


@dataclass(frozen=True, slots=True)
class Send:
    """A message to one connection."""

    to: ConnectionId
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class SendBlock:
    """A block, already sealed for its reader."""

    to: ConnectionId
    data: bytes


@dataclass(frozen=True, slots=True)
class SendLog:
    """Stored blocks from the one that holds `first` up to `last`, sealed for `reader`."""

    to: ConnectionId
    reader: Member
    first: EntryNumber
    last: EntryNumber


@dataclass(frozen=True, slots=True)
class Close:
    """End a connection after what was sent to it."""

    to: ConnectionId
    code: int


@dataclass(frozen=True, slots=True)
class SessionOver:
    """Tell the lobby that these people are free."""


SaveEffect: TypeAlias = (
    SaveClock
    | SaveConnection
    | OpenPresence
    | ClosePresence
    | SaveEpoch
    | SaveBlock
    | SaveCommand
    | SaveEnd
)
SendEffect: TypeAlias = Send | SendBlock | SendLog | Close | SessionOver
Effect: TypeAlias = SaveEffect | SendEffect

# of the lobby


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """A pupil asks."""

    request: RequestId
    pupil: Person
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """The request is not open any more."""

    request: RequestId
    state: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A teacher takes a pupil: open the session, then say so to both."""

    request: RequestId
    teacher: Person
    pupil: Person
    subject: str


LobbyEffect: TypeAlias = SaveRequest | CloseRequest | OpenSession | Send
