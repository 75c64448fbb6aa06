"""Signing in over HTTP."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import httpx

from signaling_server.protocol.commands import Refusal
from teacher_client.errors import SignInError

TIMEOUT_SECONDS = 10.0
MAX_NAME = 64
MAX_WAIT_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An opaque session token and the name it belongs to."""

    token: str
    name: str


async def sign_in(server: str, login: str, password: str, tls: ssl.SSLContext | None) -> SignedIn:
    """Sign in at `server`.

    Raises:
        SignInError: wrong name or password, too many tries, or no server there.
    """
    try:
        async with httpx.AsyncClient(
            base_url=server, timeout=TIMEOUT_SECONDS, verify=tls or True, trust_env=False
        ) as client:
            answer = await client.post(
                "/api/sign-in",
                json={"login": login, "password": password},
                headers={"X-Lamplight-Client": "engine"},
            )
            body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
        raise SignInError(Refusal.GONE) from exc
    if answer.status_code != httpx.codes.OK:
        raise SignInError(_refusal_of(answer.status_code), _wait_of(body))
    if not isinstance(body, dict) or not body.get("token"):
        raise SignInError(Refusal.GONE)  # something else answers there
    return SignedIn(str(body["token"]), str(body.get("name", ""))[:MAX_NAME])


def _refusal_of(status: int) -> Refusal:
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Refusal.TOO_FAST
    return Refusal.NOT_SIGNED_IN if status < 500 else Refusal.GONE


def _wait_of(body: object) -> int:
    """Milliseconds that a refusal asks to wait; 0 where it says nothing sensible."""
    wait = body.get("retry_in_ms") if isinstance(body, dict) else None
    return min(wait, MAX_WAIT_MS) if isinstance(wait, int) and wait > 0 else 0
