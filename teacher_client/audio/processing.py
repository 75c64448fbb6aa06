"""Echo, noise and gain behind four methods, and the level meter.

`PassThrough` changes nothing; `clean_voice.CleanVoice` does the work (DESIGN section 4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from teacher_client.audio.frames import FRAME_MS, Block

FLOOR_DBFS = -96.0  # below one step of 16 bits
FALL_DB_PER_SECOND = 40.0  # slow enough to read, fast enough to show the pauses between words


@dataclass(frozen=True, slots=True)
class Level:
    """Loudness of one block: `rms` and `peak` 0..1 of full scale, `dbfs` from -96 to 0 (RMS)."""

    rms: float
    peak: float
    dbfs: float


QUIET = Level(0.0, 0.0, FLOOR_DBFS)


def measure(block: Block) -> Level:
    """Return the level of a block; silence and no samples are `QUIET`."""
    if block.size == 0:
        return QUIET
    wave = block.astype(np.float64) / 32768.0
    rms = float(np.sqrt(np.mean(wave**2)))
    if rms == 0.0:
        return QUIET
    return Level(rms, float(np.max(np.abs(wave))), max(FLOOR_DBFS, 20.0 * math.log10(rms)))


class LevelMeter:
    """A bar for the eye: jumps up at once, falls by 40 dB a second."""

    def __init__(self) -> None:
        self._dbfs = FLOOR_DBFS

    @property
    def dbfs(self) -> float:
        """The bar now, -96..0."""
        return self._dbfs

    def add(self, level: Level) -> float:
        """Take the level of the next 20 ms and return the bar."""
        fallen = self._dbfs - FALL_DB_PER_SECOND * FRAME_MS / 1000
        self._dbfs = max(level.dbfs, fallen, FLOOR_DBFS)
        return self._dbfs


@dataclass(frozen=True, slots=True)
class ProcessingSettings:
    """What is wanted, or what is done: echo cancelled, noise reduced, gain kept even."""

    echo: bool = True
    noise: bool = True
    gain: bool = True


NOTHING = ProcessingSettings(echo=False, noise=False, gain=False)


class VoiceProcessing(Protocol):
    """What stands between the microphone and Opus.

    Times are `time.monotonic()` at a block's first sample, in the air: the
    devices say them, and echo is looked for by them.
    """

    def far_end(self, block: Block, t_mono: float) -> None:
        """Take what the speaker plays, after mixing; any thread, never waits."""

    def near_end(self, block: Block, t_mono: float) -> Block:
        """Return the microphone's block, cleaned; one thread at a time."""

    def configure(self, wanted: ProcessingSettings) -> ProcessingSettings:
        """Ask for `wanted`; return what is really done from the next block on."""

    def level(self) -> Level:
        """Return the level of the last block that `near_end` returned."""


class PassThrough:
    """Changes nothing and says so: `configure` always answers `NOTHING`."""

    def __init__(self) -> None:
        self._level = QUIET

    def far_end(self, block: Block, t_mono: float) -> None:
        """Ignore it: nothing is cancelled here."""

    def near_end(self, block: Block, t_mono: float) -> Block:
        """Return `block` itself."""
        del t_mono
        self._level = measure(block)
        return block

    def configure(self, wanted: ProcessingSettings) -> ProcessingSettings:
        """Return `NOTHING`, whatever is wanted."""
        del wanted
        return NOTHING

    def level(self) -> Level:
        """Return the level of the last block."""
        return self._level
