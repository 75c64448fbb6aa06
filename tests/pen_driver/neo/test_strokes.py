"""Row by row: the table "turning events into strokes" of the protocol notes, section 8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    NcodePage,
    PenDiagnostic,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenSample,
    RawDot,
    Tip,
)
from pen_driver.neo.packets import Dot, Down, Hover, ImageError, LivePacket, PageId, Up
from pen_driver.neo.strokes import HELD_DOTS, StrokeMachine, StrokeOptions
from pen_driver.paper import Sheet

T0 = 1_767_225_600_000
PAGE_5 = NcodePage(3, 27, 603, 5)
PAGE_6 = NcodePage(3, 27, 603, 6)


class Desk:
    """A machine, its counters, and an event counter that counts by itself."""

    def __init__(self, has_hover: bool = False) -> None:
        self.counters = PenCounters()
        self.machine = StrokeMachine(self.counters)
        self.machine.has_hover = has_hover
        self.number = 0
        self.now = 100.0

    def _next(self) -> int:
        self.number += 1
        return (self.number - 1) % 256

    def feed(self, *packets: LivePacket) -> list[PenEvent]:
        events: list[PenEvent] = []
        for packet in packets:
            self.now += 0.01
            events += self.machine.receive(packet, self.now)
        return events

    def down(self, tip: int = 0, colour: int = 0xFF000000, time_ms: int = T0) -> Down:
        return Down(self._next(), time_ms, tip, colour)

    def page(self, page: NcodePage = PAGE_5) -> PageId:
        return PageId(self._next(), page.section, page.owner, page.book, page.page)

    def dot(self, x: float = 30.0, y: float = 40.0, force: int | None = 426) -> Dot:
        return Dot(self._next(), 10, force, x, y, 90, 90, 0)

    def up(self, dots: int | None = None) -> Up:
        return Up(self._next(), T0 + 50, dots)


def names(events: list[PenEvent]) -> list[str]:
    return [
        event.kind.name if isinstance(event, PenDiagnostic) else type(event).__name__
        for event in events
    ]


def test_a_plain_stroke() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(), desk.dot(), desk.dot(31), desk.up(2))
    assert names(events) == ["PenPage", "PenDown", "PenSample", "PenSample", "PenLifted"]
    down, first, second, lifted = events[1:]
    assert isinstance(down, PenDown)
    assert (down.page, down.stroke, down.page_assumed) == (PAGE_5, 1, False)
    assert isinstance(first, PenSample)
    assert isinstance(second, PenSample)
    assert first.force == pytest.approx(0.5)
    assert (first.tilt_x, first.tilt_y) == (0, 0)
    assert second.x_mm - first.x_mm == pytest.approx(2.370667, abs=1e-5)
    assert second.t_pen == pytest.approx(T0 / 1000 + 0.02)
    assert first.t_host == pytest.approx(100.03)
    assert lifted == PenLifted(desk.now, second.t_pen, down.stroke, samples=2)


def test_stroke_numbers_go_on() -> None:
    desk = Desk()
    for _ in range(3):
        events = desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    assert isinstance(events[-1], PenLifted)
    assert events[-1].stroke == 3


def test_missing_up_ends_the_stroke_and_starts_the_next() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot())
    events = desk.feed(desk.down(), desk.page(), desk.dot())
    assert names(events) == ["MISSING_UP", "PenLifted", "PenDown", "PenSample"]


def test_equal_page_id_does_not_break_a_stroke() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(), desk.dot(), desk.page(), desk.dot(), desk.up(2))
    assert names(events) == ["PenPage", "PenDown", "PenSample", "PenSample", "PenLifted"]


def test_other_page_id_splits_a_stroke() -> None:
    desk = Desk()
    events = desk.feed(
        desk.down(), desk.page(), desk.dot(), desk.page(PAGE_6), desk.dot(50), desk.up(2)
    )
    assert names(events) == [
        "PenPage", "PenDown", "PenSample", "PenLifted",
        "PenPage", "PenDown", "PenSample", "PenLifted",
    ]  # fmt: skip
    assert [event.page for event in events if isinstance(event, PenDown)] == [PAGE_5, PAGE_6]


def test_dot_without_down_with_hover_is_hover() -> None:
    desk = Desk(has_hover=True)
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    assert names(desk.feed(desk.dot())) == ["PenHover"]


def test_dot_without_down_starts_a_stroke_with_the_host_clock() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    events = desk.feed(desk.dot(), desk.up(1))
    assert names(events) == ["MISSING_DOWN", "PenDown", "PenSample", "PenLifted"]
    assert isinstance(events[1], PenDown)
    assert events[1].t_pen is None


def test_dot_without_down_and_page_is_dropped() -> None:
    desk = Desk()
    assert names(desk.feed(desk.dot())) == ["MISSING_DOWN"]
    assert desk.counters.dropped_dots == 1


def test_dots_wait_for_a_late_page_id() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    assert desk.feed(desk.down(), desk.dot(), desk.dot()) == []
    events = desk.feed(desk.page(PAGE_6))
    assert names(events) == ["PenPage", "PenDown", "PenSample", "PenSample"]
    assert isinstance(events[2], PenSample)
    assert events[2].t_host < desk.now  # the time at which it came, not at which it was placed


def test_lost_page_id_assumes_the_page_before() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    events = desk.feed(desk.down(), *(desk.dot() for _ in range(HELD_DOTS + 1)))
    assert names(events)[:2] == ["MISSING_PAGE", "PenDown"]
    assert names(events).count("PenSample") == HELD_DOTS + 1
    assert isinstance(events[1], PenDown)
    assert events[1].page_assumed


def test_short_stroke_without_page_id_is_placed_at_its_end() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    events = desk.feed(desk.down(), desk.dot(), desk.up(1))
    assert names(events) == ["MISSING_PAGE", "PenDown", "PenSample", "PenLifted"]


def test_without_any_page_dots_are_dropped_and_counted() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.dot(), desk.dot(), desk.up(2))
    assert names(events) == ["MISSING_PAGE", "MISSING_PAGE"]
    assert desk.counters.dropped_dots == 2


def test_lost_dots_are_told_at_the_end() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(4))
    assert events[-2] == PenDiagnostic(desk.now, DiagnosticKind.LOST_DOTS, 3)
    assert isinstance(events[-1], PenLifted)
    assert events[-1].lost == 3


def test_tap_without_dot() -> None:
    desk = Desk()
    assert names(desk.feed(desk.down(), desk.page(), desk.up(0))) == ["PenPage", "TAP"]


def test_up_without_anything_is_ignored() -> None:
    desk = Desk()
    assert names(desk.feed(desk.up(0))) == ["MISSING_DOWN"]


def test_unset_clock_gives_no_pen_time() -> None:
    desk = Desk()
    events = desk.feed(desk.down(time_ms=12), desk.page(), desk.dot())
    assert names(events) == ["INVALID_TIME", "PenPage", "PenDown", "PenSample"]
    assert isinstance(events[-1], PenSample)
    assert events[-1].t_pen is None


def test_gap_in_the_event_counter() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot())
    for _ in range(5):
        desk.dot()  # lost on the way
    events = desk.feed(desk.dot())
    assert events[0] == PenDiagnostic(desk.now, DiagnosticKind.LOST_EVENTS, 5)
    assert desk.counters.lost_events == 5


def test_event_counter_wraps() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), *(desk.dot() for _ in range(600)), desk.up(600))
    assert desk.counters.lost_events == 0
    assert desk.counters.samples == 600


def test_doubled_event_counts_once() -> None:
    desk = Desk()
    dot = desk.dot
    down, page, first, second = desk.down(), desk.page(), dot(), dot(31)
    events = desk.feed(down, page, first, first, second, desk.up(2))
    assert names(events).count("PenSample") == 2
    assert "DOUBLED" in names(events)
    assert desk.counters.lost_events == 0


def test_lost_link_cuts_the_stroke_short() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot())
    (lifted,) = desk.machine.link_lost(200.0)
    assert isinstance(lifted, PenLifted)
    assert lifted.cut_short
    assert desk.machine.link_lost(201.0) == []


def test_image_error_passes_time() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot())
    (event,) = desk.feed(ImageError(desk._next(), 40))
    assert isinstance(event, PenDiagnostic)
    (sample,) = desk.feed(desk.dot())
    assert isinstance(sample, PenSample)
    assert sample.t_pen == pytest.approx(T0 / 1000 + 0.06)


def test_hover_has_no_counter_and_no_stroke() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    (hover,) = desk.feed(Hover(12, 30.0, 40.0))
    assert isinstance(hover, PenHover)
    assert names(desk.feed(desk.down(), desk.page(), desk.dot())) == ["PenDown", "PenSample"]


def test_eraser_end_and_colour() -> None:
    desk = Desk()
    events = desk.feed(desk.down(tip=1, colour=0x00FFFFFF), desk.page(), desk.dot())
    assert isinstance(events[1], PenDown)
    assert events[1].tip is Tip.ERASER
    assert events[1].colour_argb is None  # alpha 0 is "none given", not invisible ink


def test_force_is_clamped_or_absent() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(), desk.dot(force=1023), desk.dot(force=None))
    assert [event.force for event in events if isinstance(event, PenSample)] == [1.0, None]


def test_dot_outside_the_sheet_is_dropped() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(), desk.dot(), desk.dot(x=900.0), desk.up(2))
    assert names(events) == ["PenPage", "PenDown", "PenSample", "OFF_PAGE", "PenLifted"]


def test_raw_values_are_kept() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(), desk.dot(force=1023), desk.up(1))
    (sample,) = [event for event in events if isinstance(event, PenSample)]
    assert sample.raw == RawDot(30.0, 40.0, 1023)
    assert (sample.force, sample.twist) == (1.0, 0)


def test_spike_is_left_out_and_counted() -> None:
    desk = Desk()
    events = desk.feed(
        desk.down(), desk.page(), desk.dot(30), desk.dot(60), desk.dot(31), desk.up(3)
    )
    assert names(events) == [
        "PenPage", "PenDown", "PenSample", "SPIKE", "PenSample", "PenLifted",
    ]  # fmt: skip
    assert (desk.counters.spikes, desk.counters.samples, desk.counters.lost_dots) == (1, 2, 0)
    lifted = events[-1]
    assert isinstance(lifted, PenLifted)
    assert (lifted.samples, lifted.lost) == (2, 0)


def test_spike_filter_can_be_switched_off() -> None:
    desk = Desk()
    desk.machine = StrokeMachine(desk.counters, options=StrokeOptions(spike_units=None))
    events = desk.feed(
        desk.down(), desk.page(), desk.dot(30), desk.dot(60), desk.dot(31), desk.up(3)
    )
    assert names(events).count("PenSample") == 3


def test_far_last_dot_is_not_lost_however_the_stroke_ends() -> None:
    for end in ("up", "down", "page", "link"):
        desk = Desk()
        events = desk.feed(desk.down(), desk.page(), desk.dot(30), desk.dot(60))
        assert names(events).count("PenSample") == 1  # the other one waits
        match end:
            case "up":
                events += desk.feed(desk.up(2))
            case "down":
                events += desk.feed(desk.down())
            case "page":
                events += desk.feed(desk.page(PAGE_6))
            case _:
                events += desk.machine.link_lost(desk.now)
        assert names(events).count("PenSample") == 2, end
        assert names(events).count("PenLifted") == 1, end


def test_last_dot_that_waited_keeps_its_own_time() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(30))
    desk.feed(desk.dot(60))
    came = desk.now
    desk.now += 5
    events = desk.feed(desk.up(2))
    assert isinstance(events[0], PenSample)
    assert events[0].t_host == came


def test_own_sheets_place_the_ink() -> None:
    sheet = Sheet(100, 100, origin_x=30, origin_y=40)
    desk = Desk()
    desk.machine = StrokeMachine(desk.counters, options=StrokeOptions(sheets=lambda _: sheet))
    events = desk.feed(desk.down(), desk.page(), desk.dot(30.0, 40.0), desk.up(1))
    (sample,) = [event for event in events if isinstance(event, PenSample)]
    assert (sample.x_mm, sample.y_mm) == (0, 0)


def test_dots_outside_strokes_are_hover_only_where_hover_has_no_event() -> None:
    desk = Desk(has_hover=True)
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.up(1))
    assert names(desk.feed(desk.dot())) == ["PenHover"]
    desk.feed(Hover(12, 30.0, 40.0))
    assert names(desk.feed(desk.dot())) == ["MISSING_DOWN", "PenDown", "PenSample"]


def test_image_errors_are_counted_by_their_number() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot())
    (event,) = desk.feed(ImageError(desk._next(), 8, 20, 3))
    assert event == PenDiagnostic(desk.now, DiagnosticKind.IMAGE_ERROR, 3, "code 20")
    assert desk.counters.image_errors == 3


def test_counter_that_runs_back_is_told() -> None:
    desk = Desk()
    desk.feed(desk.down(), desk.page(), desk.dot(), desk.dot())
    events = desk.feed(Dot(1, 8, 400, 30.5, 40.0, 90, 90, 0))
    assert "BAD_COUNTER" in names(events)
    assert desk.counters.lost_events == 0


def test_impossible_page_is_refused() -> None:
    desk = Desk()
    events = desk.feed(desk.down(), desk.page(NcodePage(3, 27, 1 << 20, 5)))
    assert names(events) == ["BAD_PAGE"]


places = st.sampled_from([1.0, 6.0, 30.0, 31.0, 60.0, 900.0])
pages = st.sampled_from([PAGE_5, PAGE_6, NcodePage(3, 27, 1 << 20, 5)])
packets = st.one_of(
    st.builds(Down, st.none(), st.sampled_from([T0, 5]), st.just(0), st.just(0xFF000000)),
    st.builds(Up, st.none(), st.just(T0), st.one_of(st.none(), st.integers(0, 9))),
    pages.map(lambda p: PageId(None, p.section, p.owner, p.book, p.page)),
    st.builds(
        Dot, st.none(), st.just(9), st.integers(0, 900), places, places,
        st.just(90), st.just(90), st.just(0),
    ),
    st.builds(Hover, st.just(9), places, places),
    st.builds(ImageError, st.none(), st.just(9)),
)  # fmt: skip


@given(st.lists(packets, max_size=40), st.booleans(), st.sampled_from([None, 10.0]))
def test_every_dot_ends_in_one_count_and_every_stroke_is_lifted(
    sent: list[LivePacket], has_hover: bool, spike_units: float | None
) -> None:
    counters = PenCounters()
    machine = StrokeMachine(counters, options=StrokeOptions(spike_units=spike_units))
    machine.has_hover = has_hover
    events = [event for packet in sent for event in machine.receive(packet, 1.0)]
    events += machine.link_lost(2.0)
    dots = sum(isinstance(packet, Dot | Hover) for packet in sent)
    ends = counters.samples + counters.hovers + counters.dropped_dots + counters.spikes
    assert ends == dots
    current, count = None, 0
    for event in events:
        match event:
            case PenDown():
                assert current is None
                current, count = event.stroke, 0
            case PenSample():
                assert event.stroke == current
                count += 1
            case PenLifted():
                assert (event.stroke, event.samples) == (current, count)
                assert count > 0
                current = None
    assert current is None
