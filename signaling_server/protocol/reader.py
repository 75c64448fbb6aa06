"""A reader of a lesson: the log, and over it hints and one's own pending ink (PROTOCOL.md §5).

Blocks may come doubled, out of order, or from a newer epoch that replaces the end of what is
held; hints and pending ink may come before or after them. Once the log has caught up, what is
drawn is the board of the log alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from signaling_server.protocol.blocks import NO_HASH, Block
from signaling_server.protocol.board import Board, Changes, Page, Stroke, digest_of, stroke_line
from signaling_server.protocol.commands import Tool
from signaling_server.protocol.entries import Blank, Entry
from signaling_server.protocol.hints import HintBatch, HintMessage
from signaling_server.protocol.ids import EntryNumber, Epoch, Member, PageId, StrokeId
from signaling_server.protocol.ink import InkBody, Samples, Style

MAX_WAITING: Final = 4096
NO_EPOCH: Final = Epoch(0, "0" * 16)


@dataclass(slots=True)
class _Held:
    """A block in place: where it ends, who wrote it, its hash."""

    last: int
    epoch: Epoch
    hash: bytes


@dataclass(slots=True)
class Tail:
    """Samples of a stroke that the log may not hold yet, by index."""

    page: PageId
    author: Member
    style: Style
    has_force: bool = False
    samples: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    end: int | None = None
    """How many samples the stroke has, once known."""

    def add(self, first: int, samples: Samples, *, is_last: bool) -> None:
        """Take in samples from index `first` on."""
        force = samples.force or (0,) * len(samples)
        self.has_force = self.has_force or samples.force is not None
        for i in range(len(samples)):
            self.samples[first + i] = (samples.x[i], samples.y[i], samples.ms[i], force[i])
        if is_last:
            self.end = first + len(samples)


TailKey: TypeAlias = tuple[PageId, StrokeId]
"""A hint of a page that the log will not have the stroke on must not show on another."""


class LessonReader:
    """Log, hints and pending ink of one lesson, as one reader sees them.

    Attributes:
        board: the board of the log alone.
    """

    def __init__(self) -> None:
        self.board = Board()
        self._entries: list[Entry | Blank] = []
        self._held: list[_Held] = []
        self._waiting: dict[tuple[int, Epoch], Block] = {}
        self._hint_epoch = NO_EPOCH
        self._hints: dict[TailKey, Tail] = {}
        self._pending: dict[TailKey, Tail] = {}

    # the log

    @property
    def held(self) -> EntryNumber:
        """The last number held without gaps; 0 at first."""
        return EntryNumber(len(self._entries))

    @property
    def epoch(self) -> Epoch:
        """The epoch of the last entry held."""
        return self._held[-1].epoch if self._held else NO_EPOCH

    @property
    def last_hash(self) -> bytes:
        """The hash of the last block held; what the next one must name."""
        return self._held[-1].hash if self._held else NO_HASH

    @property
    def entries(self) -> list[Entry | Blank]:
        """What is held, in order; do not change."""
        return self._entries

    def add_block(self, block: Block) -> Changes:
        """Take in a block, and those that waited for it.

        Raises:
            TooNewError: the log holds a kind that this program must understand and does not.
        """
        changes = self._place(block)
        while changes is not None:
            following = self._next_waiting()
            if following is None:
                return changes
            more = self._place(following)
            if more is None:
                return changes
            changes.add(more)
        return Changes()

    def _place(self, block: Block) -> Changes | None:
        """Append or replace; None where the block is old, doubled or has to wait."""
        index = self._index_before(block.first)
        if index is None:
            self._wait(block)
            return None
        before = self._held[index - 1].hash if index else NO_HASH
        if index < len(self._held) and block.epoch <= self._held[index].epoch:
            return None
        if block.previous != before:
            self._wait(block)
            return None
        if index < len(self._held):
            return self._replace(index, block)
        return self._append(block)

    def _index_before(self, first: int) -> int | None:
        """Index in `_held` where a block beginning at `first` belongs; None if it cannot yet."""
        if first == len(self._entries) + 1:
            return len(self._held)
        for index in range(len(self._held) - 1, -1, -1):
            start = self._held[index - 1].last + 1 if index else 1
            if start == first:
                return index
            if start < first:
                return None
        return None

    def _wait(self, block: Block) -> None:
        if len(self._waiting) < MAX_WAITING:
            self._waiting[(block.first, block.epoch)] = block

    def _next_waiting(self) -> Block | None:
        """A waiting block that fits behind or into what is held, the newest epoch first."""
        for key in sorted(self._waiting, key=lambda key: key[1], reverse=True):
            index = self._index_before(key[0])
            if index is None:
                continue
            before = self._held[index - 1].hash if index else NO_HASH
            if self._waiting[key].previous == before:
                return self._waiting.pop(key)
        return None

    def _append(self, block: Block) -> Changes:
        changes = Changes()
        self._held.append(_Held(block.last, block.epoch, block.hash))
        self._entries += block.entries
        for entry in block.entries:
            changes.add(self.board.apply(entry))
        changes.add(self._drop_old_hints(block.epoch))
        self._settle(_inked(block))  # lasers too, which never grow
        return changes

    def _replace(self, index: int, block: Block) -> Changes:
        """A newer epoch begins inside what is held: drop from there on and fold again."""
        del self._held[index:]
        del self._entries[block.first - 1 :]
        self.board = Board()
        for entry in self._entries:
            self.board.apply(entry)
        changes = self._append(block)
        self._settle({name for _page, name in (*self._hints, *self._pending)})
        changes.was_refolded = True
        return changes

    # over the log

    def add_hints(self, message: HintMessage) -> Changes:
        """Take in ink from the live path."""
        changes = Changes()
        if message.epoch < max(self.epoch, self._hint_epoch):
            return changes
        changes.add(self._drop_old_hints(message.epoch))
        for batch in message.batches:
            self._add_hint(batch, changes)
        return changes

    def add_pending(self, batch: HintBatch) -> Changes:
        """Take in one's own ink, before anybody confirmed it."""
        self._add_tail(self._pending, batch)
        self._settle({batch.stroke})
        return Changes(pages={batch.page}, grown={batch.stroke})

    def refuse(self, stroke: StrokeId) -> Changes:
        """One's own stroke was refused: take it away."""
        changes = Changes()
        for key in [key for key in self._pending if key[1] == stroke]:
            changes.add(Changes(pages={self._pending.pop(key).page}, redrawn={stroke}))
        return changes

    @property
    def is_settled(self) -> bool:
        """Whether nothing but the log is drawn."""
        return not self._hints and not self._pending

    def drawn(self, page: PageId) -> Iterator[Stroke]:
        """The strokes to draw on a page: visible ones of the log, longer by their tails."""
        board_page = self.board.pages.get(page)
        if board_page is not None:
            for stroke in board_page.strokes.values():
                if stroke.is_visible:
                    yield self._with_tail(stroke)
        yield from self._bare(page, are_lasers=False)

    def lasers(self, page: PageId) -> Iterator[Stroke]:
        """What is pointed at on a page, or was in the last seconds; the face lets it fade."""
        board_page = self.board.pages.get(page)
        if board_page is not None:
            yield from map(self._with_tail, board_page.lasers.values())
        yield from self._bare(page, are_lasers=True)

    def _bare(self, page: PageId, *, are_lasers: bool) -> Iterator[Stroke]:
        """Strokes of which the log has nothing yet."""
        for (place, name), tail in {**self._pending, **self._hints}.items():
            is_laser = tail.style.tool is Tool.LASER
            if place == page and is_laser == are_lasers and self.board.stroke(page, name) is None:
                bare = Stroke(name, page, tail.author, 0, tail.style)
                bare.force = [] if tail.has_force else None
                yield self._with_tail(bare)

    def drawn_digest(self, page: PageId) -> str:
        """The digest of what is drawn; equal to the board's once the log has caught up."""
        board_page: Page = self.board.pages[page]
        return digest_of(board_page, (stroke_line(stroke) for stroke in self.drawn(page)))

    def drawn_stroke(self, page: PageId, name: StrokeId) -> Stroke | None:
        """One stroke to draw, with its tail; None if it is not to be drawn."""
        stroke = self.board.stroke(page, name)
        if stroke is not None:
            if stroke.style.tool is Tool.LASER:
                return None
            return self._with_tail(stroke) if stroke.is_visible else None
        tail = self._hints.get((page, name)) or self._pending.get((page, name))
        if tail is None or tail.style.tool is Tool.LASER:
            return None
        bare = Stroke(name, page, tail.author, 0, tail.style)
        bare.force = [] if tail.has_force else None
        return self._with_tail(bare)

    def _with_tail(self, stroke: Stroke) -> Stroke:
        key = (stroke.page, stroke.id)
        hints, pending = self._hints.get(key), self._pending.get(key)
        if hints is None and pending is None:
            return stroke
        at = start = len(stroke.x)
        rows: list[tuple[int, int, int, int]] = []
        while True:
            row = (hints and hints.samples.get(at)) or (pending and pending.samples.get(at))
            if not row:
                break
            rows.append(row)
            at += 1
        if at == start:
            return stroke
        columns = list(zip(*rows, strict=True))
        longer = Stroke(
            stroke.id,
            stroke.page,
            stroke.author,
            stroke.audience,
            stroke.style,
            begun=stroke.begun,
        )
        longer.x, longer.y = stroke.x + list(columns[0]), stroke.y + list(columns[1])
        longer.ms = stroke.ms + list(columns[2])
        longer.force = None if stroke.force is None else stroke.force + list(columns[3])
        longer.has_ended = any(tail is not None and tail.end == at for tail in (hints, pending))
        return longer

    def _add_hint(self, batch: HintBatch, changes: Changes) -> None:
        stroke = self.board.stroke(batch.page, batch.stroke)
        if stroke is not None and (
            stroke.has_ended or batch.first + len(batch.samples) <= len(stroke.x)
        ):
            return
        self._add_tail(self._hints, batch)
        changes.pages.add(batch.page)
        changes.grown.add(batch.stroke)

    def _add_tail(self, tails: dict[TailKey, Tail], batch: HintBatch) -> None:
        tail = tails.setdefault(
            (batch.page, batch.stroke), Tail(batch.page, batch.author, batch.style)
        )
        tail.add(batch.first, batch.samples, is_last=batch.is_last)

    def _drop_old_hints(self, epoch: Epoch) -> Changes:
        """A newer epoch: what older hints showed and the log does not hold never was."""
        changes = Changes()
        if epoch > self._hint_epoch:
            for page, name in self._hints:
                changes.pages.add(page)
                changes.redrawn.add(name)
            self._hints.clear()
            self._hint_epoch = epoch
        return changes

    def _settle(self, names: set[StrokeId]) -> None:
        """Let go of tails that the log holds by now."""
        for tails in (self._hints, self._pending):
            for key in [key for key in tails if key[1] in names]:
                stroke = self.board.stroke(*key)
                if stroke is None:
                    continue
                if stroke.has_ended or all(i < len(stroke.x) for i in tails[key].samples):
                    del tails[key]


def _inked(block: Block) -> set[StrokeId]:
    """The strokes that a block has ink of."""
    bodies = (entry.body for entry in block.entries if isinstance(entry, Entry))
    return {body.stroke for body in bodies if isinstance(body, InkBody)}
