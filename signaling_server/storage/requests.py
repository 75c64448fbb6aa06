"""Requests on record. Functions run on a store thread."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from signaling_server.sessions.effects import SaveRequest
from signaling_server.storage.tables import REQUESTS

WAITING = "waiting"


def save(connection: Connection, request: SaveRequest, now_ms: int) -> None:
    """A pupil asks."""
    connection.execute(
        insert(REQUESTS).values(
            id=request.request,
            pupil=request.pupil.id,
            subject=request.subject,
            text=request.text,
            asked_ms=now_ms,
            state=WAITING,
        )
    )


def close(connection: Connection, request: str, state: str, now_ms: int) -> None:
    """It is not open any more."""
    connection.execute(
        update(REQUESTS).where(REQUESTS.c.id == request).values(state=state, closed_ms=now_ms)
    )


def close_all(connection: Connection, now_ms: int) -> None:
    """At a start: whoever still waits asks again when the page is back."""
    connection.execute(
        update(REQUESTS)
        .where(REQUESTS.c.state == WAITING)
        .values(state="expired", closed_ms=now_ms)
    )
