"""The voices of a lesson, with devices named by stand-ins."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import numpy as np

from teacher_client.audio.frames import FRAME_SAMPLES
from teacher_client.audio.opus import Decoder
from teacher_client.audio.tone import make_tone
from teacher_client.engine.sound import DeviceNames, Sound
from teacher_client.recording.voice_recorder import track_path
from teacher_client.recording.voices import VoiceTrackReader


async def until(condition: object) -> None:
    async with asyncio.timeout(10):
        assert callable(condition)
        while not condition():
            await asyncio.sleep(0.01)


def sound(folder: Path, sent: list[int]) -> Sound:
    start = asyncio.get_running_loop().time()
    return Sound(
        DeviceNames("tone:440", "null:"),
        folder,
        start,
        lambda _packet, pts: sent.append(pts),
        lambda _is_microphone, _works: None,
    )


async def test_the_teachers_voice_is_sent_and_recorded(tmp_path: Path) -> None:
    sent: list[int] = []
    voices = sound(tmp_path, sent)
    await until(lambda: len(sent) > 20)
    assert 0 < voices.level <= 1
    assert voices.marks()[1] > 0
    await voices.close()
    steps = [after - before for before, after in itertools.pairwise(sent)]
    assert all(step > 0 and step % 960 == 0 for step in steps)  # a busy machine may leave a gap
    assert VoiceTrackReader(track_path(tmp_path, 1)).slots >= len(sent) - 1


async def test_a_muted_microphone_sends_no_sound(tmp_path: Path) -> None:
    packets: list[bytes] = []
    voices = Sound(
        DeviceNames("tone:440", "null:"),
        tmp_path,
        asyncio.get_running_loop().time(),
        lambda packet, _pts: packets.append(packet),
        lambda _is_microphone, _works: None,
    )
    await until(lambda: len(packets) > 10)
    before = len(packets)
    voices.set_muted(True)
    await asyncio.sleep(0.3)
    await voices.close()
    decoder = Decoder()
    loud = [float(np.abs(decoder.decode(packet)).max()) for packet in packets]
    assert max(loud[:before]) > 1000
    assert max(loud[before + 5 :], default=0.0) < 100


async def test_a_voice_that_cannot_be_kept_is_said_once(tmp_path: Path) -> None:
    track_path(tmp_path, 1).write_bytes(b"this is no voice track")
    sent: list[int] = []
    said: list[int] = []
    voices = sound(tmp_path, sent)
    voices.on_disk_refused = lambda: said.append(len(sent))
    await until(lambda: said and len(sent) > said[0] + 10)  # the live voice goes on
    await voices.close()
    assert len(said) == 1


async def test_a_stand_in_is_left_as_it_is_unless_asked(tmp_path: Path) -> None:
    used = []
    for n, name in enumerate(("", "webrtc", "off")):
        folder = tmp_path / str(n)
        folder.mkdir()
        sent: list[int] = []
        voices = Sound(
            DeviceNames("tone:440", "null:", name),
            folder,
            asyncio.get_running_loop().time(),
            lambda _packet, pts, sent=sent: sent.append(pts),
            lambda _is_microphone, _works: None,
        )
        await until(lambda sent=sent: len(sent) > 3)
        used.append(voices.processing)
        await voices.close()
    assert used == ["off", "webrtc", "off"]


async def test_echo_left_in_the_voice_is_told_once(tmp_path: Path) -> None:
    told: list[bool] = []
    sent: list[int] = []
    voices = sound(tmp_path, sent)
    voices.on_echo = told.append
    block = make_tone(300, FRAME_SAMPLES)
    for n in range(600):  # twelve seconds heard as loud as they were played
        voices._voice.far_end(block, n / 50)
        voices._voice.near_end(block, n / 50)
    await until(lambda: told)
    assert voices.echo_remains
    before = len(sent)
    await until(lambda: len(sent) > before + 5)
    await voices.close()
    assert told == [True]


async def test_a_microphone_that_is_not_there_is_told(tmp_path: Path) -> None:
    told: list[tuple[bool, bool]] = []
    sent: list[int] = []
    voices = Sound(
        DeviceNames("device:no such card 123", "null:"),
        tmp_path,
        asyncio.get_running_loop().time(),
        lambda _packet, pts: sent.append(pts),
        lambda is_microphone, works: told.append((is_microphone, works)),
    )
    await until(lambda: len(sent) > 3)
    await voices.close()
    assert (True, False) in told
    assert not voices.has_microphone
