"""Live packets → strokes: the table of pen/PROTOCOL 8 as a machine.

It repairs what the wire lost: a missing up ends the stroke at its last dot, a missing down starts
one at the first dot, a missing page id lets the first dots wait for it and then assumes the page
before. Each repair is a diagnostic; nothing is repaired silently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    NcodePage,
    PenDiagnostic,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenPage,
    PenSample,
    RawDot,
    StrokeNo,
    Tip,
)
from pen_driver.filters import SPIKE_UNITS, SpikeFilter
from pen_driver.neo.packets import (
    DEFAULT_FORCE_STEPS,
    Dot,
    Down,
    Hover,
    ImageError,
    LivePacket,
    PageId,
    Up,
)
from pen_driver.paper import Sheet, is_plausible, sheet_of

# Before this the pen's clock was never set (PROTOCOL 8, "Time < 10 000").
_LEAST_TIME_MS = 10_000
# About 0.1 s of ink: longer than any page id was seen to lag, short enough not to be felt.
HELD_DOTS = 8


@dataclass(slots=True)
class _Open:
    """The stroke between pen-down and pen-up."""

    tip: Tip
    colour_argb: int | None
    t_pen: float | None
    dots: int = 0  # all that came since pen-down, also those before a page change
    number: StrokeNo | None = None  # None until its first sample
    samples: int = 0


@dataclass(frozen=True, slots=True)
class StrokeOptions:
    """How ink is read.

    Attributes:
        spike_units: threshold of the spike filter in Ncode units, None switches it off.
        sheets: size and corner of a page's sheet; a `PaperStore` knows calibrated ones.
    """

    spike_units: float | None = SPIKE_UNITS
    sheets: Callable[[NcodePage], Sheet] = sheet_of


@dataclass(frozen=True, slots=True)
class _Placed:
    """A dot with its place, on its way through the spike filter."""

    dot: Dot
    t_host: float
    t_pen: float | None
    page: NcodePage
    x_mm: float
    y_mm: float
    is_assumed: bool


class StrokeMachine:
    """Turn live packets into pen events.

    Args:
        counters: counted here: samples, strokes, repairs, losses.
        first_stroke: number of the first stroke, so that numbers go on after a reconnect.
    """

    def __init__(
        self,
        counters: PenCounters,
        first_stroke: int = 1,
        options: StrokeOptions | None = None,
    ) -> None:
        self._options = options or StrokeOptions()
        self._filter: SpikeFilter[_Placed] = SpikeFilter(self._options.spike_units)
        self._has_hover_events = False
        self._counters = counters
        self.next_stroke = first_stroke
        self.force_steps = DEFAULT_FORCE_STEPS
        self.has_hover = False
        self._expected: int | None = None
        self._last: LivePacket | None = None
        self._open: _Open | None = None
        self._page: NcodePage | None = None  # of this stroke, None until its page id came
        self._last_page: NcodePage | None = None
        self._held: list[tuple[Dot, float]] = []
        self._events: list[PenEvent] = []
        self._now = 0.0

    def reset_counter(self) -> None:
        """The pen starts counting anew, or its count is unknown."""
        self._expected = None

    def receive(self, packet: LivePacket, now: float) -> list[PenEvent]:
        """Apply one packet; `now` is the host time of its bytes."""
        self._now = now
        if packet == self._last and not isinstance(packet, Hover) and packet.counter is not None:
            self._repair(DiagnosticKind.DOUBLED)  # same counter, same content
            return self._take()
        self._last = packet
        match packet:
            case Hover():
                self._has_hover_events = True
                self._hover(packet.x, packet.y)
                return self._take()
            case Down():
                self._count(packet.counter)
                self._down(packet)
            case PageId():
                self._count(packet.counter)
                self._page_id(packet)
            case Dot():
                self._count(packet.counter)
                self._dot(packet)
            case Up():
                self._count(packet.counter)
                self._up(packet)
            case ImageError():
                self._count(packet.counter)
                self._image_error(packet)
            case _:
                assert_never(packet)
        return self._take()

    def link_lost(self, now: float) -> list[PenEvent]:
        """End an open stroke at its last sample."""
        self._now = now
        self._flush_held()
        self._lift(cut_short=True)
        self._open = None
        return self._take()

    def _take(self) -> list[PenEvent]:
        events, self._events = self._events, []
        return events

    def _diagnose(self, kind: DiagnosticKind, count: int = 1, detail: str = "") -> None:
        self._events.append(PenDiagnostic(self._now, kind, count, detail))

    def _repair(self, kind: DiagnosticKind) -> None:
        self._counters.repairs += 1
        self._diagnose(kind)

    def _count(self, counter: int | None) -> None:
        if counter is None:
            return
        if self._expected is not None and counter != self._expected:
            lost = (counter - self._expected) % 256
            # A counter that runs back is a damaged or late one, not more than 128 lost events.
            if lost < 128:
                self._counters.lost_events += lost
                self._diagnose(DiagnosticKind.LOST_EVENTS, lost)
            else:
                self._repair(DiagnosticKind.BAD_COUNTER)
        self._expected = (counter + 1) % 256

    def _down(self, packet: Down) -> None:
        if self._open is not None:
            self._repair(DiagnosticKind.MISSING_UP)
            self._flush_held()
            self._lift()
        self._page = None
        # Alpha 0 means that no colour was given, never invisible ink (PROTOCOL 17, 29).
        colour = packet.colour_argb if packet.colour_argb >> 24 else None
        tip = Tip.ERASER if packet.tip == 1 else Tip.NORMAL
        self._open = _Open(tip, colour, self._pen_time(packet.time_ms))

    def _pen_time(self, time_ms: int) -> float | None:
        if time_ms >= _LEAST_TIME_MS:
            return time_ms / 1000
        self._diagnose(DiagnosticKind.INVALID_TIME)
        return None

    def _page_id(self, packet: PageId) -> None:
        page = NcodePage(packet.section, packet.owner, packet.book, packet.page)
        if not is_plausible(page):
            self._diagnose(DiagnosticKind.BAD_PAGE, detail=str(page))
            return
        if page != self._last_page:
            if self._open is not None and self._open.number is not None:
                self._lift()  # on the old page, at the old position
            self._last_page = page
            self._events.append(PenPage(self._now, page))
        self._page = page
        self._flush_held()

    def _dot(self, packet: Dot) -> None:
        if self._open is None:
            # Where hover has an event of its own (from 2.18), a dot outside a stroke is ink.
            if self.has_hover and not self._has_hover_events:
                self._hover(packet.x, packet.y)
                return
            self._page = self._last_page
            if self._page is None:
                self._drop(DiagnosticKind.MISSING_DOWN)
                return
            self._repair(DiagnosticKind.MISSING_DOWN)
            self._open = _Open(Tip.NORMAL, None, None)
        self._open.dots += 1
        if self._page is None:
            self._held.append((packet, self._now))
            if len(self._held) >= HELD_DOTS:
                self._flush_held()
            return
        self._place(self._open, packet, self._now, self._page)

    def _flush_held(self) -> None:
        """Place the dots that waited for a page id, on the page before where none came."""
        held, self._held = self._held, []
        if not held or self._open is None:
            return
        is_assumed = self._page is None
        page = self._page or self._last_page
        if is_assumed and page is not None:
            self._repair(DiagnosticKind.MISSING_PAGE)
            self._page = page
        for dot, now in held:
            if page is None:
                self._drop(DiagnosticKind.MISSING_PAGE)
            else:
                self._place(self._open, dot, now, page, is_assumed)

    def _drop(self, kind: DiagnosticKind, detail: str = "") -> None:
        self._counters.dropped_dots += 1
        self._diagnose(kind, detail=detail)

    def _place(
        self, stroke: _Open, dot: Dot, now: float, page: NcodePage, is_assumed: bool = False
    ) -> None:
        if stroke.t_pen is not None:
            stroke.t_pen += dot.dt_ms / 1000
        sheet = self._options.sheets(page)
        x_mm, y_mm = sheet.to_mm(dot.x, dot.y)
        if not sheet.holds(x_mm, y_mm):
            self._drop(DiagnosticKind.OFF_PAGE, f"x {dot.x:g}, y {dot.y:g} units")
            return
        placed = _Placed(dot, now, stroke.t_pen, page, x_mm, y_mm, is_assumed)
        dropped = self._filter.dropped
        passed = self._filter.push(dot.x, dot.y, placed)
        if self._filter.dropped > dropped:
            self._counters.spikes += 1
            self._diagnose(DiagnosticKind.SPIKE)
        for item in passed:
            self._emit(stroke, item)

    def _emit(self, stroke: _Open, placed: _Placed) -> None:
        """Report one dot, after the start of its stroke where it is the first."""
        if stroke.number is None:
            stroke.number = StrokeNo(self.next_stroke)
            self.next_stroke += 1
            self._counters.strokes += 1
            self._events.append(
                PenDown(
                    placed.t_host,
                    placed.t_pen,
                    stroke.number,
                    placed.page,
                    page_assumed=placed.is_assumed,
                    tip=stroke.tip,
                    colour_argb=stroke.colour_argb,
                )
            )
        stroke.samples += 1
        self._counters.samples += 1
        dot = placed.dot
        self._events.append(
            PenSample(
                placed.t_host,
                placed.t_pen,
                stroke.number,
                placed.x_mm,
                placed.y_mm,
                force=None if dot.force is None else min(dot.force / self.force_steps, 1.0),
                tilt_x=_tilt(dot.tilt_x),
                tilt_y=_tilt(dot.tilt_y),
                twist=dot.twist,
                raw=RawDot(dot.x, dot.y, dot.force),
            )
        )

    def _up(self, packet: Up) -> None:
        stroke = self._open
        if stroke is None:
            self._diagnose(DiagnosticKind.MISSING_DOWN)
            return
        self._flush_held()
        lost = 0
        if packet.dots is not None and packet.dots > stroke.dots:
            lost = packet.dots - stroke.dots
            self._counters.lost_dots += lost
            self._diagnose(DiagnosticKind.LOST_DOTS, lost)
        elif stroke.dots == 0:
            self._diagnose(DiagnosticKind.TAP)
        self._lift(lost=lost)
        self._open = None

    def _lift(self, lost: int = 0, cut_short: bool = False) -> None:
        """End the current stroke where one was started; the next dot would start a new one."""
        stroke = self._open
        if stroke is None:
            return
        for placed in self._filter.end():
            self._emit(stroke, placed)
        if stroke.number is None:
            return
        self._counters.cut_short += cut_short
        self._events.append(
            PenLifted(self._now, stroke.t_pen, stroke.number, stroke.samples, lost, cut_short)
        )
        self._open = replace(stroke, number=None, samples=0)

    def _image_error(self, packet: ImageError) -> None:
        self._counters.image_errors += packet.errors
        if self._open is not None and self._open.t_pen is not None:
            self._open.t_pen += packet.dt_ms / 1000
        code = "" if packet.code is None else f"code {packet.code}"
        self._diagnose(DiagnosticKind.IMAGE_ERROR, packet.errors, code)

    def _hover(self, x: float, y: float) -> None:
        page = self._page or self._last_page
        if page is not None:
            sheet = self._options.sheets(page)
            x_mm, y_mm = sheet.to_mm(x, y)
            if sheet.holds(x_mm, y_mm):
                self._counters.hovers += 1
                self._events.append(PenHover(self._now, page, x_mm, y_mm))
                return
        self._counters.dropped_dots += 1  # nowhere to be, and nobody misses it: no diagnostic


def _tilt(value: int | None) -> int | None:
    """Convert 0..180, 90 upright, to degrees from upright."""
    return None if value is None else min(value, 180) - 90
