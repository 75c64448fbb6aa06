"""Signing in and out, and who one is."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from signaling_server.api.bodies import Health, Me, SignedIn, SignInBody
from signaling_server.api.guard import COOKIE, body_of, is_engine, services_of, who_of
from signaling_server.api.sign_in import LASTS_MS, Denied
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.messages import VERSION
from signaling_server.protocol.schema import InvalidError, decode, loads
from signaling_server.realtime.clocks import monotonic_ms
from signaling_server.storage import lessons

_SIGN_IN_DOC = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["login", "password"],
                    "additionalProperties": False,
                    "properties": {
                        "login": {"type": "string", "minLength": 1, "maxLength": 64},
                        "password": {"type": "string", "minLength": 1, "maxLength": 256},
                    },
                }
            }
        },
    }
}


def add_routes(app: FastAPI) -> None:
    """Add these routes."""
    app.post("/api/sign-in", openapi_extra=_SIGN_IN_DOC)(sign_in)
    app.post("/api/sign-out", status_code=204)(sign_out)
    app.get("/api/me")(me)
    app.get("/api/health")(health)
    app.get("/join/{code}", include_in_schema=False)(join_by_link)
    app.get("/api/openapi.json", include_in_schema=False)(openapi)


async def sign_in(request: Request, response: Response) -> SignedIn:
    """Check login and password; a page gets a cookie, an engine a token."""
    try:
        body = decode(SignInBody, loads(await body_of(request), 16 * 1024))
    except InvalidError as exc:
        raise HTTPException(422, Refusal.INVALID.value) from exc
    services = services_of(request)
    result = await services.desk.sign_in(body.login, body.password, address_of(request))
    if isinstance(result, Denied):
        raise _denied(result)
    person = result.person
    if is_engine(request.headers):
        return SignedIn(person.name, person.role, result.token)
    set_cookie(response, result.token, services.origins.is_secure)
    return SignedIn(person.name, person.role)


async def sign_out(request: Request, response: Response) -> None:
    """End this sign-in everywhere, sockets included."""
    services, who = services_of(request), who_of(request)
    await services.desk.revoke(who.id)
    services.hub.sign_out(who.id)
    response.delete_cookie(COOKIE, path="/")


async def me(request: Request) -> Me:
    """Who is signed in."""
    person = who_of(request).person
    return Me(person.name, person.role)


async def health(request: Request) -> Health:
    """Server and database answer."""
    await services_of(request).store.read(lessons.running)
    return Health("ok", VERSION)


async def join_by_link(request: Request, code: str) -> Response:
    """Sign a demonstration pupil in by the code of a link, and go to the page."""
    services = services_of(request)
    address, now = address_of(request), monotonic_ms()
    login = services.links.get(code)
    if login is None or services.link_waits.wait_ms(address, now) > 0:
        services.link_waits.failed(address, now)
        return _to_page("/?link=dead")
    granted = await services.desk.admit(login)
    if granted is None:
        return _to_page("/?link=dead")
    response = _to_page("/")
    set_cookie(response, granted.token, services.origins.is_secure)
    return response


def _to_page(address: str) -> Response:
    """Go to the page, which says in words what became of the link."""
    headers = {"Location": address, "Cache-Control": "no-store"}
    return Response(status_code=303, headers=headers)


async def openapi(request: Request) -> Response:
    """The description of this interface."""
    app = request.app
    assert isinstance(app, FastAPI)
    return JSONResponse(app.openapi())


def _denied(denied: Denied) -> HTTPException:
    status, reason = (429, Refusal.TOO_FAST) if denied.is_early else (401, Refusal.NOT_SIGNED_IN)
    problem: dict[str, str | int] = {"reason": reason.value}
    if not denied.wait_ms:
        return HTTPException(status, problem)
    problem["retry_in_ms"] = denied.wait_ms
    return HTTPException(status, problem, {"Retry-After": str(-(-denied.wait_ms // 1000))})


def set_cookie(response: Response, token: str, is_secure: bool) -> None:
    """The page's sign-in: not for scripts, not for other sites."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=LASTS_MS // 1000,
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def address_of(request: Request) -> str:
    """The address a request came from; for waits only."""
    return request.client.host if request.client else ""
