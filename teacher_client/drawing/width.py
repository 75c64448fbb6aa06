"""How wide a stroke is at each sample; the same formula stands in the page's TypeScript.

Shared vectors: ``tests/data/wire/width.json``. A segment between two samples is drawn with
round caps in the mean of its two ends' widths.
"""

from __future__ import annotations

from typing import Final

from signaling_server.protocol.board import Stroke
from signaling_server.protocol.commands import Tool

FULL_FORCE: Final = 1023
LIGHTEST: Final = 0.45  # of the nominal width at no force: thin, yet still visible at 0.4 mm
SPAN: Final = 0.75  # added at full force, so that a middling hand (0.73) writes nominal width


def sample_width(width: float, force: int | None) -> float:
    """Width at one sample, in the unit of `width`.

    Args:
        width: the stroke's nominal width.
        force: 0..1023, or None where the writer has none.
    """
    if force is None:
        return width
    return width * (LIGHTEST + SPAN * force / FULL_FORCE)


def width_at(stroke: Stroke, i: int) -> float:
    """Width at sample `i` of a stroke; only a pen's follows the force."""
    force = stroke.force
    if not force or i >= len(force) or stroke.style.tool is Tool.FINELINER:
        return stroke.style.width
    return sample_width(stroke.style.width, force[i])


def sample_widths(stroke: Stroke) -> list[float]:
    """Widths of all samples."""
    width, count = stroke.style.width, len(stroke.x)
    if not stroke.force or stroke.style.tool is Tool.FINELINER:
        return [float(width)] * count
    widths = [sample_width(width, value) for value in stroke.force[:count]]
    return widths + [float(width)] * (count - len(widths))
