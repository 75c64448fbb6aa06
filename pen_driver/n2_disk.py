"""An N2 plugged in as a USB disk, read only: ``Data/<group>/<book>/<page>/<file>`` (PROTOCOL 15).

Nothing is ever written to the pen's disk. What a file's trailer says of its page counts more than
the names of its folders; these help where the trailer is damaged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pen_driver.address import NcodePage
from pen_driver.errors import PenError
from pen_driver.neo1.files import MAX_FILE_BYTES, StrokeFile, parse_file, unpack_file

MAX_FILES = 20_000
_NEOLAB = (3, 27)  # section, owner: whose paper an N2 was sold for


class NoPenDiskError(PenError):
    """`path` is no N2's disk or cannot be read."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return f"no pen's disk: {self.detail}"


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file of strokes. `folder_page`: what its folders say, None where they are no numbers."""

    path: Path
    size: int
    folder_page: NcodePage | None


def list_disk(root: Path) -> tuple[DiskFile, ...]:
    """Return the files of strokes below `root`, the disk or its ``Data`` folder, by path.

    Links are not followed.

    Raises:
        NoPenDiskError: there is no such folder, it cannot be read, or it has too many files.
    """
    data = root if root.name.lower() == "data" else root / "Data"
    if not data.is_dir():
        raise NoPenDiskError(root, "it has no folder Data")
    try:
        return tuple(sorted(_files(data), key=lambda file: file.path))
    except OSError as exc:
        raise NoPenDiskError(root, str(exc.strerror)) from exc


def _files(data: Path) -> Iterator[DiskFile]:
    count = 0
    for where, folders, names in os.walk(data):
        folder = Path(where)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = folder / name
            if name.startswith(".") or path.is_symlink():
                continue
            count += 1
            if count > MAX_FILES:
                raise NoPenDiskError(data, "too many files")
            yield DiskFile(path, path.stat().st_size, _folder_page(folder.relative_to(data)))


def _folder_page(folder: Path) -> NcodePage | None:
    numbers = folder.parts[-2:]
    if len(numbers) < 2 or not all(part.isascii() and part.isdigit() for part in numbers):
        return None
    return NcodePage(*_NEOLAB, book=int(numbers[0]), page=int(numbers[1]))


def read_disk_file(file: DiskFile) -> StrokeFile:
    """Return the strokes of a file; damage is told by the result.

    Raises:
        NoPenDiskError: it cannot be read (any more), or is too large.
    """
    if file.size > MAX_FILE_BYTES:
        raise NoPenDiskError(file.path, "a file is too large")
    try:
        with file.path.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
        data = unpack_file(file.path.name, raw)
    except OSError as exc:
        raise NoPenDiskError(file.path, str(exc.strerror)) from exc
    except ValueError:
        return StrokeFile(file.folder_page, (), 0, is_damaged=True)
    return parse_file(data, file.folder_page)
