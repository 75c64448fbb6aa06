"""Microphone to packets."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from teacher_client.audio.devices import open_microphone
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, Block
from teacher_client.audio.microphones import MicBlock
from teacher_client.audio.opus import Decoder
from teacher_client.audio.processing import PassThrough
from teacher_client.audio.tone import make_tone, tone_level
from teacher_client.audio.voice_out import VoiceEncoder, VoicePacket


def block(n: int, *, first: float = 100.0) -> MicBlock:
    pcm = make_tone(440, FRAME_SAMPLES, start=n * FRAME_SAMPLES)
    return MicBlock(pcm, n * FRAME_SAMPLES, first + n * FRAME_SECONDS)


def heard(packets: list[VoicePacket]) -> np.ndarray:
    decoder = Decoder()
    return np.concatenate([decoder.decode(packet.opus) for packet in packets])


def test_every_listener_gets_the_very_same_packet() -> None:
    voice = VoiceEncoder()
    one: list[VoicePacket] = []
    two: list[VoicePacket] = []
    voice.subscribe(one.append)
    stop = voice.subscribe(two.append)
    for n in range(20):
        voice.feed(block(n))
    stop()
    stop()
    voice.feed(block(20))
    assert len(one) == 21
    assert len(two) == 20
    assert all(a is b for a, b in zip(one, two, strict=False))
    assert [packet.pts for packet in one] == [n * 960 for n in range(21)]
    assert one[3].t_mono == pytest.approx(100.06)
    assert tone_level(heard(one)[4_800:], 440) > 0.95


def test_mute_is_silence_at_once_and_the_packets_go_on() -> None:
    voice = VoiceEncoder()
    packets = [voice.feed(block(n)) for n in range(20)]
    voice.set_muted(True)
    packets += [voice.feed(block(n)) for n in range(20, 40)]
    assert voice.level.rms > 0.3
    voice.set_muted(False)
    packets += [voice.feed(block(n)) for n in range(40, 60)]
    pcm = heard(packets).reshape(60, FRAME_SAMPLES)
    assert np.abs(pcm[24:40]).max() < 400  # 80 ms after the switch the coder has rung out
    assert np.abs(pcm[45:]).max() > 10_000
    assert [packet.is_muted for packet in packets] == [False] * 20 + [True] * 20 + [False] * 20
    assert [packet.pts for packet in packets] == [n * 960 for n in range(60)]


def test_a_broken_listener_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    voice = VoiceEncoder()
    packets: list[VoicePacket] = []

    def broken(_packet: VoicePacket) -> None:
        raise OSError("gone")

    voice.subscribe(broken)
    voice.subscribe(packets.append)
    voice.feed(block(0))
    voice.feed(block(1))
    assert len(packets) == 2
    assert len(caplog.records) == 1


def test_quality_changes() -> None:
    voice = VoiceEncoder()
    rich = sum(len(voice.feed(block(n)).opus) for n in range(50))
    voice.set_quality(8_000, 0)
    poor = sum(len(voice.feed(block(n)).opus) for n in range(50, 100))
    assert poor < rich / 2


def test_a_microphone_fed_by_hand_may_begin_anew() -> None:
    voice = VoiceEncoder()
    pts = [voice.feed(block(n)).pts for n in range(10)]
    pts += [voice.feed(block(n, first=100.5)).pts for n in range(10)]
    assert pts == [n * 960 for n in (*range(10), *range(25, 35))]


async def test_a_second_microphone_goes_on_by_the_clock() -> None:
    voice = VoiceEncoder()
    packets: list[VoicePacket] = []
    voice.subscribe(packets.append)
    for name in ("tone:440", "null:"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await voice.run(open_microphone(name))
        await asyncio.sleep(0.1)
    pts = [packet.pts for packet in packets]
    assert pts == sorted(set(pts))
    assert max(np.diff(pts)) >= 4 * FRAME_SAMPLES
    for packet in packets:
        away = (packet.t_mono - packets[0].t_mono) - packet.pts / 48_000
        assert abs(away) <= FRAME_SECONDS


async def test_voices_are_cleaned_in_another_thread_in_their_order() -> None:
    class Doubled(PassThrough):
        def __init__(self) -> None:
            super().__init__()
            self.threads: set[int] = set()
            self.times: list[float] = []

        def near_end(self, block: Block, t_mono: float) -> Block:
            self.threads.add(threading.get_ident())
            self.times.append(t_mono)
            return super().near_end(block * 2, t_mono)

    processing = Doubled()
    voice = VoiceEncoder(processing=processing)
    packets: list[VoicePacket] = []
    voice.subscribe(packets.append)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await voice.run(open_microphone("tone:440"))
    assert threading.get_ident() not in processing.threads
    assert len(processing.threads) == 1
    assert [packet.t_mono for packet in packets] == processing.times[: len(packets)]
    assert voice.level.peak > 0.9  # the tone has half of full scale
