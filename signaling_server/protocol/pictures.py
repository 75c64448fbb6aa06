"""What a stored picture is: a *clean* JPEG or PNG, known by the SHA-256 of its bytes.

Clean means that the container is one of two short grammars, with nothing in it but the picture:
no metadata, no profile, no thumbnail, no comment, nothing behind the end, one resolution within
:data:`FULL_EDGE`. Both are shown by every page and every Qt (WebP would need a plugin that the
teacher's window lacks). A client that cleans a picture itself knows its final hash before the
server has seen it; the server keeps clean bytes as they are (docs/decisions/0007-pictures.md).

Sources: ITU-T T.81 annex B, JFIF 1.02, PNG (ISO/IEC 15948) clause 5 and 11.
"""

from __future__ import annotations

import enum
import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_UPLOAD_BYTES: Final = 12 * 1024 * 1024
MAX_CLEAN_BYTES: Final = 6 * 1024 * 1024
FULL_EDGE: Final = 2_560
"""Pixels of the longer edge: an A4 page at 220 dpi, a phone screen at twice its width."""
SMALL_EDGE: Final = 640

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"

_PNG_BEGIN: Final = b"\x89PNG\r\n\x1a\n"
_JFIF: Final = struct.Struct(">5sHBHHBB")
_TABLES: Final = frozenset({0xDB, 0xC4})  # DQT, DHT


class PictureSize(enum.StrEnum):
    """The two resolutions of a stored picture."""

    FULL = "full"
    SMALL = "small"


class PictureTrouble(enum.StrEnum):
    """Why a file was not taken; turned into words at the face."""

    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NOT_A_PICTURE = "not_a_picture"
    UNSUPPORTED = "unsupported"  # a picture, but of a kind that is not read (HEIC, AVIF, TIFF)
    TOO_MANY_PAGES = "too_many_pages"
    TOOK_TOO_LONG = "took_too_long"
    TOO_MUCH_MEMORY = "too_much_memory"
    LESSON_FULL = "lesson_full"  # the lesson holds as many pictures as it may


@dataclass(frozen=True, slots=True)
class Shape:
    """Media type and size in pixels."""

    media_type: str
    width: int
    height: int


def picture_hash(data: bytes) -> str:
    """The name of a picture: SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def clean_shape(data: bytes, longest_edge: int = FULL_EDGE) -> Shape | None:
    """What these bytes are, if they are a clean picture; None if they are anything else.

    Says nothing of the compressed data of a JPEG, which only a decoder can judge.
    """
    if len(data) > MAX_CLEAN_BYTES:
        return None
    try:
        shape = _png(data) if data.startswith(_PNG_BEGIN) else _jpeg(data)
    except (struct.error, IndexError, ValueError, zlib.error):
        return None
    if not (0 < shape.width <= longest_edge and 0 < shape.height <= longest_edge):
        return None
    return shape


def _jpeg(data: bytes) -> Shape:
    """SOI, APP0, tables and one baseline frame in any order, one scan, EOI."""
    _require(data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9")
    at, is_first, shape, components = 2, True, None, 0
    while True:
        lead, marker, length = struct.unpack_from(">BBH", data, at)
        body = data[at + 4 : at + 2 + length]
        _require(lead == 0xFF and length >= 2 and len(body) == length - 2)
        at += 2 + length
        if is_first:
            _require(marker == 0xE0 and _is_plain_jfif(body))
            is_first = False
        elif marker == 0xC0:
            depth, height, width, components = struct.unpack_from(">BHHB", body)
            _require(shape is None and depth == 8 and components in (1, 3))
            _require(len(body) == 6 + 3 * components)
            shape = Shape(JPEG, width, height)
        elif marker == 0xDA:
            _require(body[0] == components and len(body) == 4 + 2 * components)
            break
        else:
            _require(marker in _TABLES)
    scan = data[at:-2]
    _require(scan.count(b"\xff") == scan.count(b"\xff\x00"))  # no marker inside
    _require(shape is not None)
    assert shape is not None
    return shape


def _is_plain_jfif(body: bytes) -> bool:
    if len(body) != _JFIF.size:
        return False
    name, _version, _units, _x, _y, *thumbnail = _JFIF.unpack(body)
    return name == b"JFIF\0" and thumbnail == [0, 0]


def _png(data: bytes) -> Shape:
    """IHDR, IDAT…, IEND; 8-bit grey, not interlaced, of exactly the promised length."""
    chunks = list(_chunks(data))
    names = [name for name, _body in chunks]
    _require(len(names) >= 3 and names[0] == b"IHDR" and names[-1] == b"IEND")
    _require(set(names[1:-1]) == {b"IDAT"} and chunks[-1][1] == b"")
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    _require(rest == [8, 0, 0, 0, 0] and max(width, height) <= FULL_EDGE)
    promised = (width + 1) * height
    inflate = zlib.decompressobj()
    pixels = inflate.decompress(b"".join(body for _name, body in chunks[1:-1]), promised + 1)
    _require(len(pixels) == promised and inflate.eof and not inflate.unused_data)
    return Shape(PNG, width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG_BEGIN)
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", data, at + 8 + length)
        _require(crc == zlib.crc32(body, zlib.crc32(name)))
        yield name, body
        at += 12 + length


def _require(is_so: bool) -> None:
    if not is_so:
        raise ValueError("not a clean picture")
