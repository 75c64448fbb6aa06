"""Sessions, their members, presence and clocks. Functions run on a store thread."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from signaling_server.protocol.ids import TEACHER, EntryNumber, Epoch, Member
from signaling_server.protocol.messages import EndReason, Role
from signaling_server.rules.clock import SavedClock
from signaling_server.rules.durations import Moment
from signaling_server.rules.limits import Limits
from signaling_server.rules.presence import Effective, Presence
from signaling_server.sessions.records import (
    Ending,
    EpochRecord,
    LessonLine,
    MemberRecord,
    Person,
    PersonId,
    SessionId,
    SessionRecord,
)
from signaling_server.storage import logs
from signaling_server.storage.tables import EPOCHS, MEMBERS, PRESENCE, REQUESTS, SESSIONS


def open_session(
    connection: Connection,
    record: SessionRecord,
    request: str,
) -> None:
    """Keep a new session with its members, and note it at the request it came from."""
    clock = record.clock
    connection.execute(
        insert(SESSIONS).values(
            id=record.session,
            subject=record.subject,
            opened_ms=clock.at.wall_ms,
            limit_ms=record.limits.limit_ms,
            minute_ms=record.limits.minute_ms,
            **_clock_values(clock),
        )
    )
    for member in record.members:
        connection.execute(
            insert(MEMBERS).values(
                session=record.session,
                member=member.member,
                person=member.person,
                name=member.name,
                role=member.role.value,
                connection=0,
            )
        )
    teacher = record.members[0].person
    connection.execute(
        update(REQUESTS)
        .where(REQUESTS.c.id == request)
        .values(session=record.session, teacher=teacher)
    )


def new_members(teacher: Person, pupil: Person) -> tuple[MemberRecord, ...]:
    """The list of a one-to-one lesson: the teacher is member 1, the pupil 2."""
    return (
        MemberRecord(TEACHER, teacher.id, teacher.name, Role.TEACHER),
        MemberRecord(Member(2), pupil.id, pupil.name, Role.PUPIL),
    )


def save_clock(connection: Connection, session: SessionId, clock: SavedClock) -> None:
    """Keep the clock as it stands."""
    connection.execute(
        update(SESSIONS)
        .where(SESSIONS.c.id == session, SESSIONS.c.ended_ms.is_(None))
        .values(_clock_values(clock))
    )


def save_connection(connection: Connection, session: SessionId, member: MemberRecord) -> None:
    """Keep the number of a member's newest join."""
    connection.execute(
        update(MEMBERS)
        .where(MEMBERS.c.session == session, MEMBERS.c.member == member.member)
        .values(connection=member.connection)
    )


def open_presence(
    connection: Connection, session: SessionId, member: Member, number: int, from_ms: int
) -> None:
    """A member is connected from here."""
    connection.execute(
        insert(PRESENCE).values(session=session, member=member, connection=number, from_ms=from_ms)
    )


def close_presence(
    connection: Connection, session: SessionId, member: Member, number: int, to_ms: int
) -> None:
    """A member was connected until here."""
    connection.execute(
        update(PRESENCE)
        .where(
            PRESENCE.c.session == session,
            PRESENCE.c.member == member,
            PRESENCE.c.connection == number,
        )
        .values(to_ms=to_ms)
    )


def save_end(
    connection: Connection,
    session: SessionId,
    ending: Ending,
    effective: Effective,
    limits: Limits,
) -> None:
    """Keep how it ended, and the whole minutes, cut once per session (R-S8)."""
    connection.execute(
        update(SESSIONS)
        .where(SESSIONS.c.id == session)
        .values(
            age_ms=ending.age_ms,
            ended_ms=ending.age_ms,
            ended_wall_ms=ending.wall_ms,
            end_reason=ending.reason.value,
            effective_ms=effective.lesson_ms,
            effective_min=limits.minutes(effective.lesson_ms),
        )
    )
    own = {int(TEACHER): effective.lesson_ms, **effective.members}
    for row in connection.execute(select(MEMBERS.c.member).where(MEMBERS.c.session == session)):
        spent = own.get(row.member, 0)
        connection.execute(
            update(MEMBERS)
            .where(MEMBERS.c.session == session, MEMBERS.c.member == row.member)
            .values(effective_ms=spent, effective_min=limits.minutes(spent))
        )


def load(connection: Connection, session: SessionId) -> SessionRecord | None:
    """All that is on record of a session."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == session)).one_or_none()
    if row is None:
        return None
    blocks, log_bytes = logs.records(connection, session)
    return SessionRecord(
        session=session,
        subject=row.subject,
        limits=Limits(row.limit_ms, row.minute_ms),
        clock=SavedClock(row.age_ms, row.begun_ms, Moment(row.boot, row.monotonic_ms, row.wall_ms)),
        members=_members(connection, session),
        presences=presences(connection, session),
        epochs=tuple(
            EpochRecord(Epoch(e.counter, e.engine), EntryNumber(e.first))
            for e in connection.execute(
                select(EPOCHS).where(EPOCHS.c.session == session).order_by(EPOCHS.c.counter)
            )
        ),
        blocks=blocks,
        log_bytes=log_bytes,
        commands=logs.commands(connection, session),
        writers=logs.writers(connection, session),
        ending=_ending(row),
    )


def presences(connection: Connection, session: SessionId) -> tuple[Presence, ...]:
    """Who was connected when; what a crash left open ends at the last saved age."""
    age = connection.execute(select(SESSIONS.c.age_ms).where(SESSIONS.c.id == session)).scalar_one()
    rows = connection.execute(select(PRESENCE).where(PRESENCE.c.session == session))
    return tuple(
        Presence(row.member, row.from_ms, max(row.from_ms, age) if row.to_ms is None else row.to_ms)
        for row in rows
    )


def close_open_presences(connection: Connection, session: SessionId) -> None:
    """After a crash: everybody was here until the clock was last saved, and no longer."""
    age = connection.execute(select(SESSIONS.c.age_ms).where(SESSIONS.c.id == session)).scalar_one()
    for row in connection.execute(
        select(PRESENCE).where(PRESENCE.c.session == session, PRESENCE.c.to_ms.is_(None))
    ).all():
        until = max(row.from_ms, age)
        close_presence(connection, session, Member(row.member), row.connection, until)


def running(connection: Connection) -> list[SessionId]:
    """Sessions that have not ended."""
    rows = connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.ended_ms.is_(None)))
    return [SessionId(row.id) for row in rows]


def member_of(connection: Connection, session: SessionId, person: PersonId) -> Member | None:
    """The place of a person in a session; None: not on its list."""
    number = connection.execute(
        select(MEMBERS.c.member).where(MEMBERS.c.session == session, MEMBERS.c.person == person)
    ).scalar_one_or_none()
    return None if number is None else Member(number)


def of_person(connection: Connection, person: PersonId, limit: int) -> list[LessonLine]:
    """A person's sessions that began, newest first, with the person's own minutes."""
    rows = connection.execute(
        select(SESSIONS, MEMBERS.c.effective_min.label("own_min"))
        .join(MEMBERS, and_(MEMBERS.c.session == SESSIONS.c.id, MEMBERS.c.person == person))
        .where(SESSIONS.c.begun_ms.is_not(None))
        .order_by(SESSIONS.c.opened_ms.desc())
        .limit(limit)
    )
    return [
        LessonLine(
            SessionId(row.id),
            row.subject,
            row.opened_ms + row.begun_ms,
            row.own_min or 0,
            row.ended_ms is not None,
        )
        for row in rows
    ]


def _members(connection: Connection, session: SessionId) -> tuple[MemberRecord, ...]:
    rows = connection.execute(
        select(MEMBERS).where(MEMBERS.c.session == session).order_by(MEMBERS.c.member)
    )
    return tuple(
        MemberRecord(
            Member(row.member), PersonId(row.person), row.name, Role(row.role), row.connection
        )
        for row in rows
    )


def _ending(row: Row[Any]) -> Ending | None:
    if row.ended_ms is None:
        return None
    return Ending(EndReason(row.end_reason), row.ended_ms, row.ended_wall_ms)


def _clock_values(clock: SavedClock) -> dict[str, int | str | None]:
    return {
        "age_ms": clock.age_ms,
        "begun_ms": clock.begun_ms,
        "boot": clock.at.boot,
        "monotonic_ms": clock.at.monotonic_ms,
        "wall_ms": clock.at.wall_ms,
    }
