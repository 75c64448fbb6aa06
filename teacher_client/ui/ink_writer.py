"""Mouse and tablet to ink commands. Pure: time comes with the samples.

A stroke's id is ``stroke_id(TEACHER, connection, counter)``. The engine numbers the paper pen's
strokes with its epoch (a small number) as connection; a window takes ``0x8000`` + 15 random
bits, chosen anew at each start, so that ids of pen, mouse and a window's earlier life never
meet: epochs stay far below 0x8000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.commands import MAX_COMMAND_SAMPLES, Ink, Tool, WriteInk
from signaling_server.protocol.ids import MAX_COUNTER, TEACHER, PageId, StrokeId, stroke_id

WINDOW_CONNECTIONS: Final = 0x8000
SMALLEST_STEP: Final = 8.0
"""Mouse samples nearer than 0.08 mm to the last say nothing (a third of a pixel)."""
FULL_FORCE: Final = 1023
LOW, HIGH, HIGHEST_Y = -100_000, 200_000, 1_000_000


@dataclass(frozen=True, slots=True)
class InkStyle:
    """What a stroke is drawn with; width in 1/100 mm."""

    tool: Tool = Tool.PEN
    ink: Ink = Ink.INK
    width: int = 70


@dataclass(frozen=True, slots=True)
class Pointer:
    """One position of mouse or tablet.

    Attributes:
        x, y: page units.
        time: seconds.
        pressure: 0..1, or None (a mouse).
        is_eraser: the tablet pen's other end.
        has_shift: exact steps, or one more to what is chosen.
    """

    x: float
    y: float
    time: float
    pressure: float | None = None
    is_eraser: bool = False
    has_shift: bool = False


def is_from_paper(stroke: StrokeId) -> bool:
    """Whether the paper pen wrote it: no window, and not the engine (a copy, a shape)."""
    return (stroke >> 20) & 0xFFFF < WINDOW_CONNECTIONS


class InkWriter:
    """Gather the samples of one stroke after another into commands of at most 64 samples."""

    def __init__(self, random_bits: int) -> None:
        """`random_bits`: 15 fresh random bits, so that two starts do not meet."""
        self.connection = WINDOW_CONNECTIONS | (random_bits & 0x7FFF)
        self._counter = -1
        self._page = PageId(0)
        self._style = InkStyle()
        self._began = 0.0
        self._first = 0
        self._waiting: list[tuple[int, int, int, int | None]] = []
        self._last: Pointer | None = None
        self._has_force = False
        self.is_writing = False

    @property
    def stroke(self) -> StrokeId:
        """The stroke being written, or the last one."""
        return stroke_id(TEACHER, self.connection, self._counter)

    def owns(self, stroke: StrokeId) -> bool:
        """Whether this window wrote a stroke."""
        return (stroke >> 20) & 0xFFFF == self.connection

    def begin(self, page: PageId, style: InkStyle, at: Pointer) -> None:
        """The button or the tip went down."""
        self._counter = (self._counter + 1) & MAX_COUNTER
        self._page, self._style, self._began = page, style, at.time
        self._first, self._waiting, self._last = 0, [], None
        self._has_force = at.pressure is not None
        self.is_writing = True
        self._add(at)

    def move(self, at: Pointer) -> bool:
        """The pointer moved while down; whether it is kept: too small a step is left out."""
        if not self.is_writing:
            return False
        last = self._last
        if last is not None and (at.x - last.x) ** 2 + (at.y - last.y) ** 2 < SMALLEST_STEP**2:
            return False
        self._add(at)
        return True

    def end(self, at: Pointer | None = None) -> list[WriteInk]:
        """The tip went up: the rest of the stroke."""
        if not self.is_writing:
            return []
        if at is not None:
            self.move(at)
        self.is_writing = False
        return self._cut(is_last=True)

    def take(self) -> list[WriteInk]:
        """What has gathered since the last call; called every 8 to 16 ms while writing."""
        return self._cut(is_last=False) if self._waiting else []

    def _add(self, at: Pointer) -> None:
        self._last = at
        force = None
        if self._has_force:
            force = max(0, min(FULL_FORCE, round((at.pressure or 0.0) * FULL_FORCE)))
        ms = max(0, round((at.time - self._began) * 1000))
        x = max(LOW, min(HIGH, round(at.x)))
        y = max(LOW, min(HIGHEST_Y, round(at.y)))
        self._waiting.append((x, y, ms, force))

    def _cut(self, *, is_last: bool) -> list[WriteInk]:
        rows, self._waiting = self._waiting, []
        parts = [
            rows[start : start + MAX_COMMAND_SAMPLES]
            for start in range(0, len(rows), MAX_COMMAND_SAMPLES)
        ] or [[]]
        commands = []
        for i, part in enumerate(parts):
            commands.append(
                WriteInk(
                    stroke=self.stroke,
                    page=self._page,
                    tool=self._style.tool,
                    ink=self._style.ink,
                    width=self._style.width,
                    first=self._first,
                    x=tuple(row[0] for row in part),
                    y=tuple(row[1] for row in part),
                    ms=tuple(row[2] for row in part),
                    force=tuple(row[3] for row in part if row[3] is not None),
                    is_last=is_last and i == len(parts) - 1,
                )
            )
            self._first += len(part)
        return commands
