"""Blocks: they come back, sealing hides and keeps the hash, damage is found at every byte."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling_server.protocol import blocks
from signaling_server.protocol.blocks import (
    MAX_BLOCK_BYTES,
    MAX_ENTRIES,
    NO_HASH,
    Section,
    block_length,
    decode_block,
    encode_block,
    seal,
    seal_where,
    split_blocks,
)
from signaling_server.protocol.entries import (
    BODIES,
    MAX_BODY_BYTES,
    Blank,
    Body,
    ChatSaid,
    Entry,
    EntryKind,
    HandRaised,
    ItemsNamed,
    Unknown,
    encode_entry,
    may_read,
)
from signaling_server.protocol.ids import (
    MAX_ENTRY,
    MAX_MEMBER,
    TEACHER,
    EntryNumber,
    Epoch,
    Member,
    PageId,
    StrokeId,
)
from signaling_server.protocol.ink import InkBody, Samples
from signaling_server.protocol.schema import MAX_SAFE_INTEGER, InvalidError

from .strategies import EPOCHS, entry_lists, flipped
from .worlds import live

EPOCH = Epoch(2, "00ff00ff00ff00ff")
HASHES = st.binary(min_size=32, max_size=32)
SECRET = "只给甲看的话"


def salt() -> bytes:
    return b"s" * 16


def chat(number: int, author: int = 2, audience: int = 0, text: str = "好") -> Entry:
    return Entry(
        EntryKind.CHAT_SAID,
        EntryNumber(number),
        5,
        ChatSaid(text),
        author=Member(author),
        audience=audience,
    )


def written(*entries: Entry, previous: bytes = NO_HASH, epoch: Epoch = EPOCH) -> bytes:
    return encode_block(epoch, previous, entries, salt)


def repaired(data: bytes) -> bytes:
    """The same bytes under a right checksum and length, as somebody forging would send."""
    body = data[12:]
    return struct.pack("<4sII", b"LLB1", len(body), zlib.crc32(body)) + body


def sectioned(*sections: Section, first: int = 1, total: int | None = None) -> bytes:
    """A block of these sections as they are, right or wrong."""
    number = sum(len(s.numbers) for s in sections) if total is None else total
    return blocks._write(EPOCH, EntryNumber(first), number, NO_HASH, sections)


def section(author: int, audience: int, *numbers: int) -> Section:
    data = b"".join(encode_entry(chat(n, author, audience)) for n in numbers)
    return Section(Member(author), audience, tuple(map(EntryNumber, numbers)), b"", salt(), data)


# coming back


@settings(max_examples=80, deadline=None)
@given(EPOCHS, HASHES, entry_lists(), st.integers(0, 2**32))
def test_blocks_come_back(epoch: Epoch, previous: bytes, entries: list[Entry], seed: int) -> None:
    rng = random.Random(seed)
    data = encode_block(epoch, previous, entries, lambda: rng.randbytes(16))
    block = decode_block(data)
    assert list(block.entries) == entries
    assert (block.epoch, block.previous, block.first) == (epoch, previous, entries[0].number)
    assert block.last == entries[-1].number
    assert block_length(data) == len(data)
    heads = [(s.author, s.audience) for s in block.sections]
    assert heads == sorted({(e.author, e.audience) for e in entries})


def test_limits_of_a_block() -> None:
    full = [chat(n) for n in range(1, MAX_ENTRIES + 1)]
    assert len(decode_block(written(*full)).entries) == MAX_ENTRIES
    for bad in ([], [*full, chat(MAX_ENTRIES + 1)]):
        with pytest.raises(ValueError, match="4096"):
            written(*bad)
    big = Unknown(b"x" * MAX_BODY_BYTES)
    heavy = [Entry(0x70, EntryNumber(n), 0, big) for n in range(1, 65)]
    assert len(written(*heavy[:-1])) < MAX_BLOCK_BYTES
    with pytest.raises(ValueError, match="1 MiB"):
        written(*heavy)
    assert decode_block(written(chat(MAX_ENTRY))).last == MAX_ENTRY


def test_limits_of_an_entry() -> None:
    longest = ItemsNamed((StrokeId(MAX_SAFE_INTEGER),) * 512)
    loudest = ChatSaid("\x01" * 500)
    furthest = InkBody(
        StrokeId(1), 0, Samples((-1_000_000, 1_000_000) * 256, (0,) * 512, (0,) * 512)
    )
    kinds: list[tuple[EntryKind, Body]] = [
        (EntryKind.ITEMS_ERASED, longest),
        (EntryKind.CHAT_SAID, loudest),
        (EntryKind.INK_MORE, furthest),
    ]
    for kind, body in kinds:
        entry = Entry(kind, EntryNumber(1), 86_400_000, body, PageId(4095), Member(MAX_MEMBER))
        assert decode_block(written(entry)).entries == (entry,)
    for bad in (
        replace(chat(1), time_ms=86_400_001),
        replace(chat(1), page=PageId(4096)),
        replace(chat(1), author=Member(MAX_MEMBER + 1)),
        replace(chat(1), audience=MAX_MEMBER + 1),
        replace(chat(1), body=ChatSaid("x", "g" * 64)),
        replace(chat(1), body=ChatSaid("x" * 501)),
        replace(chat(1), body=Unknown(b"{}")),
        replace(chat(1), body=Unknown(b'{"text":"x","text":"y"}')),
        Entry(0x70, EntryNumber(1), 0, Unknown(b"x" * (MAX_BODY_BYTES + 1))),
        Entry(EntryKind.INK_MORE, EntryNumber(1), 0, replace(furthest, is_last=True)),
    ):
        with pytest.raises(InvalidError):
            decode_block(written(bad))


def test_unknown_kinds_are_kept_byte_for_byte() -> None:
    known = {int(kind) for kind in EntryKind}
    strange = [kind for kind in range(256) if kind not in known]
    entries = [
        Entry(kind, EntryNumber(n), 0, Unknown(bytes((n % 256,)) * 3))
        for n, kind in enumerate(strange, 1)
    ]
    block = decode_block(written(*entries))
    assert list(block.entries) == entries
    for entry in block.entries:
        assert isinstance(entry, Entry)
        assert entry.must_understand == (entry.kind >= 0x80)


@pytest.mark.parametrize("kind", list(BODIES))
def test_a_body_of_another_kind_is_refused(kind: EntryKind) -> None:
    for raw in (b"", b"[]", b"null", b'{"nothing":1}', b"\xff", b'{"a":' * 20):
        with pytest.raises(InvalidError):
            decode_block(written(Entry(kind, EntryNumber(1), 0, Unknown(raw))))


# sealing


@settings(max_examples=60, deadline=None)
@given(entry_lists(), st.integers(0, 5), st.integers(0, 5))
def test_sealing_keeps_the_hash_and_hides(entries: list[Entry], one: int, other: int) -> None:
    salts = count()
    data = encode_block(EPOCH, NO_HASH, entries, lambda: next(salts).to_bytes(16, "big"))
    whole, sealed = decode_block(data), seal(data, Member(one))
    block = decode_block(sealed)
    assert block.hash == whole.hash
    for entry, seen in zip(entries, block.entries, strict=True):
        if may_read(Member(one), entry.author, entry.audience):
            assert seen == entry
        else:
            assert seen == Blank(entry.number, entry.author, entry.audience)
    assert seal(sealed, Member(one)) == sealed
    assert seal(sealed, Member(other)) == seal(seal(data, Member(other)), Member(one))
    assert seal(data, TEACHER) == data


def test_a_sealed_section_holds_neither_words_nor_salt() -> None:
    data = encode_block(
        EPOCH, NO_HASH, [chat(1), chat(2, 2, 3, SECRET)], lambda: b"a salt 16 bytes."
    )
    for member in (2, 3, TEACHER):
        assert seal(data, Member(member)) == data
    sealed = seal(data, Member(4))
    assert SECRET.encode() in data
    assert SECRET.encode() not in sealed
    assert sealed.count(b"a salt 16 bytes.") == 1
    assert isinstance(decode_block(sealed).entries[1], Blank)


def test_erasing_a_person_for_ever() -> None:
    data = written(chat(1, 2), chat(2, 3), chat(3, 2))
    block = decode_block(data)
    erased = decode_block(seal_where(data, block, lambda s: s.author == 2))
    assert erased.hash == block.hash
    assert [isinstance(entry, Blank) for entry in erased.entries] == [True, False, True]
    assert erased.sections[0].salt is erased.sections[0].data is None


def test_equal_words_have_different_leaves() -> None:
    """A short hidden entry must not be guessed from its leaf."""
    salts = iter((b"1" * 16, b"2" * 16))
    leaves = {
        decode_block(encode_block(EPOCH, NO_HASH, [chat(1)], lambda: next(salts))).sections[0].leaf
        for _ in range(2)
    }
    assert len(leaves) == 2


# the chain


def test_every_change_changes_the_hash() -> None:
    base = decode_block(written(chat(1), chat(2, 1))).hash
    others = [
        written(chat(1, text="坏"), chat(2, 1)),
        written(chat(1), chat(2, 3)),
        written(chat(1, audience=3), chat(2, 1)),
        written(chat(1, 1), chat(2)),
        written(chat(2), chat(3, 1)),
        written(chat(1)),
        written(chat(1), chat(2, 1), previous=b"1" * 32),
        written(chat(1), chat(2, 1), epoch=Epoch(3, EPOCH.engine)),
        written(chat(1), chat(2, 1), epoch=Epoch(2, "00ff00ff00ff00fe")),
        encode_block(EPOCH, NO_HASH, [chat(1), chat(2, 1)], lambda: b"t" * 16),
    ]
    hashes = {decode_block(data).hash for data in others}
    assert base not in hashes
    assert len(hashes) == len(others)


def test_a_lesson_is_one_chain() -> None:
    previous, number = NO_HASH, 0
    for block in live(5, 120).blocks():
        assert block.previous == previous
        assert block.first == number + 1
        previous, number = block.hash, block.last


# damage


@settings(max_examples=20, deadline=None)
@given(entry_lists(4), st.integers(0, 5))
def test_cut_at_every_byte(entries: list[Entry], reader: int) -> None:
    data = seal(written(*entries), Member(reader))
    for length in range(len(data)):
        with pytest.raises(InvalidError):
            decode_block(data[:length])
        if length > 12:
            with pytest.raises(InvalidError):
                decode_block(repaired(data[:length]))
    with pytest.raises(InvalidError):
        decode_block(data + b"\0")


@settings(max_examples=100, deadline=None)
@given(entry_lists(4), st.integers(0), st.integers(0, 7))
def test_one_flipped_bit_is_always_found(entries: list[Entry], at: int, bit: int) -> None:
    with pytest.raises(InvalidError):
        decode_block(flipped(written(*entries), at, bit))


@settings(max_examples=100, deadline=None)
@given(
    entry_lists(4), st.lists(st.tuples(st.integers(0), st.integers(0, 7)), min_size=1, max_size=3)
)
def test_a_forged_block_is_refused_or_has_another_hash(
    entries: list[Entry], flips: list[tuple[int, int]]
) -> None:
    data = written(*entries)
    body = data[12:]
    for at, bit in flips:
        body = flipped(body, at, bit)
    try:
        block = decode_block(repaired(data[:12] + body))
    except InvalidError:
        return
    assert (block.hash == decode_block(data).hash) == (body == data[12:])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_rubbish_raises_nothing_but_invalid(body: bytes) -> None:
    head = struct.pack("<H8sIH32s", 1, b"engine 8", 1, 1, NO_HASH)
    for data in (body, repaired(bytes(12) + body), repaired(bytes(12) + head + body)):
        with pytest.raises(InvalidError):
            decode_block(data)


@pytest.mark.parametrize(
    "data",
    [
        sectioned(section(2, 0, 2), section(1, 0, 1)),
        sectioned(section(1, 3, 2), section(1, 0, 1)),
        sectioned(section(1, 0, 1), section(1, 0, 2)),
        sectioned(section(1, 0, 1), section(2, 0, 3)),
        sectioned(section(1, 0, 1), section(2, 0, 1)),
        sectioned(section(1, 0, 1, 1)),
        sectioned(section(1, 0, 2), first=1),
        sectioned(section(1, 0, 1), first=0),
        sectioned(section(1, 0, 0), first=0),
        sectioned(section(1, 0, 1), total=2),
        sectioned(section(1, 0, 1, 2), total=1),
        sectioned(total=0),
        sectioned(total=1),
        sectioned(section(1, 0)),
        sectioned(replace(section(1, 0, 1), data=encode_entry(chat(1)) + b"\0")),
        sectioned(replace(section(1, 0, 1), data=b"")),
        sectioned(section(1, 0, 1), total=MAX_ENTRIES + 1),
        sectioned(section(MAX_MEMBER + 1, 0, 1)),
        sectioned(section(1, MAX_MEMBER + 1, 1)),
    ],
)
def test_sections_that_do_not_add_up(data: bytes) -> None:
    """Order, gaps, doubles, counts, trailing bytes."""
    with pytest.raises(InvalidError):
        decode_block(data)


def test_sections_stay_in_order_of_author_then_audience() -> None:
    block = decode_block(sectioned(section(1, 0, 2), section(1, 3, 1), section(2, 0, 3)))
    assert [entry.number for entry in block.entries] == [1, 2, 3]


def test_sealed_flag_is_0_or_1() -> None:
    data = written(chat(1))
    at = 12 + 48
    assert data[at] == 0
    for value in (2, 0x80, 255):
        with pytest.raises(InvalidError, match="out of range"):
            decode_block(repaired(data[:at] + bytes((value,)) + data[at + 1 :]))


def test_block_length_of_a_beginning() -> None:
    data = written(chat(1))
    for length in range(12):
        assert block_length(data[:length]) is None
    assert block_length(data[:12]) == len(data)
    with pytest.raises(InvalidError, match="not a block"):
        block_length(b"LLB2" + data[4:])
    for length, is_good in ((MAX_BLOCK_BYTES, True), (MAX_BLOCK_BYTES + 1, False)):
        head = struct.pack("<4sII", b"LLB1", length, 0)
        if is_good:
            assert block_length(head) == 12 + length
        else:
            with pytest.raises(InvalidError):
                block_length(head)


# a journal


def test_a_journal_cut_anywhere_gives_its_whole_blocks() -> None:
    pieces = live(3, 25).synced[:4]
    journal = b"".join(pieces)
    ends = [sum(map(len, pieces[:n])) for n in range(len(pieces) + 1)]
    for length in range(len(journal) + 1):
        whole = sum(end <= length for end in ends) - 1
        assert split_blocks(journal[:length]) == (pieces[:whole], ends[whole])


def test_a_damaged_journal_ends_before_the_damage() -> None:
    pieces = live(3, 25).synced[:4]
    journal = b"".join(pieces)
    start, stop = len(pieces[0]), len(pieces[0]) + len(pieces[1])
    for at in range(start, stop):
        assert split_blocks(flipped(journal, at, at)) == (pieces[:1], start)
    for tail in (b"\0" * 30, b"LLB1", b"rubbish that is long enough"):
        assert split_blocks(journal + tail) == (pieces, len(journal))


def test_hand_raised_is_read_by_its_audience_only() -> None:
    raised = Entry(
        EntryKind.HAND_RAISED, EntryNumber(1), 0, HandRaised(), author=Member(2), audience=3
    )
    seen = [
        m for m in range(6) if decode_block(seal(written(raised), Member(m))).entries == (raised,)
    ]
    assert seen == [1, 2, 3]
