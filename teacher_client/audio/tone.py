"""How much of a sound is one tone: tests and the smoke run listen with this."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teacher_client.audio.frames import RATE_HZ

WINDOW_SAMPLES = 4_800  # 100 ms: 10 Hz wide, short enough that a lost packet spoils one window only


def tone_level(pcm: NDArray[np.int16], hz: float, rate_hz: int = RATE_HZ) -> float:
    """Return the share of the energy of `pcm` that lies at `hz`.

    Goertzel's sum over windows of 100 ms, each with its own phase, added up by
    energy; a rest shorter than a window is left out unless it is all there is.

    Returns:
        0..1; about 1 for that tone alone, 0.0 for silence or no samples.
    """
    samples = pcm.astype(np.float64).reshape(-1)
    size = min(WINDOW_SAMPLES, samples.size)
    if size == 0:
        return 0.0
    windows = samples[: samples.size - samples.size % size].reshape(-1, size)
    energy = float(np.sum(windows**2))
    if energy == 0.0:
        return 0.0
    turn = np.exp(-2j * np.pi * hz / rate_hz * np.arange(size))
    at_tone = float(np.sum(np.abs(windows @ turn) ** 2)) * 2 / size
    return min(1.0, at_tone / energy)


def make_tone(
    hz: float, samples: int, *, start: int = 0, amplitude: float = 0.5
) -> NDArray[np.int16]:
    """Return `samples` samples of a sine at 48 kHz, its phase that of sample number `start`."""
    index = np.arange(start, start + samples, dtype=np.float64)
    wave = np.sin(2 * np.pi * hz / RATE_HZ * index) * (amplitude * 32767)
    return np.asarray(np.rint(wave), dtype=np.int16)
