"""Imported pages on their way out of the confined child: JSON, and the pictures' bytes behind it.

What comes out read a stranger's file and may say anything: it is decoded strictly. No Qt.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Annotated, Final

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
    strokes: Annotated[tuple[PutStroke, ...], Items(2 * MAX_STROKES)] = ()
    texts: Annotated[tuple[TextPlaced, ...], Items(MAX_BOXES)] = ()
    pictures: Annotated[tuple[_Slot, ...], Items(MAX_BOXES)] = ()


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
    trouble: Annotated[str, Text(64)] = ""


def pack(pages: ImportedPages) -> bytes:
    """Pages as bytes."""
    said = _Said(
        pages.title,
        tuple(map(_page, pages.pages)),
        tuple(_Loss(p, lost, count) for (p, lost), count in pages.losses.counts.items()),
    )
    pictures = [slot.data for page in pages.pages for slot in page.pictures]
    return b"".join([_json(said), *pictures])


def pack_trouble(trouble: FileTrouble) -> bytes:
    """Why there are no pages."""
    return _json(_Said(trouble=trouble.value))


def _json(said: _Said) -> bytes:
    text = dumps(encode(said)).encode()
    return _HEAD.pack(len(text)) + text


def _page(page: ImportedPage) -> _Page:
    slots = tuple(
        _Slot(s.x, s.y, s.width, s.height, len(s.data), s.document, s.page, s.is_ground)
        for s in page.pictures
    )
    return _Page(page.width, page.height, page.kind, tuple(page.strokes), tuple(page.texts), slots)


def unpack(data: bytes) -> ImportedPages:
    """Read what :func:`pack` wrote.

    Raises:
        FileError: the file was not taken, or the child said something that makes no sense.
    """
    try:
        (length,) = _HEAD.unpack_from(data)
        said = decode(_Said, loads(data[_HEAD.size : _HEAD.size + length], MAX_JSON))
    except (struct.error, InvalidError) as exc:
        raise FileError(FileTrouble.DAMAGED) from exc
    if said.trouble:
        known = said.trouble in set(FileTrouble)
        raise FileError(FileTrouble(said.trouble) if known else FileTrouble.DAMAGED)
    losses = Losses()
    for loss in said.losses:
        losses.add(loss.lost, loss.page, loss.count)
    pages, at = [], _HEAD.size + length
    for page in said.pages:
        slots = []
        for s in page.pictures:
            piece = data[at : at + s.size]
            at += s.size
            place = s.x, s.y, s.width, s.height
            slots.append(PictureSlot(*place, piece, s.document, s.page, s.is_ground))
        pages.append(
            ImportedPage(
                page.width, page.height, page.kind, list(page.strokes), list(page.texts), slots
            )
        )
    if at != len(data) or not pages:
        raise FileError(FileTrouble.DAMAGED)
    return ImportedPages(said.title, pages, losses)
