"""Random lessons for property tests: an engine that may die anywhere, and its readers' mail.

The model follows DESIGN §1: a hint may go out before its block is synced; a block is numbered
when it is synced; only then may it be sent; the server stores what it got. A kill loses what
was not synced, and the next epoch goes on behind what was.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block, encode_block
from signaling_server.protocol.commands import Ink, PageKind, Right, Tool
from signaling_server.protocol.entries import (
    ActionNamed,
    Body,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    ItemsNamed,
    LessonBegun,
    MemberNamed,
    PageAdded,
    PageShown,
    RightNamed,
    SessionAttached,
)
from signaling_server.protocol.hints import HintBatch, encode_batch, encode_hints
from signaling_server.protocol.ids import (
    TEACHER,
    CommandId,
    EntryNumber,
    Epoch,
    Member,
    PageId,
    StrokeId,
    stroke_id,
)
from signaling_server.protocol.ink import InkBody, Samples, Style

PUPIL = Member(2)
STYLE = Style(Tool.PEN, Ink.BLUE, 70, 1000)


@dataclass
class World:
    """One lesson as it happened: the blocks that became the log, and all that was sent."""

    rng: random.Random
    epoch: Epoch = field(default_factory=lambda: Epoch(1, "00" * 8))
    time_ms: int = 0
    synced: list[bytes] = field(default_factory=list)
    mail: list[bytes] = field(default_factory=list)
    hints: list[bytes] = field(default_factory=list)
    waiting: list[Entry] = field(default_factory=list)
    number: int = 0
    previous: bytes = NO_HASH
    counter: int = 0
    pages: list[PageId] = field(default_factory=list)
    open_strokes: dict[StrokeId, tuple[PageId, Member, int, Style]] = field(default_factory=dict)
    ended: list[tuple[PageId, StrokeId]] = field(default_factory=list)
    actions: list[tuple[PageId, int]] = field(default_factory=list)
    command: int = 0

    def salt(self) -> bytes:
        return self.rng.randbytes(16)

    def write(
        self, kind: EntryKind, body: Body, page: int = 0, author: int = 0, audience: int = 0
    ) -> None:
        self.time_ms += self.rng.randint(0, 50)
        command = 0
        if author >= 2:
            self.command += 1
            command = (1 << 24) | self.command
        number = EntryNumber(self.number + len(self.waiting) + 1)
        self.waiting.append(
            Entry(
                kind,
                number,
                self.time_ms,
                body,
                PageId(page),
                Member(author),
                audience,
                CommandId(command),
            )
        )

    # steps

    def begin(self) -> None:
        self.write(EntryKind.LESSON_BEGUN, LessonBegun("lesson-0001", 1767225600000))
        self.add_page()

    def add_page(self) -> None:
        page = PageId(len(self.pages) + 1)
        self.pages.append(page)
        self.write(EntryKind.PAGE_ADDED, PageAdded(17600, 25000, PageKind.DOTS), page, TEACHER)
        self.write(EntryKind.PAGE_SHOWN, PageShown(), page, TEACHER)

    def ink(self) -> None:
        """Begin, go on with or end a stroke, its hint first."""
        rng = self.rng
        if not self.open_strokes or rng.random() < 0.3:
            author = rng.choice([TEACHER, TEACHER, PUPIL])
            self.counter += 1
            name = stroke_id(author, self.epoch.counter, self.counter)
            page, first, style = rng.choice(self.pages), 0, STYLE
        else:
            name = rng.choice(list(self.open_strokes))
            page, author, first, style = self.open_strokes[name]
        count = rng.randint(1, 6)
        is_last = rng.random() < 0.3
        samples = some_samples(rng, count, first)
        batch = HintBatch(name, page, author, style, first, samples, is_last)
        self.hints.append(encode_hints(self.epoch, [encode_batch(batch)]))
        body = InkBody(name, first, samples, style if first == 0 else None, is_last)
        kind = EntryKind.INK_BEGIN if first == 0 else EntryKind.INK_MORE
        if first and is_last:
            kind = EntryKind.INK_END
        self.write(kind, body, page, author)
        if first == 0:
            self.actions.append((page, self.waiting[-1].number))
        self.open_strokes[name] = (page, author, first + count, style)
        if is_last:
            del self.open_strokes[name]
            self.ended.append((page, name))

    def change(self) -> None:
        rng = self.rng
        pick = rng.randint(0, 5)
        if pick == 0 and self.ended:
            page, name = rng.choice(self.ended)
            kind = rng.choice([EntryKind.ITEMS_ERASED, EntryKind.ITEMS_RESTORED])
            self.write(kind, ItemsNamed((name,)), page, TEACHER)
            self.actions.append((page, self.waiting[-1].number))
        elif pick == 1 and self.actions:
            page, number = rng.choice(self.actions)
            kind = rng.choice([EntryKind.UNDONE, EntryKind.REDONE])
            self.write(kind, ActionNamed(EntryNumber(number)), page, TEACHER)
        elif pick == 2:
            self.add_page()
        elif pick == 3:
            self.write(EntryKind.CHAT_SAID, ChatSaid("好"), 0, PUPIL, rng.choice([0, TEACHER]))
        elif pick == 4:
            self.write(EntryKind.HAND_RAISED, HandRaised(), 0, PUPIL)
        else:
            self.write(EntryKind.RIGHT_GIVEN, RightNamed(PUPIL, Right.WRITE), 0, TEACHER)
            self.write(EntryKind.MEMBER_JOINED, MemberNamed(PUPIL))

    def sync(self) -> None:
        """The waiting entries become a block on disk: now they are numbered."""
        if not self.waiting:
            return
        data = encode_block(self.epoch, self.previous, self.waiting, self.salt)
        self.number += len(self.waiting)
        self.previous = decode_block(data).hash
        self.waiting = []
        self.synced.append(data)

    def send(self) -> None:
        self.mail = list(self.synced)

    def kill(self) -> None:
        """The engine dies; what was not synced is gone, another epoch goes on."""
        self.waiting = []
        self.epoch = Epoch(self.epoch.counter + 1, f"{self.rng.getrandbits(64):016x}")
        self._reread()
        attached = SessionAttached("session-0001", 1767225600000)
        self.write(EntryKind.SESSION_ATTACHED, attached)  # an epoch always begins with an entry
        for name, (page, _author, first, _style) in list(self.open_strokes.items()):
            body = InkBody(name, first, Samples((), (), ()), None, True, True)
            self.write(EntryKind.INK_END, body, page, 0)
            self.ended.append((page, name))
        self.open_strokes = {}

    def _reread(self) -> None:
        """What the next engine learns from the journal."""
        self.pages, self.open_strokes, self.ended, self.actions = [], {}, [], []
        for data in self.synced:
            for entry in decode_block(data).entries:
                assert isinstance(entry, Entry)
                body = entry.body
                if isinstance(body, PageAdded):
                    self.pages.append(entry.page)
                if not isinstance(body, InkBody):
                    continue
                if body.style is not None:
                    self.actions.append((entry.page, entry.number))
                    self.open_strokes[body.stroke] = (entry.page, entry.author, 0, body.style)
                page, author, at, style = self.open_strokes[body.stroke]
                self.open_strokes[body.stroke] = (page, author, at + len(body.samples), style)
                if body.is_last:
                    del self.open_strokes[body.stroke]
                    self.ended.append((page, body.stroke))
        if not self.pages:
            self.begin()

    def blocks(self) -> list[Block]:
        return [decode_block(data) for data in self.synced]


def some_samples(rng: random.Random, count: int, first: int) -> Samples:
    columns = [[rng.randint(-500, 30000) for _ in range(count)] for _ in range(2)]
    force = tuple(rng.randint(0, 1023) for _ in range(count))
    ms = tuple((first + i) * 8 for i in range(count))
    return Samples(tuple(columns[0]), tuple(columns[1]), ms, force)


def live(seed: int, steps: int, kill_rate: float = 0.05) -> World:
    """A lesson of `steps` random steps; ends with everything synced and sent."""
    world = World(random.Random(seed))
    world.begin()
    for _ in range(steps):
        roll = world.rng.random()
        if roll < 0.5:
            world.ink()
        elif roll < 0.65:
            world.change()
        elif roll < 0.85:
            world.sync()
        elif roll < 1 - kill_rate:
            world.send()
        else:
            world.kill()
    world.sync()
    world.send()
    return world
