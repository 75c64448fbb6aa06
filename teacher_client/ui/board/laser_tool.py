"""The laser: points while it hovers or is pressed; nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt

from signaling_server.protocol.commands import WriteInk
from teacher_client.ui.board.desk import Desk, Tool
from teacher_client.ui.ink_writer import InkWriter, Pointer

REST_MS: Final = 400.0
"""After resting so long a new stroke begins, so that none grows for the whole lesson."""
LONGEST_MS: Final = 8000.0
"""Readers keep what was pointed at in the last 10 s (P-3.5)."""


class LaserTool(Tool):
    """Sends where the pointer is, every pump."""

    cursor = Qt.CursorShape.BlankCursor

    def __init__(
        self, desk: Desk, writer: InkWriter, send: Callable[[Sequence[WriteInk]], None]
    ) -> None:
        super().__init__(desk)
        self._writer = writer
        self._send = send
        self._moved_ms = self._began_ms = 0.0
        self._is_on = False

    @property
    def is_busy(self) -> bool:
        """Whether a stroke of light is in hand."""
        return self._is_on

    def press(self, at: Pointer) -> None:
        self._point(at)

    def move(self, at: Pointer) -> None:
        self._point(at)

    def hover(self, at: Pointer | None) -> None:
        if at is None:
            self.cancel()
        else:
            self._point(at)

    def cancel(self) -> None:
        if self._is_on:
            self._is_on = False
            self._send(self._writer.end())

    def pump(self) -> None:
        """Send what has gathered."""
        if not self._is_on:
            return
        now = self.desk.now_ms()
        if now - self._moved_ms > REST_MS or now - self._began_ms > LONGEST_MS:
            self.cancel()
        else:
            self._send(self._writer.take())

    def _point(self, at: Pointer) -> None:
        page = self.desk.page
        if page is None:
            return
        self._moved_ms = self.desk.now_ms()
        if self._is_on:
            self._writer.move(at)
            return
        self._is_on, self._began_ms = True, self._moved_ms
        self._writer.begin(page.number, self.desk.ink_style, at)
