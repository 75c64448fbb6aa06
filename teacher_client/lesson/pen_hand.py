"""What the writer's habits make of one stroke: calmed, led along an instrument, straightened.

Pure: a paper pen's samples go in as written, and come out as they are to be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.commands import Tool
from signaling_server.protocol.entries import InstrumentSet
from signaling_server.protocol.ids import PageId, StrokeId
from signaling_server.protocol.ink import Style
from teacher_client.geometry.holding import Hold
from teacher_client.geometry.recognising import recognise
from teacher_client.geometry.shapes import outline
from teacher_client.geometry.smoothing import Smoother, Strength
from teacher_client.geometry.snapping import Snapper
from teacher_client.lesson.board_commands import MAX_PUT_SAMPLES, PutItems, PutStroke
from teacher_client.lesson.link import SetWriting, Smoothing

STRENGTHS: Final = {
    Smoothing.OFF: Strength.OFF,
    Smoothing.LIGHT: Strength.LIGHT,
    Smoothing.STRONG: Strength.STRONG,
}


@dataclass(frozen=True, slots=True)
class HandSample:
    """Place on the page in 1/100 mm, force 0..1 or None, lesson ms."""

    x: float
    y: float
    force: float | None
    ms: int


class PenHand:
    """One stroke: add its samples in order, then end it.

    Args:
        instruments: what lies on the page.
    """

    def __init__(self, habits: SetWriting, instruments: Sequence[InstrumentSet] = ()) -> None:
        self._habits = habits
        self._instruments = instruments if habits.snaps else ()
        self._snapper = Snapper()
        self._smoother = Smoother(STRENGTHS[habits.smoothing])
        self._hold = Hold()
        self._written: list[HandSample] = []
        self._drawn: tuple[float, float] | None = None

    def add(self, sample: HandSample) -> list[HandSample]:
        """A sample as written; those to draw, the last one for now."""
        before = self._written[-1] if self._written else None
        self._written.append(sample)
        self._hold.add(sample.x, sample.y, sample.ms)
        if before is None and self._instruments:
            places = self._snapper.down(self._instruments, sample.x, sample.y)
            if self._snapper.is_snapped:
                return _between(sample, sample, places)
        if before is not None and self._snapper.is_snapped:
            return _between(before, sample, self._snapper.move(sample.x, sample.y))
        x, y = self._drawn = self._smoother.add(sample.x, sample.y, sample.ms)
        return [HandSample(x, y, sample.force, sample.ms)]

    def end(self) -> list[HandSample]:
        """The pen is lifted; one more sample where calming left the stroke short of its end."""
        if not self._written or self._snapper.is_snapped:
            return []
        last = self._written[-1]
        x, y = self._smoother.end(last.x, last.y)
        if self._drawn is None or _rounded(self._drawn) == _rounded((x, y)):
            return []
        return [HandSample(x, y, last.force, last.ms)]

    def straightened(
        self, page: PageId, stroke: StrokeId, style: Style, now_ms: int
    ) -> PutItems | None:
        """What the stroke becomes if the pen was held still at its end until now, else None."""
        is_wanted = self._habits.straightens and style.tool is not Tool.LASER
        if not is_wanted or self._snapper.is_snapped or not self._hold.is_held(now_ms):
            return None
        found = recognise([(sample.x, sample.y) for sample in self._written])
        if found is None:
            return None
        tool = Tool.FINELINER if style.tool is Tool.PEN else style.tool
        lines = [line[:MAX_PUT_SAMPLES] for line in outline(found.shape)]
        puts = [
            PutStroke(
                tool, style.ink, style.width, tuple(p[0] for p in line), tuple(p[1] for p in line)
            )
            for line in lines
        ]
        return PutItems(page, (stroke,), tuple(puts))


def _between(
    before: HandSample, sample: HandSample, places: Sequence[tuple[int, int]]
) -> list[HandSample]:
    """Places swept since the sample before, evenly in time and force."""
    drawn = []
    for i, (x, y) in enumerate(places, 1):
        share = i / len(places)
        force = sample.force
        if force is not None and before.force is not None:
            force = before.force + (force - before.force) * share
        ms = before.ms + round((sample.ms - before.ms) * share)
        drawn.append(HandSample(x, y, force, ms))
    return drawn


def _rounded(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0]), round(place[1])
