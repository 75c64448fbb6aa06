"""Stored notes over BLE: slices of packets of a file (pen/PROTOCOL 14, service 18F3).

A packet's slices come in order from 0; where one is missing the packet is not acknowledged, and
the pen begins it anew.
"""

from __future__ import annotations

import struct

from pen_driver.neo1.packets import Chunk, FileInfo

FILE_INFO, SLICE = 0x2AC9, 0x2ACA

_INFO = struct.Struct("<BIHHHH")  # type, size, packets, packet size, slices, slice size
_SLICE = struct.Struct("<HB")
_ZIP = 1
_NONE = -1


class SliceJoiner:
    """Makes of notifications what the serial form sends: file information and whole chunks."""

    def __init__(self) -> None:
        self._size = self._packet_size = self._slice_size = 0
        self._packet = self._next = _NONE
        self._body = bytearray()

    def receive(self, characteristic: int, data: bytes) -> FileInfo | Chunk | None:
        """Take one notification of `FILE_INFO` or `SLICE`; None while nothing is whole."""
        if characteristic == FILE_INFO and len(data) >= _INFO.size:
            return self._info(data)
        if characteristic == SLICE and len(data) > _SLICE.size:
            packet, number = _SLICE.unpack_from(data)
            return self._slice(packet, number, data[_SLICE.size :])
        return None

    def _info(self, data: bytes) -> FileInfo | None:
        kind, size, _, packet_size, _, slice_size = _INFO.unpack_from(data)
        self._size, self._packet_size, self._slice_size = size, packet_size, slice_size
        self._packet = self._next = _NONE
        if not (size and packet_size and slice_size):
            return None
        return FileInfo("page.zip" if kind == _ZIP else "page", size, -(-size // packet_size))

    def _slice(self, packet: int, number: int, data: bytes) -> Chunk | None:
        wanted = min(self._packet_size, self._size - packet * self._packet_size)
        if number == 0:
            self._packet, self._next = packet, 0
            self._body.clear()
        if wanted <= 0 or (packet, number) != (self._packet, self._next):
            self._next = _NONE  # until the packet begins anew
            return None
        self._next += 1
        self._body += data[: min(self._slice_size, wanted - len(self._body))]
        if len(self._body) < wanted:
            return None
        self._next = _NONE
        return Chunk(packet, bytes(self._body), is_whole=True)
