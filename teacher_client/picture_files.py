"""Pictures in the user's private folder: a cache by content, and what still waits to be sent.

``pictures/ab/<sha256>.full`` and ``.small``; ``<sha256>.origin`` says which page of which PDF a
picture was drawn from, ``<sha256>.pdf`` is such a file; ``pictures/waiting/`` holds an empty file
for each upload that the server has not confirmed, named ``number.session.sha256``;
``pictures/brought/<session>`` lists those that it has; ``pictures/pinned/<lesson>/`` names what a
lesson has here alone. The window reads pictures from here too. Blocking; any thread, one engine.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from signaling_server.protocol.pictures import PictureSize, picture_hash

MAX_CACHE_BYTES: Final = 1024 * 1024 * 1024
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Origin:
    """The PDF's hash, the page in it (from 0), the page's size in mm."""

    document: str
    page: int
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload that is to be made; they go in order of their numbers."""

    number: int
    session: str
    sha256: str

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.number:010d}.{self.session}.{self.sha256}"


class PictureFiles:
    """The folder ``pictures`` of a profile.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, profile: Path) -> None:
        self._root = profile / "pictures"
        self._queue = self._root / "waiting"
        self._brought = self._root / "brought"
        self._pinned = self._root / "pinned"
        for folder in (self._queue, self._brought, self._pinned):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    # pictures

    def has(self, sha256: str) -> bool:
        """Whether a picture is here."""
        return self.path(sha256, PictureSize.FULL).exists()

    def path(self, sha256: str, size: PictureSize) -> Path:
        """Where a picture lies, if it is there."""
        return self._path(sha256, size.value)

    def get(self, sha256: str, size: PictureSize) -> bytes | None:
        """A picture's bytes; None if it is not here, or its file was damaged."""
        data = _read(self.path(sha256, size))
        is_whole = size is PictureSize.SMALL or (data is not None and picture_hash(data) == sha256)
        return data if is_whole else None

    def part_path(self, sha256: str, part: tuple[int, int, int, int]) -> Path:
        """Where a sharper part lies: width of the whole, parts a side, column, row."""
        return self._path(sha256, "part-" + "-".join(map(str, part)))

    def put_part(self, sha256: str, part: tuple[int, int, int, int], data: bytes) -> None:
        """Keep a sharper part of a picture.

        Raises:
            OSError: the disk refused.
        """
        _write(self.part_path(sha256, part), data)

    def put(self, sha256: str, size: PictureSize, data: bytes) -> None:
        """Keep a picture.

        Raises:
            OSError: the disk refused.
        """
        _write(self.path(sha256, size), data)

    # where they come from

    def keep_document(self, data: bytes) -> str:
        """Keep a PDF, so that its pages can be drawn sharper later; its hash."""
        sha256 = picture_hash(data)
        _write(self._path(sha256, "pdf"), data)
        return sha256

    def document(self, sha256: str) -> bytes | None:
        """A kept PDF."""
        return _read(self._path(sha256, "pdf"))

    def put_origin(self, sha256: str, origin: Origin) -> None:
        """Remember what a picture was drawn from."""
        _write(self._path(sha256, "origin"), json.dumps(asdict(origin)).encode())

    def origin(self, sha256: str) -> Origin | None:
        """What a picture was drawn from, if that is known here."""
        data = _read(self._path(sha256, "origin"))
        try:
            return None if data is None else Origin(**json.loads(data))
        except (ValueError, TypeError, RecursionError):
            return None

    # uploads

    def enqueue(self, session: str, sha256: str) -> None:
        """Remember that this is to be brought to the server, behind all others.

        Raises:
            ValueError: this is no session's name, or no hash.
            OSError: the disk refused.
        """
        _check_name(session)
        self._path(sha256, "")
        queue = self.waiting()
        if not any((one.session, one.sha256) == (session, sha256) for one in queue):
            number = queue[-1].number + 1 if queue else 1
            (self._queue / Waiting(number, session, sha256).name).touch(mode=0o600)

    def dequeue(self, done: Waiting) -> None:
        """The server has it, or will never take it."""
        (self._queue / done.name).unlink(missing_ok=True)

    def note_brought(self, session: str, sha256: str) -> None:
        """The server has this picture of this lesson for sure."""
        with (self._brought / session).open("a", encoding="ascii") as file:
            file.write(f"{sha256}\n")

    def has_brought(self, session: str, sha256: str) -> bool:
        """Whether the server said that it has this picture of this lesson."""
        return sha256.encode() in (_read(self._brought / session) or b"").split()

    def waiting(self) -> list[Waiting]:
        """What is to be brought, first come first."""
        found = [path.name.split(".") for path in self._queue.iterdir()]
        return sorted(
            (Waiting(int(f[0]), f[1], f[2]) for f in found if len(f) == 3 and f[0].isdecimal()),
            key=lambda one: one.number,
        )

    # what is nowhere else

    def pin(self, lesson: str, sha256: str) -> None:
        """Never let a picture of this lesson go, nor the PDF that it was drawn from.

        Raises:
            OSError: the disk refused.
        """
        _check_name(lesson)
        folder = self._pinned / lesson
        folder.mkdir(exist_ok=True, mode=0o700)
        origin = self.origin(sha256)
        for name in (sha256, *([] if origin is None else [origin.document])):
            self._path(name, "")
            (folder / name).touch(mode=0o600)

    def unpin(self, lesson: str) -> None:
        """The lesson is gone, or at the server."""
        _check_name(lesson)
        shutil.rmtree(self._pinned / lesson, ignore_errors=True)

    def prune(self, max_bytes: int = MAX_CACHE_BYTES) -> None:
        """Let the files go that were not written for longest, but none that waits or is pinned."""
        kept = {one.sha256 for one in self.waiting()}
        kept.update(path.name for path in self._pinned.glob("*/*"))
        files = [path for path in self._root.glob("??/*") if path.stem not in kept]
        sized = sorted(((path.stat(), path) for path in files), key=lambda one: one[0].st_mtime)
        excess = sum(stat.st_size for stat, _path in sized) - max_bytes
        for stat, path in sized:
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= stat.st_size

    def _path(self, sha256: str, ending: str) -> Path:
        if len(sha256) != 64 or not _HEX.issuperset(sha256):
            raise ValueError("not a hash")
        return self._root / sha256[:2] / f"{sha256}.{ending}"


def _check_name(lesson: str) -> None:
    if not _SESSION.fullmatch(lesson):
        raise ValueError("not a session's name")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    spare = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    spare.replace(path)
