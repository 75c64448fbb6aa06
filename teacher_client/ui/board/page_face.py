"""A widget that shows a page: canvas, viewport, lasers; the teacher's board and the clean one."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPen, QTransform
from PySide6.QtWidgets import QWidget

from signaling_server.protocol.page import Page
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import PaperColors, paper_colors
from teacher_client.drawing.overlays import Lasers, OverlayColors, overlay_colors
from teacher_client.drawing.pictures import PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.geometry.boxes import Box
from teacher_client.ui.board.desk import Brush
from teacher_client.ui.board.sight import Sight
from teacher_client.ui.state import WindowState
from teacher_client.ui.theme import theme

LASER_MS: Final = 33
PATIENCE: Final = 0.03
"""Seconds a frame may take; what is seen for the first time comes piece by piece."""


class PageFace(QWidget):
    """Paints the page of its canvas where its sight says; what is over it, subclasses add."""

    def __init__(
        self,
        state: WindowState,
        shapes: ShapeCache,
        paper: str,
        pictures: PictureSource | None = None,
    ) -> None:
        super().__init__()
        self.state = state
        self.paper = paper
        self.colors: PaperColors = paper_colors(paper)
        self.overlay: OverlayColors = overlay_colors(self.colors)
        self.pictures = pictures
        self.canvas = PageCanvas(self.colors, shapes, pictures)
        self.sight = Sight(self)
        self.sight.moved.connect(self._apply_sight)
        self.shown: Page | None = None
        self._late: list[QRect] = []
        self._catch_up = QTimer(self, singleShot=True, interval=0)
        self._catch_up.timeout.connect(self._paint_late)
        self._lasers = Lasers()
        self._fade = QTimer(self, interval=LASER_MS)
        self._fade.timeout.connect(self.show_lasers)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_paper(self, paper: str) -> None:
        """Paint on another paper."""
        self.paper = paper
        self.colors = paper_colors(paper)
        self.overlay = overlay_colors(self.colors)
        self.canvas.set_colors(self.colors)
        self.update()

    def picture_came(self, sha256: str) -> None:
        """More of a picture is there than before."""
        self.update_device(self.canvas.picture_came(sha256))

    def turn_to(self, page: Page | None) -> bool:
        """Show this page; whether it is another than before."""
        before, self.shown = self.shown, page
        if page is None:
            if before is not None:
                self.canvas.turn_to(None)
                self.update()
            return before is not None
        is_other = before is None or before.number != page.number
        view = self.sight.view
        if is_other:
            self.canvas.turn_to(page)
            self.sight.stop()
            view = view.with_page(page.width, page.height)
        elif (view.page_width, view.page_height) != (page.width, page.height):
            if view.page_width == page.width:
                view = view.grown(page.height)
            else:
                view = view.with_page(page.width, page.height)
        self.sight.set(view)
        self._apply_sight()
        return is_other

    def show_lasers(self) -> None:
        """Light, or what is left of it."""
        page, view = self.shown, self.view_transform()
        before = self._lasers.area(view)
        strokes = [] if page is None else self.state.reader.lasers(page.number)
        log_ms = self.state.lesson_ms() if self.state.is_live else self.state.board.time_ms
        is_lit = self._lasers.take(strokes, time.monotonic() * 1000, log_ms)
        self.update((before | self._lasers.area(view)).toAlignedRect())
        if not is_lit:
            self._fade.stop()
        elif not self._fade.isActive():
            self._fade.start()

    def view_transform(self) -> QTransform:
        """Page units to this widget's pixels, as the canvas is painted."""
        ratio, (x, y), scale = self.devicePixelRatioF(), self._origin(), self.sight.view.scale
        return QTransform(scale, 0, 0, scale, x / ratio, y / ratio)

    def brush(self, painter: QPainter) -> Brush:
        """For what is painted over the page."""
        return Brush(painter, self.view_transform(), self.overlay, self.colors)

    # areas

    def update_device(self, areas: list[QRect]) -> None:
        """Update areas in device pixels of the page."""
        ratio, (x, y) = self.devicePixelRatioF(), self._origin()
        for area in areas:
            self.update(
                QRectF(
                    (area.x() + x) / ratio,
                    (area.y() + y) / ratio,
                    area.width() / ratio,
                    area.height() / ratio,
                )
                .toAlignedRect()
                .adjusted(-1, -1, 1, 1)
            )

    def update_page(self, area: Box, *, above: float = 0.0, right: float = 0.0) -> None:
        """Update a page area, with so many pixels more."""
        left, top, stop, bottom = area
        box = self.view_transform().mapRect(QRectF(left, top, stop - left, bottom - top))
        self.update(box.adjusted(-8, -8 - above, 8 + right, 8).toAlignedRect())

    def _apply_sight(self) -> None:
        self.canvas.set_scale(self.sight.view.scale * self.devicePixelRatioF())
        self.update()

    def _origin(self) -> tuple[int, int]:
        """The page's corner in device pixels of the widget; whole, so that tiles stay sharp."""
        ratio, view = self.devicePixelRatioF(), self.sight.view
        return round(view.x * ratio), round(view.y * ratio)

    def _paint_late(self) -> None:
        late, self._late = self._late, []
        self.update_device(late)

    # painting

    def paint_page(self, painter: QPainter, exposed: QRect) -> None:
        """Desk, paper, and what is on it."""
        painter.fillRect(exposed, theme().color("bg.sunken"))
        if self.shown is None:
            return
        ratio, (x, y) = self.devicePixelRatioF(), self._origin()
        if self.canvas.scale != self.sight.view.scale * ratio:
            self.canvas.set_scale(self.sight.view.scale * ratio)  # it came to another screen
        wide, high = self.canvas.device_size
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.translate(x, y)
        device = QRectF(
            exposed.x() * ratio,
            exposed.y() * ratio,
            exposed.width() * ratio,
            exposed.height() * ratio,
        ).toAlignedRect()
        area = device.translated(-x, -y) & QRect(0, 0, wide, high)
        painter.setClipRect(area)
        left = self.canvas.paint(painter, area, PATIENCE)
        painter.setClipping(False)
        painter.setPen(QPen(theme().color("line"), ratio))
        painter.drawRect(QRectF(-0.5, -0.5, wide, high))
        painter.restore()
        if left:
            self._late += left
            self._catch_up.start()

    def paint_lasers(self, painter: QPainter) -> None:
        """Over all else."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lasers.draw(painter, time.monotonic() * 1000, self.view_transform(), self.colors)

    def fit_to(self, size: QSize) -> None:
        """The widget has another size."""
        self.sight.set(self.sight.view.resized(size.width(), size.height()))
