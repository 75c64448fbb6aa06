"""Pages from files that are neither pictures nor PDFs."""

from __future__ import annotations

import asyncio
import errno
import logging
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.board import Board
from teacher_client.cage.jobs import MAX_FILE_BYTES
from teacher_client.engine.collecting import collecting_later
from teacher_client.engine.jobs import Job
from teacher_client.engine.material import PREPARED, Found, Reader
from teacher_client.engine.pictures import PictureStore
from teacher_client.engine.prepared import PreparedFolder
from teacher_client.errors import PictureError
from teacher_client.files.errors import FileError, FileTrouble, Lost
from teacher_client.files.imported import PictureSlot
from teacher_client.files.lamp_read import read_lesson_file
from teacher_client.files.read import ENDINGS
from teacher_client.files.reading import new_page, read_confined
from teacher_client.files.source import fold_blocks
from teacher_client.files.strict_xml import MAX_FILE

log = logging.getLogger(__name__)

LESSON_FILE: Final = ".lamp"


class Readers:
    """What :class:`Importer` asks for pages, by ending. Lives in the engine's loop."""

    def __init__(self, profile: Path, pictures: PictureStore, prepared: PreparedFolder) -> None:
        self._profile = profile
        self._pictures = pictures
        self._prepared = prepared

    def by_ending(self) -> dict[str, Reader]:
        """The readers; each raises FileError, JournalError or OSError."""
        found: dict[str, Reader] = dict.fromkeys(ENDINGS, self.foreign)
        return {**found, LESSON_FILE: self.lesson_file, PREPARED: self.prepared}

    async def prepared(self, path: str, job: Job) -> AsyncGenerator[Found, None]:
        """The pages of a prepared lesson."""
        board = await asyncio.to_thread(self._prepared.board, path.removeprefix(PREPARED))
        for number in board.order:
            yield board.pages[number], len(board.order)

    async def lesson_file(self, path: str, job: Job) -> AsyncGenerator[Found, None]:
        """The pages of a lesson file; its pictures go into the profile's."""
        board = await asyncio.to_thread(self._unpacked, Path(path))
        for number in board.order:
            yield board.pages[number], len(board.order)

    def _unpacked(self, path: Path) -> Board:
        with collecting_later(), tempfile.TemporaryDirectory(dir=self._profile) as folder:
            file = read_lesson_file(path)
            file.unpack(Path(folder), self._pictures.files)
            return fold_blocks(decode_block(raw) for raw in file.blocks)

    async def foreign(self, path: str, job: Job) -> AsyncGenerator[Found, None]:
        """The pages of another program's file, read by a confined child."""
        data = await asyncio.to_thread(_read, Path(path), MAX_FILE)
        imported = await asyncio.to_thread(read_confined, data)
        for lost, count in imported.losses.by_kind().items():
            job.lose(lost.value, count)
        beside = _Beside(Path(path))
        for page in imported.pages:
            hashes = [await self._picture(slot, beside, job) for slot in page.pictures]
            yield new_page(page, hashes), len(imported.pages)

    async def _picture(self, slot: PictureSlot, beside: _Beside, job: Job) -> str:
        """The hash of a slot's picture once it is kept; '' where none can be made."""
        try:
            if slot.data:
                return (await self._pictures.add_picture(slot.data)).sha256
            pdf = await beside.read(slot.document)
            made = await self._pictures.add_page(pdf, slot.page)
        except PictureError as exc:
            log.info("a picture in a file was not taken: %s", exc)
            job.lose(Lost.PICTURE.value)
        except OSError as exc:
            log.info("a file beside another cannot be read: %s", exc.strerror)
        else:
            job.lose(Lost.PDF_GROUND.value, -1)  # the reader had no way to find it
            return made.sha256
        return ""


class _Beside:
    """PDFs that lie beside a file, each read once: pages of one are of one object."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: dict[str, bytes] = {}

    async def read(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = await asyncio.to_thread(self._found, name)
        return self._read[name]

    def _found(self, name: str) -> bytes:
        if Path(name).name != name:
            raise FileNotFoundError(errno.ENOENT, "not beside it")
        if not name:
            return _read(self._path, MAX_FILE_BYTES)
        attached = self._path.with_name(f"{self._path.name}.{name}")  # so Xournal++ names it
        return _read(attached if attached.exists() else self._path.with_name(name), MAX_FILE_BYTES)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FileError(FileTrouble.TOO_LARGE)
    return data
