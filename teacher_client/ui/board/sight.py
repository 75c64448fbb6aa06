"""How the teacher looks at the page: zoom, pan, the pen's tip kept in view, the page's end."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QObject, QPointF, QTimer, Signal
from PySide6.QtGui import QWheelEvent

from teacher_client.geometry.boxes import Box
from teacher_client.ui.viewport import Viewport

GLIDE_MS: Final = 16
WHEEL_STEP: Final = 90.0
BEYOND_PX: Final = 240.0
"""Scrolled so far against the page's end, more paper is wanted."""


class Sight(QObject):
    """The viewport and everything that moves it.

    Signals:
        moved: the viewport is another.
        zoomed: its zoom; 1.0 is fit width.
        end_reached: more paper is wanted below.
    """

    moved = Signal()
    zoomed = Signal(float)
    end_reached = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.view = Viewport()
        self.follows = True
        self._target: tuple[float, float] | None = None
        self._beyond = 0.0
        self._glide = QTimer(self, interval=GLIDE_MS)
        self._glide.timeout.connect(self._glide_on)

    def set(self, view: Viewport) -> None:
        """Look at it so."""
        if view == self.view:
            return
        before, self.view = self.view.zoom, view
        self.moved.emit()
        if view.zoom != before:
            self.zoomed.emit(view.zoom)

    def visible(self) -> Box:
        """The part in view, in page units; of the desk around the page too."""
        left, top = self.view.to_page(0, 0)
        right, bottom = self.view.to_page(self.view.width, self.view.height)
        return left, top, right, bottom

    def fit(self) -> None:
        """The whole width."""
        self.set(self.view.fitted())

    def fit_page(self) -> None:
        """The whole page."""
        self.set(self.view.fitted_page())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom at a place of the widget, else at its middle."""
        self.stop()
        x, y = (self.view.width / 2, self.view.height / 2) if at is None else (at.x(), at.y())
        self.set(self.view.zoomed(factor, x, y))

    def pan(self, dx: float, dy: float) -> None:
        """Move the page by pixels."""
        self.stop()
        before = self.view
        self.set(self.view.moved(dx, dy))
        self._push_end(before, dy)

    def wheel(self, event: QWheelEvent, *, zooms: bool, sideways: bool) -> None:
        """A wheel's notches, or a touch pad's pixels."""
        turns = event.angleDelta().y() / 120
        if zooms:
            self.zoom_by(1.15**turns, event.position())
        elif not event.pixelDelta().isNull():
            self.pan(event.pixelDelta().x(), event.pixelDelta().y())
        elif sideways:
            self.pan(turns * WHEEL_STEP, 0)
        else:
            self.pan(event.angleDelta().x() / 120 * WHEEL_STEP, turns * WHEEL_STEP)

    def follow(self, x: float, y: float) -> None:
        """Glide until this place of the page lies in the middle third."""
        if not self.follows:
            return
        wanted = self.view.following(x, y)
        if (wanted.x, wanted.y) != (self.view.x, self.view.y):
            self._target = wanted.x, wanted.y
            if not self._glide.isActive():
                self._glide.start()

    def stop(self) -> None:
        """Stand still."""
        self._target = None
        self._glide.stop()

    def _glide_on(self) -> None:
        """A quarter of the way each frame: the board never jumps."""
        if self._target is None:
            self._glide.stop()
            return
        dx, dy = self._target[0] - self.view.x, self._target[1] - self.view.y
        if math.hypot(dx, dy) < 1:
            self.stop()
        else:
            dx, dy = dx / 4, dy / 4
        self.set(self.view.moved(dx, dy))

    def _push_end(self, before: Viewport, dy: float) -> None:
        if dy >= 0 or self.view.y != before.y:
            self._beyond = 0.0
            return
        self._beyond -= dy
        if self._beyond >= BEYOND_PX:
            self._beyond = 0.0
            self.end_reached.emit()
