"""An N2 plugged in as a USB disk, read only: ``Data/<group>/<book>/<page>/<file>`` (PROTOCOL 15).

Nothing is ever written to the pen's disk. What a file's trailer says of its page counts more than
the names of its folders; these help where the trailer is damaged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pen_driver.address import NcodeBook, NcodePage, book_of
from pen_driver.errors import PenError
from pen_driver.neo1.files import (
    MARK,
    MAX_FILE_BYTES,
    TRAILER_BYTES,
    StrokeFile,
    parse_file,
    trailer_page,
    unpack_file,
)

MAX_FILES = 20_000
_NEOLAB = (3, 27)  # section, owner: whose paper an N2 was sold for
_MOST_LOOKED_AT = 50


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


@dataclass(frozen=True, slots=True)
class Disk:
    """What was on the disk when it was looked through.

    Attributes:
        data: its folder ``Data``.
        books: the files of each book, by path.
        strangers: files of which neither trailer nor folder tells a page; left out.
    """

    data: Path
    books: Mapping[NcodeBook, tuple[DiskFile, ...]]
    strangers: int = 0

    def is_here(self) -> bool:
        """Say whether it is still plugged in."""
        return self.data.is_dir()

    def pages(self, book: NcodeBook) -> tuple[int, ...]:
        """Return the numbers of a book's pages, ascending."""
        pages = (page_of(file) for file in self.books.get(book, ()))
        return tuple(sorted({page.page for page in pages if page is not None}))


def open_disk(root: Path) -> Disk:
    """Look through the disk; of each file only its trailer is read.

    Raises:
        NoPenDiskError: see `list_disk`.
    """
    books: dict[NcodeBook, list[DiskFile]] = {}
    strangers = 0
    for file in list_disk(root):
        page = page_of(file)
        if page is None:
            strangers += 1
        else:
            books.setdefault(book_of(page), []).append(file)
    files = {book: tuple(of_book) for book, of_book in books.items()}
    return Disk(_data_folder(root), files, strangers)


def page_of(file: DiskFile) -> NcodePage | None:
    """Return a file's page by its trailer, else by its folders; None where neither tells."""
    try:
        if ".zip" in file.path.name.lower():
            return read_disk_file(file).page
        with file.path.open("rb") as stream:
            stream.seek(max(file.size - TRAILER_BYTES, 0))
            tail = stream.read(TRAILER_BYTES)
    except (OSError, NoPenDiskError):
        return file.folder_page  # reading its strokes will say what is wrong
    return trailer_page(tail, file.size) or file.folder_page


def find_stroke_file(root: Path) -> Path | None:
    """Return a file by which `root` is seen to be a pen's disk, None where it is none.

    Looks at a few files at most, because any disk may be asked.
    """
    try:
        for file in islice(_files(_data_folder(root)), _MOST_LOOKED_AT):
            if file.folder_page is not None:
                with file.path.open("rb") as stream:
                    if stream.read(len(MARK)) == MARK:
                        return file.path.relative_to(root)
    except (OSError, NoPenDiskError):
        return None
    return None


def _data_folder(root: Path) -> Path:
    return root if root.name.lower() == "data" else root / "Data"


def list_disk(root: Path) -> tuple[DiskFile, ...]:
    """Return the files of strokes below `root`, the disk or its ``Data`` folder, by path.

    Links are not followed.

    Raises:
        NoPenDiskError: there is no such folder, it cannot be read, or it has too many files.
    """
    data = _data_folder(root)
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
