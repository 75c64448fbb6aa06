"""Lessons as no engine of ours writes them: each entry can be read, few make sense.

What a reader must still do: fold them to the same board in every language.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TypeAlias

from signaling_server.protocol.blocks import NO_HASH, decode_block
from signaling_server.protocol.commands import Ink, PageKind, StrokePart, Tool
from signaling_server.protocol.entries import (
    MAX_TIME_MS,
    ActionNamed,
    Body,
    EntryKind,
    InstrumentKind,
    InstrumentSet,
    ItemsChanged,
    ItemsNamed,
    PageAdded,
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
from signaling_server.protocol.ids import (
    MAX_ENTRY,
    MAX_PAGE,
    CommandId,
    EntryNumber,
    Epoch,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import MAX_COORDINATE, MAX_FIRST, InkBody, Samples, Style
from signaling_server.protocol.matrix import MAX_FACTOR, Matrix
from signaling_server.protocol.page import Page
from signaling_server.protocol.schema import MAX_SAFE_INTEGER

from .worlds import World, folded

Maker: TypeAlias = Callable[[random.Random, Page], tuple[EntryKind, Body]]

PAGES = (0, 1, 1, 2, 3, MAX_PAGE)
STROKES = (0, 1, 4, 7, 9, MAX_SAFE_INTEGER)
"""Few, so that they meet; some are numbers of entries too, one is the page's own mark."""
COMMANDS = (0, 0, 1, 2, MAX_SAFE_INTEGER)
EDGES = (-MAX_COORDINATE, -1, 0, 1, 499_999, MAX_COORDINATE)
NO_PAGE = Page(PageId(0), 2_000, 2_000, PageKind.BLANK)
TEXTS = (
    "\u202e\u202d\u2066 abc \u2069",
    "a" + "\u0301" * 900,
    "\x01\x1b\x7f\u2028\ufeff",
    "\U0001f600" * 50,
    "=1+1 <b>\"'&",
)


def _samples(rng: random.Random, count: int) -> Samples:
    def column(*values: int) -> tuple[int, ...]:
        return tuple(rng.choice(values) for _ in range(count))

    return Samples(
        column(*EDGES),
        column(*EDGES),
        column(0, 8, MAX_TIME_MS),
        rng.choice([None, column(0, 1, 1023)]),
        rng.choice([None, None, (column(-180, 180), column(-180, 180))]),
    )


def _ink(rng: random.Random, page: Page) -> tuple[EntryKind, Body]:
    kind = rng.choice([EntryKind.INK_BEGIN, EntryKind.INK_MORE, EntryKind.INK_END])
    is_last = kind != EntryKind.INK_MORE and rng.random() < 0.7
    style = Style(rng.choice(list(Tool)), rng.choice(list(Ink)), rng.choice([5, 2000]), 0)
    name = StrokeId(rng.choice(STROKES))
    there = page.strokes.get(name) or page.lasers.get(name)
    count = 0 if there is None else len(there.x)
    body = InkBody(
        name,
        rng.choice([count, count, max(0, count - 1), 3, MAX_FIRST]),
        _samples(rng, rng.choice([0, 1, 2, 5])),
        style if kind == EntryKind.INK_BEGIN else None,
        is_last,
        is_last and rng.random() < 0.3,
    )
    return kind, body


def _names(rng: random.Random, page: Page) -> tuple[int, ...]:
    """Items of this page, some of them twice, and some that are none."""
    known = [n for n in (*page.strokes, *page.pictures, *page.texts, *STROKES) if n]
    return tuple(rng.choices(known, k=rng.choice([1, 2, 6])))


def _matrix(rng: random.Random) -> Matrix:
    a, b, c, d = (rng.choice([-MAX_FACTOR, -1, 0, 1, 999_999, MAX_FACTOR]) for _ in range(4))
    return Matrix(a, b, c, d, rng.choice([-(10**7), 0, 10**7]), rng.choice([-(10**7), 3, 10**7]))


def _changed(rng: random.Random, page: Page) -> tuple[EntryKind, Body]:
    body = ItemsChanged(
        _names(rng, page),
        rng.choice([None, _matrix(rng)]),
        rng.choice([1, 1000, 1_000_000]),
        rng.choice([None, *Ink]),
        rng.choice([None, 5, 2000]),
    )
    return EntryKind.ITEMS_CHANGED, body


def _parts(rng: random.Random, page: Page) -> tuple[EntryKind, Body]:
    edges, known = (0, 1, 2, 3, 5, MAX_FIRST), [*page.strokes, *page.texts, *STROKES]
    parts = tuple(
        StrokePart(StrokeId(rng.choice(known)), rng.choice(edges), max(1, rng.choice(edges)))
        for _ in range(rng.choice([1, 3, 200]))
    )
    return EntryKind.PARTS_ERASED, PartsNamed(parts)


def _text(rng: random.Random, _on: Page) -> tuple[EntryKind, Body]:
    x, y = rng.choice([-100_000, 0, 1_000_000]), rng.choice([-100_000, 0, 1_000_000])
    size = rng.choice([0, 1, 1_000_000]), rng.choice([0, 1, 1_000_000])
    kind = rng.choice(list(TextKind))
    outline = rng.choice(["", "M 0 0 L NaN 1e9 Z", "M" * 3000, "M 0 0" + " L 9 9" * 2000])
    breaks = tuple(rng.randint(1, 2000) for _ in range(rng.choice([0, 3, 200])))
    text = rng.choice(TEXTS)
    return EntryKind.TEXT_PLACED, TextPlaced(text, x, y, *size, 100, Ink.RED, kind, breaks, outline)


def _picture(rng: random.Random, _on: Page) -> tuple[EntryKind, Body]:
    sha256, size = "ab" * 32, rng.choice([0, 1, 1_000_000])
    body = PicturePlaced(sha256, -100_000, 1_000_000, size, size, rng.random() < 0.3)
    return EntryKind.PICTURE_PLACED, body


def _page(rng: random.Random, _on: Page) -> tuple[EntryKind, Body]:
    length = rng.choice([2_000, 1_000_000])
    after = rng.choice([None, *map(PageId, PAGES)])
    bodies: list[tuple[EntryKind, Body]] = [
        (EntryKind.PAGE_ADDED, PageAdded(length, length, PageKind.MUSIC, "", after)),
        (EntryKind.PAGE_MOVED, PageMoved(after or PageId(0))),
        (EntryKind.PAGE_CHANGED, PageChanged(None, length, rng.choice([None, PageKind.AXES]))),
        (EntryKind.PAGE_DELETED, PageDeleted()),
        (EntryKind.PAGE_SHOWN, PageShown()),
        (EntryKind.PAGE_CLEARED, PageCleared()),
        (EntryKind.VIEW_SHOWN, ViewShown(-100_000, 0, length, rng.choice([0, 1_000_000]))),
        (
            EntryKind.INSTRUMENT_SET,
            InstrumentSet(rng.choice(list(InstrumentKind)), 0, 0, 35_999, 10**6),
        ),
    ]
    return rng.choice(bodies)


def _step(rng: random.Random, page: Page) -> tuple[EntryKind, Body]:
    kind = rng.choice([EntryKind.UNDONE, EntryKind.REDONE])
    number = rng.choice([*page.actions, *page.undone, 0, MAX_ENTRY])
    return kind, ActionNamed(EntryNumber(number))


def _named(rng: random.Random, page: Page) -> tuple[EntryKind, Body]:
    kind = rng.choice([EntryKind.ITEMS_ERASED, EntryKind.ITEMS_RESTORED])
    return kind, ItemsNamed(_names(rng, page))


MAKERS: dict[Maker, int] = {
    _ink: 14,
    _changed: 6,
    _parts: 4,
    _text: 1,
    _picture: 2,
    _page: 8,
    _step: 10,
    _named: 4,
}


def hostile_steps(world: World, count: int) -> None:
    """Entries by anybody, for anybody, of commands that others used too."""
    rng = world.rng
    for _ in range(count):
        maker = rng.choices(list(MAKERS), list(MAKERS.values()))[0]
        number = PageId(rng.choice([*world.board.pages] * 6 + [*PAGES]))
        kind, body = maker(rng, world.board.pages.get(number) or NO_PAGE)
        command = CommandId(rng.choice(COMMANDS))
        author, audience = rng.choice([0, 1, 1, 2, 3]), rng.choice([0, 0, 0, 1, 2, 3])
        world.write(kind, body, number, author, audience, command)
        if rng.random() < 0.2:
            world.sync()


def forked(seed: int, steps: int) -> tuple[list[bytes], list[bytes]]:
    """A hostile lesson whose end another epoch replaces: all blocks as they came, and the log."""
    world = World(random.Random(seed))
    world.begin()
    hostile_steps(world, steps)
    world.sync()
    came = list(world.synced)
    keep = world.rng.randint(0, len(came) - 1)
    del world.synced[keep:]
    held = world.blocks()
    world.number = held[-1].last if held else 0
    world.previous = held[-1].hash if held else NO_HASH
    world.board = folded(held)
    world.epoch = Epoch(world.epoch.counter + 1, f"{world.rng.getrandbits(64):016x}")
    hostile_steps(world, steps // 2 + 1)
    world.sync()
    return [*came, *world.synced[keep:]], world.synced


def shuffled(blocks: list[bytes], rng: random.Random) -> Iterator[bytes]:
    """Some late, some doubled."""
    late = [*blocks, *rng.sample(blocks, len(blocks) // 3)]
    rng.shuffle(late)
    yield from late
    yield from sorted(blocks, key=lambda data: decode_block(data).epoch)
