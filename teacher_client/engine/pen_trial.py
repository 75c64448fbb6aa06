"""The test on the sheet: how well a pen writes here, as a verdict with one remedy. Pure.

The verdict's limits are ours: 1 % of lost dots shows as gaps in small characters, and ink that
comes 100 ms late is felt by whoever watches the board.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from pen_driver import (
    DiagnosticKind,
    PageAddress,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenPage,
    PenSample,
)
from pen_driver.paper import is_known
from teacher_client.lesson.pen_messages import (
    MAX_POINTS,
    PenTrial,
    PenTrialInk,
    TrialRemedy,
    TrialVerdict,
)

ENOUGH_STROKES = 3
ENOUGH_SECONDS = 2.0
MOST_LOST = 0.01
LATE_MS = 100
FORCE_MOVES = 0.02
KEPT_DELAYS = 1000
UNMEASURED_FORCE = 128


@dataclass(frozen=True, slots=True)
class PenFacts:
    """What the trial is told of the pen besides its events."""

    is_chosen: bool
    is_here: bool
    is_locked: bool


@dataclass(slots=True)
class _Line:
    """Points of one stroke that the window has not been sent."""

    stroke: int
    x: list[int]
    y: list[int]
    force: list[int]


class Trial:
    """Counts while somebody writes; times are the host's monotonic seconds."""

    def __init__(self) -> None:
        self._samples = self._strokes = self._lost = 0
        self._cuts = self._hovers = self._image_errors = 0
        self._writing_s = 0.0
        self._intervals = 0
        self._last_at: float | None = None
        self._quickest: float | None = None
        self._delays: deque[tuple[float, float]] = deque(maxlen=KEPT_DELAYS)
        self._force: float | None = None
        self._force_range: tuple[float, float] | None = None
        self._force_steps = 0
        self._page: PageAddress | None = None
        self._lines: list[_Line] = []

    def take(self, event: PenEvent, now: float) -> None:
        """Count one event that was dealt with at `now`."""
        match event:
            case PenSample():
                self._take_sample(event, now)
            case PenDown():
                self._page, self._last_at = event.page, None
            case PenPage():
                self._page = event.page
            case PenLifted():
                self._strokes += 1
                self._cuts += event.cut_short
            case PenHover():
                self._hovers += 1
            case PenDisconnected():
                self._last_at = None
            case PenDiagnostic():
                self._take_damage(event)
            case PenConnected():
                self._force_steps = event.capabilities.force_steps

    def know_force_steps(self, steps: int) -> None:
        """The pen was there before the trial began."""
        self._force_steps = steps

    def ink(self) -> list[PenTrialInk]:
        """Ink since the last call, a message for each stroke."""
        lines, self._lines = self._lines, []
        return [
            PenTrialInk(line.stroke, tuple(line.x), tuple(line.y), tuple(line.force))
            for line in lines
        ]

    def report(self, facts: PenFacts, *, is_on: bool) -> PenTrial:
        """How the test stands."""
        verdict, remedy = self._judge(facts)
        low, high = self._force_range or (None, None)
        rate = self._intervals / self._writing_s if self._writing_s > 0 else 0.0
        return PenTrial(
            is_on,
            self._samples,
            min(round(rate), 100_000),
            self._lost,
            self._delay_ms(),
            self._force,
            low,
            high,
            "" if self._page is None else str(self._page)[:100],
            None if self._page is None else is_known(self._page),
            verdict,
            remedy,
        )

    def _take_sample(self, event: PenSample, now: float) -> None:
        self._samples += 1
        at = event.t_host if event.t_pen is None else event.t_pen
        if self._last_at is not None and at >= self._last_at:
            self._writing_s += at - self._last_at
            self._intervals += 1
        self._last_at = at
        way = 0.0 if event.t_pen is None else event.t_host - event.t_pen
        self._quickest = way if self._quickest is None else min(self._quickest, way)
        self._delays.append((way, max(now - event.t_host, 0.0)))
        if event.force is not None:
            self._force = force = min(max(event.force, 0.0), 1.0)
            low, high = self._force_range or (force, force)
            self._force_range = (min(low, force), max(high, force))
        self._draw(event)

    def _draw(self, event: PenSample) -> None:
        line = self._lines[-1] if self._lines else None
        if line is None or line.stroke != event.stroke or len(line.x) >= MAX_POINTS:
            line = _Line(int(event.stroke), [], [], [])
            self._lines.append(line)
        line.x.append(round(event.x_mm * 100))
        line.y.append(round(event.y_mm * 100))
        force = event.force
        line.force.append(
            UNMEASURED_FORCE if force is None else round(min(max(force, 0.0), 1.0) * 255)
        )

    def _take_damage(self, event: PenDiagnostic) -> None:
        match event.kind:
            case DiagnosticKind.LOST_DOTS | DiagnosticKind.LOST_EVENTS:
                self._lost += event.count
            case DiagnosticKind.IMAGE_ERROR:
                self._image_errors += event.count

    def _delay_ms(self) -> int | None:
        """Behind the quickest dot, of 95 %: the pen's clock may be off, its rate is not."""
        if not self._delays:
            return None
        base = self._quickest or 0.0
        late = sorted(way - base + here for way, here in self._delays)
        return min(round(late[int(0.95 * (len(late) - 1))] * 1000), 86_400_000)

    def _judge(self, facts: PenFacts) -> tuple[TrialVerdict, TrialRemedy]:
        if not facts.is_chosen:
            return TrialVerdict.BAD, TrialRemedy.CHOOSE
        if facts.is_locked:
            return TrialVerdict.BAD, TrialRemedy.UNLOCK
        if not facts.is_here:
            return TrialVerdict.BAD, TrialRemedy.CONNECT
        if not self._samples:
            return self._judge_silence()
        if self._strokes < ENOUGH_STROKES or self._writing_s < ENOUGH_SECONDS:
            return TrialVerdict.WAITING, TrialRemedy.WRITE
        return self._judge_ink()

    def _judge_silence(self) -> tuple[TrialVerdict, TrialRemedy]:
        if self._image_errors:
            return TrialVerdict.BAD, TrialRemedy.PAPER
        if self._hovers:
            return TrialVerdict.DOUBTFUL, TrialRemedy.PRESS
        return TrialVerdict.WAITING, TrialRemedy.WRITE

    def _judge_ink(self) -> tuple[TrialVerdict, TrialRemedy]:
        if self._lost > MOST_LOST * (self._samples + self._lost):
            return TrialVerdict.BAD, TrialRemedy.NEARER
        if self._lost or self._cuts:
            return TrialVerdict.DOUBTFUL, TrialRemedy.NEARER
        if self._image_errors > self._strokes:
            return TrialVerdict.DOUBTFUL, TrialRemedy.PAPER
        delay = self._delay_ms()
        if delay is not None and delay > LATE_MS:
            return TrialVerdict.DOUBTFUL, TrialRemedy.RADIO
        low, high = self._force_range or (0.0, 0.0)
        if self._force_steps and high - low < FORCE_MOVES:
            return TrialVerdict.DOUBTFUL, TrialRemedy.FORCE
        return TrialVerdict.GOOD, TrialRemedy.NONE
