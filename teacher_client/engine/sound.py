"""Voice of one lesson: microphone out to everybody, pupils in, all of it recorded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signaling_server.protocol.ids import TEACHER, Member
from teacher_client.audio.cancellers import NAMES, OFF
from teacher_client.audio.clean_voice import CleanVoice
from teacher_client.audio.devices import DEFAULT_DEVICE
from teacher_client.audio.keeper import STAND_IN, DeviceState, keep_microphone, keep_speaker
from teacher_client.audio.voice_in import HeardVoice, VoiceMixer
from teacher_client.audio.voice_out import VoiceEncoder, VoicePacket
from teacher_client.live.aiortc_parts import RtpVoice
from teacher_client.recording.voice_recorder import VoiceRecorder
from teacher_client.tasks import spawn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """``device:default``, ``file:PATH``, ``tone:HZ``, ``null:``.

    Attributes:
        processing: one of `cancellers.NAMES`; "" the best for a sound card, and off for a
            stand-in, whose sound nobody wants changed.
    """

    microphone: str
    speaker: str
    processing: str = ""


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
        on_echo: called in the loop when echo is heard in what the teacher sends, and when it is
            gone: a headset, push-to-talk or taking turns would help.
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
        self.on_echo: Callable[[bool], None] | None = None
        self.echo_remains = False
        """What was last told to `on_echo`."""
        is_card = devices.microphone.startswith("device:")
        self._voice = CleanVoice(devices.processing or (NAMES[0] if is_card else OFF))
        self._encoder = VoiceEncoder(processing=self._voice)
        self._mixer = VoiceMixer(self._heard, self._voice.far_end)
        self._encoder.subscribe(self._spoken)
        microphones, speakers = _with_default(devices.microphone), _with_default(devices.speaker)
        self._tasks = [
            spawn(
                keep_microphone(self._encoder, microphones, self._microphone_is), name="microphone"
            ),
            spawn(keep_speaker(self._mixer, speakers, self._speaker_is), name="speaker"),
        ]

    @property
    def processing(self) -> str:
        """What cleans the teacher's voice: one of `cancellers.NAMES`, "off" for nothing."""
        return self._voice.using

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
        if not packet.is_muted and self._voice.echo_remains != self.echo_remains:
            self.echo_remains = self._voice.echo_remains
            log.info("echo in the teacher's voice: %s", self.echo_remains)
            if self.on_echo is not None:
                self.on_echo(self.echo_remains)

    def _heard(self, heard: HeardVoice) -> None:
        self._recorder.write(heard.member, heard.opus, heard.position, heard.t_mono)

    def _recording_failed(self) -> None:
        """Called in the recorder's thread, whose end :meth:`close` awaits: the loop is there."""
        self._loop.call_soon_threadsafe(self._tell_disk)

    def _tell_disk(self) -> None:
        if self.on_disk_refused is not None:
            self.on_disk_refused()

    def _microphone_is(self, state: DeviceState) -> None:
        is_wanted = state.using == state.wanted
        self.has_microphone = (is_wanted or state.using != STAND_IN) and not state.is_silent
        self._on_device(True, is_wanted and not state.is_silent)

    def _speaker_is(self, state: DeviceState) -> None:
        self._on_device(False, state.using == state.wanted)


def _with_default(name: str) -> list[str]:
    """A sound card is followed by the system's choice, a stand-in by none."""
    return [name] if not name.startswith("device:") else list(dict.fromkeys([name, DEFAULT_DEVICE]))
