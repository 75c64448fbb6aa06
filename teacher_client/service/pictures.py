"""Pictures to the server and from it: HTTP, in the background, through outages.

What waits stands in :class:`PictureFiles`, so a restarted engine goes on with it. Lives in the
engine's loop.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from signaling_server.protocol.pictures import (
    FULL_EDGE,
    MAX_CLEAN_BYTES,
    SMALL_EDGE,
    PictureSize,
    clean_shape,
    picture_hash,
)
from signaling_server.protocol.schema import InvalidError, loads
from teacher_client.errors import LineLostError
from teacher_client.picture_files import PictureFiles, Waiting

log = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 30.0
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
MISSING_TRIES: Final = 30
"""A picture may be named before it is there: its bringer was offline. After these tries it is not
asked for any more (about a quarter of an hour)."""
_WORTH_A_RETRY: Final = frozenset({401, 408, 425, 429})  # and every 5xx


@dataclass(frozen=True, slots=True)
class PictureServer:
    """Where to, and as whom."""

    address: str
    token: str
    tls: ssl.SSLContext | None = None


class UploadRefusedError(Exception):
    """The server will never take this.

    Attributes:
        reason: its own word, a Refusal or PictureTrouble.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureLine:
    """One request at a time, without patience: it works, or says why not.

    Args:
        where: the server and the token of now; None while nobody is signed in.
    """

    def __init__(self, where: Callable[[], PictureServer | None]) -> None:
        self._where = where
        self._client: httpx.AsyncClient | None = None

    async def upload(self, session: str, sha256: str, data: bytes) -> None:
        """Bring a clean picture.

        Raises:
            LineLostError: not now.
            UploadRefusedError: never.
        """
        shape = await asyncio.to_thread(clean_shape, data)  # 15 ms: a large PNG is inflated
        if shape is None:
            raise UploadRefusedError("damaged")
        path = f"/api/lessons/{session}/pictures"
        headers = {"Content-Type": shape.media_type}
        status, answer = await self._ask("POST", path, data, headers)
        body = _object(answer)
        if status >= 400:
            raise UploadRefusedError(str(body.get("reason", status))[:40])
        if body.get("sha256") != sha256:
            raise UploadRefusedError("not_clean")  # a server with other rules has changed it

    async def download(self, session: str, sha256: str, size: PictureSize) -> bytes | None:
        """A picture of a lesson; None where the server has none that one may see.

        Raises:
            LineLostError: not now.
        """
        path = f"/api/lessons/{session}/pictures/{sha256}?size={size.value}"
        status, data = await self._ask("GET", path)
        is_good = status == httpx.codes.OK and await asyncio.to_thread(_fits, data, sha256, size)
        return data if is_good else None

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask(
        self, method: str, path: str, data: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        where = self._where()
        if where is None:
            raise LineLostError
        own = {"Authorization": f"Bearer {where.token}", "X-Lamplight-Client": "engine"}
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=TIMEOUT_SECONDS, verify=where.tls or True, trust_env=False
            )
        asked = self._client.stream(
            method, where.address + path, content=data, headers=own | (headers or {})
        )
        try:
            async with asked as answer:
                body = await _read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
            raise LineLostError from exc
        if answer.status_code in _WORTH_A_RETRY or answer.status_code >= 500:
            raise LineLostError
        return answer.status_code, body


class PictureUploader:
    """Brings what waits, the first first, and again until the server has it.

    Args:
        refused: called with session, hash and reason of what the server will never take.
    """

    def __init__(
        self, files: PictureFiles, line: PictureLine, refused: Callable[[str, str, str], None]
    ) -> None:
        self._files = files
        self._line = line
        self._refused = refused
        self._news = asyncio.Event()

    def enqueue(self, session: str, sha256: str) -> None:
        """Bring this picture for this lesson, behind all others.

        Raises:
            OSError: the disk refused; it would be forgotten.
        """
        self._files.enqueue(session, sha256)
        self._news.set()

    def wake(self) -> None:
        """Try at once: the line is back, or somebody signed in."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._news.clear()
            try:
                for one in await asyncio.to_thread(self._files.waiting):
                    await self._bring(one)
                    pause = FIRST_PAUSE_SECONDS
                await self._news.wait()
            except LineLostError:
                await _rest(self._news, pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _bring(self, one: Waiting) -> None:
        data = await asyncio.to_thread(self._files.get, one.sha256, PictureSize.FULL)
        try:
            if data is None:
                raise UploadRefusedError("damaged")
            await self._line.upload(one.session, one.sha256, data)
            await asyncio.to_thread(self._files.note_brought, one.session, one.sha256)
        except UploadRefusedError as exc:
            log.warning("picture %s… was not taken: %s", one.sha256[:8], exc.reason)
            self._refused(one.session, one.sha256, exc.reason)
        await asyncio.to_thread(self._files.dequeue, one)


async def fetch_patiently(
    line: PictureLine, session: str, sha256: str, size: PictureSize
) -> bytes | None:
    """Download through outages; None once it is sure that there will be none."""
    pause, missing = FIRST_PAUSE_SECONDS, 0
    while missing < MISSING_TRIES:
        try:
            data = await line.download(session, sha256, size)
            if data is not None:
                return data
            missing += 1
        except LineLostError:
            pass
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
    return None


def _fits(data: bytes, sha256: str, size: PictureSize) -> bool:
    """Whether this is the picture that was asked for."""
    is_small = size is PictureSize.SMALL
    is_named = is_small or picture_hash(data) == sha256
    return is_named and clean_shape(data, SMALL_EDGE if is_small else FULL_EDGE) is not None


async def _rest(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return


async def _read(answer: httpx.Response) -> bytes:
    """The body, but no more than a picture may have."""
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > MAX_CLEAN_BYTES:
            raise ValueError("too long")
    return bytes(body)


def _object(answer: bytes) -> dict[str, object]:
    try:
        return dict(loads(answer, 4096))
    except InvalidError:
        return {}
