"""The row of pages for Qt, with pictures that follow at leisure."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from signaling_server.protocol.board import Changes, Page
from signaling_server.protocol.ids import GLOBAL_PAGE, PageId
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.pictures import PictureSource
from teacher_client.drawing.render import render_page
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.lesson.board_commands import MovePage
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say

MIME: Final = "application/x-lamplight-page"
MOST_IMAGES: Final = 120
"""Thumbnails kept; about what three windows full of them are."""
HIGHEST: Final = 1.4
"""A thumbnail's height by its width; of a higher page the upper part is seen."""
Index = QModelIndex | QPersistentModelIndex
PAGE_ROLE: Final = Qt.ItemDataRole.UserRole
IMAGE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
NO_PARENT: Final = QModelIndex()


def paper_label(page: Page) -> str:
    """What stands beside a page's number: its sheet of paper, or nothing."""
    if page.paper:
        sheet = re.split(r"[./:]", page.paper)[-1]  # ncode:3.27.603.12 is sheet 12
        return say(Text.PAGE_PAPER, paper=sheet)
    has_any = page.strokes or page.pictures or page.texts
    return "" if has_any else say(Text.PAGE_EMPTY)


class PageModel(QAbstractListModel):
    """The board's pages in their order.

    Signals:
        moved: MovePage, as a page was dropped between others.
    """

    moved = Signal(object)

    def __init__(
        self, state: WindowState, shapes: ShapeCache, paper: str, pictures: PictureSource
    ) -> None:
        super().__init__()
        self._state = state
        self._shapes = shapes
        self._colors = paper_colors(paper)
        self._pictures = pictures
        self._order: list[PageId] = []
        self._images: OrderedDict[PageId, QImage] = OrderedDict()
        self._stale: set[PageId] = set()
        self._was_other = True
        self._width = 96
        self._ratio = 1.0

    @property
    def order(self) -> Sequence[PageId]:
        """The row of pages."""
        return self._order

    def show_changes(self, changes: Changes) -> bool:
        """Take in what changed; True where the row itself is another."""
        order = list(self._state.board.order)
        is_other = order != self._order
        if is_other:
            self.beginResetModel()
            self._order = order
            self.endResetModel()
        if changes.was_refolded:
            self._stale = set(self._images)
        self._stale |= changes.pages
        if changes.order and not is_other:
            self.layoutChanged.emit()  # a page may have another size
        return is_other

    def forget_images(self) -> None:
        """Paint all again: a picture came."""
        self._stale = set(self._images)

    def set_size(self, width: int, ratio: float) -> None:
        """Width of a thumbnail in logical pixels, and the screen's pixel ratio."""
        if (width, ratio) != (self._width, self._ratio):
            self._width, self._ratio = width, ratio
            self._stale = set(self._images)

    def paint_one(self, seen: Sequence[PageId]) -> bool:
        """Paint one thumbnail of those seen, the shown page's every second time.

        Returns:
            Whether others of them wait.
        """
        shown = self._state.board.shown
        waiting = [one for one in seen if one in self._stale or one not in self._images]
        if not waiting:
            return False
        others = [one for one in waiting if one != shown]
        is_shown_next = shown in waiting and (self._was_other or not others)
        self._was_other = not is_shown_next  # ink on the shown page must not starve the rest
        self._paint(shown if is_shown_next else others[0])
        return len(waiting) > 1

    def index_of(self, page: PageId) -> QModelIndex:
        """Where a page stands; no index if it does not."""
        return self.index(self._order.index(page)) if page in self._order else QModelIndex()

    def move_to(self, page: PageId, row: int) -> None:
        """Ask for a page to stand before what is in `row` now; behind all at the end."""
        if page not in self._order:
            return
        at = self._order.index(page)
        row = max(0, min(row, len(self._order)))
        if row in (at, at + 1):
            return
        self.moved.emit(MovePage(page, self._order[row - 1] if row else GLOBAL_PAGE))

    def _paint(self, number: PageId) -> None:
        page = self._state.board.pages[number]
        wide = round(self._width * self._ratio)
        high = round(wide * min(HIGHEST, page.height / page.width))
        image = render_page(
            page, QSize(wide, high), self._colors, self._shapes, pictures=self._pictures
        )
        image.setDevicePixelRatio(self._ratio)
        self._stale.discard(number)
        self._images[number] = image
        self._images.move_to_end(number)
        while len(self._images) > MOST_IMAGES:
            gone, _ = self._images.popitem(last=False)
            self._stale.discard(gone)
        at = self.index_of(number)
        self.dataChanged.emit(at, at, [IMAGE_ROLE])

    # Qt overrides

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._order):
            return None
        page = self._state.board.pages.get(self._order[index.row()])
        if page is None:
            return None
        if role == PAGE_ROLE:
            return page
        if role == IMAGE_ROLE:
            return self._images.get(page.number)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            words = [say(Text.PAGE_NUMBER, page=index.row() + 1), paper_label(page)]
            words += [say(PageText.ONLY_ME_SAID)] if page.is_private else []
            words += [say(PageText.IS_SHOWN)] if page.number == self._state.board.shown else []
            return " ".join(word for word in words if word)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # between pages, never on one
        kept = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return kept | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        if indexes:
            data.setData(MIME, str(self._order[indexes[0].row()]).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if data.hasFormat(MIME):
            page = PageId(int(bytes(data.data(MIME).data())))
            self.move_to(page, len(self._order) if row < 0 else row)
        return False  # the row changes when the engine has written it, not by this drop
