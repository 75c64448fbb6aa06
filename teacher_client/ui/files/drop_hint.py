"""Files dragged over the window: what would happen, and where."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from teacher_client.ui.file_texts import FileText
from teacher_client.ui.files.kinds import is_picture, may_come_in
from teacher_client.ui.texts import Words, say
from teacher_client.ui.theme import theme, ui_font


def dropped_files(data: QMimeData) -> list[str]:
    """The local files among what is dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def what_happens(paths: list[str], *, has_page: bool) -> FileText:
    """What dropping these would do."""
    if not paths or not all(may_come_in(path) for path in paths):
        return FileText.DROP_NOT
    is_one = len(paths) == 1 and is_picture(paths[0]) and has_page
    return FileText.DROP_HERE if is_one else FileText.DROP_BEHIND


class DropHint(QWidget):
    """A frame over the board with one line of words; takes no mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: Words = FileText.DROP_HERE
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(say(FileText.DROP_HERE))
        self.hide()

    @property
    def words(self) -> Words | None:
        """What is said now; None while hidden."""
        return None if self.isHidden() else self._words

    def show_words(self, words: Words) -> None:
        """Show what would happen."""
        self._words = words
        self.setAccessibleName(say(words))
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.update()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_good = self._words is not FileText.DROP_NOT
        color = theme().color("primary" if is_good else "danger")
        veil = QColor(color)
        veil.setAlphaF(0.08)
        area = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        painter.setBrush(veil)
        painter.setPen(QPen(color, 3, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area, 16, 16)
        painter.setFont(ui_font("strong"))
        words = say(self._words)
        room = painter.fontMetrics().boundingRect(words)
        wide = min(area.width() - 32, room.width() + 48)
        chip = QRectF(area.center().x() - wide / 2, area.y() + 24, wide, 44)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(chip, 10, 10)
        painter.setPen(theme().color("on.primary" if is_good else "on.danger"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
