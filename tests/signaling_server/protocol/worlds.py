"""Random lessons for property tests: an engine that may die anywhere, and its readers' mail.

The model follows DESIGN §1: a hint may go out before its block is synced; a block is numbered
when it is synced; only then may it be sent; the server stores what it got. A kill loses what
was not synced, and the next epoch goes on behind what was.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block, encode_block
from signaling_server.protocol.board import Board, Stroke
from signaling_server.protocol.commands import Ink, PageKind, Right, Tool
from signaling_server.protocol.entries import (
    Body,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    LessonBegun,
    MemberNamed,
    PageAdded,
    PageShown,
    RightNamed,
    SessionAttached,
    Unknown,
)
from signaling_server.protocol.hints import HintBatch, encode_batch, encode_hints
from signaling_server.protocol.ids import (
    EVERYBODY,
    NO_COMMAND,
    NOBODY,
    TEACHER,
    CommandId,
    EntryNumber,
    Epoch,
    Member,
    PageId,
    command_id,
    stroke_id,
)
from signaling_server.protocol.ink import NO_SAMPLES, InkBody, Samples, Style

from .acts import some_act

PUPIL = Member(2)
STYLE = Style(Tool.PEN, Ink.BLUE, 70, 1000)
LASER = replace(STYLE, tool=Tool.LASER)
UNKNOWN_KIND = 0x7E


@dataclass
class World:
    """One lesson as it happened: the blocks that became the log, and all that was sent.

    Attributes:
        board: what is written so far adds up to, waiting entries too.
    """

    rng: random.Random
    epoch: Epoch = field(default_factory=lambda: Epoch(1, "00" * 8))
    time_ms: int = 0
    synced: list[bytes] = field(default_factory=list)
    mail: list[bytes] = field(default_factory=list)
    hints: list[bytes] = field(default_factory=list)
    waiting: list[Entry] = field(default_factory=list)
    board: Board = field(default_factory=Board)
    number: int = 0
    previous: bytes = NO_HASH
    counter: int = 0
    commands: int = 0

    def salt(self) -> bytes:
        return self.rng.randbytes(16)

    def new_command(self) -> CommandId:
        self.commands += 1
        return command_id(1, self.commands)

    def write(
        self,
        kind: EntryKind | int,
        body: Body,
        page: int = 0,
        author: int = NOBODY,
        audience: int | None = None,
        command: CommandId = NO_COMMAND,
    ) -> Entry:
        """Write an entry; without `audience` it is its page's (P-8.7)."""
        self.time_ms += self.rng.randint(0, 50)
        number = EntryNumber(self.number + len(self.waiting) + 1)
        if author >= 2 and command == NO_COMMAND:
            command = self.new_command()
        if audience is None:
            there = self.board.pages.get(PageId(page))
            audience = EVERYBODY if there is None else there.audience
        entry = Entry(
            kind, number, self.time_ms, body, PageId(page), Member(author), audience, command
        )
        self.waiting.append(entry)
        self.board.apply(entry)
        return entry

    # steps

    def begin(self) -> None:
        self.write(EntryKind.LESSON_BEGUN, LessonBegun("lesson-0001", 1767225600000))
        self.add_page()

    def add_page(self, *, is_private: bool = False) -> None:
        page, rng = len(self.board.pages) + 1, self.rng
        audience = TEACHER if is_private else EVERYBODY
        after = rng.choice([None, None, PageId(rng.randint(0, page))]) if page > 1 else None
        added = PageAdded(17600, 25000, PageKind.DOTS, after=after)
        command = rng.choice([NO_COMMAND, self.new_command()])
        self.write(EntryKind.PAGE_ADDED, added, page, TEACHER, audience, command)
        self.write(EntryKind.PAGE_SHOWN, PageShown(), page, TEACHER, audience, command)

    def open_strokes(self) -> Iterator[Stroke]:
        for page in self.board.pages.values():
            for stroke in (*page.strokes.values(), *page.lasers.values()):
                if not stroke.has_ended:
                    yield stroke

    def ink(self) -> None:
        """Begin, go on with or end a stroke, its hint first."""
        rng, going = self.rng, list(self.open_strokes())
        if not going or rng.random() < 0.3:
            page = rng.choice(list(self.board.pages.values()))
            author = TEACHER if page.is_private else rng.choice([TEACHER, TEACHER, PUPIL])
            self.counter += 1
            name = stroke_id(author, self.epoch.counter, self.counter)
            is_laser = author == TEACHER and rng.random() < 0.1
            style = replace(LASER if is_laser else STYLE, t0_ms=self.time_ms)
            stroke = Stroke(name, page.number, author, page.audience, style)
        else:
            stroke = rng.choice(going)
        first, is_last = len(stroke.x), rng.random() < 0.3
        samples = some_samples(rng, rng.randint(1, 6), first)
        place, who, style = stroke.page, stroke.author, stroke.style
        batch = HintBatch(stroke.id, place, who, style, first, samples, is_last)
        self.hints.append(encode_hints(self.epoch, [encode_batch(batch)]))
        body = InkBody(stroke.id, first, samples, None if first else style, is_last)
        kind = EntryKind.INK_END if is_last else EntryKind.INK_MORE
        self.write(kind if first else EntryKind.INK_BEGIN, body, place, who)

    def act(self) -> None:
        """One command on the board; it may be several entries, and then one action."""
        rng = self.rng
        if rng.random() < 0.1:
            self.add_page(is_private=rng.random() < 0.3)
            return
        author = rng.choice([TEACHER, TEACHER, PUPIL])
        count = rng.choice([1, 1, 1, 2, 4])
        command = self.new_command() if count > 1 else NO_COMMAND
        for _ in range(count):
            page = rng.choice(list(self.board.pages.values()))
            if page.is_private and author != TEACHER:
                continue
            kind, body = some_act(rng, self.board, page)
            self.write(kind, body, page.number, author, command=command)

    def speak(self) -> None:
        """What is not about the board."""
        pick = self.rng.randint(0, 3)
        if pick == 0:
            audience = self.rng.choice([EVERYBODY, TEACHER])
            self.write(EntryKind.CHAT_SAID, ChatSaid("好"), 0, PUPIL, audience)
        elif pick == 1:
            self.write(EntryKind.HAND_RAISED, HandRaised(), 0, PUPIL)
        elif pick == 2:
            self.write(UNKNOWN_KIND, Unknown(b"of a later version"), 1)
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
        self.board = folded(self.blocks())
        attached = SessionAttached("session-0001", 1767225600000)
        self.write(EntryKind.SESSION_ATTACHED, attached)  # an epoch always begins with an entry
        for stroke in list(self.open_strokes()):
            body = InkBody(stroke.id, len(stroke.x), NO_SAMPLES, None, True, True)
            self.write(EntryKind.INK_END, body, stroke.page)
        if not self.board.pages:
            self.begin()

    def blocks(self) -> list[Block]:
        return [decode_block(data) for data in self.synced]


def folded(blocks: list[Block]) -> Board:
    """The board of these blocks' entries."""
    board = Board()
    for block in blocks:
        for entry in block.entries:
            board.apply(entry)
    return board


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
        if roll < 0.4:
            world.ink()
        elif roll < 0.65:
            world.act()
        elif roll < 0.7:
            world.speak()
        elif roll < 0.85:
            world.sync()
        elif roll < 1 - kill_rate:
            world.send()
        else:
            world.kill()
    world.sync()
    world.send()
    return world
