"""The raw bytes of a test on the sheet, for a fault report."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TypeAlias

from pen_driver.transports.base import Direction
from pen_driver.transports.capture import CaptureWriter

OPENING_PIECES = 300
"""Of a connection's beginning: the handshake, without which a replay knows no largest force."""
MOST_BYTES = 8 << 20  # about ten hours of writing

Piece: TypeAlias = tuple[float, Direction, bytes]


class PenTape:
    """Kept bytes; an instance is a `Tap`. Calls from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opening: list[Piece] = []
        self._pieces: list[Piece] = []
        self._bytes = 0
        self._is_on = False
        self.is_cut = False

    def __call__(self, t: float, direction: Direction, data: bytes) -> None:
        """Take what went over the link."""
        with self._lock:
            if direction is Direction.NOTE and data.startswith(b"opened"):
                self._opening.clear()
            if len(self._opening) < OPENING_PIECES:
                self._opening.append((t, direction, data))
            if self._is_on:
                self._keep((t, direction, data))

    def begin(self) -> None:
        """Keep from here on, behind the connection's beginning; forget the test before."""
        with self._lock:
            self._pieces.clear()
            self._bytes, self.is_cut, self._is_on = 0, False, True
            for piece in self._opening:
                self._keep(piece)

    def end(self) -> None:
        """Keep no more; what is kept stays."""
        with self._lock:
            self._is_on = False

    def save(self, folder: Path) -> Path | None:
        """Write a capture, secrets taken out; None where nothing came. Blocking.

        Raises:
            OSError: the disk refuses.
        """
        with self._lock:
            pieces = list(self._pieces)
        if not any(direction is Direction.FROM_PEN for _, direction, _ in pieces):
            return None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / time.strftime("pen-%Y%m%d-%H%M%S.cap")
        with path.open("w", encoding="utf-8") as file:
            write = CaptureWriter(file)
            for piece in pieces:
                write(*piece)
        return path

    def _keep(self, piece: Piece) -> None:
        self._bytes += len(piece[2])
        if self._bytes > MOST_BYTES:
            self.is_cut = True
        else:
            self._pieces.append(piece)
