"""The N2's file of stored strokes, from its disk or in chunks (pen/PROTOCOL 15)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from pen_driver.address import NcodePage
from pen_driver.events import OfflineDot, OfflineStroke, Tip
from pen_driver.neo1.packets import parse_dot
from pen_driver.paper import is_plausible

_HEAD = struct.Struct("<2sQQIBIB")
MARK = b"LN"
"""First bytes of a stroke."""

_DOT_BYTES = 8
TRAILER_BYTES = 64
_TRAILER = struct.Struct("<5sBIIIIII")
MAX_FILE_BYTES = 64 * 1024 * 1024
_NO_PAGE = NcodePage(0, 0, 0, 0)
_UPRIGHT = 90  # this pen measures no tilt; the dots of other pens count it from 0 to 180


@dataclass(frozen=True, slots=True)
class StrokeFile:
    """What a file holds.

    Attributes:
        page: None where the trailer is missing or damaged.
        promised: strokes as the trailer counts them.
        is_damaged: something is cut off or missing; the whole strokes are here.
        odd_sums: strokes whose checksum is not the sum of the 27 bytes before it. No source says
            what it is the sum of, so they are kept.
    """

    page: NcodePage | None
    strokes: tuple[OfflineStroke, ...]
    promised: int
    is_damaged: bool
    odd_sums: int = 0


def unpack_file(name: str, data: bytes) -> bytes:
    """Return the body of a transferred file; one with ``.zip`` in its name is compressed.

    Raises:
        ValueError: it cannot be unpacked, or is too large.
    """
    if ".zip" not in name.lower():
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            first = archive.infolist()[0]
            with archive.open(first) as member:
                body = member.read(MAX_FILE_BYTES + 1)
    except (zipfile.BadZipFile, IndexError, OSError, RuntimeError, EOFError, zlib.error) as exc:
        raise ValueError(f"not unpacked: {exc}") from exc
    if len(body) > MAX_FILE_BYTES:
        raise ValueError("too large")
    return body


def parse_file(data: bytes, page: NcodePage | None = None) -> StrokeFile:
    """Read strokes and trailer; never raises.

    Args:
        page: what the folder says; the trailer's own word counts more.
    """
    trailer = _trailer(data, len(data))
    address = page if trailer is None else trailer[0]
    strokes: list[OfflineStroke] = []
    at, odd_sums = 0, 0
    end = len(data) - (0 if trailer is None else TRAILER_BYTES)
    while data[at : at + 2] == MARK and (size := _stroke_size(data[at:end])):
        raw = data[at : at + size]
        strokes.append(_stroke(raw, address or _NO_PAGE))
        odd_sums += sum(raw[: _HEAD.size - 1]) % 256 != raw[_HEAD.size - 1]
        at += size
    promised = len(strokes) if trailer is None else trailer[1]
    is_damaged = trailer is None or at != end or promised != len(strokes)
    return StrokeFile(address, tuple(strokes), promised, is_damaged, odd_sums)


def trailer_page(tail: bytes, size: int) -> NcodePage | None:
    """Return the page of a file of `size` bytes that ends in `tail`; None for a bad trailer."""
    found = _trailer(tail, size)
    return None if found is None else found[0]


def _trailer(tail: bytes, file_size: int) -> tuple[NcodePage, int] | None:
    """Return page and number of strokes; a trailer that does not fit its file is none."""
    raw = tail[-TRAILER_BYTES:]
    if len(raw) < TRAILER_BYTES:
        return None
    _, _, owner, book, page, _, strokes, size = _TRAILER.unpack_from(raw)
    address = NcodePage(owner >> 24, owner & 0xFFFFFF, book, page)
    if size != file_size - TRAILER_BYTES or not is_plausible(address):
        return None
    return address, strokes


def _stroke_size(data: bytes) -> int:
    """Return the size of the stroke that begins here, 0 where it is cut off."""
    if len(data) < _HEAD.size:
        return 0
    _, _, _, count, dot_bytes, _, _ = _HEAD.unpack_from(data)
    size: int = _HEAD.size + count * dot_bytes
    return size if dot_bytes >= _DOT_BYTES and size <= len(data) else 0


def _stroke(raw: bytes, page: NcodePage) -> OfflineStroke:
    _, down_ms, up_ms, _, dot_bytes, colour, _ = _HEAD.unpack_from(raw)
    dots = tuple(_dot(raw[at : at + _DOT_BYTES]) for at in range(_HEAD.size, len(raw), dot_bytes))
    return OfflineStroke(page, down_ms, up_ms, Tip.NORMAL, colour, dots)


def _dot(data: bytes) -> OfflineDot:
    dot = parse_dot(data)
    return OfflineDot(dot.dt_ms, dot.x, dot.y, dot.force or 0, _UPRIGHT, _UPRIGHT, 0)
