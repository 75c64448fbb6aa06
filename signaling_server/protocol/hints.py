"""Ink hints: samples on the live path, painted at once, not yet in the log (PROTOCOL.md §5).

A message carries batches of samples, each with all that is needed to draw it, so that any one
message may be lost, doubled or late. A message without batches is the engine's heartbeat.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from signaling_server.protocol.ids import MAX_MEMBER, MAX_PAGE, Epoch, Member, PageId, StrokeId
from signaling_server.protocol.ink import (
    MAX_FIRST,
    Samples,
    Style,
    flags_of,
    is_last_flag,
    read_samples,
    read_style,
    write_samples,
    write_style,
)
from signaling_server.protocol.schema import InvalidError
from signaling_server.protocol.varint import ByteReader, write_varint

HINT_VERSION: Final = 1
MAX_HINT_BYTES: Final = 1100  # one packet on any path (DESIGN §4)

_HEAD: Final = struct.Struct("<BH8s")


@dataclass(frozen=True, slots=True)
class HintBatch:
    """Samples of one stroke, from index `first` on."""

    stroke: StrokeId
    page: PageId
    author: Member
    style: Style
    first: int
    samples: Samples
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class HintMessage:
    """Batches of one epoch; none at all is a heartbeat."""

    epoch: Epoch
    batches: tuple[HintBatch, ...] = ()


def encode_batch(batch: HintBatch) -> bytes:
    """One batch as it stands in a message; made once, repeated in later messages."""
    out = bytearray((flags_of(batch.samples, is_last=batch.is_last),))
    write_varint(out, batch.stroke)
    write_varint(out, batch.page)
    write_varint(out, batch.author)
    write_style(out, batch.style)
    write_varint(out, batch.first)
    write_samples(out, batch.samples)
    return bytes(out)


def encode_hints(epoch: Epoch, batches: Iterable[bytes]) -> bytes:
    """A message of batches written by :func:`encode_batch`."""
    head = _HEAD.pack(HINT_VERSION, epoch.counter, bytes.fromhex(epoch.engine))
    return head + b"".join(batches)


def decode_hints(data: bytes) -> HintMessage:
    """Read a message.

    Raises:
        InvalidError: malformed or of another version.
    """
    if len(data) < _HEAD.size:
        raise InvalidError("hints", "cut short")
    version, counter, engine = _HEAD.unpack_from(data)
    if version != HINT_VERSION:
        raise InvalidError("hints", "another version")
    reader = ByteReader(data[_HEAD.size :])
    batches: list[HintBatch] = []
    while not reader.is_empty:
        batches.append(_read_batch(reader))
    return HintMessage(Epoch(counter, engine.hex()), tuple(batches))


def _read_batch(reader: ByteReader) -> HintBatch:
    flags = reader.byte()
    stroke, page, author = reader.varint(), reader.varint(), reader.varint()
    style = read_style(reader)
    first = reader.varint()
    if page > MAX_PAGE or author > MAX_MEMBER or first > MAX_FIRST:
        raise InvalidError("hints", "out of range")
    samples = read_samples(reader, flags)
    return HintBatch(
        StrokeId(stroke), PageId(page), Member(author), style, first, samples, is_last_flag(flags)
    )
