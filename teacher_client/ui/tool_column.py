"""Tools upright beside the board: what the pointer is for, inks, widths, undo, redo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from signaling_server.protocol.commands import Ink, Redo, Tool, Undo
from signaling_server.protocol.entries import InstrumentKind
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.tokens import MARKERS, load_tokens
from teacher_client.lesson.link import ChooseTool, Do, ToolState
from teacher_client.ui.actions import ActionId, ink_name
from teacher_client.ui.board.desk import Mode
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.icons import icon
from teacher_client.ui.parts import frame, icon_button, rule, tight
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme, ui_font

TOOL_SIZE = 40
WIDTH = 88
"""Two tools beside each other: at 1180 wide the board still has half of the window."""
PENS: Final = (Tool.PEN, Tool.FINELINER)
INSTRUMENTS: Final = (
    (InstrumentKind.RULER, BoardText.RULER, "ruler"),
    (InstrumentKind.SET_SQUARE_45, BoardText.SET_SQUARE_45, "triangle"),
    (InstrumentKind.SET_SQUARE_60, BoardText.SET_SQUARE_60, "ruler-3"),
    (InstrumentKind.PROTRACTOR, BoardText.PROTRACTOR, "angle"),
    (InstrumentKind.COMPASS, BoardText.COMPASS, "geometry"),
    (InstrumentKind.NONE, BoardText.INSTRUMENT_AWAY, "x"),
)
PEN_INKS = (Ink.INK, Ink.BLUE, Ink.RED, Ink.GREEN, Ink.OCHRE, Ink.PURPLE)


class KeyedButton(QToolButton):
    """A tool with its key in the corner; the chosen one is filled."""

    def __init__(self, glyph: str, tip: str, key: str) -> None:
        super().__init__()
        made = icon_button(glyph, tip, TOOL_SIZE, "tool", 22)
        self.setIcon(made.icon())
        self.setIconSize(QSize(22, 22))
        self.setFixedSize(TOOL_SIZE, TOOL_SIZE)
        self.setProperty("role", "tool")
        self.setCheckable(True)
        self.setToolTip(f"{tip} ({key})" if key else tip)
        self.setAccessibleName(tip)
        self.setAccessibleDescription(key)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._key = key
        self._glyph = glyph

    def show_glyph(self, glyph: str, tip: str) -> None:
        """Another form of the same tool."""
        if glyph != self._glyph:
            self._glyph = glyph
            self.setIcon(icon(glyph, checked="on.primary"))
            self.setToolTip(f"{tip} ({self._key})")
            self.setAccessibleName(tip)

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(ui_font("caption"))
        painter.setPen(theme().color("on.primary" if self.isChecked() else "text.3"))
        area = self.rect().adjusted(0, 0, -3, -1)
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._key
        )


class InkButton(QToolButton):
    """A swatch on a ring of the paper's ground; the chosen ink has a second ring and a check."""

    def __init__(self, ink: Ink, paper: str) -> None:
        super().__init__()
        self.ink = ink
        self._colors = paper_colors(paper)
        self._key = load_tokens().inks[ink].key
        self.setCheckable(True)
        self.setFixedSize(TOOL_SIZE, 32)
        self.setToolTip(f"{ink_name(ink)} ({self._key})")
        self.setAccessibleName(ink_name(ink))
        self.setAccessibleDescription(self._key)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(17, self.height() / 2)
        if self.underMouse() or self.property("kbd"):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("bg.hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setBrush(self._colors.ground)
        if self.isChecked():
            painter.setPen(QPen(theme().color("primary"), 2))
            painter.drawEllipse(center, 13, 13)
        else:
            painter.setPen(QPen(theme().color("line.strong"), 1))
            painter.drawEllipse(center, 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colors.inks[self.ink])
        painter.drawEllipse(center, 9, 9)
        if self.isChecked():
            painter.setPen(QPen(self._colors.ground, 2))
            painter.drawPolyline([center + QPointF(*at) for at in ((-4, 0), (-1, 3), (4, -3))])
        painter.setFont(ui_font("caption"))
        painter.setPen(theme().color("primary" if self.isChecked() else "text.3"))
        area = self.rect().adjusted(0, 0, -1, -2)
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._key
        )


class WidthButton(QToolButton):
    """A line as thick as it writes."""

    def __init__(self, width: int, said: Text, pixels: float) -> None:
        super().__init__()
        self.width_units = width
        self._pixels = pixels
        self.setCheckable(True)
        self.setFixedSize(TOOL_SIZE - 2, 26)
        self.setToolTip(f"{say(said)} ([ ])")
        self.setAccessibleName(say(said))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme().color("primary" if self.isChecked() else "text.1")
        pen = QPen(color, self._pixels)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QPointF(11, middle), QPointF(self.width() - 11, middle))


class ToolColumn(QWidget):
    """Shows the confirmed tool and the window's own mode; asks for others.

    Attributes:
        restyle: takes an ink or a width for what is chosen or typed; False: nothing is.
        triggers: buttons that trigger the action of this name.

    Signals:
        asked: ChooseTool, or Do(Undo) and Do(Redo).
        mode_wanted: what the pointer is to be for; a Mode.
        instrument_wanted: an InstrumentKind to lay, NONE: to put away.
    """

    asked = Signal(object)
    mode_wanted = Signal(object)
    instrument_wanted = Signal(object)

    def __init__(self, paper: str) -> None:
        super().__init__()
        tokens = load_tokens()
        self._shown = ToolState(Tool.PEN, Ink.INK, tokens.widths[1])
        self._last_pen = self._shown
        self._mode = Mode.DRAW
        self.restyle: Callable[[Ink | None, int | None], bool] = lambda _ink, _width: False
        self.pen = KeyedButton("ballpen", say(Text.PEN), "P")
        self.marker = KeyedButton("highlight", say(Text.TOOL_MARKER), "H")
        self.eraser = KeyedButton("eraser", say(Text.TOOL_ERASER), "E")
        self.laser = KeyedButton("pointer", say(BoardText.LASER), "L")
        self.select = KeyedButton("lasso", say(BoardText.SELECT), "V")
        self.hand = KeyedButton("hand-grab", say(BoardText.HAND), "")
        self.text = KeyedButton("typography", say(BoardText.TEXT), "T")
        self.formula = KeyedButton("math-symbols", say(BoardText.FORMULA), "")
        self.instrument = KeyedButton("ruler-2", say(BoardText.INSTRUMENT), "R")
        self.plot = KeyedButton("math-function", say(BoardText.PLOT), "")
        self.inks = [InkButton(ink, paper) for ink in PEN_INKS]
        said = (Text.WIDTH_THIN, Text.WIDTH_MIDDLE, Text.WIDTH_THICK)
        self.widths = [
            WidthButton(width, words, pixels)
            for width, words, pixels in zip(tokens.widths, said, (2.0, 4.0, 7.0), strict=True)
        ]
        self.constant = icon_button("line", f"{say(BoardText.CONSTANT_WIDTH)} (Shift+P)", 26)
        self.undo = icon_button("arrow-back-up", f"{say(Text.UNDO)} (Ctrl+Z)", TOOL_SIZE, glyph=22)
        self.redo = icon_button(
            "arrow-forward-up", f"{say(Text.REDO)} (Ctrl+Y)", TOOL_SIZE, glyph=22
        )
        self.triggers: dict[QToolButton, ActionId] = {
            self.laser: ActionId.LASER,
            self.formula: ActionId.FORMULA,
            self.plot: ActionId.PLOT,
            self.constant: ActionId.CONSTANT_WIDTH,
        }
        self._build()
        self._connect()
        self.show_tool(self._shown)

    def show_tool(self, tool: ToolState) -> None:
        """Show the tool in hand, as confirmed."""
        self._shown = tool
        is_pen = tool.tool in PENS and not tool.is_eraser
        if is_pen:
            self._last_pen = tool
        is_drawing = self._mode is Mode.DRAW
        self.pen.setChecked(is_pen and is_drawing)
        self.marker.setChecked(tool.tool is Tool.MARKER and not tool.is_eraser and is_drawing)
        self.eraser.setChecked(tool.is_eraser and is_drawing)
        self.laser.setChecked(tool.tool is Tool.LASER and not tool.is_eraser and is_drawing)
        self.eraser.show_glyph(
            "circle-dashed" if tool.is_eraser and tool.erases_area else "eraser",
            say(BoardText.ERASE_PARTS if tool.erases_area else Text.TOOL_ERASER),
        )
        self.constant.setChecked(self._last_pen.tool is Tool.FINELINER)
        for button in self.inks:
            button.setChecked(button.ink is tool.ink and is_pen)
        for line in self.widths:
            line.setChecked(line.width_units == tool.width and is_pen)
        for button_, mode in self._modes():
            button_.setChecked(self._mode is mode)
        for other in (self.plot, self.instrument):
            other.setChecked(False)

    def show_mode(self, mode: Mode) -> None:
        """Show what the pointer is for."""
        self._mode = mode
        self.show_tool(self._shown)

    def choose_pen(self) -> None:
        """The pen with its last ink and width."""
        last = self._last_pen
        self._draw(ChooseTool(last.tool, last.ink, last.width))

    def choose_marker(self) -> None:
        """The yellow marker; a second press takes the other one."""
        other = self._shown.tool is Tool.MARKER and self._shown.ink is Ink.MARKER_YELLOW
        is_other = other and not self._shown.is_eraser and self._mode is Mode.DRAW
        self.choose_ink(Ink.MARKER_AQUA if is_other else Ink.MARKER_YELLOW)

    def choose_eraser(self) -> None:
        """The eraser by whole strokes, a second press takes that by parts; the pen is kept."""
        last, shown = self._last_pen, self._shown
        is_other = shown.is_eraser and not shown.erases_area and self._mode is Mode.DRAW
        self._draw(
            ChooseTool(last.tool, last.ink, last.width, is_eraser=True, erases_area=is_other)
        )

    def choose_ink(self, ink: Ink) -> None:
        """What is chosen or typed in this ink, else the pen or marker that has it."""
        if self.restyle(ink, None):
            return
        if ink in MARKERS:
            self._draw(ChooseTool(Tool.MARKER, ink, load_tokens().marker_width))
            return
        wanted = ChooseTool(self._last_pen.tool, ink, self._last_pen.width)
        if self._mode in (Mode.TEXT, Mode.FORMULA):
            self.asked.emit(wanted)  # the next words have it too
        else:
            self._draw(wanted)

    def choose_width(self, width: int) -> None:
        """What is chosen, else the pen, in this width."""
        if not self.restyle(None, width):
            self._draw(ChooseTool(self._last_pen.tool, self._last_pen.ink, width))

    def step_width(self, step: int) -> None:
        """The next thinner (-1) or thicker (+1) width."""
        widths = load_tokens().widths
        nearest = min(range(len(widths)), key=lambda i: abs(widths[i] - self._last_pen.width))
        self.choose_width(widths[max(0, min(len(widths) - 1, nearest + step))])

    def _draw(self, wanted: ChooseTool) -> None:
        self.mode_wanted.emit(Mode.DRAW)
        self.asked.emit(wanted)

    def _modes(self) -> tuple[tuple[KeyedButton, Mode], ...]:
        return (
            (self.select, Mode.SELECT),
            (self.text, Mode.TEXT),
            (self.formula, Mode.FORMULA),
            (self.hand, Mode.HAND),
        )

    def _build(self) -> None:
        column = frame("toolColumn", say(Text.TOOLS))
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(column)
        layout = QVBoxLayout(column)
        tight(layout, 3, 10, 3, 8)
        layout.setSpacing(2)
        tools = (
            (self.pen, self.marker),
            (self.eraser, self.laser),
            (self.select, self.hand),
            (self.text, self.formula),
            (self.instrument, self.plot),
        )
        _rows(layout, tools)
        _part(layout)
        _rows(layout, [self.inks[at : at + 2] for at in range(0, len(self.inks), 2)])
        _part(layout)
        _rows(layout, ((self.widths[0], self.widths[1]), (self.widths[2], self.constant)))
        _part(layout)
        _rows(layout, ((self.undo, self.redo),))
        layout.addStretch()
        self.setFixedWidth(WIDTH)

    def _connect(self) -> None:
        for ink in self.inks:
            ink.clicked.connect(lambda _on, chosen=ink.ink: self._again(self.choose_ink, chosen))
        for line in self.widths:
            width = line.width_units
            line.clicked.connect(lambda _on, chosen=width: self._again(self.choose_width, chosen))
        for button, choose in (
            (self.pen, self.choose_pen),
            (self.marker, self.choose_marker),
            (self.eraser, self.choose_eraser),
        ):
            button.clicked.connect(lambda _on, chosen=choose: self._again(chosen))
        for button, mode in self._modes():
            if button not in self.triggers:
                button.clicked.connect(lambda _on, one=mode: self.mode_wanted.emit(one))
            button.clicked.connect(lambda: self.show_tool(self._shown))
        for other in self.triggers:
            other.setCheckable(True)
            other.clicked.connect(lambda: self.show_tool(self._shown))
        self.undo.clicked.connect(lambda: self.asked.emit(Do(Undo())))
        self.redo.clicked.connect(lambda: self.asked.emit(Do(Redo())))
        self.instrument.clicked.connect(self._pop_instruments)
        self.instrument.setToolTip(say(BoardText.INSTRUMENT_TIP))

    def _pop_instruments(self) -> None:
        self.show_tool(self._shown)
        menu = QMenu(self)
        menu.setAccessibleName(say(BoardText.INSTRUMENT))
        for kind, words, glyph in INSTRUMENTS:
            action = menu.addAction(icon(glyph), say(words))
            action.triggered.connect(
                lambda _on=False, chosen=kind: self.instrument_wanted.emit(chosen)
            )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.instrument.mapToGlobal(self.instrument.rect().topRight()))

    def _again(self, choose: Callable[..., None], *values: object) -> None:
        """Ask, and show the confirmed tool until the answer comes (Qt has toggled already)."""
        choose(*values)
        self.show_tool(self._shown)


def _rows(layout: QVBoxLayout, rows: Sequence[Sequence[QWidget]]) -> None:
    for row in rows:
        line = QHBoxLayout()
        line.setSpacing(2)
        for one in row:
            line.addWidget(one, 1, Qt.AlignmentFlag.AlignCenter)
        layout.addLayout(line)


def _part(layout: QVBoxLayout) -> None:
    layout.addSpacing(5)
    line = rule()
    line.setFixedWidth(60)
    layout.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addSpacing(5)
