"""Frame ⇄ one frozen dataclass per packet (pen/PROTOCOL 4, 6 and 7).

All integers little-endian. Both live event families give the same packets: the old one has no event
counter and, for some dots, no force, tilt or twist, which are None then.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from pen_driver.address import NcodeBook
from pen_driver.commands import SettingName, SettingValue
from pen_driver.neo import offline_packets as offline
from pen_driver.neo.framing import Frame, encode_frame
from pen_driver.neo.setting_values import read_values

_U16 = struct.Struct("<H")
_U64 = struct.Struct("<Q")
_PAGE = struct.Struct("<III")
_DOT = struct.Struct("<BHHHBBBBH")  # dt, force, x, y, fx, fy, tilt x, tilt y, twist
_PLAIN_DOT = struct.Struct("<BHHBB")  # dt, x, y, fx, fy
_SMALL_DOT = struct.Struct("<BBBBB")
_DOWN = struct.Struct("<QBI")  # time, tip, colour
_UP = struct.Struct("<QH")  # time, dots

DEFAULT_FORCE_STEPS = 852  # PROTOCOL 6.4: a pen that says 0 means 852


class Command(IntEnum):
    """Host requests; the answer to each has bit 80 set."""

    VERSION = 0x01
    PASSWORD = 0x02
    CHANGE_PASSWORD = 0x03
    SETTINGS = 0x04
    CHANGE_SETTING = 0x05
    USING_NOTES = 0x11


_ANSWER = 0x80
SETTING_CLOCK = 1
_FIND_PEN = 16


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """Answer 81; `device_type` 1 is a pen. `mac` most significant byte first.

    Attributes:
        sensor: of pressure, 0 FSR, 1 FSC, None where the pen does not say.
    """

    model: str
    firmware: str
    protocol: str
    sub_name: str
    device_type: int
    mac: bytes
    sensor: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Answer 84. `clock_ms`: Unix time on the pen's clock; `values`: what can be changed."""

    is_locked: bool
    attempts_allowed: int
    attempts_used: int
    clock_ms: int
    force_steps: int
    has_hover: bool
    battery_percent: int
    is_charging: bool
    memory_percent: int = 0
    values: tuple[tuple[SettingName, SettingValue], ...] = ()


PASSWORD_WIPED = 2


@dataclass(frozen=True, slots=True)
class PasswordStatus:
    """Answer 82; the frame's own result says nothing, only status 1 means accepted.

    Attributes:
        status: 0 wrong or still needed, 1 accepted, 2 limit reached and pen wiped, 3 other error.
    """

    is_accepted: bool
    attempts_used: int
    attempts_allowed: int
    status: int = 0


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """Answer 83. `status`: 0 done, 1 old one wrong, 2 reset, 3 error; unlike in answer 82."""

    attempts_used: int
    attempts_allowed: int
    status: int


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """Answer 85; `setting` is 0 where the pen leaves it out."""

    setting: int
    status: int


@dataclass(frozen=True, slots=True)
class NotesAccepted:
    """Answer 91 with result 0: live ink is on."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Any answer with a result other than 0; `command` is that of the request."""

    command: int
    result: int


@dataclass(frozen=True, slots=True)
class Down:
    """69, or 63 with state 0."""

    counter: int | None
    time_ms: int
    tip: int
    colour_argb: int


@dataclass(frozen=True, slots=True)
class Up:
    """6A, or 63 with state 1. `dots`: how many the pen made, None in the old family."""

    counter: int | None
    time_ms: int
    dots: int | None


@dataclass(frozen=True, slots=True)
class PageId:
    """6B or 64."""

    counter: int | None
    section: int
    owner: int
    book: int
    page: int


@dataclass(frozen=True, slots=True)
class Dot:
    """6C, 65, 66 or 67. x, y in Ncode units; tilt 0..180, 90 upright; twist 0..359."""

    counter: int | None
    dt_ms: int
    force: int | None
    x: float
    y: float
    tilt_x: int | None
    tilt_y: int | None
    twist: int | None


@dataclass(frozen=True, slots=True)
class ImageError:
    """6D or 68: a camera frame that could not be read; its `dt_ms` still passes.

    Attributes:
        code: the camera's own error number, None where not sent.
        errors: how many frames this stands for, at least 1.
    """

    counter: int | None
    dt_ms: int
    code: int | None = None
    errors: int = 1


@dataclass(frozen=True, slots=True)
class Hover:
    """6F (from 2.18). It has no counter."""

    dt_ms: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LowBattery:
    """61."""

    percent: int


@dataclass(frozen=True, slots=True)
class PowerOff:
    """62; `reason` unknown values are kept as numbers."""

    reason: int


@dataclass(frozen=True, slots=True)
class Raw:
    """A command that we do not decode."""

    command: int
    result: int | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Malformed:
    """A command that we know, with less data than it must have."""

    command: int
    length: int


LivePacket: TypeAlias = Down | Up | PageId | Dot | ImageError | Hover
Answer: TypeAlias = (
    VersionInfo
    | Settings
    | PasswordStatus
    | PasswordChanged
    | SettingChanged
    | NotesAccepted
    | Refused
    | offline.OfflineAnswer
)
Packet: TypeAlias = LivePacket | Answer | offline.Chunk | LowBattery | PowerOff | Raw | Malformed


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("ascii", "replace")


def _version(data: bytes) -> Packet:
    return VersionInfo(
        model=_text(data[0:16]),
        firmware=_text(data[16:32]),
        protocol=_text(data[32:40]),
        sub_name=_text(data[40:56]),
        device_type=_U16.unpack_from(data, 56)[0],
        mac=data[58:64],
        sensor=data[64] if len(data) > 64 else None,
    )


def _settings(data: bytes) -> Packet:
    return Settings(
        is_locked=data[0] != 0,
        attempts_allowed=data[1],
        attempts_used=data[2],
        clock_ms=_U64.unpack_from(data, 3)[0],
        force_steps=_U16.unpack_from(data, 13)[0] or DEFAULT_FORCE_STEPS,
        has_hover=data[19] == 1,
        battery_percent=min(data[20] & 0x7F, 100),
        is_charging=bool(data[20] & 0x80),
        memory_percent=min(data[15], 100),
        values=read_values(data),
    )


def _password(data: bytes) -> Packet:
    return PasswordStatus(data[0] == 1, data[1], data[2], status=data[0])


def _password_changed(data: bytes) -> Packet:
    # Before 2.15 there is no status: the frame's result has said that it is done.
    return PasswordChanged(data[0], data[1], status=data[2] if len(data) > 2 else 0)


def _image_error(counter: int | None, data: bytes) -> Packet:
    # dt, force u16, brightness, exposure, processing, labels u16, code, class, count
    code = data[8] if len(data) > 8 else None
    return ImageError(counter, data[0], code, max(data[10], 1) if len(data) > 10 else 1)


def _setting_changed(data: bytes) -> Packet:
    return SettingChanged(
        setting=data[0] if data else 0,
        status=data[1] if len(data) > 1 else 0,
    )


def _page(counter: int | None, data: bytes) -> Packet:
    owner, book, page = _PAGE.unpack_from(data)
    return PageId(counter, section=owner >> 24, owner=owner & 0xFFFFFF, book=book, page=page)


def _dot(counter: int | None, data: bytes) -> Packet:
    dt, force, x, y, fx, fy, tilt_x, tilt_y, twist = _DOT.unpack_from(data)
    return Dot(counter, dt, force, x + fx / 100, y + fy / 100, tilt_x, tilt_y, twist)


def _dot_without_force(layout: struct.Struct) -> Callable[[bytes], Packet]:
    def parse(data: bytes) -> Packet:
        dt, x, y, fx, fy = layout.unpack_from(data)
        return Dot(None, dt, None, x + fx / 100, y + fy / 100, None, None, None)

    return parse


def _hover(data: bytes) -> Packet:
    dt, x, y, fx, fy = _PLAIN_DOT.unpack_from(data)
    return Hover(dt, x + fx / 100, y + fy / 100)


def _down(counter: int | None, data: bytes) -> Packet:
    return Down(counter, *_DOWN.unpack_from(data))


def _old_up_down(data: bytes) -> Packet:
    if data[0] == 0:
        return _down(None, data[1:])
    return Up(None, _U64.unpack_from(data, 1)[0], None)


def _up(data: bytes) -> Packet:
    return Up(data[0], *_UP.unpack_from(data, 1))


# command: (least length of the data, parser)
_PARSERS: dict[int, tuple[int, Callable[[bytes], Packet]]] = {
    Command.VERSION | _ANSWER: (64, _version),
    Command.SETTINGS | _ANSWER: (23, _settings),
    Command.PASSWORD | _ANSWER: (3, _password),
    Command.CHANGE_PASSWORD | _ANSWER: (2, _password_changed),
    Command.CHANGE_SETTING | _ANSWER: (0, _setting_changed),
    Command.USING_NOTES | _ANSWER: (0, lambda _: NotesAccepted()),
    offline.OfflineCommand.BOOKS | _ANSWER: (2, offline.parse_books),
    offline.OfflineCommand.PAGES | _ANSWER: (10, offline.parse_pages),
    offline.OfflineCommand.FETCH | _ANSWER: (8, offline.parse_announcement),
    offline.OfflineCommand.DELETE | _ANSWER: (1, offline.parse_deleted),
    offline.OfflineCommand.INFO | _ANSWER: (48, offline.parse_info),
    0x24: (18, offline.parse_chunk),
    0x61: (1, lambda data: LowBattery(min(data[0], 100))),
    0x62: (1, lambda data: PowerOff(data[0])),
    0x63: (14, _old_up_down),
    0x64: (12, lambda data: _page(None, data)),
    0x65: (13, lambda data: _dot(None, data)),
    0x66: (7, _dot_without_force(_PLAIN_DOT)),
    0x67: (5, _dot_without_force(_SMALL_DOT)),
    0x68: (9, lambda data: _image_error(None, data)),
    0x69: (14, lambda data: _down(data[0], data[1:])),
    0x6A: (11, _up),
    0x6B: (13, lambda data: _page(data[0], data[1:])),
    0x6C: (14, lambda data: _dot(data[0], data[1:])),
    0x6D: (2, lambda data: _image_error(data[0], data[1:])),
    0x6F: (7, _hover),
}


def parse_packet(frame: Frame) -> Packet:
    """Return what the frame says; never raises."""
    if frame.result:
        return Refused(frame.command & ~_ANSWER, frame.result)
    known = _PARSERS.get(frame.command)
    if known is None:
        return Raw(frame.command, frame.result, frame.data)
    least, parse = known
    if len(frame.data) < least:
        return Malformed(frame.command, len(frame.data))
    return parse(frame.data)


def version_request(app_version: str, protocol: str) -> bytes:
    """Return request 01 (6.1). `protocol` is the highest version that the host speaks."""
    data = bytes(16) + b"\x12\x01" + _fixed(app_version, 16) + _fixed(protocol, 8)
    return encode_frame(Command.VERSION, data)


def settings_request() -> bytes:
    """Return request 04 (6.4)."""
    return encode_frame(Command.SETTINGS)


def password_request(password: str) -> bytes:
    """Return request 02 (6.2). `password`: ASCII, at most 16 characters."""
    return encode_frame(Command.PASSWORD, _fixed(password, 16))


def clock_request(unix_ms: int) -> bytes:
    """Return request 05 of type 1 (6.5): set the pen's clock, UTC milliseconds."""
    return encode_frame(Command.CHANGE_SETTING, bytes((SETTING_CLOCK,)) + _U64.pack(unix_ms))


def setting_request(data: bytes) -> bytes:
    """Return request 05 around `data`, made by `setting_values.encode_change`."""
    return encode_frame(Command.CHANGE_SETTING, data)


def find_pen_request() -> bytes:
    """Return request 05 of type 16: beep and flash."""
    return encode_frame(Command.CHANGE_SETTING, bytes((_FIND_PEN, 0)))


def change_password_request(old: str, new: str | None) -> bytes:
    """Return request 03 (6.3); `new` None switches the password off."""
    data = bytes((new is not None,)) + _fixed(old, 16) + _fixed(new or "", 16)
    return encode_frame(Command.CHANGE_PASSWORD, data)


def notes_request(books: tuple[NcodeBook, ...] | None) -> bytes:
    """Return request 11 (6.7): live ink of these books, of all (None), of none (empty)."""
    if books is None:
        return encode_frame(Command.USING_NOTES, b"\xff\xff")
    packed = b"".join(offline.pack_book(book) for book in books)
    return encode_frame(Command.USING_NOTES, _U16.pack(len(books)) + packed)


def _fixed(text: str, size: int) -> bytes:
    return text.encode("ascii", "replace")[:size].ljust(size, b"\0")
