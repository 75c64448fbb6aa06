"""The pen's side of Neo protocol version 2: answers to the host, and frames for what it writes.

Shares no code with `pen_driver.neo`, so that a mistake there cannot hide behind the same mistake
here. Pure: bytes and values in, bytes out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pen_driver.virtual.memory import ALL, Book, Memory, StoredStroke
from pen_driver.virtual.settings import DeviceSettings
from pen_driver.virtual.wire import answer, event, unstuff
from pen_driver.virtual.wire import wrap as wrap  # noqa: PLC0414 — offered from here too

_STX, _ETX = 0xC0, 0xC1
_UNIT_MM = 2.370667
_CORNER_UNITS = 5.357143  # half an inch, as on the maker's A4 sheets
_COLOUR = 0xFF000000
_MAX_REQUEST = 4096
_PASSWORD_LIMIT = 10
_CLOCK, _DELETE_AFTER = 1, 1
# A chunk tells its size in 16 bits and holds whole strokes: a longer one is stored in parts.
_MOST_STORED_DOTS = 4000
_ONLY_SIZE = 0
_NEW_EVENTS, _HOVER_EVENT = (2, 12), (2, 18)

_NOT_PERMITTED, _WRONG_LENGTH, _UNKNOWN = 2, 4, 5


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """What kind of pen this is.

    Attributes:
        protocol: before 2.18 its hover is plain dots outside a stroke.
        hover: switched on by an earlier host.
        password: locked with it; None for an open pen.
        old_events: use the family without counters whatever the host speaks.
        clock_ms: what its clock says when it is switched on; None: never set, it stands at 0.
        drift_ppm: how much faster than real time its clock runs.
        chunk_bytes: most stored ink in one chunk, before compression.
        bad_chunks: so many chunks go out damaged, and come right when asked for again.
        off_in_chunk: the battery gives out in the middle of this chunk (from 1), once; 0 never.
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
    clock_ms: int | None = None
    drift_ppm: float = 0.0
    chunk_bytes: int = 2000
    bad_chunks: int = 0
    off_in_chunk: int = 0
    hover: bool = False


class NeoDevice:
    """A pen after switching on. Silent until the host has asked for the version.

    What is written while no host takes it goes into `memory`, and stays there over host after
    host until one has it deleted.

    Attributes:
        is_off: the battery has given out; `power_on` brings it back.
        wipes: how often ten wrong passwords have emptied it.
    """

    def __init__(self, options: DeviceOptions) -> None:
        self._options = options
        self.page = options.page
        self.memory = Memory(options.chunk_bytes)
        self.settings = DeviceSettings(options.hover)
        self.is_off = False
        self.wipes = 0
        self._password_set = options.password
        self._inbox = bytearray()
        self._is_open_frame = False
        self._attempts = 0
        self._clock: tuple[int, int] | None = None  # its calendar, and at which moment
        if options.clock_ms is not None:
            self._clock = (options.clock_ms, 0)
        self._storing: StoredStroke | None = None
        self._bad_chunks = options.bad_chunks
        self._off_in_chunk = options.off_in_chunk
        self._reset()

    def _reset(self) -> None:
        self._greeted = False
        self._unlocked = self._password_set is None
        self._clock_set = False
        self.is_streaming = False
        self._old_events = self._options.old_events
        self._counter = 0
        self._dots = 0
        self._last_ms = 0
        self._chunks: list[bytes] = []
        self._chunk_no = 0
        self._delete_after: Book | None = None

    def tick(self, now_ms: int) -> bytes:
        """See `pen_driver.virtual.plain.Device`. It speaks only when it is asked."""
        del now_ms
        return b""

    def host_gone(self) -> None:
        """The link is down: the next host starts with the version again."""
        self._inbox.clear()
        self._is_open_frame = False
        self._reset()

    def power_on(self) -> None:
        """Switch on again; memory, settings and the clock have lived on."""
        self.is_off = False
        self.settings.power_on()
        self.host_gone()

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return the answers to what the host sent; `now_ms` on the pen's own running clock."""
        answers = b""
        for byte in data:
            if self.is_off:
                break
            if byte == _STX:
                self._inbox.clear()
                self._is_open_frame = True
            elif byte == _ETX and self._is_open_frame:
                self._is_open_frame = False
                answers += self._request(unstuff(bytes(self._inbox)), now_ms)
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
        if command == 0xA4:
            return self._acknowledged(body) if len(body) == 7 else b""
        if length != len(data):
            return answer(command, b"", _WRONG_LENGTH)
        match command:
            case 0x02:
                return self._password(data)
            case 0x04:
                return self._settings(now_ms)
            case 0x05:
                return self._change(data, now_ms)
        return self._permitted_request(command, data)

    def _permitted_request(self, command: int, data: bytes) -> bytes:
        """Requests that wait for password and clock."""
        if not (self._unlocked and self._clock_set):
            return answer(command, b"", _NOT_PERMITTED)
        match command:
            case 0x03 if len(data) == 33:
                return self._change_password(data)
            case 0x11:
                return self._using_notes(data)
            case 0x21 if len(data) == 4:
                return answer(command, self.memory.list_books(*struct.unpack("<I", data)))
            case 0x22 if len(data) == 8:
                return answer(command, self.memory.list_pages(Book(*struct.unpack("<II", data))))
            case 0x26 if len(data) == 8:
                return answer(command, self.memory.info(Book(*struct.unpack("<II", data))))
            case 0x23 if len(data) >= 14:
                return self._fetch(data)
            case 0x25 if len(data) >= 5:
                return self._delete(data)
            case _:
                return answer(command, b"", _UNKNOWN)

    def _hello(self, data: bytes) -> bytes:
        self._reset()
        self._greeted = True
        spoken = data[34:42].split(b"\0")[0].decode("ascii", "replace")
        self._old_events = self._options.old_events or _version(spoken) < _NEW_EVENTS
        options = self._options
        return answer(
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

    def _is_password(self, field: bytes) -> bool:
        typed = field.rstrip(b"\0").decode("ascii", "replace")
        return self._password_set is None or typed == self._password_set

    def _password(self, data: bytes) -> bytes:
        if self._is_password(data):
            self._unlocked = True
            self._attempts = 0
        elif not self._unlocked and self._failed():
            return answer(0x02, bytes((2, _PASSWORD_LIMIT, _PASSWORD_LIMIT)))
        return answer(0x02, bytes((self._unlocked, self._attempts, _PASSWORD_LIMIT)))

    def _failed(self) -> bool:
        """Count a wrong password; at the limit the pen empties itself."""
        self._attempts += 1
        if self._attempts < _PASSWORD_LIMIT:
            return False
        self.wipes += 1
        self.memory.wipe()
        self._password_set = None
        self._unlocked = True
        self._attempts = 0
        return True

    def _change_password(self, data: bytes) -> bytes:
        if not self._is_password(data[1:17]):
            status = 2 if self._failed() else 1
            return answer(0x03, bytes((self._attempts, _PASSWORD_LIMIT, status)))
        new = data[17:33].rstrip(b"\0").decode("ascii", "replace")
        self._password_set = new if data[0] else None
        self._attempts = 0
        return answer(0x03, bytes((0, _PASSWORD_LIMIT, 0)))

    def _settings(self, now_ms: int) -> bytes:
        head = struct.pack(
            "<BBBQ", not self._unlocked, _PASSWORD_LIMIT, self._attempts, self._time(now_ms)
        )
        used = min(12 + self.memory.strokes // 20, 99)
        head += self.settings.auto_off() + struct.pack("<HB", self._options.force_max, used)
        return answer(0x04, (head + self.settings.flags(0x80 | 64)).ljust(64, b"\0"))

    def _change(self, data: bytes, now_ms: int) -> bytes:
        if not self._unlocked:
            return answer(0x05, b"", _NOT_PERMITTED)
        if not data:
            return answer(0x05, b"", _WRONG_LENGTH)
        if data[0] == _CLOCK:
            if len(data) != 9:
                return answer(0x05, b"", _WRONG_LENGTH)
            self._clock = (struct.unpack_from("<Q", data, 1)[0], now_ms)
            self._clock_set = True
            return answer(0x05, bytes((_CLOCK, 0)))
        result = self.settings.change(data)
        return answer(0x05, b"" if result else bytes((data[0], 0)), result)

    def _using_notes(self, data: bytes) -> bytes:
        self.is_streaming = data == b"\xff\xff" or self._names_our_book(data)
        return answer(0x11, b"")

    def _names_our_book(self, data: bytes) -> bool:
        ours = self._book()
        notes = list(struct.iter_unpack("<II", data[2 : 2 + (len(data) - 2) // 8 * 8]))
        return any(owner == ours.owner and note in (ours.note, ALL) for owner, note in notes)

    def _book(self) -> Book:
        return Book(self._options.section << 24 | self._options.owner, self._options.book)

    def _fetch(self, data: bytes) -> bytes:
        kind, is_packed, owner, note = struct.unpack_from("<BBII", data)
        book = Book(owner, note)
        announced = answer(0x23, self.memory.announcement(book, bool(is_packed)))
        if kind == _ONLY_SIZE:
            return announced
        self._chunks = self.memory.chunks(book, bool(is_packed))
        self._chunk_no = 0
        self._delete_after = book if kind == _DELETE_AFTER else None
        return announced + self._send_chunk()

    def _send_chunk(self) -> bytes:
        if self._chunk_no >= len(self._chunks):
            return b""
        data = self._chunks[self._chunk_no]
        if self._bad_chunks:
            self._bad_chunks -= 1
            data = data[:-1] + bytes((data[-1] ^ 1,))
        frame = event(0x24, data)
        if self._off_in_chunk and self._chunk_no + 1 == self._off_in_chunk:
            self._off_in_chunk = 0
            self.is_off = True
            return frame[: len(frame) // 2]
        return frame

    def _acknowledged(self, body: bytes) -> bytes:
        _, result, _, number, more = struct.unpack("<BBHHB", body)
        if result == 0 and not more:
            if self._delete_after is not None and self._chunk_no + 1 >= len(self._chunks):
                self.memory.delete(self._delete_after)
            self._chunks = []
        elif result == 0 and number == self._chunk_no:
            self._chunk_no += 1
        return self._send_chunk()

    def _delete(self, data: bytes) -> bytes:
        (owner,) = struct.unpack_from("<I", data)
        notes = [note for (note,) in struct.iter_unpack("<I", data[5 : 5 + data[4] * 4])]
        gone = [note for note in notes if self.memory.delete(Book(owner, note))]
        return answer(0x25, bytes((len(gone),)) + struct.pack(f"<{len(gone)}I", *gone))

    def _time(self, now_ms: int) -> int:
        """The pen's calendar; before it was ever set it stands at the turn of 1970."""
        if self._clock is None:
            return 0
        start, at = self._clock
        return max(start + round((now_ms - at) * (1 + self._options.drift_ppm / 1e6)), 0)

    def pen_down(self, now_ms: int) -> bytes:
        """Frames for touching the paper: pen down, then the page id; none while it is stored."""
        self._dots = 0
        self._last_ms = now_ms
        self._end_stored(now_ms)
        if not self.is_streaming:
            self._storing = StoredStroke(self.page, self._time(now_ms), self._time(now_ms))
            return b""
        down = struct.pack("<QBI", self._time(now_ms), 0, _COLOUR)
        if self._old_events:
            return event(0x63, b"\0" + down) + self.page_id()
        return event(0x69, self._count() + down) + self.page_id()

    def page_id(self) -> bytes:
        """Frame that names the page."""
        book = self._book()
        page = struct.pack("<III", book.owner, book.note, self.page)
        return event(0x64, page) if self._old_events else event(0x6B, self._count() + page)

    def dot(self, now_ms: int, x_mm: float, y_mm: float, force: float) -> bytes:
        """Frame for one dot; `force` 0..1, and a pen on paper never measures less than 1 step."""
        # A gap above 255 ms has no form on the wire; the pen says 255.
        dt = min(max(now_ms - self._last_ms, 0), 255)
        self._last_ms = now_ms
        x, y = _units(x_mm), _units(y_mm)
        steps = min(max(round(force * self._options.force_max), 1), self._options.force_max)
        if not self.is_streaming:
            self._store_dot(now_ms, dt, steps, x, y)
            return b""
        self._dots += 1
        body = struct.pack("<BHHHBBBBH", dt, steps, x // 100, y // 100, x % 100, y % 100, 90, 90, 0)
        return event(0x65, body) if self._old_events else event(0x6C, self._count() + body)

    def _store_dot(self, now_ms: int, dt: int, steps: int, x: int, y: int) -> None:
        if self._storing is None:  # the host went away in mid-stroke: what follows is a stroke
            self._storing = StoredStroke(self.page, self._time(now_ms), self._time(now_ms))
            dt = 0
        elif len(self._storing.dots) >= _MOST_STORED_DOTS:
            self._end_stored(now_ms)
            self._storing = StoredStroke(self.page, self._time(now_ms), self._time(now_ms))
            dt = 0
        self._storing.add(dt, steps, x, y)

    def _end_stored(self, now_ms: int) -> None:
        stroke, self._storing = self._storing, None
        if stroke is not None and stroke.dots and self.settings.is_storing:
            stroke.up_ms = self._time(now_ms)
            self.memory.add(self._book(), stroke)

    def pen_up(self, now_ms: int) -> bytes:
        """Frame for leaving the paper."""
        self._end_stored(now_ms)
        if not self.is_streaming:
            return b""
        time = self._time(now_ms)
        if self._old_events:
            return event(0x63, b"\1" + struct.pack("<QBI", time, 0, _COLOUR))
        dots = self._dots
        return event(0x6A, self._count() + struct.pack("<Q5H", time, *(dots,) * 5))

    def hover(self, now_ms: int, x_mm: float, y_mm: float) -> bytes:
        """Frame for being over the paper: from 2.18 an event of its own, before a plain dot."""
        if not (self.is_streaming and self.settings.hover):
            return b""
        dt = min(max(now_ms - self._last_ms, 0), 255)
        self._last_ms = now_ms
        x, y = _units(x_mm), _units(y_mm)
        place = struct.pack("<HHBB", x // 100, y // 100, x % 100, y % 100)
        if _version(self._options.protocol) >= _HOVER_EVENT:
            return event(0x6F, bytes((dt,)) + place)
        body = struct.pack("<BH", dt, 0) + place + struct.pack("<BBH", 90, 90, 0)
        return event(0x65, body) if self._old_events else event(0x6C, self._count() + body)

    def image_error(self, now_ms: int, errors: int = 1) -> bytes:
        """Frame for pattern that the camera could not read."""
        dt = min(max(now_ms - self._last_ms, 0), 255)
        self._last_ms = now_ms
        body = struct.pack("<BHBBBHBBB", dt, 300, 140, 118, 26, 96, 20, 1, errors)
        return event(0x68, body) if self._old_events else event(0x6D, self._count() + body)

    def power_off(self, reason: int) -> bytes:
        """Frame that says good-bye."""
        return event(0x62, bytes((reason,)))

    def _count(self) -> bytes:
        counter = self._counter
        self._counter = (counter + 1) % 256
        return bytes((counter,))


def _version(text: str) -> tuple[int, ...]:
    """Return "2.18" as numbers; what is none counts as the newest."""
    parts = text.split(".")
    return tuple(map(int, parts)) if all(map(str.isdigit, parts)) else (99,)


def _units(mm: float) -> int:
    """Hundredths of an Ncode unit, kept inside the pattern of section 3."""
    return min(max(round((mm / _UNIT_MM + _CORNER_UNITS) * 100), 0), 102_399)
