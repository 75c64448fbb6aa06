"""Background tasks that are kept, named, and heard of when they crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

logger = logging.getLogger(__name__)

_running: set[asyncio.Task[None]] = set()  # the loop itself holds tasks only weakly


def spawn(coro: Coroutine[object, object, None], *, name: str) -> asyncio.Task[None]:
    """Start a task, keep a reference until it ends, and log the exception it may die of."""
    task = asyncio.get_running_loop().create_task(coro, name=name)
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[None]) -> None:
    _running.discard(task)
    if not task.cancelled() and (exc := task.exception()) is not None:
        logger.error("task %s crashed", task.get_name(), exc_info=exc)
