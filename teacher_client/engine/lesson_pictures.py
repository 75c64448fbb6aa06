"""The pictures that a lesson's log names: brought to the server, fetched from it, kept here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from signaling_server.protocol.blocks import Block
from signaling_server.protocol.entries import Blank, ChatSaid, Entry, PicturePlaced
from signaling_server.protocol.ids import TEACHER
from signaling_server.protocol.pictures import PictureSize
from teacher_client.engine.pictures import PictureStore

log = logging.getLogger(__name__)


class LessonPictures:
    """Reads along: what stands in the log is seen to, whoever wrote it. Lives in the loop.

    So a picture that was pasted, copied or prepared needs no other care than one that was
    imported, and a lesson that is opened again goes on where it was.
    """

    def __init__(self, store: PictureStore) -> None:
        self._store = store
        self._named: asyncio.Queue[tuple[str, str, bool]] = asyncio.Queue()
        self._pins: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def logged(self, session: str, block: Block) -> None:
        """Of a live lesson: bring the teacher's pictures, fetch those that are not here."""
        for entry, sha256 in _pictures(block):
            self._named.put_nowait((session, sha256, entry.author == TEACHER))

    def played(self, session: str, block: Block) -> None:
        """Of a lesson that is played again: fetch what is not here any more."""
        for _entry, sha256 in _pictures(block):
            self._named.put_nowait((session, sha256, False))

    def prepared(self, lesson: str, block: Block) -> None:
        """Of a lesson without a session: keep its pictures, they are nowhere else."""
        for _entry, sha256 in _pictures(block):
            self._pins.put_nowait((lesson, sha256))

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(self._see_to(), self._pin())

    async def _see_to(self) -> None:
        while True:
            session, sha256, is_mine = await self._named.get()
            try:
                if not await asyncio.to_thread(self._store.files.has, sha256):
                    self._store.fetch(session, sha256, PictureSize.FULL)
                elif is_mine:
                    await self._store.bring(session, sha256)
            except OSError as exc:  # told and tried again when the lesson is opened again
                log.warning("picture %s… is not on its way: %s", sha256[:8], exc.strerror)

    async def _pin(self) -> None:
        while True:
            lesson, sha256 = await self._pins.get()
            try:
                await asyncio.to_thread(self._store.files.pin, lesson, sha256)
            except OSError as exc:
                log.warning("picture %s… is not pinned: %s", sha256[:8], exc.strerror)


def _pictures(block: Block) -> Iterator[tuple[Entry, str]]:
    for entry in block.entries:
        if isinstance(entry, Blank):
            continue
        match entry.body:
            case PicturePlaced(sha256=sha256):
                yield entry, sha256
            case ChatSaid(picture=sha256) if sha256:
                yield entry, sha256
