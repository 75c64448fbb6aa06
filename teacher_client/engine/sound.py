"""Voice of one lesson: microphone out to everybody, pupils in, all of it recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signaling_server.protocol.ids import TEACHER, Member
from teacher_client.audio.keeper import DeviceState, keep_microphone, keep_speaker
from teacher_client.audio.voice_in import HeardVoice, VoiceMixer
from teacher_client.audio.voice_out import VoiceEncoder, VoicePacket
from teacher_client.live.aiortc_parts import RtpVoice
from teacher_client.recording.voice_recorder import VoiceRecorder
from teacher_client.tasks import spawn


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """``device:default``, ``file:PATH``, ``tone:HZ``, ``null:``."""

    microphone: str
    speaker: str


class Sound:
    """The voices of one lesson, in the engine's loop.

    Args:
        devices: names.
        folder: where the tracks go.
        start_mono: monotonic seconds of lesson ms 0.
        send: takes each Opus packet of the teacher's voice, with its place in samples.
        on_device: (is it the microphone, does it work), when that changes.

    Attributes:
        on_disk_refused: called in the loop, once, when a voice cannot be recorded.
    """

    def __init__(
        self,
        devices: DeviceNames,
        folder: Path,
        start_mono: float,
        send: Callable[[bytes, int], None],
        on_device: Callable[[bool, bool], None],
    ) -> None:
        self._send = send
        self._on_device = on_device
        self.on_disk_refused: Callable[[], None] | None = None
        self._loop = asyncio.get_running_loop()
        self._recorder = VoiceRecorder(folder, start_mono, self._recording_failed)
        self.has_microphone = True
        """Whether the wanted microphone works; silence goes out while it does not."""
        self._encoder = VoiceEncoder()
        self._mixer = VoiceMixer(self._heard)
        self._encoder.subscribe(self._spoken)
        self._tasks = [
            spawn(
                keep_microphone(self._encoder, [devices.microphone], self._microphone_is),
                name="microphone",
            ),
            spawn(keep_speaker(self._mixer, [devices.speaker], self._speaker_is), name="speaker"),
        ]

    @property
    def is_muted(self) -> bool:
        """Whether the teacher's microphone is closed."""
        return self._encoder.is_muted

    @property
    def level(self) -> float:
        """How loud the teacher's microphone is, 0..1."""
        return min(1.0, self._encoder.level.rms * 4)

    def member_level(self, member: Member) -> float:
        """How loud a member is, 0..1."""
        voice = self._mixer.voice(member)
        return 0.0 if voice is None else min(1.0, voice.level.rms * 4)

    def set_muted(self, muted: bool) -> None:
        """Close or open the teacher's microphone, within 20 ms."""
        self._encoder.set_muted(muted)

    def let_speak(self, member: Member, allowed: bool) -> bool:
        """Open or close a member's voice; False when three others are open."""
        if allowed:
            return self._mixer.open(member)
        self._mixer.close(member)
        return True

    def heard(self, member: Member, voice: RtpVoice) -> None:
        """Take an RTP packet of a member."""
        self._mixer.push(
            member, voice.sequence, voice.timestamp, voice.payload, voice.arrival_mono, voice.ssrc
        )

    def marks(self) -> dict[int, int]:
        """For each recorded track the sample at which it stands."""
        return self._recorder.samples()

    async def close(self) -> None:
        """End the devices and write the tracks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, self._recorder.close)

    def _spoken(self, packet: VoicePacket) -> None:
        self._send(packet.opus, packet.pts)
        self._recorder.write(TEACHER, packet.opus, packet.pts, packet.t_mono)

    def _heard(self, heard: HeardVoice) -> None:
        self._recorder.write(heard.member, heard.opus, heard.position, heard.t_mono)

    def _recording_failed(self) -> None:
        """Called in the recorder's thread, whose end :meth:`close` awaits: the loop is there."""
        self._loop.call_soon_threadsafe(self._tell_disk)

    def _tell_disk(self) -> None:
        if self.on_disk_refused is not None:
            self.on_disk_refused()

    def _microphone_is(self, state: DeviceState) -> None:
        self.has_microphone = state.using == state.wanted
        self._on_device(True, self.has_microphone)

    def _speaker_is(self, state: DeviceState) -> None:
        self._on_device(False, state.using == state.wanted)
