"""One's own lessons and their logs."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request, Response
from sqlalchemy import Connection

from signaling_server.api.bodies import Lesson, Lessons
from signaling_server.api.guard import services_of, who_of
from signaling_server.protocol.blocks import seal
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.ids import MAX_ENTRY, TEACHER
from signaling_server.sessions.records import PersonId, SessionId
from signaling_server.storage import lessons, logs

MAX_LESSONS = 200
MAX_BLOCKS = 1_000_000  # bounded by MAX_LOG_BYTES of a session


def add_routes(app: FastAPI) -> None:
    """Add these routes."""
    app.get("/api/lessons")(own_lessons)
    app.get("/api/lessons/{session}/log", response_class=Response)(lesson_log)


async def own_lessons(request: Request) -> Lessons:
    """The lessons one took part in, newest first."""
    person = who_of(request).person.id
    lines = await services_of(request).store.read(
        lambda c: lessons.of_person(c, person, MAX_LESSONS)
    )
    return Lessons(
        [
            Lesson(line.session, line.subject, line.started_ms, line.minutes, line.has_ended)
            for line in lines
        ]
    )


async def lesson_log(request: Request, session: str) -> Response:
    """The stored blocks one after the other, as this reader may see them; 404 if not one's own."""
    person = who_of(request).person.id
    data = await services_of(request).store.read(
        lambda c: _read_log(c, SessionId(session[:32]), person)
    )
    if data is None:
        raise HTTPException(404, Refusal.NOT_IN_SESSION.value)
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "attachment"}
    return Response(data, media_type="application/octet-stream", headers=headers)


def _read_log(connection: Connection, session: SessionId, person: PersonId) -> bytes | None:
    member = lessons.member_of(connection, session, person)
    if member is None:
        return None
    rows = logs.read_blocks(connection, session, 1, MAX_ENTRY, MAX_BLOCKS)
    if member == TEACHER:
        return b"".join(data for _last, data in rows)
    return b"".join(seal(data, member) for _last, data in rows)
