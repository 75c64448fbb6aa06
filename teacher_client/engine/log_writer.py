"""Entries to blocks, block by block: sync to disk, only then show and send."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from signaling_server.protocol.blocks import SALT_BYTES, Block, decode_block, encode_block
from signaling_server.protocol.entries import (
    MAX_BODY_BYTES,
    Entry,
    ItemsChanged,
    ItemsNamed,
    PartsNamed,
    TextPlaced,
)
from signaling_server.protocol.ids import Epoch
from signaling_server.protocol.ink import InkBody
from teacher_client.errors import JournalError
from teacher_client.recording.journal import Journal

log = logging.getLogger(__name__)

BLOCK_SECONDS = (
    0.05  # a block holds at most 100 ms (DESIGN §1); half of it leaves room for a slow sync
)
MAX_BLOCK_ENTRIES = 240  # readers fold a block at once; a page has a few ms for it
SMALL_BYTES = 4096  # more than most entries have; so many of them are below 1 MiB (P-4.1)
LARGE_BODIES = (ItemsNamed, PartsNamed, ItemsChanged, TextPlaced)
SMALL_INK = 200  # samples; each has at most 18 bytes
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Outlets:
    """Whom a writer tells.

    Attributes:
        publish: called with each block once it is synced, in order.
        on_disk: told False when the disk refuses, True when it works again.
        hand_over: where the disk refuses: gives the block to the server and says whether it
            was stored there, which numbers it as well (DESIGN §1).
    """

    publish: Callable[[bytes, Block], None]
    on_disk: Callable[[bool], None]
    hand_over: Callable[[bytes, Block], Awaitable[bool]]


class LogWriter:
    """Writes one epoch of a lesson's log. Lives in the engine's loop.

    Args:
        journal: open, of this lesson.
        epoch: of this engine.
        previous: hash of the last block in the journal.
        collect: gives the entries that came since the last call; asked every 50 ms.
        outlets: whom to tell.
    """

    def __init__(
        self,
        journal: Journal,
        epoch: Epoch,
        previous: bytes,
        collect: Callable[[], list[Entry]],
        outlets: Outlets,
    ) -> None:
        self._journal = journal
        self._epoch = epoch
        self._previous = previous
        self._collect = collect
        self._tell = outlets
        self._owed: list[bytes] = []
        self._waiting: list[Entry] = []
        self._wake = asyncio.Event()
        self._is_closing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._is_refusing = False

    def wake(self) -> None:
        """Write now instead of at the next beat (a command was carried out)."""
        self._wake.set()

    async def run(self) -> None:
        """Write until :meth:`finish`; then everything collected is synced."""
        try:
            while True:
                await self._beat()
                is_last = self._is_closing  # asked before: more may come while these are written
                self._waiting += self._collect()
                await self._write_waiting()
                if is_last and not self._waiting:
                    return
        finally:
            self._thread.shutdown(wait=True)

    def finish(self) -> None:
        """Write what is there and stop."""
        self._is_closing = True
        self._wake.set()

    async def _beat(self) -> None:
        try:
            async with asyncio.timeout(BLOCK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def _write_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            entries = self._waiting[: _how_many_fit(self._waiting)]
            data, block = await loop.run_in_executor(self._thread, self._block_of, entries)
            if not await self._number(data, block):
                log.error("%d entries could not be kept anywhere", len(self._waiting))
                self._waiting.clear()
                return
            del self._waiting[: len(entries)]
            self._previous = block.hash
            self._tell.publish(data, block)

    def _block_of(self, entries: list[Entry]) -> tuple[bytes, Block]:
        """In the journal's thread: hundreds of entries take longer than the loop may."""
        data = encode_block(
            self._epoch, self._previous, entries, lambda: secrets.token_bytes(SALT_BYTES)
        )
        return data, decode_block(data)  # before the sync: a journal holds nothing unreadable

    async def _number(self, data: bytes, block: Block) -> bool:
        """Get the block kept, by the disk or else by the server; False if that cannot be now.

        The block stays the same over all tries: the server may hold it already.
        """
        while True:
            if await self._to_disk(data):
                return True
            if await self._tell.hand_over(data, block):
                self._owed.append(data)
                return True
            if self._is_closing:
                return False
            await asyncio.sleep(RETRY_SECONDS)

    async def _to_disk(self, data: bytes) -> bool:
        """Whether the block is on disk, behind those that only the server has so far."""
        loop = asyncio.get_running_loop()
        try:
            while self._owed:
                await loop.run_in_executor(self._thread, self._journal.append, self._owed[0])
                del self._owed[0]
            await loop.run_in_executor(self._thread, self._journal.append, data)
        except JournalError as exc:
            if not self._is_refusing:
                log.warning("the disk refused a block: %s", exc)
                self._tell.on_disk(False)
            self._is_refusing = True
            return False
        if self._is_refusing:
            self._is_refusing = False
            self._tell.on_disk(True)
        return True


def _how_many_fit(entries: list[Entry]) -> int:
    """Into one block, from the first on."""
    room = MAX_BLOCK_ENTRIES * SMALL_BYTES
    for count, entry in enumerate(entries[:MAX_BLOCK_ENTRIES]):
        room -= MAX_BODY_BYTES if _is_large(entry) else SMALL_BYTES
        if room < 0:
            return count
    return min(len(entries), MAX_BLOCK_ENTRIES)


def _is_large(entry: Entry) -> bool:
    if isinstance(entry.body, InkBody):
        return len(entry.body.samples) > SMALL_INK
    return isinstance(entry.body, LARGE_BODIES)
