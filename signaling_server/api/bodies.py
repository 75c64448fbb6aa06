"""Bodies of the HTTP API, with their limits beside each field (THREATS ground rule 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from signaling_server.protocol.messages import Role
from signaling_server.protocol.schema import Text

MAX_BODY_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class SignInBody:
    """What a person types in."""

    login: Annotated[str, Text(64, 1)]
    password: Annotated[str, Text(256, 1)]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who one is now; the token only for a client without cookies."""

    name: str
    role: Role
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Me:
    """Who one is."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Lesson:
    """One of one's own lessons; minutes are one's own effective ones."""

    session: str
    subject: str
    started_ms: int
    minutes: int
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Lessons:
    """Newest first."""

    lessons: list[Lesson]


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture as it is kept: what entries name it by, and its size in pixels."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Health:
    """The server answers and its database does."""

    status: str
    version: int
