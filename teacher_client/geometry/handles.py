"""The frame around what is chosen: its handles, and the matrix that a drag of one makes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from signaling_server.protocol.matrix import ONE, Matrix
from teacher_client.geometry.boxes import Box, Point
from teacher_client.geometry.transform import (
    IDENTITY,
    STEP_DEG,
    exact,
    linear,
    moved,
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
MOST: Final = 50.0
"""Times larger in one drag; the contract's matrices end at 100."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A box in its own coordinates and the matrix by which it lies on the page.

    Ink that is chosen has the box of its strokes and IDENTITY; a picture that was turned before
    has its own box and its matrix, so that the handles turn with it.
    """

    box: Box
    matrix: Matrix = IDENTITY

    @classmethod
    def of_item(cls, corners: tuple[Point, Point, Point]) -> Frame:
        """Of a picture or text by its top left, top right and bottom left, as it lies."""
        (x, y), right, below = corners
        width, height = math.dist((x, y), right), math.dist((x, y), below)
        ux, uy = ((right[0] - x) / width, (right[1] - y) / width) if width else (1.0, 0.0)
        vx, vy = ((below[0] - x) / height, (below[1] - y) / height) if height else (-uy, ux)
        a, b, c, d = (round(part * ONE) for part in (ux, uy, vx, vy))
        return cls((0.0, 0.0, width, height), Matrix(a, b, c, d, round(x), round(y)))

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """On the page, around from its own top left; for the lasso too."""
        return self._place(-1, -1), self._place(1, -1), self._place(1, 1), self._place(-1, 1)

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
        """What a drag from `start` to `stop` does to the page's points: the matrix to send.

        It comes on top of the frame's own: ``then(frame.matrix, change)`` is where the frame
        lies afterwards.

        Args:
            is_exact: shift is held: corners and sides keep the ratio, turning goes in steps of
                15° (of the angle as it stands on the page), moving along one axis.
        """
        if handle is Handle.MOVE:
            return _way(start, stop, is_exact=is_exact)
        if handle is Handle.TURN:
            return self._turn(start, stop, is_exact=is_exact)
        own_start, own_stop = undo(self.matrix, start), undo(self.matrix, stop)
        if own_start is None or own_stop is None:
            return IDENTITY
        way = (own_stop[0] - own_start[0], own_stop[1] - own_start[1])
        sx, sy = self._factors(handle, way, is_exact=is_exact)
        across, down = handle.value
        return self._along_own_axes(sx, sy, self._place(-across, -down))

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

    def _factors(self, handle: Handle, way: Point, *, is_exact: bool) -> tuple[float, float]:
        """How much longer along its own axes."""
        left, top, right, bottom = self.box
        across, down = handle.value
        width, height = right - left, bottom - top
        if not is_exact:
            return _factor(width, across * way[0]), _factor(height, down * way[1])
        size2 = (across * width) ** 2 + (down * height) ** 2
        if not size2:
            return 1.0, 1.0
        pull = across * width * way[0] + down * height * way[1]
        longest = max(width, height)
        both = _factor(longest, longest * pull / size2)
        return both, both

    def _along_own_axes(self, sx: float, sy: float, anchor: Point) -> Matrix:
        """Scaling in own coordinates, as the page sees it: back, scale, and there again."""
        a, b, c, d = (
            part / ONE for part in (self.matrix.a, self.matrix.b, self.matrix.c, self.matrix.d)
        )
        whole = a * d - b * c
        return linear(
            (
                (sx * a * d - sy * b * c) / whole,
                (sx - sy) * b * d / whole,
                (sy - sx) * a * c / whole,
                (sy * a * d - sx * b * c) / whole,
            ),
            anchor,
        )


def _factor(length: float, more: float) -> float:
    """How much longer; what has no length cannot be stretched."""
    if length <= 0:
        return 1.0
    return min(max(length + more, min(SMALLEST, length)) / length, MOST)


def _way(start: Point, stop: Point, *, is_exact: bool) -> Matrix:
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    if is_exact:
        dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
    return moved(round(dx), round(dy))


def _bearing(centre: Point, point: Point) -> float:
    return math.degrees(math.atan2(point[1] - centre[1], point[0] - centre[0]))
