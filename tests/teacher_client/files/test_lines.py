"""Strokes as stroked lines: the same curve as the board's, and numbers as text."""

from __future__ import annotations

import cmath
import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.ink import Style
from teacher_client.drawing.curve import rounded, thinned
from teacher_client.drawing.width import sample_widths
from teacher_client.files.lines import WIDTH_STEP, Segments, content, segments
from teacher_client.files.numbers import compose
from tests.teacher_client.drawing.samples import line, wave

PLACES = st.integers(-2000, 30_000)
POINTS = st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=12)


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.booleans()), min_size=1, max_size=40))
def test_rows_are_numbers_with_blanks(rows: list[tuple[int, bool]]) -> None:
    values = np.array([value for value, _ in rows])
    mask = np.array([is_there for _, is_there in rows])
    wanted = "".join(f"{value} {'x' if is_there else ''}\n" for value, is_there in rows)
    assert compose(len(rows), ((values, None), (b"x", mask), (b"\n", None))) == wanted.encode()


def along(lines: Segments, i: int, s: float) -> complex:
    """A point of a segment."""
    a, b = complex(lines.start[i]), complex(lines.stop[i])
    if not lines.is_curve[i]:
        return a + (b - a) * s
    c, d, back = complex(lines.first[i]), complex(lines.second[i]), 1 - s
    return back**3 * a + 3 * back * back * s * c + 3 * back * s * s * d + s**3 * b


@given(st.lists(POINTS, min_size=1, max_size=3))
def test_every_point_of_the_boards_line_lies_on_ours(drawn: list[list[tuple[int, int]]]) -> None:
    strokes = [line(i, [p[0] for p in one], [p[1] for p in one]) for i, one in enumerate(drawn)]
    lines = segments(strokes)
    starts = np.flatnonzero(lines.is_begin)
    assert len(starts) == len(strokes)
    for stroke, first, stop in zip(strokes, starts, [*starts[1:], len(lines.start)], strict=True):
        spots = thinned(stroke.x, stroke.y, sample_widths(stroke), stroke.style.width)
        assert max(1, len(spots) - 1) == stop - first
        ours = [along(lines, i, k / 64) for i in range(first, stop) for k in range(65)]
        for at, _half in rounded(spots):
            step = max(abs(a - b) for a, b in itertools.pairwise(ours))
            assert min(abs(at - point) for point in ours) <= 2 + step / 2


def test_widths_follow_the_force_in_steps_of_a_printers_dot() -> None:
    stroke = wave(1)
    lines = segments([stroke])
    spots = thinned(stroke.x, stroke.y, sample_widths(stroke), stroke.style.width)
    wanted = [a[1] + b[1] for a, b in itertools.pairwise(spots)]
    assert np.abs(lines.width - np.array(wanted)).max() <= WIDTH_STEP / 2 + 0.01
    assert len(set(lines.width)) > 5


def test_a_fineliner_is_as_wide_all_along_and_a_gap_is_left_out() -> None:
    stroke = wave(1, tool=Tool.FINELINER)
    stroke.gaps = ((10, 20), (30, 40))
    lines = segments([stroke])
    assert set(lines.width.tolist()) == {69}  # 70 in steps of 3
    assert int(lines.is_begin.sum()) == 3
    drawn = {*lines.start.real.tolist(), *lines.stop.real.tolist()}
    assert not drawn & {float(x) for x in stroke.x[11:19]}
    assert cmath.isfinite(complex(lines.first.sum()))


def test_operators_change_colour_and_width_where_they_must() -> None:
    style = Style(Tool.PEN, Ink.RED, 60, 0)
    strokes = [line(1, [0, 100], [0, 0]), line(2, [0, 100], [50, 50]), line(3, [5], [7], style)]
    text = content(segments(strokes), {1: b"0 g\n", 3: b"1 g\n"}).decode()
    assert text == "0 g\n69 w\n0 0 m\n100 0 l\n0 50 m\n100 50 l\nS\n1 g\n60 w\n5 7 m\n6 7 l\nS\n"


def test_no_strokes_are_no_operators() -> None:
    assert content(segments([]), {}) == b""
    assert content(segments([line(1, [], [])]), {}) == b""
