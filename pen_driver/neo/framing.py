"""Pen byte stream ⇄ frames (pen/PROTOCOL 3).

Wire form: ``C0 body C1``; inside the body ``7D x`` stands for ``x ^ 20``. The body of an event is
``command, length u16 LE, data``; that of a response has a result byte after the command.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

START = 0xC0
END = 0xC1
ESCAPE = 0x7D
_FLIP = 0x20
_SPECIAL = frozenset((START, END, ESCAPE))

# Vendor parsers allocate 32 000 to 32 768 bytes; no real frame comes near.
MAX_BODY = 32 * 1024

# What the pen sends without a result byte: live events, offline chunk, firmware request, PDS.
_EVENT_COMMANDS = frozenset(range(0x60, 0x70)) | {0x24, 0x32, 0x73}


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame; `result` is None for an event.

    Attributes:
        trailing: bytes that followed the declared data and were cut off.
    """

    command: int
    result: int | None
    data: bytes
    trailing: int = 0


class DropKind(Enum):
    """Why bytes did not become a frame."""

    JUNK = auto()
    TRUNCATED = auto()
    SHORT = auto()
    OVERSIZED = auto()


@dataclass(frozen=True, slots=True)
class FrameDropped:
    """`count` bytes (junk) or frames (other kinds) were left out."""

    kind: DropKind
    count: int = 1


def encode_frame(command: int, data: bytes = b"", result: int | None = None) -> bytes:
    """Return the wire form of one frame.

    Args:
        result: only for the two host commands that carry one (A4, B2).
    """
    head = bytes((command,)) if result is None else bytes((command, result))
    out = bytearray((START,))
    for byte in head + len(data).to_bytes(2, "little") + data:
        if byte in _SPECIAL:
            out += bytes((ESCAPE, byte ^ _FLIP))
        else:
            out.append(byte)
    out.append(END)
    return bytes(out)


def _split(body: bytes) -> Frame | FrameDropped:
    """Check the declared length of one un-stuffed body (rule 4 of PROTOCOL 3)."""
    if len(body) < 2:
        return FrameDropped(DropKind.SHORT)
    command = body[0]
    is_event = command in _EVENT_COMMANDS
    result = None if is_event else body[1]
    if result and len(body) < 4:
        return Frame(command, result, b"")  # an error response may end here
    start = 3 if is_event else 4
    if len(body) < start:
        return FrameDropped(DropKind.SHORT)
    length = int.from_bytes(body[start - 2 : start], "little")
    data = body[start : start + length]
    if len(data) < length:
        return FrameDropped(DropKind.SHORT)
    return Frame(command, result, data, trailing=len(body) - start - length)


class FrameDecoder:
    """Cut the pen's byte stream into frames.

    Any chunking of the same bytes gives the same frames. Damage is an item of the list, not an
    exception: radio noise is data, and the decoder finds the next frame by itself.

    Args:
        max_body: largest un-stuffed body to keep, in bytes.
    """

    def __init__(self, max_body: int = MAX_BODY) -> None:
        self._max_body = max_body
        self._body: bytearray | None = None  # None while between frames
        self._escaped = False
        self._junk = 0
        self.escapes = 0

    def receive_data(self, data: bytes) -> list[Frame | FrameDropped]:
        """Consume `data`; return what it completed, oldest first.

        Junk is reported at the next frame start, so that its count does not depend on chunking.
        """
        out: list[Frame | FrameDropped] = []
        for byte in data:
            if byte == START:
                self._begin(out)
            elif self._body is None:
                self._junk += 1
            elif byte == END and not self._escaped:
                out.append(_split(bytes(self._body)))
                self._body = None
            else:
                self._collect(self._body, byte, out)
        return out

    def _begin(self, out: list[Frame | FrameDropped]) -> None:
        if self._body is not None:
            out.append(FrameDropped(DropKind.TRUNCATED))
        if self._junk:
            out.append(FrameDropped(DropKind.JUNK, self._junk))
            self._junk = 0
        self._body = bytearray()
        self._escaped = False

    def _collect(self, body: bytearray, byte: int, out: list[Frame | FrameDropped]) -> None:
        if self._escaped:
            body.append(byte ^ _FLIP)
            self._escaped = False
        elif byte == ESCAPE:
            self._escaped = True
            self.escapes += 1
        else:
            body.append(byte)
        if len(body) > self._max_body:
            out.append(FrameDropped(DropKind.OVERSIZED))
            self._body = None
