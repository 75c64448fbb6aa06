"""Captures: raw bytes both ways with their times, as a text file.

    # lamplight pen capture 1
    0.000000 ! opened neo2 1763712000000
    0.201530 > C0 01 2A 00 ...
    0.204410 < C0 81 00 41 ...

Seconds since the first line; ``<`` from the pen, ``>`` to the pen, ``!`` a remark: "opened" with
what the pen speaks and the host's clock in ms since 1970, "closed". A line begins where a read
began, so a replay has the chunks of the original. Passwords and a part of the pen's address are
taken out (`pen_driver.transports.redact`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from pen_driver.errors import BadCaptureError
from pen_driver.transports.base import Direction
from pen_driver.transports.redact import Redactor

HEADER = "# lamplight pen capture 1"


@dataclass(frozen=True, slots=True)
class CaptureLine:
    """`t` seconds since the capture began."""

    t: float
    direction: Direction
    data: bytes


class CaptureWriter:
    """Write a capture; an instance is a `Tap`."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._start: float | None = None
        self._redact = Redactor()
        file.write(HEADER + "\n")

    def __call__(self, t: float, direction: Direction, data: bytes) -> None:
        """Append one line and flush it; `t` on any clock that does not run back."""
        if self._start is None:
            self._start = t
        data = self._redact(direction, data)
        is_note = direction is Direction.NOTE
        text = data.decode("utf-8", "replace") if is_note else data.hex(" ").upper()
        self._file.write(f"{t - self._start:.6f} {direction.value} {text}\n")
        self._file.flush()


def read_capture(lines: Iterable[str]) -> Iterator[CaptureLine]:
    """Yield the lines of a capture.

    Raises:
        BadCaptureError: a line that is none.
    """
    last = 0.0
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(maxsplit=2)
        try:
            t, direction = float(parts[0]), Direction(parts[1])
            text = parts[2] if len(parts) > 2 else ""
            data = text.strip().encode() if direction is Direction.NOTE else bytes.fromhex(text)
        except (ValueError, IndexError) as exc:
            raise BadCaptureError(number, str(exc)) from exc
        if not 0 <= last <= t < float("inf"):
            raise BadCaptureError(number, "time runs back")
        last = t
        yield CaptureLine(t, direction, data)
