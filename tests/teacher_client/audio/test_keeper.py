"""Devices that come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest

from teacher_client.audio import keeper
from teacher_client.audio.errors import DeviceFailed, DeviceMissing
from teacher_client.audio.frames import FRAME_SAMPLES
from teacher_client.audio.keeper import DeviceState, keep_microphone, keep_speaker
from teacher_client.audio.voice_in import VoiceMixer
from teacher_client.audio.voice_out import VoiceEncoder, VoicePacket


async def for_a_while(work: Awaitable[None], seconds: float) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(work, seconds)


async def test_the_next_name_is_used_when_the_first_is_missing() -> None:
    states: list[DeviceState] = []
    voice = VoiceEncoder()
    names = ["device:no such card 123", "tone:440"]
    await for_a_while(keep_microphone(voice, names, states.append), 0.15)
    assert [(state.wanted, state.using) for state in states] == [(names[0], "tone:440")]
    assert isinstance(states[0].problem, DeviceMissing)
    assert voice.level.rms > 0.3


async def test_silence_stands_in_until_the_microphone_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "RETRY_SECONDS", 0.1)
    path = tmp_path / "voice.wav"
    states: list[DeviceState] = []
    packets: list[VoicePacket] = []
    voice = VoiceEncoder()
    voice.subscribe(packets.append)

    async def plug_in() -> None:
        await asyncio.sleep(0.25)
        path.write_bytes(keeper_wave())

    async with asyncio.TaskGroup() as group:
        group.create_task(plug_in())
        await for_a_while(keep_microphone(voice, [f"file:{path}"], states.append), 0.6)
    assert [state.using for state in states] == ["null:", f"file:{path}"]
    assert isinstance(states[0].problem, DeviceMissing)
    assert states[1].problem is None
    pts = [packet.pts for packet in packets]
    assert pts == sorted(set(pts))
    assert voice.level.rms > 0.3


def keeper_wave(silent_blocks: int = 0) -> bytes:
    from teacher_client.audio.speakers import wave_header
    from teacher_client.audio.tone import make_tone

    pcm = bytes(silent_blocks * FRAME_SAMPLES * 2) + make_tone(440, 10 * FRAME_SAMPLES).tobytes()
    return wave_header(len(pcm)) + pcm


async def test_a_microphone_of_zeros_is_left_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "ZERO_BLOCKS", 5)
    path = tmp_path / "silent.wav"
    path.write_bytes(keeper_wave(silent_blocks=1_000))
    states: list[DeviceState] = []
    voice = VoiceEncoder()
    names = [f"file:{path}", "tone:440"]
    await for_a_while(keep_microphone(voice, names, states.append), 0.6)
    assert [(state.using, state.is_silent) for state in states] == [
        (names[0], False),
        (names[1], False),
    ]
    assert isinstance(states[1].problem, DeviceFailed)
    assert voice.level.rms > 0.3


async def test_the_only_microphone_is_kept_while_silent_and_heard_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "ZERO_BLOCKS", 5)
    path = tmp_path / "late.wav"
    path.write_bytes(keeper_wave(silent_blocks=12))
    states: list[DeviceState] = []
    packets: list[VoicePacket] = []
    voice = VoiceEncoder()
    voice.subscribe(packets.append)
    await for_a_while(keep_microphone(voice, [f"file:{path}"], states.append), 0.4)
    assert [state.is_silent for state in states[:3]] == [False, True, False]
    assert {state.using for state in states} == {f"file:{path}"}
    assert len(packets) > 8  # silence goes out meanwhile


async def test_where_all_microphones_are_silent_the_first_that_opens_again_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "ZERO_BLOCKS", 5)
    monkeypatch.setattr(keeper, "RETRY_SECONDS", 0.1)
    path = tmp_path / "silent.wav"
    path.write_bytes(keeper_wave(silent_blocks=1_000))
    states: list[DeviceState] = []
    names = [f"file:{path}", "device:no such card 123"]
    await for_a_while(keep_microphone(VoiceEncoder(), names, states.append), 0.8)
    assert [(state.using, state.is_silent) for state in states] == [
        (names[0], False),
        ("null:", False),
        (names[0], True),
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_speaker_that_fails_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "RETRY_SECONDS", 0.1)
    broken = tmp_path / "full.wav"
    broken.symlink_to("/dev/full")
    states: list[DeviceState] = []
    positions: list[int] = []
    mixer = VoiceMixer()
    names = [f"file:{broken}"]

    async def repair() -> None:
        await asyncio.sleep(0.15)
        broken.unlink()

    async def watch() -> None:
        for _ in range(20):
            positions.append(mixer.position)
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        group.create_task(repair())
        group.create_task(watch())
        await for_a_while(keep_speaker(mixer, names, states.append), 0.5)
    assert broken.stat().st_size > 44
    assert positions == sorted(positions)
    assert [state.using for state in states[:2]] == [names[0], "null:"]
    assert states[-1] == DeviceState(names[0], names[0], None)
    assert 1 <= len(caplog.records) <= 3
