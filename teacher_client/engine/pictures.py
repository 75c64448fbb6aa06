"""Pictures for a lesson: files in, clean pictures out, shown at once and sent in the background.

The cage makes a picture clean, so its hash is final before any server has seen it: an entry can
name it at once, offline too (docs/decisions/0007-pictures.md). Lives in the engine's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signaling_server.protocol.pictures import FULL_EDGE, PictureSize, PictureTrouble
from teacher_client.cage.jobs import MAX_FILE_BYTES, Area, Probed
from teacher_client.cage.parent import Cage, CagedPicture
from teacher_client.errors import PictureError
from teacher_client.picture_files import Origin, PictureFiles
from teacher_client.service.pictures import (
    PictureLine,
    PictureServer,
    PictureUploader,
    fetch_patiently,
)
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

MM_OF_PIXEL: Final = 25.4 / 150
"""A picture without a page of its own is as big as printed at 150 dots an inch."""


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture that is kept here and can be placed.

    Attributes:
        sha256: its final name, for :class:`PlacePicture`.
        page: of its file, from 0.
        pages: of the file; 1 for what is no PDF.
        is_document: a page of a PDF.
    """

    sha256: str
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    page: int = 0
    pages: int = 1
    is_document: bool = False


@dataclass(frozen=True, slots=True)
class PictureListeners:
    """Who hears what; called in the loop.

    Attributes:
        came: a picture was fetched, by hash.
        refused: session, hash and reason of what the server will never take.
    """

    came: Callable[[str], None]
    refused: Callable[[str, str, str], None]


class PictureStore:
    """All pictures of this teacher's lessons.

    Args:
        profile: the user's private folder.
        where: the server and the token of now; None while nobody is signed in.

    Raises:
        OSError: the folder cannot be made.
    """

    def __init__(
        self,
        profile: Path,
        where: Callable[[], PictureServer | None],
        tell: PictureListeners,
    ) -> None:
        self.files: Final = PictureFiles(profile)
        self._tell = tell
        self._cage = Cage()
        self._line = PictureLine(where)
        self._uploader = PictureUploader(self.files, self._line, tell.refused)
        self._fetching: dict[tuple[str, PictureSize], asyncio.Task[None]] = {}
        self._document: tuple[str, bytes] | None = None  # one object, so that the cage keeps it
        self._probed: tuple[bytes, Probed] | None = None
        self._kept: tuple[bytes, str] | None = None
        self._uploading: asyncio.Task[None] | None = None

    def warm_up(self) -> None:
        """Start the cage, so that the first file finds it there."""
        self._cage.start()

    def start(self) -> None:
        """Go on with what was not sent."""
        self._uploading = spawn(self._uploader.run(), name="picture-uploads")
        spawn(asyncio.to_thread(self.files.prune), name="picture-prune")

    async def close(self) -> None:
        """Stop; what was not sent waits for the next start."""
        tasks = [*self._fetching.values(), *filter(None, [self._uploading])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._line.close()
        await self._cage.close()

    def line_is_back(self) -> None:
        """Send at once what waits."""
        self._uploader.wake()

    async def add(self, source: Path | bytes) -> AsyncGenerator[PreparedPicture, None]:
        """Take a file: a picture, or a PDF page by page, the first page first.

        The next page is drawn only when it is asked for. Nothing is sent yet: :meth:`send`.

        Raises:
            PictureError: with the reason; pages that came before stay good.
            OSError: the file cannot be read, or the disk refused.
        """
        data = await asyncio.to_thread(_read, source)
        probed = await self._cage.probe(data)
        if not probed.widths_mm:
            yield await self.add_picture(data)
            return
        self._probed = (data, probed)
        try:
            for page in range(len(probed.widths_mm)):
                yield await self.add_page(data, page)
        finally:
            self._probed = self._kept = None  # they hold the file

    async def add_picture(self, data: bytes) -> PreparedPicture:
        """A picture that is no PDF; raises as :meth:`add`."""
        made = await self._cage.reencode(data)
        await asyncio.to_thread(self._keep, made, None)
        size = made.width_px * MM_OF_PIXEL, made.height_px * MM_OF_PIXEL
        return PreparedPicture(made.sha256, made.width_px, made.height_px, *size)

    async def add_page(self, pdf: bytes, page: int) -> PreparedPicture:
        """One page (from 0) of a PDF; give the same object for its other pages.

        Raises:
            PictureError: with the reason.
            OSError: the disk refused.
        """
        if self._probed is None or self._probed[0] is not pdf:
            self._probed = (pdf, await self._cage.probe(pdf))
        probed = self._probed[1]
        if not 0 <= page < len(probed.widths_mm):
            raise PictureError(PictureTrouble.DAMAGED)
        made = await self._cage.render(pdf, page)
        size = probed.widths_mm[page], probed.heights_mm[page]
        await asyncio.to_thread(self._keep_page, made, pdf, page, size)
        pages = len(probed.widths_mm)
        return PreparedPicture(
            made.sha256, made.width_px, made.height_px, *size, page, pages, is_document=True
        )

    def send(self, session: str, sha256: str) -> None:
        """Bring a kept picture to the server, in the background and through outages.

        Also for a pupil's photo that is to be placed for everybody: what the teacher brings is
        shared.

        Raises:
            OSError: the disk refused.
        """
        self._uploader.enqueue(session, sha256)

    async def bring(self, session: str, sha256: str) -> None:
        """As :meth:`send`, but not what the server said that it has; never blocks the loop."""
        if not await asyncio.to_thread(self.files.has_brought, session, sha256):
            await asyncio.to_thread(self.files.enqueue, session, sha256)
            self._uploader.wake()

    async def get(self, sha256: str, size: PictureSize) -> bytes | None:
        """A picture that is here; None if it is not. See :meth:`fetch`."""
        return await asyncio.to_thread(self.files.get, sha256, size)

    def fetch(self, session: str, sha256: str, size: PictureSize) -> None:
        """Get a picture from the server through outages; `came` tells when it is here."""
        key = (sha256, size)
        if key not in self._fetching:
            task = spawn(self._fetch(session, sha256, size), name="picture-fetch")
            self._fetching[key] = task
            task.add_done_callback(lambda _task: self._fetching.pop(key, None))

    async def sharper(
        self, sha256: str, width_px: int, area: tuple[float, float, float, float]
    ) -> bytes | None:
        """A part of a PDF page's picture, drawn anew; None where the PDF is not here.

        Args:
            sha256: the page's picture.
            width_px: of the whole page at the sharpness that is needed.
            area: left, top, width and height as parts of 1. The answer shows just this; no
                edge of it is longer than FULL_EDGE.
        """
        origin = await asyncio.to_thread(self.files.origin, sha256)
        pdf = None if origin is None else await self._open(origin.document)
        if origin is None or pdf is None:
            return None
        left, top, width, height = area
        part = Area(
            left * origin.width_mm,
            top * origin.height_mm,
            width * origin.width_mm,
            height * origin.height_mm,
        )
        wide = max(16, min(round(width_px * width), FULL_EDGE))
        return (await self._cage.render(pdf, origin.page, wide, part)).full

    async def _open(self, document: str) -> bytes | None:
        if self._document is None or self._document[0] != document:
            data = await asyncio.to_thread(self.files.document, document)
            if data is None:
                return None
            self._document = (document, data)
        return self._document[1]

    async def _fetch(self, session: str, sha256: str, size: PictureSize) -> None:
        if await self.get(sha256, size) is None:
            data = await fetch_patiently(self._line, session, sha256, size)
            if data is None:
                return
            with contextlib.suppress(OSError):  # the cache does without
                await asyncio.to_thread(self.files.put, sha256, size, data)
        self._tell.came(sha256)

    def _keep_page(
        self, made: CagedPicture, pdf: bytes, page: int, size_mm: tuple[float, float]
    ) -> None:
        if self._kept is None or self._kept[0] is not pdf:
            self._kept = (pdf, self.files.keep_document(pdf))
        self._keep(made, Origin(self._kept[1], page, *size_mm))

    def _keep(self, made: CagedPicture, origin: Origin | None) -> None:
        self.files.put(made.sha256, PictureSize.SMALL, made.small)
        self.files.put(made.sha256, PictureSize.FULL, made.full)
        if origin is not None:
            self.files.put_origin(made.sha256, origin)


def _read(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise PictureError(PictureTrouble.TOO_LARGE)
    return data
