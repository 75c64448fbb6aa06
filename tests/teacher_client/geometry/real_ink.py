"""Real writing in 1/100 mm and ms, where it is at hand (INK_DIR)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pen_driver.virtual.ink import fit_to_page, load_ink

INK_DIR = Path(
    os.environ.get("INK_DIR", Path(__file__).resolve().parents[4] / "shared" / "data" / "ink")
)
WRITING = (
    "crohme/2013_101_leo.inkml",
    "crohme/2013_MfrDB1843.inkml",
    "crohme/2014_31_em_175.inkml",
    "crohme/2014_34_em_244.inkml",
    "omniglot/latin_60.jsonl",
    "tegaki-latin/latin_s1_26.jsonl",
    "tegaki-zh/zh_hant_20.jsonl",
    "wacom-uim/math-structures.json",
)
TIMED = (
    "tegaki-latin/latin_s1_26.jsonl",
    "tegaki-zh/zh_hant_20.jsonl",
    "wacom-uim/math-structures.json",
)

Timed = list[tuple[float, float, float]]
"""x, y, ms."""


def real_strokes(names: tuple[str, ...]) -> list[Timed]:
    """Strokes of these files; skips the test where they are not here."""
    strokes = []
    for name in names:
        if not (INK_DIR / name).exists():
            pytest.skip("real ink is not here; set INK_DIR")
        ink = load_ink(str(INK_DIR / name))
        for stroke in ink.strokes if ink.is_mm else fit_to_page(ink, 176, 250):
            strokes.append([(p.x_mm * 100, p.y_mm * 100, p.t * 1000) for p in stroke])
    return strokes
