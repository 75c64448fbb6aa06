"""One server a folder: two on one database would both run its sessions."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from signaling_server.errors import StorageError


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets it go when the process dies, however it dies.

    Raises:
        StorageError: another server holds it, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "server.lock").open("ab")
    except OSError as exc:
        raise StorageError(f"cannot write in the folder {folder}: {exc}") from exc
    with file:
        try:
            _lock(file)
        except OSError as exc:
            raise StorageError(f"another server already works in the folder {folder}") from exc
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
