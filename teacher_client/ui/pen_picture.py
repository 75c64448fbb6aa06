"""A sheet of paper as a picture: its corners to tap, its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from teacher_client.drawing.tokens import load_tokens
from teacher_client.lesson.paper_messages import Corner
from teacher_client.ui.theme import theme, to_color, ui_font

UNKNOWN_MM: Final = (148.0, 210.0)
"""A5, the commonest notebook: for the picture of a sheet whose size nobody knows."""
MARGIN: Final = 20.0
DOT_MM: Final = 10.0
MARK: Final = 13.0
"""Radius of a corner's mark."""
LEAST_CELL: Final = 20.0
"""A button is painted at least so large, so that its number can be read."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A button on the picture: its box in mm on the sheet, its number, its action in words."""

    number: int
    box: QRectF
    said: str
    is_chosen: bool = False


class SheetPicture(QWidget):
    """Paints a sheet as large as it fits.

    Signals:
        cell_pressed: the number of a cell that was clicked.
    """

    cell_pressed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._mm = UNKNOWN_MM
        self._awaited: Corner | None = None
        self._done: tuple[Corner, ...] = ()
        self._has_corners = False
        self.cells: tuple[Cell, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_sheet(self, width_mm: float, height_mm: float) -> None:
        """Show a sheet of this size; 0 for one that nobody knows."""
        self._mm = (width_mm, height_mm) if min(width_mm, height_mm) > 0 else UNKNOWN_MM
        self.update()

    def show_corners(self, awaited: Corner | None, done: tuple[Corner, ...]) -> None:
        """Mark the two corners: the one to tap now, and those that were tapped."""
        self._has_corners, self._awaited, self._done = True, awaited, done
        self.update()

    def show_cells(self, cells: tuple[Cell, ...]) -> None:
        """Show these buttons."""
        self.cells = cells
        self.update()

    def cell_box(self, cell: Cell) -> QRectF:
        """Where a cell is painted, in pixels of this widget."""
        paper, scale = self._paper()
        box = QRectF(
            paper.left() + cell.box.left() * scale,
            paper.top() + cell.box.top() * scale,
            cell.box.width() * scale,
            cell.box.height() * scale,
        )
        short = max(LEAST_CELL - box.width(), 0.0), max(LEAST_CELL - box.height(), 0.0)
        return box.adjusted(-short[0] / 2, -short[1] / 2, short[0] / 2, short[1] / 2)

    def _paper(self) -> tuple[QRectF, float]:
        wide, high = self._mm
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = max(min(room.width() / wide, room.height() / high), 0.01)
        paper = QRectF(0, 0, wide * scale, high * scale)
        paper.moveCenter(room.center())
        return paper, scale

    def _cell_at(self, place: QPointF) -> Cell | None:
        # the later of two in one place counts
        return next((c for c in reversed(self.cells) if self.cell_box(c).contains(place)), None)

    # painting

    def _paint_paper(self, painter: QPainter) -> QRectF:
        paper, scale = self._paper()
        white = load_tokens().papers["white"]
        painter.fillRect(paper, to_color(white.ground))
        painter.setPen(QPen(to_color(white.dots), 1.5))
        step = DOT_MM * scale
        for row in range(1, int(paper.height() / step) + 1):
            for column in range(1, int(paper.width() / step) + 1):
                painter.drawPoint(paper.topLeft() + QPointF(column * step, row * step))
        painter.setPen(QPen(theme().color("line.strong"), 1))
        painter.drawRect(paper)
        return paper

    def _paint_corner(self, painter: QPainter, place: QPointF, corner: Corner) -> None:
        number = "1" if corner is Corner.TOP_LEFT else "2"
        ground, text, edge = "bg.surface", "text.2", "line.strong"
        if corner is self._awaited:
            ground, text, edge = "lamp", "on.lamp", "lamp.text"
        elif corner in self._done:
            number, ground, text, edge = "✓", "success.soft", "success", "success"
        painter.setBrush(theme().color(ground))
        painter.setPen(QPen(theme().color(edge), 2))
        painter.drawEllipse(place, MARK, MARK)
        painter.setPen(theme().color(text))
        box = QRectF(place.x() - MARK, place.y() - MARK, 2 * MARK, 2 * MARK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number)

    def _paint_cell(self, painter: QPainter, cell: Cell) -> None:
        box = self.cell_box(cell)
        painter.setBrush(theme().color("primary" if cell.is_chosen else "primary.soft"))
        painter.setPen(QPen(theme().color("primary"), 1))
        radius = theme().size("radius.sm")
        painter.drawRoundedRect(box, radius, radius)
        painter.setPen(theme().color("on.primary" if cell.is_chosen else "primary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(cell.number))

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(240, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font("caption"))
        painter.fillRect(self.rect(), theme().color("bg.sunken"))
        paper = self._paint_paper(painter)
        if self._has_corners:
            self._paint_corner(painter, paper.topLeft(), Corner.TOP_LEFT)
            self._paint_corner(painter, paper.bottomRight(), Corner.BOTTOM_RIGHT)
        for cell in self.cells:
            self._paint_cell(painter, cell)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None:
            self.cell_pressed.emit(cell.number)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            cell = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if cell is None else cell.said, self)
            return True
        return super().event(event)
