"""The worked examples of the protocol notes (pen/PROTOCOL 19), as bytes."""

from __future__ import annotations


def frames(text: str) -> bytes:
    """Return the bytes of hexadecimal text over any number of lines."""
    return bytes.fromhex("".join(text.split()))


TIME_MS = 1_767_225_600_000  # 2026-01-01 00:00:00 UTC

VERSION_REQUEST = frames("""
    C0 01 2A 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 12 01 30 2E 31 2E 30 00 00
    00 00 00 00 00 00 00 00 00 32 2E 31 38 00 00 00 00 C1""")
SETTINGS_REQUEST = frames("C0 04 00 00 C1")
PASSWORD_4711 = frames("C0 02 10 00 34 37 31 31 00 00 00 00 00 00 00 00 00 00 00 00 C1")
CLOCK_REQUEST = frames("C0 05 09 00 01 00 A8 DA 76 9B 01 00 00 C1")
ALL_NOTES = frames("C0 11 02 00 FF FF C1")
LED = frames("C0 05 05 00 08 FF 20 60 7D E0 C1")
ACK_LAST = frames("C0 A4 00 03 00 00 00 00 C1")

VERSION = frames("""
    C0 81 00 41 00 4E 57 50 2D 46 35 31 00 00 00 00 00 00 00 00 00 31 2E 30 34 2E 30
    30 33 36 00 00 00 00 00 00 00 32 2E 31 38 00 00 00 00 4E 65 6F 73 6D 61 72 74 70
    65 6E 5F 4D 31 2B 00 01 00 9C 7B D2 AA BB CC 01 C1""")
SETTINGS = frames("""
    C0 84 00 40 00 00 0A 00 00 A8 DA 76 9B 01 00 00 14 00 54 03 0C 01 01 01 00 7D E0
    01 02 00 00 52 6F 6F 6D 20 33 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 C1""")
LOCKED_SETTINGS = SETTINGS[:5] + b"\x01" + SETTINGS[6:]
HOVER_SETTINGS = SETTINGS.replace(b"\x01\x01\x01\x00\x7d", b"\x01\x01\x01\x01\x7d")
PASSWORD_ACCEPTED = frames("C0 82 00 03 00 01 00 0A C1")
PASSWORD_WRONG = frames("C0 82 00 03 00 00 01 0A C1")
CLOCK_SET = frames("C0 85 00 02 00 01 00 C1")
NOTES_ACCEPTED = frames("C0 91 00 00 00 C1")
NOT_PERMITTED = frames("C0 91 02 00 00 C1")
NOT_PERMITTED_SHORT = frames("C0 91 02 C1")
LOW_BATTERY = frames("C0 61 01 00 09 C1")
POWER_OFF_CAP = frames("C0 62 01 00 04 C1")

DOWN = frames("C0 69 0E 00 7D E0 00 A8 DA 76 9B 01 00 00 00 00 00 00 FF C1")
PAGE = frames("C0 6B 0D 00 7D E1 1B 00 00 03 5B 02 00 00 05 00 00 00 C1")
DOT_1 = frames("C0 6C 0E 00 C2 00 D2 00 1E 00 29 00 19 07 58 65 7D 5D 00 C1")
DOT_2 = frames("C0 6C 0E 00 C3 0B 7C 01 1E 00 29 00 31 32 58 65 7D E1 00 C1")
UP = frames("C0 6A 13 00 C4 22 A8 DA 76 9B 01 00 00 02 00 03 00 03 00 02 00 02 00 C1")
STROKE = DOWN + PAGE + DOT_1 + DOT_2 + UP
HOVER = frames("C0 6F 07 00 0C 1E 00 29 00 19 07 C1")
IMAGE_ERROR = frames("C0 6D 0C 00 C5 08 2C 01 8C 76 1A 60 00 14 01 03 C1")

OLD_DOWN = frames("C0 63 0E 00 00 00 A8 DA 76 9B 01 00 00 00 00 00 00 FF C1")
OLD_PAGE = frames("C0 64 0C 00 1B 00 00 03 5B 02 00 00 05 00 00 00 C1")
OLD_DOT = frames("C0 65 0D 00 09 D2 00 1E 00 29 00 19 07 58 65 7D 5D 00 C1")
OLD_UP = frames("C0 63 0E 00 01 22 A8 DA 76 9B 01 00 00 00 00 00 00 FF C1")
OLD_STROKE = OLD_DOWN + OLD_PAGE + OLD_DOT + OLD_UP

HANDSHAKE = VERSION + SETTINGS + CLOCK_SET + NOTES_ACCEPTED


def unescaped(frame: bytes) -> bytes:
    """Return one frame's body without its stuffing, by the plain rule of section 3."""
    body = frame[1:-1]
    return (
        body.replace(b"\x7d\xe0", b"\xc0")
        .replace(b"\x7d\xe1", b"\xc1")
        .replace(b"\x7d\x5d", b"\x7d")
    )
