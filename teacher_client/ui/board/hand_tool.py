"""The hand: drags the page under the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from teacher_client.geometry.boxes import Point
from teacher_client.ui.board.desk import Desk, Tool
from teacher_client.ui.ink_writer import Pointer


class HandTool(Tool):
    """`pan` moves the page by page units."""

    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, desk: Desk, pan: Callable[[float, float], None]) -> None:
        super().__init__(desk)
        self._pan = pan
        self._grip: Point | None = None

    def press(self, at: Pointer) -> None:
        self._grip = at.x, at.y

    def move(self, at: Pointer) -> None:
        # the page went along with the last move: what is under the pointer was gripped
        if self._grip is not None:
            self._pan(at.x - self._grip[0], at.y - self._grip[1])

    def release(self, at: Pointer | None) -> None:
        self._grip = None

    def cancel(self) -> None:
        self._grip = None
