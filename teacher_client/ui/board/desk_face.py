"""A page's face as the desk of tools: what they see of the board, and whom they ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Set
from typing import Final

from PySide6.QtCore import Signal

from signaling_server.protocol.commands import Command
from signaling_server.protocol.ids import ItemId, PageId, StrokeId
from signaling_server.protocol.items import Stroke
from signaling_server.protocol.page import Page
from teacher_client.drawing.pictures import PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.geometry.boxes import Box
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.link import Do, FromWindow
from teacher_client.ui.board.page_face import PageFace
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.ink_writer import InkStyle
from teacher_client.ui.notices import Line
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import say

DEFAULT_STYLE: Final = InkStyle()


class DeskFace(PageFace):
    """What of :class:`~teacher_client.ui.board.desk.Desk` needs no tool.

    Signals:
        asked: a message for the engine (Do with ink or erasure, Seek for a tap in playback).
        told: a Line to be said.
    """

    asked = Signal(object)
    told = Signal(object)

    def __init__(
        self,
        state: WindowState,
        shapes: ShapeCache,
        paper: str,
        pictures: PictureSource | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(state, shapes, paper, pictures)
        self._clock = clock

    @property
    def page(self) -> Page | None:
        """The shown page, if tools may work on it."""
        return self.shown if self.state.is_live else None

    @property
    def ink_style(self) -> InkStyle:
        """The confirmed pen."""
        tool = self.state.tool
        return DEFAULT_STYLE if tool is None else InkStyle(tool.tool, tool.ink, tool.width)

    def units(self, pixels: float) -> float:
        """A length on the screen as one on the page."""
        return pixels / self.sight.view.scale

    def visible(self) -> Box:
        """The part of the page that is in view."""
        return self.sight.visible()

    def drawn(self, name: StrokeId) -> Stroke | None:
        """A stroke as it is shown."""
        page = self.shown
        return None if page is None else self.state.reader.drawn_stroke(page.number, name)

    def knows(self, page: PageId, names: Iterable[ItemId]) -> bool:
        """Whether a page of the row has all these items."""
        there = self.state.board.pages.get(page)
        if there is None or there.is_deleted:
            return False
        return all(there.item(name) is not None for name in names)

    def now_ms(self) -> float:
        """A clock that only runs forward."""
        return self._clock() * 1000

    def do(self, command: Command | BoardCommand) -> None:
        """Ask for a command of the teacher's."""
        self.asked.emit(Do(command))

    def ask(self, message: FromWindow) -> None:
        """Ask the engine for something else."""
        self.asked.emit(message)

    def leave_out(self, names: Set[ItemId]) -> None:
        """Leave items out of the page."""
        self.update_device(self.canvas.hide(names))

    def tell(self, words: BoardText, **values: object) -> None:
        """Say one line beside the writing."""
        self.told.emit(Line(say(words, **values), "good", "info-circle"))

    def refresh(self, area: Box | None = None) -> None:
        """What is painted over the page changed."""
        if area is None:
            self.update()
        else:
            self.update_page(area)
