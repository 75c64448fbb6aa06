"""The lesson engine: account, duty, at most one live lesson, the window's other end.

One asyncio loop owns everything here; pens and sound cards speak from their own threads through
``call_soon_threadsafe``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pen_driver import PenEvent
from signaling_server.protocol.blocks import decode_block
from signaling_server.protocol.commands import Ink, Refusal, Tool
from signaling_server.protocol.ids import NO_COMMAND, TEACHER, EntryNumber, Epoch
from signaling_server.protocol.messages import (
    AcceptRequest,
    Clock,
    Commanded,
    DeclineRequest,
    Ended,
    EndReason,
    EndSession,
    EpochOpened,
    Join,
    Joined,
    MemberChanged,
    Refused,
    Rejected,
    RequestGone,
    RequestOffered,
    ServerMessage,
    SessionReady,
    SetDuty,
    Signalled,
    Stored,
    TimeWarning,
    Welcome,
)
from signaling_server.protocol.schema import InvalidError
from teacher_client.engine.lesson_log import open_journal, open_log
from teacher_client.engine.pen_badge import PenBadge
from teacher_client.engine.playback import About, Playback, list_lessons, save_about
from teacher_client.engine.room import Room, Surroundings
from teacher_client.engine.sound import DeviceNames
from teacher_client.engine.window_server import WindowServer
from teacher_client.errors import JournalError, SignInError
from teacher_client.lesson.link import (
    Accept,
    Account,
    ChooseDuty,
    ChooseSpeed,
    ChooseTool,
    CloseLesson,
    Decline,
    Do,
    Duty,
    FinishLesson,
    FromWindow,
    LessonClosed,
    LessonOpened,
    Lessons,
    LinkState,
    ListLessons,
    MicrophoneState,
    NetworkState,
    Notice,
    NoticeId,
    OpenLesson,
    Pause,
    Play,
    Quit,
    Seek,
    SignIn,
    SignOut,
    SwitchMicrophone,
    ToolState,
    pack_message,
)
from teacher_client.profile import EngineState, load_state, save_state
from teacher_client.recording.journal import JOURNAL_NAME, read_journal
from teacher_client.service.account import sign_in
from teacher_client.service.server_link import ServerLink
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

STATE_SECONDS = 0.2
MUTE_WITHOUT_WINDOW_SECONDS = 10.0
LEAVE_WITHOUT_WINDOW_SECONDS = 300.0
GRACE_AFTER_DEADLINE_SECONDS = 2.0
FETCH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How an engine was started; a restart uses the same."""

    profile: Path
    server: str
    pen: str
    devices: DeviceNames
    is_headless: bool = False
    accepts_all: bool = False
    probe: Path | None = None
    authority: Path | None = None


@dataclass(slots=True)
class _Opening:
    """A lesson whose log is being opened; blocks that the server sends are kept."""

    joined: Joined
    blocks: list[bytes]
    wanted: int
    complete: asyncio.Event
    later: list[ServerMessage] = field(default_factory=list)
    """What the server said meanwhile; the room hears it once it is open."""


class Engine:
    """The teacher's engine."""

    def __init__(self, options: EngineOptions, restart_window: Callable[[], None]) -> None:
        self._options = options
        self._restart_window = restart_window
        self._state: EngineState = load_state(options.profile)
        self._state.server = options.server or self._state.server
        self._tls = _tls(options.authority)
        self.window = WindowServer(
            options.profile, self._snapshot, self._from_window, self._window_attached
        )
        self._server: ServerLink | None = None
        self._server_task: asyncio.Task[None] | None = None
        self._room: Room | None = None
        self._opening: _Opening | None = None
        self._next_session = ""
        """A lesson that began while the one before is still written out."""
        self._playback: Playback | None = None
        self._pen = PenBadge(options.pen, self._pen_event, self.window.send)
        self._tool = ChooseTool(Tool.PEN, Ink.INK, 70)
        self._account = Account(self._state.server)
        self._is_on_duty = False
        self._requests: dict[str, RequestOffered] = {}
        self._clock: Clock | None = None
        self._deadline: float | None = None
        self._lost_since: float | None = None
        self._is_muted = False
        self._muted_by_absence = False
        self._window_gone_at: float | None = time.monotonic()
        self._had_window = False
        self._probe: list[tuple[int, int, float]] = []
        self.quit = asyncio.Event()
        self.has_crashed = False

    async def run(self, first_token: str | None) -> None:
        """Serve until quit."""
        await self.window.start(first_token)
        self._pen.open()
        if self._state.token:
            self._connect(self._state.token)
        beat = spawn(self._beat(), name="engine-beat")
        await self.quit.wait()
        beat.cancel()
        await self._close()

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
        yield pack_message(self._account)
        yield pack_message(Duty(self._is_on_duty))
        for request in self._requests.values():
            yield pack_message(request)
        yield pack_message(self._pen.state)
        yield pack_message(self._tool_state())
        yield pack_message(self._network())
        yield pack_message(self._microphone())

    def _window_attached(self, is_there: bool) -> None:
        if not is_there:
            self._window_gone_at = time.monotonic()
            if not self.quit.is_set() and not self._options.is_headless:
                self._restart_window()
            return
        if self._muted_by_absence:
            self._muted_by_absence = False
            self._mute(False)
        is_again, self._had_window = self._had_window, True
        self._window_gone_at = None
        if self._room is not None:
            self._show_room(self._room, is_reopened=is_again)
        elif self._playback is not None:
            self._playback.frames()

    def _show_room(self, room: Room, *, is_reopened: bool) -> None:
        opened = LessonOpened(room.session, room.subject, is_reopened=is_reopened)
        self.window.send(opened)
        for data in room.blocks():
            self.window.send_block(data)
        room.show_people()
        if self._clock is not None:
            self.window.send(self._clock)

    def _from_window(self, message: FromWindow) -> None:
        match message:
            case Do():
                if self._room is not None:
                    self._room.command(TEACHER, NO_COMMAND, message.body)
            case ChooseTool():
                self._choose_tool(message)
            case SwitchMicrophone():
                self._mute(not message.is_on)
            case SignIn():
                spawn(self._sign_in(message), name="sign-in")
            case SignOut():
                self._sign_out()
            case Quit():
                self.quit.set()
            case ChooseDuty() | Accept() | Decline() | FinishLesson():
                self._tell_server(message)
            case _:
                spawn(self._play(message), name="playback-command")

    def _tell_server(self, message: ChooseDuty | Accept | Decline | FinishLesson) -> None:
        if self._server is None:
            return
        match message:
            case ChooseDuty():
                if self._server.send(SetDuty(message.is_on)):
                    self._is_on_duty = message.is_on
                self.window.send(Duty(self._is_on_duty))
            case Accept():
                self._server.send(AcceptRequest(message.request))
            case Decline():
                self._server.send(DeclineRequest(message.request))
            case FinishLesson():
                if not self._server.send(EndSession()):
                    spawn(self._leave(EndReason.TEACHER), name="finish")

    def _choose_tool(self, tool: ChooseTool) -> None:
        self._tool = tool
        if self._room is not None:
            self._room.pen.tool = tool
        self.window.send(self._tool_state())

    def _mute(self, muted: bool) -> None:
        self._is_muted = muted
        if self._room is not None:
            self._room.mute(muted)
        self.window.send(self._microphone())

    # the server

    async def _sign_in(self, message: SignIn) -> None:
        server = message.server or self._state.server
        try:
            signed_in = await sign_in(server, message.login, message.password, self._tls)
        except SignInError as exc:
            self._account = Account(server, "", False, exc.refusal, exc.retry_in_ms)
            self.window.send(self._account)
            return
        self._state.server, self._state.token = server, signed_in.token
        self._state.name = signed_in.name
        save_state(self._options.profile, self._state)
        self._connect(signed_in.token)

    def _connect(self, token: str) -> None:
        if self._server_task is not None:
            self._server_task.cancel()
        self._server = ServerLink(
            self._state.server,
            token,
            self._from_server,
            self._block_from_server,
            self._line_changed,
            self._tls,
        )
        self._server_task = self._vital(spawn(self._server.run(), name="server-link"))

    def _sign_out(self, refusal: Refusal | None = None) -> None:
        if self._server_task is not None:
            self._server_task.cancel()
        self._server = None
        self._state.token = ""
        save_state(self._options.profile, self._state)
        self._account = Account(self._state.server, refusal=refusal)
        self.window.send(self._account)
        self._is_on_duty = False
        self._forget_requests()

    def _forget_requests(self) -> None:
        for request in self._requests:
            self.window.send(RequestGone(request))
        self._requests.clear()

    def _line_changed(self, is_up: bool) -> None:
        if is_up:
            if self._lost_since is not None:
                seconds = round(time.monotonic() - self._lost_since)
                self.window.send(Notice(NoticeId.NETWORK_BACK, None, seconds))
            self._lost_since = None
            return
        self._lost_since = time.monotonic()
        if self._room is not None:
            self._room.uploader.lost()
        self.window.send(self._network())

    def _from_server(self, message: ServerMessage) -> None:
        match message:
            case Welcome():
                self._welcomed(message)
            case RequestOffered() | RequestGone():
                self._request(message)
            case SessionReady():
                self._join(message.session)
            case Joined():
                spawn(self._joined(message), name="joined")
            case Clock():
                self._clock = message
                self._deadline = time.monotonic() + message.ends_in_ms / 1000
                self.window.send(message)
            case TimeWarning():
                self.window.send(message)
            case Ended():
                spawn(self._ended(message), name="ended")
            case Rejected():
                self._rejected(message)
            case _:
                self._to_room(message)

    def _to_room(self, message: ServerMessage) -> None:
        room = self._room
        if room is None:
            if self._opening is not None:
                self._opening.later.append(message)
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

    def _welcomed(self, message: Welcome) -> None:
        self._account = Account(self._state.server, message.name, True)
        self._is_on_duty = message.is_on_duty
        self._forget_requests()  # those that still stand come again
        self.window.send(self._account)
        self.window.send(Duty(self._is_on_duty))
        if self._options.accepts_all and not self._is_on_duty:
            self._tell_server(ChooseDuty(True))
        if message.session:
            self._join(message.session)
        elif self._room is not None:
            # the session ended while the line was away
            spawn(self._leave(EndReason.CLOSED), name="left-behind")

    def _request(self, message: RequestOffered | RequestGone) -> None:
        if isinstance(message, RequestOffered):
            self._requests[message.request] = message
            if self._options.accepts_all:
                self._tell_server(Accept(message.request))
        else:
            self._requests.pop(message.request, None)
        self.window.send(message)

    def _rejected(self, message: Rejected) -> None:
        log.info("rejected: %s %s", message.to, message.reason)
        if message.to == "hello":
            # a token that ran out needs no word; another version or a full server does
            is_old = message.reason is Refusal.NOT_SIGNED_IN
            self._sign_out(None if is_old else message.reason)
        elif message.to == "join" and self._room is not None:
            spawn(self._leave(None), name="rejected")
        elif message.to == "set_duty":
            self._is_on_duty = False
            self.window.send(Duty(False))

    # the lesson

    def _join(self, session: str) -> None:
        """Say how much of this lesson's log is held, and enter."""
        room = self._room
        if self._server is None:
            return
        held, epoch = 0, Epoch(0, "")
        if room is not None and room.session == session:
            held, epoch = room.author.next_number - 1, room.epoch
        elif room is not None:
            # at most one live lesson: the one before is written out first
            self._next_session = session
            spawn(self._leave(EndReason.CLOSED), name="left-behind")
            return
        else:
            try:
                blocks = read_journal(self._folder(session) / JOURNAL_NAME).blocks
            except JournalError as exc:
                log.error("the lesson's folder cannot be read: %s", exc)
                self.window.send(Notice(NoticeId.DISK_REFUSED))
                return
            if blocks:
                held, epoch = blocks[-1][1].last, blocks[-1][1].epoch
        self._server.send(Join(session, EntryNumber(held), epoch.counter, epoch.engine))

    async def _joined(self, joined: Joined) -> None:
        self._clock = joined.clock
        self._deadline = time.monotonic() + joined.clock.ends_in_ms / 1000
        if self._room is not None and self._room.session == joined.session:
            self._room.rejoined(joined)
            return
        if self._opening is not None:
            self._opening.joined = joined  # the line was lost and came back meanwhile
            self._opening.later.clear()
            return
        if self._playback is not None:
            await self._playback.close()
            self._playback = None
        try:
            await self._open_room(joined)
        except JournalError as exc:
            log.error("the lesson's folder cannot be used: %s", exc)
            self.window.send(Notice(NoticeId.DISK_REFUSED))
        except TimeoutError:
            log.warning("the log's missing blocks did not come; asking again")
            self._join(joined.session)
        finally:
            self._opening = None

    async def _open_room(self, joined: Joined) -> None:
        assert self._server is not None
        loop = asyncio.get_running_loop()
        folder = self._folder(joined.session)
        opening = _Opening(joined, [], joined.stored, asyncio.Event())
        self._opening = opening  # before anything is awaited: the server speaks on
        journal = await loop.run_in_executor(None, open_journal, folder)
        held = journal.found.blocks[-1][1].last if journal.found.blocks else 0
        missing = max(0, joined.stored - held)
        if missing:
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    await opening.complete.wait()
            except TimeoutError:
                journal.close()
                raise
        lesson = await loop.run_in_executor(
            None, open_log, folder, journal, opening.blocks, joined.counter
        )
        self._state.session = joined.session
        save_state(self._options.profile, self._state)
        pupils = "、".join(i.name for i in joined.members if i.member != TEACHER)
        save_about(folder, About(joined.subject, pupils[:200]))
        around = Surroundings(
            self.window,
            self._server,
            self._options.devices,
            self._pen.state.link in (LinkState.GOOD, LinkState.CONNECTING),
        )
        room = Room(opening.joined, lesson, around)
        room.pen.tool = self._tool
        room.pen.probe = self._probe if self._options.probe else None
        room.mute(self._is_muted)
        self._room, self._opening = room, None
        self._vital(room.writing)
        for message in opening.later:
            self._to_room(message)
        self._show_room(room, is_reopened=joined.stored > 0)

    def _block_from_server(self, data: bytes) -> None:
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

    async def _ended(self, message: Ended) -> None:
        if self._room is not None and self._room.session == message.session:
            await self._leave(message.reason)
        self.window.send(message)

    async def _leave(self, reason: EndReason | None) -> None:
        room = self._room
        self._deadline = None
        if room is None or room.is_finishing:
            return
        await room.finish(reason)  # its last blocks are acknowledged meanwhile
        if self._room is room:
            self._room = None
        self._save_probe()
        self._state.session = ""
        save_state(self._options.profile, self._state)
        self.window.send(LessonClosed(room.session))
        session, self._next_session = self._next_session, ""
        if session:
            self._join(session)

    def _folder(self, session: str) -> Path:
        if not session.replace("-", "").replace("_", "").isalnum():
            raise JournalError("lessons", "not a session's name")
        return self._options.profile / "lessons" / session

    # playback

    async def _play(self, message: FromWindow) -> None:
        match message:
            case ListLessons():
                loop = asyncio.get_running_loop()
                lessons = self._options.profile / "lessons"
                items = await loop.run_in_executor(None, list_lessons, lessons)
                self.window.send(Lessons(items))
            case OpenLesson():
                await self._open_lesson(message.session)
            case CloseLesson():
                playback, self._playback = self._playback, None
                if playback is not None:
                    await playback.close()
            case Play() | Pause() | Seek() | ChooseSpeed():
                self._steer(message)

    def _steer(self, message: Play | Pause | Seek | ChooseSpeed) -> None:
        playback = self._playback
        if playback is None:
            return
        match message:
            case Play():
                playback.play()
            case Pause():
                playback.pause()
            case Seek():
                playback.seek(message.position_ms)
            case ChooseSpeed():
                playback.set_speed(message.speed)

    async def _open_lesson(self, session: str) -> None:
        try:
            folder = self._folder(session)
            loop = asyncio.get_running_loop()
            journal = await loop.run_in_executor(None, read_journal, folder / JOURNAL_NAME)
        except JournalError as exc:
            log.warning("%s", exc)
            self.window.send(Notice(NoticeId.LESSON_DAMAGED))
            return
        while self._playback is not None:
            before, self._playback = self._playback, None
            await before.close()
        if self._room is not None or self._opening is not None:
            return  # a live lesson has the window
        self._playback = Playback(folder, journal, self._options.devices.speaker, self.window)
        self._playback.frames()

    # the pen

    def _pen_event(self, event: PenEvent) -> None:
        if self._room is not None:
            self._room.pen.take(event)

    def _save_probe(self) -> None:
        """For measurements: when each pen sample's bytes came in (wall ms)."""
        if self._options.probe is None:
            return
        offset = time.time() - time.monotonic()
        rows = [(stroke, index, (t + offset) * 1000) for stroke, index, t in self._probe]
        self._options.probe.write_text(json.dumps(rows), encoding="utf-8")

    # states

    def _tool_state(self) -> ToolState:
        tool = self._tool
        return ToolState(tool.tool, tool.ink, tool.width, tool.is_eraser)

    def _microphone(self) -> MicrophoneState:
        level = self._room.level if self._room is not None else 0.0
        return MicrophoneState(not self._is_muted, round(level, 3))

    def _network(self) -> NetworkState:
        stored = self._room.uploader.stored if self._room is not None else 0
        if self._server is None:
            return NetworkState(LinkState.OFF)
        if self._lost_since is not None:
            lost = round((time.monotonic() - self._lost_since) * 1000)
            return NetworkState(LinkState.LOST, 0, min(lost, 86_400_000), stored)
        if not self._server.is_up:
            return NetworkState(LinkState.CONNECTING, 0, 0, stored)
        delay = self._server.delay_ms
        link = LinkState.GOOD if delay <= 150 else LinkState.FAIR
        return NetworkState(link if delay <= 600 else LinkState.WEAK, delay, 0, stored)

    async def _beat(self) -> None:
        """Levels and badges for the window; deadlines that nobody else watches."""
        sent = self._network()
        while True:
            await asyncio.sleep(STATE_SECONDS)
            if self._room is not None:
                self.window.send(self._microphone())
            if (state := self._network()) != sent:
                self.window.send(state)
                sent = state
            self._watch_deadlines()

    def _watch_deadlines(self) -> None:
        now = time.monotonic()
        if self._deadline is not None and now > self._deadline + GRACE_AFTER_DEADLINE_SECONDS:
            # the server is the clock; this is for a server that is away (PROTOCOL P-7.6)
            self._deadline = None
            spawn(self._leave(EndReason.TIME), name="deadline")
        if self._options.is_headless or self._window_gone_at is None:
            return
        gone = now - self._window_gone_at
        if self._room is not None:
            if gone > MUTE_WITHOUT_WINDOW_SECONDS and not self._is_muted:
                self._muted_by_absence = True
                self._mute(True)
            if gone > LEAVE_WITHOUT_WINDOW_SECONDS:
                spawn(self._leave(None), name="no-window")
        elif gone > LEAVE_WITHOUT_WINDOW_SECONDS:
            self.quit.set()

    async def _close(self) -> None:
        await self._pen.close()
        await self._leave(None)
        if self._playback is not None:
            await self._playback.close()
        if self._server_task is not None:
            self._server_task.cancel()
        await self.window.close()


def _tls(authority: Path | None) -> ssl.SSLContext | None:
    """Trust one more authority (a server on the own network with its own certificate)."""
    if authority is None:
        return None
    return ssl.create_default_context(cafile=str(authority))
