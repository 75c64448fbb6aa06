"""Stored strokes on disk: one file per pen and book, one line per stroke, each with its own sum.

A stroke is known by pen, book, page, times and content, so copying a book twice adds nothing. A
line torn by a power cut is cut off at the next opening, and its stroke comes again with the next
copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pen_driver.address import NcodeBook
from pen_driver.commands import VerifiedCopy, seal_copy
from pen_driver.events import OfflineDot, OfflineStroke, Tip

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]")
_KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class StoredStroke:
    """One stroke of a file; `t0`: its pen-down in seconds since 1970 on our clock, or None."""

    key: str
    t0: float | None
    stroke: OfflineStroke


def pen_folder(folder: Path, pen_id: str) -> Path:
    """Return where one pen's files are."""
    return folder / (_NOT_IN_NAMES.sub("_", pen_id) or "_")


def book_path(folder: Path, pen_id: str, book: NcodeBook) -> Path:
    """Return the file of one book."""
    return pen_folder(folder, pen_id) / f"{book.section}.{book.owner}.{book.book}.ink"


def key_of(pen_id: str, stroke: OfflineStroke) -> str:
    """Return what a stroke is known by."""
    text = json.dumps([pen_id, str(stroke.page), *_numbers(stroke), _dots(stroke)])
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_SIZE]


def _numbers(stroke: OfflineStroke) -> list[int]:
    return [stroke.down_ms, stroke.up_ms, stroke.tip.value, stroke.colour_argb]


def _dots(stroke: OfflineStroke) -> list[list[int]]:
    """Positions in hundredths of a unit, as the pen has them: whole numbers stay equal."""
    return [
        [
            dot.dt_ms, round(dot.x * 100), round(dot.y * 100), dot.force,
            dot.tilt_x, dot.tilt_y, dot.twist,
        ]
        for dot in stroke.dots
    ]  # fmt: skip


def _line(key: str, t0: float | None, stroke: OfflineStroke) -> bytes:
    values = {"key": key, "t0": t0, "page": stroke.page.page, "stroke": _numbers(stroke)}
    return json.dumps({**values, "dots": _dots(stroke)}).encode() + b"\n"


def _parse(line: bytes, pen_id: str, book: NcodeBook) -> StoredStroke | None:
    """Return the stroke of a line; None unless its content is what its key was made of."""
    try:
        values = json.loads(line)
        down_ms, up_ms, tip, colour = values["stroke"]
        dots = tuple(
            OfflineDot(dt, x / 100, y / 100, *others) for dt, x, y, *others in values["dots"]
        )
        page = book.page(values["page"])
        stroke = OfflineStroke(page, down_ms, up_ms, Tip(tip), colour, dots)
        is_same = line.endswith(b"\n") and key_of(pen_id, stroke) == values["key"]
        return StoredStroke(values["key"], values["t0"], stroke) if is_same else None
    except (ValueError, TypeError, KeyError):
        return None


def read_book(folder: Path, pen_id: str, book: NcodeBook) -> Iterator[StoredStroke]:
    """Yield the good lines of a book's file; nothing where there is none.

    Raises:
        OSError: the disk failed.
    """
    try:
        file = book_path(folder, pen_id, book).open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            stored = _parse(line, pen_id, book)
            if stored is not None:
                yield stored


class BookStore:
    """Appends strokes to one book's file. One writer at a time, one thread.

    Raises:
        OSError: the disk failed.
    """

    def __init__(self, folder: Path, pen_id: str, book: NcodeBook) -> None:
        self.path = book_path(folder, pen_id, book)
        self.book = book
        self._pen_id = pen_id
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.keys = {stored.key for stored in read_book(folder, pen_id, book)}
        self._file = self.path.open("ab")
        self._end_torn_line()

    def __enter__(self) -> BookStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def _end_torn_line(self) -> None:
        """Cut off what a power cut left of the last line."""
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self._file.truncate(whole)

    def add(
        self, strokes: Iterable[OfflineStroke], our_time: Callable[[float], float | None]
    ) -> tuple[list[str], int]:
        """Append the strokes that are new.

        Args:
            our_time: from the pen's clock to ours; `correct_time` with its readings.

        Returns:
            The keys of all of them, and how many were new.
        """
        keys: list[str] = []
        new = 0
        for stroke in strokes:
            key = key_of(self._pen_id, stroke)
            keys.append(key)
            if key not in self.keys:
                self.keys.add(key)
                new += 1
                self._file.write(_line(key, our_time(stroke.down_ms / 1000), stroke))
        self._file.flush()
        return keys, new

    def sync(self) -> None:
        """Return when all of it, and the file's name, is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        if os.name != "nt":  # Windows has no handles to folders
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def verify(
    folder: Path, pen_id: str, book: NcodeBook, keys: list[str], promised: int
) -> VerifiedCopy | None:
    """Read a book's file back and compare it with what the pen sent.

    Args:
        keys: of every stroke of one whole copy, in any order.
        promised: how many strokes the pen said it has.

    Returns:
        The proof that allows deleting; None where a stroke is missing or damaged on disk.
    """
    on_disk = {stored.key for stored in read_book(folder, pen_id, book)}
    if len(keys) != promised or not on_disk.issuperset(keys):
        return None
    digest = hashlib.sha256("".join(sorted(keys)).encode()).hexdigest()
    return seal_copy(pen_id, book, promised, digest)
