"""Imported pages on their way out of the confined child: JSON, and the pictures' bytes behind it.

The ink comes in pieces of its own: a piece is decoded in one go, and a lesson's voice must not
wait for a file's million points. What comes out read a stranger's file and may say anything: it
is decoded strictly. No Qt.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from signaling_server.protocol.commands import Coordinate, PageKind
from signaling_server.protocol.entries import Length, PageLength, TextPlaced
from signaling_server.protocol.schema import (
    InvalidError,
    Items,
    Range,
    Text,
    decode,
    dumps,
    encode,
    loads,
)
from teacher_client.files.errors import FileError, FileTrouble, Losses, Lost
from teacher_client.files.imported import (
    MAX_BOXES,
    MAX_PAGES,
    MAX_PICTURE,
    MAX_STROKES,
    ImportedPage,
    ImportedPages,
    PictureSlot,
)
from teacher_client.lesson.board_commands import PutStroke

MAX_JSON: Final = 48 * 1024 * 1024
PIECE_POINTS: Final = 4_000
"""About 60 kB; Python's decoder takes a few ms for it and lets nobody in between."""
MAX_PACKED: Final = 160 * 1024 * 1024
_HEAD: Final = struct.Struct("<I")
_COUNT = Annotated[int, Range(0, 2**31)]


@dataclass(frozen=True, slots=True)
class _Slot:
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length
    size: Annotated[int, Range(0, MAX_PICTURE)] = 0
    document: Annotated[str, Text(200)] = ""
    page: Annotated[int, Range(0, 10_000)] = 0
    is_ground: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    width: PageLength
    height: PageLength
    kind: PageKind
    texts: Annotated[tuple[TextPlaced, ...], Items(MAX_BOXES)] = ()
    pictures: Annotated[tuple[_Slot, ...], Items(MAX_BOXES)] = ()


@dataclass(frozen=True, slots=True)
class _Ink:
    """Further strokes of a page (from 0)."""

    page: Annotated[int, Range(0, MAX_PAGES - 1)]
    strokes: Annotated[tuple[PutStroke, ...], Items(PIECE_POINTS, 1)]


@dataclass(frozen=True, slots=True)
class _Loss:
    page: _COUNT
    lost: Lost
    count: _COUNT


@dataclass(frozen=True, slots=True)
class _Said:
    title: Annotated[str, Text(200)] = ""
    pages: Annotated[tuple[_Page, ...], Items(MAX_PAGES)] = ()
    losses: Annotated[tuple[_Loss, ...], Items(20_000)] = ()
    ink: Annotated[int, Range(0, 2 * MAX_STROKES)] = 0
    """Pieces of ink that follow."""
    trouble: Annotated[str, Text(64)] = ""


D = TypeVar("D", _Said, _Ink)


def pack(pages: ImportedPages) -> bytes:
    """Pages as bytes."""
    ink = [piece for index, page in enumerate(pages.pages) for piece in _inked(index, page)]
    said = _Said(
        pages.title,
        tuple(map(_page, pages.pages)),
        tuple(_Loss(p, lost, count) for (p, lost), count in pages.losses.counts.items()),
        len(ink),
    )
    pictures = [slot.data for page in pages.pages for slot in page.pictures]
    return b"".join([_json(said), *map(_json, ink), *pictures])


def _inked(index: int, page: ImportedPage) -> Iterator[_Ink]:
    piece: list[PutStroke] = []
    points = 0
    for stroke in page.strokes:
        piece.append(stroke)
        points += max(len(stroke.x), 1)
        if points >= PIECE_POINTS:
            yield _Ink(index, tuple(piece))
            piece, points = [], 0
    if piece:
        yield _Ink(index, tuple(piece))


def pack_trouble(trouble: FileTrouble) -> bytes:
    """Why there are no pages."""
    return _json(_Said(trouble=trouble.value))


def _json(said: _Said | _Ink) -> bytes:
    text = dumps(encode(said)).encode()
    return _HEAD.pack(len(text)) + text


def _page(page: ImportedPage) -> _Page:
    slots = tuple(
        _Slot(s.x, s.y, s.width, s.height, len(s.data), s.document, s.page, s.is_ground)
        for s in page.pictures
    )
    return _Page(page.width, page.height, page.kind, tuple(page.texts), slots)


def unpack(data: bytes) -> ImportedPages:
    """Read what :func:`pack` wrote.

    Raises:
        FileError: the file was not taken, or the child said something that makes no sense.
    """
    said, at = _read(_Said, data, 0)
    if said.trouble:
        known = said.trouble in set(FileTrouble)
        raise FileError(FileTrouble(said.trouble) if known else FileTrouble.DAMAGED)
    losses = Losses()
    for loss in said.losses:
        losses.add(loss.lost, loss.page, loss.count)
    pages = [ImportedPage(p.width, p.height, p.kind, [], list(p.texts)) for p in said.pages]
    for _piece in range(said.ink):
        ink, at = _read(_Ink, data, at)
        if ink.page >= len(pages):
            raise FileError(FileTrouble.DAMAGED)
        pages[ink.page].strokes += ink.strokes
    for page, named in zip(pages, said.pages, strict=True):
        for s in named.pictures:
            piece = data[at : at + s.size]
            at += s.size
            place = s.x, s.y, s.width, s.height
            page.pictures.append(PictureSlot(*place, piece, s.document, s.page, s.is_ground))
    if at != len(data) or not pages:
        raise FileError(FileTrouble.DAMAGED)
    return ImportedPages(said.title, pages, losses)


def _read(kind: type[D], data: bytes, at: int) -> tuple[D, int]:
    """A piece of JSON, and where it ends."""
    try:
        (length,) = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        return decode(kind, loads(data[at : at + length], MAX_JSON)), at + length
    except (struct.error, InvalidError) as exc:
        raise FileError(FileTrouble.DAMAGED) from exc
