"""Small logs for the tests of what writes, keeps and sends them."""

from __future__ import annotations

import secrets

from signaling_server.protocol.blocks import NO_HASH, SALT_BYTES, decode_block, encode_block
from signaling_server.protocol.entries import ChatSaid, Entry, EntryKind
from signaling_server.protocol.ids import TEACHER, EntryNumber, Epoch

EPOCH = Epoch(1, "01" * 8)


def chat(number: int, text: str = "") -> Entry:
    """An entry of the log."""
    body = ChatSaid(text or f"第{number}句")
    return Entry(EntryKind.CHAT_SAID, EntryNumber(number), number * 100, body, author=TEACHER)


def chain(
    count: int,
    *,
    epoch: Epoch = EPOCH,
    first: int = 1,
    previous: bytes = NO_HASH,
    entries: int = 2,
) -> list[bytes]:
    """`count` blocks of `entries` lines, one behind the other."""
    blocks: list[bytes] = []
    for index in range(count):
        start = first + index * entries
        lines = [chat(number) for number in range(start, start + entries)]
        data = encode_block(epoch, previous, lines, lambda: secrets.token_bytes(SALT_BYTES))
        previous = decode_block(data).hash
        blocks.append(data)
    return blocks
