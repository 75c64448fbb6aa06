"""Random acts on a board, one entry each; most make sense there, some do not."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import TypeAlias

from signaling_server.protocol.board import Board, Page
from signaling_server.protocol.commands import Ink, PageKind, StrokePart
from signaling_server.protocol.entries import (
    ActionNamed,
    Body,
    EntryKind,
    InstrumentKind,
    InstrumentSet,
    ItemsChanged,
    ItemsNamed,
    PageChanged,
    PageCleared,
    PageDeleted,
    PageMoved,
    PageShown,
    PartsNamed,
    PicturePlaced,
    TextKind,
    TextPlaced,
    ViewShown,
)
from signaling_server.protocol.ids import EntryNumber, ItemId, PageId, StrokeId
from signaling_server.protocol.matrix import ONE, Matrix

Act: TypeAlias = tuple[EntryKind, Body]
Maker: TypeAlias = Callable[[random.Random, Board, Page], Act]

NOT_THERE = 2**40
"""No item of any page."""
TEXTS = ("x² + 4x", "配方法", "为什么要加 4？ \U0001f600\nb", "a")


def some_act(rng: random.Random, board: Board, page: Page) -> Act:
    """An entry about this page; undo and redo of anything on it among them."""
    makers, weights = zip(*MAKERS.items(), strict=True)
    maker: Maker = rng.choices(makers, weights)[0]
    return maker(rng, board, page)


def _items(rng: random.Random, page: Page) -> tuple[ItemId, ...]:
    known = [*page.strokes, *page.pictures, *page.texts, *page.lasers]
    picked = rng.sample(known, min(len(known), rng.randint(1, 4)))
    return tuple(picked if picked and rng.random() < 0.9 else [*picked, NOT_THERE])


def _named(rng: random.Random, _board: Board, page: Page) -> Act:
    kind = rng.choice([EntryKind.ITEMS_ERASED, EntryKind.ITEMS_ERASED, EntryKind.ITEMS_RESTORED])
    return kind, ItemsNamed(_items(rng, page))


def _undone(rng: random.Random, _board: Board, page: Page) -> Act:
    kind = rng.choice([EntryKind.UNDONE, EntryKind.UNDONE, EntryKind.REDONE])
    known = sorted(page.undone) if kind == EntryKind.REDONE and page.undone else list(page.actions)
    # the newest first, as people do, or anything
    number = known[-1] if rng.random() < 0.5 else rng.choice(known)
    return kind, ActionNamed(EntryNumber(number if rng.random() < 0.95 else 3))


def _parts(rng: random.Random, _board: Board, page: Page) -> Act:
    parts = []
    for name in _items(rng, page):
        stroke = page.strokes.get(StrokeId(name))
        count = 5 if stroke is None else len(stroke.x)
        for _ in range(rng.randint(1, 2)):
            first = rng.randint(0, count)
            parts.append(StrokePart(StrokeId(name), first, first + rng.randint(1, count + 2)))
    return EntryKind.PARTS_ERASED, PartsNamed(tuple(parts))


def some_matrix(rng: random.Random) -> Matrix:
    """A turn, a scaling, a shift, a flip; now and then numbers at the limits."""
    if rng.random() < 0.05:
        a, b, c, d = (rng.choice([-100, 0, 100]) * ONE for _ in range(4))
        return Matrix(a, b, c, d, rng.randint(-(10**7), 10**7), rng.randint(-(10**7), 10**7))
    angle, scale = rng.uniform(-math.pi, math.pi), rng.choice([1.0, 1.0, 0.5, 1.7, -1.0])
    cos, sin = round(math.cos(angle) * scale * ONE), round(math.sin(angle) * scale * ONE)
    shift = rng.randint(-9000, 9000), rng.randint(-9000, 9000)
    return rng.choice([Matrix(cos, sin, -sin, cos, *shift), Matrix(ONE, 0, 0, ONE, *shift)])


def _changed(rng: random.Random, _board: Board, page: Page) -> Act:
    body = ItemsChanged(
        _items(rng, page),
        rng.choice([None, some_matrix(rng), some_matrix(rng)]),
        rng.choice([1000, 1000, 500, 1700, rng.randint(1, 1_000_000)]),
        rng.choice([None, None, *Ink]),
        rng.choice([None, None, rng.randint(5, 2000)]),
    )
    return EntryKind.ITEMS_CHANGED, body


def _text(rng: random.Random, _board: Board, _page: Page) -> Act:
    place = (rng.randint(-500, 20_000), rng.randint(-500, 20_000), rng.randint(0, 6000), 700)
    if rng.random() < 0.5:
        style = (rng.randint(100, 2000), rng.choice(list(Ink)))
        return EntryKind.TEXT_PLACED, TextPlaced(rng.choice(TEXTS), *place, *style)
    outline = "M 0 0 L 100 -20 Q 5 5 9 9 C 1 2 3 4 5 6 Z"
    body = TextPlaced(r"\frac{1}{2}", *place, 500, Ink.INK, TextKind.FORMULA, (), outline)
    return EntryKind.TEXT_PLACED, body


def _picture(rng: random.Random, _board: Board, _page: Page) -> Act:
    sha256 = f"{rng.getrandbits(256):064x}"
    x, y, width, height = (rng.randint(0, 9000) for _ in range(4))
    is_ground = rng.random() < 0.4
    return EntryKind.PICTURE_PLACED, PicturePlaced(sha256, x, y, width, height, is_ground)


def _cleared(_rng: random.Random, _board: Board, _page: Page) -> Act:
    return EntryKind.PAGE_CLEARED, PageCleared()


def _shown(_rng: random.Random, _board: Board, _page: Page) -> Act:
    return EntryKind.PAGE_SHOWN, PageShown()


def _moved(rng: random.Random, board: Board, page: Page) -> Act:
    after = PageId(rng.choice([0, page.number, 4000, *board.pages]))
    return EntryKind.PAGE_MOVED, PageMoved(after)


def _deleted(_rng: random.Random, _board: Board, _page: Page) -> Act:
    return EntryKind.PAGE_DELETED, PageDeleted()


def _resized(rng: random.Random, _board: Board, page: Page) -> Act:
    grown = PageChanged(height=page.height + rng.randint(0, 9000))
    other = PageChanged(None, None, rng.choice(list(PageKind)))
    whole = PageChanged(rng.randint(2000, 30_000), 20_000, PageKind.BLANK)
    return EntryKind.PAGE_CHANGED, rng.choice([grown, other, whole])


def _viewed(rng: random.Random, _board: Board, _page: Page) -> Act:
    frame = ViewShown(-100, 900, 10_000, 7000)
    return EntryKind.VIEW_SHOWN, rng.choice([frame, frame, ViewShown()])


def _instrument(rng: random.Random, _board: Board, _page: Page) -> Act:
    place = (rng.randint(0, 9000), rng.randint(0, 9000), rng.randint(0, 35_999))
    body = InstrumentSet(rng.choice(list(InstrumentKind)), *place, 15_000, 400)
    return EntryKind.INSTRUMENT_SET, body


MAKERS: dict[Maker, int] = {
    _named: 5,
    _undone: 10,
    _parts: 6,
    _changed: 10,
    _text: 5,
    _picture: 4,
    _cleared: 2,
    _shown: 3,
    _moved: 4,
    _deleted: 1,
    _resized: 2,
    _viewed: 1,
    _instrument: 1,
}
