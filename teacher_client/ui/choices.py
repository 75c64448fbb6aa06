"""A box to tick and a list to choose from; Fusion's outlines are too faint in the dark (UX §2)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton

from teacher_client.ui.icons import pixmap
from teacher_client.ui.theme import theme

BOX: Final = 18
TICK: Final = ((4.5, 9.5), (8.0, 13.0), (13.5, 5.5))


class CheckBox(QCheckBox):
    """With a tick, and an outline of full strength."""

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        area = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        box = QRectF(0, 0, BOX, BOX)
        box.moveCenter(QRectF(area).center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on, is_usable = self.isChecked(), self.isEnabled()
        line = "primary" if is_on and is_usable else "line.strong" if is_usable else "line"
        painter.setPen(QPen(theme().color(line), 1))
        painter.setBrush(theme().color("primary" if is_on and is_usable else "bg.surface"))
        painter.drawRoundedRect(box, 4, 4)
        if is_on:
            pen = QPen(theme().color("on.primary" if is_usable else "text.disabled"), 2)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPolyline([box.topLeft() + QPointF(*spot) for spot in TICK])


class Choice(QComboBox):
    """With an arrow that says: there is more."""

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        color = "text.2" if self.isEnabled() else "text.disabled"
        arrow = pixmap("chevron-down", 16, color)
        painter.drawPixmap(self.width() - 24, (self.height() - 16) // 2, arrow)
