"""The width formula against the vectors that the page's TypeScript reads too."""

import json
from pathlib import Path

import pytest

from signaling_server.protocol.commands import Ink, Tool
from signaling_server.protocol.ink import Style
from teacher_client.drawing.width import sample_width, sample_widths
from tests.teacher_client.drawing.samples import line

VECTORS = Path(__file__).parents[2] / "data" / "wire" / "width.json"


def test_shared_vectors() -> None:
    rows = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert len(rows) >= 40
    for row in rows:
        assert sample_width(row["width"], row["force"]) == pytest.approx(row["expected"], abs=1e-9)


def test_a_mouse_draws_the_nominal_width() -> None:
    assert sample_widths(line(1, [0, 100, 200], [0, 0, 0])) == [70, 70, 70]


def test_missing_forces_at_the_end_draw_the_nominal_width() -> None:
    stroke = line(1, [0, 100, 200], [0, 0, 0], Style(Tool.PEN, Ink.INK, 100, 0))
    stroke.force = [0, 1023]
    assert sample_widths(stroke) == [pytest.approx(45), pytest.approx(120), 100]


def test_a_fineliner_does_not_feel_the_force() -> None:
    stroke = line(1, [0, 100], [0, 0], Style(Tool.FINELINER, Ink.INK, 100, 0))
    stroke.force = [0, 1023]
    assert sample_widths(stroke) == [100, 100]
