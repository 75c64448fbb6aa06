"""Whole numbers as text, a million at a time: rows of cells without a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Cells: TypeAlias = npt.NDArray[np.uint8]
Cell: TypeAlias = tuple[Ints | bytes, Mask | None]
"""A number and a blank in each row, or the same bytes; in the rows of the mask (None: all)."""

_LARGEST_TABLE = 200_000


def compose(count: int, cells: Sequence[Cell]) -> bytes:
    """Write rows one behind the other, each cell where its mask says so.

    Args:
        count: of rows.
        cells: of each row, from left to right.
    """
    columns = [value for value, _mask in cells if not isinstance(value, bytes)]
    low = min((int(column.min()) for column in columns if len(column)), default=0)
    high = max((int(column.max()) for column in columns if len(column)), default=0)
    written = [_bytes_of(value, low, high) for value, _mask in cells]
    out = np.empty((count, sum(block.shape[1] for block in written)), np.uint8)
    at = 0
    for block, (_value, mask) in zip(written, cells, strict=True):
        part = out[:, at : at + block.shape[1]]
        part[:] = block
        if mask is not None:
            part[~mask] = 0
        at += block.shape[1]
    written_bytes: bytes = out[out != 0].tobytes()
    return written_bytes


def _bytes_of(value: Ints | bytes, low: int, high: int) -> Cells:
    if isinstance(value, bytes):
        return np.frombuffer(value, np.uint8).reshape(1, -1)
    if high - low <= _LARGEST_TABLE:
        low -= low % 1000  # few tables for many pages
        return _table(low, high - high % 1000 + 1000)[value - low]
    return _digits(value)


@lru_cache(maxsize=4)
def _table(low: int, high: int) -> Cells:
    return _digits(np.arange(low, high))


def _digits(value: Ints) -> Cells:
    """One row of digits, a blank and zeros for each number."""
    width = max(len(str(value.min())), len(str(value.max()))) if len(value) else 1
    text = np.char.add(value.astype(f"S{width}"), b" ").astype(f"S{width + 1}")
    return text.view(np.uint8).reshape(len(value), width + 1)
