"""The text and the formula tool: a click says where, or which one to change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from signaling_server.protocol.items import TextItem
from teacher_client.geometry.boxes import Point
from teacher_client.ui.board.desk import Desk, Tool
from teacher_client.ui.board.items import text_at
from teacher_client.ui.ink_writer import Pointer


class TextTool(Tool):
    """`write` is asked for new words at a place, `edit` for a change of what is there."""

    cursor = Qt.CursorShape.IBeamCursor

    def __init__(
        self, desk: Desk, write: Callable[[Point], None], edit: Callable[[TextItem], None]
    ) -> None:
        super().__init__(desk)
        self._write = write
        self._edit = edit

    def release(self, at: Pointer | None) -> None:
        page = self.desk.page
        if page is None or at is None:
            return
        there = text_at(page, (at.x, at.y))
        if there is None:
            self._write((at.x, at.y))
        else:
            self._edit(there)
