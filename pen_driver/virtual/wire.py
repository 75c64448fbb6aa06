"""Frames of Neo protocol version 2 as a pen makes them; shares no code with `pen_driver.neo`."""

from __future__ import annotations

import struct

_DLE = 0x7D


def wrap(body: bytes) -> bytes:
    """Return a frame around an un-stuffed body."""
    stuffed = body.replace(b"\x7d", b"\x7d\x5d").replace(b"\xc0", b"\x7d\xe0")
    return b"\xc0" + stuffed.replace(b"\xc1", b"\x7d\xe1") + b"\xc1"


def unstuff(stuffed: bytes) -> bytes:
    """Return the body inside a frame."""
    first, *rest = stuffed.split(bytes((_DLE,)))
    return first + b"".join(bytes((part[0] ^ 0x20,)) + part[1:] for part in rest if part)


def event(command: int, data: bytes) -> bytes:
    """Return a frame without a result byte."""
    return wrap(struct.pack("<BH", command, len(data)) + data)


def answer(command: int, data: bytes, result: int = 0) -> bytes:
    """Return the answer to request `command`."""
    return wrap(struct.pack("<BBH", command | 0x80, result, len(data)) + data)
