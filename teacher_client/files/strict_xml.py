"""Strangers' XML, read as it comes: no entities, nothing from outside, bounded in every way.

No Qt, nothing but the standard library: made for the confined child.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, NoReturn, Protocol
from xml.parsers import expat

from teacher_client.files.errors import FileError, FileTrouble

MAX_FILE: Final = 64 * 1024 * 1024
MAX_UNPACKED: Final = 128 * 1024 * 1024
MAX_RATIO: Final = 120
"""Ink packs to a third, ruled blank pages to a thirtieth; a bomb to a thousandth."""
FREE_BYTES: Final = 4 * 1024 * 1024
"""Below this the ratio says nothing."""
MAX_DEPTH: Final = 40
MAX_ELEMENTS: Final = 400_000
MAX_ATTRIBUTES: Final = 64
MAX_TEXT: Final = 24 * 1024 * 1024
"""Characters in one element: a picture in base64."""
_PIECE: Final = 256 * 1024


class Handler(Protocol):
    """Who takes the elements."""

    def start(self, tag: str, attributes: dict[str, str]) -> bool:
        """An element begins; whether its text is wanted."""

    def end(self, tag: str, text: str) -> None:
        """An element ended; its own text, if it was wanted."""


def read_xml(pieces: Iterator[bytes], handler: Handler) -> None:
    """Parse a document; tags come without name space.

    Raises:
        FileError: malformed, too large, too deep, or it declares entities or document types.
    """
    reader = _Reader(handler)
    try:
        for piece in pieces:
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as exc:
        raise FileError(FileTrouble.DAMAGED, expat.ErrorString(exc.code)) from exc
    except (ValueError, LookupError) as exc:  # an encoding that is none
        raise FileError(FileTrouble.DAMAGED) from exc


class _Reader:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._texts: list[list[str] | None] = []
        self._lengths: list[int] = []
        self._elements = 0
        parser = self.parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 64 * 1024
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _forbid
        parser.EntityDeclHandler = _forbid
        parser.ExternalEntityRefHandler = _forbid
        parser.UnparsedEntityDeclHandler = _forbid

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise FileError(FileTrouble.TOO_MANY)
        if len(self._texts) >= MAX_DEPTH:
            raise FileError(FileTrouble.TOO_DEEP)
        is_wanted = self._handler.start(_local(tag), attributes)
        self._texts.append([] if is_wanted else None)
        self._lengths.append(0)

    def _end(self, tag: str) -> None:
        text = self._texts.pop()
        self._lengths.pop()
        self._handler.end(_local(tag), "" if text is None else "".join(text))

    def _characters(self, data: str) -> None:
        if self._texts and (text := self._texts[-1]) is not None:
            self._lengths[-1] += len(data)
            if self._lengths[-1] > MAX_TEXT:
                raise FileError(FileTrouble.TOO_LARGE)
            text.append(data)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _forbid(*_args: object) -> NoReturn:
    raise FileError(FileTrouble.FORBIDDEN)


def unpacked(data: bytes) -> Iterator[bytes]:
    """The XML inside a file: plain, gzipped, or the part ``content.xml`` of a zip.

    Raises:
        FileError: damaged, or it unpacks to too much.
    """
    if len(data) > MAX_FILE:
        raise FileError(FileTrouble.TOO_LARGE)
    if data[:2] == b"\x1f\x8b":
        yield from _bounded(_gunzipped(data), len(data))
    elif data[:4] == b"PK\x03\x04":
        yield from _bounded(_unzipped(data, "content.xml"), len(data))
    else:
        yield from (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))


def _bounded(pieces: Iterator[bytes], packed: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > MAX_UNPACKED or total > FREE_BYTES + packed * MAX_RATIO:
            raise FileError(FileTrouble.TOO_LARGE)
        yield piece


def _gunzipped(data: bytes) -> Iterator[bytes]:
    inflate = zlib.decompressobj(31)
    rest = data
    try:
        while not inflate.eof:
            piece = inflate.decompress(rest, _PIECE)
            rest = inflate.unconsumed_tail
            if not piece and not rest:
                raise FileError(FileTrouble.DAMAGED, "cut short")
            yield piece
    except zlib.error as exc:
        raise FileError(FileTrouble.DAMAGED) from exc


def _unzipped(data: bytes, name: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if part.filename == name]
            if len(parts) != 1:
                trouble = FileTrouble.BAD_NAMES if parts else FileTrouble.NOT_THIS_KIND
                raise FileError(trouble)
            with archive.open(parts[0]) as file:
                while piece := file.read(_PIECE):
                    yield piece
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as exc:
        raise FileError(FileTrouble.DAMAGED) from exc
    except (EOFError, ValueError) as exc:
        raise FileError(FileTrouble.DAMAGED) from exc
