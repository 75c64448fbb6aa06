"""Version 1 over BLE: the same fields, one characteristic each (pen/PROTOCOL 14). Pure.

What the pen notifies becomes the packets of the serial form; what the session wants to send as
serial frames becomes writes. So one session serves both.
"""

from __future__ import annotations

from dataclasses import dataclass

from pen_driver.neo1 import packets
from pen_driver.neo1.ble_slices import FILE_INFO, SLICE
from pen_driver.neo1.framing import Frame

SERVICES = (0x18F1, 0x18F2, 0x18F3, 0x18F5, 0x18F6)
NOTIFIES = (
    0x2AA0, 0x2AA1, 0x2AA2,
    0x2AC2, 0x2AC8, FILE_INFO, SLICE, 0x2ACC,
    0x2AB0, 0x2AB5, 0x2AB7, 0x2ABA,
)  # fmt: skip
"""To be subscribed to, in this order."""

READY = 0x2AB4
_READY_ASKED = 0x2AB5
_DOT_BYTES = 8
_NOTES_BYTES = 46


@dataclass(frozen=True, slots=True)
class Write:
    """To be written to a characteristic, with response."""

    characteristic: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What a notification says; `answers` must be written at once."""

    packets: tuple[packets.Packet, ...] = ()
    answers: tuple[Write, ...] = ()


# Characteristic: least length and the parser of those that hold one packet.
_ONE = {
    0x2AA1: (12, packets.parse_page),
    0x2AA2: (12, packets.parse_up_down),
    0x2AB0: (40, packets.parse_state),
    0x2AC2: (6, packets.parse_book_list),
    0x2AC8: (8, packets.parse_fetch_start),
    0x2ACC: (1, packets.parse_fetch_end),
}


def parse_notification(characteristic: int, data: bytes) -> Heard:
    """Return what was notified; never raises, a short value says nothing.

    The files of stored notes are put together by `SliceJoiner`.
    """
    if characteristic == 0x2AA0:
        return Heard(tuple(_dots(data)))
    if characteristic == _READY_ASKED and data[:1] == b"\x01":
        return Heard(answers=(Write(READY, b"\x01"),))
    if characteristic == 0x2AB7 and len(data) >= 2:
        return Heard((packets.PasswordWanted(data[0], data[1]),))
    if characteristic == 0x2ABA and data:
        return Heard((packets.PasswordChanged(data[0]),))
    least, parse = _ONE.get(characteristic, (0, None))
    if parse is None or len(data) < least:
        return Heard()
    return Heard((_colour_first(characteristic, data, parse(data)),))


def _colour_first(characteristic: int, data: bytes, packet: packets.Packet) -> packets.Packet:
    """Up and down carry the colour as a number here, its type in the top byte."""
    if characteristic != 0x2AA2 or not isinstance(packet, packets.Down) or len(data) < 13:
        return packet
    rgb = int.from_bytes(data[9:12], "little")
    return packets.Down(None, packet.time_ms, packet.tip, 0xFF000000 | rgb)


def _dots(data: bytes) -> list[packets.Packet]:
    count = min(data[0], (len(data) - 1) // _DOT_BYTES) if data else 0
    return [packets.parse_dot(data[1 + at * 8 : 9 + at * 8]) for at in range(count)]


def write_of(frame: Frame) -> Write | None:
    """Return the write that does what a serial frame asks, None where BLE has no such request.

    The status comes by itself here, and the clock is a part of the state (`clock_write`).
    """
    match frame.command:
        case 0x0B:
            return Write(0x2AB2, frame.data.ljust(_NOTES_BYTES, b"\0")[:_NOTES_BYTES])
        case 0x0E:
            return Write(0x2AB8, frame.data)
        case 0x0F:
            return Write(0x2AB9, frame.data)
        case 0x45:
            return Write(0x2AC1, frame.data)
        case 0x47:
            return Write(0x2AC7, frame.data)
        case 0x42:
            return Write(0x2ACB, b"\x01\x00")  # the file's information is here
        case 0x44:
            return Write(0x2ACB, bytes((2, frame.data[0])))  # this packet is here
        case _:
            return None


def clock_write(state: bytes, unix_ms: int, offset_ms: int) -> Write | None:
    """Return the write that sets the clock and keeps the rest of the state that was notified.

    None where `state` (2AB0) is too short to be kept.
    """
    if len(state) < 40:
        return None
    clock = offset_ms.to_bytes(4, "little", signed=True) + unix_ms.to_bytes(8, "little")
    # The state has force, battery and memory between the time and the colour; a change has not.
    kept = state[17:29]
    return Write(0x2AB1, (clock + kept).ljust(40, b"\0"))
