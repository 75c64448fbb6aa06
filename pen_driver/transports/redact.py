"""Take out of captured bytes what names a pen's owner or opens the pen; keep everything else.

The fourth byte of the hardware address becomes 00 (three are the maker's, the last two make up the
pen id that events show), passwords become asterisks. Each byte is replaced in the form in which it
was sent, so a capture keeps its length, and replays to the same events.
"""

from __future__ import annotations

import re

from pen_driver.transports.base import Direction
from pen_driver.transports.ble_records import RecordDecoder, encode_record

_START, _END, _ESCAPE, _FLIP = 0xC0, 0xC1, 0x7D, 0x20
_STAR = 0x2A

# Protocol 2: command → positions in the un-stuffed body, and what to put there. The answer 81 has
# four bytes before its data, requests have three (PROTOCOL 3, 6.1, 6.2, 6.3).
_FROM_PEN: dict[int, tuple[range, int]] = {0x81: (range(4 + 61, 4 + 62), 0)}
_TO_PEN: dict[int, tuple[range, int]] = {
    0x02: (range(3, 3 + 16), _STAR),
    0x03: (range(4, 4 + 32), _STAR),
}
# Protocol 1, which stuffs nothing and counts its bytes (PROTOCOL 13).
_PASSWORDS_1 = frozenset((0x0E, 0x0F))

# The same over BLE: password, and change of it (PROTOCOL 14).
_PASSWORD_FIELDS = frozenset((0x2AB8, 0x2AB9))

_BRIDGE_PASSWORD = re.compile(rb'("password": ")((?:[^"\\]|\\.)*)"(?=})')


class _Stream:
    """Where one direction stands inside its frame; frames may be cut anywhere."""

    def __init__(self, secret: dict[int, tuple[range, int]]) -> None:
        self._secret = secret
        self._at: int | None = None
        self._is_escaped = False
        self._command = -1

    def hide(self, data: bytes) -> bytes:
        out = bytearray(data)
        for place, byte in enumerate(data):
            if byte == _START:
                self._at, self._is_escaped = 0, False
            elif self._at is None:
                continue
            elif byte == _END and not self._is_escaped:
                self._at = None
            elif byte == _ESCAPE and not self._is_escaped:
                self._is_escaped = True
            else:
                out[place] = self._body_byte(self._at, byte)
                self._at += 1
                self._is_escaped = False
        return bytes(out)

    def _body_byte(self, at: int, byte: int) -> int:
        flip = _FLIP if self._is_escaped else 0
        if at == 0:
            self._command = byte ^ flip
        places, mask = self._secret.get(self._command, (range(0), 0))
        return mask ^ flip if at in places else byte


class Redactor:
    """Hides secrets of one connection after the other."""

    def __init__(self) -> None:
        self._protocol = ""
        self._streams: dict[Direction, _Stream] = {}
        self._reset("neo2")

    def _reset(self, protocol: str) -> None:
        self._protocol = protocol
        self._streams = {
            Direction.FROM_PEN: _Stream(_FROM_PEN),
            Direction.TO_PEN: _Stream(_TO_PEN),
        }

    def __call__(self, direction: Direction, data: bytes) -> bytes:
        """Return what may be written down."""
        if direction is Direction.NOTE:
            match data.split():
                case [b"opened", protocol, *_]:
                    self._reset(protocol.decode("ascii", "replace"))
            return data
        match self._protocol:
            case "neo2" | "auto":
                return self._streams[direction].hide(data)
            case "neo1" if direction is Direction.TO_PEN:
                return _hide_1(data)
            case "neo1-ble" if direction is Direction.TO_PEN:
                return _hide_fields(data)
            case "bridge" if direction is Direction.TO_PEN:
                return _BRIDGE_PASSWORD.sub(rb'\1***"', data)
            case _:
                return data


def _hide_1(data: bytes) -> bytes:
    """Our own requests come whole, one or more at a time."""
    out = bytearray(data)
    at = 0
    while at + 4 <= len(data) and data[at] == _START:
        length = int.from_bytes(data[at + 2 : at + 4], "little")
        if data[at + 1] in _PASSWORDS_1:
            end = min(at + 4 + length, len(data))
            out[at + 4 : end] = bytes((_STAR,)) * (end - at - 4)
        at += 4 + length + 1
    return bytes(out)


def _hide_fields(data: bytes) -> bytes:
    return b"".join(
        encode_record(field, b"*" * len(value) if field in _PASSWORD_FIELDS else value)
        for field, value in RecordDecoder().receive_data(data)
    )
