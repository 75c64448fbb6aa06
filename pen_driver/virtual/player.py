"""When to write what: ink as a timetable of pen actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pen_driver.virtual.ink import InkPoint, Stroke
from pen_driver.virtual.plain import Device

# Between two rounds of the same ink: long enough to see the finished page.
ROUND_PAUSE_S = 3.0
_DEFAULT_FORCE = 0.5
# A pen leaves the paper one camera frame after its last dot.
_LIFT_S = 0.008
_STORED_BEFORE_MS = 60_000
# A hand stays over the paper on its way to the next stroke; where that is far off in time, it rests
# elsewhere after a while.
_HOVER_STEP_S = 0.025
_HOVER_S = 1.0


@dataclass(frozen=True, slots=True)
class Touch:
    """Pen down on sheet `round_no` (0, 1, ...) of this ink."""

    at: float
    round_no: int


@dataclass(frozen=True, slots=True)
class Move:
    """One dot."""

    at: float
    x_mm: float
    y_mm: float
    force: float


@dataclass(frozen=True, slots=True)
class Lift:
    """Pen up."""

    at: float


@dataclass(frozen=True, slots=True)
class Hover:
    """Over the paper, between two strokes."""

    at: float
    x_mm: float
    y_mm: float


Action: TypeAlias = Touch | Move | Lift | Hover


def round_of(strokes: Sequence[Stroke], start: float, speed: float, round_no: int) -> list[Action]:
    """Return one round of the ink; `at` counts on the clock on which `start` was read."""
    actions: list[Action] = []
    first = strokes[0][0].t
    last: InkPoint | None = None
    for stroke in strokes:
        begin = start + (stroke[0].t - first) / speed
        if last is not None:
            actions += _way(last, stroke[0], actions[-1].at, begin)
        last = stroke[-1]
        actions.append(Touch(begin, round_no))
        actions += [_move(point, start - first / speed, speed) for point in stroke]
        actions.append(Lift(actions[-1].at + _LIFT_S / speed))
    return actions


def _way(from_: InkPoint, to: InkPoint, left: float, begin: float) -> list[Action]:
    """Return the way over the paper, from leaving it to the next touch."""
    way: list[Action] = []
    at = left + _HOVER_STEP_S
    while at < min(begin, left + _HOVER_S):
        share = (at - left) / (begin - left)
        x_mm = from_.x_mm + share * (to.x_mm - from_.x_mm)
        y_mm = from_.y_mm + share * (to.y_mm - from_.y_mm)
        way.append(Hover(at, x_mm, y_mm))
        at += _HOVER_STEP_S
    return way


def _move(point: InkPoint, start: float, speed: float) -> Move:
    force = _DEFAULT_FORCE if point.force is None else point.force
    return Move(start + point.t / speed, point.x_mm, point.y_mm, force)


class Player:
    """Give out actions when they are due, round after round or once.

    Args:
        strokes: at least one.
        is_looping: start again on a fresh sheet after the last stroke.
    """

    def __init__(self, strokes: Sequence[Stroke], speed: float, is_looping: bool) -> None:
        self._strokes = strokes
        self._speed = speed
        self._is_looping = is_looping
        self._round = 0
        self._todo: list[Action] = []  # the next one last
        self._shift = 0.0

    @property
    def is_finished(self) -> bool:
        """All written, and no further round to come."""
        return not self._todo and not self._is_looping and self._round > 0

    def next_at(self) -> float | None:
        """Return when the next action is due, None where there is none."""
        return self._todo[-1].at + self._shift if self._todo else None

    def resume(self, now: float) -> None:
        """Begin, or go on with the next whole stroke, at `now`."""
        while self._todo and not isinstance(self._todo[-1], Touch):
            self._todo.pop()
        if self._todo:
            self._shift = now - self._todo[-1].at
        elif not self.is_finished:
            self._fill(now)

    def _fill(self, start: float) -> None:
        self._shift = 0.0
        self._todo = round_of(self._strokes, start, self._speed, self._round)[::-1]
        self._round += 1

    def take(self, now: float) -> list[Action]:
        """Return what is due, oldest first, each with the time it was due at."""
        due: list[Action] = []
        while self._todo and self._todo[-1].at + self._shift <= now:
            action = self._todo.pop()
            due.append(_shifted(action, self._shift))
            if not self._todo and self._is_looping:
                self._fill(action.at + self._shift + ROUND_PAUSE_S / self._speed)
        return due


def _shifted(action: Action, shift: float) -> Action:
    match action:
        case Touch():
            return Touch(action.at + shift, action.round_no)
        case Move():
            return Move(action.at + shift, action.x_mm, action.y_mm, action.force)
        case Lift():
            return Lift(action.at + shift)
        case Hover():
            return Hover(action.at + shift, action.x_mm, action.y_mm)


def store_strokes(device: Device, strokes: Sequence[Stroke], now_ms: int) -> None:
    """Put strokes into a pen's memory, as if they had been written up to a minute ago.

    Args:
        device: not streaming.
    """
    if not strokes:
        return
    start = now_ms - round(strokes[-1][-1].t * 1000) - _STORED_BEFORE_MS
    for stroke in strokes:
        device.pen_down(start + round(stroke[0].t * 1000))
        for point in stroke:
            force = _DEFAULT_FORCE if point.force is None else point.force
            device.dot(start + round(point.t * 1000), point.x_mm, point.y_mm, force)
        device.pen_up(start + round(stroke[-1].t * 1000))
