"""Pictures of a lesson: bring one, fetch one."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from signaling_server.api.bodies import StoredPicture
from signaling_server.api.guard import services_of, who_of
from signaling_server.media.cleaner import NotCleanedError
from signaling_server.media.files import is_hash
from signaling_server.media.shelf import UPLOAD_TYPES, KeptPicture
from signaling_server.protocol.commands import Refusal
from signaling_server.protocol.ids import TEACHER
from signaling_server.protocol.pictures import (
    JPEG,
    MAX_UPLOAD_BYTES,
    PNG,
    PictureSize,
    PictureTrouble,
)
from signaling_server.realtime.clocks import monotonic_ms, wall_ms
from signaling_server.rules.pictures import MAX_PICTURES, MAX_STORED_BYTES, may_bring, may_see
from signaling_server.sessions.records import SessionId
from signaling_server.storage import pictures
from signaling_server.storage.pictures import PictureRow, Place, Used

logger = logging.getLogger(__name__)

BODY_SECONDS: Final = 120.0  # 12 MB at 0.8 Mbit/s; pages shrink photos before they send them
CHUNK: Final = 64 * 1024
_STATUS: Final = {
    PictureTrouble.TOO_LARGE: 413,
    PictureTrouble.NOT_A_PICTURE: 415,
    PictureTrouble.UNSUPPORTED: 415,
    PictureTrouble.LESSON_FULL: 409,
}
_UPLOAD_DOC: Final = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary", "maxLength": MAX_UPLOAD_BYTES}}
            for kind in sorted(UPLOAD_TYPES)
        },
    }
}


def add_routes(app: FastAPI) -> None:
    """Add these routes."""
    app.post("/api/lessons/{session}/pictures", status_code=201, openapi_extra=_UPLOAD_DOC)(
        bring_picture
    )
    app.get("/api/lessons/{session}/pictures/{sha256}", response_class=Response)(fetch_picture)


async def bring_picture(request: Request, session: str) -> StoredPicture:
    """Bring a picture into a running lesson; the answer names it.

    The body is the bare file, its `Content-Type` what it is. A page sends its cookie (and its
    Origin, as browsers do); an engine `Authorization: Bearer …` and `X-Lamplight-Client:
    engine`. A clean picture keeps its bytes, and so its hash; any other is re-encoded without
    its metadata. What the teacher brings everybody in the lesson may see; what a pupil brings,
    the pupil and the teacher. Refusals: 401, 403 foreign page, 404 not one's lesson, 408 too
    slow, 409 lesson over or full, 413, 415, 422 damaged or too heavy, 429 with `Retry-After`,
    503 the disk refused.
    """
    services, person = services_of(request), who_of(request).person
    place = await _place_of(request, session)
    if not may_bring(place.member, place.ended_wall_ms, wall_ms()):
        raise HTTPException(409, Refusal.SESSION_OVER.value)
    media_type = _check_head(request)
    wait = services.picture_budgets.begin_upload(person.id, person.role, monotonic_ms())
    if wait:
        raise _too_fast(wait)
    try:
        chunks = _in_time(request.stream())
        kept = await services.pictures.receive(chunks, media_type)
        await _keep(request, SessionId(session), place, kept)
    except NotCleanedError as exc:
        raise HTTPException(_STATUS.get(exc.trouble, 422), exc.trouble.value) from exc
    except ClientDisconnect as exc:
        raise HTTPException(400, Refusal.GONE.value) from exc  # nobody reads this any more
    except OSError as exc:
        logger.warning("a picture could not be kept: %s", exc.strerror)
        raise HTTPException(503, Refusal.BUSY.value) from exc
    finally:
        services.picture_budgets.end_upload(person.id)
    return StoredPicture(kept.sha256, kept.shape.width, kept.shape.height)


async def fetch_picture(
    request: Request, session: str, sha256: str, size: PictureSize = PictureSize.FULL
) -> Response:
    """A picture of one's own lesson, in one of two resolutions; it never changes.

    Shown by `<img src>` on a page of ours: the cookie goes along by itself. 404 where it is not
    there, not of this lesson, or another pupil's.
    """
    services, who = services_of(request), who_of(request)
    place = await _place_of(request, session)
    row = None
    if is_hash(sha256):
        row = await services.store.read(lambda c: pictures.find(c, SessionId(session), sha256))
    if row is None or not may_see(place.member, row.member, row.is_shared):
        raise HTTPException(404, Refusal.GONE.value)
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{sha256}-{size.value}"',
        "Content-Disposition": "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    wait = services.picture_budgets.download(who.person.id, monotonic_ms())
    if wait:
        raise _too_fast(wait)
    return await asyncio.to_thread(_file, services.pictures.files.path(sha256, size), headers)


async def _place_of(request: Request, session: str) -> Place:
    person = who_of(request).person.id
    place = await services_of(request).store.read(
        lambda c: pictures.place_of(c, SessionId(session), person)
    )
    if place is None:
        raise HTTPException(404, Refusal.NOT_IN_SESSION.value)
    return place


def _check_head(request: Request) -> str:
    """Refuse by what the head says, before a byte of the body is read; the media type."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > MAX_UPLOAD_BYTES:
        raise HTTPException(413, PictureTrouble.TOO_LARGE.value)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in UPLOAD_TYPES:
        raise HTTPException(415, PictureTrouble.UNSUPPORTED.value)
    return media_type


async def _in_time(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    deadline = asyncio.get_running_loop().time() + BODY_SECONDS
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(stream, None)
        except TimeoutError as exc:
            raise HTTPException(408, PictureTrouble.TOOK_TOO_LONG.value) from exc
        if chunk is None:
            return
        yield chunk


async def _keep(request: Request, session: SessionId, place: Place, kept: KeptPicture) -> None:
    row = PictureRow(
        session,
        kept.sha256,
        place.member,
        place.member == TEACHER,
        kept.shape.media_type,
        kept.shape.width,
        kept.shape.height,
        kept.full_bytes + kept.small_bytes,
        wall_ms(),
    )
    services = services_of(request)
    files, most = services.pictures.files, Used(MAX_PICTURES, MAX_STORED_BYTES)

    # both run on the one writing thread: no file goes while another lesson takes it
    def add(connection: Connection) -> bool:
        if not files.has(kept.sha256):
            raise FileNotFoundError(errno.ENOENT, "removed just now")
        return pictures.add(connection, row, most)

    def release(connection: Connection) -> None:
        if not pictures.is_named(connection, kept.sha256):
            files.remove(kept.sha256)

    if not await services.store.write(add):
        await services.store.write(release)
        raise NotCleanedError(PictureTrouble.LESSON_FULL)


def _file(path: Path, headers: dict[str, str]) -> Response:
    """The file chunk by chunk, so that slow readers hold no memory. Blocking."""
    try:
        file = path.open("rb")
    except FileNotFoundError as exc:
        raise HTTPException(404, Refusal.GONE.value) from exc
    first = file.read(CHUNK)
    length = path.stat().st_size

    def chunks() -> Iterator[bytes]:
        with file:
            yield first
            while chunk := file.read(CHUNK):
                yield chunk

    media_type = PNG if first.startswith(b"\x89PNG") else JPEG
    headers = {**headers, "Content-Length": str(length)}
    return StreamingResponse(chunks(), media_type=media_type, headers=headers)


def _too_fast(wait_ms: int) -> HTTPException:
    problem = {"reason": Refusal.TOO_FAST.value, "retry_in_ms": wait_ms}
    return HTTPException(429, problem, {"Retry-After": str(-(-wait_ms // 1000))})
