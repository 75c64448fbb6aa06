"""Who may do what: one table, default deny (THREATS ground rule 2).

A row's name is a route (``POST /api/sign-in``), a socket message (``ws:join``) or a command
(``command:ink``). What has no row is refused, and a test fails for any route, message or
command without one.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from signaling_server.protocol.messages import Role


class Relation(enum.Enum):
    """How the asker stands to the object, as the server's own record has it."""

    NOBODY = enum.auto()  # not signed in, or nothing known
    SELF = enum.auto()  # signed in, about oneself
    OFFERED = enum.auto()  # the request was offered to this teacher
    MEMBER = enum.auto()  # on the session's list
    INSIDE = enum.auto()  # joined with this very connection


_ANYBODY: Final = {
    None: frozenset({Relation.NOBODY}),
    Role.TEACHER: frozenset(Relation),
    Role.PUPIL: frozenset(Relation),
}


def _both(relation: Relation) -> dict[Role | None, frozenset[Relation]]:
    return {Role.TEACHER: frozenset({relation}), Role.PUPIL: frozenset({relation})}


def _teacher(relation: Relation) -> dict[Role | None, frozenset[Relation]]:
    return {Role.TEACHER: frozenset({relation})}


def _pupil(relation: Relation) -> dict[Role | None, frozenset[Relation]]:
    return {Role.PUPIL: frozenset({relation})}


RIGHTS: Final[Mapping[str, Mapping[Role | None, frozenset[Relation]]]] = MappingProxyType(
    {
        # routes
        "GET /": _ANYBODY,
        "GET /{path:path}": _ANYBODY,
        "GET /api/health": _ANYBODY,
        "GET /api/openapi.json": _ANYBODY,
        "GET /join/{code}": _ANYBODY,
        "POST /api/sign-in": _ANYBODY,
        "POST /api/sign-out": _both(Relation.SELF),
        "GET /api/me": _both(Relation.SELF),
        "GET /api/lessons": _both(Relation.SELF),
        "GET /api/lessons/{session}/log": _both(Relation.MEMBER),
        "POST /api/lessons/{session}/pictures": _both(Relation.MEMBER),
        "GET /api/lessons/{session}/pictures/{sha256}": _both(Relation.MEMBER),
        "WS /ws": _ANYBODY,
        # socket messages
        "ws:hello": _ANYBODY,
        "ws:ping": _both(Relation.SELF),
        "ws:set_duty": _teacher(Relation.SELF),
        "ws:ask": _pupil(Relation.SELF),
        "ws:cancel_ask": _pupil(Relation.SELF),
        "ws:accept_request": _teacher(Relation.OFFERED),
        "ws:decline_request": _teacher(Relation.OFFERED),
        "ws:join": _both(Relation.MEMBER),
        "ws:leave": _both(Relation.INSIDE),
        "ws:end_session": _teacher(Relation.INSIDE),
        "ws:open_epoch": _teacher(Relation.INSIDE),
        "ws:block": _teacher(Relation.INSIDE),
        "ws:signal": _both(Relation.INSIDE),
        "ws:refuse": _teacher(Relation.INSIDE),
        "ws:command": _pupil(Relation.INSIDE),  # the teacher's own go to the engine directly
        # commands that travel through the server
        "command:ink": _pupil(Relation.INSIDE),
        "command:erase": _pupil(Relation.INSIDE),
        "command:erase_parts": _pupil(Relation.INSIDE),
        "command:undo": _pupil(Relation.INSIDE),
        "command:redo": _pupil(Relation.INSIDE),
        "command:raise_hand": _pupil(Relation.INSIDE),
        "command:lower_hand": _pupil(Relation.INSIDE),
        "command:take_right": _pupil(Relation.INSIDE),
        "command:say": _pupil(Relation.INSIDE),
        "command:give_right": {},
    }
)


def may(action: str, role: Role | None, relation: Relation) -> bool:
    """True where the table says so; anything it does not name is refused."""
    return relation in RIGHTS.get(action, {}).get(role, frozenset())


def has_any(action: str, role: Role | None) -> bool:
    """This role may do it at least to some objects."""
    return bool(RIGHTS.get(action, {}).get(role))
