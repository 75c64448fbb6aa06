"""Pictures on disk, each content once. Blocking; called on a thread.

``pictures/ab/cd/<sha256>.full`` and ``….small``; ``pictures/incoming/`` holds what is still
arriving and is emptied at the start. No name from outside reaches the file system: a path is
made of 64 hex digits or not at all (THREATS A18).
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import Final

from signaling_server.protocol.pictures import PictureSize

_HEX: Final = frozenset("0123456789abcdef")


def is_hash(text: str) -> bool:
    """Whether this names a picture at all."""
    return len(text) == 64 and _HEX.issuperset(text)


class PictureFiles:
    """The folder of pictures.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        shutil.rmtree(self._incoming, ignore_errors=True)
        self._incoming.mkdir(parents=True, mode=0o700)

    def make_incoming(self) -> Path:
        """A fresh name for bytes that arrive."""
        return self._incoming / secrets.token_hex(16)

    def path(self, sha256: str, size: PictureSize) -> Path:
        """Where a picture lies, if it is there.

        Raises:
            ValueError: this is no hash.
        """
        if not is_hash(sha256):
            raise ValueError("not a hash")
        return self._root / sha256[:2] / sha256[2:4] / f"{sha256}.{size.value}"

    def put(self, sha256: str, full: bytes, small: bytes) -> None:
        """Keep a picture; on disk for sure when this returns.

        Raises:
            OSError: the disk refused; nothing half-written is ever seen.
        """
        folder = self.path(sha256, PictureSize.FULL).parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for size, data in ((PictureSize.SMALL, small), (PictureSize.FULL, full)):
            spare = self.make_incoming()
            with spare.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            spare.replace(self.path(sha256, size))
        for made in (folder, folder.parent, self._root):
            _sync_folder(made)

    def has(self, sha256: str) -> bool:
        """Both resolutions are there."""
        return all(self.path(sha256, size).is_file() for size in PictureSize)

    def remove(self, sha256: str) -> None:
        """Let a picture go that no lesson names."""
        for size in PictureSize:
            self.path(sha256, size).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there; the journal of the file system stands in
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
