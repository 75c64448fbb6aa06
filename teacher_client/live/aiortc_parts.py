"""The only module that touches what aiortc 1.16 and aioice 0.13 do not promise.

`tests/teacher_client/live/test_aiortc_parts.py` fails when one of these parts changes. What is
used here, and why:

- `RTCRtpReceiver._handle_rtp_packet`, replaced on the object: every incoming RTP packet passes
  there. aiortc's own jitter buffer loses 6 % of the frames at 1 % loss and stays late (measured).
- `RTCRtpReceiver.__jitter_buffer`, replaced by one that never completes a frame: nothing is
  decoded, while the receiver reports of RTCP, which steer the browser's FEC, go on.
- `RTCDtlsTransport.__rx_packets`, read four times a second: whatever came through, voice, reports
  or the acknowledgement of our own heartbeat, is life. `getStats()` would build reports to say so.
- `aioice.ice.get_host_addresses`, wrapped: aioice leaves out 127.0.0.1, so that a machine without
  a network would have no candidate at all.
- `aiortc.rtcicetransport.parse_stun_turn_uri`: which URLs aiortc can use, so that the
  probe asks those.
- a track whose `recv()` gives packets that are encoded already. Ten peers cost 2.5 CPU-s a minute,
  packet gaps p99 21.4 ms; writing RTP past aiortc's sender costs 1.5, p99 21.3 (measured). The
  difference is not worth making sequence numbers, sender reports and their life cycle our own.
"""

from __future__ import annotations

import asyncio
import fractions
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import aioice.ice
from aiortc import MediaStreamTrack, RTCDtlsTransport, RTCRtpReceiver
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcicetransport import parse_stun_turn_uri
from aiortc.rtp import RtpPacket
from av.packet import Packet
from av.stream import Stream

AudioPacket: TypeAlias = "Packet[Stream]"

LOOPBACK: Final = "127.0.0.1"
LOOPBACK_VARIABLE: Final = "LAMPLIGHT_ICE_LOOPBACK"
"""Environment: "1" offers the loopback address even where there is a network."""

TIME_BASE: Final = fractions.Fraction(1, 48_000)
KEPT_PACKETS: Final = 5
"""Voice older than 100 ms is not worth sending."""

_JITTER_BUFFER: Final = "_RTCRtpReceiver__jitter_buffer"
_RECEIVED: Final = "_RTCDtlsTransport__rx_packets"
_HANDLER: Final = "_handle_rtp_packet"


@dataclass(frozen=True, slots=True)
class RtpVoice:
    """One RTP packet of a member's voice, as it came: maybe doubled, late or out of order.

    Attributes:
        sequence: 0..65535.
        timestamp: 48 kHz samples, modulo 2**32.
        ssrc: changes when the sender starts anew.
        payload: one Opus packet.
        arrival_mono: `time.monotonic()` when it was taken from the socket's queue.
    """

    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    arrival_mono: float


class _NoJitterBuffer:
    """Stands in for aiortc's: swallows packets, so that nothing is decoded."""

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        """Complete no frame and ask for no picture."""
        return False, None


def tap_voice(receiver: RTCRtpReceiver, on_voice: Callable[[RtpVoice], None]) -> None:
    """Hand every incoming packet to `on_voice`, before any buffer, and decode none.

    `on_voice` must not raise: it runs inside aiortc's receiving task.
    """
    setattr(receiver, _JITTER_BUFFER, _NoJitterBuffer())
    statistics = receiver._handle_rtp_packet

    async def handle(packet: RtpPacket, arrival_time_ms: int) -> None:
        if packet.payload:
            on_voice(
                RtpVoice(
                    packet.sequence_number,
                    packet.timestamp,
                    packet.ssrc,
                    packet.payload,
                    time.monotonic(),
                )
            )
        await statistics(packet, arrival_time_ms=arrival_time_ms)

    setattr(receiver, _HANDLER, handle)


def received_packets(transport: RTCDtlsTransport) -> int:
    """How many packets, STUN aside, have come through this transport."""
    return int(getattr(transport, _RECEIVED))


def voice_packet(opus: bytes, pts: int) -> AudioPacket:
    """Wrap an Opus packet for any number of tracks; `pts` in samples at 48 kHz."""
    packet = Packet(opus)
    packet.pts = pts
    packet.time_base = TIME_BASE
    return packet


class PacketTrack(MediaStreamTrack):
    """Packets encoded elsewhere, one track for each sender.

    What nobody fetches yet is dropped; what waits is the newest 100 ms.
    """

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._packets: asyncio.Queue[AudioPacket] = asyncio.Queue(KEPT_PACKETS)
        self._is_fetched = False

    def put(self, packet: AudioPacket) -> None:
        """Send `packet` next."""
        if not self._is_fetched:
            return
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait(packet)

    async def recv(self) -> AudioPacket:
        """Wait for the next packet (called by aiortc's sender)."""
        if self.readyState != "live":
            raise MediaStreamError
        self._is_fetched = True
        return await self._packets.get()


def is_usable_server(url: str) -> bool:
    """Whether aiortc can read this URL of a STUN or TURN server; one it cannot read raises."""
    try:
        parse_stun_turn_uri(url)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where and how a relay's URL leads; `transport` is "udp" or "tcp"."""

    host: str
    port: int
    transport: str
    is_tls: bool


def relay_address(url: str) -> RelayAddress | None:
    """Read a relay's URL; None for one that aiortc would not use."""
    if not url.startswith("turn") or not is_usable_server(url):
        return None
    parts = parse_stun_turn_uri(url)
    is_tls = parts["scheme"] == "turns"
    if parts["transport"] not in (("tcp",) if is_tls else ("udp", "tcp")):
        return None
    return RelayAddress(parts["host"], parts["port"], parts["transport"], is_tls)


_own_addresses = aioice.ice.get_host_addresses


def host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """aioice's list, with the loopback address where there is no other, or where asked for."""
    addresses = _own_addresses(use_ipv4, use_ipv6)
    if use_ipv4 and (not addresses or os.environ.get(LOOPBACK_VARIABLE) == "1"):
        addresses.append(LOOPBACK)
    return addresses


def allow_loopback() -> None:
    """Make aioice gather with :func:`host_addresses`; twice is fine."""
    aioice.ice.get_host_addresses = host_addresses
