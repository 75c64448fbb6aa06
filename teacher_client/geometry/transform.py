"""Matrices that move, scale and turn what is chosen (the contract's, PROTOCOL.md P-8.5)."""

from __future__ import annotations

import math
from typing import Final

from signaling_server.protocol.matrix import ONE, Matrix
from teacher_client.geometry.boxes import Box, Point, box_around

STEP_DEG: Final = 15.0
IDENTITY: Final = Matrix()


def exact(matrix: Matrix, point: Point) -> Point:
    """Where a point goes, without rounding: for boxes and handles."""
    x, y = point
    return (
        (matrix.a * x + matrix.c * y) / ONE + matrix.e,
        (matrix.b * x + matrix.d * y) / ONE + matrix.f,
    )


def then(first: Matrix, second: Matrix) -> Matrix:
    """One matrix for the first and then the second; rounded once to millionths."""
    return _rounded(
        second.a * first.a + second.c * first.b,
        second.b * first.a + second.d * first.b,
        second.a * first.c + second.c * first.d,
        second.b * first.c + second.d * first.d,
        *exact(second, (first.e, first.f)),
    )


def undo(matrix: Matrix, point: Point) -> Point | None:
    """The point that comes to lie here, for hit tests; None where all fall together."""
    whole = matrix.a * matrix.d - matrix.b * matrix.c
    if not whole:
        return None
    dx, dy = point[0] - matrix.e, point[1] - matrix.f
    return (
        (matrix.d * dx - matrix.c * dy) * ONE / whole,
        (matrix.a * dy - matrix.b * dx) * ONE / whole,
    )


def box_of(matrix: Matrix, box: Box) -> Box:
    """The smallest upright box around a box's four corners, when they are moved."""
    return box_around(exact(matrix, corner) for corner in corners(box))


def corners(box: Box) -> tuple[Point, Point, Point, Point]:
    """Of a box, clockwise from the top left."""
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def moved(dx: int, dy: int) -> Matrix:
    """Move by whole 1/100 mm."""
    return Matrix(e=dx, f=dy)


def scaled(sx: float, sy: float, about: Point) -> Matrix:
    """Scale about a point that stays."""
    return linear((sx, 0.0, 0.0, sy), about)


def turned(degrees: float, about: Point) -> Matrix:
    """Turn clockwise about a point that stays."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return linear((cos, sin, -sin, cos), about)


def linear(parts: tuple[float, float, float, float], about: Point) -> Matrix:
    """Any a, b, c, d (as plain numbers) about a point that stays."""
    (a, b, c, d), (x, y) = parts, about
    square = ONE * ONE
    return _rounded(
        a * square, b * square, c * square, d * square, x - a * x - c * y, y - b * x - d * y
    )


def width_scale(matrix: Matrix) -> int:
    """By how much lines get wider, in thousandths: the mean of both directions."""
    area = abs(matrix.a * matrix.d - matrix.b * matrix.c) / ONE**2
    return max(1, round(1000 * math.sqrt(area)))


def _rounded(*parts: float) -> Matrix:
    """Six parts: four in millionths of millionths, two in 1/100 mm."""
    a, b, c, d = (round(part / ONE) for part in parts[:4])
    return Matrix(a, b, c, d, round(parts[4]), round(parts[5]))
