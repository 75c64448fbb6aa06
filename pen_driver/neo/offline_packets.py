"""Offline notes on the wire (pen/PROTOCOL 9): lists, announcement, chunks, and the strokes in them.

Dots there are 16 bytes with a checksum; a chunk is a zlib stream or plain.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from pen_driver.address import NcodeBook
from pen_driver.events import OfflineDot, OfflineStroke, Tip
from pen_driver.neo.framing import encode_frame

_BOOK = struct.Struct("<II")
_CHUNK = struct.Struct("<HBHHBIIH")  # id, compressed, before, after, position, owner, note, strokes
_STROKE = struct.Struct("<IQQBIH")  # page, down, up, tip, colour, dots
_DOT = struct.Struct("<BHHHBBBBHHB")
_INFO_HEAD = 48
ALL_OWNERS = 0xFFFFFFFF
_KEEP, _ONLY_SIZE = 2, 0
_ACK = 0xA4

# From 2.15 one answer holds no more than this (9.1, 9.2).
MOST_BOOKS = 64
MOST_PAGES = 128


class OfflineCommand(IntEnum):
    """Host requests; the answer to each has bit 80 set. 27 (delete pages) is never sent."""

    BOOKS = 0x21
    PAGES = 0x22
    FETCH = 0x23
    DELETE = 0x25
    INFO = 0x26


class Position(IntEnum):
    """Which part of a copy a chunk is."""

    FIRST = 0
    MIDDLE = 1
    LAST = 2


@dataclass(frozen=True, slots=True)
class BookList:
    """Answer A1."""

    books: tuple[NcodeBook, ...]


@dataclass(frozen=True, slots=True)
class PageList:
    """Answer A2."""

    book: NcodeBook
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BookInfo:
    """Answer A6; `has_more`: pages beyond the bitmap."""

    status: int
    book: NcodeBook
    pages: tuple[int, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Announcement:
    """Answer A3: what will come; `size` in bytes before compression, 0 for nothing."""

    strokes: int
    size: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """Answer A5."""

    books: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Event 24."""

    packet_id: int
    is_compressed: bool
    size: int
    position: int
    book: NcodeBook
    strokes: int
    payload: bytes


OfflineAnswer: TypeAlias = BookList | PageList | BookInfo | Announcement | Deleted


def _book(owner: int, note: int) -> NcodeBook:
    return NcodeBook(owner >> 24, owner & 0xFFFFFF, note)


def pack_book(book: NcodeBook) -> bytes:
    """Return SectionOwner and Note."""
    return _BOOK.pack(book.section << 24 | book.owner, book.book)


def parse_books(data: bytes) -> BookList:
    """Read A1; entries beyond the data are left out."""
    count = int.from_bytes(data[:2], "little")
    whole = data[2 : 2 + min(count, (len(data) - 2) // 8) * 8]
    return BookList(tuple(_book(*pair) for pair in _BOOK.iter_unpack(whole)))


def parse_pages(data: bytes) -> PageList:
    """Read A2; entries beyond the data are left out."""
    count = int.from_bytes(data[8:10], "little")
    whole = data[10 : 10 + min(count, (len(data) - 10) // 4) * 4]
    pages = tuple(page for (page,) in struct.iter_unpack("<I", whole))
    return PageList(_book(*_BOOK.unpack_from(data)), pages)


def parse_info(data: bytes) -> BookInfo:
    """Read A6: a bitmap, least significant bit first."""
    size = int.from_bytes(data[46:48], "little")
    bitmap = data[_INFO_HEAD : _INFO_HEAD + size]
    pages = tuple(
        at * 8 + bit
        for at, byte in enumerate(bitmap)
        if byte
        for bit in range(8)
        if byte >> bit & 1
    )
    return BookInfo(data[0], _book(*_BOOK.unpack_from(data, 1)), pages, has_more=data[43] != 0)


def parse_announcement(data: bytes) -> Announcement:
    """Read A3. Its flag for compression may differ from that of the chunks, which counts."""
    return Announcement(*_BOOK.unpack_from(data))


def parse_deleted(data: bytes) -> Deleted:
    """Read A5."""
    count = min(data[0], (len(data) - 1) // 4)
    return Deleted(struct.unpack_from(f"<{count}I", data, 1))


def parse_chunk(data: bytes) -> Chunk:
    """Read the head of event 24 (at least 18 bytes)."""
    number, compressed, before, _, position, owner, note, strokes = _CHUNK.unpack_from(data)
    payload = data[_CHUNK.size :]
    return Chunk(number, compressed != 0, before, position, _book(owner, note), strokes, payload)


def read_strokes(chunk: Chunk) -> tuple[OfflineStroke, ...] | None:
    """Return the strokes of a chunk; None unless sizes, count and every checksum are right."""
    body = _inflate(chunk.payload, chunk.size) if chunk.is_compressed else chunk.payload
    if body is None or len(body) != chunk.size:
        return None
    strokes: list[OfflineStroke] = []
    at = 0
    while at < len(body):
        if at + _STROKE.size > len(body):
            return None
        page, down_ms, up_ms, tip, colour, count = _STROKE.unpack_from(body, at)
        at += _STROKE.size
        dots = _read_dots(body[at : at + count * _DOT.size], count)
        if dots is None:
            return None
        at += count * _DOT.size
        kind = Tip.ERASER if tip == Tip.ERASER.value else Tip.NORMAL
        strokes.append(OfflineStroke(chunk.book.page(page), down_ms, up_ms, kind, colour, dots))
    return tuple(strokes) if len(strokes) == chunk.strokes else None


def _inflate(payload: bytes, size: int) -> bytes | None:
    inflater = zlib.decompressobj()
    try:
        body = inflater.decompress(payload, size + 1)  # never more than was promised
    except zlib.error:
        return None
    return body if inflater.eof else None


def _read_dots(body: bytes, count: int) -> tuple[OfflineDot, ...] | None:
    if len(body) < count * _DOT.size:
        return None
    dots = []
    for at in range(0, len(body), _DOT.size):
        if sum(body[at : at + _DOT.size - 1]) & 0xFF != body[at + _DOT.size - 1]:
            return None
        dt, force, x, y, fx, fy, tilt_x, tilt_y, twist, _, _ = _DOT.unpack_from(body, at)
        dots.append(OfflineDot(dt, x + fx / 100, y + fy / 100, force, tilt_x, tilt_y, twist))
    return tuple(dots)


def books_request(owner: int = ALL_OWNERS) -> bytes:
    """Return request 21 for one section and owner, or for all."""
    return encode_frame(OfflineCommand.BOOKS, owner.to_bytes(4, "little"))


def pages_request(book: NcodeBook) -> bytes:
    """Return request 22."""
    return encode_frame(OfflineCommand.PAGES, pack_book(book))


def info_request(book: NcodeBook) -> bytes:
    """Return request 26 (from 2.16)."""
    return encode_frame(OfflineCommand.INFO, pack_book(book))


def fetch_request(book: NcodeBook) -> bytes:
    """Return request 23 for a whole book; the pen keeps it, deleting (1) is never asked."""
    return encode_frame(OfflineCommand.FETCH, bytes((_KEEP, 1)) + pack_book(book) + bytes(4))


def size_request(book: NcodeBook) -> bytes:
    """Return request 23 that only asks how much there is."""
    return encode_frame(OfflineCommand.FETCH, bytes((_ONLY_SIZE, 1)) + pack_book(book) + bytes(4))


def delete_request(book: NcodeBook) -> bytes:
    """Return request 25 for one book. Destructive; see `DeleteOffline`."""
    owner, note = pack_book(book)[:4], pack_book(book)[4:]
    return encode_frame(OfflineCommand.DELETE, owner + b"\x01" + note)


def acknowledgement(packet_id: int, is_good: bool, is_more: bool) -> bytes:
    """Return A4, with its result byte."""
    data = packet_id.to_bytes(2, "little") + bytes((is_more,))
    return encode_frame(_ACK, data, result=0 if is_good else 1)
