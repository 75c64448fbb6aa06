"""One attempt at one peer connection, from the offering side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceCandidate,
    RTCIceServer,
    RTCPeerConnection,
    RTCRemoteInboundRtpStreamStats,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import (
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from signaling_server.protocol.messages import IceServer
from teacher_client.live.aiortc_parts import (
    AudioPacket,
    PacketTrack,
    RtpVoice,
    is_usable_server,
    received_packets,
    tap_voice,
)
from teacher_client.live.descriptions import (
    is_local_name,
    read_answer,
    read_candidate,
    with_opus_parameters,
)
from teacher_client.tasks import spawn

logger = logging.getLogger(__name__)

CHANNEL_LABEL: Final = "ink"
CHANNEL_ID: Final = 0
MAX_BUFFERED_BYTES: Final = 16 * 1024
MAX_CANDIDATES: Final = 32
"""Of one attempt; each makes this machine send packets to an address somebody else chose."""

CLOSE_SECONDS: Final = 8.0
"""Gathering takes up to 5 s and is waited for."""

_REFUSED: Final = (
    ValueError,
    AssertionError,
    LookupError,
    AttributeError,
    TypeError,
    OSError,
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
"""What aiortc raises for a description or candidate it cannot use; it has no common base."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How our voice reaches the other side, by its own last report (about every second).

    Attributes:
        loss: fraction of packets lost, 0..1, since the report before.
        round_trip_s: smoothed; None until measured.
    """

    loss: float
    round_trip_s: float | None


class Peer:
    """A connection with one audio line each way and one data channel.

    The m-lines are fixed, audio first: the other order never connects with MAX_BUNDLE
    (measured). The channel is negotiated, unordered and reliable.

    Args:
        name: for the log, e.g. ``"member 2, attempt 7"``.
        ice_servers: none means none.
        relay_only: offer relayed addresses only (THREATS A21).
        on_voice: every incoming voice packet; must not raise.
        on_opened, on_heard, on_ended: the channel opened, a message came, the connection closed
            or failed by itself.
    """

    def __init__(  # noqa: PLR0913 - six callbacks and facts of one connection, all named
        self,
        name: str,
        ice_servers: Sequence[IceServer],
        *,
        relay_only: bool,
        on_voice: Callable[[RtpVoice], None],
        on_opened: Callable[[], None],
        on_heard: Callable[[], None],
        on_ended: Callable[[], None],
    ) -> None:
        self._name = name
        self._on_ended = on_ended
        self._is_closing = False
        self._has_answer = False
        self._takes_candidates = False  # aiortc does after the remote description only
        self._candidates_taken = 0
        self._early: list[RTCIceCandidate] = []
        self._look_ups: set[asyncio.Task[None]] = set()
        self._gathering = asyncio.Lock()
        self._connection = RTCPeerConnection(_configuration(ice_servers, relay_only=relay_only))
        self._track = PacketTrack()
        transceiver = self._connection.addTransceiver(self._track, direction="sendrecv")
        opus = [
            codec
            for codec in RTCRtpSender.getCapabilities("audio").codecs
            if codec.mimeType.lower() == "audio/opus"
        ]
        transceiver.setCodecPreferences(opus)
        self._sender = transceiver.sender
        tap_voice(transceiver.receiver, on_voice)
        self._channel = self._connection.createDataChannel(
            CHANNEL_LABEL, ordered=False, negotiated=True, id=CHANNEL_ID
        )
        self._channel.on("open", on_opened)
        self._channel.on("message", lambda _message: on_heard())
        self._connection.on("connectionstatechange", self._state_changed)

    async def offer(self) -> str:
        """Gather candidates (up to 5 s where a server does not answer); return the SDP.

        Empty where the connection was closed before it began.
        """
        async with self._gathering:
            if self._is_closing:
                return ""
            offer = await self._connection.createOffer()
            await self._connection.setLocalDescription(
                RTCSessionDescription(with_opus_parameters(offer.sdp), offer.type)
            )
            return str(self._connection.localDescription.sdp)

    async def answered(self, sdp: str) -> bool:
        """Take the answer; False (and nothing changed) where it is damaged or the second."""
        answer = None if self._has_answer else read_answer(sdp)
        if answer is None or self._connection.signalingState != "have-local-offer":
            return False
        self._has_answer = True
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        except _REFUSED as exc:
            logger.info("%s: answer refused (%s)", self._name, type(exc).__name__)
            return False
        self._takes_candidates = True
        for candidate in (*answer.candidates, *self._early):
            await self._take(candidate)
        return True

    async def candidate(self, data: str) -> bool:
        """Take a trickled candidate; False where it is of no use."""
        candidate = read_candidate(data)
        if candidate is None:
            return False
        if not self._takes_candidates:
            if len(self._early) < MAX_CANDIDATES:
                self._early.append(candidate)
            return True
        return await self._take(candidate)

    async def _take(self, candidate: RTCIceCandidate) -> bool:
        if self._is_closing or self._candidates_taken >= MAX_CANDIDATES:
            return False
        self._candidates_taken += 1
        if is_local_name(candidate.ip):
            # Looking it up takes seconds where nobody knows the name; the pupil's own checks
            # usually tell us the address first.
            task = spawn(self._look_up(candidate), name=f"{self._name}: look up")
            self._look_ups.add(task)
            task.add_done_callback(self._look_ups.discard)
            return True
        return await self._add(candidate)

    async def _look_up(self, candidate: RTCIceCandidate) -> None:
        await self._add(candidate)

    async def _add(self, candidate: RTCIceCandidate) -> bool:
        try:
            await self._connection.addIceCandidate(candidate)
        except _REFUSED as exc:
            logger.debug("%s: candidate refused (%s)", self._name, type(exc).__name__)
            return False
        return True

    @property
    def received(self) -> int:
        """How many packets came so far; while it grows, the path is alive."""
        return received_packets(self._sender.transport)

    @property
    def is_open(self) -> bool:
        """Whether the channel can send."""
        return not self._is_closing and self._channel.readyState == "open"

    def send_hint(self, data: bytes) -> bool:
        """Send on the channel; False (dropped) where too much waits or it is not open."""
        if not self.is_open or self._channel.bufferedAmount > MAX_BUFFERED_BYTES:
            return False
        try:
            self._channel.send(data)
        except (InvalidStateError, ValueError):  # closed meanwhile; larger than the page takes
            return False
        return True

    def send_voice(self, packet: AudioPacket) -> None:
        """Send a packet of :func:`voice_packet`; dropped until the connection is up."""
        self._track.put(packet)

    async def quality(self) -> Quality | None:
        """Return what the other side last reported; None before its first report."""
        for stats in (await self._sender.getStats()).values():
            if isinstance(stats, RTCRemoteInboundRtpStreamStats):
                # aiortc passes on RTCP's 256ths (RFC 3550, 6.4.1)
                return Quality(stats.fractionLost / 256, stats.roundTripTime)
        return None

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        logger.debug("%s: %s", self._name, state)
        if state in ("closed", "failed") and not self._is_closing:
            self._on_ended()

    async def close(self) -> None:
        """End the connection; never raises, gives up after 8 s."""
        if self._is_closing:
            return
        self._is_closing = True
        self._track.stop()
        for look_up in tuple(self._look_ups):
            look_up.cancel()
        try:
            # aiortc would leak the sockets of candidates gathered after its close.
            async with asyncio.timeout(CLOSE_SECONDS), self._gathering:
                await self._connection.close()
        except (TimeoutError, *_REFUSED) as exc:
            logger.info("%s: did not close cleanly (%s)", self._name, type(exc).__name__)


def _configuration(servers: Sequence[IceServer], *, relay_only: bool) -> RTCConfiguration:
    # An empty list, never None: None would ask a public server.
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(list(s.urls), s.username or None, s.credential or None)
            for s in servers
            if all(is_usable_server(url) for url in s.urls)
        ],
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
        iceTransportPolicy=(
            RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        ),
    )
