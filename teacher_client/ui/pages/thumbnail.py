"""How one page looks in the row."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from signaling_server.protocol.board import Page
from teacher_client.drawing.colors import paper_colors
from teacher_client.ui.icons import pixmap
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.pages.model import HIGHEST, IMAGE_ROLE, PAGE_ROLE, Index, paper_label
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import say
from teacher_client.ui.theme import theme, ui_font

DOTS: Final = 28


class PageDelegate(QStyledItemDelegate):
    """Paint a thumbnail with its place and paper; the shown page stands on primary.soft.

    `width` is that of the picture in logical pixels.
    """

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self.width = 96
        self.has_menu = True

    def dots_rect(self, area: QRect) -> QRect:
        """Where in a page's area a press opens its menu."""
        return QRect(area.x() + 8 + self.width - DOTS - 2, area.y() + 8, DOTS, DOTS)

    def _high(self, page: Page) -> int:
        return round(self.width * min(HIGHEST, page.height / page.width))

    # Qt overrides

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        page = index.data(PAGE_ROLE)
        high = self._high(page) if isinstance(page, Page) else self.width
        return QSize(self.width + 16, high + 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        page = index.data(PAGE_ROLE)
        if not isinstance(page, Page):
            return
        is_shown = page.number == self._state.board.shown
        state: QStyle.StateFlag = option.state
        has_ring = bool(state & QStyle.StateFlag.State_HasFocus) and bool(
            option.widget.property("kbd")
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_shown or has_ring:
            ground = QPainterPath()
            ground.addRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -4), 10, 10)
            if is_shown:
                painter.fillPath(ground, theme().color("primary.soft"))
            if has_ring:
                painter.setPen(QPen(theme().color("focus"), 2))
                painter.drawPath(ground)
        self._paint_picture(painter, option.rect.topLeft(), page, index.data(IMAGE_ROLE))
        self._paint_words(painter, option.rect.topLeft(), page, index.row() + 1)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if self.has_menu and (is_shown or is_hovered or has_ring):
            self._paint_dots(painter, self.dots_rect(option.rect))
        painter.restore()

    def _paint_picture(self, painter: QPainter, at: QPoint, page: Page, image: object) -> None:
        picture = QRect(at.x() + 8, at.y() + 6, self.width, self._high(page))
        is_shown = page.number == self._state.board.shown
        if isinstance(image, QImage):
            painter.drawImage(QRectF(picture), image)
        else:
            painter.fillRect(picture, paper_colors().ground)
        painter.setPen(QPen(theme().color("primary" if is_shown else "line"), 2 if is_shown else 1))
        painter.drawRect(QRectF(picture))
        if page.is_private:
            self._paint_chip(painter, picture)

    def _paint_chip(self, painter: QPainter, picture: QRect) -> None:
        """仅自己, along the picture's lower edge."""
        words = say(PageText.ONLY_ME)
        font = ui_font("caption")
        wide = QFontMetrics(font).horizontalAdvance(words) + 26
        chip = QRectF(picture.x() + 2, picture.bottom() - 23, min(wide, picture.width() - 3), 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("text.1"))
        painter.drawRoundedRect(chip, 6, 6)
        painter.drawPixmap(
            QRectF(chip.x() + 3, chip.y() + 3, 16, 16).toRect(),
            pixmap("eye-off", 16, "bg.surface"),
        )
        painter.setPen(theme().color("bg.surface"))
        painter.setFont(font)
        painter.drawText(chip.adjusted(21, 0, -1, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_words(self, painter: QPainter, at: QPoint, page: Page, place: int) -> None:
        is_shown = page.number == self._state.board.shown
        painter.setPen(theme().color("primary" if is_shown else "text.2"))
        font = ui_font("caption")
        font.setBold(is_shown)
        painter.setFont(font)
        words = QRect(at.x() + 8, at.y() + 10 + self._high(page), self.width, 18)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, str(place))
        room = words.adjusted(28, 0, 0, 0)
        elide = Qt.TextElideMode.ElideRight
        label = painter.fontMetrics().elidedText(paper_label(page), elide, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, label)

    def _paint_dots(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(QPen(theme().color("line.strong"), 1))
        painter.setBrush(theme().color("bg.surface"))
        painter.drawRoundedRect(QRectF(area), 6, 6)
        inner = area.adjusted(6, 6, -6, -6)
        painter.drawPixmap(inner, pixmap("dots", 16, "text.1"))
