"""The web application: routes, headers, life of the hub."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import Depends, FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from signaling_server.api import accounts, lessons, pages, pictures
from signaling_server.api.guard import COOKIE, guard, services_of
from signaling_server.api.state import Services
from signaling_server.protocol.messages import VERSION
from signaling_server.realtime.gateway import serve_socket
from signaling_server.storage.accounts import SignIn
from signaling_server.tasks import spawn

Next = Callable[[Request], Awaitable[Response]]


def create_app(services: Services, on_crash: Callable[[], None] = lambda: None) -> FastAPI:
    """Build the application.

    Args:
        services: its parts; the store is closed by whoever opened it.
        on_crash: called when the hub died of a bug, so that the process ends and is restarted.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        ready = asyncio.Event()
        hub = spawn(services.hub.run(ready.set), name="hub")
        waiting = asyncio.get_running_loop().create_task(ready.wait())
        await asyncio.wait({hub, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if hub.done():
            hub.result()
        hub.add_done_callback(lambda task: None if task.cancelled() else on_crash())
        yield
        if not hub.done():
            await services.hub.stop()
            hub.cancel()
        await asyncio.wait({hub})

    app = FastAPI(
        title="Lamplight 灯下",
        version=str(VERSION),
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from a foreign host
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(guard)],
    )
    app.state.services = services
    app.middleware("http")(_with_headers)
    app.add_exception_handler(HTTPException, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    accounts.add_routes(app)
    lessons.add_routes(app)
    pictures.add_routes(app)
    app.add_api_websocket_route("/ws", live_socket, dependencies=[])
    pages.add_routes(app)
    return app


async def live_socket(socket: WebSocket) -> None:
    """The one socket of a page or an engine; foreign pages are refused before it opens."""
    services = services_of(socket)
    origin = socket.headers.get("origin")
    is_own = origin is not None and services.origins.allows(origin)
    if (origin is not None and not is_own) or not services.origins.is_own_host(
        socket.headers.get("host", "")
    ):
        await socket.close()
        return
    cookie = socket.cookies.get(COOKIE, "") if is_own else ""

    async def signed_in(token: str) -> SignIn | None:
        return await services.desk.signed_in(token or cookie)

    await socket.accept()
    abort = socket.scope.get("lamplight.abort", lambda: None)
    await serve_socket(services.hub, socket, signed_in, abort)


async def _with_headers(request: Request, call_next: Next) -> Response:
    services = services_of(request)
    host = request.headers.get("host", "")
    if not services.origins.is_own_host(host):
        return JSONResponse({"reason": "not_allowed"}, 421)
    response = await call_next(request)
    for name, value in pages.headers_for(services, request.url.path, host).items():
        response.headers.setdefault(name, value)
    return response


async def _problem(_request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    detail: object = exc.detail
    problem = detail if isinstance(detail, dict) else {"reason": detail}
    return JSONResponse(problem, exc.status_code, exc.headers)


async def _invalid(_request: Request, _exc: Exception) -> Response:
    return JSONResponse({"reason": "invalid"}, 422)
