"""Which tool has the pointer: the instrument first, the tablet's eraser end, the one in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import Tool as Inking
from teacher_client.lesson.link import ToolState
from teacher_client.ui.board.desk import Brush, Mode, Tool
from teacher_client.ui.board.eraser_tools import PartEraser, StrokeEraser
from teacher_client.ui.board.hand_tool import HandTool
from teacher_client.ui.board.ink_tool import InkTool
from teacher_client.ui.board.instrument_grip import InstrumentGrip
from teacher_client.ui.board.laser_tool import LaserTool
from teacher_client.ui.board.select_tool import SelectTool
from teacher_client.ui.board.text_tool import TextTool
from teacher_client.ui.ink_writer import Pointer


@dataclass(frozen=True, slots=True)
class Tools:
    """One of each."""

    ink: InkTool
    laser: LaserTool
    strokes: StrokeEraser
    parts: PartEraser
    select: SelectTool
    text: TextTool
    formula: TextTool
    hand: HandTool


class Toolbox:
    """Hands pointers to one tool from press to release.

    Args:
        confirmed: the pen's tool as the engine told it last.
    """

    def __init__(
        self, tools: Tools, instrument: InstrumentGrip, confirmed: Callable[[], ToolState | None]
    ) -> None:
        self.tools = tools
        self.instrument = instrument
        self.mode = Mode.DRAW
        self._confirmed = confirmed
        self._pressed: Tool | None = None
        self._hovered: Tool | None = None

    def choose(self, mode: Mode) -> None:
        """Another mode; what is in hand is ended."""
        if mode is not self.mode:
            self.leave()
            self.mode = mode

    def leave(self) -> None:
        """Another page or mode: nothing is in hand or chosen."""
        for tool in self._all():
            tool.left()
        self._pressed = self._hovered = None
        self.instrument.drop()

    def in_hand(self, at: Pointer | None = None) -> Tool:
        """The tool that a press would go to."""
        tools, confirmed = self.tools, self._confirmed()
        erases = at is not None and at.is_eraser
        if self.mode is not Mode.DRAW and not erases:
            chosen: dict[Mode, Tool] = {
                Mode.SELECT: tools.select,
                Mode.TEXT: tools.text,
                Mode.FORMULA: tools.formula,
                Mode.HAND: tools.hand,
            }
            return chosen[self.mode]
        if erases or (confirmed is not None and confirmed.is_eraser):
            has_area = confirmed is not None and confirmed.erases_area
            return tools.parts if has_area else tools.strokes
        if confirmed is not None and confirmed.tool is Inking.LASER:
            return tools.laser
        return tools.ink

    # pointers

    def press(self, at: Pointer) -> None:
        """The button or the tip went down."""
        tool = self.in_hand(at)
        if self.instrument.press(at, draws=tool is self.tools.ink):
            return
        self._pressed = tool
        tool.press(at)

    def move(self, at: Pointer) -> None:
        """It moved while down."""
        if self.instrument.is_held:
            self.instrument.move(at)
        elif self._pressed is not None:
            self._pressed.move(at)

    def release(self, at: Pointer | None) -> None:
        """It went up."""
        if self.instrument.is_held:
            self.instrument.release()
            return
        tool, self._pressed = self._pressed, None
        if tool is not None:
            tool.release(at)

    def hover(self, at: Pointer | None) -> None:
        """It moved while up, or (None) left the board."""
        tool = self.in_hand(at)
        if self._hovered is not None and self._hovered is not tool:
            self._hovered.hover(None)
        self._hovered = None if at is None else tool
        tool.hover(at)

    def double(self, at: Pointer) -> None:
        """Pressed twice; who writes begins a new stroke."""
        if self.mode is Mode.DRAW:
            self.press(at)
        else:
            self.in_hand(at).double(at)

    def cancel(self) -> None:
        """Stop what is in hand: two fingers came down, or the window lost the pointer."""
        tool, self._pressed = self._pressed, None
        if tool is not None:
            tool.cancel()
        self.instrument.release()

    def cursor(self, at: Pointer) -> Qt.CursorShape:
        """What a press here would do."""
        tool = self.in_hand(at)
        over = self.instrument.cursor((at.x, at.y), draws=tool is self.tools.ink)
        return tool.cursor if over is None else over

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """A key; whether it was taken."""
        return self.instrument.key(key, modifiers) or self.in_hand().key(key, modifiers)

    # time, changes, paint

    @property
    def is_busy(self) -> bool:
        """Whether ``pump`` is to be called every 8 to 16 ms."""
        return self.instrument.is_busy or any(tool.is_busy for tool in self._all())

    def pump(self) -> None:
        """A moment passed."""
        self.instrument.pump()
        for tool in self._all():
            if tool.is_busy:
                tool.pump()

    def show_changes(self, changes: Changes) -> None:
        """The page changed and is shown so."""
        self.tools.select.show_changes(changes)
        self.tools.parts.show_changes(changes)

    def draw(self, brush: Brush) -> None:
        """Paint over the page."""
        self.instrument.draw(brush)
        for tool in self._all():
            tool.draw(brush)

    def _all(self) -> tuple[Tool, ...]:
        tools = self.tools
        return (
            tools.ink,
            tools.laser,
            tools.strokes,
            tools.parts,
            tools.select,
            tools.text,
            tools.formula,
            tools.hand,
        )
