"""The pages: thumbnails in order, the shown one marked, a new one by +."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from signaling_server.protocol.board import Changes, Page
from teacher_client.lesson.board_commands import AddPage, ShowPage
from signaling_server.protocol.ids import PageId
from teacher_client.drawing.colors import paper_colors
from teacher_client.drawing.render import render_page
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.lesson.link import Do
from teacher_client.ui.parts import Label, frame, icon_button, tight
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say
from teacher_client.ui.theme import theme, ui_font

RENDER_MS: Final = 400
"""Thumbnails follow at leisure: one page a turn, so that writing is never late for them."""
Index = QModelIndex | QPersistentModelIndex
PAGE_ROLE: Final = Qt.ItemDataRole.UserRole
IMAGE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
NO_PARENT: Final = QModelIndex()


def paper_label(page: Page) -> str:
    """What stands beside a page's number: its sheet of paper, or nothing."""
    if page.paper:
        sheet = re.split(r"[./:]", page.paper)[-1]  # ncode:3.27.603.12 is sheet 12
        return say(Text.PAGE_PAPER, paper=sheet)
    return "" if page.strokes or page.pictures else say(Text.PAGE_EMPTY)


class PageModel(QAbstractListModel):
    """The board's pages in order of creation, with pictures that follow."""

    def __init__(self, state: WindowState, shapes: ShapeCache, paper: str) -> None:
        super().__init__()
        self._state = state
        self._shapes = shapes
        self._colors = paper_colors(paper)
        self._pages: list[PageId] = []
        self._images: dict[PageId, QImage] = {}
        self._was_other = True
        self._stale: set[PageId] = set()
        self._width = 96
        self._ratio = 1.0

    def show_changes(self, changes: Changes) -> bool:
        """Take in what changed; True while thumbnails have to be painted."""
        pages = list(self._state.board.pages)
        if pages != self._pages:
            self.beginResetModel()
            self._pages = pages
            self._images = {page: im for page, im in self._images.items() if page in pages}
            self.endResetModel()
        self._stale |= set(pages) if changes.was_refolded else changes.pages & set(pages)
        self._stale |= {page for page in pages if page not in self._images}
        return bool(self._stale)

    def set_size(self, width: int, ratio: float) -> None:
        """Width of a thumbnail in logical pixels, and the screen's pixel ratio."""
        if (width, ratio) != (self._width, self._ratio):
            self._width, self._ratio = width, ratio
            self._stale = set(self._pages)

    def render_one(self) -> bool:
        """Paint one thumbnail, the shown page's every second time; True while others wait."""
        self._stale &= set(self._state.board.pages)
        if not self._stale:
            return False
        shown = self._state.board.shown
        others = self._stale - {shown}
        is_shown_next = shown in self._stale and (self._was_other or not others)
        self._was_other = not is_shown_next  # ink on the shown page must not starve the rest
        page = self._state.board.pages[shown if is_shown_next else min(others)]
        self._stale.discard(page.number)
        size = QSize(round(self._width * self._ratio), round(self._width * self._ratio * 1.4))
        image = render_page(page, size, self._colors, self._shapes)
        image.setDevicePixelRatio(self._ratio)
        self._images[page.number] = image
        at = self.index(self._pages.index(page.number))
        self.dataChanged.emit(at, at, [IMAGE_ROLE])
        return bool(self._stale)

    def index_of(self, page: PageId) -> QModelIndex:
        """Where a page stands; no index if it does not."""
        return self.index(self._pages.index(page)) if page in self._pages else QModelIndex()

    # Qt overrides

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._pages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._pages):
            return None
        page = self._state.board.pages.get(self._pages[index.row()])
        if page is None:
            return None
        if role == PAGE_ROLE:
            return page
        if role == IMAGE_ROLE:
            return self._images.get(page.number)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            words = (say(Text.PAGE_NUMBER, page=page.number), paper_label(page))
            return " ".join(word for word in words if word)
        return None


class PageDelegate(QStyledItemDelegate):
    """Paint a thumbnail with its number and paper; the shown page stands on primary.soft."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self.width = 96

    # Qt overrides

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.width + 16, round(self.width * 1.4) + 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        page = index.data(PAGE_ROLE)
        if not isinstance(page, Page):
            return
        area = option.rect
        is_shown = page.number == self._state.board.shown
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_shown:
            ground = QPainterPath()
            ground.addRoundedRect(QRectF(area).adjusted(0, 0, 0, -4), 10, 10)
            painter.fillPath(ground, theme().color("primary.soft"))
        picture = QRect(area.x() + 8, area.y() + 6, self.width, round(self.width * 1.4))
        image = index.data(IMAGE_ROLE)
        if isinstance(image, QImage):
            painter.drawImage(QRectF(picture), image)
        else:
            painter.fillRect(picture, paper_colors().ground)
        line = QPen(theme().color("primary" if is_shown else "line"), 2 if is_shown else 1)
        painter.setPen(line)
        painter.drawRect(QRectF(picture))
        painter.setPen(theme().color("primary" if is_shown else "text.2"))
        font = ui_font("caption")
        font.setBold(is_shown)
        painter.setFont(font)
        words = QRect(picture.x(), picture.bottom() + 4, picture.width(), 18)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, str(page.number))
        room = words.adjusted(16, 0, 0, 0)
        label = painter.fontMetrics().elidedText(
            paper_label(page), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, label)
        painter.restore()


class PageList(QListView):
    """The list; Qt would turn the page at every arrow key, this asks at Enter and click."""

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAccessibleName(say(Text.PAGES))


class PagePanel(QWidget):
    """Thumbnails and +.

    Signals:
        asked: Do(ShowPage) or Do(AddPage).
    """

    asked = Signal(object)

    def __init__(self, state: WindowState, shapes: ShapeCache, paper: str) -> None:
        super().__init__()
        self._state = state
        self._model = PageModel(state, shapes, paper)
        self._delegate = PageDelegate(state)
        self.add_button: QToolButton = icon_button("plus", say(Text.NEW_PAGE_TIP))
        self._list = PageList()
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.clicked.connect(self._ask)
        self._list.activated.connect(self._ask)
        self._timer = QTimer(self, singleShot=True, interval=RENDER_MS)
        self._timer.timeout.connect(self._render)
        self._build()

    def show_changes(self, changes: Changes) -> None:
        """Show what the log changed."""
        if self._model.show_changes(changes) and not self._timer.isActive():
            self._timer.start(0 if changes.was_refolded or changes.shown else RENDER_MS)
        if changes.shown or changes.was_refolded:
            self._list.viewport().update()
            self._list.scrollTo(self._model.index_of(self._state.board.shown))

    def set_live(self, is_live: bool) -> None:
        """In playback pages are chapters to look at; nothing can be added."""
        self.add_button.setVisible(is_live)

    def set_width(self, width: int) -> None:
        """The panel's whole width; the thumbnails take what is left."""
        self.setFixedWidth(width)
        self._delegate.width = width - 52
        self._model.set_size(self._delegate.width, self.devicePixelRatioF())
        self._list.doItemsLayout()
        self._timer.start(0)

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
        inner.addLayout(head)
        inner.addWidget(self._list, 1)
        self.add_button.clicked.connect(lambda: self.asked.emit(Do(AddPage())))

    def _ask(self, index: QModelIndex) -> None:
        page = index.data(PAGE_ROLE)
        if isinstance(page, Page) and page.number != self._state.board.shown:
            self.asked.emit(Do(ShowPage(page.number)))

    def _render(self) -> None:
        if self._model.render_one():
            self._timer.start(RENDER_MS if self.isVisible() else 2 * RENDER_MS)
