"""Ink and paper ids to QColor. The log stores ids, so that a lesson reads well on every paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor

from signaling_server.protocol.commands import Ink
from teacher_client.drawing.tokens import load_tokens

DEFAULT_PAPER: Final = "white"


@dataclass(frozen=True, slots=True)
class PaperColors:
    """Everything a page is painted with; `markers_opacity` is that of the layer under the ink."""

    ground: QColor
    dots: QColor
    inks: dict[Ink, QColor]
    markers_opacity: float
    frame: QColor
    frame_line: QColor


def paper_colors(paper: str = DEFAULT_PAPER) -> PaperColors:
    """The colours of a paper by its id; an unknown id gives white paper."""
    tokens = load_tokens()
    found = tokens.papers.get(paper, tokens.papers[DEFAULT_PAPER])
    inks = {
        ink: QColor(row.blackboard if found.is_dark else row.paper)
        for ink, row in tokens.inks.items()
    }
    return PaperColors(
        ground=QColor(found.ground),
        dots=QColor(found.dots),
        inks=inks,
        markers_opacity=tokens.inks[Ink.MARKER_YELLOW].opacity,
        frame=QColor(tokens.colors(found.is_dark)["bg.pressed"]),
        frame_line=QColor(tokens.colors(found.is_dark)["line.strong"]),
    )
