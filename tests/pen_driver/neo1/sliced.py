"""The pen's side of a transfer over BLE: values to notify, answers to be heard."""

from __future__ import annotations

import struct

Said = list[tuple[int, bytes]]


class SlicedFile:
    """One file in packets and slices (pen/PROTOCOL 14)."""

    def __init__(self, data: bytes, packet: int = 200, slice_: int = 17, kind: int = 0) -> None:
        self.data = data
        self.packet = packet
        self.slice = slice_
        self.kind = kind
        self.at = 0
        self.is_done = False

    def start(self) -> Said:
        packets = -(-len(self.data) // self.packet)
        slices = -(-self.packet // self.slice)
        sizes = (self.kind, len(self.data), packets, self.packet, slices, self.slice)
        info = struct.pack("<BIHHHH", *sizes)
        return [(0x2AC8, struct.pack("<II", 1, len(self.data))), (0x2AC9, info)]

    def slices(self) -> Said:
        """The packet that is due."""
        body = self.data[self.at * self.packet : (self.at + 1) * self.packet]
        parts = [body[at : at + self.slice] for at in range(0, len(body), self.slice)]
        head = [struct.pack("<HB", self.at, number) for number in range(len(parts))]
        return [(0x2ACA, number + part) for number, part in zip(head, parts, strict=True)]

    def answered(self, value: bytes) -> Said:
        """What follows an answer of the host (2ACB)."""
        if value == bytes((2, self.at % 256)):
            self.at += 1
        elif value != b"\x01\x00" or self.at:
            return []
        if self.at * self.packet < len(self.data):
            return self.slices()
        self.is_done = True
        return [(0x2ACC, b"\x01")]
