"""The frame around what is chosen: its handles, and the matrix that a drag of one makes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from signaling_server.protocol.matrix import Matrix
from teacher_client.geometry.boxes import Box, Point
from teacher_client.geometry.transform import (
    IDENTITY,
    STEP_DEG,
    exact,
    moved,
    scaled,
    then,
    turned,
    undo,
)


class Handle(Enum):
    """Where one takes the frame; the value is its place: -1, 0, 1 across and down."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    RIGHT = (1, 0)
    BOTTOM_RIGHT = (1, 1)
    BOTTOM = (0, 1)
    BOTTOM_LEFT = (-1, 1)
    LEFT = (-1, 0)
    TURN = (0, -2)
    MOVE = (0, 0)
    """Anywhere inside."""


SMALLEST: Final = 100.0
"""A frame cannot be made smaller than 1 mm, nor be turned inside out: ink would be mirrored."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A box in its own coordinates and the matrix by which it lies on the page.

    Ink that is chosen has the box of its strokes and IDENTITY; a picture that was turned before
    has its own box and its matrix, so that the handles turn with it.
    """

    box: Box
    matrix: Matrix = IDENTITY

    @property
    def centre(self) -> Point:
        """On the page."""
        return self._place(0, 0)

    def places(self, stem: float = 800.0) -> dict[Handle, Point]:
        """Where the nine knobs lie on the page; the turning one stands `stem` over the top."""
        knobs: dict[Handle, Point] = {
            handle: self._place(*handle.value)
            for handle in Handle
            if handle not in {Handle.TURN, Handle.MOVE}
        }
        (cx, cy), (x, y) = self.centre, knobs[Handle.TOP]
        away = math.hypot(x - cx, y - cy)
        up = ((x - cx) / away, (y - cy) / away) if away else (0.0, -1.0)
        knobs[Handle.TURN] = (x + up[0] * stem, y + up[1] * stem)
        return knobs

    def hit(self, point: Point, reach: float = 300.0, stem: float = 800.0) -> Handle | None:
        """The nearest knob within `reach`, else MOVE inside the frame, else None."""
        away, knob = min(
            (math.dist(point, place), handle.name) for handle, place in self.places(stem).items()
        )
        if away <= reach:
            return Handle[knob]
        own = undo(self.matrix, point)
        if own is None:
            return None
        left, top, right, bottom = self.box
        return Handle.MOVE if left <= own[0] <= right and top <= own[1] <= bottom else None

    def dragged(
        self, handle: Handle, start: Point, stop: Point, *, is_exact: bool = False
    ) -> Matrix:
        """The frame's matrix after a drag on the page from `start` to `stop`.

        Args:
            is_exact: shift is held: corners and sides keep the ratio, turning goes in steps of
                15° (of the angle as it stands on the page), moving along one axis.
        """
        if handle is Handle.MOVE:
            return then(self.matrix, _way(start, stop, is_exact=is_exact))
        if handle is Handle.TURN:
            return then(self.matrix, self._turn(start, stop, is_exact=is_exact))
        own_start, own_stop = undo(self.matrix, start), undo(self.matrix, stop)
        if own_start is None or own_stop is None:
            return self.matrix
        way = (own_stop[0] - own_start[0], own_stop[1] - own_start[1])
        return then(self._scaling(handle, way, is_exact=is_exact), self.matrix)

    def _place(self, across: int, down: int) -> Point:
        left, top, right, bottom = self.box
        x = (left + right + across * (right - left)) / 2
        y = (top + bottom + down * (bottom - top)) / 2
        return exact(self.matrix, (x, y))

    def _turn(self, start: Point, stop: Point, *, is_exact: bool) -> Matrix:
        degrees = _bearing(self.centre, stop) - _bearing(self.centre, start)
        if is_exact:
            stands = math.degrees(math.atan2(self.matrix.b, self.matrix.a))
            degrees = round((stands + degrees) / STEP_DEG) * STEP_DEG - stands
        return turned(degrees, self.centre)

    def _scaling(self, handle: Handle, way: Point, *, is_exact: bool) -> Matrix:
        """In own coordinates; the opposite knob stays."""
        left, top, right, bottom = self.box
        across, down = handle.value
        width, height = right - left, bottom - top
        sx = _factor(width, across * way[0])
        sy = _factor(height, down * way[1])
        if is_exact:
            size2 = (across * width) ** 2 + (down * height) ** 2
            pull = across * width * way[0] + down * height * way[1]
            longest = max(width, height)
            both = max(1 + pull / size2, min(1.0, SMALLEST / longest)) if size2 else 1.0
            sx = sy = both
        anchor = ((left + right - across * width) / 2, (top + bottom - down * height) / 2)
        return scaled(sx, sy, anchor)


def _factor(length: float, more: float) -> float:
    """How much longer; what has no length cannot be stretched."""
    if length <= 0:
        return 1.0
    return max(length + more, min(SMALLEST, length)) / length


def _way(start: Point, stop: Point, *, is_exact: bool) -> Matrix:
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    if is_exact:
        dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
    return moved(round(dx), round(dy))


def _bearing(centre: Point, point: Point) -> float:
    return math.degrees(math.atan2(point[1] - centre[1], point[0] - centre[0]))
