"""Blocks: what is synced, sent and stored at once, chained by hash (PROTOCOL.md §4).

A block's entries lie in sections, one for each author and audience. The block's hash is made
of the sections' leaves, so a section can be *sealed* (its leaf left in place of its entries) for
a reader outside the audience, or for ever when a person's entries are erased, and the chain
still verifies. A salt keeps short hidden entries from being guessed from their leaf.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from signaling_server.protocol.entries import Blank, Entry, decode_entry, encode_entry, may_read
from signaling_server.protocol.ids import MAX_MEMBER, EntryNumber, Epoch, Member
from signaling_server.protocol.schema import InvalidError
from signaling_server.protocol.varint import ByteReader, write_column, write_varint

MAGIC: Final = b"LLB1"
MAX_BLOCK_BYTES: Final = 1024 * 1024
MAX_ENTRIES: Final = 4096
HASH_BYTES: Final = 32
SALT_BYTES: Final = 16
NO_HASH: Final = bytes(HASH_BYTES)

_HEAD: Final = struct.Struct("<4sII")  # magic, length of the body, CRC-32 of the body
_BODY: Final = struct.Struct("<H8sIH32s")  # epoch, engine, first, count, hash before


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one author for one audience, open or sealed.

    Attributes:
        numbers: of its entries, ascending.
        leaf: SHA-256 over salt, head and entries.
        salt, data: of an open section; None once sealed.
    """

    author: Member
    audience: int
    numbers: tuple[EntryNumber, ...]
    leaf: bytes
    salt: bytes | None = None
    data: bytes | None = None

    def sealed(self) -> Section:
        """The same without its content."""
        return Section(self.author, self.audience, self.numbers, self.leaf)


@dataclass(frozen=True, slots=True)
class Block:
    """A decoded block.

    Attributes:
        epoch: who wrote it.
        first: number of its first entry; the numbers run on without gaps to `last`.
        previous: hash of the block before; zeros at the log's beginning.
        hash: its own.
        entries: in order of number; a :class:`Blank` where a section is sealed.
    """

    epoch: Epoch
    first: EntryNumber
    previous: bytes
    sections: tuple[Section, ...]
    hash: bytes
    entries: tuple[Entry | Blank, ...] = field(repr=False)

    @property
    def last(self) -> EntryNumber:
        """Number of its last entry."""
        return EntryNumber(self.first + len(self.entries) - 1)


def encode_block(
    epoch: Epoch, previous: bytes, entries: Sequence[Entry], new_salt: Callable[[], bytes]
) -> bytes:
    """Write a block.

    Args:
        epoch: of the engine that writes.
        previous: hash of the block before, or NO_HASH.
        entries: at least one, numbered without gaps, ascending.
        new_salt: gives 16 fresh random bytes a call.

    Raises:
        ValueError: no entries, or more than a reader takes; a bug in the caller, who cuts them.
    """
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise ValueError("a block holds 1 to 4096 entries")
    groups: dict[tuple[Member, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.author, entry.audience), []).append(entry)
    sections = []
    for (author, audience), members in sorted(groups.items()):
        numbers = tuple(entry.number for entry in members)
        salt, data = new_salt(), b"".join(map(encode_entry, members))
        leaf = _leaf(author, audience, numbers, salt, data)
        sections.append(Section(author, audience, numbers, leaf, salt, data))
    block = _write(epoch, entries[0].number, len(entries), previous, sections)
    if len(block) > _HEAD.size + MAX_BLOCK_BYTES:
        raise ValueError("a block holds 1 MiB")
    return block


def decode_block(data: bytes) -> Block:
    """Read one whole block.

    Raises:
        InvalidError: damaged, malformed, or its numbers do not run on without gaps.
    """
    body = _body_of(data)
    if len(body) < _BODY.size:
        raise InvalidError("block", "cut short")
    counter, engine, first, count, previous = _BODY.unpack_from(body)
    if not 1 <= count <= MAX_ENTRIES or first < 1:
        raise InvalidError("block", "no entries or too many")
    epoch = Epoch(counter, engine.hex())
    reader = ByteReader(body[_BODY.size :])
    sections: list[Section] = []
    entries: dict[int, Entry | Blank] = {}
    named = 0
    while not reader.is_empty:
        section = _read_section(reader, first, count - named)
        named += len(section.numbers)
        sections.append(section)
        for entry in _entries_of(section):
            entries[entry.number] = entry
    heads = [(section.author, section.audience) for section in sections]
    if named != count or sorted(entries) != list(range(first, first + count)):
        raise InvalidError("block", "numbers with gaps or doubled")
    if heads != sorted(set(heads)):
        raise InvalidError("block", "sections out of order")
    return Block(
        epoch,
        EntryNumber(first),
        previous,
        tuple(sections),
        _hash(body[: _BODY.size], sections),
        tuple(entries[number] for number in range(first, first + count)),
    )


def seal(data: bytes, reader: Member) -> bytes:
    """The block as `reader` may see it; `data` itself where nothing is hidden."""
    block = decode_block(data)
    return seal_where(
        data, block, lambda section: not may_read(reader, section.author, section.audience)
    )


def seal_where(data: bytes, block: Block, is_hidden: Callable[[Section], bool]) -> bytes:
    """Seal the sections for which `is_hidden`; the block's hash stays the same."""
    if not any(section.salt is not None and is_hidden(section) for section in block.sections):
        return data
    sections = [s.sealed() if is_hidden(s) else s for s in block.sections]
    return _write(block.epoch, block.first, len(block.entries), block.previous, sections)


def block_length(head: bytes) -> int | None:
    """Bytes of the whole block that begins with `head`; None while more bytes are needed.

    Raises:
        InvalidError: this is no block's beginning.
    """
    if len(head) < _HEAD.size:
        return None
    magic, length, _crc = _HEAD.unpack_from(head)
    if magic != MAGIC or length > MAX_BLOCK_BYTES:
        raise InvalidError("block", "not a block")
    return _HEAD.size + int(length)


def split_blocks(data: bytes) -> tuple[list[bytes], int]:
    """Cut the front of `data` into whole blocks with a good checksum.

    Returns:
        The blocks, and how many bytes they take; the rest is incomplete or damaged.
    """
    blocks: list[bytes] = []
    at = 0
    while True:
        try:
            length = block_length(data[at : at + _HEAD.size])
            if length is None or at + length > len(data):
                return blocks, at
            piece = data[at : at + length]
            _body_of(piece)
        except InvalidError:
            return blocks, at
        blocks.append(piece)
        at += length


# writing and reading the parts


def _write(
    epoch: Epoch, first: int, count: int, previous: bytes, sections: Iterable[Section]
) -> bytes:
    out = bytearray(_BODY.pack(epoch.counter, bytes.fromhex(epoch.engine), first, count, previous))
    for section in sections:
        out.append(1 if section.salt is None else 0)
        write_varint(out, section.author)
        write_varint(out, section.audience)
        write_varint(out, len(section.numbers))
        write_column(out, [number - first for number in section.numbers])
        if section.salt is None or section.data is None:
            out += section.leaf
        else:
            out += section.salt
            write_varint(out, len(section.data))
            out += section.data
    return _HEAD.pack(MAGIC, len(out), zlib.crc32(out)) + bytes(out)


def _body_of(data: bytes) -> bytes:
    length = block_length(data)
    if length is None or length != len(data):
        raise InvalidError("block", "cut short")
    body = data[_HEAD.size :]
    if zlib.crc32(body) != _HEAD.unpack_from(data)[2]:
        raise InvalidError("block", "damaged")
    return body


def _read_section(reader: ByteReader, first: int, most: int) -> Section:
    is_sealed = reader.byte()
    author, audience, size = Member(reader.varint()), reader.varint(), reader.varint()
    if is_sealed > 1 or author > MAX_MEMBER or audience > MAX_MEMBER or not 1 <= size <= most:
        raise InvalidError("block.section", "out of range")
    numbers = tuple(EntryNumber(first + offset) for offset in reader.column(size))
    if is_sealed:
        return Section(author, audience, numbers, reader.take(HASH_BYTES))
    salt = reader.take(SALT_BYTES)
    data = reader.take(reader.varint())
    leaf = _leaf(author, audience, numbers, salt, data)
    return Section(author, audience, numbers, leaf, salt, data)


def _entries_of(section: Section) -> list[Entry | Blank]:
    if section.data is None:
        return [Blank(number, section.author, section.audience) for number in section.numbers]
    reader = ByteReader(section.data)
    entries: list[Entry | Blank] = [
        decode_entry(reader, number, section.author, section.audience) for number in section.numbers
    ]
    if not reader.is_empty:
        raise InvalidError("block.section", "trailing bytes")
    return entries


def _leaf(author: Member, audience: int, numbers: Sequence[int], salt: bytes, data: bytes) -> bytes:
    head = bytearray()
    write_varint(head, author)
    write_varint(head, audience)
    write_varint(head, len(numbers))
    write_column(head, numbers)
    return hashlib.sha256(b"lamplight leaf 1\n" + salt + bytes(head) + data).digest()


def _hash(head: bytes, sections: Iterable[Section]) -> bytes:
    leaves = b"".join(section.leaf for section in sections)
    return hashlib.sha256(b"lamplight block 1\n" + head + leaves).digest()
