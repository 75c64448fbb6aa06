"""The pages: thumbnails in order, the shown one marked, a new one by +."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from signaling_server.protocol.board import Changes, Page
from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.ids import PageId
from teacher_client.drawing.pictures import NoPictures, PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.lesson.board_commands import (
    AddPage,
    BoardCommand,
    ChangeAudience,
    CopyPage,
    DeletePage,
    ShowPage,
)
from teacher_client.lesson.link import Do
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.pages.menu import PageMenu
from teacher_client.ui.pages.model import PageModel, paper_label
from teacher_client.ui.pages.page_list import PageList
from teacher_client.ui.pages.paper import SIZES
from teacher_client.ui.pages.thumbnail import PageDelegate
from teacher_client.ui.parts import Label, frame, icon_button, tight
from teacher_client.ui.settings import PageSize
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say

__all__ = ["PagePanel", "paper_label"]

RENDER_MS: Final = 400
"""Thumbnails follow at leisure: one page a turn, so that writing is never late for them."""
FILL_MS: Final = 15
"""A thumbnail that was never painted comes sooner: somebody looks for it."""


class PagePanel(QWidget):
    """Thumbnails, + and the pages' menus.

    Signals:
        asked: Do with a command about pages.
        deleted: a page that this panel asked to delete is gone; its place from 1.
        size_chosen: the PageSize of new pages.
    """

    asked = Signal(object)
    deleted = Signal(int)
    size_chosen = Signal(object)

    def __init__(
        self,
        state: WindowState,
        shapes: ShapeCache,
        paper: str,
        pictures: PictureSource | None = None,
    ) -> None:
        super().__init__()
        self._state = state
        self.new_kind = PageKind.DOTS
        self.new_size = PageSize.NOTEBOOK
        self._deleting: dict[PageId, int] = {}
        self._delegate = PageDelegate(state)
        self.model = PageModel(state, shapes, paper, pictures or NoPictures())
        self.list = PageList(self.model, self._delegate)
        self._menus = PageMenu(self, self._ask)
        self.add_button: QToolButton = icon_button("plus", say(Text.NEW_PAGE_TIP))
        self.kind_button: QToolButton = icon_button("chevron-down", say(PageText.NEW_OF_KIND), 24)
        self._is_live = True
        self._timer = QTimer(self, singleShot=True, interval=RENDER_MS)
        self._timer.timeout.connect(self._render)
        self._build()

    def show_changes(self, changes: Changes) -> None:
        """Show what the log changed."""
        at = self.list.currentIndex().row()
        if self.model.show_changes(changes):
            self.list.setCurrentIndex(self.model.index(min(at, self.model.rowCount() - 1)))
            self._tell_deleted()
        if not self._timer.isActive():
            self._timer.start(0 if changes.was_refolded or changes.shown else RENDER_MS)
        if changes.shown or changes.was_refolded or changes.order:
            self.list.viewport().update()
            self.list.scrollTo(self.model.index_of(self._state.board.shown))

    def pictures_came(self) -> None:
        """Paint thumbnails anew: frames may have become pictures."""
        self.model.forget_images()
        self._timer.start(RENDER_MS)

    def set_live(self, is_live: bool) -> None:
        """In playback pages are to look at; nothing can be added, moved or changed."""
        self._is_live = is_live
        self.add_button.setVisible(is_live)
        self.kind_button.setVisible(is_live)
        self.list.set_editable(is_editable=is_live)

    def set_width(self, width: int) -> None:
        """The panel's whole width; the thumbnails take what is left."""
        self.setFixedWidth(width)
        self._delegate.width = width - 52
        self.model.set_size(self._delegate.width, self.devicePixelRatioF())
        self.list.doItemsLayout()
        self._timer.start(0)

    # what the teacher does, on the page that has the keys, else on the shown one

    def new_page(self) -> AddPage:
        """What a new page is like."""
        return AddPage(*SIZES[self.new_size], self.new_kind)

    def add(self, kind: PageKind | None = None) -> None:
        """A new page at the end."""
        self._ask(AddPage(*SIZES[self.new_size], kind or self.new_kind))

    def copy(self) -> None:
        """Duplicate the page."""
        if (page := self._page()) is not None:
            self._ask(CopyPage(page.number))

    def delete(self) -> None:
        """Delete the page; the last one stays."""
        if (page := self._page()) is not None and len(self.model.order) > 1:
            self._ask(DeletePage(page.number))

    def toggle_private(self) -> None:
        """Keep the page from pupils, or show it to them."""
        if (page := self._page()) is not None:
            self._ask(ChangeAudience(page.number, is_private=not page.is_private))

    def step(self, page: PageId, step: int) -> None:
        """Move a page by one place up (-1) or down (1)."""
        at = self.model.order.index(page)
        self.model.move_to(page, at - 1 if step < 0 else at + 2)

    def menu_of(self, page: PageId) -> QMenu:
        """The menu of a page."""
        board = self._state.board
        return self._menus.of_page(board.pages[page], board.order, board.shown, self.new_page())

    def _page(self) -> Page | None:
        board = self._state.board
        number = self.list.current() or board.shown
        return board.pages.get(number)

    def _ask(self, command: BoardCommand) -> None:
        if isinstance(command, DeletePage):
            self._deleting[command.page] = self.model.order.index(command.page) + 1
        self.asked.emit(Do(command))

    def _tell_deleted(self) -> None:
        for page in self._deleting.keys() - set(self.model.order):
            self.deleted.emit(self._deleting.pop(page))

    def _choose(self, page: int) -> None:
        if self._is_live and page != self._state.board.shown:
            self._ask(ShowPage(PageId(page)))

    def _open_menu(self, page: int, place: QPoint) -> None:
        _pop(self.menu_of(PageId(page)), place)

    def _open_kinds(self) -> None:
        menu = self._menus.of_new(self.new_size, self.add, self._choose_size)
        _pop(menu, self.kind_button.mapToGlobal(self.kind_button.rect().bottomLeft()))

    def _choose_size(self, size: PageSize) -> None:
        self.new_size = size
        self.size_chosen.emit(size)

    # building

    def _build(self) -> None:
        panel = frame("pagePanel", say(Text.PAGES))
        outer = QVBoxLayout(self)
        tight(outer)
        outer.addWidget(panel)
        inner = QVBoxLayout(panel)
        tight(inner, 12, 8, 4)
        head = QHBoxLayout()
        head.addWidget(Label(say(Text.PAGES), "heading"))
        head.addStretch()
        head.addWidget(self.add_button)
        head.addWidget(self.kind_button)
        inner.addLayout(head)
        inner.addWidget(self.list, 1)
        self.add_button.clicked.connect(lambda _on: self.add())
        self.kind_button.clicked.connect(self._open_kinds)
        self.list.chosen.connect(self._choose)
        self.list.menu_wanted.connect(self._open_menu)
        self.list.delete_pressed.connect(self._delete_by_key)
        self.list.step_pressed.connect(lambda page, step: self.step(PageId(page), step))
        self.list.seen.connect(lambda: self._timer.start(FILL_MS))
        self.model.moved.connect(self._ask)

    def _delete_by_key(self, _page: int) -> None:
        self.delete()

    def _render(self) -> None:
        if self.isVisible() and self.model.paint_one(self.list.in_sight()):
            self._timer.start(FILL_MS)

    # Qt overrides

    def showEvent(self, event: object) -> None:
        self._timer.start(0)


def _pop(menu: QMenu, place: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(place)
