"""One live lesson: the log's one writer, and everybody who reads it.

Pen and commands come in, entries go to journal, window, server and pupils; voices both ways.
Lives in the engine's loop; nothing here blocks it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from signaling_server.protocol.blocks import Block
from signaling_server.protocol.commands import (
    Command,
    PageKind,
    Refusal,
    Right,
    WriteInk,
)
from signaling_server.protocol.entries import (
    AudioMark,
    Entry,
    EntryKind,
    LessonBegun,
    LessonEnded,
    MemberNamed,
    PageAdded,
    PageShown,
    RightNamed,
    SessionAttached,
)
from signaling_server.protocol.hints import HintBatch, encode_batch, encode_hints
from signaling_server.protocol.ids import (
    TEACHER,
    CommandId,
    EntryNumber,
    Epoch,
    Member,
    PageId,
)
from signaling_server.protocol.ink import InkBody
from signaling_server.protocol.messages import (
    ClientMessage,
    EndReason,
    IceServer,
    Joined,
    MemberInfo,
    Refuse,
    Role,
    Signal,
    SignalKind,
)
from teacher_client.engine.carrier import Carrier
from teacher_client.engine.lesson_log import LessonLog
from teacher_client.engine.log_writer import LogWriter, Outlets
from teacher_client.engine.paper_pen import PaperPen
from teacher_client.engine.sound import DeviceNames, Sound
from teacher_client.engine.uploader import Uploader
from teacher_client.engine.window_server import WindowServer
from teacher_client.lesson.board_commands import BoardCommand
from teacher_client.lesson.errors import RefusedError
from teacher_client.lesson.link import LinkState, NoticeId, People, Person
from teacher_client.lesson.link import Notice as WindowNotice
from teacher_client.live.aiortc_parts import RtpVoice
from teacher_client.live.hint_spread import HintSpreader, batch_seconds
from teacher_client.live.liveness import PeerState
from teacher_client.live.peers import PeerPool
from teacher_client.service.server_link import ServerLink
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)

MARK_SECONDS = 5.0
PEOPLE_SECONDS = 0.2
FINISH_SECONDS = 5.0
HAND_OVER_SECONDS = 2.0
LOST_AFTER_SECONDS = 3  # silence after which the server tells (P-7.3)

LINK_OF_PEER = {
    PeerState.CONNECTING: LinkState.CONNECTING,
    PeerState.OPEN: LinkState.GOOD,
    PeerState.LOST: LinkState.LOST,
    PeerState.FAILED: LinkState.WEAK,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a room needs of the engine."""

    window: WindowServer
    server: Callable[[], ServerLink | None]
    devices: DeviceNames
    has_pen: bool


class Room:
    """The lesson that is on.

    Args:
        joined: the server's answer to Join.
        lesson: the opened log.
    """

    def __init__(self, joined: Joined, lesson: LessonLog, around: Surroundings) -> None:
        self.session = joined.session
        self.subject = joined.subject
        self.lesson = lesson
        self.author = lesson.author
        self._window = around.window
        self._server = around.server
        self._entries: list[Entry] = []
        self._blocks = [data for data, _block in lesson.blocks]
        self._people: dict[Member, MemberInfo] = {}
        self._peer_states: dict[Member, PeerState] = {}
        self._lost_since: dict[Member, float] = {}
        self._ice: tuple[IceServer, ...] = joined.ice
        self._stored = asyncio.Event()
        self.is_muted = False
        self.is_finishing = False
        self._spreader = HintSpreader(lesson.epoch)
        self.pen = PaperPen(lesson, self._write, self._hint)
        self._peers = PeerPool(
            self._signal,
            self._voice,
            self._peer_state,
            first_attempt=lesson.epoch.counter << 16,  # pages ignore attempts they have passed
        )
        self.uploader = Uploader()
        self._handed = lesson.author.next_number - 1
        for data, block in lesson.blocks:
            self.uploader.add(data, block)
        self._writer = LogWriter(
            lesson.journal,
            lesson.epoch,
            lesson.last_hash,
            self._collect,
            Outlets(self._synced, self._disk_works, self._hand_over),
        )
        self._sound = Sound(
            around.devices, lesson.folder, lesson.start_mono, self._send_voice, self._device_works
        )
        self._sound.on_disk_refused = lambda: self._disk_works(False)
        self._carrier = Carrier(self._write_at_once)
        self._begin(around.has_pen)
        self.rejoined(joined)
        self.writing = spawn(self._writer.run(), name="log-writer")
        self._tasks = [
            spawn(self._spread_hints(), name="hints"),
            spawn(self._mark_tracks(), name="audio-marks"),
            spawn(self._show_people(), name="people"),
        ]

    @property
    def epoch(self) -> Epoch:
        """This engine's epoch."""
        return self.lesson.epoch

    # what comes from outside

    def rejoined(self, joined: Joined) -> None:
        """The server's line is (back) in the session."""
        if self.is_finishing:
            return
        self._ice = joined.ice
        epoch = Epoch(joined.counter, joined.engine) if joined.counter else None
        self.uploader.joined(joined.stored, epoch)
        for info in joined.members:
            self.member_changed(info)
        self.pump()

    def member_changed(self, info: MemberInfo) -> None:
        """A member came, went or was lost."""
        if info.role is Role.TEACHER or self.is_finishing:
            return
        before = self._people.get(info.member)
        self._people[info.member] = info
        was_connected = before is not None and before.is_connected
        if info.is_connected:
            self._welcome(info.member, is_new=not was_connected)
            if was_connected and before is not None and before.connection != info.connection:
                # another page of the same pupil took over: the old connection leads nowhere
                spawn(self._peers.open(info.member, self._ice), name="peer-again")
        elif was_connected:
            self._take_leave(info)
        self._let_speak()

    def command(
        self, member: Member, command: CommandId, body: Command | BoardCommand
    ) -> Refusal | None:
        """Carry out what a member (or the window, for the teacher) asks for; say why not."""
        if self.is_finishing:
            self._refuse(member, command, Refusal.SESSION_OVER)
            return Refusal.SESSION_OVER
        is_ink = isinstance(body, WriteInk)
        if self._carrier.is_busy and member == TEACHER and not is_ink:
            self._carrier.put_behind(lambda: self.command(member, command, body))
            return None
        self._log_ink()
        try:
            going = self.author.begin(member, command, body, self.lesson.now_ms())
        except RefusedError as exc:
            self._refuse(member, command, exc.reason)
            return exc.reason
        if is_ink:
            self._write_ink(list(going))
        else:
            self._carrier.carry(going)
            self._let_speak()
        return None

    def stored(self, n: EntryNumber) -> None:
        """The server holds everything up to `n`."""
        self.uploader.acknowledged(n)
        self._stored.set()
        self.pump()

    def signalled(self, member: Member, kind: SignalKind, attempt: int, data: str) -> None:
        """A step of a peer connection came."""
        spawn(self._peers.signalled(member, kind, attempt, data), name="signal")

    def mute(self, muted: bool) -> None:
        """Close or open the teacher's microphone, and tell everybody (PROTOCOL P-8.3)."""
        if muted != self.is_muted:
            kind = EntryKind.RIGHT_TAKEN if muted else EntryKind.RIGHT_GIVEN
            right = RightNamed(TEACHER, Right.SPEAK)
            now = self.lesson.now_ms()
            self._write([self.author.write(kind, right, now, author=TEACHER)])
        self.is_muted = muted
        self._sound.set_muted(muted)

    @property
    def level(self) -> float:
        """How loud the teacher is, 0..1; 0 while muted."""
        return 0.0 if self.is_muted else self._sound.level

    @property
    def has_microphone(self) -> bool:
        """Whether the teacher's microphone works."""
        return self._sound.has_microphone

    def pump(self) -> None:
        """Send the server what it misses."""
        server = self._server()
        if server is None:
            return
        for piece in self.uploader.to_send():
            if isinstance(piece, bytes):
                server.send_block(piece)
            else:
                server.send(piece)

    def blocks(self) -> Iterable[bytes]:
        """All synced blocks, for a window that comes."""
        return self._blocks

    def show_people(self) -> None:
        """Tell the window who is here."""
        persons = [self._person(info) for info in self._people.values()]
        self._window.send(People(tuple(persons)))

    async def finish(self, reason: EndReason | None) -> None:
        """End the lesson here (`reason` None: only leave it) and write everything out."""
        self.is_finishing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._carrier.finish()
        self.pen.lift()
        self._log_ink()
        if reason is not None:
            now = self.lesson.now_ms()
            for member in (TEACHER, *self._people):
                self._write(self.author.cut_strokes(member, None, now))
            self._write([self.author.write(EntryKind.LESSON_ENDED, LessonEnded(reason), now)])
        self._writer.finish()
        await asyncio.wait([self.writing], timeout=FINISH_SECONDS)
        await asyncio.gather(self._peers.aclose(), self._sound.close())
        await self._upload_rest()
        self.lesson.journal.close()

    @property
    def _is_online(self) -> bool:
        server = self._server()
        return server is not None and server.is_up

    def _tell_server(self, message: ClientMessage) -> None:
        server = self._server()
        if server is not None:
            server.send(message)

    # the log

    def _begin(self, has_pen: bool) -> None:
        """The first entries of this epoch (PROTOCOL P-4.6)."""
        author, now = self.author, self.lesson.now_ms()
        started = round(time.time() * 1000) - now
        entries: list[Entry] = []
        if author.board.lesson is None:
            begun = LessonBegun(self.session, started)
            entries.append(author.write(EntryKind.LESSON_BEGUN, begun, now))
        attached = SessionAttached(self.session, started + now)
        entries.append(author.write(EntryKind.SESSION_ATTACHED, attached, now))
        entries += author.cut_strokes(TEACHER, self.epoch.counter, now)
        if not author.board.pages and not has_pen:
            page = PageAdded(17_600, 25_000, PageKind.DOTS)
            entries.append(author.write(EntryKind.PAGE_ADDED, page, now, PageId(1)))
            entries.append(author.write(EntryKind.PAGE_SHOWN, PageShown(), now, PageId(1)))
        self._write(entries)

    def _write(self, entries: Iterable[Entry]) -> None:
        self._entries += entries

    def _write_ink(self, entries: list[Entry]) -> None:
        for entry in entries:
            if isinstance(entry.body, InkBody) and len(entry.body.samples):
                self._hint(self._hint_of(entry, entry.body))
        self._write(entries)

    def _write_at_once(self, entries: list[Entry]) -> None:
        """What a command wrote: not to wait for the next beat."""
        self._write(entries)
        self._writer.wake()

    def _log_ink(self) -> None:
        """Ink that was shown goes before what comes after it."""
        for batch in self.pen.ink.take_hints():
            self._hint(batch)
        now = self.lesson.now_ms()
        for kind, body, page in self.pen.ink.take_entries():
            self._entries.append(self.author.write(kind, body, now, page, author=TEACHER))

    def _collect(self) -> list[Entry]:
        self._log_ink()
        entries, self._entries = self._entries, []
        return entries

    def _synced(self, data: bytes, block: Block) -> None:
        """A block is on disk: now it is numbered, shown and sent."""
        self._blocks.append(data)
        self._window.send_block(data)
        self._upload(data, block)

    def _upload(self, data: bytes, block: Block) -> None:
        if block.last > self._handed:
            self._handed = block.last
            self.uploader.add(data, block)
        self.pump()

    async def _hand_over(self, data: bytes, block: Block) -> bool:
        """The disk refuses: let the server keep this block, and wait for its word."""
        if not self._is_online:
            return False
        self._upload(data, block)
        try:
            async with asyncio.timeout(HAND_OVER_SECONDS):
                while self.uploader.stored < block.last:
                    self._stored.clear()
                    await self._stored.wait()
        except TimeoutError:
            return False
        return True

    def _disk_works(self, works: bool) -> None:
        self._window.send(WindowNotice(NoticeId.DISK_BACK if works else NoticeId.DISK_REFUSED))

    async def _upload_rest(self) -> None:
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                while not self.uploader.is_done and self._is_online:
                    self._stored.clear()
                    await self._stored.wait()
        except TimeoutError:
            log.warning("the server has not got the lesson's last blocks yet; they stay here")

    # ink on the live path

    def _hint(self, batch: HintBatch) -> None:
        self._window.send_hints(encode_hints(self.epoch, [encode_batch(batch)]))
        page = self.author.board.pages.get(batch.page)
        if page is not None and not page.is_private:  # P-5.5
            self._spreader.add(batch)

    def _hint_of(self, entry: Entry, body: InkBody) -> HintBatch:
        stroke = self.author.board.stroke(entry.page, body.stroke)
        assert stroke is not None
        return HintBatch(
            body.stroke,
            entry.page,
            entry.author,
            stroke.style,
            body.first,
            body.samples,
            body.is_last,
        )

    async def _spread_hints(self) -> None:
        due = time.monotonic()
        while True:
            due = max(due + batch_seconds(self._peers.open_count), time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            for batch in self.pen.ink.take_hints():
                self._hint(batch)
            data = self._spreader.flush(time.monotonic())
            if data is not None:
                self._peers.send_hint(data, None)

    # voices

    def _send_voice(self, packet: bytes, pts: int) -> None:
        self._peers.send_voice(packet, pts)

    def _voice(self, member: Member, voice: RtpVoice) -> None:
        self._sound.heard(member, voice)

    def _device_works(self, is_microphone: bool, works: bool) -> None:
        if not works:
            gone = NoticeId.MICROPHONE_GONE if is_microphone else NoticeId.SPEAKER_GONE
            self._window.send(WindowNotice(gone))

    async def _mark_tracks(self) -> None:
        while True:
            await asyncio.sleep(MARK_SECONDS)
            now = self.lesson.now_ms()
            for member, sample in self._sound.marks().items():
                mark = AudioMark(Member(member), sample)
                self._write([self.author.write(EntryKind.AUDIO_MARK, mark, now)])

    def _let_speak(self) -> None:
        for info in self._people.values():
            state = self.author.board.members.get(info.member)
            allowed = info.is_connected and state is not None and state.may_speak
            self._sound.let_speak(info.member, allowed)

    # people

    def _welcome(self, member: Member, *, is_new: bool) -> None:
        now = self.lesson.now_ms()
        state = self.author.board.members.get(member)
        if state is None or not state.is_joined:
            joined = MemberNamed(member)
            self._write([self.author.write(EntryKind.MEMBER_JOINED, joined, now)])
        if state is None and len(self._people) == 1:
            # one-to-one: both talk from the start
            right = RightNamed(member, Right.SPEAK)
            self._write([self.author.write(EntryKind.RIGHT_GIVEN, right, now)])
        if is_new and self._lost_since.pop(member, None) is not None:
            self._window.send(WindowNotice(NoticeId.PUPIL_BACK, member))
        self._peers.keep(member, self._ice)

    def _take_leave(self, info: MemberInfo) -> None:
        member, now = info.member, self.lesson.now_ms()
        left = MemberNamed(member)
        self._write([self.author.write(EntryKind.MEMBER_LEFT, left, now)])
        if not info.has_left:
            self._lost_since[member] = time.monotonic()
            self._window.send(WindowNotice(NoticeId.PUPIL_LOST, member, LOST_AFTER_SECONDS))
        self._peers.drop(member)

    def _refuse(self, member: Member, command: CommandId, reason: Refusal) -> None:
        if member == TEACHER:
            self._window.send(WindowNotice(NoticeId.COMMAND_REFUSED, refusal=reason))
        else:
            self._tell_server(Refuse(member, command, reason))

    def _signal(self, member: Member, kind: SignalKind, attempt: int, data: str) -> None:
        self._tell_server(Signal(member, kind, attempt, data))

    def _peer_state(self, member: Member, state: PeerState) -> None:
        self._peer_states[member] = state

    def _person(self, info: MemberInfo) -> Person:
        if info.has_left:
            return Person(info, LinkState.OFF)
        if not info.is_connected:
            lost_ms = round((time.monotonic() - self._lost_since.get(info.member, 0)) * 1000)
            return Person(info, LinkState.LOST, min(lost_ms, 86_400_000))
        state = self._peer_states.get(info.member, PeerState.CONNECTING)
        return Person(
            replace(info), LINK_OF_PEER[state], 0, round(self._sound.member_level(info.member), 3)
        )

    async def _show_people(self) -> None:
        while True:
            await asyncio.sleep(PEOPLE_SECONDS)
            if self._window.is_attached:
                self.show_people()
