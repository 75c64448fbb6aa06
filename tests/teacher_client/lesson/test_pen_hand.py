"""The writer's habits on one stroke: calming, instruments, straightening."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.entries import InstrumentKind, InstrumentSet
from signaling_server.protocol.ids import PageId, StrokeId
from signaling_server.protocol.ink import Style
from teacher_client.lesson.board_commands import PutItems
from teacher_client.lesson.link import SetWriting, Smoothing
from teacher_client.lesson.pen_hand import HandSample, PenHand

PLAIN = SetWriting(Smoothing.OFF, straightens=False, snaps=False)
HABITS = SetWriting()
RULER = InstrumentSet(InstrumentKind.RULER, 1000, 5000, 0, 15_000)
COMPASS = InstrumentSet(InstrumentKind.COMPASS, 5000, 5000, 0, 0, 2000)
PAGE, NAME, STYLE = PageId(1), StrokeId(9), Style(Tool.PEN, Ink.RED, 70, 0)

Points = list[tuple[float, float]]


def written(points: Points, step_ms: int = 11) -> list[HandSample]:
    return [HandSample(x, y, 0.5, i * step_ms) for i, (x, y) in enumerate(points)]


def drawn(hand: PenHand, samples: list[HandSample]) -> list[HandSample]:
    return [one for sample in samples for one in hand.add(sample)] + hand.end()


def trembling(count: int = 60) -> Points:
    """A slow line whose hand shakes at 10 Hz."""
    return [(i * 22.0, 30 * math.sin(2 * math.pi * 10 * i * 0.011)) for i in range(count)]


def test_without_habits_ink_is_as_it_was_written() -> None:
    samples = written(trembling())
    assert drawn(PenHand(PLAIN, [RULER]), samples) == samples
    assert PenHand(PLAIN).end() == []


@pytest.mark.parametrize(("smoothing", "most"), [(Smoothing.LIGHT, 0.8), (Smoothing.STRONG, 0.5)])
def test_calmed_ink_trembles_less_and_ends_where_the_pen_did(
    smoothing: Smoothing, most: float
) -> None:
    samples = written(trembling())
    ink = drawn(PenHand(replace(PLAIN, smoothing=smoothing)), samples)
    assert max(abs(s.y) for s in ink[10:-1]) < most * 30
    assert (ink[0], ink[-1]) == (samples[0], samples[-1])
    assert [s.ms for s in ink] == [*(s.ms for s in samples), samples[-1].ms]


def test_ink_that_begins_at_a_ruler_runs_along_it() -> None:
    samples = written([(2000 + i * 100, 5100 + 90 * math.sin(i)) for i in range(30)])
    ink = drawn(PenHand(SetWriting(), [RULER]), samples)
    assert {s.y for s in ink} == {5000}
    assert (ink[0].x, ink[-1].x, ink[-1].ms) == (2000, 4900, samples[-1].ms)
    assert drawn(PenHand(PLAIN, [RULER]), samples) == samples
    far = written([(2000 + i * 100, 9000) for i in range(30)])
    assert {s.y for s in drawn(PenHand(SetWriting(), [RULER]), far)} == {9000}


def test_a_compass_sweeps_its_arc_in_between() -> None:
    """Few samples of a quick turn make a round arc, its points evenly in time and force."""
    turn = [(5000 + 2100 * math.cos(a), 5000 + 2100 * math.sin(a)) for a in (0, 1.0, 2.0)]
    samples = [
        HandSample(x, y, force, ms)
        for (x, y), force, ms in zip(turn, (0.0, 1.0, 0.0), (0, 50, 100), strict=True)
    ]
    ink = drawn(PenHand(SetWriting(), [COMPASS]), samples)
    assert len(ink) > 20
    assert all(abs(math.dist((s.x, s.y), (5000, 5000)) - 2000) < 2 for s in ink)
    assert [s.ms for s in ink] == sorted(s.ms for s in ink)
    assert ink[-1].ms == 100
    middle = min(ink, key=lambda s: abs(s.ms - 50))
    assert middle.force == pytest.approx(1.0, abs=0.1)


def circle(count: int = 80) -> Points:
    return [
        (
            5000 + 2000 * math.sin(2 * math.pi * i / count),
            5000 - 1900 * math.cos(2 * math.pi * i / count),
        )
        for i in range(count + 1)
    ]


def straightened(
    points: Points, hold_ms: int, habits: SetWriting = HABITS, style: Style = STYLE
) -> PutItems | None:
    hand, samples = PenHand(habits), written(points)
    drawn(hand, samples)
    return hand.straightened(PAGE, NAME, style, samples[-1].ms + hold_ms)


def test_a_circle_held_at_its_end_becomes_round() -> None:
    put = straightened(circle(), 700)
    assert put is not None
    (stroke,) = put.strokes
    assert (put.page, put.erases) == (PAGE, (NAME,))
    assert (stroke.tool, stroke.ink, stroke.width) == (Tool.FINELINER, Ink.RED, 70)
    away = [math.dist(p, (5000, 5000)) for p in zip(stroke.x, stroke.y, strict=True)]
    assert max(away) - min(away) < 5
    assert (stroke.x[0], stroke.y[0]) == (stroke.x[-1], stroke.y[-1])


def test_a_line_held_with_the_marker_stays_the_markers() -> None:
    points = [(1000 + i * 90, 2000 + 15 * math.sin(i)) for i in range(50)]
    put = straightened(
        [(float(x), y) for x, y in points], 700, style=replace(STYLE, tool=Tool.MARKER)
    )
    assert put is not None
    assert put.strokes[0].tool is Tool.MARKER
    assert len(set(put.strokes[0].y)) <= 4


def test_nothing_is_straightened_unasked() -> None:
    assert straightened(circle(), 200) is None  # lifted at once
    assert straightened(circle(), 700, PLAIN) is None
    assert straightened(circle(), 700, style=replace(STYLE, tool=Tool.LASER)) is None
    scribble = [(3000 + 600 * math.sin(3 * i), 3000 + 500 * math.cos(2.3 * i)) for i in range(60)]
    assert straightened(scribble, 700) is None
    hand = PenHand(SetWriting(), [RULER])
    samples = written([(2000 + i * 100.0, 5100.0) for i in range(30)])
    drawn(hand, samples)
    assert hand.straightened(PAGE, NAME, STYLE, samples[-1].ms + 700) is None  # it is straight
