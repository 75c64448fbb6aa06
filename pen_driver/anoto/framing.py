"""Packets of an Anoto stream: big-endian, without mark and check sum (pen/OTHER_PENS 2).

A border is believed at the start, behind a packet, and after a pause; elsewhere only where three
packets in a row parse.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

PAUSE_S = 0.1
_IN_A_ROW = 3
_COORDINATE = b"\x00\x00\x0b"
_UP = b"\x01\x00\x00"
_BODY = struct.Struct(">IIBBB")  # x, y, their fractions, force
_COORDINATE_BYTES = len(_COORDINATE) + _BODY.size


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A position in pattern dots, absolute and unsigned; `force` as sent: small is hard."""

    x: float
    y: float
    force: int


@dataclass(frozen=True, slots=True)
class Lift:
    """Pen up."""


Packet: TypeAlias = Coordinate | Lift


class FrameDecoder:
    """Split a stream into packets; holds some bytes at most and never raises."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_in_step = True
        self._heard_at = 0.0
        self.junk = 0
        """Bytes that belonged to no packet; the reader sets it back."""

    def receive_data(self, data: bytes, now: float) -> list[Packet]:
        """Consume bytes that arrived at `now`."""
        packets = self.pause(now)
        self._heard_at = now
        self._buffer += data
        return packets + self._scan()

    def pause(self, now: float) -> list[Packet]:
        """Where there was a pause, the next byte begins a packet and the last one ended one."""
        if now - self._heard_at < PAUSE_S or (self._is_in_step and not self._buffer):
            return []
        packets: list[Packet] = []
        for start in range(len(self._buffer)):
            packets, end = _parse(bytes(self._buffer[start:]))
            if packets and start + end == len(self._buffer):
                self._drop(start)
                self._buffer.clear()
                break
            packets = []
        self._drop(len(self._buffer))
        self._is_in_step = True
        return packets

    def _scan(self) -> list[Packet]:
        packets: list[Packet] = []
        while self._buffer:
            if not self._is_in_step and not self._find():
                break
            more, end = _parse(bytes(self._buffer))
            packets += more
            del self._buffer[:end]
            if not self._buffer or _may_begin(bytes(self._buffer[:3])):
                break
            self._is_in_step = False
        return packets

    def _find(self) -> bool:
        """Drop up to the first place where three packets follow each other."""
        data = bytes(self._buffer)
        for start in range(len(data)):
            packets, end = _parse(data[start:], _IN_A_ROW)
            if len(packets) == _IN_A_ROW:
                self._drop(start)
                self._is_in_step = True
                return True
            if _may_begin(data[start + end : start + end + 3]):
                self._drop(start)  # it may yet become three
                return False
        self._drop(len(data))
        return False

    def _drop(self, count: int) -> None:
        self.junk += count
        del self._buffer[:count]


def _parse(data: bytes, most: int | None = None) -> tuple[list[Packet], int]:
    """Return the whole packets from the start on, and where they end."""
    packets: list[Packet] = []
    at = 0
    while most is None or len(packets) < most:
        head = data[at : at + 3]
        if head == _UP:
            packets.append(Lift())
            at += len(_UP)
        elif head == _COORDINATE and len(data) >= at + _COORDINATE_BYTES:
            x, y, fx, fy, force = _BODY.unpack_from(data, at + 3)
            packets.append(Coordinate(x + (fx >> 5) / 8, y + (fy >> 5) / 8, force))
            at += _COORDINATE_BYTES
        else:
            break
    return packets, at


def _may_begin(head: bytes) -> bool:
    return _COORDINATE.startswith(head) or _UP.startswith(head)
