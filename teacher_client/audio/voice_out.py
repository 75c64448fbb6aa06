"""The teacher's voice: microphone → processing → mute → Opus once → everybody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, Block, silence
from teacher_client.audio.microphones import MicBlock, Microphone
from teacher_client.audio.opus import Encoder
from teacher_client.audio.processing import Level, PassThrough, VoiceProcessing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VoicePacket:
    """20 ms of voice, ready to send and to record.

    Attributes:
        opus: the packet.
        pts: its first sample at 48 kHz since the encoder was made; gaps are
            times without a microphone, never a jump back.
        t_mono: `time.monotonic()` at its first sample.
        is_muted: the packet is silence because the teacher muted.
    """

    opus: bytes
    pts: int
    t_mono: float
    is_muted: bool


VoiceListener = Callable[[VoicePacket], None]


class VoiceEncoder:
    """Encode each block once and hand the same packet to every listener.

    Works on while muted (packets of silence), so that clocks, connections and
    the recording keep their pace; muting acts at the next block, within 20 ms.
    Loop's thread only.
    """

    def __init__(
        self, encoder: Encoder | None = None, processing: VoiceProcessing | None = None
    ) -> None:
        self._encoder = encoder or Encoder()
        self._processing = processing or PassThrough()
        self._listeners: list[VoiceListener] = []
        self._offset: int | None = None  # pts minus the present microphone's position
        self._next_pts = 0
        self._next_mono = 0.0  # when a block without a gap would begin
        self._is_muted = False

    @property
    def is_muted(self) -> bool:
        """Nobody hears the teacher."""
        return self._is_muted

    @property
    def level(self) -> Level:
        """What the microphone hears, also while muted ("you are speaking, but muted")."""
        return self._processing.level()

    def set_muted(self, muted: bool) -> None:
        """Mute or unmute from the next block on."""
        self._is_muted = muted

    def set_quality(self, bitrate: int, expected_loss: int) -> None:
        """Change bit rate (bits per second) and expected loss (per cent) for everybody."""
        self._encoder.set_bitrate(bitrate)
        self._encoder.set_expected_loss(expected_loss)

    def subscribe(self, listener: VoiceListener) -> Callable[[], None]:
        """Call `listener` with every packet; the returned function ends that.

        A listener that raises is logged and taken off: one broken connection
        must not stop the voice of the others.
        """
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def feed(self, block: MicBlock) -> VoicePacket:
        """Encode one block, tell the listeners, return the packet."""
        return self._send(block, self._processing.near_end(block.pcm, block.t_mono))

    def _send(self, block: MicBlock, cleaned: Block) -> VoicePacket:
        opus = self._encoder.encode(silence() if self._is_muted else cleaned)
        packet = VoicePacket(opus, self._pts(block), block.t_mono, self._is_muted)
        for listener in tuple(self._listeners):
            try:
                listener(packet)
            except Exception:
                logger.exception("voice listener failed and was taken off")
                self._listeners.remove(listener)
        return packet

    async def run(self, microphone: Microphone) -> None:
        """Feed from `microphone` until cancelled; close it at the end.

        Voices are cleaned in a thread of their own, to keep the loop free for others.
        Another microphone may follow with another call; `pts` goes on by the clock.

        Raises:
            DeviceFailed: the microphone stopped working.
        """
        self._offset = None
        try:
            with ThreadPoolExecutor(1, "clean-voice") as worker:
                async for block in microphone.blocks():
                    cleaned = await asyncio.get_running_loop().run_in_executor(
                        worker, self._processing.near_end, block.pcm, block.t_mono
                    )
                    self._send(block, cleaned)
        finally:
            microphone.close()

    def _pts(self, block: MicBlock) -> int:
        """Place a block after the ones before; a new microphone's count begins anew."""
        if self._offset is None or block.position + self._offset < self._next_pts:
            away = (block.t_mono - self._next_mono) / FRAME_SECONDS if self._next_pts else 0.0
            first = self._next_pts + max(0, round(away)) * FRAME_SAMPLES
            self._offset = first - block.position
        pts = block.position + self._offset
        self._next_pts = pts + FRAME_SAMPLES
        self._next_mono = block.t_mono + FRAME_SECONDS
        return pts
