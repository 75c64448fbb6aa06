"""The virtual pen's own memory: ink that was written without a host, and what became of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

ALL = 0xFFFFFFFF
_MOST_BOOKS = 64
_MOST_PAGES = 128
_FIRST, _MIDDLE, _LAST = 0, 1, 2


@dataclass(slots=True)
class StoredStroke:
    """One stroke as it lies in memory; `dots` are 16 bytes each, with their sum."""

    page: int
    down_ms: int
    up_ms: int
    colour: int = 0xFF000000
    dots: list[bytes] = field(default_factory=list)

    def add(self, dt: int, steps: int, x: int, y: int) -> None:
        """Append a dot; x and y in hundredths of an Ncode unit."""
        body = struct.pack(
            "<BHHHBBBBHH", dt, steps, x // 100, y // 100, x % 100, y % 100, 90, 90, 0, 0
        )
        self.dots.append(body + bytes((sum(body) % 256,)))

    def packed(self) -> bytes:
        """Return it as in a chunk."""
        head = struct.pack(
            "<IQQBIH", self.page, self.down_ms, self.up_ms, 0, self.colour, len(self.dots)
        )
        return head + b"".join(self.dots)


@dataclass(frozen=True, slots=True)
class Book:
    """Section and owner in one number as on the wire, and the note."""

    owner: int
    note: int


class Memory:
    """Books of strokes.

    Attributes:
        deletes: how often a host has had something deleted; a driver must leave it at 0 unasked.
    """

    def __init__(self, chunk_bytes: int = 2000) -> None:
        self.books: dict[Book, list[StoredStroke]] = {}
        self.deletes = 0
        self._chunk_bytes = chunk_bytes

    @property
    def strokes(self) -> int:
        """How many strokes are stored."""
        return sum(len(strokes) for strokes in self.books.values())

    def add(self, book: Book, stroke: StoredStroke) -> None:
        """Store a stroke."""
        self.books.setdefault(book, []).append(stroke)

    def list_books(self, owner: int) -> bytes:
        """Return the data of answer A1."""
        found = [book for book in self.books if owner in (ALL, book.owner)][:_MOST_BOOKS]
        packed = b"".join(struct.pack("<II", book.owner, book.note) for book in found)
        return struct.pack("<H", len(found)) + packed

    def pages(self, book: Book) -> list[int]:
        """Return the numbers of the pages written on."""
        return sorted({stroke.page for stroke in self.books.get(book, ())})

    def list_pages(self, book: Book) -> bytes:
        """Return the data of answer A2."""
        pages = self.pages(book)[:_MOST_PAGES]
        return struct.pack(f"<IIH{len(pages)}I", book.owner, book.note, len(pages), *pages)

    def info(self, book: Book) -> bytes:
        """Return the data of answer A6."""
        pages = self.pages(book)
        bits = sum(1 << page for page in pages)
        bitmap = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        head = struct.pack("<BIIH32xBHH", 0, book.owner, book.note, 1, 0, len(pages), len(bitmap))
        return head + bitmap

    def announcement(self, book: Book, is_packed: bool) -> bytes:
        """Return the data of answer A3."""
        strokes = self.books.get(book, [])
        size = sum(len(stroke.packed()) for stroke in strokes)
        return struct.pack("<IIB", len(strokes), size, is_packed)

    def chunks(self, book: Book, is_packed: bool) -> list[bytes]:
        """Return the data of the events 24 that carry a book."""
        groups = list(self._groups(self.books.get(book, [])))
        chunks: list[bytes] = []
        for number, group in enumerate(groups):
            plain = b"".join(stroke.packed() for stroke in group)
            payload = zlib.compress(plain) if is_packed else plain
            position = _MIDDLE if number else _FIRST
            if number == len(groups) - 1:
                position = _LAST
            sizes = (len(plain), len(payload) if is_packed else 0)
            head = struct.pack("<HBHHB", number, is_packed, *sizes, position)
            chunks.append(head + struct.pack("<IIH", book.owner, book.note, len(group)) + payload)
        return chunks

    def _groups(self, strokes: list[StoredStroke]) -> Iterator[list[StoredStroke]]:
        group: list[StoredStroke] = []
        size = 0
        for stroke in strokes:
            length = len(stroke.packed())
            if group and size + length > self._chunk_bytes:
                yield group
                group, size = [], 0
            group.append(stroke)
            size += length
        if group:
            yield group

    def delete(self, book: Book) -> bool:
        """Forget a book at the host's wish; say whether there was one."""
        self.deletes += 1
        return self.books.pop(book, None) is not None

    def wipe(self) -> None:
        """Forget everything, as after ten wrong passwords."""
        self.books.clear()
