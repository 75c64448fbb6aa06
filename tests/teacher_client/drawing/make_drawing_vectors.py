"""Write tests/data/wire/drawing.json: what every canvas must draw alike. Run as a module."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.ink import Style
from teacher_client.drawing.curve import rounded, thinned
from teacher_client.drawing.ground import load_grounds
from teacher_client.drawing.texts import BASELINE, LINE, text_lines
from teacher_client.drawing.width import sample_widths
from tests.teacher_client.drawing.samples import line, wave

VECTORS = Path(__file__).parents[2] / "data" / "wire" / "drawing.json"
TEXTS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("配方法：先提出二次项系数", (4, 9)),
    ("一\n二\n\n三", ()),
    ("a\tb \U0001f600c d", (5, 99)),
    ("x", (1,)),
)


def vectors() -> dict[str, Any]:
    """Lines of strokes (x, y, half width), areas of grounds, lines of texts."""
    return {
        "curves": [curve(seed) for seed in range(8)],
        "grounds": {
            kind.value: list(load_grounds()[1][kind].area(*size))
            for kind in PageKind
            for size in [(17_600, 25_000)]
        },
        "text": {"line": LINE, "baseline": BASELINE},
        "lines": [
            {"text": text, "breaks": breaks, "expected": text_lines(text, breaks)}
            for text, breaks in TEXTS
        ],
    }


def curve(seed: int) -> dict[str, Any]:
    """One stroke's samples, and the line that is drawn of them."""
    rng = random.Random(seed)
    stroke = wave(seed, count=25)
    if seed % 2:
        at = [(3000.0, 3000.0)]
        for _ in range(25):
            reach = rng.choice([3, 20, 90, 900])
            at.append(
                (at[-1][0] + rng.uniform(-reach, reach), at[-1][1] + rng.uniform(-reach, reach))
            )
        tool = Tool.FINELINER if seed == 7 else Tool.PEN
        style = Style(tool, Ink.INK, rng.choice([40, 70, 500]), 0)
        stroke = line(seed, [round(x) for x, _ in at], [round(y) for _, y in at], style)
        stroke.force = [rng.randint(0, 1023) for _ in at]
    widths = sample_widths(stroke)
    spots = rounded(thinned(stroke.x, stroke.y, widths, stroke.style.width))
    return {
        "tool": stroke.style.tool,
        "width": stroke.style.width,
        "x": stroke.x,
        "y": stroke.y,
        "force": stroke.force,
        "expected": [[round(v, 4) for v in (at.real, at.imag, half)] for at, half in spots],
    }


if __name__ == "__main__":
    text = json.dumps(vectors(), ensure_ascii=False, separators=(",", ":"))
    VECTORS.write_text(text.replace('},{"', '},\n{"') + "\n", encoding="utf-8")
