"""An engine's hand: chained blocks of a log, good or wrong on purpose."""

from __future__ import annotations

import os

from signaling_server.protocol.blocks import NO_HASH, SALT_BYTES, decode_block, encode_block
from signaling_server.protocol.commands import Right
from signaling_server.protocol.entries import ChatSaid, Entry, EntryKind, RightNamed
from signaling_server.protocol.ids import EVERYBODY, TEACHER, CommandId, EntryNumber, Epoch, Member

ENGINE_ID = "00000000000000e1"


class Writer:
    """Writes blocks of chat lines, one entry each unless told otherwise."""

    def __init__(self, counter: int = 1, first: int = 1, previous: bytes = NO_HASH) -> None:
        self.epoch = Epoch(counter, ENGINE_ID)
        self.next = first
        self.previous = previous

    def block(
        self,
        count: int = 1,
        author: int = TEACHER,
        command: int = 0,
        audience: int = EVERYBODY,
        text: str = "好",
    ) -> bytes:
        """The next block."""
        entries = [
            Entry(
                EntryKind.CHAT_SAID,
                EntryNumber(self.next + i),
                self.next * 100,
                ChatSaid(text),
                author=Member(author),
                audience=audience,
                command=CommandId(command),
            )
            for i in range(count)
        ]
        return self._write(entries)

    def right(self, kind: EntryKind, member: int) -> bytes:
        """A block that gives or takes the right to write."""
        body = RightNamed(Member(member), Right.WRITE)
        return self._write([Entry(kind, EntryNumber(self.next), 0, body, author=TEACHER)])

    def _write(self, entries: list[Entry]) -> bytes:
        data = encode_block(self.epoch, self.previous, entries, lambda: os.urandom(SALT_BYTES))
        self.next += len(entries)
        self.previous = decode_block(data).hash
        return data
