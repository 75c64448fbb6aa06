"""Microphones that need no sound card: a file, a tone, silence."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from teacher_client.audio.errors import DeviceFailed, DeviceMissing
from teacher_client.audio.frames import FRAME_SAMPLES, FRAME_SECONDS, RATE_HZ, Block, silence
from teacher_client.audio.pacing import ticks
from teacher_client.audio.tone import make_tone

MAX_FILE_SAMPLES = RATE_HZ * 600  # ten minutes, 58 MB; a longer file loops after that


@dataclass(frozen=True, slots=True)
class MicBlock:
    """20 ms from a microphone.

    Attributes:
        pcm: (960,) int16; do not write into it.
        position: number of its first sample since the microphone opened; after a
            stall there is a gap in the numbers, never in the clock.
        t_mono: `time.monotonic()` at its first sample.
    """

    pcm: Block
    position: int
    t_mono: float


class Microphone(Protocol):
    """A source of blocks. Runs muted or not; muting is the encoder's business."""

    @property
    def name(self) -> str:
        """The name it was opened by."""

    def blocks(self) -> AsyncIterator[MicBlock]:
        """Yield blocks for ever, one per 20 ms; to be iterated once.

        Raises:
            DeviceFailed: it stopped working.
        """

    def close(self) -> None:
        """Let the device go; twice is fine."""


class PacedMicrophone:
    """Blocks made by a function of the sample position, on an absolute schedule.

    Args:
        name: as asked for.
        make: returns the block that starts at a sample position.
    """

    def __init__(self, name: str, make: Callable[[int], Block]) -> None:
        self._name = name
        self._make = make

    @property
    def name(self) -> str:
        """The name it was opened by."""
        return self._name

    async def blocks(self) -> AsyncIterator[MicBlock]:
        """Yield blocks for ever; at most five in a burst after a stall, older ones left out."""
        async for tick in ticks():
            position = tick.index * FRAME_SAMPLES
            # Like a card: a block is there when its last sample is.
            yield MicBlock(self._make(position), position, tick.due - FRAME_SECONDS)

    def close(self) -> None:
        """Nothing is held."""


def null_microphone(name: str) -> PacedMicrophone:
    """Return a microphone that hears nothing."""
    return PacedMicrophone(name, lambda _position: silence())


def tone_microphone(name: str, hz: float) -> PacedMicrophone:
    """Return a microphone that hears one tone at half of full scale."""
    return PacedMicrophone(name, lambda at: make_tone(hz, FRAME_SAMPLES, start=at))


def file_microphone(name: str, path: Path) -> PacedMicrophone:
    """Return a microphone that hears a sound file, over and over.

    Args:
        path: a wave file, or anything PyAV reads; the first ten minutes count.

    Raises:
        DeviceMissing: no such file.
        DeviceFailed: not a sound file, or an empty one.
    """
    if not path.is_file():
        raise DeviceMissing(name, "no such file")
    pcm = _read_wave(path)
    if pcm is None:
        pcm = _read_any(name, path)
    if pcm.size == 0:
        raise DeviceFailed(name, "no sound in the file")
    whole = np.resize(pcm, -(-pcm.size // FRAME_SAMPLES) * FRAME_SAMPLES)
    whole[pcm.size :] = 0  # the last block ends in silence, not in a piece of the beginning
    blocks = whole.reshape(-1, FRAME_SAMPLES)
    return PacedMicrophone(name, lambda at: blocks[at // FRAME_SAMPLES % len(blocks)])


def _read_wave(path: Path) -> NDArray[np.int16] | None:
    """Return a wave file that already has our format; None for all others."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE_HZ, 1, 2):
                return None
            data = file.readframes(MAX_FILE_SAMPLES)
    except (wave.Error, EOFError):
        return None
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)


def _read_any(name: str, path: Path) -> NDArray[np.int16]:
    import av  # slow to import, and not needed for most names

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    parts: list[NDArray[np.int16]] = []
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(audio=0):
                parts += [_samples(piece.to_ndarray()) for piece in resampler.resample(frame)]
                if sum(part.size for part in parts[-1:]) * len(parts) > MAX_FILE_SAMPLES:
                    break
            parts += [_samples(piece.to_ndarray()) for piece in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as exc:
        raise DeviceFailed(name, "not a sound file") from exc
    return np.concatenate(parts)[:MAX_FILE_SAMPLES] if parts else np.zeros(0, dtype=np.int16)


def _samples(array: NDArray[np.generic]) -> NDArray[np.int16]:
    return array.reshape(-1).astype(np.int16)
