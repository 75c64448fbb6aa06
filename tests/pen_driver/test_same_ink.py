"""The same ink through every protocol arrives as the same strokes."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.events import (
    DisconnectReason,
    PenDiagnostic,
    PenDown,
    PenEvent,
    PenLifted,
    PenSample,
    StrokeNo,
)
from pen_driver.protocol import SUPPORTS
from pen_driver.transports.sessions import new_session
from pen_driver.virtual.device import DeviceOptions
from pen_driver.virtual.faults import Faults
from pen_driver.virtual.ink import Stroke, fit_to_page, load_ink, resample
from pen_driver.virtual.makes import MAKES, make_device

START_S = 100.0


class Run:
    """One pen, one host, their clock."""

    def __init__(
        self, make: str, largest_read: int = 10_000, faults: Faults | None = None, seed: int = 1
    ) -> None:
        self.device = make_device(make, DeviceOptions())
        self.session = new_session(make, PenCounters(), 1)
        self.faults = faults or Faults()
        self.random = Random(seed)
        self.largest_read = largest_read
        self.events: list[PenEvent] = []

    def write(self, strokes: tuple[Stroke, ...]) -> list[PenEvent]:
        now = START_S
        while not self.device.is_streaming and now < START_S + 20:
            now += 0.02
            said = self.device.receive(self.session.data_to_send(), round(now * 1000))
            self.give(said + self.device.tick(round(now * 1000)), now)
        begun = now + 0.5
        for stroke in strokes:
            self.send(self.device.pen_down(ms(begun + stroke[0].t)), begun + stroke[0].t)
            for point in stroke:
                at = begun + point.t
                force = 0.5 if point.force is None else point.force
                self.send(self.device.dot(ms(at), point.x_mm, point.y_mm, force), at)
            self.send(self.device.pen_up(ms(at + 0.008)), at + 0.008)
        self.events += self.session.tick(at + 5.0)
        self.events += self.session.link_lost(at + 5.0, DisconnectReason.LINK_LOST)
        return self.events

    def send(self, data: bytes, now: float) -> None:
        self.give(self.faults.apply(data, self.random), now)

    def give(self, data: bytes, now: float) -> None:
        while data:
            size = self.random.randint(1, self.largest_read)
            self.events += self.session.receive_data(data[:size], now)
            data = data[size:]
        self.events += self.session.tick(now)


def ms(seconds: float) -> int:
    return round(seconds * 1000)


@cache
def ink(count: int = 25) -> tuple[Stroke, ...]:
    strokes = fit_to_page(load_ink("maths"), 176, 236)[:count]
    return tuple(resample(stroke, 90) for stroke in strokes)


def strokes_of(events: list[PenEvent]) -> dict[StrokeNo, list[PenSample]]:
    strokes: dict[StrokeNo, list[PenSample]] = {}
    for event in events:
        if isinstance(event, PenDown):
            strokes[event.stroke] = []
        elif isinstance(event, PenSample):
            strokes[event.stroke].append(event)
    return strokes


@pytest.mark.parametrize("largest_read", [10_000, 3])
@pytest.mark.parametrize("make", MAKES)
def test_same_ink_same_strokes(make: str, largest_read: int) -> None:
    events = Run(make, largest_read=largest_read).write(ink())
    got = list(strokes_of(events).values())
    assert [len(stroke) for stroke in got] == [len(stroke) for stroke in ink()]
    assert not [event for event in events if isinstance(event, PenDiagnostic)]
    # A grown page has its corner where nobody measured it: compare from the first point on.
    is_placed = make != "anoto"
    first, wanted = got[0][0], ink()[0][0]
    shift = (0.0, 0.0) if is_placed else (first.x_mm - wanted.x_mm, first.y_mm - wanted.y_mm)
    slack = SUPPORTS[make].mm_per_step * (0.75 if is_placed else 1.5)
    steps = SUPPORTS[make].force_steps
    for stroke, points in zip(got, ink(), strict=True):
        for sample, point in zip(stroke, points, strict=True):
            assert sample.x_mm - shift[0] == pytest.approx(point.x_mm, abs=slack)
            assert sample.y_mm - shift[1] == pytest.approx(point.y_mm, abs=slack)
            if steps and point.force is not None:
                assert sample.force == pytest.approx(point.force, abs=2 / steps)
            if not steps:
                assert sample.force is None


@pytest.mark.parametrize("make", MAKES)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.floats(0, 0.01))
def test_damage_never_raises_and_strokes_are_lifted(make: str, seed: int, rate: float) -> None:
    faults = Faults(flip=rate, drop=rate, double=rate, has_junk=True)
    events = Run(make, 20, faults, seed).write(ink(3))
    down = [event.stroke for event in events if isinstance(event, PenDown)]
    lifted = [event.stroke for event in events if isinstance(event, PenLifted)]
    assert down == lifted
    assert len(set(down)) == len(down)
