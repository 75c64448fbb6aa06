"""The lesson window: one board, thin bars around it; also the playback's window (UX §3.4, 3.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import Redo, Right, Undo
from signaling_server.protocol.ids import TEACHER, stroke_writer
from signaling_server.protocol.messages import Clock, Ended, TimeWarning
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.drawing.tokens import load_tokens
from teacher_client.lesson.link import (
    CloseLesson,
    Do,
    FromEngine,
    LessonClosed,
    LessonOpened,
    MicrophoneState,
    NetworkState,
    Notice,
    NoticeId,
    PenState,
    People,
    PlayState,
    ToolState,
)
from teacher_client.lesson.paper_messages import PaperPressed
from teacher_client.ui.actions import (
    INK_ACTIONS,
    ActionId,
    build_actions,
    build_menu,
    specs_for,
)
from teacher_client.ui.board_view import BoardView
from teacher_client.ui.bottom_bar import BottomBar
from teacher_client.ui.key_sheet import HelpSheet, KeySheet
from teacher_client.ui.keys.maps import KeyBook
from teacher_client.ui.keys.palette import Palette
from teacher_client.ui.notices import Line, NoticeLine, line_of, line_of_press
from teacher_client.ui.page_panel import PagePanel
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.parts import follow_action
from teacher_client.ui.people_panel import PeoplePanel
from teacher_client.ui.player_bar import JUMP_MS, PlayerBar
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, say, say_end, subject_text
from teacher_client.ui.theme import theme
from teacher_client.ui.tool_column import ToolColumn
from teacher_client.ui.top_bar import TopBar

TICK_MS: Final = 250
FOLDING_WIDTH: Final = 1366
"""Below this the side panels are narrow, so that the board keeps half of the window."""
NARROW_PAGES: Final = 120
NARROW_PEOPLE: Final = 260
ZOOM_STEP: Final = 1.2

Handlers = dict[ActionId, Callable[[], None]]


class LessonWindow(QWidget):
    """Show the lesson as the engine tells it; ask for everything else.

    Signals:
        asked: any message for the engine.
        closed: the teacher closed the window of a lesson that is over, or a playback.
    """

    asked = Signal(object)
    closed = Signal()

    def __init__(self, state: WindowState, paper: str) -> None:
        super().__init__()
        self._state = state
        self.is_playback = state.lesson is not None and state.lesson.is_playback
        self.session = "" if state.lesson is None else state.lesson.session
        self._engine_lost: int | None = None
        self._page_offer: Line | None = None
        shapes = ShapeCache()
        self.top = TopBar()
        self.pages = PagePanel(state, shapes, paper)
        self.tools = ToolColumn(paper)
        self.board = BoardView(state, shapes, paper)
        self.people = PeoplePanel(state, state.lesson_ms)
        self.bottom = BottomBar()
        self.player = PlayerBar()
        self.notice = NoticeLine(self.board)
        self.book = KeyBook()
        self.keys = KeySheet(self, self.book, is_playback=self.is_playback)
        self.help = HelpSheet(self)
        self.actions_by_id = build_actions(
            self, is_playback=self.is_playback, handlers=self._handlers()
        )
        specs = specs_for(is_playback=self.is_playback)
        self.palette_sheet = Palette(self, specs, self.actions_by_id, self.book)
        self._give_keys()
        self._build()
        self._connect()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self.show_all()

    # what the engine told

    def show_all(self) -> None:
        """Show everything from the state: after building, and after a reattach."""
        state = self._state
        self._show_lesson()
        for message in (state.tool, state.microphone, state.play, state.clock):
            if message is not None:
                self.show_message(message)
        self.top.show_pen(state.pen)
        self.top.show_network(state.network)
        self.people.show_history()
        self.show_changes(Changes(was_refolded=True, shown=True, people=True, chat=True))

    def show_message(self, message: FromEngine) -> None:
        """Show one message that stands in the state already."""
        match message:
            case Clock():
                self._show_time()
            case People():
                self.people.show_people()
                self.board.show_names()
                self.people.chat.show_chat()
            case PenState():
                self.top.show_pen(message)
            case NetworkState():
                self.top.show_network(message)
            case MicrophoneState():
                self.bottom.show_microphone(message)
            case ToolState():
                self.tools.show_tool(message)
            case PlayState():
                self.player.show_state(message, self._state.bars)
                self.board.settle()
            case _:
                self._show_event(message)

    def show_changes(self, changes: Changes) -> None:
        """Show what the log or a hint changed."""
        self.board.show_changes(changes)
        if changes.pages or changes.shown or changes.order or changes.was_refolded:
            self.pages.show_changes(changes)
            self.bottom.show_pages(self._state.board)
        if changes.people or changes.was_refolded:
            self.people.show_people()
        if changes.chat or changes.was_refolded:
            self.people.chat.show_chat()
        if changes.grown and not self.is_playback:
            writers = {stroke_writer(stroke) for stroke in changes.grown}
            self.people.notice_writing(writers)
            if TEACHER in writers and self._page_offer is not None:
                self.notice.withdraw(self._page_offer)  # undo would take the new ink instead

    def show_engine(self, lost_seconds: int | None) -> None:
        """The engine is away for so long, or (None) back; the board stays either way."""
        was_lost, self._engine_lost = self._engine_lost is not None, lost_seconds
        is_here = lost_seconds is None
        for part in (self.tools, self.bottom, self.player, self.pages, self.people.chat):
            part.setEnabled(is_here)
        if lost_seconds is not None:
            words = say(Text.ENGINE_AWAY, seconds=lost_seconds)
            self.notice.say_line(Line(words, "bad", "refresh", stays=True))
        elif was_lost:
            self.notice.say_line(Line(say(Text.REOPENED), "good", "circle-check"))

    def _show_event(self, message: FromEngine) -> None:
        match message:
            case LessonOpened():
                self._show_lesson()
                if message.is_reopened:
                    self.notice.say_line(Line(say(Text.REOPENED), "good", "circle-check"))
            case LessonClosed():
                self._show_lesson()
            case Notice():
                self._show_notice(message)
            case PaperPressed() if line := line_of_press(message):
                self.notice.say_line(line)
            case TimeWarning():
                is_last = message.minutes_left <= 1
                words = say(Text.ONE_LEFT if is_last else Text.FIVE_LEFT)
                self.notice.say_line(Line(words, "bad" if is_last else "warn", "clock"))
            case Ended():
                words = say_end(message.reason, message.effective_min)
                self._show_lesson()
                self.notice.say_line(Line(words, "good", "flag", stays=True))
            case _:
                pass

    def _offer_page(self, place: int) -> None:
        words, undo = say(PageText.DELETED, page=place), say(PageText.BRING_BACK)
        self._page_offer = Line(words, "good", "trash", offer=undo)
        self.notice.say_line(self._page_offer)

    def _show_notice(self, notice: Notice) -> None:
        name = "" if notice.member is None else self._state.name_of(notice.member)
        if notice.member is not None and not name:
            name = say(Text.MEMBER, number=notice.member)
        self.notice.say_line(line_of(notice, name))
        if notice.id is NoticeId.DISK_REFUSED:
            self.top.show_recording(is_on=False)

    def _show_lesson(self) -> None:
        lesson = self._state.lesson
        if lesson is None:
            return
        is_over = not self._state.is_live or self._state.ended is not None
        kind = Text.PLAYBACK if lesson.is_playback else Text.ENDED if is_over else Text.ONE_TO_ONE
        subject = subject_text(lesson.subject)
        under = f"{say(kind)} · {lesson.question}" if lesson.question else say(kind)
        self.top.show_lesson(subject, under, is_over=is_over)
        self.setWindowTitle(f"{subject} · {say(Text.APP)}")
        self.tools.setEnabled(not is_over)
        self.pages.set_live(not is_over)
        self.people.set_live(not is_over)
        self.bottom.set_live(not is_over, is_playback=lesson.is_playback)

    def _show_time(self) -> None:
        clock, left = self._state.clock, self._state.left_ms()
        if clock is not None and left is not None:
            self.top.show_clock(clock, left)
        if any(state.hand_since_ms is not None for state in self._state.board.members.values()):
            self.people.show_people()

    # what the teacher does

    def _handlers(self) -> Handlers:
        def ask(message: object) -> Callable[[], None]:
            return lambda: self.asked.emit(message)

        handlers: Handlers = {
            ActionId.PEN: self.tools.choose_pen,
            ActionId.MARKER: self.tools.choose_marker,
            ActionId.ERASER: self.tools.choose_eraser,
            ActionId.THINNER: lambda: self.tools.step_width(-1),
            ActionId.THICKER: lambda: self.tools.step_width(1),
            ActionId.UNDO: ask(Do(Undo())),
            ActionId.REDO: ask(Do(Redo())),
            ActionId.PAGE_BEFORE: lambda: self.bottom.turn(-1),
            ActionId.PAGE_AFTER: lambda: self.bottom.turn(1),
            ActionId.NEW_PAGE: self.pages.add,
            ActionId.COPY_PAGE: self.pages.copy,
            ActionId.PRIVATE_PAGE: self.pages.toggle_private,
            ActionId.DELETE_PAGE: self.pages.delete,
            ActionId.END: self.top.press_end,
            ActionId.MICROPHONE: self.bottom.microphone.click,
        }
        widths = (ActionId.WIDTH_1, ActionId.WIDTH_2, ActionId.WIDTH_3)
        for action, width in zip(widths, load_tokens().widths, strict=True):
            handlers[action] = lambda chosen=width: self.tools.choose_width(chosen)  # type: ignore[misc]
        for action, ink in INK_ACTIONS.items():
            handlers[action] = lambda chosen=ink: self.tools.choose_ink(chosen)  # type: ignore[misc]
        return {
            **handlers,
            **self.board.handlers(),
            **self._view_handlers(),
            **self._people_handlers(),
        }

    def _view_handlers(self) -> Handlers:
        return {
            ActionId.FOLLOW: self.bottom.follow.click,
            ActionId.FIT: self.board.fit,
            ActionId.ZOOM_IN: lambda: self.board.zoom_by(ZOOM_STEP),
            ActionId.ZOOM_OUT: lambda: self.board.zoom_by(1 / ZOOM_STEP),
            ActionId.FULL_SCREEN: self._toggle_full_screen,
            ActionId.FOLD_PEOPLE: lambda: self.people.setVisible(self.people.isHidden()),
            ActionId.NEXT_PANEL: self._focus_next_panel,
            ActionId.BOARD: self._back_to_board,
            ActionId.PALETTE: self._open_palette,
            ActionId.KEYS: self.keys.toggle,
            ActionId.HELP: self.help.toggle,
            ActionId.PLAY_PAUSE: self.player.toggle,
            ActionId.STROKE_BEFORE: lambda: self.player.jump_to_ink(-1),
            ActionId.STROKE_AFTER: lambda: self.player.jump_to_ink(1),
            ActionId.BACK_5: lambda: self.player.jump(-JUMP_MS),
            ActionId.AHEAD_5: lambda: self.player.jump(JUMP_MS),
            ActionId.SLOWER: lambda: self.player.step_speed(-1),
            ActionId.FASTER: lambda: self.player.step_speed(1),
        }

    def _people_handlers(self) -> Handlers:
        return {
            ActionId.NEXT_HAND: self.people.call_next,
            ActionId.GIVE_PEN: self.people.give_pen,
            ActionId.MUTE_ALL: lambda: self.people.take_rights(Right.SPEAK),
            ActionId.TAKE_ALL: lambda: self.people.take_rights(Right.SPEAK, Right.WRITE),
            ActionId.CHAT: lambda: self.people.chat.line.setFocus(
                Qt.FocusReason.ShortcutFocusReason
            ),
        }

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _back_to_board(self) -> None:
        for sheet in self.findChildren(SideSheet):
            sheet.hide()
        self.board.escape()
        self.board.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_next_panel(self) -> None:
        """Board, pages, tools, people, bar, and round again."""
        panels: list[QWidget] = [self.board, self.pages, self.tools, self.people, self.bottom]
        shown = [one for one in panels if one.isVisible() and one.isEnabled()]
        focused = self.focusWidget()
        at = next(
            (i for i, one in enumerate(shown) if focused is one or one.isAncestorOf(focused)), -1
        )
        target = shown[(at + 1) % len(shown)]
        inner = target if target is self.board else _first_focusable(target)
        inner.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open_palette(self) -> None:
        self.palette_sheet.toggle()

    def _give_keys(self) -> None:
        """Let the actions have the keys in force."""
        for spec in specs_for(is_playback=self.is_playback):
            keys = [QKeySequence(key) for key in self.book.keys(spec)]
            self.actions_by_id[spec.id].setShortcuts(keys)

    def _follow(self, is_on: bool) -> None:
        self.board.set_follow(is_on)

    def _ask(self, message: object) -> None:
        self.asked.emit(message)

    # building

    def _build(self) -> None:
        self.setObjectName("ground")
        self.setAccessibleName(say(Text.MENU_LESSON))
        self.setMinimumSize(QSize(1180, 680))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top, 0, 0, 1, 4)
        layout.addWidget(self.pages, 1, 0, 3, 1)
        layout.addWidget(self.tools, 1, 1, 3, 1)
        layout.addWidget(self.board, 1, 2)
        layout.addWidget(self.player, 2, 2)
        layout.addWidget(self.bottom, 3, 2)
        layout.addWidget(self.people, 1, 3, 3, 1)
        layout.setColumnStretch(2, 1)
        layout.setRowStretch(1, 1)
        self.player.setVisible(self.is_playback)
        self.tools.setVisible(not self.is_playback)
        self.bottom.microphone.setVisible(not self.is_playback)
        self._fit_panels()
        self.board.setFocus()

    def _connect(self) -> None:
        for part in (
            self.top,
            self.pages,
            self.tools,
            self.board,
            self.people,
            self.bottom,
            self.player,
        ):
            part.asked.connect(self._ask)
        self.top.close_pressed.connect(self.close)
        self.keys.editor.changed.connect(self._give_keys)
        self.pages.deleted.connect(self._offer_page)
        self.notice.pressed.connect(lambda _line: self.asked.emit(Do(Undo())))
        self.bottom.follow.toggled.connect(self._follow)
        self.bottom.menu.clicked.connect(self._pop_menu)
        actions = self.actions_by_id
        self.board.connect_to(self.tools, self.notice, actions)
        self.closed.connect(self.board.board_actions.close)
        follow_action(self.bottom.fit, actions[ActionId.FIT])
        follow_action(self.bottom.full, actions[ActionId.FULL_SCREEN])

    def _pop_menu(self) -> None:
        menu = build_menu(self.actions_by_id, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self.bottom.menu.mapToGlobal(QPoint(0, 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

    def _fit_panels(self) -> None:
        is_narrow = self.width() < FOLDING_WIDTH
        pages = NARROW_PAGES if is_narrow else theme().size("desktop.pages")
        people = NARROW_PEOPLE if is_narrow else theme().size("desktop.people")
        if self.pages.width() != pages or self.people.width() != people:
            self.pages.set_width(pages)
            self.people.setFixedWidth(people)

    def action(self, name: ActionId) -> QAction:
        """An action by its name."""
        return self.actions_by_id[name]

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_panels()
        self.notice.place()
        for sheet in self.findChildren(SideSheet):
            sheet.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._state.is_live and self._state.ended is None:
            self.notice.say_line(Line(say(Text.LESSON_RUNNING), "warn", "info-circle"))
            event.ignore()
            return
        self._tick.stop()
        if self.is_playback:
            self.asked.emit(CloseLesson())
        self.closed.emit()
        event.accept()


def _first_focusable(panel: QWidget) -> QWidget:
    for child in panel.findChildren(QWidget):
        if (
            child.focusPolicy() & Qt.FocusPolicy.TabFocus
            and child.isVisible()
            and child.isEnabled()
        ):
            return child
    return panel
