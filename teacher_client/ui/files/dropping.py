"""Files dropped on a lesson's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from teacher_client.ui.file_texts import FileText
from teacher_client.ui.files.desk import FileDesk
from teacher_client.ui.files.drop_hint import DropHint, dropped_files, what_happens
from teacher_client.ui.state import WindowState

if TYPE_CHECKING:
    from teacher_client.ui.board_view import BoardView


class DropTarget(QObject):
    """Watches a window for files that are dragged over it; what is dropped goes to the desk."""

    def __init__(
        self, window: QWidget, board: BoardView, desk: FileDesk, state: WindowState
    ) -> None:
        super().__init__(window)
        self._window = window
        self._board = board
        self._desk = desk
        self._state = state
        self.hint = DropHint(board)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def _enter(self, event: QDropEvent) -> None:
        paths = dropped_files(event.mimeData())
        if not paths:
            event.ignore()
            return
        if self._desk.why_not_in() is not None:
            words = FileText.DROP_OVER
        else:
            words = what_happens(paths, has_page=bool(self._state.board.shown))
        self.hint.show_words(words)
        event.acceptProposedAction()  # or the words would never be seen

    def _drop(self, event: QDropEvent) -> None:
        words = self.hint.words
        self.hint.hide()
        if words in (FileText.DROP_NOT, FileText.DROP_OVER):
            self._desk.told.emit(words)
            return
        event.acceptProposedAction()
        at = self._board.mapFrom(self._window, event.position().toPoint())
        is_on_board = self._board.rect().contains(at)
        place = page_point(self._board, QPointF(at)) if is_on_board else None
        self._desk.bring_in(dropped_files(event.mimeData()), place)

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif isinstance(event, QDragMoveEvent):
            event.setAccepted(self.hint.words is not None)
        elif isinstance(event, QDropEvent):
            self._drop(event)
        elif event.type() == QEvent.Type.DragLeave:
            self.hint.hide()
        else:
            return False
        return True


def page_point(board: BoardView, at: QPointF) -> QPointF:
    """A point of the board's widget on the page, in 1/100 mm."""
    left, top = board.to_widget(0, 0)
    right, bottom = board.to_widget(1000, 1000)
    return QPointF(1000 * (at.x() - left) / (right - left), 1000 * (at.y() - top) / (bottom - top))
