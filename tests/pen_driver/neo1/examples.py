"""The worked examples of version 1 (pen/PROTOCOL 19)."""

from __future__ import annotations

from tests.pen_driver.neo.examples import frames

TIME_MS = 1_767_225_600_000
PEN_ON = frames("C0 01 0F 00 00 A8 DA 76 9B 01 00 00 01 FF 31 2E 33 38 00 C1")
ON_ANSWER = frames("C0 02 09 00 00 A8 DA 76 9B 01 00 00 00 C1")
CLOCK = frames("C0 03 0C 00 00 A8 DA 76 9B 01 00 00 00 74 B7 01 C1")
ALL_NOTES = frames("C0 0B 02 00 03 00 C1")
DOWN = frames("C0 16 0D 00 00 A8 DA 76 9B 01 00 00 00 10 20 30 01 C1")
PAGE = frames("C0 15 0C 00 1B 00 00 03 5B 02 00 00 05 00 00 00 C1")
DOT = frames("C0 11 08 00 0C C0 00 29 00 19 07 80 C1")
UP = frames("C0 16 0D 00 22 A8 DA 76 9B 01 00 00 01 10 20 30 01 C1")
NEAR_DOT = DOT.replace(b"\xc0\x00\x29", b"\x1e\x00\x29")  # the example is beside its sheet
STROKE = DOWN + PAGE + NEAR_DOT + UP

WANTED = frames("C0 0D 02 00 00 0A C1")
WRONG_ONCE = frames("C0 0D 02 00 01 0A C1")
ZEROS = frames("C0 0E 10 00 30 30 30 30 00 00 00 00 00 00 00 00 00 00 00 00 C1")
_STATE_DATA = frames("""
    01 01 00 74 B7 01 00 A8 DA 76 9B 01 00 00 FF 40 0C 00 00 00 FF 01 01 02 01 14 00 02 00""")
STATE = frames("C0 25 28 00") + _STATE_DATA.ljust(40, b"\0") + b"\xc1"
NOTES_ACCEPTED = frames("C0 0C 00 00 C1")
