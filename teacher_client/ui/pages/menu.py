"""What can be done with one page, as a menu; entries that cannot be used now say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from signaling_server.protocol.board import Page
from signaling_server.protocol.commands import PageKind
from signaling_server.protocol.ids import GLOBAL_PAGE, PageId
from teacher_client.lesson.board_commands import (
    AddPage,
    BoardCommand,
    ChangeAudience,
    ChangePage,
    CopyPage,
    DeletePage,
    MovePage,
    ShowPage,
)
from teacher_client.ui.actions import ACTIONS, ActionId
from teacher_client.ui.keys.maps import KeyBook, native
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.pages.paper import KIND_TEXTS, SIZE_TEXTS, SIZES, size_of
from teacher_client.ui.settings import PageSize
from teacher_client.ui.texts import Words, say

Ask = Callable[[BoardCommand], None]


class PageMenu:
    """Builds menus whose entries ask for one command each."""

    def __init__(self, parent: QWidget, ask: Ask) -> None:
        self._parent = parent
        self._ask = ask

    @staticmethod
    def _key(action: ActionId) -> str:
        """The first of an action's keys, which acts on the page that is marked."""
        spec = next(spec for spec in ACTIONS if spec.id is action)
        return next(iter(KeyBook().keys(spec)), "")

    def of_page(self, page: Page, order: Sequence[PageId], shown: PageId, new: AddPage) -> QMenu:
        """All about one page.

        Args:
            page: whose menu.
            order: the row of pages.
            shown: the page on screen.
            new: what a new page is like; it is put behind this one.
        """
        at = order.index(page.number)
        menu = self._menu(say(PageText.MENU, page=at + 1))
        ask = self._entry
        show = ask(menu, PageText.SHOW, ShowPage(page.number))
        _unless(show, page.number == shown, PageText.IS_SHOWN)
        behind = AddPage(new.width, new.height, new.kind, page.number, new.is_private)
        ask(menu, PageText.NEW_BEHIND, behind)
        copy = ask(menu, PageText.COPY, CopyPage(page.number))
        _show_key(copy, self._key(ActionId.COPY_PAGE))
        word = PageText.REVEAL if page.is_private else PageText.HIDE
        hide = ask(menu, word, ChangeAudience(page.number, is_private=not page.is_private))
        _show_key(hide, self._key(ActionId.PRIVATE_PAGE))
        menu.addSeparator()
        self._grounds(menu, page)
        self._sizes(menu, page)
        menu.addSeparator()
        self._moves(menu, order, at)
        menu.addSeparator()
        delete = ask(menu, PageText.DELETE, DeletePage(page.number))
        _show_key(delete, "Del")
        _unless(delete, len(order) == 1, PageText.ONLY_PAGE)
        return menu

    def of_new(
        self, size: PageSize, add: Callable[[PageKind], None], choose: Callable[[PageSize], None]
    ) -> QMenu:
        """A new page of any ground at once; the size is chosen for this and later ones."""
        menu = self._menu(say(PageText.NEW_OF_KIND))
        for kind, words in KIND_TEXTS.items():
            menu.addAction(say(words)).triggered.connect(lambda _on=False, one=kind: add(one))
        menu.addSeparator()
        group = QActionGroup(menu)
        for one, words in SIZE_TEXTS.items():
            action = menu.addAction(say(words))
            action.setCheckable(True)
            action.setChecked(one is size)
            group.addAction(action)
            action.triggered.connect(lambda _on=False, chosen=one: choose(chosen))
        return menu

    def _grounds(self, menu: QMenu, page: Page) -> None:
        part = self._part(menu, PageText.GROUND)
        for kind, words in KIND_TEXTS.items():
            change = ChangePage(page.number, page.width, page.height, kind)
            self._check(self._entry(part, words, change), is_on=kind is page.kind)

    def _sizes(self, menu: QMenu, page: Page) -> None:
        part = self._part(menu, PageText.SIZE)
        for size, words in SIZE_TEXTS.items():
            change = ChangePage(page.number, *SIZES[size], page.kind)
            self._check(self._entry(part, words, change), is_on=size is size_of(page))

    def _moves(self, menu: QMenu, order: Sequence[PageId], at: int) -> None:
        page = order[at]
        up = order[at - 2] if at > 1 else GLOBAL_PAGE
        down = order[at + 1] if at + 1 < len(order) else page
        is_first, is_last = at == 0, at == len(order) - 1
        entries = [
            (PageText.UP, up, is_first, "Alt+Up"),
            (PageText.DOWN, down, is_last, "Alt+Down"),
            (PageText.FIRST, GLOBAL_PAGE, is_first, ""),
            (PageText.LAST, order[-1], is_last, ""),
        ]
        for words, after, is_there, keys in entries:
            action = self._entry(menu, words, MovePage(page, PageId(after)))
            _show_key(action, keys)
            why = PageText.ALREADY_FIRST if is_first else PageText.ALREADY_LAST
            _unless(action, is_there, why)

    def _menu(self, said: str) -> QMenu:
        menu = QMenu(self._parent)
        menu.setAccessibleName(said)
        menu.setToolTipsVisible(True)
        return menu

    def _part(self, menu: QMenu, words: Words) -> QMenu:
        part = menu.addMenu(say(words))
        part.setAccessibleName(say(words))
        return part

    def _entry(self, menu: QMenu, words: Words, command: BoardCommand) -> QAction:
        action = menu.addAction(say(words))
        action.triggered.connect(lambda: self._ask(command))
        return action

    @staticmethod
    def _check(action: QAction, *, is_on: bool) -> None:
        action.setCheckable(True)
        action.setChecked(is_on)


def _show_key(action: QAction, key: str) -> None:
    """Beside the words only: the list and the window have the keys themselves."""
    if key:
        action.setText(f"{action.text()}\t{native(key)}")


def _unless(action: QAction, is_useless: bool, why: Words) -> None:
    action.setEnabled(not is_useless)
    if is_useless:
        action.setToolTip(say(why))
