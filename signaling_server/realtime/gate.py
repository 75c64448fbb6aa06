"""The table of rights applied to the socket: what to answer where it says no."""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import AcceptRequest, DeclineRequest, Join, Role
from signaling_server.rules.rights import Relation, has_any, may

_MISSING: Final = {
    f"ws:{AcceptRequest.TAG}": Refusal.GONE,  # was offered to somebody else, or is taken
    f"ws:{DeclineRequest.TAG}": Refusal.GONE,
    f"ws:{Join.TAG}": Refusal.NOT_IN_SESSION,  # the same for sessions that do not exist (A1)
}


def refusal_for(tag: str, role: Role, relation: Relation) -> Refusal | None:
    """None where the table allows it.

    A role that may do it to other objects hears what is missing; any other role that it may not.
    """
    action = f"ws:{tag}"
    if may(action, role, relation):
        return None
    if has_any(action, role):
        return _MISSING.get(action, Refusal.NOT_IN_SESSION)
    return Refusal.NOT_ALLOWED
