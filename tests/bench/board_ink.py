"""Pages of ink for the board's benches: real strokes where there are some, else our own."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

from signaling_server.protocol.board import Board, Page, Stroke
from signaling_server.protocol.commands import Ink, PageKind, Tool
from signaling_server.protocol.ids import TEACHER, EntryNumber, PageId, stroke_id
from signaling_server.protocol.ink import Style
from tests.teacher_client.drawing.samples import wave

WIDTH, HEIGHT = 17_600, 25_000
PAGE = PageId(1)
INK_DIR = Path(os.environ.get("INK_DIR", Path(__file__).parents[3] / "shared" / "data" / "ink"))

Columns = tuple[list[int], list[int], list[int] | None]


def source() -> tuple[str, list[Columns]]:
    """A name and strokes of at least three samples: x, y in 1/100 mm, force or None."""
    path = INK_DIR / "wacom-uim" / "math-structures.json"
    if not path.is_file():
        own = [wave(i) for i in range(40)]
        return "own waves", [(one.x, one.y, one.force) for one in own]
    raw = json.loads(path.read_text(encoding="utf-8"))
    strokes: list[Columns] = []
    for rows in raw["strokes"]:
        if len(rows) >= 3:
            x, y = [round(100 * row[0]) for row in rows], [round(100 * row[1]) for row in rows]
            strokes.append((x, y, [round(1023 * row[3]) for row in rows]))
    return "real ink", strokes


def strokes_of(count: int) -> list[Stroke]:
    """`count` strokes scattered over a page, always the same."""
    rnd, (_, shapes) = random.Random(7), source()
    made = []
    for i in range(count):
        x, y, force = shapes[i % len(shapes)]
        dx = rnd.randint(0, max(1, WIDTH - max(x) + min(x))) - min(x)
        dy = rnd.randint(0, max(1, HEIGHT - max(y) + min(y))) - min(y)
        style = Style(Tool.PEN, Ink(1 + i % 6), 70, 0)
        stroke = Stroke(stroke_id(TEACHER, 1, i), PAGE, TEACHER, 0, style, begun=EntryNumber(i + 2))
        stroke.x, stroke.y = [v + dx for v in x], [v + dy for v in y]
        stroke.ms = list(range(0, 8 * len(x), 8))
        stroke.force = None if force is None else list(force)
        stroke.has_ended = True
        made.append(stroke)
    return made


def board_of(strokes: list[Stroke]) -> Board:
    """A board whose one page holds these strokes."""
    board = Board()
    page = Page(PAGE, WIDTH, HEIGHT, PageKind.DOTS)
    page.strokes = {stroke.id: stroke for stroke in strokes}
    board.pages[PAGE] = page
    board.order, board.shown = [PAGE], PAGE
    return board
