"""The lesson engine: its desks put together, and the window's other end.

One asyncio loop owns everything here; pens and sound cards speak from their own threads through
``call_soon_threadsafe``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

from signaling_server.protocol.messages import EndReason, Joined, ServerMessage
from teacher_client.engine.account_desk import AccountDesk, DeskListeners
from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.exporter import LessonKind, OnScreen
from teacher_client.engine.file_desk import FileDesk, FileNeeds
from teacher_client.engine.lesson_desk import DeskNeeds, LessonDesk
from teacher_client.engine.lesson_pictures import LessonPictures
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.pen_desk import FROM_PEN_PAGE, FromPenPage, PenDesk
from teacher_client.engine.pen_lesson import PenLesson
from teacher_client.engine.pictures import PictureListeners, PictureStore
from teacher_client.engine.playback_desk import PlaybackDesk, PlaybackWish
from teacher_client.engine.prepared_desk import PREPARED_WISHES, PreparedDesk, PreparedNeeds
from teacher_client.engine.window_server import WindowServer
from teacher_client.lesson.file_messages import FROM_FILES, FromFiles, PicturesCame
from teacher_client.lesson.link import (
    Accept,
    Attach,
    ChooseDuty,
    ChooseTool,
    Decline,
    Do,
    FinishLesson,
    FromWindow,
    LinkState,
    NetworkState,
    Notice,
    NoticeId,
    OpenLesson,
    Quit,
    SetWriting,
    SignIn,
    SignOut,
    SwitchMicrophone,
    pack_message,
)
from teacher_client.lesson.note_messages import FROM_NOTES_PAGE, FromNotesPage
from teacher_client.lesson.paper_messages import FROM_PAPER_PAGE, FromPaperPage
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

PEN_FOLDER = "pen"
STATE_SECONDS = 0.2
MUTE_WITHOUT_WINDOW_SECONDS = 10.0
LEAVE_WITHOUT_WINDOW_SECONDS = 300.0


class Engine:
    """The teacher's engine.

    Args:
        restart_window: starts a window in place of one that died.
    """

    def __init__(self, options: EngineOptions, restart_window: Callable[[], None]) -> None:
        self._options = options
        self._restart_window = restart_window
        self.window = WindowServer(
            options.profile, self._snapshot, self._from_window, self._window_attached
        )
        # made below: the desks know each other only through these
        self.pictures = PictureStore(
            options.profile,
            lambda: self.account.pictures_at(),  # noqa: PLW0108
            PictureListeners(
                lambda sha256: self.window.send(PicturesCame((sha256,))), self._not_taken
            ),
        )
        self._lesson_pictures = LessonPictures(self.pictures)
        self.playback = PlaybackDesk(
            options, self.window, lambda: self.lesson.is_busy, self._lesson_pictures.played
        )
        needs = DeskNeeds(
            server=lambda: self.account.server,
            remember=lambda session: self.account.remember_session(session),  # noqa: PLW0108
            clear_window=self._clear_window,
            has_pen=lambda: self._pen.state.link in (LinkState.GOOD, LinkState.CONNECTING),
            question=lambda: self.account.question,
            vital=self._vital,
            sheet_of=lambda page: self._pen.sheet_of(page),  # noqa: PLW0108
            prepared=lambda: self.prepared.room,
            logged=self._lesson_pictures.logged,
            opened=self._lesson_opened,
        )
        self.lesson = LessonDesk(options, self.window, needs)
        self.prepared = PreparedDesk(
            options,
            self.window,
            PreparedNeeds(
                lambda: self.lesson.is_busy,
                self.playback.close,
                needs.has_pen,
                self.lesson.fit_pen,
                self._vital,
                self._lesson_pictures.prepared,
                self.pictures.files.unpin,
            ),
        )
        self.account = AccountDesk(
            options,
            self.window,
            DeskListeners(self._heard, self.lesson.block, self.lesson.line_lost, self._vital),
        )
        self._pen = PenDesk(
            self.account.pen,
            options.profile / PEN_FOLDER,
            self.account.remember_pen,
            PenLesson(self.lesson),
            self.window.send,
        )
        self.files = FileDesk(
            FileNeeds(
                options.profile,
                self.pictures,
                self.prepared.lessons,
                self._room,
                self._on_screen,
                lambda: self.account.may_export,
                self.window.send,
            )
        )
        self._live_screen: OnScreen | None = None
        self._told_pictures = ""
        self._muted_by_absence = False
        self._window_gone_at: float | None = time.monotonic()
        self._had_window = False
        self.quit = asyncio.Event()
        self.has_crashed = False

    async def run(self, first_token: str | None) -> None:
        """Serve until quit."""
        await self.window.start(first_token)
        self._pen.start()
        self.account.start()
        self.pictures.start()
        beat = self._vital(spawn(self._beat(), name="engine-beat"))
        reading = self._vital(spawn(self._lesson_pictures.run(), name="lesson-pictures"))
        await self.quit.wait()
        beat.cancel()
        await self.files.close()
        await self._pen.close()
        await self.lesson.leave(None)
        await self._clear_window()
        reading.cancel()
        await self.pictures.close()
        self.account.close()
        await self.window.close()

    def _vital(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """An engine without this task is of no use: it ends, and the window starts another."""

        def ended(done: asyncio.Task[None]) -> None:
            if not done.cancelled() and done.exception() is not None:
                self.has_crashed = True
                self.quit.set()

        task.add_done_callback(ended)
        return task

    # the window

    def _snapshot(self) -> Iterable[bytes]:
        """What a new window has to know."""
        for state in self.account.states():
            yield pack_message(state)
        for told in self._pen.states():
            yield pack_message(told)
        yield pack_message(self.lesson.tool_state())
        yield pack_message(self._network())
        yield pack_message(self.lesson.microphone())
        for job in self.files.states():
            yield pack_message(job)

    def _window_attached(self, is_there: bool) -> None:
        if not is_there:
            self._pen.window_gone()
            self._window_gone_at = time.monotonic()
            if not self.quit.is_set() and not self._options.is_headless:
                self._restart_window()
            return
        if self._muted_by_absence:
            self._muted_by_absence = False
            self.lesson.mute(False)
        is_again, self._had_window = self._had_window, True
        self._window_gone_at = None
        self.lesson.show(is_reopened=is_again)
        self.playback.show()
        self.prepared.show()

    def _from_window(self, message: FromWindow) -> None:
        match message:
            case Do():
                self.lesson.do(message.body)
            case ChooseTool() | SetWriting():
                self.lesson.choose_tool(message)
            case SwitchMicrophone():
                self.lesson.mute(not message.is_on)
            case SignIn():
                spawn(self.account.sign_in(message), name="sign-in")
            case SignOut():
                self.account.sign_out()
            case Quit():
                self.quit.set()
            case Attach():
                log.warning("the window attached twice")
            case ChooseDuty() | Accept() | Decline() | FinishLesson():
                was_sent = self.account.ask(message)
                if isinstance(message, FinishLesson) and not was_sent:
                    spawn(self.lesson.leave(EndReason.TEACHER, is_online=False), name="finish")
            case _:
                self._from_pages(message)

    def _from_pages(
        self, message: FromPenPage | FromNotesPage | FromPaperPage | FromFiles | PlaybackWish
    ) -> None:
        if isinstance(message, FROM_PEN_PAGE):
            self._pen.carry_out(message)
        elif isinstance(message, FROM_NOTES_PAGE):
            self._pen.notes.carry_out(message)
        elif isinstance(message, FROM_PAPER_PAGE):
            self._pen.paper.carry_out(message)
        elif isinstance(message, PREPARED_WISHES):
            spawn(self.prepared.carry_out(message), name="prepared-wish")
        elif isinstance(message, FROM_FILES):
            self.files.carry_out(message)
        else:
            spawn(self._play(message), name="playback-wish")

    async def _play(self, wish: PlaybackWish) -> None:
        if isinstance(wish, OpenLesson):
            await self.prepared.close()
        await self.playback.carry_out(wish)

    async def _clear_window(self) -> None:
        await self.playback.close()
        await self.prepared.close()

    # the lesson on screen

    def _room(self) -> BoardRoom | None:
        """That can be written."""
        room = self.lesson.board
        return None if room is None or room.is_finishing else room

    def _on_screen(self) -> OnScreen | None:
        """What the window shows; a lesson that ended stays there to look at."""
        room = self.prepared.room
        if room is not None:
            return OnScreen(room.lesson.folder, self.prepared.title, LessonKind.PREPARED)
        if self.playback.session:
            folder = self._options.folder_of(self.playback.session)
            return OnScreen(folder, "", LessonKind.OLD)
        return self._live_screen

    def _not_taken(self, session: str, sha256: str, reason: str) -> None:
        log.warning("lesson %s lacks picture %s… at the server: %s", session, sha256[:8], reason)
        room = self.lesson.room
        if room is not None and room.session == session != self._told_pictures:
            self._told_pictures = session  # one word is enough
            self.window.send(Notice(NoticeId.PICTURES_NOT_TAKEN))

    def _lesson_opened(self, since: float | None) -> None:
        room = self.lesson.room
        if room is not None:
            self._live_screen = OnScreen(room.lesson.folder, room.subject, LessonKind.LIVE)
        self._pen.lesson_opened(since)
        self.pictures.warm_up()

    def _heard(self, message: ServerMessage) -> None:
        self.lesson.heard(message)
        if isinstance(message, Joined):
            self.pictures.line_is_back()

    # what nobody asks for

    def _network(self) -> NetworkState:
        room = self.lesson.room
        return self.account.network(room.uploader.stored if room is not None else 0)

    async def _beat(self) -> None:
        """Levels and badges for the window; deadlines that nobody else watches."""
        sent = self._network()
        while True:
            await asyncio.sleep(STATE_SECONDS)
            if self.lesson.room is not None:
                self.window.send(self.lesson.microphone())
            if (state := self._network()) != sent:
                self.window.send(state)
                sent = state
            self.lesson.watch_deadline()
            self._pen.let_hover(self.lesson.room is not None and self.lesson.is_pointing)
            self._watch_window()

    def _watch_window(self) -> None:
        """DESIGN §2: without a window the microphone closes, later the lesson is left."""
        if self._options.is_headless or self._window_gone_at is None:
            return
        gone = time.monotonic() - self._window_gone_at
        if self.lesson.room is not None:
            if gone > MUTE_WITHOUT_WINDOW_SECONDS and not self.lesson.is_muted:
                self._muted_by_absence = True
                self.lesson.mute(True)
            if gone > LEAVE_WITHOUT_WINDOW_SECONDS:
                spawn(self.lesson.leave(None), name="no-window")
        elif gone > LEAVE_WITHOUT_WINDOW_SECONDS:
            self.quit.set()
