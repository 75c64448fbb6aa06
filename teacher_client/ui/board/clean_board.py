"""The second screen: the shown page and nothing else; private pages never come here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from signaling_server.protocol.board import Changes
from teacher_client.drawing.instruments import draw_instrument
from teacher_client.drawing.pictures import PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.geometry.boxes import Box
from teacher_client.ui.board.page_face import PageFace
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import say


class CleanBoard(PageFace):
    """Fits the width and goes up and down with the teacher's view.

    Signals:
        closed: it was closed, by its window or by Esc.
    """

    closed = Signal()

    def __init__(
        self,
        state: WindowState,
        shapes: ShapeCache,
        paper: str,
        pictures: PictureSource | None = None,
    ) -> None:
        super().__init__(state, shapes, paper, pictures)
        self.setWindowTitle(say(BoardText.CLEAN_BOARD))
        self.setAccessibleName(say(BoardText.CLEAN_BOARD))
        self.resize(960, 720)
        self.show_page()

    def show_on_other_screen(self, beside: QWidget) -> None:
        """Fill a screen that the lesson is not on; with one screen, stand there as a window."""
        others = [one for one in QGuiApplication.screens() if one is not beside.screen()]
        if others:
            self.setScreen(others[0])
            self.move(others[0].geometry().topLeft())
            self.showFullScreen()
        else:
            self.show()
        beside.activateWindow()

    def show_page(self) -> None:
        """The page that everybody sees; of a private one the page before it stays."""
        board = self.state.board
        page = board.pages.get(board.shown)
        if page is not None and page.is_private:
            return
        self.turn_to(page)
        if page is not None:
            self.update_device(self.canvas.show_all(self.state.reader))
            self.show_lasers()

    def show_changes(self, changes: Changes) -> None:
        """Show what the log or a hint changed."""
        if changes.was_refolded or changes.shown or changes.order:
            self.show_page()
            return
        if changes.view:
            self.update()
        if self.shown is not None and self.shown.number in changes.pages:
            self.update_device(self.canvas.show(self.state.reader, changes))
            self.show_lasers()

    def follow(self, visible: Box) -> None:
        """The teacher looks at this part of the page."""
        if self.shown is None:
            return
        view = self.sight.view.fitted()
        _, at = view.to_widget(0, (visible[1] + visible[3]) / 2)
        self.sight.set(view.moved(0, view.height / 2 - at))

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.paint_page(painter, event.rect())
            if self.shown is None:
                return
            instrument = self.shown.instrument
            if instrument is not None:
                draw_instrument(painter, instrument, self.view_transform(), self.overlay)
            self.paint_lasers(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit_to(event.size())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        event.accept()
