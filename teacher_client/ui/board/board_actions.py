"""Everything the board's own actions do: tools, editing, writing habits, sheets, second screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import Ink, WriteInk
from signaling_server.protocol.commands import Tool as Inking
from signaling_server.protocol.entries import InstrumentKind, TextKind
from signaling_server.protocol.ids import ItemId
from signaling_server.protocol.items import TextItem
from teacher_client.drawing.pictures import NoPictures
from teacher_client.drawing.tokens import MARKERS, load_tokens
from teacher_client.geometry.boxes import Box, Point
from teacher_client.lesson.link import ChooseTool, ToolState
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board.clean_board import CleanBoard
from teacher_client.ui.board.clipboard import Clipboard
from teacher_client.ui.board.desk import Brush, Mode
from teacher_client.ui.board.eraser_tools import PartEraser, StrokeEraser
from teacher_client.ui.board.formula_sheet import FormulaSheet
from teacher_client.ui.board.hand_tool import HandTool
from teacher_client.ui.board.ink_tool import InkTool
from teacher_client.ui.board.instrument_grip import InstrumentGrip
from teacher_client.ui.board.laser_tool import LaserTool
from teacher_client.ui.board.leading import Leading
from teacher_client.ui.board.picture import ItemsPicture, Look, from_below
from teacher_client.ui.board.plot_sheet import PlotSheet
from teacher_client.ui.board.select_tool import SelectTool
from teacher_client.ui.board.text_editor import TextEditor
from teacher_client.ui.board.text_tool import TextTool
from teacher_client.ui.board.toolbox import Toolbox, Tools
from teacher_client.ui.board.writing import SAID, Writing, load_writing, save_writing
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.ink_writer import InkWriter
from teacher_client.ui.texts import say

if TYPE_CHECKING:
    from teacher_client.ui.board_view import BoardView

NEED_CHOICE: Final = (ActionId.CUT, ActionId.COPY, ActionId.DUPLICATE, ActionId.DELETE)
AROUND: Final = 600.0
"""Pixels around what is in view that a dragged picture still holds."""


class BoardActions:
    """The tools of a board, and what is done with them by keys, menu and column."""

    def __init__(
        self, view: BoardView, writer: InkWriter, send: Callable[[Sequence[WriteInk]], None]
    ) -> None:
        self._view = view
        self.writing: Writing = load_writing()
        self.clipboard = Clipboard(view)
        self.leading = Leading(view)
        self.clean: CleanBoard | None = None
        self._editor: TextEditor | None = None
        self._formula: FormulaSheet | None = None
        self._plot: PlotSheet | None = None
        select = SelectTool(view, self._depict, self._chosen_changed, self.edit_text)
        tools = Tools(
            InkTool(view, writer, send),
            LaserTool(view, writer, send),
            StrokeEraser(view),
            PartEraser(view),
            select,
            TextTool(view, self._write_text, self.edit_text),
            TextTool(view, self._write_formula, self.edit_text),
            HandTool(view, view.pan),
        )
        self.tools = Toolbox(tools, InstrumentGrip(view), lambda: view.state.tool)

    @property
    def select(self) -> SelectTool:
        """What is chosen."""
        return self.tools.tools.select

    def handlers(self) -> dict[ActionId, Callable[[], None]]:
        """By action."""
        choose, grip = self._view.choose_mode, self.tools.instrument
        return {
            ActionId.ERASE_PARTS: lambda: self._choose_tool(is_eraser=True, erases_area=True),
            ActionId.SELECT: lambda: choose(Mode.SELECT),
            ActionId.TEXT: lambda: choose(Mode.TEXT),
            ActionId.FORMULA: self.open_formula,
            ActionId.INSTRUMENT: lambda: self.lay(grip.next_kind()),
            ActionId.INSTRUMENT_AWAY: lambda: self.lay(InstrumentKind.NONE),
            ActionId.PLOT: self.open_plot,
            ActionId.LASER: lambda: self._choose_tool(Inking.LASER),
            ActionId.HAND: lambda: choose(Mode.HAND),
            ActionId.CONSTANT_WIDTH: self._toggle_constant,
            ActionId.SMOOTHING: self._step_smoothing,
            ActionId.STRAIGHTEN: self._toggle_straighten,
            ActionId.SNAP: self._toggle_snap,
            ActionId.COPY: self.copy,
            ActionId.CUT: self.cut,
            ActionId.PASTE: self.paste,
            ActionId.DUPLICATE: lambda: self._with_chosen(self.select.duplicate),
            ActionId.DELETE: lambda: self._with_chosen(self.select.delete),
            ActionId.SELECT_ALL: self._select_all,
            ActionId.FIT_PAGE: self._view.sight.fit_page,
            ActionId.LEAD: self._toggle_leading,
            ActionId.SECOND_SCREEN: self.toggle_clean,
        }

    def switches(self) -> dict[ActionId, bool]:
        """What is on, as the menu shows it."""
        return {
            ActionId.STRAIGHTEN: self.writing.straightens,
            ActionId.SNAP: self.writing.snaps,
            ActionId.LEAD: self.leading.is_on,
            ActionId.SECOND_SCREEN: self.clean is not None,
        }

    def why_not(self, name: ActionId) -> BoardText | None:
        """Why an action cannot be done now; None: it can."""
        if name in NEED_CHOICE and not self.select.chosen:
            return BoardText.NOTHING_CHOSEN
        return None

    # tools

    def _choose_tool(
        self, tool: Inking = Inking.PEN, *, is_eraser: bool = False, erases_area: bool = False
    ) -> None:
        self._view.choose_mode(Mode.DRAW)
        now = self._tool()
        ink = Ink.RED if tool is Inking.LASER else now.ink
        ink = Ink.INK if ink in MARKERS and tool is not Inking.MARKER else ink
        width = min(now.width, load_tokens().widths[-1])
        self._view.ask(ChooseTool(tool, ink, width, is_eraser, erases_area))

    def _toggle_constant(self) -> None:
        is_fine = self._tool().tool is Inking.FINELINER
        self._choose_tool(Inking.PEN if is_fine else Inking.FINELINER)

    def _tool(self) -> ToolState:
        return self._view.state.tool or ToolState(Inking.PEN, Ink.INK, load_tokens().widths[1])

    def lay(self, kind: InstrumentKind) -> None:
        """An instrument in the middle of what is in view, or none."""
        if self._view.page is not None:
            self.tools.instrument.lay(kind)
            self._view.wake()

    # writing

    def write_so(self, writing: Writing, said: BoardText) -> None:
        """Other habits from now on."""
        self.writing = writing
        save_writing(writing)
        self._view.show_switches()
        self._view.ask(writing.message)  # the paper pen has the same
        self._view.tell(said)

    def _step_smoothing(self) -> None:
        other = self.writing.smoother()
        self.write_so(other, SAID[other.smoothing])

    def _toggle_straighten(self) -> None:
        is_on = not self.writing.straightens
        said = BoardText.STRAIGHTEN_ON if is_on else BoardText.STRAIGHTEN_OFF
        self.write_so(replace(self.writing, straightens=is_on), said)

    def _toggle_snap(self) -> None:
        is_on = not self.writing.snaps
        said = BoardText.SNAP_ON if is_on else BoardText.SNAP_OFF
        self.write_so(replace(self.writing, snaps=is_on), said)

    # editing

    def restyle(self, ink: Ink | None = None, width: int | None = None) -> bool:
        """Colour or width for what is typed or chosen; whether there is something."""
        if self._editor is not None and self._editor.is_open:
            if ink is not None:
                self._editor.take_ink(ink)
            return True
        return self.tools.mode is Mode.SELECT and self.select.restyle(ink, width)

    def copy(self) -> None:
        """What is chosen, to the clipboard."""
        self._with_chosen(self._copy)

    def cut(self) -> None:
        """The same, and off the page."""

        def cut() -> None:
            self._copy()
            self.select.delete()

        self._with_chosen(cut)

    def paste(self) -> None:
        """What is on the clipboard, to the page."""
        if self._view.page is None:
            return
        self._view.choose_mode(Mode.SELECT)
        self.select.await_copies()
        self.clipboard.paste(self._session())
        self._view.wake()

    def _copy(self) -> None:
        bounds = self.select.bounds()
        if bounds is not None:
            self.clipboard.copy(self.select.chosen, bounds, self._session(), self._look())

    def _with_chosen(self, do: Callable[[], None]) -> None:
        if self.select.chosen:
            do()
            self._view.wake()
        else:
            self._view.tell(BoardText.NOTHING_CHOSEN)

    def _select_all(self) -> None:
        self._view.choose_mode(Mode.SELECT)
        self.select.choose_all()

    def _chosen_changed(self) -> None:
        count = len(self.select.chosen)
        self._view.chosen_changed.emit(count)
        if count:
            words = say(BoardText.CHOSEN, count=count)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, words))

    def _session(self) -> str:
        lesson = self._view.state.lesson
        return "" if lesson is None else lesson.session

    def _look(self) -> Look:
        view = self._view
        source = view.pictures if view.pictures is not None else NoPictures()
        return Look(view.colors, view.canvas.shapes, source)

    def _depict(self, names: Iterable[ItemId]) -> ItemsPicture:
        """A picture of items to be dragged: as far as they are in view, or nearly so."""
        view, page, names = self._view, self._view.page, tuple(names)
        bounds = self.select.bounds()
        assert page is not None
        assert bounds is not None
        around, near = view.units(AROUND), view.visible()
        area: Box = (
            max(bounds[0], near[0] - around),
            max(bounds[1], near[1] - around),
            min(bounds[2], near[2] + around),
            min(bounds[3], near[3] + around),
        )
        return ItemsPicture(from_below(page, names), self._look(), area, view.canvas.scale)

    # typing

    def open_formula(self) -> None:
        """The sheet, and the tool that says where."""
        self._view.choose_mode(Mode.FORMULA)
        self._formula_sheet().write(None)

    def open_plot(self) -> None:
        """The sheet for graphs."""
        if self._plot is None:
            self._plot = PlotSheet(self._view.window(), self._view)
            self._plot.placing.connect(self._await_graph)
        self._plot.open()

    def _await_graph(self, x: float, y: float, has_no_room: bool) -> None:
        """Bring it into view; over other ink it is chosen, so that it can be moved at once."""
        if has_no_room:
            self._view.choose_mode(Mode.SELECT)
            self.select.await_copies()
        self._view.sight.set(self._view.sight.view.following(x, y))

    def edit_text(self, item: TextItem) -> None:
        """Change a text or formula that is there."""
        if item.body.kind is TextKind.FORMULA:
            self._formula_sheet().edit(item)
        else:
            self._text_editor().edit(item, self._view.colors)

    def end_typing(self) -> bool:
        """Put what is being typed on the board; whether something was."""
        if self._editor is None or not self._editor.is_open:
            return False
        self._editor.finish()
        return True

    def escape(self) -> bool:
        """Esc: whether there was something to put down."""
        had = self.end_typing()
        self.tools.cancel()
        return self.select.clear() or had

    def _write_text(self, at: Point) -> None:
        self._text_editor().write(at, self._view.colors)

    def _write_formula(self, at: Point) -> None:
        self._formula_sheet().write(at)

    def _text_editor(self) -> TextEditor:
        if self._editor is None:
            self._editor = TextEditor(self._view, self._view, self._view.to_widget)
        return self._editor

    def _formula_sheet(self) -> FormulaSheet:
        if self._formula is None:
            self._formula = FormulaSheet(self._view.window(), self._view)
            self._formula.closed.connect(self._formula_closed)
        return self._formula

    def _formula_closed(self) -> None:
        if self.tools.mode is Mode.FORMULA:
            self._view.choose_mode(Mode.DRAW)

    # view

    def _toggle_leading(self) -> None:
        is_on = not self.leading.is_on
        self.leading.turn(is_on=is_on)
        self._view.show_switches()
        self._view.tell(BoardText.LEAD_ON if is_on else BoardText.LEAD_OFF)
        self._view.wake()

    def toggle_clean(self) -> None:
        """Open or close the second screen."""
        if self.clean is not None:
            self.clean.close()
            return
        view = self._view
        self.clean = CleanBoard(view.state, view.canvas.shapes, view.paper, view.pictures)
        self.clean.setParent(view.window(), Qt.WindowType.Window)
        self.clean.closed.connect(self._clean_closed)
        self.clean.show_on_other_screen(view.window())
        self.clean.follow(view.visible())
        view.show_switches()

    def close(self) -> None:
        """The lesson's window closes."""
        if self.clean is not None:
            self.clean.close()

    def _clean_closed(self) -> None:
        if self.clean is not None:
            self.clean.deleteLater()
            self.clean = None
            self._view.show_switches()

    def picture_came(self, sha256: str) -> None:
        """For the second screen."""
        if self.clean is not None:
            self.clean.picture_came(sha256)

    def sight_moved(self) -> None:
        """The teacher looks elsewhere."""
        if self._editor is not None:
            self._editor.place()
        if self.clean is not None and self._view.shown is self.clean.shown:
            self.clean.follow(self._view.visible())

    # time, changes, paint

    @property
    def is_busy(self) -> bool:
        """Whether ``pump`` is to be called every 8 to 16 ms."""
        return self.tools.is_busy or self.leading.is_busy

    def pump(self) -> None:
        """A moment passed."""
        self.tools.pump()
        self.leading.pump()

    def show_changes(self, changes: Changes) -> None:
        """For the second screen."""
        if self.clean is not None:
            self.clean.show_changes(changes)

    def draw(self, brush: Brush) -> None:
        """Paint over the page."""
        self.leading.draw(brush)
        self.tools.draw(brush)
