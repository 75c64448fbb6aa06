"""Devices by name; this machine needs no sound card for any of it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from teacher_client.audio import soundcard
from teacher_client.audio.devices import open_microphone, open_speaker
from teacher_client.audio.errors import DeviceFailed, DeviceMissing, DeviceNameWrong
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS
from teacher_client.audio.microphones import MicBlock, Microphone
from teacher_client.audio.speakers import FileSpeaker
from teacher_client.audio.tone import make_tone, tone_level


def write_wave(path: Path, pcm: np.ndarray, *, rate: int = 48_000, channels: int = 1) -> None:
    with wave.open(str(path), "wb") as file:
        file.setframerate(rate)
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.writeframes(pcm.astype("<i2").tobytes())


def read_wave(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


async def take(microphone: Microphone, count: int) -> list[MicBlock]:
    blocks: list[MicBlock] = []
    async for block in microphone.blocks():
        blocks.append(block)
        if len(blocks) == count:
            break
    microphone.close()
    return blocks


def joined(blocks: list[MicBlock]) -> np.ndarray:
    return np.concatenate([block.pcm for block in blocks])


async def test_tone_comes_in_paced_blocks_without_a_seam() -> None:
    before = time.monotonic()
    blocks = await take(open_microphone("tone:440"), 12)
    assert [block.position for block in blocks] == [n * FRAME_SAMPLES for n in range(12)]
    assert tone_level(joined(blocks), 440) > 0.99
    steps = np.diff([block.t_mono for block in blocks])
    assert np.allclose(steps, FRAME_SECONDS, atol=1e-9)
    assert blocks[0].t_mono >= before - FRAME_SECONDS
    assert time.monotonic() - before >= 0.2


async def test_null_is_silent() -> None:
    assert not joined(await take(open_microphone("null:"), 3)).any()


async def test_a_stalled_loop_gets_a_short_burst_and_the_clock_stays_true() -> None:
    got: list[MicBlock] = []
    async for block in open_microphone("null:").blocks():
        got.append(block)
        if len(got) == 1:
            time.sleep(0.3)
        if len(got) == 12:
            break
    assert got[1].position > 5 * FRAME_SAMPLES
    for block in got:
        assert block.t_mono - got[0].t_mono == pytest.approx(
            (block.position - got[0].position) / 48_000
        )


async def test_wave_file_loops(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    pcm = make_tone(440, 2 * FRAME_SAMPLES)
    write_wave(path, pcm)
    blocks = await take(open_microphone(f"file:{path}"), 5)
    assert np.array_equal(joined(blocks), np.resize(pcm, 5 * FRAME_SAMPLES))


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (16_000, 1)])
async def test_other_formats_are_converted(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "b.wav"
    at = np.arange(rate // 2) / rate
    mono = (np.sin(2 * np.pi * 440 * at) * 12_000).astype(np.int16)
    write_wave(path, np.repeat(mono, channels), rate=rate, channels=channels)
    assert tone_level(joined(await take(open_microphone(f"file:{path}"), 10)), 440) > 0.9


async def test_compressed_file(tmp_path: Path) -> None:
    path = tmp_path / "c.flac"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=48_000)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        pcm = make_tone(440, 24_000).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = 48_000
        for piece in (frame, None):
            container.mux(stream.encode(piece))
    assert tone_level(joined(await take(open_microphone(f"file:{path}"), 5)), 440) > 0.9


def test_wrong_names(tmp_path: Path) -> None:
    for name in ("", "tone:", "tone:x", "tone:nan", "tone:99999", "file:", "null:x", "mic", "x:1"):
        with pytest.raises(DeviceNameWrong):
            open_microphone(name)
    for name in ("", "tone:440", f"file:{tmp_path}/x.mp3", "null:x", "device:"):
        with pytest.raises(DeviceNameWrong):
            open_speaker(name)


def test_missing_and_useless_files(tmp_path: Path) -> None:
    with pytest.raises(DeviceMissing):
        open_microphone(f"file:{tmp_path}/none.wav")
    (tmp_path / "text.wav").write_text("no sound in here" * 50)
    with pytest.raises(DeviceFailed):
        open_microphone(f"file:{tmp_path}/text.wav")
    write_wave(tmp_path / "empty.wav", np.zeros(0))
    with pytest.raises(DeviceFailed):
        open_microphone(f"file:{tmp_path}/empty.wav")
    with pytest.raises(DeviceMissing):
        open_speaker(f"file:{tmp_path}/no/folder.wav")


async def test_a_missing_card_is_a_typed_error() -> None:
    with pytest.raises(DeviceMissing) as caught:
        open_microphone("device:no such card 123")
    assert caught.value.name in {"device:no such card 123", "device:"}
    with pytest.raises(DeviceMissing):
        open_speaker("device:no such card 123")


@pytest.mark.skipif(bool(soundcard.list_cards()), reason="this machine has a sound card")
async def test_no_default_card_is_a_typed_error() -> None:
    with pytest.raises(DeviceMissing):
        open_microphone("device:default")
    with pytest.raises(DeviceMissing):
        open_speaker("device:default")


def test_file_speaker_writes_a_wave_file(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    speaker = open_speaker(f"file:{path}")
    pcm = make_tone(440, 20 * FRAME_SAMPLES)
    for block in pcm.reshape(-1, FRAME_SAMPLES):
        speaker.write(block)
    speaker.close()
    speaker.close()
    speaker.write(pcm[:FRAME_SAMPLES])
    assert np.array_equal(read_wave(path), pcm)
    assert (speaker.dropped, speaker.failed) == (0, False)
    assert not [t for t in threading.enumerate() if t.name == "file-speaker"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_noticed_and_blocks_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "full.wav"
    path.symlink_to("/dev/full")
    speaker = FileSpeaker("file:full.wav", path)
    for _ in range(1_000):
        speaker.write(make_tone(440, FRAME_SAMPLES))
    speaker.close()
    assert speaker.failed
    assert len(caplog.records) == 1


def test_null_speaker_takes_anything() -> None:
    speaker = open_speaker("null:")
    speaker.write(make_tone(440, FRAME_SAMPLES))
    speaker.close()
    assert speaker.dropped == 0


KILLED = """
import sys, time
from teacher_client.audio.devices import open_speaker
from teacher_client.audio.tone import make_tone
speaker = open_speaker("file:" + sys.argv[1])
for n in range(150):
    speaker.write(make_tone(440, 960, start=n * 960))
    time.sleep(0.01)
print("written", flush=True)
time.sleep(60)
"""


async def test_a_killed_process_leaves_a_valid_wave_file(tmp_path: Path) -> None:
    path = tmp_path / "killed.wav"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(path), stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"written\n"
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    pcm = read_wave(path)
    assert pcm.size >= 50 * FRAME_SAMPLES
    assert tone_level(pcm, 440) > 0.99


CARD = """
import asyncio
import time
import numpy as np
from teacher_client.audio.devices import open_microphone, open_speaker
from teacher_client.audio.frames import FRAME_SAMPLES
from teacher_client.audio.soundcard import list_cards
from teacher_client.audio.tone import make_tone

async def main():
    assert [(c.name, c.inputs > 0, c.outputs > 0) for c in list_cards()] == [("lamp", True, True)]
    microphone = open_microphone("device:lamp")
    count = 0
    async for block in microphone.blocks():
        assert block.pcm.shape == (FRAME_SAMPLES,) and block.position % FRAME_SAMPLES == 0
        count += 1
        if count == 5:
            break
    microphone.close()
    assert np.std(block.pcm) > 10_000
    speaker = open_speaker("device:lamp")
    played = []
    speaker.on_played = lambda pcm, at: played.append((pcm, at - time.monotonic()))
    sound = [make_tone(1000, FRAME_SAMPLES, start=n * FRAME_SAMPLES) for n in range(8)]
    for block in sound:
        speaker.write(block)
    while speaker._queue:
        await asyncio.sleep(0.001)
    assert not speaker.failed
    speaker.close()
    heard = [pcm for pcm, _ in played if pcm.any()]
    assert np.array_equal(np.concatenate(heard), np.concatenate(sound))
    assert all(-0.5 < wait < 1 for _, wait in played)

asyncio.run(main())
"""


@pytest.mark.skipif(
    not Path("/usr/share/alsa/alsa.conf").exists(), reason="needs ALSA's configuration"
)
def test_a_card_of_files_through_real_portaudio(tmp_path: Path) -> None:
    """ALSA plays a card of noise and a pipe, both faster than a real one.

    Its output is endless silence around our sound: only the bytes that are not zero are kept.
    """
    played = tmp_path / "out.raw"
    config = tmp_path / "asound.conf"
    pipe = f"|tr -d '\\\\000' > {played}"
    config.write_text(
        "</usr/share/alsa/alsa.conf>\n"
        f'pcm.lamp {{ type file slave.pcm null file "{pipe}" infile "/dev/urandom" format raw'
        ' hint { show on description "lamp" } }\n'
    )
    try:
        soundcard._library()
    except DeviceMissing:
        pytest.skip("no PortAudio on this machine")
    done = subprocess.run(
        [sys.executable, "-c", CARD],
        env=os.environ | {"ALSA_CONFIG_PATH": str(config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # Eight blocks of two bytes a sample; few bytes of a tone are zero.
    assert 6 * 2 * FRAME_SAMPLES < played.stat().st_size <= 8 * 2 * FRAME_SAMPLES
