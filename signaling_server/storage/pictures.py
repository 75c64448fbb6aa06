"""Which lesson holds which pictures. Functions run on a store thread."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from signaling_server.protocol.ids import Member
from signaling_server.sessions.records import PersonId, SessionId
from signaling_server.storage.tables import MEMBERS, PICTURES, SESSIONS


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in a session; `ended_wall_ms` is None while it runs."""

    member: Member
    ended_wall_ms: int | None


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture of one lesson.

    Attributes:
        member: who brought it first.
        is_shared: the teacher brought it: all members may see it, else only its bringer and
            the teacher.
        stored_bytes: of both resolutions.
    """

    session: SessionId
    sha256: str
    member: Member
    is_shared: bool
    media_type: str
    width: int
    height: int
    stored_bytes: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class Used:
    """What a lesson's pictures take."""

    pictures: int
    stored_bytes: int


def place_of(connection: Connection, session: SessionId, person: PersonId) -> Place | None:
    """The place of a person in a session; None: not on its list."""
    row = connection.execute(
        select(MEMBERS.c.member, SESSIONS.c.ended_wall_ms)
        .join_from(MEMBERS, SESSIONS)
        .where(MEMBERS.c.session == session, MEMBERS.c.person == person)
    ).one_or_none()
    return None if row is None else Place(Member(row.member), row.ended_wall_ms)


def find(connection: Connection, session: SessionId, sha256: str) -> PictureRow | None:
    """A picture of this lesson."""
    row = connection.execute(
        select(PICTURES).where(PICTURES.c.session == session, PICTURES.c.sha256 == sha256)
    ).one_or_none()
    return None if row is None else PictureRow(**row._mapping)


def add(connection: Connection, picture: PictureRow, most: Used) -> bool:
    """Keep a picture with its lesson, or share the one there is; False: the lesson is full."""
    known = find(connection, picture.session, picture.sha256)
    if known is not None:
        if picture.is_shared and not known.is_shared:
            connection.execute(
                update(PICTURES)
                .where(PICTURES.c.session == picture.session, PICTURES.c.sha256 == picture.sha256)
                .values(is_shared=True)
            )
        return True
    now = used(connection, picture.session)
    if now.pictures >= most.pictures or now.stored_bytes + picture.stored_bytes > most.stored_bytes:
        return False
    values = {name: getattr(picture, name) for name in PictureRow.__slots__}
    connection.execute(insert(PICTURES).values(values))
    return True


def is_named(connection: Connection, sha256: str) -> bool:
    """Some lesson holds this picture."""
    rows = connection.execute(select(PICTURES.c.member).where(PICTURES.c.sha256 == sha256).limit(1))
    return rows.first() is not None


def used(connection: Connection, session: SessionId) -> Used:
    """What this lesson's pictures take."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(PICTURES.c.stored_bytes), 0)).where(
            PICTURES.c.session == session
        )
    ).one()
    return Used(row[0], row[1])
