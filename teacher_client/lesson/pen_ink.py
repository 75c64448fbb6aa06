"""A paper pen's samples on their way into the log: hints at once, entries every block.

Pure: pen samples in mm go in; hint batches and ink bodies come out. One stroke is open at a
time, as a pen has one tip.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from signaling_server.protocol.entries import EntryKind
from signaling_server.protocol.hints import HintBatch
from signaling_server.protocol.ids import TEACHER, PageId, StrokeId, stroke_id
from signaling_server.protocol.ink import MAX_COORDINATE, InkBody, Samples, Style


@dataclass(slots=True)
class _Columns:
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    ms: list[int] = field(default_factory=list)
    force: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    id: StrokeId
    page: PageId
    style: Style
    has_force: bool
    columns: _Columns = field(default_factory=_Columns)
    hinted: int = 0
    is_end_hinted: bool = False
    logged: int = 0
    is_end_logged: bool = False
    has_begun: bool = False
    is_over: bool = False
    is_cut: bool = False


class PenInk:
    """Collects one epoch's pen strokes.

    Args:
        connection: the epoch's counter; part of the stroke ids.
    """

    def __init__(self, connection: int) -> None:
        self._connection = connection
        self._counter = 0
        self._strokes: list[_Open] = []

    @property
    def is_writing(self) -> bool:
        """Whether a stroke is open."""
        return bool(self._strokes) and not self._strokes[-1].is_over

    def begin(self, page: PageId, style: Style, *, has_force: bool) -> StrokeId:
        """A stroke begins; one still open ends as cut."""
        self.end(is_cut=True)
        self._counter += 1
        name = stroke_id(TEACHER, self._connection, self._counter)
        self._strokes.append(_Open(name, page, style, has_force))
        return name

    def add(self, x_mm: float, y_mm: float, force: float | None, now_ms: int) -> None:
        """One sample of the open stroke; ignored where none is open.

        Args:
            force: 0..1, or None.
            now_ms: lesson time.
        """
        if not self.is_writing:
            return
        stroke = self._strokes[-1]
        columns = stroke.columns
        columns.x.append(hundredths(x_mm))
        columns.y.append(hundredths(y_mm))
        columns.ms.append(max(now_ms - stroke.style.t0_ms, columns.ms[-1] if columns.ms else 0))
        columns.force.append(round(min(max(force or 0.0, 0.0), 1.0) * 1023))

    def add_whole(self, page: PageId, style: Style, samples: Samples) -> StrokeId:
        """A stroke that was written earlier: into the log alone, beside one that is open."""
        self._counter += 1
        name = stroke_id(TEACHER, self._connection, self._counter)
        columns = _Columns(
            list(samples.x), list(samples.y), list(samples.ms), list(samples.force or ())
        )
        stroke = _Open(name, page, style, samples.force is not None, columns)
        stroke.is_over = stroke.is_end_hinted = True
        stroke.hinted = len(samples)
        self._strokes.insert(len(self._strokes) - self.is_writing, stroke)
        return name

    def end(self, *, is_cut: bool = False) -> None:
        """The pen was lifted (or the stroke cut short); no stroke open: nothing happens."""
        if self.is_writing:
            self._strokes[-1].is_over = True
            self._strokes[-1].is_cut = is_cut

    def take_hints(self) -> list[HintBatch]:
        """What came since the last call, to be sent on the live path at once."""
        batches = []
        for stroke in self._strokes:
            count = len(stroke.columns.x)
            if count > stroke.hinted or (stroke.is_over and count and not stroke.is_end_hinted):
                samples = _samples(stroke, stroke.hinted, count)
                batches.append(
                    HintBatch(
                        stroke.id,
                        stroke.page,
                        TEACHER,
                        stroke.style,
                        stroke.hinted,
                        samples,
                        stroke.is_over,
                    )
                )
                stroke.hinted = count
                stroke.is_end_hinted = stroke.is_over
        self._forget()
        return batches

    def take_entries(self) -> list[tuple[EntryKind, InkBody, PageId]]:
        """What came since the last call, as bodies for the log, at most 100 ms each."""
        bodies = []
        for stroke in self._strokes:
            while (part := self._next_part(stroke)) is not None:
                bodies.append((*part, stroke.page))
        self._forget()
        return bodies

    def _forget(self) -> None:
        """Let go of strokes of which hints and log have heard the end."""
        self._strokes = [
            stroke
            for stroke in self._strokes
            if not stroke.is_over
            or (stroke.columns.x and not (stroke.is_end_hinted and stroke.is_end_logged))
        ]

    def _next_part(self, stroke: _Open) -> tuple[EntryKind, InkBody] | None:
        """The next 100 ms of a stroke; None when nothing is left to say."""
        if stroke.is_end_logged:
            return None
        first, count = stroke.logged, len(stroke.columns.x)
        stop = _stop_within_100_ms(stroke.columns.ms, first)
        is_end = stroke.is_over and stop == count
        if first == stop and (not is_end or first == 0):
            return None
        kind = EntryKind.INK_MORE
        if not stroke.has_begun:
            kind = EntryKind.INK_BEGIN
        elif is_end:
            kind = EntryKind.INK_END
        body = InkBody(
            stroke.id,
            first,
            _samples(stroke, first, stop),
            None if stroke.has_begun else stroke.style,
            is_end,
            is_end and stroke.is_cut,
        )
        stroke.has_begun = True
        stroke.logged = stop
        stroke.is_end_logged = is_end
        return kind, body


def hundredths(mm: float) -> int:
    """1/100 mm, kept within what an entry may hold: one wild sample must not cost the log."""
    return round(min(max(mm * 100, -MAX_COORDINATE), MAX_COORDINATE))


def _samples(stroke: _Open, start: int, stop: int) -> Samples:
    columns = stroke.columns
    return Samples(
        tuple(columns.x[start:stop]),
        tuple(columns.y[start:stop]),
        tuple(columns.ms[start:stop]),
        tuple(columns.force[start:stop]) if stroke.has_force else None,
    )


def _stop_within_100_ms(ms: list[int], first: int) -> int:
    stop = first
    while stop < len(ms) and ms[stop] - ms[first] <= 100 and stop - first < 500:
        stop += 1
    return stop
