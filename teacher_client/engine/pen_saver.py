"""Small files of the pen's pages, written beside the loop, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pen_driver.paper.store import replace_text

log = logging.getLogger(__name__)


class PenSaver:
    """Writes texts in the order in which they are given; made and called in the loop.

    Args:
        told: hears in the loop whether the last write worked, when that changes.
    """

    def __init__(self, told: Callable[[bool], None]) -> None:
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pen-files")
        self._works = True

    def __call__(self, path: Path, text: str) -> None:
        """Write soon; `PaperStore` takes this for its `write`."""
        self._thread.submit(self._write, path, text)

    def close(self) -> None:
        """Return when all is written. Blocking, a few small files long."""
        self._thread.shutdown(wait=True)

    def _write(self, path: Path, text: str) -> None:
        try:
            replace_text(path, text)
            works = True
        except OSError as exc:
            log.warning("cannot keep %s: %s", path.name, exc.strerror)
            works = False
        with contextlib.suppress(RuntimeError):  # the engine ended meanwhile
            self._loop.call_soon_threadsafe(self._tell, works)

    def _tell(self, works: bool) -> None:
        if works != self._works:
            self._works = works
            self._told(works)
