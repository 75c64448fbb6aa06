"""Variable-length whole numbers: seven bits a byte, lowest first, zig-zag for signed ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from signaling_server.protocol.schema import MAX_SAFE_INTEGER, InvalidError

_ZIGZAG = tuple((byte >> 1) ^ -(byte & 1) for byte in range(0x80))


def write_varint(out: bytearray, value: int) -> None:
    """Append `value` (0 upwards)."""
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def write_column(out: bytearray, values: Sequence[int]) -> None:
    """Append a column as differences to the value before, the first to 0."""
    last = 0
    for value in values:
        delta = value - last
        last = value
        write_varint(out, delta << 1 if delta >= 0 else ((-delta) << 1) - 1)


class ByteReader:
    """Read numbers and bytes from the front of a buffer.

    Every method raises InvalidError where the buffer ends too early.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_empty(self) -> bool:
        """Whether everything was read."""
        return self._at >= len(self._data)

    def byte(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        """`count` bytes."""
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise InvalidError("", "cut short")
        self._at += count
        return piece

    def varint(self) -> int:
        """One number, 0..2**53-1."""
        data, at = self._data, self._at
        value = shift = 0
        try:
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
                if shift > 49:
                    raise InvalidError("", "number too long")
        except IndexError as exc:
            raise InvalidError("", "cut short") from exc
        if value > MAX_SAFE_INTEGER:
            raise InvalidError("", "number too large")
        self._at = at
        return value

    def column(self, count: int) -> list[int]:
        """`count` numbers written by :func:`write_column`."""
        data, at = self._data, self._at
        out: list[int] = []
        value = 0
        if count > 1:
            value = self.varint()
            value = (value >> 1) ^ -(value & 1)
            at = self._at
            rest = data[at : at + count - 1]
            if len(rest) == count - 1 and rest.isascii():  # one byte each: most columns of ink
                self._at = at + count - 1
                return list(accumulate(map(_ZIGZAG.__getitem__, rest), initial=value))
            out.append(value)
        try:
            for _ in range(count - len(out)):
                zigzag = data[at]
                at += 1
                if zigzag > 0x7F:  # rare: most differences of ink fit one byte
                    self._at = at - 1
                    zigzag = self.varint()
                    at = self._at
                value += (zigzag >> 1) ^ -(zigzag & 1)
                out.append(value)
        except IndexError as exc:
            raise InvalidError("", "cut short") from exc
        self._at = at
        return out
