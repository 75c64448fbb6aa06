"""What a tool may see and ask of the board, and what every tool can be told."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QTransform

from signaling_server.protocol.board import Changes, Page, Stroke
from signaling_server.protocol.commands import Command
from signaling_server.protocol.entries import InstrumentSet
from signaling_server.protocol.ids import ItemId, PageId, StrokeId
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import PaperColors
from teacher_client.drawing.overlays import OverlayColors
from teacher_client.geometry.boxes import Box
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.link import FromWindow
from teacher_client.ui.board.writing import Writing
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.ink_writer import InkStyle, Pointer

ARROWS: Final[dict[int, tuple[int, int]]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Keys and their ways on the page."""


class Mode(enum.Enum):
    """What the pointer is for; DRAW is whatever the engine confirmed: pen, eraser, laser."""

    DRAW = "draw"
    SELECT = "select"
    TEXT = "text"
    FORMULA = "formula"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Brush:
    """What a tool paints with: `view` takes page units to the painter's pixels."""

    painter: QPainter
    view: QTransform
    overlay: OverlayColors
    paper: PaperColors


class Desk(Protocol):
    """The board as its tools know it."""

    @property
    def page(self) -> Page | None:
        """The shown page; None before the first and while a playback or nothing is on."""

    @property
    def canvas(self) -> PageCanvas:
        """What is painted, and where it lies."""

    @property
    def ink_style(self) -> InkStyle:
        """The confirmed pen."""

    @property
    def writing(self) -> Writing:
        """The teacher's habits."""

    @property
    def instrument(self) -> InstrumentSet | None:
        """What lies on the page, as it is moved just now."""

    def units(self, pixels: float) -> float:
        """A length on the screen as one on the page."""

    def visible(self) -> Box:
        """The part of the page that is in view."""

    def drawn(self, name: StrokeId) -> Stroke | None:
        """A stroke as it is shown."""

    def knows(self, page: PageId, names: Iterable[ItemId]) -> bool:
        """Whether a page of the row has all these items, shown or hidden."""

    def now_ms(self) -> float:
        """A clock that only runs forward."""

    def do(self, command: Command | BoardCommand) -> None:
        """Ask for a command of the teacher's."""

    def ask(self, message: FromWindow) -> None:
        """Ask the engine for something else."""

    def leave_out(self, names: Set[ItemId]) -> None:
        """Leave these items out of the page: a tool paints them."""

    def tell(self, words: BoardText, **values: object) -> None:
        """Say one line beside the writing."""

    def refresh(self, area: Box | None = None) -> None:
        """What is painted over the page changed here; None: anywhere."""


class Tool:
    """One tool. Pointers come in order: press, moves, release; hovers between.

    ``cancel`` ends what is in hand without an outcome, as far as that can be.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def press(self, at: Pointer) -> None:
        """The button or the tip went down."""

    def move(self, at: Pointer) -> None:
        """It moved while down."""

    def release(self, at: Pointer | None) -> None:
        """It went up; None: where it was last."""

    def hover(self, at: Pointer | None) -> None:
        """It moved while up; None: it left the board."""

    def double(self, at: Pointer) -> None:
        """Pressed twice quickly."""

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """A key; whether it was taken."""
        return False

    def cancel(self) -> None:
        """Stop."""

    def left(self) -> None:
        """Another tool or page was chosen."""
        self.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether ``pump`` is to be called every 8 to 16 ms."""
        return False

    def pump(self) -> None:
        """A moment passed."""

    def show_changes(self, changes: Changes) -> None:
        """The page changed, and is shown so; what the tool holds may be gone."""

    def draw(self, brush: Brush) -> None:
        """Paint over the page."""
