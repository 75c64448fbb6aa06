"""Long commands carried out in slices, so that pen, voices and pupils go on in between."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Callable, Iterator

from signaling_server.protocol.entries import Entry
from teacher_client.tasks import spawn

SLICE_SECONDS = 0.005


class Carrier:
    """Takes what the author writes, as fast as the engine's loop may be held. Lives in it.

    Args:
        write: told the entries of each slice, in order of the log.
        clock: seconds, monotonic.
    """

    def __init__(
        self, write: Callable[[list[Entry]], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._behind: deque[Callable[[], object]] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a long command is being carried out."""
        return self._task is not None

    def carry(self, going: Iterator[Entry]) -> None:
        """Write the first slice at once, and the rest slice by slice.

        A short one of somebody else's may come while a long one goes on; it is written whole.
        """
        if self.is_busy:
            self._write(list(going))
        elif not self._slice(going):
            self._task = spawn(self._go_on(going), name="long-command")

    def put_behind(self, ask: Callable[[], object]) -> None:
        """Call `ask` when the long command is done; one that is long itself holds up the rest."""
        self._behind.append(ask)

    async def finish(self) -> None:
        """Come to the end of what was asked for."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Come to the end; the lesson's entries may be let go after it."""
        await self.finish()
        gc.unfreeze()

    def _slice(self, going: Iterator[Entry]) -> bool:
        """Whether the command is done."""
        until, entries = self._clock() + SLICE_SECONDS, []
        is_done = True
        for entry in going:
            entries.append(entry)
            if self._clock() >= until:
                is_done = False
                break
        self._write(entries)
        return is_done

    async def _go_on(self, going: Iterator[Entry]) -> None:
        gc.disable()  # going through a lesson's entries takes it 25 to 60 ms a time (measured)
        try:
            is_done = False
            while not is_done:
                await asyncio.sleep(0)  # others have a turn
                is_done = self._slice(going)
        finally:
            gc.enable()
            gc.freeze()  # entries live until the end of the lesson: nothing to look for
            self._task = None
            while self._behind and self._task is None:
                self._behind.popleft()()
