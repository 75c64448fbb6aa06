"""Frames of version 1: ``C0 command length data C1``, found by their length (pen/PROTOCOL 13).

Nothing is stuffed, so ``C0`` may be data. A frame counts when its command is one that a pen sends,
its length is one that this command has, and ``C1`` stands at its end; anything else costs one byte
and the search goes on behind it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

STX, ETX = 0xC0, 0xC1
MAX_DATA = 8200
_HEAD = struct.Struct("<BBH")

# Least and largest length of the data, for every command that a pen sends. What the notes leave
# open is wide here; a narrow range is what lets a false start be seen at once.
_LENGTHS: dict[int, tuple[int, int]] = {
    0x01: (15, 15),
    0x04: (0, 16),
    0x06: (1, 1),
    0x08: (1, 1),
    0x0A: (1, 1),
    0x0C: (0, 8),
    0x0D: (2, 2),
    0x10: (1, 1),
    0x11: (8, 8),
    0x13: (12, 13),
    0x15: (12, 12),
    0x16: (12, 13),
    0x25: (40, 320),
    0x29: (1, 1),
    0x2B: (1, 1),
    0x2D: (1, 1),
    0x2F: (1, 1),
    0x41: (136, 136),
    0x43: (3, MAX_DATA),
    0x46: (6, 6 + 4 * 255),
    0x48: (1, 1),
    0x49: (8, 8),
    0x4B: (0, 16),
    **dict.fromkeys((0x51, 0x52, 0x53, 0x54, 0x61, 0x62), (0, 1024)),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the pen."""

    command: int
    data: bytes


class FrameDecoder:
    """Split a stream into frames; holds at most one frame and never raises."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.junk = 0
        """Bytes that belonged to no frame; the reader sets it back."""

    @property
    def is_waiting(self) -> bool:
        """Half a frame has come."""
        return bool(self._buffer)

    def receive_data(self, data: bytes) -> list[Frame]:
        """Consume bytes; return the frames that they complete."""
        self._buffer += data
        return self._scan()

    def give_up(self) -> list[Frame]:
        """The rest of the frame will not come: look for others in what has come of it."""
        if self._buffer:
            self._drop(1)
        return self._scan()

    def _scan(self) -> list[Frame]:
        frames: list[Frame] = []
        while True:
            start = self._buffer.find(STX)
            self._drop(len(self._buffer) if start < 0 else start)
            if len(self._buffer) < 2:
                return frames
            size = self._size()
            if size is None:
                self._drop(1)
            elif len(self._buffer) < size:
                return frames
            elif self._buffer[size - 1] != ETX:
                self._drop(1)
            else:
                frames.append(Frame(self._buffer[1], bytes(self._buffer[4 : size - 1])))
                del self._buffer[:size]

    def _size(self) -> int | None:
        """Return the size of the frame that begins here, None where none does."""
        bounds = _LENGTHS.get(self._buffer[1])
        if bounds is None:
            return None
        if len(self._buffer) < _HEAD.size:
            return _HEAD.size + 1
        length: int = _HEAD.unpack_from(self._buffer)[2]
        return length + _HEAD.size + 1 if bounds[0] <= length <= bounds[1] else None

    def _drop(self, count: int) -> None:
        self.junk += count
        del self._buffer[:count]


def encode_frame(command: int, data: bytes = b"") -> bytes:
    """Return a frame for the pen."""
    return _HEAD.pack(STX, command, len(data)) + data + bytes((ETX,))
