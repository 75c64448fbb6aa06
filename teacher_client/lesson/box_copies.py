"""Pictures and texts written again where they lie, turned and scaled as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from signaling_server.protocol.entries import (
    EntryKind,
    ItemsChanged,
    PicturePlaced,
    TextPlaced,
)
from signaling_server.protocol.ids import EntryNumber
from signaling_server.protocol.items import Corners, Picture, TextItem, upright
from signaling_server.protocol.matrix import MAX_FACTOR, ONE, Matrix

MIN_PLACE: Final = -100_000
"""Of an item as it is placed (:data:`commands.Coordinate`); a matrix reaches further."""


def box_copy(
    item: Picture | TextItem, matrix: Matrix, number: EntryNumber
) -> Iterator[tuple[EntryKind, PicturePlaced | TextPlaced | ItemsChanged]]:
    """The item placed where `matrix` takes it; if it lies turned or scaled, changed to lie so.

    Args:
        number: of the entry that is to place it.
    """
    x, y = matrix.columns([p[0] for p in item.corners], [p[1] for p in item.corners])
    target = (x[0], y[0]), (x[1], y[1]), (x[2], y[2])
    if isinstance(item, TextItem):
        body: PicturePlaced | TextPlaced = replace(item.body, x=x[0], y=y[0], ink=item.ink)
        kind = EntryKind.TEXT_PLACED
    else:
        body, kind = replace(item.body, x=x[0], y=y[0]), EntryKind.PICTURE_PLACED
    if upright(body) == target and min(x[0], y[0]) >= MIN_PLACE:
        yield kind, body
        return
    yield kind, replace(body, x=0, y=0)
    yield EntryKind.ITEMS_CHANGED, ItemsChanged((number,), box_matrix(body, target))


def box_matrix(body: PicturePlaced | TextPlaced, corners: Corners) -> Matrix:
    """What takes a box of this size at (0, 0) to `corners`, up to 1/100 mm.

    A side grown more than a hundredfold stays behind.
    """
    (x0, y0), (x1, y1), (x2, y2) = corners
    a, b = (_factor(u, body.width) for u in (x1 - x0, y1 - y0))
    c, d = (_factor(u, body.height) for u in (x2 - x0, y2 - y0))
    return Matrix(a, b, c, d, x0, y0)


def _factor(length: int, of: int) -> int:
    return min(max(round(length * ONE / max(of, 1)), -MAX_FACTOR), MAX_FACTOR)
