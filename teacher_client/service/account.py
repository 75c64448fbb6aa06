"""Signing in over HTTP."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import httpx

from signaling_server.protocol.commands import Refusal
from teacher_client.errors import SignInError

TIMEOUT_SECONDS = 10.0


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
    async with httpx.AsyncClient(
        base_url=server, timeout=TIMEOUT_SECONDS, verify=tls or True, trust_env=False
    ) as client:
        try:
            answer = await client.post(
                "/api/sign-in",
                json={"login": login, "password": password},
                headers={"X-Lamplight-Client": "engine"},
            )
            body = answer.json()
        except (httpx.HTTPError, ValueError) as exc:
            raise SignInError(Refusal.GONE) from exc
    if answer.status_code != httpx.codes.OK:
        wait = int(body.get("retry_in_ms") or 0) if isinstance(body, dict) else 0
        is_too_fast = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
        raise SignInError(Refusal.TOO_FAST if is_too_fast else Refusal.NOT_SIGNED_IN, wait)
    return SignedIn(str(body["token"]), str(body["name"]))
