"""The database behind the event loop: one writing thread, a few reading ones.

Nothing here blocks the loop. Writes that come while the thread is busy are committed together
(group commit): one sync to disk serves all of them, and each caller is told only after it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import alembic.command
import alembic.config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

from signaling_server.errors import StorageError

T = TypeVar("T")

READERS: Final = 2
BUSY_MS: Final = 5_000
MAX_GROUP: Final = 256  # jobs in one commit; bounds the wait of the first

Job = tuple[Callable[[Connection], Any], "concurrent.futures.Future[Any]"]


class Store:
    """One database file. Methods that await may be called from any task of one loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = concurrent.futures.ThreadPoolExecutor(1, "store-writer")
        self._readers = concurrent.futures.ThreadPoolExecutor(READERS, "store-reader")
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._is_flushing = False

    @staticmethod
    def open(path: Path, busy_ms: int = BUSY_MS) -> Store:
        """Open or make the file and bring its tables up to date. Blocks.

        Args:
            path: of the file; its folder is made.
            busy_ms: how long a write waits for another program's lock.

        Raises:
            StorageError: it cannot be opened, or a newer program wrote it.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # errors are logged, and the parameters are what people wrote (A22)
            engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
            event.listen(engine, "connect", lambda c, _entry: _prepare(c, busy_ms))
            _migrate(engine)
        except (OSError, SQLAlchemyError, alembic.util.CommandError) as exc:
            raise StorageError(f"cannot open the database {path}: {exc}") from exc
        return Store(engine)

    async def write(self, job: Callable[[Connection], T]) -> T:
        """Run `job` in a transaction; return once it is synced to disk.

        Jobs run in the order of their calls. A job that raises changes nothing, and only its
        own caller sees the exception.
        """
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        with self._lock:
            self._waiting.append((job, future))
            if not self._is_flushing:
                self._is_flushing = True
                self._writer.submit(self._flush)
        return await asyncio.wrap_future(future)

    def write_now(self, job: Callable[[Connection], T]) -> T:
        """Run `job` in a transaction on the caller's thread; only before the loop runs."""
        with self._engine.begin() as connection:
            return job(connection)

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run `job`, which must not write, on a reading thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, job)

    def close(self) -> None:
        """Finish what was asked, then close. Blocks."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()

    def _read(self, job: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return job(connection)

    def _flush(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_flushing = False
                    return
                count = min(MAX_GROUP, len(self._waiting))
                group = [self._waiting.popleft() for _ in range(count)]
            # a caller that went away gets no answer, but what it asked for is done
            heard = [future.set_running_or_notify_cancel() for _job, future in group]
            self._commit(
                [(job, f if ok else None) for (job, f), ok in zip(group, heard, strict=True)]
            )

    def _commit(
        self,
        group: list[tuple[Callable[[Connection], Any], concurrent.futures.Future[Any] | None]],
    ) -> None:
        try:
            with self._engine.begin() as connection:
                results = [job(connection) for job, _future in group]
        except Exception as exc:  # noqa: BLE001 - whatever it is belongs to the caller
            if len(group) == 1:
                if group[0][1] is not None:
                    group[0][1].set_exception(exc)
                return
            for one in group:  # find the bad one; the others shall not suffer from it
                self._commit([one])
            return
        for (_job, future), result in zip(group, results, strict=True):
            if future is not None:
                future.set_result(result)


def _prepare(connection: DBAPIConnection, busy_ms: int) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # NORMAL loses acknowledged rows at a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
    cursor.close()


def _migrate(engine: Engine) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", "signaling_server.storage:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
