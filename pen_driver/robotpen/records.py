"""Records of a RobotPen: 6 bytes without mark and check sum (pen/OTHER_PENS 3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_RECORD = struct.Struct("<BBhh")
RECORD_BYTES = _RECORD.size
_OUT_OF_RANGE = b"\x80\x80\x00\x00\x00\x80"
_LARGEST = 20_000  # units; A4 is 10000 x 14500
_TIP, _BUTTON, _HOVER = 0x01, 0x02, 0x08
# High half of the first and second byte, over BLE and over USB.
_FORMS = ((0x80, 0x80), (0x40, 0x00))
_STATES = (0, _TIP, _BUTTON, _TIP | _BUTTON, _HOVER, _HOVER | _BUTTON)
_BATTERIES = (0, 1, 2)
_LENGTH_LIMIT = 0x80


@dataclass(frozen=True, slots=True)
class Record:
    """One position.

    Attributes:
        battery: 1 low, 2 good, 0 unknown.
        is_seen: the receiver knows where the pen is.
    """

    x: int
    y: int
    is_down: bool
    is_button: bool
    is_hovering: bool
    is_seen: bool
    battery: int


def parse_record(data: bytes) -> Record | None:
    """Return what 6 bytes say, None where no pen sends such ones."""
    if data == _OUT_OF_RANGE:
        return Record(0, 0, False, False, False, False, 0)
    first, second, x, y = _RECORD.unpack(data)
    state, battery = second & 0x0F, first & 0x0F
    if (first & 0xF0, second & 0xF0) not in _FORMS or state not in _STATES:
        return None
    if battery not in _BATTERIES or abs(x) > _LARGEST or abs(y) > _LARGEST:
        return None
    is_down, is_hovering = bool(state & _TIP), bool(state & _HOVER)
    is_seen = is_down or is_hovering
    return Record(x, y, is_down, bool(state & _BUTTON), is_hovering, is_seen, battery)


class RecordDecoder:
    """Split a stream into records; two plausible ones in a row make it in step.

    Args:
        has_lengths: the XN680T's way: a length byte before each notification's records.
    """

    def __init__(self, has_lengths: bool = False) -> None:
        self._has_lengths = has_lengths
        self._buffer = bytearray()
        self._is_in_step = False
        self._left = 0  # bytes of the notification that have not been read
        self.junk = 0
        """Bytes that belonged to no record; the reader sets it back."""

    def receive_data(self, data: bytes) -> list[Record]:
        """Consume bytes; return the records that they complete."""
        self._buffer += data
        records: list[Record] = []
        while self._is_in_step or self._find():
            if not self._read(records):
                break
        return records

    def _read(self, records: list[Record]) -> bool:
        """Read one record; say whether another may be there."""
        at, left = self._head(0, self._left)
        if at is None:
            return self._lose_step()
        if len(self._buffer) < at + RECORD_BYTES:
            return False
        record = parse_record(bytes(self._buffer[at : at + RECORD_BYTES]))
        if record is None:
            return self._lose_step()
        records.append(record)
        del self._buffer[: at + RECORD_BYTES]
        self._left = left - RECORD_BYTES if self._has_lengths else 0
        return True

    def _lose_step(self) -> bool:
        self._is_in_step = False
        self._left = 0
        self._drop(1)
        return True

    def _head(self, at: int, left: int) -> tuple[int | None, int]:
        """Return where the next record begins and the bytes left in its notification.

        None where no notification can begin at `at`.
        """
        if not self._has_lengths or left or at >= len(self._buffer):
            return at, left
        length = self._buffer[at]
        if length >= _LENGTH_LIMIT or length == 0 or length % RECORD_BYTES:
            return None, 0
        return at + 1, length

    def _find(self) -> bool:
        """Drop up to the first place where two records follow each other."""
        for start in range(len(self._buffer)):
            plausible = self._plausible(start)
            if plausible is not False:
                self._drop(start)
                self._is_in_step = plausible is True
                return self._is_in_step
        self._drop(len(self._buffer))
        return False

    def _plausible(self, at: int) -> bool | None:
        """Say whether two records begin here; None where too little has come."""
        left = 0
        for _ in range(2):
            begin, left = self._head(at, left)
            if begin is None:
                return False
            data = bytes(self._buffer[begin : begin + RECORD_BYTES])
            if len(data) < RECORD_BYTES:
                return None
            if parse_record(data) is None:
                return False
            at, left = begin + RECORD_BYTES, left - RECORD_BYTES if self._has_lengths else 0
        return True

    def _drop(self, count: int) -> None:
        self.junk += count
        del self._buffer[:count]
