"""The board: paints the shown page and hands mouse, tablet and fingers to the tools.

Lengths outside this class are page units (1/100 mm); pixels never leave it. GUI thread only.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu

from signaling_server.protocol.board import Changes, Page, Stroke
from signaling_server.protocol.commands import Ink, WriteInk
from signaling_server.protocol.entries import InstrumentSet
from signaling_server.protocol.ids import TEACHER
from teacher_client.drawing.pictures import PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.lesson.board_commands import GrowPage
from teacher_client.lesson.link import Seek
from teacher_client.ui.actions import ActionId
from teacher_client.ui.board.board_actions import BoardActions
from teacher_client.ui.board.desk import Mode
from teacher_client.ui.board.fingers import Fingers
from teacher_client.ui.board.over_page import paint_hint, paint_tags
from teacher_client.ui.board.pointer_face import PointerFace
from teacher_client.ui.board.writing import Writing
from teacher_client.ui.board_texts import BoardText
from teacher_client.ui.ink_writer import InkWriter, Pointer, is_from_paper
from teacher_client.ui.name_tags import NameTags
from teacher_client.ui.notices import NoticeLine
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say
from teacher_client.ui.tool_column import ToolColumn

PUMP_MS: Final = 8
SETTLE_MS: Final = 200
EMPTY_MS: Final = 250
"""A board that was emptied is kept in sight so long: its log is on the way (reattach, seek)."""
TAP_REACH: Final = 200.0
ROOM_BELOW: Final = 2_000
"""Ink so near to a page's end asks for more paper below."""
GROWS_BY: Final = 12_500
HIGHEST: Final = 1_000_000
EDIT_MENU: Final = (
    ActionId.CUT,
    ActionId.COPY,
    ActionId.PASTE,
    ActionId.DUPLICATE,
    ActionId.DELETE,
    ActionId.SELECT_ALL,
)


class BoardView(PointerFace):
    """Paint the shown page; tools ask for ink, erasures and changes; decide nothing.

    It is the :class:`~teacher_client.ui.board.desk.Desk` of its tools.

    Signals:
        zoom_changed: 1.0 is fit width.
        mode_changed: what the pointer is for; a Mode.
        chosen_changed: how many items are chosen.
    """

    zoom_changed = Signal(float)
    mode_changed = Signal(object)
    chosen_changed = Signal(int)

    def __init__(
        self,
        state: WindowState,
        shapes: ShapeCache,
        paper: str,
        pictures: PictureSource | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(state, shapes, paper, pictures, clock)
        self._tags = NameTags()
        self._writer = InkWriter(secrets.randbits(15))
        self._grown = 0
        self.has_echo = False
        self.edit_menu: Sequence[QAction] = ()
        self._switches: dict[ActionId, QAction] = {}
        self.board_actions = BoardActions(self, self._writer, self.send_ink)
        self.tools = self.board_actions.tools
        self._pump = QTimer(self, interval=PUMP_MS)
        self._pump.timeout.connect(self._pump_on)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._note_at_rest)
        self._empty = QTimer(self, singleShot=True, interval=EMPTY_MS)
        self._empty.timeout.connect(self._show_all)
        self.sight.zoomed.connect(self.zoom_changed)
        self.sight.moved.connect(self._sight_moved)
        self.sight.end_reached.connect(self._grow)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self._fingers = Fingers(self, self.sight, self.tools.cancel)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(say(Text.BOARD))

    # what is shown

    def handlers(self) -> dict[ActionId, Callable[[], None]]:
        """What the board's own actions do."""
        return self.board_actions.handlers()

    def show_changes(self, changes: Changes) -> None:
        """Show what the log or a hint changed."""
        if changes.was_refolded and not self.state.board.pages and self.shown is not None:
            self._empty.start()
            return
        if self._empty.isActive():
            return  # the rest of the log comes in the same breath
        self.board_actions.show_changes(changes)
        if changes.was_refolded or changes.shown or changes.order:
            self._show_all()
            self.tools.show_changes(changes)
            return
        if changes.view:
            self.update()
        if self.shown is None or self.shown.number not in changes.pages:
            return
        self.update_device(self.canvas.show(self.state.reader, changes))
        self.show_lasers()
        for name in changes.grown:
            stroke = self.drawn(name)
            if stroke is not None:
                self._notice_newest(stroke)
        self.tools.show_changes(changes)
        self._settle.start()

    def settle(self) -> None:
        """Show all now: the log has come as far as it was asked for."""
        if self._empty.isActive():
            self._empty.stop()
            self._show_all()

    def show_names(self) -> None:
        """Names may have changed: paint the tags again."""
        self.update()

    @property
    def zoom(self) -> float:
        """1.0 is fit width."""
        return self.sight.view.zoom

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page stands in this widget."""
        return self.sight.view.to_widget(x, y)

    def fit(self) -> None:
        """Show the whole width."""
        self.sight.fit()

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle."""
        self.sight.zoom_by(factor)

    def set_follow(self, is_on: bool) -> None:
        """Keep the paper pen's tip in the middle third, or let the page stand."""
        self.sight.follows = is_on
        if not is_on:
            self.sight.stop()

    def connect_to(
        self, column: ToolColumn, notice: NoticeLine, actions: Mapping[ActionId, QAction]
    ) -> None:
        """Work with the window's other parts."""
        column.mode_wanted.connect(self.choose_mode)
        column.instrument_wanted.connect(self.board_actions.lay)
        column.restyle = self.restyle
        for button, name in column.triggers.items():
            if name in actions:  # a playback has no tools
                button.clicked.connect(actions[name].trigger)
        self.mode_changed.connect(column.show_mode)
        self.told.connect(notice.say_line)
        self.edit_menu = [actions[name] for name in EDIT_MENU if name in actions]
        self._switches = {
            name: actions[name] for name in self.board_actions.switches() if name in actions
        }
        self.show_switches()

    def show_switches(self) -> None:
        """Show in the menu what is on."""
        for name, is_on in self.board_actions.switches().items():
            if name in self._switches:
                self._switches[name].setCheckable(True)
                self._switches[name].setChecked(is_on)

    def picture_came(self, sha256: str) -> None:
        """More of a picture is there than before, for the second screen too."""
        super().picture_came(sha256)
        self.board_actions.picture_came(sha256)

    def choose_mode(self, mode: Mode) -> None:
        """What the pointer is for from now on."""
        if mode is not self.tools.mode:
            self.tools.choose(mode)
            self.mode_changed.emit(mode)
        self.setCursor(self.tools.in_hand().cursor)

    def restyle(self, ink: Ink | None = None, width: int | None = None) -> bool:
        """Colour or width for what is chosen or typed; whether there is something."""
        return self.board_actions.restyle(ink, width)

    def escape(self) -> bool:
        """Esc: put down what is in hand or chosen; whether there was something."""
        return self.board_actions.escape()

    def _show_all(self) -> None:
        """Bring the canvas to what the reader would draw now."""
        self._settle.stop()
        board = self.state.board
        if self.turn_to(board.pages.get(board.shown)):
            self._tags.clear()
            self.tools.leave()
            self._grown = 0
        if self.shown is not None:
            self.update_device(self.canvas.show_all(self.state.reader))
            self.show_lasers()
            self._note_at_rest()

    def _note_at_rest(self) -> None:
        """What may lag behind the pen: whose ink is newest, and what a screen reader says."""
        page = self.shown
        if page is None:
            return
        strokes = list(self.state.reader.drawn(page.number))
        self._tags.clear()
        for stroke in strokes:
            if stroke.x:
                self._tags.notice(stroke)
        self._describe(page, strokes)

    def _notice_newest(self, stroke: Stroke) -> None:
        if stroke.author != TEACHER:
            for is_after in (False, True):
                if is_after:
                    self._tags.notice(stroke)
                area = self._tags.area()
                box = (area.left(), area.top(), area.right(), area.bottom())
                self.update_page(box, above=40, right=260)
        elif stroke.x and is_from_paper(stroke.id):  # not a copy, nor another window's
            self.sight.follow(stroke.x[-1], stroke.y[-1])

    def _describe(self, page: Page, strokes: list[Stroke]) -> None:
        author = ""
        if strokes:
            newest = strokes[-1].author
            author = say(Text.TEACHER) if newest == TEACHER else self.state.name_of(newest)
        words = say(Text.BOARD_STATE, page=page.number, count=len(strokes), author=author)
        typed = [text.body.text for text in page.texts.values() if text.is_visible]
        self.setAccessibleDescription(" ".join([words, *typed]))

    # the rest of the desk of its tools

    @property
    def writing(self) -> Writing:
        """The teacher's habits."""
        return self.board_actions.writing

    @property
    def instrument(self) -> InstrumentSet | None:
        """What lies on the page."""
        return self.tools.instrument.instrument

    def send_ink(self, commands: Sequence[WriteInk]) -> None:
        """Ask for ink."""
        for command in commands:
            if self.has_echo:
                self.state.echo(command)
            self.do(command)

    def wake(self) -> None:
        """Something may want to be pumped."""
        if not self._pump.isActive() and self.board_actions.is_busy:
            self._pump.start()

    def _pump_on(self) -> None:
        self.board_actions.pump()
        if not self.board_actions.is_busy:
            self._pump.stop()

    def _sight_moved(self) -> None:
        self.board_actions.sight_moved()
        self.wake()

    def _grow(self) -> None:
        """More paper below; a sheet of real paper has its own size."""
        page = self.page
        if page is None or page.paper or page.height >= HIGHEST or page.height < self._grown:
            return
        self._grown = min(page.height + GROWS_BY, HIGHEST)
        self.do(GrowPage(page.number, self._grown))

    # pointers

    def press(self, at: Pointer, *, is_double: bool = False) -> None:
        if self.board_actions.end_typing():
            return  # a click elsewhere puts the words on the board, and no more
        if self.state.lesson is not None and self.state.lesson.is_playback:
            self._tap(at)
        elif self.page is not None:
            (self.tools.double if is_double else self.tools.press)(at)
            self.wake()

    def release(self, at: Pointer | None, y: float) -> None:
        is_ink = self.tools.in_hand() is self.tools.tools.ink
        self.tools.release(at)
        page = self.page
        if is_ink and page is not None and y > page.height - ROOM_BELOW:
            self._grow()
        self.wake()

    def _tap(self, at: Pointer) -> None:
        """In playback: go to the moment in which this ink was written."""
        found = self.canvas.stroke_at(at.x, at.y, TAP_REACH)
        if found is None or self.shown is None:
            return
        stroke = self.state.board.stroke(self.shown.number, found)
        if stroke is not None:
            self.asked.emit(Seek(stroke.style.t0_ms))

    # Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # ended whatever comes
            self.paint_page(painter, event.rect())
            if self.shown is None:
                return
            view = self.sight.view
            if self.canvas.is_empty and self.state.is_live:
                paint_hint(painter, view)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.board_actions.draw(self.brush(painter))
            paint_tags(painter, self._tags, view, self.state.name_of)
            self.paint_lasers(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit_to(event.size())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.page is None or not self.edit_menu:
            return
        menu = QMenu(self)
        menu.setAccessibleName(say(BoardText.MENU_EDIT))
        menu.setToolTipsVisible(True)
        menu.addActions(self.edit_menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
