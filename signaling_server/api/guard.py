"""What every HTTP request passes: Host, Origin, size, sign-in, and the table of rights."""

from __future__ import annotations

from typing import Final

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from signaling_server.api.bodies import MAX_BODY_BYTES
from signaling_server.api.state import Services
from signaling_server.protocol.commands import Refusal
from signaling_server.rules.rights import Relation, may
from signaling_server.storage.accounts import SignIn

COOKIE: Final = "lamplight_session"
BEARER: Final = "Bearer "


def services_of(connection: HTTPConnection) -> Services:
    """The parts of the server that this connection came to."""
    services = connection.app.state.services
    assert isinstance(services, Services)
    return services


def token_of(headers: Headers, cookies: dict[str, str]) -> str:
    """The token a client shows: an engine's bearer token, else a page's cookie."""
    authorization = headers.get("authorization", "")
    if authorization.startswith(BEARER):
        return authorization.removeprefix(BEARER)
    return cookies.get(COOKIE, "")


async def guard(connection: HTTPConnection) -> None:
    """Refuse what the table of rights does not allow; remember who asks.

    A WebSocket passes: its own route checks the page, and each of its messages has its row.

    Raises:
        HTTPException: 401 not signed in, 403 foreign page or no right.
    """
    if connection.scope["type"] == "websocket":
        return
    request = Request(connection.scope)
    services = services_of(request)
    _check_origin(request, services)
    who = await services.desk.signed_in(token_of(request.headers, request.cookies))
    request.state.who = who
    action = f"{request.method.replace('HEAD', 'GET')} {request.scope['route'].path}"
    role = who.person.role if who else None
    relations = (Relation.NOBODY, Relation.SELF, Relation.MEMBER)
    # whether the object is one's own is asked by the route, through one's own scope
    if not any(may(action, role, relation) for relation in relations):
        raise (
            _refused(401, Refusal.NOT_SIGNED_IN)
            if who is None
            else _refused(403, Refusal.NOT_ALLOWED)
        )


def who_of(request: Request) -> SignIn:
    """Who asks; only in routes that the table closes to strangers."""
    who = request.state.who
    if not isinstance(who, SignIn):
        raise _refused(401, Refusal.NOT_SIGNED_IN)
    return who


async def body_of(request: Request) -> bytes:
    """The whole body, refused as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _refused(413, Refusal.TOO_LARGE)
    return bytes(body)


def _check_origin(request: Request, services: Services) -> None:
    if request.method in ("GET", "HEAD"):
        return
    origin = request.headers.get("origin")
    if origin is None:
        # a browser always names the page of a POST; an engine has no page and no cookie
        if "cookie" in request.headers or not is_engine(request.headers):
            raise _refused(403, Refusal.NOT_ALLOWED)
    elif not services.origins.allows(origin):
        raise _refused(403, Refusal.NOT_ALLOWED)


def is_engine(headers: Headers) -> bool:
    """The client says it is an engine; it then gets its token in the answer, no cookie."""
    return headers.get("x-lamplight-client") == "engine"


def _refused(status: int, reason: Refusal) -> HTTPException:
    return HTTPException(status, reason.value)
