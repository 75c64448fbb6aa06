"""Files that are there whole or not at all. No Qt."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from teacher_client.files.errors import FileError, trouble_of


@contextlib.contextmanager
def atomic(target: Path) -> Iterator[BinaryIO]:
    """A file beside `target` that takes its name once it is written and synced.

    Raises:
        FileError: the disk is full or refused; what was at `target` is untouched.
    """
    beside = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
    except OSError as exc:
        raise FileError(trouble_of(exc), str(exc.strerror)) from exc
