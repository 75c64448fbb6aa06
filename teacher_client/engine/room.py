"""One live lesson: a board, and everybody who reads and hears it.

Entries go to the server and the pupils too; voices both ways.
Lives in the engine's loop; nothing here blocks it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from signaling_server.protocol.blocks import Block
from signaling_server.protocol.commands import (
    Refusal,
    Right,
)
from signaling_server.protocol.entries import (
    AudioMark,
    Entry,
    EntryKind,
    LessonEnded,
    MemberNamed,
    RightNamed,
    SessionAttached,
)
from signaling_server.protocol.hints import HintBatch
from signaling_server.protocol.ids import (
    TEACHER,
    CommandId,
    EntryNumber,
    Epoch,
    Member,
)
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
from teacher_client.audio.cancellers import OFF
from teacher_client.engine.board_room import FINISH_SECONDS, BoardRoom
from teacher_client.engine.lesson_log import LessonLog
from teacher_client.engine.sound import DeviceNames, Sound
from teacher_client.engine.uploader import Uploader
from teacher_client.engine.window_server import WindowServer
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
    logged: Callable[[Block], None] = lambda block: None


class Room(BoardRoom):
    """The lesson that is on.

    Args:
        joined: the server's answer to Join.
        lesson: the opened log.
    """

    def __init__(self, joined: Joined, lesson: LessonLog, around: Surroundings) -> None:
        super().__init__(joined.session, lesson, around.window, around.logged)
        self.subject = joined.subject
        self._server = around.server
        self._people: dict[Member, MemberInfo] = {}
        self._peer_states: dict[Member, PeerState] = {}
        self._lost_since: dict[Member, float] = {}
        self._ice: tuple[IceServer, ...] = joined.ice
        self._stored = asyncio.Event()
        self.is_muted = False
        self._spreader = HintSpreader(lesson.epoch)
        self._peers = PeerPool(
            self._signal,
            self._voice,
            self._peer_state,
            first_attempt=lesson.epoch.counter << 16,  # pages ignore attempts they have passed
            relay_only=joined.is_relay_only,
        )
        self.uploader = Uploader()
        self._handed = lesson.author.next_number - 1
        for data, block in lesson.blocks:
            self.uploader.add(data, block)
        self._sound = Sound(
            around.devices, lesson.folder, lesson.start_mono, self._send_voice, self._device_works
        )
        self._sound.on_disk_refused = lambda: self._disk_works(False)
        self._sound.on_echo = self._echo_remains
        self.begin(needs_page=not around.has_pen)
        self.rejoined(joined)
        self._tasks += [
            spawn(self._mark_tracks(), name="audio-marks"),
            spawn(self._show_people(), name="people"),
        ]

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

    @property
    def is_cleaned(self) -> bool:
        """Whether echo and noise are taken out of the teacher's voice."""
        return self._sound.processing != OFF

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

    def show_people(self) -> None:
        """Tell the window who is here."""
        persons = [self._person(info) for info in self._people.values()]
        self._window.send(People(tuple(persons)))

    async def finish(self, reason: EndReason | None) -> None:
        """End the lesson here (`reason` None: only leave it) and write everything out."""
        await self._settle()
        if reason is not None:
            now = self.lesson.now_ms()
            for member in (TEACHER, *self._people):
                self._write(self.author.cut_strokes(member, None, now))
            self._write([self.author.write(EntryKind.LESSON_ENDED, LessonEnded(reason), now)])
        await self._sync()
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

    def _attached(self, wall_ms: int) -> list[Entry]:
        attached = SessionAttached(self.session, wall_ms)
        return [self.author.write(EntryKind.SESSION_ATTACHED, attached, self.lesson.now_ms())]

    def _synced(self, data: bytes, block: Block) -> None:
        super()._synced(data, block)
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
        super()._hint(batch)
        page = self.author.board.pages.get(batch.page)
        if page is not None and not page.is_private:  # P-5.5
            self._spreader.add(batch)

    def _hint_seconds(self) -> float:
        return batch_seconds(self._peers.open_count)

    def _spread_hints(self) -> None:
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

    def _echo_remains(self, remains: bool) -> None:
        if remains:
            self._window.send(WindowNotice(NoticeId.ECHO_REMAINS))

    async def _mark_tracks(self) -> None:
        while True:
            await asyncio.sleep(MARK_SECONDS)
            now = self.lesson.now_ms()
            for member, sample in self._sound.marks().items():
                mark = AudioMark(Member(member), sample)
                self._write([self.author.write(EntryKind.AUDIO_MARK, mark, now)])

    def _carried_out(self) -> None:
        self._let_speak()

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
            super()._refuse(member, command, reason)
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
            now = time.monotonic()  # who was never here yet is on the way since now
            lost_ms = round((now - self._lost_since.get(info.member, now)) * 1000)
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
