"""The one sound format inside the engine: 48 kHz, mono, int16, blocks of 20 ms."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
FRAME_SAMPLES = 960
FRAME_SECONDS = FRAME_SAMPLES / RATE_HZ
FRAME_MS = 20

#: One block of 20 ms: shape (960,), int16, full scale ±32767.
Block: TypeAlias = NDArray[np.int16]


def silence() -> Block:
    """Return a fresh block of zeros."""
    return np.zeros(FRAME_SAMPLES, dtype=np.int16)


def mix(blocks: list[Block]) -> Block:
    """Sum blocks of equal length and clip; no blocks give one block of silence."""
    if not blocks:
        return silence()
    if len(blocks) == 1:
        return blocks[0]
    total = np.sum(np.stack(blocks), axis=0, dtype=np.int32)
    return np.clip(total, -32768, 32767).astype(np.int16)
