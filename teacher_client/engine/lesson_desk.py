"""The life of the live lesson: entered, opened, ended, left."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from pen_driver import PageAddress, PenEvent, Sheet
from signaling_server.protocol.blocks import Block, decode_block
from signaling_server.protocol.commands import Command, Ink, Refusal, Tool
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, EntryNumber, Epoch
from signaling_server.protocol.messages import (
    Clock,
    Commanded,
    Ended,
    EndReason,
    EpochOpened,
    Join,
    Joined,
    Leave,
    MemberChanged,
    Refused,
    Rejected,
    ServerMessage,
    SessionReady,
    Signalled,
    Stored,
    TimeWarning,
    Welcome,
)
from signaling_server.protocol.schema import InvalidError
from teacher_client.engine.board_room import BoardRoom
from teacher_client.engine.hand_in import HandIn
from teacher_client.engine.lesson_log import LessonLog, lacks_blocks, open_journal, open_log
from teacher_client.engine.options import EngineOptions
from teacher_client.engine.paper_pen import AS_WRITTEN
from teacher_client.engine.playback import About, save_about
from teacher_client.engine.room import Room, Surroundings
from teacher_client.engine.window_server import WindowServer
from teacher_client.errors import JournalError
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.link import (
    ChooseTool,
    LessonClosed,
    LessonOpened,
    MicrophoneState,
    Notice,
    NoticeId,
    SetWriting,
    ToolState,
)
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from teacher_client.service.server_link import ServerLink
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

GRACE_AFTER_DEADLINE_SECONDS = 2.0
FETCH_SECONDS = 10.0
REJOIN_MS = 1000


@dataclass(frozen=True, slots=True)
class DeskNeeds:
    """What the lesson's desk needs of the engine.

    Attributes:
        server: the line now, None when nobody is signed in.
        remember: keep which lesson is owed to the server, for the next engine ("" none).
        clear_window: end a playback that has the window.
        has_pen: whether a paper pen is there or coming.
        question: what the pupil asked.
        vital: the task without which the engine is of no use.
        sheet_of: the sheet to show for a page of paper.
        prepared: the lesson that is being prepared, if one is.
        logged: told of each block of the lesson of this session.
        opened: a lesson is on; when it went on before (seconds since 1970), None: it is new.
    """

    server: Callable[[], ServerLink | None]
    remember: Callable[[str], None]
    clear_window: Callable[[], Awaitable[None]]
    has_pen: Callable[[], bool]
    question: Callable[[], str]
    vital: Callable[[asyncio.Task[None]], asyncio.Task[None]]
    sheet_of: Callable[[PageAddress], Sheet]
    prepared: Callable[[], BoardRoom | None]
    logged: Callable[[str, Block], None]
    opened: Callable[[float | None], None]


@dataclass(slots=True)
class _Opening:
    """A lesson whose log is being opened; blocks that the server sends are kept."""

    joined: Joined
    blocks: list[bytes]
    wanted: int
    complete: asyncio.Event
    later: list[ServerMessage] = field(default_factory=list)
    """What the server said meanwhile; the room hears it once it is open."""
    ended: EndReason | None = None


class LessonDesk:
    """At most one live lesson. Lives in the engine's loop."""

    def __init__(self, options: EngineOptions, window: WindowServer, needs: DeskNeeds) -> None:
        self._options = options
        self._window = window
        self._needs = needs
        self.room: Room | None = None
        self._opening: _Opening | None = None
        self._next_session = ""
        """A lesson that began while the one before is still written out."""
        self._hand_in: HandIn | None = None
        self._asked = ""
        """The session that was to be joined last."""
        self._tool = ChooseTool(Tool.PEN, Ink.INK, 70)
        self._clock: Clock | None = None
        self._deadline: float | None = None
        self._writing = AS_WRITTEN  # until the window says otherwise
        self._is_muted = False
        self._probe: list[tuple[int, int, float]] = []
        self._about = About()

    @property
    def is_busy(self) -> bool:
        """Whether a lesson is on or being opened."""
        return self.room is not None or self._opening is not None

    @property
    def is_muted(self) -> bool:
        """Whether the teacher's microphone is closed."""
        return self._is_muted

    @property
    def tool(self) -> ChooseTool:
        """What the paper pen draws with."""
        return self._tool

    @property
    def is_pointing(self) -> bool:
        """Whether the paper pen is a laser now."""
        return self._tool.tool is Tool.LASER and not self._tool.is_eraser

    @property
    def pupils(self) -> str:
        """Names of the pupils of the lesson that was opened last; none while one is prepared."""
        return "" if self.room is None and self.board is not None else self._about.pupils

    @property
    def board(self) -> BoardRoom | None:
        """What pen and commands go to: the live lesson, or the one that is being prepared."""
        return self._needs.prepared() if self.room is None else self.room

    def fit_pen(self, room: BoardRoom) -> None:
        """Give a room's pen its tool, habits and sheets."""
        room.pen.tool = self._tool
        room.pen.habits = self._writing
        room.pen.sheets = self._needs.sheet_of
        room.pen.probe = self._probe if self._options.probe else None

    # what the window asks

    def do(self, body: Command | BoardCommand) -> None:
        """The teacher's command."""
        if (room := self.board) is not None:
            room.command(TEACHER, NO_COMMAND, body)

    def choose_tool(self, tool: ChooseTool | SetWriting) -> None:
        """What the paper pen draws with, and how its ink is calmed, straightened and led."""
        if isinstance(tool, SetWriting):
            self._writing = tool
            if (room := self.board) is not None:
                room.pen.habits = tool
            return
        self._tool = tool
        if (room := self.board) is not None:
            room.pen.tool = tool
        self._window.send(self.tool_state())

    def mute(self, muted: bool) -> None:
        """Close or open the teacher's microphone."""
        self._is_muted = muted
        if self.room is not None:
            self.room.mute(muted)
        self._window.send(self.microphone())

    def pen_event(self, event: PenEvent) -> None:
        """The paper pen wrote."""
        if (room := self.board) is not None:
            room.pen.take(event)

    def show(self, *, is_reopened: bool) -> None:
        """Bring a new window up to date."""
        room = self.room
        if room is None:
            return
        question = self._needs.question()
        opened = LessonOpened(
            room.session, room.subject, is_reopened=is_reopened, question=question
        )
        self._window.send(opened)
        for data in room.blocks():
            self._window.send_block(data)
        room.show_people()
        if self._clock is not None:
            self._window.send(self._clock)

    def tool_state(self) -> ToolState:
        """The tool in hand."""
        tool = self._tool
        return ToolState(tool.tool, tool.ink, tool.width, tool.is_eraser, tool.erases_area)

    def microphone(self) -> MicrophoneState:
        """What the engine really sends."""
        level = self.room.level if self.room is not None else 0.0
        is_working = self.room is None or self.room.has_microphone
        is_cleaned = self.room is None or self.room.is_cleaned
        return MicrophoneState(not self._is_muted, round(level, 3), is_working, is_cleaned)

    # what the server says

    def heard(self, message: ServerMessage) -> None:
        """Take a message that is about a lesson."""
        match message:
            case Welcome():
                self._welcomed(message.session)
            case SessionReady():
                spawn(self._join(message.session), name="join")
            case Joined():
                self._joined(message)
            case Clock():
                self._take_clock(message)
                self._window.send(message)
            case TimeWarning():
                self._window.send(message)
            case Ended():
                spawn(self._ended(message), name="ended")
            case Rejected():
                self._rejected(message)
            case _:
                self._to_room(message)

    def block(self, data: bytes) -> None:
        """A block that this disk has not got (its folder was lost)."""
        opening = self._opening
        if opening is None:
            return
        try:
            block = decode_block(data)
        except InvalidError as exc:
            log.warning("the server sent a block that is none: %s", exc)
            return
        opening.blocks.append(data)
        if block.last >= opening.wanted:
            opening.complete.set()

    def line_lost(self) -> None:
        """The server is away; the lesson goes on here."""
        if self.room is not None:
            self.room.uploader.lost()

    def _rejected(self, message: Rejected) -> None:
        log.info("rejected: %s %s", message.to, message.reason)
        wait = (message.retry_in_ms or REJOIN_MS) / 1000
        if message.to == "join":
            if message.reason in (Refusal.BUSY, Refusal.TOO_FAST):
                spawn(self._join_later(self._asked, wait), name="join-again")
            elif self._hand_in is not None and self._hand_in.session == self._asked:
                log.warning("the server takes no more of that lesson; it stays on this disk")
                self._hand_in = None
                self._needs.remember("")
            elif self.room is not None:
                spawn(self.leave(None), name="rejected")
        elif message.to in ("block", "open_epoch") and self.room is not None:
            # ask anew what the server holds, and go on from there
            self.room.uploader.lost()
            spawn(self._join_later(self.room.session, wait), name="upload-again")

    async def _join_later(self, session: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._join(session)

    def _to_room(self, message: ServerMessage) -> None:
        room = self.room
        if room is None:
            if self._opening is not None:
                self._opening.later.append(message)
            elif isinstance(message, EpochOpened | Stored):
                self._to_hand_in(message)
            return
        match message:
            case MemberChanged():
                room.member_changed(message.info)
                room.show_people()
            case Commanded():
                room.command(message.member, message.command, message.body)
            case Signalled():
                room.signalled(message.sender, message.kind, message.attempt, message.data)
            case Stored():
                room.stored(message.n)
            case EpochOpened():
                room.uploader.epoch_opened(message.counter)
                room.pump()
            case Refused():
                log.info("refused by the server: %s", message.reason)

    def _welcomed(self, session: str) -> None:
        """The line is there: what is owed goes first, then the lesson that is on."""
        server = self._needs.server()
        if self._hand_in is not None and server is not None:
            self._next_session = session if session != self._hand_in.session else ""
            self._asked = self._hand_in.session
            self._hand_in.begin(server)
        elif session:
            spawn(self._join(session), name="join")
        elif self.room is not None:
            # the session ended while the line was away; the server still takes its end (P-7.9)
            spawn(self._leave_behind(), name="left-behind")

    async def _leave_behind(self) -> None:
        await self.leave(EndReason.CLOSED, is_online=False)
        server = self._needs.server()
        if self._hand_in is not None and server is not None and server.is_up:
            self._asked = self._hand_in.session
            self._hand_in.begin(server)

    def _to_hand_in(self, message: EpochOpened | Stored | Joined) -> None:
        server, owed = self._needs.server(), self._hand_in
        if owed is None or server is None:
            return
        if isinstance(message, Joined):
            owed.joined(message, server)
        else:
            owed.heard(message, server)
        if owed.is_done:
            self._hand_in = None
            self._needs.remember("")
            server.send(Leave())
            session, self._next_session = self._next_session, ""
            if session:
                spawn(self._join(session), name="join")

    def _take_clock(self, clock: Clock) -> None:
        self._clock = clock
        self._deadline = time.monotonic() + clock.ends_in_ms / 1000

    # entering

    async def _join(self, session: str) -> None:
        """Say how much of this lesson's log is held, and enter."""
        room = self.room
        if room is not None and room.session != session:
            # at most one live lesson: the one before is written out first
            self._next_session = session
            await self.leave(EndReason.CLOSED)
            return
        held, epoch = 0, Epoch(0, "")
        if room is not None:
            held, epoch = room.author.next_number - 1, room.epoch
        else:
            loop = asyncio.get_running_loop()
            try:
                path = self._options.folder_of(session) / JOURNAL_NAME
                blocks = (await loop.run_in_executor(None, read_journal, path)).blocks
            except JournalError as exc:
                log.error("the lesson's folder cannot be read: %s", exc)
                self._window.send(Notice(NoticeId.DISK_REFUSED))
                return
            if blocks:
                held, epoch = blocks[-1][1].last, blocks[-1][1].epoch
        server = self._needs.server()
        if server is not None:
            self._asked = session
            server.send(Join(session, EntryNumber(held), epoch.counter, epoch.engine))

    def _joined(self, joined: Joined) -> None:
        if self._hand_in is not None and self._hand_in.session == joined.session:
            self._to_hand_in(joined)
            return
        self._take_clock(joined.clock)
        if self.room is not None and self.room.session == joined.session:
            self.room.rejoined(joined)
            return
        if self._opening is not None and self._opening.joined.session != joined.session:
            self._next_session = joined.session
            return
        if self._opening is not None:
            self._opening.joined = joined  # the line was lost and came back meanwhile
            self._opening.later.clear()
            return
        opening = _Opening(joined, [], joined.stored, asyncio.Event())
        self._opening = opening  # at once: who came in may be told in the same breath
        spawn(self._open_joined(opening), name="joined")

    async def _open_joined(self, opening: _Opening) -> None:
        try:
            await self._needs.clear_window()
            await self._open(opening)
        except JournalError as exc:
            log.error("the lesson's folder cannot be used: %s", exc)
            self._window.send(Notice(NoticeId.DISK_REFUSED))
        except TimeoutError:
            log.warning("the log's missing blocks did not come; asking again")
            self._opening = None
            await self._join(opening.joined.session)
        finally:
            if self._opening is opening:
                self._opening = None

    async def _open(self, opening: _Opening) -> None:
        if self._needs.server() is None:
            return  # signed out meanwhile
        loop = asyncio.get_running_loop()
        joined = opening.joined
        folder = self._options.folder_of(joined.session)
        journal = await loop.run_in_executor(None, open_journal, folder)
        if lacks_blocks(journal, joined):
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    await opening.complete.wait()
            except TimeoutError:
                journal.close()
                raise
        lesson = await loop.run_in_executor(
            None, open_log, folder, journal, opening.blocks, joined.counter
        )
        self._needs.remember(joined.session)
        pupils = "、".join(i.name for i in joined.members if i.member != TEACHER)
        self._about = About(joined.subject, pupils[:200])
        await loop.run_in_executor(None, save_about, folder, self._about)
        around = Surroundings(
            self._window,
            self._needs.server,
            self._options.devices,
            self._needs.has_pen(),
            functools.partial(self._needs.logged, joined.session),
        )
        ended = _ended_at(lesson)  # before the room writes on
        room = Room(opening.joined, lesson, around)
        self.fit_pen(room)
        room.mute(self._is_muted)
        self.room, self._opening = room, None
        self._needs.vital(room.writing)
        for message in opening.later:
            self._to_room(message)
        self.show(is_reopened=joined.stored > 0)
        self._needs.opened(ended)
        if opening.ended is not None:
            await self.leave(opening.ended)

    # leaving

    def watch_deadline(self) -> None:
        """End by the own clock where the server is away (PROTOCOL P-7.6); called by the beat."""
        now = time.monotonic()
        if self._deadline is not None and now > self._deadline + GRACE_AFTER_DEADLINE_SECONDS:
            self._deadline = None
            spawn(self.leave(EndReason.TIME, is_online=False), name="deadline")

    async def leave(self, reason: EndReason | None, *, is_online: bool = True) -> None:
        """End the lesson here (`reason` None: only leave it) and write everything out.

        Args:
            is_online: False where the server has not heard of the end, or cannot be asked now.
        """
        room = self.room
        self._deadline = None
        if room is None or room.is_finishing:
            return
        if not is_online:
            room.uploader.lost()
        await room.finish(reason)  # its last blocks are acknowledged meanwhile
        await self._keep_length(room)
        if self.room is room:
            self.room = None
        self._save_probe()
        must_end = reason is EndReason.TEACHER and not is_online
        if reason is not None and (must_end or not room.uploader.is_done):
            self._hand_in = HandIn(room.session, room.uploader, must_end)
        self._needs.remember(room.session if self._hand_in is not None else "")
        self._window.send(LessonClosed(room.session))
        session, self._next_session = self._next_session, ""
        if session:
            await self._join(session)

    async def _keep_length(self, room: Room) -> None:
        """Beside the log, so that listing the lessons need not read every log."""
        board = room.author.board
        started = board.lesson.started_ms if board.lesson is not None else 0
        about = replace(self._about, started_ms=started, duration_ms=board.time_ms)
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):  # a full disk: the log is read instead
            await loop.run_in_executor(None, save_about, room.lesson.folder, about)

    async def _ended(self, message: Ended) -> None:
        if self._opening is not None and self._opening.joined.session == message.session:
            self._opening.ended = message.reason
        if self.room is not None and self.room.session == message.session:
            self._about = replace(self._about, effective_min=message.effective_min)
            await self.leave(message.reason)
        self._window.send(message)

    def _save_probe(self) -> None:
        """For measurements: when each pen sample's bytes came in (wall ms)."""
        if self._options.probe is None:
            return
        offset = time.time() - time.monotonic()
        rows = [(stroke, index, (t + offset) * 1000) for stroke, index, t in self._probe]
        self._options.probe.write_text(json.dumps(rows), encoding="utf-8")


def _ended_at(lesson: LessonLog) -> float | None:
    """When the log that is opened again ended, in seconds since 1970; None for a new one."""
    board = lesson.author.board
    if board.lesson is None:
        return None
    return (board.lesson.started_ms + board.time_ms) / 1000
