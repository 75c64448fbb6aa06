from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from pen_driver.counters import PenCounters
from pen_driver.neo.session import NeoSession
from pen_driver.transports.base import Direction
from pen_driver.transports.ble_records import encode_record
from pen_driver.transports.capture import CaptureWriter
from pen_driver.transports.redact import Redactor
from pen_driver.virtual.device import DeviceOptions, NeoDevice
from tests.pen_driver.neo import examples as ex

IN, OUT, NOTE = Direction.FROM_PEN, Direction.TO_PEN, Direction.NOTE


def hello(mac: str) -> bytes:
    device = NeoDevice(DeviceOptions(mac=bytes.fromhex(mac)))
    return device.receive(ex.VERSION_REQUEST, 0)


def test_the_address_is_not_whole_and_the_pen_id_stays() -> None:
    wire = hello("9C7BD2AABBCC")
    hidden = Redactor()(IN, wire)
    assert hidden == hello("9C7BD200BBCC")


@given(st.lists(st.integers(1, 9)), st.sampled_from(["9C7BD2AABBCC", "9C7BD2C0BBCC"]))
def test_wherever_the_frame_is_cut(sizes: list[int], mac: str) -> None:
    wire = b"\x01\xc1" + hello(mac) + ex.STROKE
    redact = Redactor()
    parts = []
    rest = wire
    for size in sizes:
        parts.append(redact(IN, rest[:size]))
        rest = rest[size:]
    out = b"".join(parts) + redact(IN, rest)
    assert len(out) == len(wire)
    assert sum(a != b for a, b in zip(out, wire, strict=True)) == 1
    events = NeoSession(lambda: 0, PenCounters(), handshake=False)
    before = NeoSession(lambda: 0, PenCounters(), handshake=False)
    assert events.receive_data(out, 0.0) == before.receive_data(wire, 0.0)


def test_passwords_are_hidden() -> None:
    assert b"4711" not in Redactor()(OUT, ex.PASSWORD_4711)
    assert Redactor()(OUT, ex.CLOCK_REQUEST) == ex.CLOCK_REQUEST


def test_a_password_with_an_escaped_byte() -> None:
    wire = b"\xc0\x02\x10\x00" + b"a}b".replace(b"}", b"\x7d\x5d") + bytes(13) + b"\xc1"
    hidden = Redactor()(OUT, wire)
    assert len(hidden) == len(wire)
    assert b"a" not in hidden
    assert b"\x5d" not in hidden


def test_passwords_of_protocol_1_and_of_bridges() -> None:
    redact = Redactor()
    redact(NOTE, b"opened neo1")
    answer = b"\xc0\x02\x09\x00" + bytes(9) + b"\xc1"
    password = b"\xc0\x0e\x10\x00" + b"2468".ljust(16, b"\0") + b"\xc1"
    assert redact(OUT, answer + password) == answer + password[:4] + b"*" * 16 + b"\xc1"
    redact(NOTE, b"opened neo1-ble")
    fields = encode_record(0x2AB2, b"\x03") + encode_record(0x2AB8, b"2468")
    assert redact(OUT, fields) == fields.replace(b"2468", b"****")
    redact(NOTE, b"opened bridge")
    line = b'{"command": "password", "password": "24\\"68"}\n'
    assert redact(OUT, line) == b'{"command": "password", "password": "***"}\n'


@given(st.lists(st.tuples(st.sampled_from([IN, OUT]), st.binary(max_size=40))))
def test_any_bytes_keep_their_length(parts: list[tuple[Direction, bytes]]) -> None:
    redact = Redactor()
    for direction, data in parts:
        assert len(redact(direction, data)) == len(data)


def test_captures_are_written_redacted() -> None:
    file = io.StringIO()
    write = CaptureWriter(file)
    write(0.0, NOTE, b"opened neo2")
    write(0.1, OUT, ex.PASSWORD_4711)
    assert b"4711".hex(" ").upper() not in file.getvalue()
