"""Tools upright beside the board: pen, marker, eraser, inks, widths, undo, redo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from signaling_server.protocol.commands import Ink, Redo, Tool, Undo
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.tokens import load_tokens
from teacher_client.lesson.link import ChooseTool, Do, ToolState
from teacher_client.ui.actions import ink_name
from teacher_client.ui.parts import frame, icon_button, rule, tight
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme, ui_font

TOOL_SIZE = 40
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
        self.setToolTip(f"{tip} ({key})")
        self.setAccessibleName(tip)
        self.setAccessibleDescription(key)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._key = key

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
        self.setFixedSize(TOOL_SIZE, 26)
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
    """Shows the confirmed tool; asks for another.

    Signals:
        asked: ChooseTool, or Do(Undo) and Do(Redo).
    """

    asked = Signal(object)

    def __init__(self, paper: str) -> None:
        super().__init__()
        tokens = load_tokens()
        self._shown = ToolState(Tool.PEN, Ink.INK, tokens.widths[1])
        self._last_pen = self._shown
        self.pen = KeyedButton("ballpen", say(Text.PEN), "P")
        self.marker = KeyedButton("highlight", say(Text.TOOL_MARKER), "H")
        self.eraser = KeyedButton("eraser", say(Text.TOOL_ERASER), "E")
        self.inks = [InkButton(ink, paper) for ink in PEN_INKS]
        said = (Text.WIDTH_THIN, Text.WIDTH_MIDDLE, Text.WIDTH_THICK)
        self.widths = [
            WidthButton(width, words, pixels)
            for width, words, pixels in zip(tokens.widths, said, (2.0, 4.0, 7.0), strict=True)
        ]
        self.undo = icon_button("arrow-back-up", f"{say(Text.UNDO)} (Ctrl+Z)", TOOL_SIZE, glyph=22)
        self.redo = icon_button(
            "arrow-forward-up", f"{say(Text.REDO)} (Ctrl+Y)", TOOL_SIZE, glyph=22
        )
        self._build()
        self.show_tool(self._shown)

    def show_tool(self, tool: ToolState) -> None:
        """Show the tool in hand, as confirmed."""
        self._shown = tool
        is_pen = tool.tool is Tool.PEN and not tool.is_eraser
        if is_pen:
            self._last_pen = tool
        self.pen.setChecked(is_pen)
        self.marker.setChecked(tool.tool is Tool.MARKER and not tool.is_eraser)
        self.eraser.setChecked(tool.is_eraser)
        for button in self.inks:
            button.setChecked(button.ink is tool.ink and is_pen)
        for line in self.widths:
            line.setChecked(line.width_units == tool.width and is_pen)

    def choose_pen(self) -> None:
        """The pen with its last ink and width."""
        last = self._last_pen
        self.asked.emit(ChooseTool(Tool.PEN, last.ink, last.width))

    def choose_marker(self) -> None:
        """The yellow marker; a second press takes the other one."""
        other = self._shown.tool is Tool.MARKER and self._shown.ink is Ink.MARKER_YELLOW
        is_other = other and not self._shown.is_eraser
        ink = Ink.MARKER_AQUA if is_other else Ink.MARKER_YELLOW
        self.asked.emit(ChooseTool(Tool.MARKER, ink, load_tokens().marker_width))

    def choose_eraser(self) -> None:
        """The eraser, by whole strokes; the pen's style is kept."""
        last = self._last_pen
        self.asked.emit(ChooseTool(Tool.PEN, last.ink, last.width, is_eraser=True))

    def choose_ink(self, ink: Ink) -> None:
        """The pen in this ink."""
        self.asked.emit(ChooseTool(Tool.PEN, ink, self._last_pen.width))

    def choose_width(self, width: int) -> None:
        """The pen in this width."""
        self.asked.emit(ChooseTool(Tool.PEN, self._last_pen.ink, width))

    def step_width(self, step: int) -> None:
        """The next thinner (-1) or thicker (+1) width."""
        widths = load_tokens().widths
        nearest = min(range(len(widths)), key=lambda i: abs(widths[i] - self._last_pen.width))
        self.choose_width(widths[max(0, min(len(widths) - 1, nearest + step))])

    def _build(self) -> None:
        column = frame("toolColumn", say(Text.TOOLS))
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(column)
        layout = QVBoxLayout(column)
        tight(layout, 8, 10, 7, 8)
        layout.setSpacing(2)
        for button in (self.pen, self.marker, self.eraser):
            layout.addWidget(button)
        _part(layout)
        for ink in self.inks:
            layout.addWidget(ink)
            ink.clicked.connect(lambda _on, chosen=ink.ink: self._again(self.choose_ink, chosen))
        _part(layout)
        for line in self.widths:
            layout.addWidget(line)
            width = line.width_units
            line.clicked.connect(lambda _on, chosen=width: self._again(self.choose_width, chosen))
        _part(layout)
        layout.addWidget(self.undo)
        layout.addWidget(self.redo)
        layout.addStretch()
        self.setFixedWidth(56)
        self.pen.clicked.connect(lambda: self._again(self.choose_pen))
        self.marker.clicked.connect(lambda: self._again(self.choose_marker))
        self.eraser.clicked.connect(lambda: self._again(self.choose_eraser))
        self.undo.clicked.connect(lambda: self.asked.emit(Do(Undo())))
        self.redo.clicked.connect(lambda: self.asked.emit(Do(Redo())))

    def _again(self, choose: object, *values: object) -> None:
        """Ask, and show the confirmed tool until the answer comes (Qt has toggled already)."""
        if callable(choose):
            choose(*values)
        self.show_tool(self._shown)


def _part(layout: QVBoxLayout) -> None:
    layout.addSpacing(5)
    line = rule()
    line.setFixedWidth(28)
    layout.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addSpacing(5)
