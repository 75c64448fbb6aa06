"""The board: paints the shown page and reports what mouse and tablet do on it.

Lengths outside this class are page units (1/100 mm); pixels never leave it. GUI thread only.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from signaling_server.protocol.board import Changes, Page, Stroke
from signaling_server.protocol.commands import EraseItems, Ink, WriteInk
from signaling_server.protocol.ids import TEACHER, PageId, StrokeId
from teacher_client.drawing.canvas import PageCanvas
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.lesson.link import Do, Seek
from teacher_client.ui.actions import BOARD_ACTIONS, ActionId
from teacher_client.ui.ink_writer import InkStyle, InkWriter, Pointer
from teacher_client.ui.name_tags import NameTags
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme, ui_font
from teacher_client.ui.viewport import Viewport

FLUSH_MS: Final = 8
SETTLE_MS: Final = 200
PATIENCE_S: Final = 0.03
"""A page seen for the first time comes piece by piece, so that the window goes on answering."""
EMPTY_MS: Final = 250
"""A board that was emptied is kept in sight so long: its log is on the way (reattach, seek)."""
ERASER_REACH: Final = 120.0
TAP_REACH: Final = 200.0
WHEEL_STEP: Final = 90.0
GLIDE_MS: Final = 16
DEFAULT_STYLE: Final = InkStyle()


class BoardView(QWidget):
    """Paint the shown page; send ink, erasures and taps as asked-for messages; decide nothing.

    Signals:
        asked: a message for the engine (Do with ink or erasure, Seek for a tap in playback).
        zoom_changed: 1.0 is fit width.
    """

    asked = Signal(object)
    zoom_changed = Signal(float)

    def __init__(self, state: WindowState, shapes: ShapeCache, paper: str) -> None:
        super().__init__()
        self._state = state
        self._canvas = PageCanvas(paper_colors(paper), shapes)
        self._view = Viewport()
        self._page: PageId | None = None
        self._tags = NameTags()
        self._writer = InkWriter(secrets.randbits(15))
        self._is_erasing = self._is_panning = self._has_space = False
        self._erased: set[StrokeId] = set()
        self._grip = QPointF()
        self._follows = True
        self._target: tuple[float, float] | None = None
        self.has_echo = False
        self._flush = QTimer(self, interval=FLUSH_MS)
        self._flush.timeout.connect(self._send_ink)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._note_at_rest)
        self._empty = QTimer(self, singleShot=True, interval=EMPTY_MS)
        self._empty.timeout.connect(self._show_all)
        self._glide = QTimer(self, interval=GLIDE_MS)
        self._glide.timeout.connect(self._glide_on)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(say(Text.BOARD))

    def handlers(self) -> dict[ActionId, Callable[[], None]]:
        """What the board's own actions do."""
        return dict.fromkeys(BOARD_ACTIONS, self.update)

    # what is shown

    def show_changes(self, changes: Changes) -> None:
        """Show what the log or a hint changed."""
        if changes.was_refolded and not self._state.board.pages and self._page is not None:
            self._empty.start()
            return
        if self._empty.isActive():
            return  # the rest of the log comes in the same breath
        if changes.was_refolded or changes.shown or changes.order:
            self._show_all()
            return
        if self._page is None or self._page not in changes.pages:
            return
        self._update_device(self._canvas.show(self._state.reader, changes))
        for name in changes.grown:
            stroke = self._state.reader.drawn_stroke(self._page, name)
            if stroke is not None:
                self._notice_newest(stroke)
        self._settle.start()

    def settle(self) -> None:
        """Show all now: the log has come as far as it was asked for."""
        if self._empty.isActive():
            self._empty.stop()
            self._show_all()

    def show_names(self) -> None:
        """Names may have changed: paint the tags again."""
        self.update()

    def show_paper(self, paper: str) -> None:
        """Paint on another paper."""
        self._canvas.set_colors(paper_colors(paper))
        self.update()

    @property
    def zoom(self) -> float:
        """1.0 is fit width."""
        return self._view.zoom

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page stands in this widget."""
        return self._view.to_widget(x, y)

    def fit(self) -> None:
        """Show the whole width."""
        self._set_view(self._view.fitted())

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle."""
        self._set_view(self._view.zoomed(factor, self.width() / 2, self.height() / 2))

    def set_follow(self, is_on: bool) -> None:
        """Keep the paper pen's tip in the middle third, or let the page stand."""
        self._follows = is_on
        if not is_on:
            self._stop_gliding()

    def _show_all(self) -> None:
        """Bring the canvas to what the reader would draw now."""
        self._settle.stop()
        board = self._state.board
        page = board.pages.get(board.shown)
        if page is None:
            if self._page is not None:
                self._page = None
                self.update()
            return
        self._turn_to(page)
        self._update_device(self._canvas.show_all(self._state.reader))
        self._note_at_rest()

    def _note_at_rest(self) -> None:
        """What may lag behind the pen: whose ink is newest, and what a screen reader says."""
        board = self._state.board
        page = board.pages.get(board.shown)
        if page is None:
            return
        strokes = list(self._state.reader.drawn(page.number))
        self._tags.clear()
        for stroke in strokes:
            if stroke.x:
                self._tags.notice(stroke)
        self._describe(page, strokes)

    def _turn_to(self, page: Page) -> None:
        before, view = self._page, self._view
        if before == page.number and (view.page_width, view.page_height) == (
            page.width,
            page.height,
        ):
            return
        if before != page.number:
            self._page = page.number
            self._tags.clear()
            self._stop_gliding()
            self._canvas.turn_to(page)
        self._view = self._view.with_page(page.width, page.height)
        self._apply_scale()
        self.update()

    def _notice_newest(self, stroke: Stroke) -> None:
        if stroke.author != TEACHER:
            before = self._tags.area()
            self._tags.notice(stroke)
            self._update_page(before)
            self._update_page(self._tags.area())
        elif self._follows and stroke.x and not self._writer.owns(stroke.id):
            self._follow(stroke.x[-1], stroke.y[-1])

    def _describe(self, page: Page, strokes: list[Stroke]) -> None:
        author = ""
        if strokes:
            newest = strokes[-1].author
            author = say(Text.TEACHER) if newest == TEACHER else self._state.name_of(newest)
        self.setAccessibleDescription(
            say(Text.BOARD_STATE, page=page.number, count=len(strokes), author=author)
        )

    # where it is shown

    def _set_view(self, view: Viewport) -> None:
        if view == self._view:
            return
        before = self._view.zoom
        self._view = view
        self._apply_scale()
        self.update()
        if view.zoom != before:
            self.zoom_changed.emit(view.zoom)

    def _apply_scale(self) -> None:
        self._canvas.set_scale(self._view.scale * self.devicePixelRatioF())

    def _origin(self) -> tuple[int, int]:
        """The page's corner in device pixels of the widget; whole, so that tiles stay sharp."""
        ratio = self.devicePixelRatioF()
        return round(self._view.x * ratio), round(self._view.y * ratio)

    def _update_device(self, areas: list[QRect]) -> None:
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

    def _update_page(self, area: QRectF) -> None:
        """Update a page area with room for a name tag above and right of it."""
        x, y = self._view.to_widget(area.x(), area.y())
        width, height = area.width() * self._view.scale, area.height() * self._view.scale
        room = QRectF(x - 8, y - 40, width + 260, height + 80)
        self.update(room.toAlignedRect())

    def _follow(self, x: float, y: float) -> None:
        wanted = self._view.following(x, y)
        if (wanted.x, wanted.y) != (self._view.x, self._view.y):
            self._target = (wanted.x, wanted.y)
            if not self._glide.isActive():
                self._glide.start()

    def _glide_on(self) -> None:
        """A quarter of the way each frame: the board never jumps."""
        if self._target is None:
            self._glide.stop()
            return
        dx, dy = self._target[0] - self._view.x, self._target[1] - self._view.y
        if math.hypot(dx, dy) < 1:
            self._stop_gliding()
        else:
            dx, dy = dx / 4, dy / 4
        self._set_view(self._view.moved(dx, dy))

    def _stop_gliding(self) -> None:
        self._target = None
        self._glide.stop()

    # writing, erasing, moving

    def _style(self) -> InkStyle:
        tool = self._state.tool
        return DEFAULT_STYLE if tool is None else InkStyle(tool.tool, tool.ink, tool.width)

    def _pointer(self, at: QPointF, time_ms: int, pressure: float | None = None) -> Pointer:
        x, y = self._view.to_page(at.x(), at.y())
        return Pointer(x, y, time_ms / 1000, pressure)

    def _press(self, at: Pointer, *, is_eraser: bool) -> None:
        state = self._state
        if self._page is None or state.lesson is None:
            return
        if state.lesson.is_playback:
            self._tap(at)
            return
        if not state.is_live:
            return
        if is_eraser or (state.tool is not None and state.tool.is_eraser):
            self._is_erasing = True
            self._erased.clear()
            self._erase(at)
            return
        self._writer.begin(self._page, self._style(), at)
        self._send_ink()
        self._flush.start()

    def _drag(self, at: Pointer) -> None:
        if self._is_erasing:
            self._erase(at)
        elif self._writer.is_writing:
            self._writer.move(at)

    def _release(self, at: Pointer | None) -> None:
        self._is_erasing = False
        self._flush.stop()
        for command in self._writer.end(at):
            self._send(command)

    def _send_ink(self) -> None:
        for command in self._writer.take():
            self._send(command)

    def _send(self, command: WriteInk) -> None:
        if self.has_echo:
            self._state.echo(command)
        self.asked.emit(Do(command))

    def _erase(self, at: Pointer) -> None:
        found = self._canvas.stroke_at(at.x, at.y, ERASER_REACH)
        if found is not None and found not in self._erased and self._page is not None:
            self._erased.add(found)
            self.asked.emit(Do(EraseItems(self._page, (found,))))

    def _tap(self, at: Pointer) -> None:
        """In playback: go to the moment in which this ink was written."""
        found = self._canvas.stroke_at(at.x, at.y, TAP_REACH)
        if found is None or self._page is None:
            return
        stroke = self._state.board.stroke(self._page, found)
        if stroke is not None:
            self.asked.emit(Seek(stroke.style.t0_ms))

    def _pan(self, to: QPointF) -> None:
        self._stop_gliding()
        moved = to - self._grip
        self._grip = to
        self._set_view(self._view.moved(moved.x(), moved.y()))

    def _start_pan(self, at: QPointF) -> None:
        self._is_panning, self._grip = True, at
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _end_pan(self) -> None:
        self._is_panning = False
        shape = Qt.CursorShape.OpenHandCursor if self._has_space else Qt.CursorShape.CrossCursor
        self.setCursor(shape)

    # painting

    def _paint_page(self, painter: QPainter, exposed: QRect) -> None:
        ratio, (x, y) = self.devicePixelRatioF(), self._origin()
        wide, high = self._canvas.device_size
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
        self._update_device(self._canvas.paint(painter, area, PATIENCE_S))
        painter.setClipping(False)
        painter.setPen(QPen(theme().color("line"), ratio))
        painter.drawRect(QRectF(-0.5, -0.5, wide, high))
        painter.restore()

    def _paint_hint(self, painter: QPainter) -> None:
        """One sentence where the first stroke will be."""
        painter.setPen(theme().color("text.3"))
        painter.setFont(ui_font("strong"))
        area = QRectF(0, self.height() * 0.3, self.width(), 60)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, say(Text.BOARD_EMPTY))

    def _paint_tags(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font("caption"))
        metrics = QFontMetricsF(painter.font())
        paper = paper_colors()  # tags look alike on every paper: white on the pupils' ink
        ground = QColor(paper.inks[Ink.PUPIL]).darker(125)
        for tag in self._tags.tags():
            name = self._state.name_of(tag.member) or say(Text.MEMBER, number=tag.member)
            x, y = self._view.to_widget(tag.area.left(), tag.area.top())
            chip = QRectF(x, y - 28, metrics.horizontalAdvance(name) + 16, 22)
            chip.moveLeft(max(4.0, min(chip.x(), self.width() - chip.width() - 4)))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(chip, 11, 11)
            painter.setPen(paper.ground)
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, name)

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().color("bg.sunken"))
        if self._page is None:
            return
        if self._canvas.scale != self._view.scale * self.devicePixelRatioF():
            self._apply_scale()  # the window came to another screen
        self._paint_page(painter, event.rect())
        if self._canvas.is_empty and self._state.is_live:
            self._paint_hint(painter)
        self._paint_tags(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view = self._view.resized(event.size().width(), event.size().height())
        self._apply_scale()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton or self._has_space:
            self._start_pan(event.position())
        elif event.button() is Qt.MouseButton.LeftButton:
            self._press(self._pointer(event.position(), event.timestamp()), is_eraser=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_panning:
            self._pan(event.position())
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(self._pointer(event.position(), event.timestamp()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_panning:
            self._end_pan()
        elif event.button() is Qt.MouseButton.LeftButton:
            self._release(self._pointer(event.position(), event.timestamp()))

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A graphics tablet: the same with pressure; accepted, so that no mouse event follows."""
        at = self._pointer(event.position(), event.timestamp(), event.pressure())
        match event.type():
            case QTabletEvent.Type.TabletPress:
                is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
                self._press(at, is_eraser=is_eraser)
            case QTabletEvent.Type.TabletMove:
                self._drag(at)
            case QTabletEvent.Type.TabletRelease:
                self._release(None)  # the lift's pressure is 0 and says nothing
            case _:
                pass
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._stop_gliding()
        turns = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = event.position()
            self._set_view(self._view.zoomed(1.15**turns, at.x(), at.y()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._set_view(self._view.moved(turns * WHEEL_STEP, 0))
        else:
            sideways = event.angleDelta().x() / 120
            self._set_view(self._view.moved(sideways * WHEEL_STEP, turns * WHEEL_STEP))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = False
            self._end_pan()
        else:
            super().keyReleaseEvent(event)
