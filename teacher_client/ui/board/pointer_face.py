"""A desk that hears mouse, tablet, wheel and keys, and hands them to its tools."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent, QWheelEvent

from teacher_client.drawing.pictures import PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.ui.board.desk_face import DeskFace
from teacher_client.ui.board.toolbox import Toolbox
from teacher_client.ui.ink_writer import Pointer
from teacher_client.ui.state import WindowState


class PointerFace(DeskFace):
    """What a press means, its heir says; middle button and space move the page.

    Attributes:
        tools: set by the heir.
    """

    tools: Toolbox

    def __init__(
        self,
        state: WindowState,
        shapes: ShapeCache,
        paper: str,
        pictures: PictureSource | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(state, shapes, paper, pictures, clock)
        self._is_panning = self._has_space = False
        self._grip = QPointF()

    def press(self, at: Pointer, *, is_double: bool = False) -> None:
        """The button or the tip went down."""
        raise NotImplementedError

    def release(self, at: Pointer | None, y: float) -> None:
        """It went up, at this height of the page."""
        raise NotImplementedError

    def wake(self) -> None:
        """Something may want to be pumped."""
        raise NotImplementedError

    def pan(self, dx: float, dy: float) -> None:
        """The hand moves the page by page units."""
        scale = self.sight.view.scale
        self.sight.pan(dx * scale, dy * scale)

    def _pointer(self, at: QPointF, event: QMouseEvent | QTabletEvent) -> Pointer:
        x, y = self.sight.view.to_page(at.x(), at.y())
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        pressure, is_eraser = None, False
        if isinstance(event, QTabletEvent):
            pressure = event.pressure()
            is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
        return Pointer(x, y, event.timestamp() / 1000, pressure, is_eraser, has_shift)

    def _hover(self, at: Pointer) -> None:
        if self.page is not None:
            self.tools.hover(at)
            if not self._has_space:
                self.setCursor(self.tools.cursor(at))
            self.wake()

    def _start_pan(self, at: QPointF) -> None:
        self.tools.cancel()
        self._is_panning, self._grip = True, at
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _end_pan(self) -> None:
        self._is_panning = False
        open_hand = Qt.CursorShape.OpenHandCursor
        self.setCursor(open_hand if self._has_space else self.tools.in_hand().cursor)

    # Qt overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton or self._has_space:
            self._start_pan(event.position())
        elif event.button() is Qt.MouseButton.LeftButton:
            self.press(self._pointer(event.position(), event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._has_space:
            self.press(self._pointer(event.position(), event), is_double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_panning:
            moved, self._grip = event.position() - self._grip, event.position()
            self.sight.pan(moved.x(), moved.y())
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self.tools.move(self._pointer(event.position(), event))
        else:
            self._hover(self._pointer(event.position(), event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_panning:
            self._end_pan()
        elif event.button() is Qt.MouseButton.LeftButton:
            at = self._pointer(event.position(), event)
            self.release(at, at.y)

    def leaveEvent(self, event: QEvent) -> None:
        if self.page is not None:
            self.tools.hover(None)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A graphics tablet: the same with pressure; accepted, so that no mouse event follows."""
        at = self._pointer(event.position(), event)
        match event.type():
            case QTabletEvent.Type.TabletPress:
                self.press(at)
            case QTabletEvent.Type.TabletMove if event.buttons() & Qt.MouseButton.LeftButton:
                self.tools.move(at)
            case QTabletEvent.Type.TabletMove:
                self._hover(at)
            case QTabletEvent.Type.TabletRelease:
                self.release(None, at.y)  # the lift's pressure is 0 and says nothing
            case _:
                pass
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        keys = event.modifiers()
        zooms = bool(keys & Qt.KeyboardModifier.ControlModifier)
        self.sight.wheel(
            event, zooms=zooms, sideways=bool(keys & Qt.KeyboardModifier.ShiftModifier)
        )
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.page is not None and self.tools.key(event.key(), event.modifiers()):
            self.wake()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = False
            self._end_pan()
        else:
            super().keyReleaseEvent(event)
