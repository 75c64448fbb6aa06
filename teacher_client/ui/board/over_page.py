"""What stands over the page besides tools: the first hint, and pupils' names at their ink."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from signaling_server.protocol.commands import Ink
from signaling_server.protocol.ids import Member
from teacher_client.drawing.colors import paper_colors
from teacher_client.ui.name_tags import NameTags
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme, ui_font
from teacher_client.ui.viewport import Viewport


def paint_hint(painter: QPainter, view: Viewport) -> None:
    """One sentence where the first stroke will be."""
    painter.setPen(theme().color("text.3"))
    painter.setFont(ui_font("strong"))
    area = QRectF(0, view.height * 0.3, view.width, 60)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, say(Text.BOARD_EMPTY))


def paint_tags(
    painter: QPainter, tags: NameTags, view: Viewport, name_of: Callable[[Member], str]
) -> None:
    """Each pupil's name over their newest ink."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(ui_font("caption"))
    metrics = QFontMetricsF(painter.font())
    paper = paper_colors()  # tags look alike on every paper: white on the pupils' ink
    ground = QColor(paper.inks[Ink.PUPIL]).darker(125)
    for tag in tags.tags():
        name = name_of(tag.member) or say(Text.MEMBER, number=tag.member)
        x, y = view.to_widget(tag.area.left(), tag.area.top())
        chip = QRectF(x, y - 28, metrics.horizontalAdvance(name) + 16, 22)
        chip.moveLeft(max(4.0, min(chip.x(), view.width - chip.width() - 4)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, 11, 11)
        painter.setPen(paper.ground)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, name)
