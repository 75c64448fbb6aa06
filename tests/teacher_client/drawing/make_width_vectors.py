"""Write tests/data/wire/width.json from the formula: python -m tests... or run this file."""

from __future__ import annotations

import json
from pathlib import Path

from teacher_client.drawing.width import sample_width

VECTORS = Path(__file__).parents[2] / "data" / "wire" / "width.json"
WIDTHS = (40, 70, 120, 500)
FORCES = (None, 0, 1, 17, 256, 511, 512, 750, 1000, 1022, 1023)


def vectors() -> list[dict[str, float | int | None]]:
    """Every width with every force; `expected` in the width's unit."""
    return [
        {"width": width, "force": force, "expected": sample_width(width, force)}
        for width in WIDTHS
        for force in FORCES
    ]


if __name__ == "__main__":
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    rows = ",\n ".join(json.dumps(row) for row in vectors())
    VECTORS.write_text(f"[{rows}]\n", encoding="utf-8")
