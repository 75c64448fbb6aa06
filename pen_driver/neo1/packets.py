"""Frame ⇄ values, version 1 (pen/PROTOCOL 13).

Ink gives the same packets as version 2 of the protocol, without counters and tilt, so that one
stroke machine serves both.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from pen_driver.address import NcodeBook
from pen_driver.commands import SettingName, SettingValue
from pen_driver.neo.packets import Dot as Dot  # noqa: PLC0414 — of this version too
from pen_driver.neo.packets import Down as Down  # noqa: PLC0414
from pen_driver.neo.packets import PageId as PageId  # noqa: PLC0414
from pen_driver.neo.packets import Up as Up  # noqa: PLC0414
from pen_driver.neo1.framing import Frame, encode_frame

_DOT = struct.Struct("<BHHBBB")  # dt, x, y, fx, fy, force
_PAGE = struct.Struct("<III")
_ON = struct.Struct("<QBB5s")
# version, status, timezone, time, force max, battery, memory, colour, 4 flags, auto-off time,
# sensitivity
_STATE = struct.Struct("<BBiQBBBI4BHH")
_FILE = struct.Struct("<128sIHH")
_CHUNK = struct.Struct("<HB")
_U32 = struct.Struct("<I")

FORCE_STEPS = 255
_FLAG_OFF = 2


class Status(IntEnum):
    """What a "pen on" message tells."""

    OFF = 0
    ON = 1
    SLEEP = 2
    WAKE = 3


@dataclass(frozen=True, slots=True)
class PenOn:
    """01: the pen's first word. `clock_ms`: Unix time on the pen's clock."""

    clock_ms: int
    status: int
    force_steps: int
    firmware: str


@dataclass(frozen=True, slots=True)
class PasswordWanted:
    """0D, of an unlocked pen too."""

    attempts_used: int
    attempts_allowed: int


@dataclass(frozen=True, slots=True)
class PenState:
    """25: the answer to a status request, and what a pen says when it is unlocked."""

    clock_ms: int
    force_steps: int
    battery_percent: int
    memory_percent: int
    settings: tuple[tuple[SettingName, SettingValue], ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """04, 06, 0A, 0C, 29, 2B, 2D, 2F; `request` is the command that it answers."""

    request: int
    is_ok: bool


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """10: 0 done, 1 the old one is wrong, 2 bad format."""

    result: int


@dataclass(frozen=True, slots=True)
class BookList:
    """46: books of one owner; `is_last`: no further part follows."""

    is_last: bool
    books: tuple[NcodeBook, ...]


@dataclass(frozen=True, slots=True)
class FetchStart:
    """49: what follows after a fetch request."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class FileInfo:
    """41."""

    name: str
    size: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """43; `is_whole`: its checksum is right."""

    index: int
    data: bytes
    is_whole: bool


@dataclass(frozen=True, slots=True)
class FetchEnd:
    """48."""

    is_complete: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command that we do not decode."""

    command: int


Ink: TypeAlias = Down | Up | PageId | Dot
Offline: TypeAlias = BookList | FetchStart | FileInfo | Chunk | FetchEnd
Packet: TypeAlias = (
    Ink | Offline | PenOn | PasswordWanted | PenState | Accepted | PasswordChanged | Unknown
)


def text_of(data: bytes) -> str:
    """Return the ASCII text before the first zero."""
    return data.split(b"\0", 1)[0].decode("ascii", "replace")


def parse_dot(data: bytes) -> Dot:
    """Read the 8 bytes of a dot, on the wire or in a file."""
    dt, x, y, fx, fy, force = _DOT.unpack_from(data)
    return Dot(None, dt, force, x + fx / 100, y + fy / 100, None, None, None)


def parse_page(data: bytes) -> PageId:
    """Read the 12 bytes of a page id."""
    owner, book, page = _PAGE.unpack_from(data)
    return PageId(None, section=owner >> 24, owner=owner & 0xFFFFFF, book=book, page=page)


def parse_up_down(data: bytes) -> Packet:
    """Read 12 or 13 bytes of an up or down message."""
    time_ms = int.from_bytes(data[:8], "little")
    if data[8] == 1:
        return Up(None, time_ms, None)
    red, green, blue = data[9:12]
    return Down(None, time_ms, 0, 0xFF000000 | red << 16 | green << 8 | blue)


def parse_state(data: bytes) -> PenState:
    """Read the 40 or more bytes of a pen's state."""
    fields = _STATE.unpack_from(data)
    auto_on, _, hover, beep, auto_off, sensitivity = fields[8:14]
    return PenState(
        clock_ms=fields[3],
        force_steps=fields[4] or FORCE_STEPS,
        battery_percent=min(fields[5], 100),
        memory_percent=min(fields[6], 100),
        settings=(
            (SettingName.AUTO_ON, int(auto_on != _FLAG_OFF)),
            (SettingName.HOVER, int(hover != _FLAG_OFF)),
            (SettingName.BEEP, int(beep != _FLAG_OFF)),
            (SettingName.AUTO_OFF_MINUTES, auto_off),
            (SettingName.SENSITIVITY, sensitivity),
        ),
    )


def parse_book_list(data: bytes) -> BookList:
    """Read status, owner, count and as many books as there are."""
    owner = _U32.unpack_from(data, 1)[0]
    count = min(data[5], (len(data) - 6) // 4)
    numbers = struct.unpack_from(f"<{count}I", data, 6)
    return BookList(
        data[0] == 1, tuple(NcodeBook(owner >> 24, owner & 0xFFFFFF, book) for book in numbers)
    )


def parse_fetch_start(data: bytes) -> FetchStart:
    """Read files and bytes of what will follow."""
    return FetchStart(*struct.unpack_from("<II", data))


def parse_fetch_end(data: bytes) -> FetchEnd:
    """Read how the transfer ended."""
    return FetchEnd(data[0] == 1)


def _on(data: bytes) -> Packet:
    clock_ms, status, force_steps, firmware = _ON.unpack(data)
    return PenOn(clock_ms, status, force_steps or FORCE_STEPS, text_of(firmware))


def _file_info(data: bytes) -> Packet:
    name, size, chunks, _ = _FILE.unpack(data)
    return FileInfo(text_of(name), size, chunks)


def _chunk(data: bytes) -> Packet:
    index, checksum = _CHUNK.unpack_from(data)
    body = data[_CHUNK.size :]
    return Chunk(index, body, sum(body) % 256 == checksum)


def _accepted(request: int) -> Callable[[bytes], Packet]:
    return lambda data: Accepted(request, is_ok=not data or data[0] == 1)


_PARSERS: dict[int, Callable[[bytes], Packet]] = {
    0x01: _on,
    0x04: lambda _: Accepted(0x03, is_ok=True),
    0x06: _accepted(0x05),
    0x0A: _accepted(0x09),
    0x0C: lambda _: Accepted(0x0B, is_ok=True),
    0x0D: lambda data: PasswordWanted(data[0], data[1]),
    0x10: lambda data: PasswordChanged(data[0]),
    0x11: parse_dot,
    0x13: parse_up_down,
    0x15: parse_page,
    0x16: parse_up_down,
    0x25: parse_state,
    0x29: _accepted(0x28),
    0x2B: _accepted(0x2A),
    0x2D: _accepted(0x2C),
    0x2F: _accepted(0x2E),
    0x41: _file_info,
    0x43: _chunk,
    0x46: parse_book_list,
    0x48: parse_fetch_end,
    0x49: parse_fetch_start,
}


def parse_packet(frame: Frame) -> Packet:
    """Return what a frame says; lengths have been checked by the decoder, so it never raises."""
    parse = _PARSERS.get(frame.command)
    return Unknown(frame.command) if parse is None else parse(frame.data)


def on_answer(unix_ms: int) -> bytes:
    """Return 02, the answer to the pen's first word."""
    return encode_frame(0x02, struct.pack("<QB", unix_ms, 0))


def clock_request(unix_ms: int, offset_ms: int) -> bytes:
    """Return 03; `offset_ms` is local time minus UTC."""
    return encode_frame(0x03, struct.pack("<Qi", unix_ms, offset_ms))


def password_answer(password: str) -> bytes:
    """Return 0E."""
    return encode_frame(0x0E, password_field(password))


def password_change(old: str, new: str) -> bytes:
    """Return 0F."""
    return encode_frame(0x0F, password_field(old) + password_field(new))


def password_field(password: str) -> bytes:
    """Return a password as 16 bytes."""
    return password.encode("ascii", "replace")[:16].ljust(16, b"\0")


def status_request() -> bytes:
    """Return 21."""
    return encode_frame(0x21)


def notes_request(books: tuple[NcodeBook, ...] | None) -> bytes:
    """Return 0B for these books, None for all."""
    if books is None:
        return encode_frame(0x0B, b"\x03\x00")
    pairs = b"".join(pack_book(book) for book in books[:255])
    return encode_frame(0x0B, bytes((1, min(len(books), 255))) + pairs)


def pack_book(book: NcodeBook) -> bytes:
    """Return owner with section, then the book: 8 bytes."""
    return struct.pack("<II", book.section << 24 | book.owner, book.book)


# A change of setting: command, and the size of its value. Sources do not say how a switch is turned
# off; the status says 2 for off, and 0 is what every other message of this protocol has for no.
_SETTING_REQUESTS: dict[SettingName, tuple[int, int, int]] = {
    SettingName.HOVER: (0x05, 1, 1),
    SettingName.AUTO_OFF_MINUTES: (0x09, 2, 0xFFFF),
    SettingName.LED_ARGB: (0x28, 4, 0xFFFFFFFF),
    SettingName.AUTO_ON: (0x2A, 1, 1),
    SettingName.SENSITIVITY: (0x2C, 2, 4),
    SettingName.BEEP: (0x2E, 1, 1),
}
SETTINGS = frozenset(_SETTING_REQUESTS)
NOTES_COMMAND = 0x0B


def command_of(name: SettingName) -> int:
    """Return the command that changes a setting of `SETTINGS`."""
    return _SETTING_REQUESTS[name][0]


def setting_request(name: SettingName, value: SettingValue) -> bytes | None:
    """Return the request that changes one setting, None where the value is out of range."""
    command, size, largest = _SETTING_REQUESTS[name]
    if not isinstance(value, int) or not 0 <= value <= largest:
        return None
    return encode_frame(command, value.to_bytes(size, "little"))


def list_request() -> bytes:
    """Return 45."""
    return encode_frame(0x45, b"\0")


def take_request(book: NcodeBook) -> bytes:
    """Return 47: send this book and delete it."""
    owner, number = pack_book(book)[:4], pack_book(book)[4:]
    return encode_frame(0x47, owner + b"\x01" + number + bytes(36))


def file_answer() -> bytes:
    """Return 42: go on with the chunks."""
    return encode_frame(0x42, b"\x01\x00")


def chunk_answer(index: int) -> bytes:
    """Return 44: this chunk is here."""
    return encode_frame(0x44, index.to_bytes(2, "little"))
