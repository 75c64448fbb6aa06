"""Packets to the speaker's mix."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from teacher_client.audio.devices import open_speaker
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, Block
from teacher_client.audio.opus import Encoder, packet_samples
from teacher_client.audio.tone import make_tone, tone_level
from teacher_client.audio.voice_in import HeardVoice, VoiceMixer


class Pupil:
    """A pupil's encoder and RTP numbering."""

    def __init__(self, hz: float) -> None:
        self._encoder = Encoder()
        self._hz = hz

    def packet(self, n: int) -> bytes:
        pcm = make_tone(self._hz, FRAME_SAMPLES, start=n * FRAME_SAMPLES, amplitude=0.25)
        return self._encoder.encode(pcm)


def run(mixer: VoiceMixer, pupils: dict[int, Pupil], ticks: int, lost: set[int]) -> np.ndarray:
    out: list[Block] = []
    for n in range(ticks):
        now = n * FRAME_SECONDS
        for member, pupil in pupils.items():
            packet = pupil.packet(n)
            if n not in lost:
                mixer.push(member, n, n * 960, packet, now, member)
        out.append(mixer.tick(n * FRAME_SAMPLES, now))
    return np.concatenate(out)


def test_three_voices_are_mixed_and_a_fourth_waits() -> None:
    mixer = VoiceMixer()
    pupils = {1: Pupil(440), 2: Pupil(700), 3: Pupil(1_100), 4: Pupil(1_700)}
    assert [mixer.open(member) for member in (1, 2, 3, 4, 2)] == [True, True, True, False, True]
    assert mixer.members == (1, 2, 3)
    pcm = run(mixer, pupils, 60, set())[9_600:]
    for hz in (440, 700, 1_100):
        assert tone_level(pcm, hz) > 0.2
    assert tone_level(pcm, 1_700) < 0.02
    assert mixer.unopened == 60
    mixer.close(2)
    mixer.close(2)
    assert mixer.open(4)
    voice = mixer.voice(1)
    assert voice is not None
    assert voice.level.rms > 0.1
    assert mixer.voice(2) is None


def test_every_played_or_lost_packet_is_heard_for_the_record() -> None:
    heard: list[HeardVoice] = []
    mixer = VoiceMixer(heard.append)
    mixer.open(7)
    pcm = run(mixer, {7: Pupil(440)}, 80, {30, 40, 41})
    positions = [voice.position for voice in heard]
    assert positions == [n * FRAME_SAMPLES for n in range(positions[0] // FRAME_SAMPLES, 80)]
    assert np.allclose([voice.t_mono for voice in heard], np.array(positions) / 48_000)
    assert sum(len(voice.opus) == 1 for voice in heard) == 3
    assert all(packet_samples(voice.opus) == FRAME_SAMPLES for voice in heard)
    assert tone_level(pcm[9_600:], 440) > 0.8


def test_damage_is_counted_and_nothing_raises() -> None:
    mixer = VoiceMixer()
    mixer.open(1)
    pupil = Pupil(440)
    bad = [b"", b"\x00", b"\xf9\x01", b"\x03\x00", b"\x0b\x83\xff\xff", bytes(1_500)]
    for n in range(60):
        packet = bad[n % len(bad)] if n % 5 == 0 else pupil.packet(n)
        mixer.push(1, n, n * 960, packet, n * FRAME_SECONDS)
        assert mixer.tick(n * FRAME_SAMPLES, n * FRAME_SECONDS).shape == (FRAME_SAMPLES,)
    voice = mixer.voice(1)
    assert voice is not None
    assert voice.damaged >= 8


def test_nobody_is_silence() -> None:
    assert not VoiceMixer().tick(0, 0.0).any()


async def test_the_mixer_writes_to_the_speaker_at_its_own_pace(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    mixer = VoiceMixer()
    mixer.open(1)
    pupil = Pupil(440)
    loop = asyncio.get_running_loop()

    async def send() -> None:
        for n in range(25):
            mixer.push(1, n, n * 960, pupil.packet(n), loop.time())
            await asyncio.sleep(FRAME_SECONDS)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(mixer.run(open_speaker(f"file:{path}")))
        await send()
        running.cancel()
    data = np.frombuffer(path.read_bytes()[44:], dtype="<i2")
    assert data.size >= 20 * FRAME_SAMPLES
    voiced = data[np.flatnonzero(np.abs(data) > 500)[0] :]
    assert tone_level(voiced[2_400:16_800], 440) > 0.9
