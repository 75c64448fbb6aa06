"""The pen's side of Neo protocol version 2: answers to the host, and frames for what it writes.

Shares no code with `pen_driver.neo`, so that a mistake there cannot hide behind the same mistake
here. Pure: bytes and values in, bytes out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_STX, _ETX, _DLE = 0xC0, 0xC1, 0x7D
_UNIT_MM = 2.370667
_CORNER_UNITS = 5.357143  # half an inch, as on the maker's A4 sheets
_COLOUR = 0xFF000000
_MAX_REQUEST = 4096

_OK, _NOT_PERMITTED, _WRONG_LENGTH, _UNKNOWN = 0, 2, 4, 5


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """What kind of pen this is.

    Attributes:
        password: locked with it; None for an open pen.
        old_events: use the family without counters whatever the host speaks.
    """

    model: str = "NWP-F51"
    firmware: str = "1.04.0036"
    protocol: str = "2.18"
    mac: bytes = bytes.fromhex("9C7BD200A17E")
    force_max: int = 852
    password: str | None = None
    old_events: bool = False
    section: int = 3
    owner: int = 27
    book: int = 604
    page: int = 1


def wrap(body: bytes) -> bytes:
    """Return a frame around an un-stuffed body."""
    stuffed = body.replace(b"\x7d", b"\x7d\x5d").replace(b"\xc0", b"\x7d\xe0")
    return b"\xc0" + stuffed.replace(b"\xc1", b"\x7d\xe1") + b"\xc1"


class NeoDevice:
    """A pen after switching on. Silent until the host has asked for the version."""

    def __init__(self, options: DeviceOptions) -> None:
        self._options = options
        self.page = options.page
        self._inbox = bytearray()
        self._is_open_frame = False
        self._attempts = 0
        self._reset()

    def _reset(self) -> None:
        self._greeted = False
        self._unlocked = self._options.password is None
        self._clock_set = False
        self._offset_ms: int | None = None
        self.is_streaming = False
        self._old_events = self._options.old_events
        self._counter = 0
        self._dots = 0
        self._last_ms = 0

    def host_gone(self) -> None:
        """The link is down: the next host starts with the version again."""
        self._inbox.clear()
        self._is_open_frame = False
        self._reset()

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return the answers to what the host sent; `now_ms` on the pen's own running clock."""
        answers = b""
        for byte in data:
            if byte == _STX:
                self._inbox.clear()
                self._is_open_frame = True
            elif byte == _ETX and self._is_open_frame:
                self._is_open_frame = False
                answers += self._request(_unstuff(bytes(self._inbox)), now_ms)
            elif self._is_open_frame and len(self._inbox) < _MAX_REQUEST:
                self._inbox.append(byte)
        return answers

    def _request(self, body: bytes, now_ms: int) -> bytes:
        if len(body) < 3:
            return b""
        command, length = struct.unpack_from("<BH", body)
        data = body[3:]
        if command == 0x01 and length == len(data) == 42:
            return self._hello(data)
        if not self._greeted:
            return b""
        if length != len(data):
            return _answer(command, b"", _WRONG_LENGTH)
        match command:
            case 0x02:
                return self._password(data)
            case 0x04:
                return self._settings(now_ms)
            case 0x05:
                return self._change(data, now_ms)
            case 0x11:
                return self._using_notes(data)
            case _:
                return _answer(command, b"", _UNKNOWN)

    def _hello(self, data: bytes) -> bytes:
        self._reset()
        self._greeted = True
        spoken = data[34:42].split(b"\0")[0].decode("ascii", "replace")
        major, _, minor = spoken.partition(".")
        is_old_host = major.isdigit() and minor.isdigit() and (int(major), int(minor)) < (2, 12)
        self._old_events = self._options.old_events or is_old_host
        options = self._options
        return _answer(
            0x01,
            struct.pack(
                "<16s16s8s16sH6sB",
                options.model.encode(),
                options.firmware.encode(),
                options.protocol.encode(),
                b"Neosmartpen_M1+",
                1,
                options.mac,
                1,
            ),
        )

    def _password(self, data: bytes) -> bytes:
        if (
            self._options.password is None
            or data.rstrip(b"\0").decode("ascii", "replace") == self._options.password
        ):
            self._unlocked = True
            self._attempts = 0
        elif not self._unlocked:
            self._attempts += 1
        return _answer(0x02, bytes((self._unlocked, self._attempts, 10)))

    def _settings(self, now_ms: int) -> bytes:
        head = struct.pack(
            "<BBBQHHB",
            not self._unlocked,
            10,
            self._attempts,
            self._time(now_ms),
            20,
            self._options.force_max,
            12,
        )
        flags = bytes((1, 1, 1, 0, 0x80 | 64, 1, 2, 0, 0))
        return _answer(0x04, (head + flags + b"Virtual pen").ljust(64, b"\0"))

    def _change(self, data: bytes, now_ms: int) -> bytes:
        if not self._unlocked:
            return _answer(0x05, b"", _NOT_PERMITTED)
        if len(data) == 9 and data[0] == 1:
            self._offset_ms = struct.unpack_from("<Q", data, 1)[0] - now_ms
            self._clock_set = True
        return _answer(0x05, bytes((data[0] if data else 0, 0)))

    def _using_notes(self, data: bytes) -> bytes:
        if not (self._unlocked and self._clock_set):
            return _answer(0x11, b"", _NOT_PERMITTED)
        self.is_streaming = data == b"\xff\xff" or self._names_our_book(data)
        return _answer(0x11, b"")

    def _names_our_book(self, data: bytes) -> bool:
        ours = (self._options.section << 24 | self._options.owner, self._options.book)
        notes = list(struct.iter_unpack("<II", data[2 : 2 + (len(data) - 2) // 8 * 8]))
        return any(owner == ours[0] and book in (ours[1], 0xFFFFFFFF) for owner, book in notes)

    def _time(self, now_ms: int) -> int:
        """The pen's calendar; before it is set it stands at the turn of 1970."""
        return 0 if self._offset_ms is None else now_ms + self._offset_ms

    def pen_down(self, now_ms: int) -> bytes:
        """Frames for touching the paper: pen down, then the page id."""
        self._dots = 0
        self._last_ms = now_ms
        options = self._options
        down = struct.pack("<QBI", self._time(now_ms), 0, _COLOUR)
        owner = options.section << 24 | options.owner
        page = struct.pack("<III", owner, options.book, self.page)
        if self._old_events:
            return _event(0x63, b"\0" + down) + _event(0x64, page)
        return _event(0x69, self._count() + down) + _event(0x6B, self._count() + page)

    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """Frame for one dot; `force` 0..1, and a pen on paper never measures less than 1 step."""
        # A gap above 255 ms has no form on the wire; the pen says 255.
        dt = min(max(now_ms - self._last_ms, 0), 255)
        self._last_ms = now_ms
        self._dots += 1
        x, y = _units(x_mm), _units(y_mm)
        steps = min(max(round(force * self._options.force_max), 1), self._options.force_max)
        body = struct.pack("<BHHHBBBBH", dt, steps, x // 100, y // 100, x % 100, y % 100, 90, 90, 0)
        return _event(0x65, body) if self._old_events else _event(0x6C, self._count() + body)

    def pen_up(self, now_ms: int) -> bytes:
        """Frame for leaving the paper."""
        time = self._time(now_ms)
        if self._old_events:
            return _event(0x63, b"\1" + struct.pack("<QBI", time, 0, _COLOUR))
        dots = self._dots
        return _event(0x6A, self._count() + struct.pack("<Q5H", time, *(dots,) * 5))

    def power_off(self, reason: int) -> bytes:
        """Frame that says good-bye."""
        return _event(0x62, bytes((reason,)))

    def _count(self) -> bytes:
        counter = self._counter
        self._counter = (counter + 1) % 256
        return bytes((counter,))


def _units(mm: float) -> int:
    """Hundredths of an Ncode unit, kept inside the pattern of section 3."""
    return min(max(round((mm / _UNIT_MM + _CORNER_UNITS) * 100), 0), 102_399)


def _unstuff(stuffed: bytes) -> bytes:
    first, *rest = stuffed.split(bytes((_DLE,)))
    return first + b"".join(bytes((part[0] ^ 0x20,)) + part[1:] for part in rest if part)


def _event(command: int, data: bytes) -> bytes:
    return wrap(struct.pack("<BH", command, len(data)) + data)


def _answer(command: int, data: bytes, result: int = _OK) -> bytes:
    return wrap(struct.pack("<BBH", command | 0x80, result, len(data)) + data)
