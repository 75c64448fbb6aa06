"""The width formula against the vectors that the page's TypeScript reads too."""

import json
from pathlib import Path

import pytest

from teacher_client.drawing.width import sample_width, sample_widths

VECTORS = Path(__file__).parents[2] / "data" / "wire" / "width.json"


def test_shared_vectors() -> None:
    rows = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert len(rows) >= 40
    for row in rows:
        assert sample_width(row["width"], row["force"]) == pytest.approx(row["expected"], abs=1e-9)


def test_a_mouse_draws_the_nominal_width() -> None:
    assert sample_widths(70, None, 3) == [70, 70, 70]


def test_missing_forces_at_the_end_draw_the_nominal_width() -> None:
    assert sample_widths(100, [0, 1023], 3) == [pytest.approx(45), pytest.approx(120), 100]
