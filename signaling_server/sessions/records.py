"""What is on record about people, sessions and their logs; plain values, no rows, no sockets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from signaling_server.protocol.ids import EntryNumber, Epoch, Member
from signaling_server.protocol.messages import EndReason, Role
from signaling_server.rules.clock import SavedClock
from signaling_server.rules.limits import Limits
from signaling_server.rules.presence import Presence

PersonId = NewType("PersonId", int)
"""A human being; several accounts may be the same one (A8)."""

SessionId = NewType("SessionId", str)
RequestId = NewType("RequestId", str)

ConnectionId = NewType("ConnectionId", int)
"""One socket of this process; never stored, never sent."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a connection belongs to, from the server's own record."""

    id: PersonId
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A person's place in one session; `connection` is the number of the newest join."""

    member: Member
    person: PersonId
    name: str
    role: Role
    connection: int = 0


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """An admitted epoch and the number it began with."""

    epoch: Epoch
    first: EntryNumber


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """What is known of a stored block without reading it."""

    first: EntryNumber
    last: EntryNumber
    epoch: Epoch
    hash: bytes


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended: age of the session in ms, and the effective time recorded."""

    reason: EndReason
    age_ms: int
    wall_ms: int


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Everything needed to go on with a session after a restart.

    Attributes:
        presences: closed; one left open by a crash ends at the clock's last saved age.
        commands: forwarded, by member.
        writers: pupils who may write, as of the end of the stored log.
    """

    session: SessionId
    subject: str
    limits: Limits
    clock: SavedClock
    members: tuple[MemberRecord, ...]
    presences: tuple[Presence, ...] = ()
    epochs: tuple[EpochRecord, ...] = ()
    blocks: tuple[BlockRecord, ...] = ()
    log_bytes: int = 0
    commands: tuple[tuple[Member, int], ...] = ()
    writers: frozenset[Member] = frozenset()
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class LessonLine:
    """One past lesson as its member may see it."""

    session: SessionId
    subject: str
    started_ms: int
    minutes: int
    has_ended: bool
