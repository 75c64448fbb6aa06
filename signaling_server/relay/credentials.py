"""Credentials that run out by themselves. Pure.

The scheme is that of coturn's `use-auth-secret` (its README.turnserver, "TURN REST API", after
draft-uberti-behave-turn-rest-00): the user name is ``<unix second of expiry>:<name>``, the
password the base64 of HMAC-SHA1 of the user name under a secret that server and relay share.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import IceServer

GRACE_MS: Final = 60_000
"""Beyond the session's deadline: clocks differ, and a last attempt must not fail for seconds."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """What server and relay share; has no repr, so that no log shows it."""

    value: str


def relay_server(urls: tuple[str, ...], secret: Secret, name: str, expires_s: int) -> IceServer:
    """The relay as one user may use it.

    Args:
        urls: where it listens, ``turn:`` and ``turns:``.
        secret: shared with the relay.
        name: whom the relay's quota is counted for; stands in the relay's log.
        expires_s: unix second from which on the relay takes no new request with it.
    """
    username = f"{expires_s}:{name}"
    digest = hmac.digest(secret.value.encode(), username.encode(), hashlib.sha1)
    return IceServer(urls, username, base64.b64encode(digest).decode())


@dataclass(frozen=True, slots=True)
class Relay:
    """Lets members use the relay for as long as their session lasts.

    Attributes:
        urls: where it listens.
        secret: shared with it.
        is_only: neither side shows the other an address of its own.
        wall_ms: unix time in ms; the relay's clock must agree within the minute of grace.
    """

    urls: tuple[str, ...]
    secret: Secret
    is_only: bool
    wall_ms: Callable[[], int]

    def servers(self, session: str, member: Member, valid_ms: int) -> tuple[IceServer, ...]:
        """The relay for one member, for `valid_ms` and the grace."""
        expires_s = (self.wall_ms() + valid_ms + GRACE_MS) // 1000
        return (relay_server(self.urls, self.secret, f"{session}-{member}", expires_s),)
