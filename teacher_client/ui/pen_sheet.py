"""The test sheet: ink as it comes from the pen, and how hard it presses."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from teacher_client.drawing.tokens import load_tokens
from teacher_client.lesson.pen_messages import PenTrial, PenTrialInk
from teacher_client.ui.pen_texts import PenText
from teacher_client.ui.texts import say
from teacher_client.ui.theme import theme, to_color

LEAST_MM: Final = 60.0
"""So much paper is always shown; a single character does not fill the sheet."""
MARGIN: Final = 16.0
DOT_STEP: Final = 16
THINNEST_MM: Final = 0.25
FORCE_MM: Final = 0.6
MOST_STROKES: Final = 2000


class TestSheet(QWidget):
    """Shows all ink of one test, as large as it fits."""

    __test__ = False  # a widget; its name is no test's

    def __init__(self) -> None:
        super().__init__()
        self._strokes: dict[int, list[tuple[float, float, float]]] = {}
        self._bounds = QRectF()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(240, 120))
        self._name()

    @property
    def strokes(self) -> int:
        """How many strokes are on it."""
        return len(self._strokes)

    def clear(self) -> None:
        """A fresh sheet."""
        self._strokes.clear()
        self._bounds = QRectF()
        self._name()
        self.update()

    def add(self, ink: PenTrialInk) -> None:
        """Let a stroke grow."""
        points = self._strokes.setdefault(ink.stroke, [])
        for x, y, force in zip(ink.x, ink.y, ink.force, strict=False):
            points.append((x / 100, y / 100, force / 255))
            spot = QRectF(x / 100 - 1, y / 100 - 1, 2, 2)
            self._bounds = spot if self._bounds.isNull() else self._bounds.united(spot)
        while len(self._strokes) > MOST_STROKES:
            del self._strokes[next(iter(self._strokes))]
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(say(PenText.SHEET, count=len(self._strokes)))

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        paper = load_tokens().papers["white"]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), to_color(paper.ground))
        painter.setPen(QPen(to_color(paper.dots), 1.5))
        for x in range(DOT_STEP, self.width(), DOT_STEP):
            painter.drawPoints([QPointF(x, y) for y in range(DOT_STEP, self.height(), DOT_STEP)])
        painter.setPen(QPen(theme().color("line.strong"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_ink(painter)
        painter.end()

    def _paint_ink(self, painter: QPainter) -> None:
        if self._bounds.isNull():
            return
        wide = max(self._bounds.width(), LEAST_MM)
        high = max(self._bounds.height(), LEAST_MM / 3)
        scale = min((self.width() - 2 * MARGIN) / wide, (self.height() - 2 * MARGIN) / high)
        painter.translate(QRectF(self.rect()).center())
        painter.scale(scale, scale)
        painter.translate(-self._bounds.center())
        pen = QPen(to_color(next(iter(load_tokens().inks.values())).paper))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        for points in self._strokes.values():
            before = points[0]
            for point in points[1:] or points:
                pen.setWidthF(THINNEST_MM + FORCE_MM * point[2])
                painter.setPen(pen)
                painter.drawLine(QPointF(before[0], before[1]), QPointF(point[0], point[1]))
                before = point


class ForceBar(QWidget):
    """The force now, and between which it went so far."""

    def __init__(self) -> None:
        super().__init__()
        self._trial: PenTrial | None = None
        self.setFixedHeight(12)
        self.setMinimumWidth(120)
        self.setAccessibleName(say(PenText.FORCE))

    def show_trial(self, trial: PenTrial | None) -> None:
        """Show the newest figures."""
        self._trial = trial
        self.setAccessibleName(f"{say(PenText.FORCE)} {force_text(trial)}")
        self.update()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("bg.sunken"))
        trial = self._trial
        if trial is not None and trial.force_low is not None and trial.force_high is not None:
            wide = self.width()
            left, right = trial.force_low * wide, trial.force_high * wide
            height = self.height()
            painter.fillRect(
                QRectF(left, 0, max(right - left, 2), height), theme().color("primary.soft")
            )
            painter.fillRect(
                QRectF((trial.force or 0) * wide - 2, 0, 4, height), theme().color("primary")
            )
        painter.setPen(QPen(theme().color("line.strong"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


def force_text(trial: PenTrial | None) -> str:
    """The range of force in words."""
    if trial is None or not trial.samples:
        return "–"
    if trial.force_low is None or trial.force_high is None:
        return say(PenText.FORCE_NONE)
    low, high = round(trial.force_low * 100), round(trial.force_high * 100)
    return say(PenText.FORCE_RANGE, low=low, high=high)
