"""All peer connections of a lesson, on the teacher's side: it offers, it tries again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Container, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import IceServer, SignalKind
from teacher_client.live.aiortc_parts import RtpVoice, allow_loopback, voice_packet
from teacher_client.live.liveness import PATIENCE, Liveness, Patience, PeerState
from teacher_client.live.peer import Peer, Quality
from teacher_client.live.turn_probe import RelayChooser
from teacher_client.tasks import spawn

logger = logging.getLogger(__name__)

WATCH_SECONDS: Final = 0.25

SendSignal = Callable[[Member, SignalKind, int, str], None]
VoiceListener = Callable[[Member, RtpVoice], None]
StateListener = Callable[[Member, PeerState], None]


@dataclass(slots=True)
class PeerCounters:
    """What went to one member, all attempts together."""

    hints_sent: int = 0
    hints_dropped: int = 0
    attempts: int = 0


@dataclass(slots=True)
class _Line:
    """One member's line: the present attempt and what is known of it."""

    member: Member
    liveness: Liveness
    ice_servers: Sequence[IceServer] = ()
    attempt: int = 0
    received: int = 0
    peer: Peer | None = None
    is_kept: bool = False
    told: PeerState | None = None
    counters: PeerCounters = field(default_factory=PeerCounters)


class PeerPool:
    """One peer connection for each member who is to have one.

    A line lives while anything comes through it. Send a hint message at least once a second (the
    spreader's heartbeat): a page without a microphone then still acknowledges that.

    Signals from members are taken as they come: stale, doubled and damaged ones are dropped.
    A member's states are told on change only. Loop's thread only; callbacks are called on it
    and must not raise.

    Args:
        send_signal: (member, kind, attempt, data): offers (SDP text) and byes, to be sent.
        on_voice: each voice packet of a member, before any buffer.
        on_state: a member's state changed.
        first_attempt: number of the first attempt; must grow from engine to engine of a lesson,
            e.g. ``epoch.counter << 16``, because pages ignore numbers they have passed.
        relay_only: show pupils no address but the relay's.
        patience: how long to wait for what.
    """

    def __init__(
        self,
        send_signal: SendSignal,
        on_voice: VoiceListener,
        on_state: StateListener,
        *,
        first_attempt: int = 1,
        relay_only: bool = False,
        patience: Patience = PATIENCE,
    ) -> None:
        allow_loopback()
        self._send_signal = send_signal
        self._on_voice = on_voice
        self._on_state = on_state
        self._next_attempt = max(1, first_attempt)
        self._relay_only = relay_only
        self._patience = patience
        self._relays = RelayChooser()
        self._lines: dict[Member, _Line] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._is_closed = False

    # who is to be connected

    def keep(self, member: Member, ice_servers: Sequence[IceServer] = ()) -> None:
        """The member is there: connect, and connect again whenever the line is lost.

        Again for a member already kept: use these servers from the next attempt on, and try at
        once unless the line is open (the pupil's network may just have come back).
        """
        line = self._line(member, ice_servers)
        line.is_kept = True
        is_fine = line.peer is not None and line.told in (PeerState.OPEN, PeerState.CONNECTING)
        if not is_fine:
            self._job(self._begin(line), f"connect member {member}")

    def drop(self, member: Member) -> None:
        """The member left: close, and try no more. Unknown is fine."""
        line = self._lines.pop(member, None)
        if line is not None:
            line.is_kept = False
            self._retire(line)

    async def open(self, member: Member, ice_servers: Sequence[IceServer] = ()) -> None:
        """Begin a new attempt now, in place of the present one; return when the offer is out."""
        await self._begin(self._line(member, ice_servers))

    def reconnect_all(self) -> None:
        """Our own network changed: begin a new attempt for every member kept."""
        for line in self._lines.values():
            if line.is_kept:
                self._job(self._begin(line), f"reconnect member {line.member}")

    async def close(self, member: Member) -> None:
        """Like :meth:`drop`, with a bye, and wait until it is closed."""
        line = self._lines.pop(member, None)
        if line is None or line.peer is None:
            return
        self._send_signal(member, SignalKind.BYE, line.attempt, "")
        peer, line.peer = line.peer, None
        await peer.close()

    async def aclose(self) -> None:
        """Close everything, with byes, and wait for it. The pool is of no use after."""
        self._is_closed = True
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
        await asyncio.gather(*(self.close(member) for member in tuple(self._lines)))
        while self._jobs:
            await asyncio.wait(tuple(self._jobs))

    # signals

    async def signalled(self, member: Member, kind: SignalKind, attempt: int, data: str) -> None:
        """Take a member's signal; anything that does not fit the present attempt is dropped."""
        line = self._lines.get(member)
        if line is None or line.peer is None or attempt != line.attempt:
            logger.debug("member %d: stale %s of attempt %d", member, kind, attempt)
            return
        match kind:
            case SignalKind.ANSWER:
                if not await line.peer.answered(data):
                    logger.info("member %d: answer %d dropped", member, attempt)
            case SignalKind.CANDIDATE:
                await line.peer.candidate(data)
            case SignalKind.BYE:
                self._ended(line, attempt)
            case SignalKind.OFFER:
                logger.info("member %d: offers are ours to make", member)

    # what is sent

    def send_hint(self, data: bytes, readers: Container[Member] | None = None) -> None:
        """Send a hint message to every open line (of `readers`), never queueing for long."""
        for line in self._lines.values():
            if line.peer is None or (readers is not None and line.member not in readers):
                continue
            if line.peer.send_hint(data):
                line.counters.hints_sent += 1
            elif line.peer.is_open:
                line.counters.hints_dropped += 1

    def send_voice(self, packet: bytes, pts: int) -> None:
        """Send one Opus packet to everybody.

        Args:
            packet: 20 ms of Opus.
            pts: its first sample at 48 kHz, from any origin, never going back.
        """
        shared = voice_packet(packet, pts)
        for line in self._lines.values():
            if line.peer is not None:
                line.peer.send_voice(shared)

    # what is known

    def state(self, member: Member) -> PeerState | None:
        """How a member's line stands; None for a member without one."""
        line = self._lines.get(member)
        return None if line is None else line.liveness.state

    def counters(self, member: Member) -> PeerCounters:
        """What went to a member."""
        line = self._lines.get(member)
        return PeerCounters() if line is None else line.counters

    async def quality(self, member: Member) -> Quality | None:
        """How our voice reaches a member; None while nobody reported."""
        line = self._lines.get(member)
        return None if line is None or line.peer is None else await line.peer.quality()

    @property
    def open_count(self) -> int:
        """How many lines are open."""
        return sum(line.told is PeerState.OPEN for line in self._lines.values())

    # one attempt

    def _line(self, member: Member, ice_servers: Sequence[IceServer]) -> _Line:
        if self._is_closed:
            raise RuntimeError("the pool is closed")
        line = self._lines.get(member)
        if line is None:
            line = self._lines[member] = _Line(member, Liveness(self._patience))
        line.ice_servers = tuple(ice_servers)
        if self._watcher is None:
            self._watcher = spawn(self._watch(), name="peer watch")
        return line

    async def _begin(self, line: _Line) -> None:
        if self._lines.get(line.member) is not line:
            return
        self._retire(line)
        attempt = line.attempt = self._next_attempt
        self._next_attempt += 1
        line.counters.attempts += 1
        line.liveness.begun(time.monotonic())
        self._tell(line)
        servers = await self._relays.choose(line.ice_servers)
        if line.attempt != attempt or self._lines.get(line.member) is not line:
            return  # replaced or dropped while the relay was asked
        peer = self._peer(line, attempt, servers)
        line.peer = peer
        sdp = await peer.offer()
        if line.peer is not peer:  # replaced or dropped while candidates were gathered
            return
        line.liveness.begun(time.monotonic())
        self._send_signal(line.member, SignalKind.OFFER, attempt, sdp)

    def _peer(self, line: _Line, attempt: int, servers: Sequence[IceServer]) -> Peer:
        def voice(packet: RtpVoice) -> None:
            if _is_current(line, attempt):
                self._on_voice(line.member, packet)

        def opened() -> None:
            if _is_current(line, attempt):
                line.liveness.opened(time.monotonic())
                self._tell(line)

        def heard() -> None:
            if _is_current(line, attempt):
                line.liveness.heard(time.monotonic())
                self._tell(line)

        return Peer(
            f"member {line.member}, attempt {attempt}",
            servers,
            relay_only=self._relay_only,
            on_voice=voice,
            on_opened=opened,
            on_heard=heard,
            on_ended=lambda: self._ended(line, attempt),
        )

    def _ended(self, line: _Line, attempt: int) -> None:
        if not _is_current(line, attempt):
            return
        self._retire(line)
        line.liveness.ended(time.monotonic())
        self._tell(line)

    def _retire(self, line: _Line) -> None:
        peer, line.peer = line.peer, None
        if peer is not None:
            self._job(peer.close(), f"close member {line.member}, attempt {line.attempt}")

    def _tell(self, line: _Line) -> None:
        state = line.liveness.state
        if state is not line.told and self._lines.get(line.member) is line:
            line.told = state
            logger.info("member %d: live path %s", line.member, state.value)
            self._on_state(line.member, state)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = time.monotonic()
            for line in tuple(self._lines.values()):
                if line.peer is not None and line.peer.received != line.received:
                    line.received = line.peer.received
                    line.liveness.heard(now)
                should_retry = line.liveness.tick(now)
                self._tell(line)
                if should_retry and line.is_kept:
                    self._job(self._begin(line), f"reconnect member {line.member}")

    def _job(self, coro: Coroutine[object, object, None], name: str) -> None:
        task = spawn(coro, name=name)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)


def _is_current(line: _Line, attempt: int) -> bool:
    """Whether what comes from this attempt still counts; a closing peer goes on for a while."""
    return line.peer is not None and line.attempt == attempt
