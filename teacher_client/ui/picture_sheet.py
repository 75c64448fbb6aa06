"""A picture of the chat, large, and its way onto the board."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from signaling_server.protocol.board import Board, Changes
from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.ids import PageId
from teacher_client.drawing.pictures import PictureSource
from teacher_client.lesson.board_commands import AddPage, PutItems
from teacher_client.lesson.link import Do
from teacher_client.ui.chat_texts import ChatText
from teacher_client.ui.parts import text_button
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.texts import say
from teacher_client.ui.theme import theme

PAGE_WIDTH: Final = 17_600
PAGE_HEIGHT: Final = 25_000
MARGIN: Final = 800
HIGHEST: Final = 100_000
ROOM_BELOW: Final = 9_000
"""1/100 mm left under a picture to write in, at least."""


def page_for(sha256: str, width: int, height: int) -> tuple[AddPage, PicturePlaced]:
    """A page with a picture of so many pixels at its top, as wide as the page, room below.

    The picture is the page's ground: ink goes over it and no eraser takes it.
    """
    wide = PAGE_WIDTH - 2 * MARGIN
    high = max(1, round(wide * height / max(1, width)))
    if high > HIGHEST:
        wide, high = max(1, wide * HIGHEST // high), HIGHEST
    page = AddPage(PAGE_WIDTH, max(PAGE_HEIGHT, MARGIN + high + ROOM_BELOW), PageKind.BLANK)
    return page, PicturePlaced(sha256, MARGIN, MARGIN, wide, high, is_ground=True)


class PicturePlacer(QObject):
    """Puts pictures on pages of their own: the page first, the picture as soon as it is there.

    Signals:
        asked: Do(AddPage), then Do(PutItems).
    """

    asked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: tuple[AddPage, PicturePlaced, AbstractSet[PageId]] | None = None

    def put(self, board: Board, sha256: str, size: QSize) -> None:
        """Ask for a page behind the shown one, with the picture on it."""
        page, placed = page_for(sha256, size.width(), size.height())
        after = board.shown if board.shown in board.order else None
        page = AddPage(page.width, page.height, page.kind, after)
        self._waiting = page, placed, set(board.pages)
        self.asked.emit(Do(page))

    def show_changes(self, board: Board, changes: Changes) -> None:
        """The page that was asked for may be there now."""
        if self._waiting is None or not changes.order:
            return
        page, placed, known = self._waiting
        for number in board.pages.keys() - known:
            made = board.pages[number]
            if (made.width, made.height, made.kind) == (page.width, page.height, page.kind):
                self._waiting = None
                self.asked.emit(Do(PutItems(number, pictures=(placed,))))
                return


class PictureSheet(SideSheet):
    """One picture, as large as there is room beside the writing.

    Signals:
        put_wanted: SHA-256 of a picture to put on the board.
    """

    put_wanted = Signal(str)

    def __init__(self, parent: QWidget, pictures: PictureSource) -> None:
        super().__init__(parent, say(ChatText.OPEN_PICTURE))
        self._face = PictureFace(pictures)
        self.put = text_button(say(ChatText.PUT_ON_BOARD), say(ChatText.PUT_TIP), "primary")
        self.put.clicked.connect(self._put)
        self.column.addWidget(self._face, 1)
        self.column.addWidget(self.put)

    def show_picture(self, sha256: str, said: str) -> None:
        """Open with this picture."""
        self._face.show_picture(sha256, said)
        if self.isHidden():
            self.open()

    def picture_came(self) -> None:
        """More of it may be there."""
        self._face.update()

    def first_field(self) -> QWidget:
        return self.put

    def place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            wide = max(380, min(640, parent.width() * 2 // 5))
            self.setGeometry(parent.width() - wide - 12, 72, wide, parent.height() - 84)

    def _put(self) -> None:
        self.leave()
        self.put_wanted.emit(self._face.sha256)


class PictureFace(QWidget):
    """Paints a picture into the room it has."""

    def __init__(self, pictures: PictureSource) -> None:
        super().__init__()
        self._pictures = pictures
        self.sha256 = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(say(ChatText.OPEN_PICTURE))

    def show_picture(self, sha256: str, said: str) -> None:
        """Show this one."""
        self.sha256 = sha256
        self.setAccessibleName(said)
        self.update()

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.devicePixelRatioF()
        image = self._pictures.image(self.sha256, round(self.width() * ratio))
        if image is None:
            words = say(ChatText.COMING)
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), wrap, words)
            return
        size = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = self.rect()
        target.setSize(size)
        target.moveCenter(self.rect().center())
        target.moveTop(0)
        painter.drawImage(target, image)


def thumbnail(image: QImage | None, width: int) -> QImage:
    """A picture as it stands in the chat; a grey frame while there is none."""
    if image is not None:
        return image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    frame = QImage(width, width * 3 // 4, QImage.Format.Format_RGB32)
    frame.fill(theme().color("bg.pressed"))
    return frame
