"""Whose ink it is: each pupil's name at their newest stroke."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from signaling_server.protocol.board import Stroke
from signaling_server.protocol.ids import TEACHER, Member, StrokeId


@dataclass(frozen=True, slots=True)
class NameTag:
    """A name to show at an area in page units."""

    member: Member
    stroke: StrokeId
    time_ms: int
    area: QRectF


class NameTags:
    """The newest stroke of each pupil on the page."""

    def __init__(self) -> None:
        self._tags: dict[Member, NameTag] = {}

    def notice(self, stroke: Stroke) -> None:
        """See a stroke that is shown; the teacher's has no tag."""
        if stroke.author == TEACHER:
            return
        time_ms = stroke.style.t0_ms + (stroke.ms[-1] if stroke.ms else 0)
        known = self._tags.get(stroke.author)
        if known is not None and known.time_ms > time_ms:
            return
        left, top = min(stroke.x), min(stroke.y)
        area = QRectF(left, top, max(stroke.x) - left, max(stroke.y) - top)
        self._tags[stroke.author] = NameTag(stroke.author, stroke.id, time_ms, area)

    def tags(self) -> list[NameTag]:
        """The tags to show."""
        return list(self._tags.values())

    def area(self) -> QRectF:
        """What all tags' strokes cover."""
        area = QRectF()
        for tag in self._tags.values():
            area = area.united(tag.area)
        return area

    def clear(self) -> None:
        """Another page, or all is looked at again."""
        self._tags.clear()
