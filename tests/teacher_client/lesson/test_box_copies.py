"""What takes a box to its corners."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol.entries import PicturePlaced
from signaling_server.protocol.matrix import MAX_FACTOR
from teacher_client.lesson.box_copies import box_matrix

PLACES = st.integers(-1_000_000, 1_000_000)


@settings(max_examples=200, deadline=None)
@given(st.tuples(PLACES, PLACES), st.tuples(PLACES, PLACES), st.tuples(PLACES, PLACES), st.data())
def test_a_box_lands_on_its_corners(
    first: tuple[int, int], right: tuple[int, int], below: tuple[int, int], data: st.DataObject
) -> None:
    """But for sides that would grow more than a hundredfold."""
    least = [max(abs(u - v) for u, v in zip(first, to, strict=True)) for to in (right, below)]
    width, height = (data.draw(st.integers(side // 100 + 1, 1_000_000)) for side in least)
    body = PicturePlaced("a" * 64, 0, 0, width, height)
    x, y = box_matrix(body, (first, right, below)).columns([0, width, 0], [0, 0, height])
    for (x1, y1), x2, y2 in zip((first, right, below), x, y, strict=True):
        assert max(abs(x1 - x2), abs(y1 - y2)) <= 1


def test_factors_stay_in_range() -> None:
    matrix = box_matrix(PicturePlaced("a" * 64, 0, 0, 0, 1), ((0, 0), (9, -500), (900, 9)))
    assert (matrix.a, matrix.b) == (9_000_000, -MAX_FACTOR)
    assert (matrix.c, matrix.d) == (MAX_FACTOR, 9_000_000)
