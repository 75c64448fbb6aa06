"""Keys by place; boxes of any size cost little."""

from __future__ import annotations

from teacher_client.geometry.grid import MANY, Grid

HOSTILE = (-1e6, -1e6, 1e6, 1e6)
"""What the contract allows at most: four million cells."""


def test_a_huge_box_is_found_everywhere_and_fills_no_cells() -> None:
    grid: Grid[str] = Grid()
    grid.put("small", (0, 0, 10, 10))
    grid.put("huge", HOSTILE)
    assert grid.near((5, 5, 6, 6)) == {"small", "huge"}
    assert grid.near((900_000, 0, 900_001, 1)) == {"huge"}
    assert len(grid._cells) < MANY


def test_a_key_may_become_huge_and_small_again() -> None:
    grid: Grid[str] = Grid()
    for box in ((0, 0, 10, 10), HOSTILE, (50, 50, 60, 60)):
        grid.put("a", box)
    assert grid.near((0, 0, 10, 10)) == set()
    assert grid.near((55, 55, 56, 56)) == {"a"}
    grid.put("a", HOSTILE)
    grid.remove("a")
    assert grid.near((0, 0, 1, 1)) == set()
    assert "a" not in grid
