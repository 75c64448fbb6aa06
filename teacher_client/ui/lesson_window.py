"""The lesson window: one board, thin bars around it; also the playback's window (UX §3.4, 3.7)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from signaling_server.protocol.board import Changes
from signaling_server.protocol.commands import Undo
from signaling_server.protocol.ids import TEACHER, stroke_writer
from signaling_server.protocol.messages import Clock, Ended, TimeWarning
from teacher_client.drawing.pictures import NoPictures, PictureSource
from teacher_client.drawing.shapes import ShapeCache
from teacher_client.lesson.file_messages import ClosePrepared, JobProgress, PreparedLessons
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
from teacher_client.ui.actions import ActionId, build_actions, build_menu, specs_for
from teacher_client.ui.board_view import BoardView
from teacher_client.ui.bottom_bar import BottomBar
from teacher_client.ui.chat_texts import ChatText
from teacher_client.ui.file_texts import FileText
from teacher_client.ui.files.desk import FileDesk
from teacher_client.ui.files.dropping import DropTarget
from teacher_client.ui.files.recent import recent_files
from teacher_client.ui.key_sheet import HelpSheet, KeySheet
from teacher_client.ui.keys.maps import KeyBook
from teacher_client.ui.keys.palette import Palette
from teacher_client.ui.lesson_actions import handlers, why_not
from teacher_client.ui.notices import Line, NoticeLine, line_of, line_of_press
from teacher_client.ui.page_panel import PagePanel
from teacher_client.ui.page_texts import PageText
from teacher_client.ui.parts import follow_action
from teacher_client.ui.people_panel import PeoplePanel
from teacher_client.ui.picture_sheet import PicturePlacer, PictureSheet
from teacher_client.ui.picture_shelf import DiskPictures
from teacher_client.ui.player_bar import PlayerBar
from teacher_client.ui.side_sheet import SideSheet
from teacher_client.ui.state import WindowState
from teacher_client.ui.texts import Text, Words, say, say_end, subject_text
from teacher_client.ui.theme import theme
from teacher_client.ui.tool_column import ToolColumn
from teacher_client.ui.top_bar import TopBar

TICK_MS: Final = 250
PROBED_WIDTH: Final = 640
"""Device pixels: enough to know a picture's shape by."""
FOLDING_WIDTH: Final = 1366
"""Below this the side panels are narrow, so that the board keeps half of the window."""
NARROW_PAGES: Final = 120
NARROW_PEOPLE: Final = 260


class LessonWindow(QWidget):
    """Show the lesson as the engine tells it; ask for everything else.

    Signals:
        asked: any message for the engine.
        closed: the teacher closed the window of a lesson that is over, or a playback.
        settings_wanted: to the settings.
    """

    asked = Signal(object)
    closed = Signal()
    settings_wanted = Signal()

    def __init__(
        self, state: WindowState, paper: str, pictures: DiskPictures | None = None
    ) -> None:
        """`pictures` are those of the lessons; without them frames are shown."""
        super().__init__()
        self._state = state
        self.is_playback = state.lesson is not None and state.lesson.is_playback
        self.session = "" if state.lesson is None else state.lesson.session
        self._engine_lost: int | None = None
        self._page_offer: Line | None = None
        shapes = ShapeCache()
        self.top = TopBar()
        self.pages = PagePanel(state, shapes, paper, pictures)
        self.tools = ToolColumn(paper)
        self.board = BoardView(state, shapes, paper, pictures)
        self.people = PeoplePanel(state, state.lesson_ms)
        self.bottom = BottomBar()
        self.player = PlayerBar()
        self.notice = NoticeLine(self.board)
        self.book = KeyBook()
        self.keys = KeySheet(self, self.book, is_playback=self.is_playback)
        self.help = HelpSheet(self)
        self.files = FileDesk(self, self.board, state)
        self.placer = PicturePlacer(self)
        self._pictures: PictureSource = pictures if pictures is not None else NoPictures()
        self.people.chat.set_pictures(self._pictures)
        self.picture_sheet = PictureSheet(self, self._pictures)
        self.drops = DropTarget(self, self.board, self.files, state)
        self.actions_by_id = build_actions(
            self, is_playback=self.is_playback, handlers=handlers(self)
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

    @property
    def is_over(self) -> bool:
        """Whether nothing can be written any more; so in playback."""
        return not self._state.is_live or self._state.ended is not None

    @property
    def is_preparing(self) -> bool:
        """Whether nobody else is there and no time runs."""
        return self._state.lesson is not None and self._state.lesson.is_prepared

    @property
    def has_no_engine(self) -> bool:
        """Whether the engine is away."""
        return self._engine_lost is not None

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
        self.placer.show_changes(self._state.board, changes)
        if changes.pages or changes.shown or changes.order or changes.was_refolded:
            self.pages.show_changes(changes)
            self.bottom.show_pages(self._state.board)
        if changes.order or changes.was_refolded:
            self._show_reasons()
        if changes.people or changes.was_refolded:
            self.people.show_people()
        if changes.chat or changes.was_refolded:
            self.people.chat.show_chat()
        if changes.grown and not self.is_playback:
            writers = {stroke_writer(stroke) for stroke in changes.grown}
            self.people.notice_writing(writers)
            if TEACHER in writers and self._page_offer is not None:
                self.notice.withdraw(self._page_offer)  # undo would take the new ink instead

    def show_picture(self, sha256: str) -> None:
        """More of a picture can be painted than before."""
        self.board.picture_came(sha256)
        self.pages.pictures_came()
        self.people.chat.picture_came(sha256)
        self.picture_sheet.picture_came()

    def show_engine(self, lost_seconds: int | None) -> None:
        """The engine is away for so long, or (None) back; the board stays either way."""
        was_lost, self._engine_lost = self._engine_lost is not None, lost_seconds
        is_here = lost_seconds is None
        self._show_reasons()
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
                if self.is_preparing:
                    self.close()
            case JobProgress():
                self.files.show_job(message)
            case PreparedLessons():
                self.files.prepared_sheet.show_lessons()
            case Notice():
                self._show_notice(message)
            case PaperPressed() if line := line_of_press(message):
                self.notice.say_line(line)
            case TimeWarning() | Ended():
                self._show_end(message)
            case _:
                pass

    def _show_end(self, message: TimeWarning | Ended) -> None:
        if isinstance(message, TimeWarning):
            is_last = message.minutes_left <= 1
            words = say(Text.ONE_LEFT if is_last else Text.FIVE_LEFT)
            self.notice.say_line(Line(words, "bad" if is_last else "warn", "clock"))
            return
        words = say_end(message.reason, message.effective_min)
        self._show_lesson()
        self.notice.say_line(Line(words, "good", "flag", stays=True))

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
        is_over = self.is_over
        subject = lesson.title or subject_text(lesson.subject)
        kind = say(self._kind(lesson))
        under = f"{kind} · {lesson.question}" if lesson.question else kind
        self.top.show_lesson(
            subject, under, is_over=is_over, is_prepared=lesson.is_prepared and not is_over
        )
        self.setWindowTitle(f"{subject} · {say(Text.APP)}")
        self.tools.setEnabled(not is_over)
        self.pages.set_live(not is_over)
        self.people.set_live(not is_over)
        self.bottom.set_live(not is_over, is_playback=lesson.is_playback)
        self.people.setHidden(lesson.is_prepared)
        self.bottom.microphone.setHidden(is_over or lesson.is_prepared)
        self._show_reasons()

    def _kind(self, lesson: LessonOpened) -> Words:
        if lesson.is_playback:
            return Text.PLAYBACK
        if lesson.is_prepared:
            return FileText.PREPARING
        return Text.ENDED if self.is_over else Text.ONE_TO_ONE

    def _show_reasons(self) -> None:
        """Let what cannot be done now say why."""
        for spec in specs_for(is_playback=self.is_playback):
            why, action = why_not(self, spec), self.actions_by_id[spec.id]
            action.setEnabled(why is None)
            action.setToolTip(say(why) if why is not None else "")

    def _show_time(self) -> None:
        clock, left = self._state.clock, self._state.left_ms()
        if clock is not None and left is not None:
            self.top.show_clock(clock, left)
        if any(state.hand_since_ms is not None for state in self._state.board.members.values()):
            self.people.show_people()

    # what the teacher does

    def _put_picture(self, sha256: str) -> None:
        """A picture of the chat becomes a page to write on."""
        image = self._pictures.image(sha256, PROBED_WIDTH)
        why = self.files.why_not_in() or (ChatText.COMING if image is None else None)
        if why is not None or image is None:
            self.notice.say_line(Line(say(why or ChatText.COMING)))
        else:
            self.placer.put(self._state.board, sha256, image.size())

    def toggle_full_screen(self) -> None:
        """Fill the screen, or no longer."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def back_to_board(self) -> None:
        """Close the sheets and give the board the keys."""
        for sheet in self.findChildren(SideSheet):
            sheet.hide()
        self.board.escape()
        self.board.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next_panel(self) -> None:
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

    def open_palette(self) -> None:
        """Open or close the command palette."""
        self.palette_sheet.toggle()

    def reload_keys(self) -> None:
        """The keys were changed in the settings."""
        self.book.load()
        self.keys.editor.show_keys()
        self._give_keys()

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
            self.files,
            self.placer,
        ):
            part.asked.connect(self._ask)
        self.top.close_pressed.connect(self.close)
        chat = self.people.chat
        chat.picture_opened.connect(self.picture_sheet.show_picture)
        chat.put_wanted.connect(self._put_picture)
        chat.picture_wanted.connect(self.files.choose_picture)
        self.picture_sheet.put_wanted.connect(self._put_picture)
        self.files.told.connect(lambda words: self.notice.say_line(Line(say(words))))
        self.keys.editor.changed.connect(self._give_keys)
        self.pages.deleted.connect(self._offer_page)
        self.notice.pressed.connect(lambda _line: self.asked.emit(Do(Undo())))
        self.bottom.follow.toggled.connect(self._follow)
        self.bottom.menu.clicked.connect(self._pop_menu)
        actions = self.actions_by_id
        self.board.connect_to(self.tools, self.notice, actions)
        self.board.chosen_changed.connect(self._show_reasons)
        self.board.zoom_changed.connect(self.bottom.show_zoom)
        self.closed.connect(self.board.board_actions.close)
        follow_action(self.bottom.fit, actions[ActionId.FIT])
        follow_action(self.bottom.full, actions[ActionId.FULL_SCREEN])

    def _pop_menu(self) -> None:
        menu = build_menu(self.actions_by_id, self, {FileText.MENU_FILES: self._recent_menu()})
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self.bottom.menu.mapToGlobal(QPoint(0, 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

    def _recent_menu(self) -> QMenu:
        """The files that came in last, to be put in again."""
        menu = QMenu(say(FileText.RECENT), self)
        menu.setAccessibleName(say(FileText.RECENT))
        paths = recent_files()
        for path in paths:
            action = menu.addAction(Path(path).name)
            action.setToolTip(path)
            action.setEnabled(self.files.why_not_in() is None)
            action.triggered.connect(lambda _on=False, one=path: self.files.bring_in([one]))
        if not paths:
            menu.addAction(say(FileText.RECENT_NONE)).setEnabled(False)
        menu.setToolTipsVisible(True)
        return menu

    def _fit_panels(self) -> None:
        is_narrow = self.width() < FOLDING_WIDTH
        pages = NARROW_PAGES if is_narrow else theme().size("desktop.pages")
        people = NARROW_PEOPLE if is_narrow else theme().size("desktop.people")
        self.bottom.set_narrow(is_narrow=is_narrow)
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
        if self.is_preparing:
            if self._state.is_live:
                self.asked.emit(ClosePrepared())
        elif self._state.is_live and self._state.ended is None:
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
