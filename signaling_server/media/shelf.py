"""Take an upload in: to disk as it comes, cleaned in a child, kept by its content."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signaling_server.media.cleaner import Cleaner, NotCleanedError
from signaling_server.media.files import PictureFiles
from signaling_server.protocol.pictures import (
    MAX_UPLOAD_BYTES,
    PictureSize,
    PictureTrouble,
    Shape,
    clean_shape,
    picture_hash,
)

UPLOAD_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"})


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture on the shelf: name, shape of the full one, bytes of both."""

    sha256: str
    shape: Shape
    full_bytes: int
    small_bytes: int


class PictureShelf:
    """Uploads and files. Event loop only."""

    def __init__(self, root: Path) -> None:
        self.files: Final = PictureFiles(root)
        self._cleaner = Cleaner()

    async def receive(self, chunks: AsyncIterator[bytes], media_type: str) -> KeptPicture:
        """Take an upload of one of :data:`UPLOAD_TYPES`; kept for sure when this returns.

        Raises:
            NotCleanedError: it is too large, or no such picture.
            OSError: the disk refused.
        """
        upload = self.files.make_incoming()
        try:
            # the same bytes passed all tests before: a clean picture brought again
            known = await asyncio.to_thread(self._known, await _spool(chunks, upload))
            if known is not None:
                return known
            made = await self._cleaner.clean(upload, media_type)
        finally:
            await asyncio.to_thread(upload.unlink, missing_ok=True)
        sha256 = picture_hash(made.full)
        known = await asyncio.to_thread(self._known, sha256)
        if known is not None:
            return known
        await asyncio.to_thread(self.files.put, sha256, made.full, made.small)
        return KeptPicture(sha256, made.shape, len(made.full), len(made.small))

    def _known(self, sha256: str) -> KeptPicture | None:
        """What lies there under this hash; None if nothing does, or its file was damaged."""
        try:
            full = self.files.path(sha256, PictureSize.FULL).read_bytes()
            small = self.files.path(sha256, PictureSize.SMALL).stat().st_size
        except FileNotFoundError:
            return None
        shape = clean_shape(full)
        if shape is None or picture_hash(full) != sha256:
            return None
        return KeptPicture(sha256, shape, len(full), small)


async def _spool(chunks: AsyncIterator[bytes], upload: Path) -> str:
    """Write what arrives; its hash."""
    hasher, length = hashlib.sha256(), 0
    with await asyncio.to_thread(upload.open, "xb") as file:
        async for chunk in chunks:
            length += len(chunk)
            if length > MAX_UPLOAD_BYTES:
                raise NotCleanedError(PictureTrouble.TOO_LARGE)
            hasher.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return hasher.hexdigest()
