"""The pen's side of Neo version 1, as strict as the notes allow. Shares no code with `neo1`.

It speaks first, asks for a password even where it has none, and deletes what it has sent.
"""

from __future__ import annotations

import struct

from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.plain import PlainDevice

_UNIT_MM = 2.370667
_CORNER_UNITS = 5.357143
_FORCE = 255
_FIRST_WORD_MS = 100  # a port that has just been opened throws away what comes at once
_ATTEMPTS = 10
_CHUNK = 512
_RESEND_MS = 1_000
_COLOUR = bytes((0x10, 0x20, 0x30, 0x01))
_MAX_REQUEST = 64


def frame(command: int, data: bytes = b"") -> bytes:
    """Return a frame."""
    return b"\xc0" + bytes((command,)) + struct.pack("<H", len(data)) + data + b"\xc1"


class Neo1Device(PlainDevice):
    """An N2 after switching on."""

    def __init__(self, options: DeviceOptions) -> None:
        super().__init__(options.page)
        self._options = options
        self._offset_ms = 0
        self._attempts = 0
        self.files: list[bytes] = []
        """Strokes in its own memory, one each, as bytes of its file."""
        self._stroke: list[bytes] = []
        self._begun_ms = 0
        self._last_ms = 0
        self._outgoing: list[bytes] = []  # chunks of the file on its way
        self._sent = 0
        self._sent_ms = 0
        self._reset()

    def _reset(self) -> None:
        self._inbox = bytearray()
        self._came_ms: int | None = None
        self._has_spoken = self._is_answered = self._is_open = False
        self._has_clock = False
        self._outgoing = []
        self.is_streaming = False

    def host_gone(self) -> None:
        """See `Device`."""
        self._reset()

    def tick(self, now_ms: int) -> bytes:
        """See `Device`."""
        if self._came_ms is None:
            self._came_ms = now_ms
        if not self._has_spoken and now_ms - self._came_ms >= _FIRST_WORD_MS:
            self._has_spoken = True
            return self._pen_on(now_ms, 1)
        if self._outgoing and now_ms - self._sent_ms >= _RESEND_MS:
            return self._chunk(now_ms)
        return b""

    def _pen_on(self, now_ms: int, status: int) -> bytes:
        time = self._time(now_ms)
        return frame(0x01, struct.pack("<QBB", time, status, _FORCE) + b"1.38\0")

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """See `Device`."""
        self._inbox += data
        answers = b""
        while len(self._inbox) >= 5:
            length = self._inbox[2] | self._inbox[3] << 8
            if self._inbox[0] != 0xC0 or length > _MAX_REQUEST:
                del self._inbox[0]
                continue
            if len(self._inbox) < length + 5:
                break
            request = bytes(self._inbox[: length + 5])
            if request[-1] != 0xC1:
                del self._inbox[0]
                continue
            del self._inbox[: length + 5]
            answers += self._request(request[1], request[4:-1], now_ms)
        return answers

    def _request(self, command: int, data: bytes, now_ms: int) -> bytes:
        match command, len(data):
            case 0x02, 9:
                self._is_answered = True
                return frame(0x0D, bytes((self._attempts, _ATTEMPTS)))
            case 0x03, 12:
                self._offset_ms = int.from_bytes(data[:8], "little") - now_ms
                self._has_clock = True
                return frame(0x04)
            case 0x0E, 16 if self._is_answered:
                return self._password(data, now_ms)
            case 0x21, 0:
                return self._state(now_ms) if self._is_open else b""
            case _ if self._is_open:
                return self._open_request(command, data, now_ms)
        return b""

    def _password(self, data: bytes, now_ms: int) -> bytes:
        wanted = self._options.password or "0000"
        if data.rstrip(b"\0") == wanted.encode():
            self._is_open = True
            self._attempts = 0
            return self._state(now_ms)
        # The automatic 0000 is no attempt: the pen has just asked for it.
        self._attempts += data.rstrip(b"\0") != b"0000"
        return frame(0x0D, bytes((self._attempts, _ATTEMPTS)))

    def _state(self, now_ms: int) -> bytes:
        head = struct.pack("<BBiQBBBI", 1, 1, 0, self._time(now_ms), _FORCE, 64, 12, 0xFF000000)
        return frame(
            0x25, (head + bytes((1, 1, 2, 1)) + struct.pack("<HH", 20, 2)).ljust(40, b"\0")
        )

    def _open_request(self, command: int, data: bytes, now_ms: int) -> bytes:
        match command:
            case 0x0B:
                self.is_streaming = self._has_clock and data == b"\x03\x00"
                return frame(0x0C)
            case 0x45 if data == b"\0":
                books = bytes((1,)) + struct.pack("<I", self._options.book) if self.files else b"\0"
                return frame(0x46, b"\x01" + self._owner() + books)
            case 0x47 if len(data) == 45 and data[:4] == self._owner():
                return self._announce()
            case 0x42 if data == b"\x01\x00" and self._outgoing:
                return self._chunk(now_ms)
            case 0x44 if data == struct.pack("<H", self._sent):
                return self._acknowledged(now_ms)
        return b""

    def _owner(self) -> bytes:
        return struct.pack("<I", self._options.section << 24 | self._options.owner)

    def file(self) -> bytes:
        """Return what it has stored as the file of one page."""
        body = b"".join(self.files)
        page = struct.pack("<II", self._options.book, self.page)
        counts = struct.pack("<III", 0, len(self.files), len(body))
        trailer = b"1.38\0\x01" + self._owner() + page + counts
        trailer = trailer.ljust(63, b"\0")
        return body + trailer + bytes((sum(trailer) % 256,))

    def _announce(self) -> bytes:
        if not self.files:
            return frame(0x49, bytes(8))
        data = self.file()
        self._outgoing = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
        self._sent = 0
        info = struct.pack("<IHH", len(data), len(self._outgoing), _CHUNK)
        return frame(0x49, struct.pack("<II", 1, len(data))) + frame(
            0x41, b"page.data".ljust(128, b"\0") + info
        )

    def _chunk(self, now_ms: int) -> bytes:
        self._sent_ms = now_ms
        data = self._outgoing[0]
        return frame(0x43, struct.pack("<HB", self._sent, sum(data) % 256) + data)

    def _acknowledged(self, now_ms: int) -> bytes:
        del self._outgoing[:1]
        self._sent += 1
        if self._outgoing:
            return self._chunk(now_ms)
        self.files.clear()
        self.memory.deletes += 1
        return frame(0x48, b"\x01")

    def _time(self, now_ms: int) -> int:
        return now_ms + self._offset_ms

    def pen_down(self, now_ms: int) -> bytes:
        """See `Device`."""
        self._last_ms = self._begun_ms = now_ms
        self._stroke = []
        if not self.is_streaming:
            return b""
        page = self._owner() + struct.pack("<II", self._options.book, self.page)
        return self._up_down(now_ms, 0) + frame(0x15, page)

    def _up_down(self, now_ms: int, state: int) -> bytes:
        return frame(0x16, struct.pack("<QB", self._time(now_ms), state) + _COLOUR)

    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """See `Device`."""
        dt = min(max(now_ms - self._last_ms, 0), 255)
        self._last_ms = now_ms
        x, y = (max(round((mm / _UNIT_MM + _CORNER_UNITS) * 100), 0) for mm in (x_mm, y_mm))
        steps = min(max(round(force * _FORCE), 1), _FORCE)
        dot = struct.pack("<BHHBBB", dt, x // 100, y // 100, x % 100, y % 100, steps)
        if self.is_streaming:
            return frame(0x11, dot)
        self._stroke.append(dot)
        return b""

    def pen_up(self, now_ms: int) -> bytes:
        """See `Device`."""
        if self.is_streaming:
            return self._up_down(now_ms, 1)
        times = struct.pack("<QQ", self._time(self._begun_ms), self._time(now_ms))
        head = b"LN" + times + struct.pack("<IBI", len(self._stroke), 8, 0xFF000000)
        self.files.append(head + bytes((sum(head) % 256,)) + b"".join(self._stroke))
        return b""

    def sleep(self, now_ms: int) -> bytes:
        """Say that it falls asleep; what is written goes into its memory."""
        self.is_streaming = False
        return self._pen_on(now_ms, 2)

    def wake(self, now_ms: int) -> bytes:
        """Say that it is awake. It wants all to be said anew: greeting, password, clock, notes."""
        self._is_answered = self._is_open = self._has_clock = False
        return self._pen_on(now_ms, 3)

    def power_off(self, reason: int) -> bytes:
        """See `Device`."""
        del reason
        return self._pen_on(self._last_ms, 0)
