"""What parent and child of the cage say to each other. Pure.

A frame: ``length of the JSON u32 | length of the payload u32`` (little-endian), JSON, payload.
Each question is answered by one frame. Lengths on a PDF page are millimetres, origin top left,
y down.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Protocol, TypeAlias

from signaling_server.protocol.pictures import FULL_EDGE, MAX_CLEAN_BYTES, PictureTrouble
from signaling_server.protocol.schema import (
    InvalidError,
    Items,
    Range,
    Text,
    decode_tagged,
    dumps,
    encode,
    loads,
    tagged,
)

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_PAGES: Final = 500
MAX_PAGE_MM: Final = 20_000
MAX_JSON: Final = 64 * 1024
HEAD: Final = struct.Struct("<II")

Millimetres = Annotated[float, Range(0, MAX_PAGE_MM)]
Pixels = Annotated[int, Range(0, FULL_EDGE)]
Bytes = Annotated[int, Range(0, MAX_CLEAN_BYTES)]


class In(Protocol):
    """A stream to read from; returns fewer bytes only at its end."""

    def read(self, count: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page."""

    x_mm: Annotated[float, Range(-MAX_PAGE_MM, MAX_PAGE_MM)]
    y_mm: Annotated[float, Range(-MAX_PAGE_MM, MAX_PAGE_MM)]
    width_mm: Annotated[float, Range(1, MAX_PAGE_MM)]
    height_mm: Annotated[float, Range(1, MAX_PAGE_MM)]


@dataclass(frozen=True, slots=True)
class Probe:
    """What is the payload? A PDF stays open for :class:`Render`."""

    TAG: ClassVar[str] = "probe"


@dataclass(frozen=True, slots=True)
class Render:
    """Draw a page (from 0) of the open PDF, `width_px` wide, but no edge above FULL_EDGE.

    With an area, that part of it at that width.
    """

    TAG: ClassVar[str] = "render"

    page: Annotated[int, Range(0, MAX_PAGES - 1)]
    width_px: Annotated[int, Range(16, FULL_EDGE)] = FULL_EDGE
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Reencode:
    """Make the payload a clean picture in both resolutions."""

    TAG: ClassVar[str] = "reencode"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A clean picture of at most `edge` pixels of the payload; of a PDF its first page."""

    TAG: ClassVar[str] = "thumbnail"

    edge: Annotated[int, Range(16, FULL_EDGE)]


Question: TypeAlias = Probe | Render | Reencode | Thumbnail


@dataclass(frozen=True, slots=True)
class Probed:
    """What the file is. Of a PDF the size of each page; of a picture its own, in pixels."""

    TAG: ClassVar[str] = "probed"

    media_type: Annotated[str, Text(32, 1)]
    widths_mm: Annotated[tuple[Millimetres, ...], Items(MAX_PAGES)] = ()
    heights_mm: Annotated[tuple[Millimetres, ...], Items(MAX_PAGES)] = ()
    width_px: Annotated[int, Range(0, 1_000_000)] = 0
    height_px: Annotated[int, Range(0, 1_000_000)] = 0


@dataclass(frozen=True, slots=True)
class Pictured:
    """The payload is the full picture and behind it the small one, each of so many bytes."""

    TAG: ClassVar[str] = "pictured"

    width_px: Pixels
    height_px: Pixels
    full: Bytes
    small: Bytes = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was made of it."""

    TAG: ClassVar[str] = "refused"

    trouble: PictureTrouble


Answer: TypeAlias = Probed | Pictured | Refused

_QUESTIONS: Final = tagged(Question)
_ANSWERS: Final = tagged(Answer)


def pack_head(message: Question | Answer, payload: bytes = b"") -> bytes:
    """A frame up to its payload, which follows it uncopied."""
    said = dumps(encode(message)).encode()
    return HEAD.pack(len(said), len(payload)) + said


def read_question(stream: In) -> tuple[Question, bytes] | None:
    """The next question; None at the stream's end.

    Raises:
        InvalidError: this is none.
    """
    frame = _read(stream, MAX_FILE_BYTES)
    return (
        None if frame is None else (decode_tagged(_QUESTIONS, loads(frame[0], MAX_JSON)), frame[1])
    )


def read_answer(stream: In) -> tuple[Answer, bytes] | None:
    """The next answer; None when the child is gone.

    Raises:
        InvalidError: this is none. The child read a stranger's file: it may say anything.
    """
    frame = _read(stream, 2 * MAX_CLEAN_BYTES)
    return None if frame is None else (decode_tagged(_ANSWERS, loads(frame[0], MAX_JSON)), frame[1])


def _read(stream: In, most: int) -> tuple[bytes, bytes] | None:
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    said, payload = HEAD.unpack(head)
    if said > MAX_JSON or payload > most:
        raise InvalidError("", "too long")
    texts, data = stream.read(said), stream.read(payload)
    return None if len(data) < payload else (texts, data)
