"""Bring the journal's blocks to the server, epoch by epoch. Pure: says what to send next.

The server stores blocks in order and admits an epoch only behind what it stored, so an older
epoch's blocks that it misses go first (PROTOCOL P-4.6, P-7.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.blocks import Block
from signaling_server.protocol.ids import EntryNumber, Epoch
from signaling_server.protocol.messages import OpenEpoch

MAX_IN_FLIGHT: Final = 256 * 1024
"""Bytes sent and not yet acknowledged; the server slows an engine beyond 512 KiB a second."""


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    epoch: Epoch
    data: bytes


class Uploader:
    """What the server holds, and what it is to be sent.

    Attributes:
        stored: last number the server acknowledged.
    """

    def __init__(self) -> None:
        self.stored = EntryNumber(0)
        self._pieces: list[_Piece] = []
        self._next = 0
        self._acked = 0  # pieces before this one are acknowledged
        self._in_flight = 0
        self._admitted: Epoch | None = None
        self._is_asking = False
        self._is_joined = False

    def add(self, data: bytes, block: Block) -> None:
        """A block was synced to disk."""
        self._pieces.append(_Piece(block.first, block.last, block.epoch, data))

    def joined(self, stored: EntryNumber, epoch: Epoch | None) -> None:
        """The server said what it holds; sending begins anew behind that."""
        self.stored = stored
        self._admitted = epoch
        self._is_asking = False
        self._is_joined = True
        self._next = len(self._pieces)
        for index, piece in enumerate(self._pieces):
            if piece.last > stored:
                self._next = index
                break
        self._acked, self._in_flight = self._next, 0

    def lost(self) -> None:
        """The line is down."""
        self._is_joined = False

    def epoch_opened(self, counter: int) -> None:
        """The server admitted an epoch."""
        if self._is_asking and self._next < len(self._pieces):
            epoch = self._pieces[self._next].epoch
            if epoch.counter == counter:
                self._admitted = epoch
        self._is_asking = False

    def acknowledged(self, n: EntryNumber) -> None:
        """The server stored everything up to `n`."""
        self.stored = max(self.stored, n)
        while self._acked < self._next and self._pieces[self._acked].last <= self.stored:
            self._in_flight -= len(self._pieces[self._acked].data)
            self._acked += 1

    @property
    def is_done(self) -> bool:
        """Whether the server holds everything."""
        return not self._pieces or self.stored >= self._pieces[-1].last

    def to_send(self) -> list[OpenEpoch | bytes]:
        """What to send now, in order; called again after each answer."""
        out: list[OpenEpoch | bytes] = []
        while self._is_joined and not self._is_asking and self._next < len(self._pieces):
            piece = self._pieces[self._next]
            if piece.epoch != self._admitted:
                self._is_asking = True
                first = EntryNumber(piece.first)
                out.append(OpenEpoch(piece.epoch.counter, piece.epoch.engine, first))
                break
            if self._in_flight > MAX_IN_FLIGHT:
                break
            out.append(piece.data)
            self._in_flight += len(piece.data)
            self._next += 1
        return out
