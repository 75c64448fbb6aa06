"""The list of thumbnails: press, drag, keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView

from signaling_server.protocol.board import Page
from signaling_server.protocol.ids import PageId
from teacher_client.ui.pages.model import PAGE_ROLE, PageModel
from teacher_client.ui.pages.thumbnail import PageDelegate
from teacher_client.ui.texts import Text, say

ALT: Final = Qt.KeyboardModifier.AltModifier


class PageList(QListView):
    """Qt would turn the page at every arrow key; this asks at Enter and click.

    Signals:
        chosen: turn to this page.
        menu_wanted: (page, where on the screen).
        delete_pressed: the key on a page.
        step_pressed: (page, -1 or 1), Alt and an arrow.
        seen: other thumbnails came into sight.
    """

    chosen = Signal(int)
    menu_wanted = Signal(int, QPoint)
    delete_pressed = Signal(int)
    step_pressed = Signal(int, int)
    seen = Signal()

    def __init__(self, model: PageModel, delegate: PageDelegate) -> None:
        super().__init__()
        self._pages = model
        self._look = delegate
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(say(Text.PAGES))
        self.set_editable(is_editable=True)
        self.clicked.connect(lambda at: self._choose(self._number(at.row())))
        self.activated.connect(lambda at: self._choose(self._number(at.row())))
        self.verticalScrollBar().valueChanged.connect(self.seen)

    def set_editable(self, *, is_editable: bool) -> None:
        """Whether pages may be dragged and changed."""
        self._look.has_menu = is_editable
        self.setDragEnabled(is_editable)
        mode = QListView.DragDropMode
        self.setDragDropMode(mode.InternalMove if is_editable else mode.NoDragDrop)
        self.viewport().update()

    def current(self) -> PageId | None:
        """The page that the keys are on, while this list has them."""
        at = self.currentIndex()
        return self._number(at.row()) if self.hasFocus() and at.isValid() else None

    def in_sight(self) -> list[PageId]:
        """The pages whose thumbnails are at least partly seen."""
        middle, high = self.viewport().width() // 2, self.viewport().height()
        first, last = (self.indexAt(QPoint(middle, y)).row() for y in (1, high - 1))
        order = self._pages.order
        return list(order[max(0, first) : last + 1 if last >= 0 else len(order)])

    def _number(self, row: int) -> PageId:
        return self._pages.order[row]

    def _choose(self, page: PageId) -> None:
        self.chosen.emit(page)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_own = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Space) or (
                event.modifiers() == ALT and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
            )
            if is_own and self.currentIndex().isValid():
                event.accept()  # else the window's shortcut would take it
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self.currentIndex()
        key = event.key()
        if not at.isValid():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Delete and self._look.has_menu:
            self.delete_pressed.emit(self._number(at.row()))
        elif event.modifiers() == ALT and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = -1 if key == Qt.Key.Key_Up else 1
            if self._look.has_menu:
                self.step_pressed.emit(self._number(at.row()), step)
        elif key == Qt.Key.Key_Space:
            self._choose(self._number(at.row()))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint())
        dots = self._look.dots_rect(self.visualRect(at))
        is_left = event.button() == Qt.MouseButton.LeftButton
        is_on_dots = at.isValid() and dots.contains(event.position().toPoint())
        if is_on_dots and is_left and self._look.has_menu:
            self._open_menu(at.data(PAGE_ROLE), self.viewport().mapToGlobal(dots.bottomLeft()))
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.currentIndex() if is_key else self.indexAt(event.pos())
        if not at.isValid() or not self._look.has_menu:
            return
        place = self.visualRect(at).center() if is_key else event.pos()
        self._open_menu(at.data(PAGE_ROLE), self.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.seen.emit()

    def _open_menu(self, page: object, place: QPoint) -> None:
        if isinstance(page, Page):
            self.menu_wanted.emit(page.number, place)
