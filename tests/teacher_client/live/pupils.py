"""The other side for tests: a pupil's end made with aiortc, and a post office between the two."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from signaling_server.protocol.ids import Member
from signaling_server.protocol.messages import SignalKind
from teacher_client.live.aiortc_parts import PacketTrack, RtpVoice, tap_voice, voice_packet
from teacher_client.live.liveness import Patience, PeerState
from teacher_client.live.peers import PeerPool

PUPIL = Member(2)


class Pupil:
    """Answers one offer like a pupil's page: audio both ways, the negotiated channel."""

    def __init__(self, servers: tuple[RTCIceServer, ...] = ()) -> None:
        self.hints: list[bytes] = []
        self.voices: list[RtpVoice] = []
        self.track = PacketTrack()
        only = RTCIceTransportPolicy.RELAY if servers else RTCIceTransportPolicy.ALL
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=list(servers), iceTransportPolicy=only)
        )
        self.channel = self.connection.createDataChannel(
            "ink", ordered=False, negotiated=True, id=0
        )
        self.channel.on("message", self.hints.append)

    async def answer(self, offer: str) -> str:
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        transceiver = self.connection.getTransceivers()[0]
        transceiver.direction = "sendrecv"
        transceiver.sender.replaceTrack(self.track)
        tap_voice(transceiver.receiver, self.voices.append)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    def say(self, opus: bytes, pts: int) -> None:
        self.track.put(voice_packet(opus, pts))

    def set_cut_off(self, cut_off: bool) -> None:
        """Let nothing out of this end any more, or again."""
        path = self.connection.getTransceivers()[0].sender.transport.transport
        path._send = _swallow if cut_off else path._connection.send

    async def close(self) -> None:
        self.track.stop()
        await self.connection.close()


async def _swallow(_data: bytes) -> None:
    """Lose a packet."""


@dataclass
class Lesson:
    """A pool, and pupils that answer whatever it offers (unless told not to).

    With `pupils_relay` both sides use relays alone.
    """

    patience: Patience = field(default_factory=Patience)
    does_answer: bool = True
    pupils_relay: tuple[RTCIceServer, ...] = ()
    offers: list[tuple[Member, int, str]] = field(default_factory=list)
    byes: list[tuple[Member, int]] = field(default_factory=list)
    states: list[tuple[Member, PeerState]] = field(default_factory=list)
    voices: list[tuple[Member, RtpVoice]] = field(default_factory=list)
    pupils: list[Pupil] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    pool: PeerPool = field(init=False)
    _before: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pool = PeerPool(
            self._send,
            lambda member, voice: self.voices.append((member, voice)),
            lambda member, state: self.states.append((member, state)),
            first_attempt=3 << 16,
            relay_only=bool(self.pupils_relay),
            patience=self.patience,
        )

    async def __aenter__(self) -> Lesson:
        self._before = self._task_names()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.pool.aclose()
        if self.tasks:
            await asyncio.wait(tuple(self.tasks))
        for pupil in self.pupils:
            await pupil.close()
        assert not any(thread.name == "audio-decoder" for thread in threading.enumerate())
        # aioice's loop of checks sees a close only at its next step, 20 ms later
        await until(lambda: self._task_names() <= self._before, 1)

    def _task_names(self) -> set[str]:
        return {task.get_name() for task in asyncio.all_tasks()}

    def _send(self, member: Member, kind: SignalKind, attempt: int, data: str) -> None:
        if kind is SignalKind.BYE:
            self.byes.append((member, attempt))
            return
        assert kind is SignalKind.OFFER
        self.offers.append((member, attempt, data))
        if self.does_answer:
            task = asyncio.get_running_loop().create_task(self._answer(member, attempt, data))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _answer(self, member: Member, attempt: int, offer: str) -> None:
        pupil = Pupil(self.pupils_relay)
        self.pupils.append(pupil)
        sdp = await pupil.answer(offer)
        await self.pool.signalled(member, SignalKind.ANSWER, attempt, sdp)

    def of(self, member: Member) -> list[PeerState]:
        """The states told of one member, in order."""
        return [state for m, state in self.states if m == member]


async def until(what: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until `what()` holds."""
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)
