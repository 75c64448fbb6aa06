"""The pupils' voices: RTP packets → jitter buffer → Opus → one mix for the speaker.

`VoiceMixer.tick` does 20 ms of work and is plain code; `VoiceMixer.run` paces it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from teacher_client.audio.errors import DeviceFailed, OpusFailed
from teacher_client.audio.frames import FRAME_SAMPLES, Block, mix, silence
from teacher_client.audio.jitter import Conceal, Fec, JitterBuffer, JitterCounters, Play, Silence
from teacher_client.audio.opus import Decoder, lost_packet, packet_samples
from teacher_client.audio.pacing import ticks
from teacher_client.audio.processing import QUIET, Level, measure
from teacher_client.audio.speakers import PlayedListener, Speaker

MAX_OPEN_MICROPHONES = 3  # DESIGN section 4


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """What one member's voice was for 20 ms of the speaker, for the recording.

    Attributes:
        member: the member's number.
        opus: the packet played, or a one-byte packet where one was lost.
        position: samples at 48 kHz since the mixer started, a multiple of 960.
        t_mono: when it was due at the speaker.
    """

    member: int
    opus: bytes
    position: int
    t_mono: float


class MemberVoice:
    """One member's packets in, one block per 20 ms out; damage is counted, never raised."""

    def __init__(self) -> None:
        self._jitter = JitterBuffer()
        self._decoder = Decoder()
        self._like = b""
        self.damaged = 0
        self.level: Level = QUIET

    @property
    def counters(self) -> JitterCounters:
        """The jitter buffer's counts."""
        return self._jitter.counters

    @property
    def target_ms(self) -> float:
        """The delay the jitter buffer aims at."""
        return self._jitter.target_ms

    def push(self, seq: int, timestamp: int, payload: bytes, now: float, ssrc: int = 0) -> None:
        """Take one RTP packet (as `JitterBuffer.push`); not 20 ms of Opus: counted, dropped."""
        if packet_samples(payload) != FRAME_SAMPLES:
            self.damaged += 1
            return
        self._jitter.push(seq, timestamp, payload, now, ssrc)

    def pull(self, now: float) -> tuple[Block, bytes | None]:
        """Return the next 20 ms and the packet to record, None for silence."""
        answer = self._jitter.pull(now)
        packet: bytes | None
        match answer:
            case Play(payload):
                block, packet = self._play(payload)
            case Fec(next_payload):
                block, packet = self._restore(next_payload), lost_packet(next_payload)
            case Conceal():
                block, packet = self._decoder.conceal(), lost_packet(self._like)
            case Silence():
                block, packet = silence(), None
            case _:
                assert_never(answer)
        self.level = measure(block)
        return block, packet

    def _play(self, payload: bytes) -> tuple[Block, bytes]:
        try:
            block = self._decoder.decode(payload)
        except OpusFailed:
            self.damaged += 1
            return self._decoder.conceal(), lost_packet(self._like)
        self._like = payload[:1]
        return block, payload

    def _restore(self, next_payload: bytes) -> Block:
        try:
            return self._decoder.decode_fec(next_payload)
        except OpusFailed:
            return self._decoder.conceal()


class VoiceMixer:
    """Up to three members' voices, summed, each recorded alone.

    Args:
        on_heard: called for each member and tick in which something was played.
        on_played: called with each block a sound card plays, in the card's thread.

    Loop's thread only.
    """

    def __init__(
        self,
        on_heard: Callable[[HeardVoice], None] | None = None,
        on_played: PlayedListener | None = None,
    ) -> None:
        self._on_heard = on_heard
        self._on_played = on_played
        self._members: dict[int, MemberVoice] = {}
        self._start: float | None = None  # monotonic seconds of position 0
        self._position = -FRAME_SAMPLES
        self.unopened = 0  # packets of members whose microphone is not open

    @property
    def members(self) -> tuple[int, ...]:
        """Members whose microphone is open, in the order they were opened."""
        return tuple(self._members)

    @property
    def position(self) -> int:
        """Samples at 48 kHz since `run` was first called, of the last block played."""
        return self._position

    def open(self, member: int) -> bool:
        """Let a member be heard; False when three others are. Twice is fine."""
        if member in self._members:
            return True
        if len(self._members) >= MAX_OPEN_MICROPHONES:
            return False
        self._members[member] = MemberVoice()
        return True

    def close(self, member: int) -> None:
        """Hear a member no more, at once. Unknown is fine."""
        self._members.pop(member, None)

    def voice(self, member: int) -> MemberVoice | None:
        """Return a member's voice (level, counters); None when not open."""
        return self._members.get(member)

    def push(
        self, member: int, seq: int, timestamp: int, payload: bytes, now: float, ssrc: int = 0
    ) -> None:
        """Take one RTP packet of a member; dropped and counted when not open."""
        voice = self._members.get(member)
        if voice is None:
            self.unopened += 1
            return
        voice.push(seq, timestamp, payload, now, ssrc)

    def tick(self, position: int, now: float) -> Block:
        """Return the next 20 ms for the speaker.

        Args:
            position: samples since the mixer started.
            now: monotonic seconds at which they are due.
        """
        blocks: list[Block] = []
        for member, voice in self._members.items():
            block, packet = voice.pull(now)
            if packet is None:
                continue
            blocks.append(block)
            if self._on_heard is not None:
                self._on_heard(HeardVoice(member, packet, position, now))
        return mix(blocks)

    async def run(self, speaker: Speaker) -> None:
        """Write to `speaker` every 20 ms until cancelled; close it at the end.

        Another speaker may follow with another call; positions go on by the clock.

        Raises:
            DeviceFailed: the speaker stopped working.
        """
        if self._start is None:
            self._start = time.monotonic()
        speaker.on_played = self._on_played
        try:
            async for tick in ticks(self._start):
                if speaker.failed:
                    raise DeviceFailed(speaker.name, "the speaker stopped")
                position = tick.index * FRAME_SAMPLES
                if position <= self._position:
                    continue  # played by the speaker before this one
                self._position = position
                speaker.write(self.tick(self._position, tick.due))
        finally:
            speaker.close()
