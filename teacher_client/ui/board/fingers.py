"""Two fingers on a touch screen, or a pinch on a touch pad: the page goes with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from teacher_client.ui.board.sight import Sight


class Fingers(QObject):
    """A filter on the board rather than its ``event``: what a paint event raises is then told,
    where an override in Python of both ends the program (seen with PySide 6.11).
    """

    def __init__(self, board: QWidget, sight: Sight, end_writing: Callable[[], None]) -> None:
        super().__init__(board)
        self._board = board
        self._sight = sight
        self._end_writing = end_writing
        board.grabGesture(Qt.GestureType.PinchGesture)
        board.installEventFilter(self)

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinch(pinch)
                return True
        elif isinstance(event, QNativeGestureEvent) and (
            event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._sight.zoom_by(1 + event.value(), event.position())
            return True
        return False

    def _pinch(self, pinch: QPinchGesture) -> None:
        self._end_writing()  # what the first finger began
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        self._sight.pan(moved.x(), moved.y())
        at = self._board.mapFromGlobal(pinch.centerPoint())
        self._sight.zoom_by(pinch.scaleFactor(), at)
