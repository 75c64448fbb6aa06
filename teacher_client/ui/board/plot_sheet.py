"""A sheet for graphs of functions: expression, ranges, what it looks like, and placing it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.texts import letters_path
from teacher_client.geometry.formula import ParseError, parse
from teacher_client.lesson.board_commands import PutItems
from teacher_client.ui.board.desk import Desk
from teacher_client.ui.board.plotting import Graph, Wanted, graph
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.parts import Label, set_property, text_button
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.texts import say
from teacher_client.ui.theme import theme

WAIT_MS: Final = 120
FARTHEST: Final = 10_000.0
CM: Final = 1000
EDGE: Final = 900
"""Around the frame for arrows and letters."""


class GraphPicture(QWidget):
    """The graph as it will be placed, as large as fits."""

    def __init__(self) -> None:
        super().__init__()
        self._graph: Graph | None = None
        self._area = QRectF()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(180)
        self.setAccessibleName(say(BoardText.PLOT_PREVIEW))

    def show_graph(self, graph_: Graph, area: QRectF) -> None:
        """Show a graph, whose frame is `area`."""
        self._graph, self._area = graph_, area.adjusted(-EDGE, -EDGE, EDGE, EDGE)
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(300, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        paper = paper_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme().color("line"))
        painter.setBrush(paper.ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._graph is None:
            return
        scale = min(self.width() / self._area.width(), self.height() / self._area.height())
        painter.translate(QRectF(self.rect()).center())
        painter.scale(scale, scale)
        painter.translate(-self._area.center())
        for put in self._graph.strokes:
            painter.setPen(QPen(paper.inks[put.ink], max(put.width, 1.2 / scale)))
            points = zip(put.x, put.y, strict=True)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
        for text in self._graph.texts:
            path = letters_path(text.text, text.size, text.breaks)
            painter.fillPath(path.translated(text.x, text.y), paper.inks[text.ink])


class PlotSheet(SideSheet):
    """Type a function, see it, place it with its axes.

    Signals:
        placing: a graph is asked for next: its middle (x, y) in 1/100 mm, and whether it found
            no room of its own.
    """

    placing = Signal(float, float, bool)

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, say(BoardText.PLOT))
        self._desk = desk
        self.field = QLineEdit()
        self.field.setAccessibleName(say(BoardText.PLOT_FIELD))
        self.field.setPlaceholderText(say(BoardText.PLOT_EXAMPLE))
        self.problem = Label(say(BoardText.WHY_EMPTY), "smallDim")
        self.problem.setWordWrap(True)
        self.picture = GraphPicture()
        self.x_from, self.x_to = _number(-5, "x", BoardText.FROM), _number(5, "x", BoardText.TO)
        self.y_from, self.y_to = _number(-5, "y", BoardText.FROM), _number(5, "y", BoardText.TO)
        self.wide = _number(10, "", BoardText.PLOT_WIDTH, 3, 40)
        self.put = text_button(say(BoardText.PUT), "Enter", "primary")
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self.look)
        self._build()

    def first_field(self) -> QWidget:
        return self.field

    def look(self) -> Graph | None:
        """Plot what is typed, and say what is wrong with it and where."""
        self._wait.stop()
        made, problem = self._plotted((0.0, 0.0))
        self.problem.show_text(problem)
        set_property(self.field, "hasError", bool(problem and self.field.text().strip()))
        if made is not None:
            left, top, right, bottom = self._frame((0.0, 0.0))
            self.picture.show_graph(made, QRectF(left, top, right - left, bottom - top))
        self.put.setEnabled(made is not None and not problem)
        self.put.setToolTip(problem or "Enter")
        return made

    def place_graph(self) -> None:
        """Ask for it below what is written in view; in its middle where the page has no room."""
        page = self._desk.page
        left, top, right, bottom = self._desk.visible()
        wide, high = self._frame((0.0, 0.0))[2:]
        below = self._written_to() + EDGE
        has_room = page is not None and below + high + EDGE <= page.height
        at = ((left + right - wide) / 2, below if has_room else (top + bottom - high) / 2)
        made, problem = self._plotted(at)
        if page is None or made is None or problem:
            self.look()
            return
        self.placing.emit(at[0] + wide / 2, at[1] + high / 2, not has_room)
        self._desk.do(PutItems(page.number, strokes=made.strokes, texts=made.texts))
        self.leave()

    def _written_to(self) -> float:
        """How far down there is something in view; else where the view (and page) begins."""
        page = self._desk.page
        left, top, right, bottom = self._desk.visible()
        view = QRectF(left, top, right - left, bottom - top)
        names = () if page is None else page.visible_items()
        boxes = [box for name in names if (box := self._desk.canvas.bounds(name)) is not None]
        return max((box.bottom() for box in boxes if box.intersects(view)), default=max(0.0, top))

    def _frame(self, at: tuple[float, float]) -> tuple[float, float, float, float]:
        """Both axes in the same measure, unless that would be too high or too low."""
        wide = self.wide.value() * CM
        across = self.x_to.value() - self.x_from.value()
        up = self.y_to.value() - self.y_from.value()
        high = wide * min(max(up / across, 0.4), 1.6) if across > 0 and up > 0 else wide
        return at[0], at[1], at[0] + wide, at[1] + high

    def _plotted(self, at: tuple[float, float]) -> tuple[Graph | None, str]:
        """The graph, and what is wrong."""
        words = self.field.text()
        try:
            formula = parse(words)
        except ParseError as exc:
            why = say(BoardText[f"WHY_{exc.reason.name}"])
            if exc.reason.name == "EMPTY":
                return None, why
            return None, say(BoardText.PLOT_AT, position=exc.position + 1, reason=why)
        name = words.strip() if "=" in words or "＝" in words else f"y = {words.strip()}"
        x, y = (self.x_from.value(), self.x_to.value()), (self.y_from.value(), self.y_to.value())
        try:
            made = graph(Wanted(formula, name, x, y, self._frame(at), self._desk.ink_style.ink))
        except ValueError:
            return None, say(BoardText.PLOT_EMPTY_RANGE)
        return made, "" if made.has_curve else say(BoardText.PLOT_NOTHING)

    def _build(self) -> None:
        self.column.addWidget(self.field)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.picture, 1)
        grid = QGridLayout()
        rows = (
            (BoardText.PLOT_X, self.x_from, self.x_to),
            (BoardText.PLOT_Y, self.y_from, self.y_to),
        )
        for row, (words, low, high) in enumerate(rows):
            grid.addWidget(Label(say(words), "smallDim"), row, 0)
            grid.addWidget(low, row, 1)
            grid.addWidget(high, row, 2)
        grid.addWidget(Label(say(BoardText.PLOT_WIDTH), "smallDim"), 2, 0)
        grid.addWidget(self.wide, 2, 1)
        grid.addWidget(self.put, 2, 2)
        self.column.addLayout(grid)
        self.field.textChanged.connect(self._wait.start)
        self.field.returnPressed.connect(self.place_graph)
        for box in (self.x_from, self.x_to, self.y_from, self.y_to, self.wide):
            box.valueChanged.connect(self._wait.start)
        self.put.clicked.connect(self.place_graph)
        self.put.setEnabled(False)
        self.put.setToolTip(say(BoardText.WHY_EMPTY))


def _number(
    value: float, axis: str, words: BoardText, low: float = -FARTHEST, high: float = FARTHEST
) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setDecimals(2)
    box.setValue(value)
    box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    box.setAccessibleName(say(words, axis=axis))
    inner = box.findChild(QLineEdit)
    if inner is not None:
        inner.setAccessibleName(say(words, axis=axis))
    return box
