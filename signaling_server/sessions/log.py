"""The server's half of the log: which epoch may write, and what a block must satisfy."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.blocks import NO_HASH, Block, decode_block, seal_where
from signaling_server.protocol.commands import Refusal, Right
from signaling_server.protocol.entries import Blank, EntryKind, RightNamed, may_read
from signaling_server.protocol.ids import TEACHER, EntryNumber, Epoch, Member
from signaling_server.protocol.messages import OpenEpoch
from signaling_server.protocol.schema import InvalidError
from signaling_server.sessions.records import BlockRecord, EpochRecord, SessionRecord

MAX_LOG_BYTES: Final = 64 * 1024 * 1024
"""Of one session; a full 30 minutes at 240 samples/s is about 2.5 MB."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A new block, to be stored and passed on."""

    record: BlockRecord
    block: Block


@dataclass(frozen=True, slots=True)
class Known:
    """Stored before, byte for byte the same to its hash; only the answer got lost."""


class SessionLog:
    """What is stored of one session's log, without the data."""

    def __init__(self, record: SessionRecord) -> None:
        self._epochs = list(record.epochs)
        self._blocks = list(record.blocks)
        self._bytes = record.log_bytes
        self._writers = set(record.writers)
        self._commands: dict[Member, set[int]] = {}
        for member, command in record.commands:
            self._commands.setdefault(member, set()).add(command)

    @property
    def stored(self) -> EntryNumber:
        """The last number stored, 0 for none."""
        return self._blocks[-1].last if self._blocks else EntryNumber(0)

    @property
    def newest(self) -> EpochRecord | None:
        """The epoch that may write."""
        return self._epochs[-1] if self._epochs else None

    def may_write(self, member: Member) -> bool:
        """The stored log gives this pupil the right to write."""
        return member in self._writers

    def remember(self, member: Member, command: int) -> bool:
        """Note a command as forwarded; False if it was already."""
        known = self._commands.setdefault(member, set())
        if command in known:
            return False
        known.add(command)
        return True

    def open_epoch(self, message: OpenEpoch) -> EpochRecord | Refusal:
        """Admit an engine.

        An epoch begins right behind what is stored, so that nothing acknowledged is ever
        replaced; its counter is higher than any before.
        """
        newest = self.newest
        if newest is not None and message.counter <= newest.epoch.counter:
            return Refusal.GONE
        if message.counter < 1 or not _is_engine(message.engine):
            return Refusal.INVALID
        if message.first != self.stored + 1:
            return Refusal.OUT_OF_ORDER
        opened = EpochRecord(Epoch(message.counter, message.engine), message.first)
        self._epochs.append(opened)
        return opened

    def is_open(self, message: OpenEpoch) -> bool:
        """True where this very epoch is the one that writes: its engine is only back."""
        newest = self.newest
        return newest is not None and newest.epoch == Epoch(message.counter, message.engine)

    def receive(self, data: bytes, members: Collection[Member]) -> Accepted | Known | Refusal:
        """Check one block; keep its record if it is good."""
        try:
            block = decode_block(data)
        except InvalidError:
            return Refusal.INVALID
        newest = self.newest
        if block.last <= self.stored:
            record = self._blocks[self._index(block.first)]
            is_same = record.first == block.first and record.hash == block.hash
            return Known() if is_same else Refusal.OUT_OF_ORDER
        if newest is None or block.epoch != newest.epoch:
            return Refusal.GONE
        if self._bytes + len(data) > MAX_LOG_BYTES:
            return Refusal.TOO_LARGE
        refusal = self._check_place(block) or _check_entries(block, members, self._commands)
        if refusal is not None:
            return refusal
        record = BlockRecord(block.first, block.last, block.epoch, block.hash)
        self._blocks.append(record)
        self._bytes += len(data)
        note_writers(self._writers, block)
        return Accepted(record, block)

    def send_from(self, have: EntryNumber, epoch: Epoch) -> EntryNumber:
        """The first number that a reader lacks who holds all up to `have`, the last of `epoch`.

        What the reader holds past the end of that epoch was replaced by a later one and comes
        again; a reader of an epoch unknown here gets the whole log.
        """
        for record, later in itertools.zip_longest(self._epochs, self._epochs[1:]):
            if record.epoch == epoch and have >= record.first - 1:
                end = self.stored if later is None else EntryNumber(later.first - 1)
                return EntryNumber(min(have, end) + 1)
        return EntryNumber(1)

    def _check_place(self, block: Block) -> Refusal | None:
        if block.first != self.stored + 1:
            return Refusal.OUT_OF_ORDER
        if block.previous != (self._blocks[-1].hash if self._blocks else NO_HASH):
            return Refusal.INVALID
        return None

    def _index(self, number: EntryNumber) -> int:
        return bisect_right(self._blocks, number, key=lambda record: record.first) - 1


def _check_entries(
    block: Block, members: Collection[Member], commands: Mapping[Member, set[int]]
) -> Refusal | None:
    for entry in block.entries:
        if isinstance(entry, Blank):
            return Refusal.INVALID  # an engine has nothing to hide from the server
        if entry.author > TEACHER:
            if entry.author not in members:
                return Refusal.UNKNOWN_MEMBER
            if entry.command not in commands.get(entry.author, ()):
                return Refusal.NOT_YOURS
    return None


def _is_engine(engine: str) -> bool:
    return all(c in "0123456789abcdef" for c in engine)


def note_writers(writers: set[Member], block: Block) -> None:
    """Keep up, entry by entry, who may write."""
    for entry in block.entries:
        if isinstance(entry, Blank) or not isinstance(entry.body, RightNamed):
            continue
        if entry.body.right is not Right.WRITE:
            continue
        if entry.kind == EntryKind.RIGHT_GIVEN:
            writers.add(entry.body.member)
        else:
            writers.discard(entry.body.member)


def sealed_for(reader: Member, data: bytes, block: Block) -> bytes:
    """The block as `reader` may see it; `block` is `data` decoded."""
    return seal_where(data, block, lambda s: not may_read(reader, s.author, s.audience))
