from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.commands import ReadSettings, SubmitPassword
from pen_driver.counters import PenCounters
from pen_driver.events import (
    DiagnosticKind,
    DisconnectReason,
    NcodePage,
    PenBattery,
    PenCommandFailed,
    PenConnected,
    PenDiagnostic,
    PenDisconnected,
    PenDown,
    PenEvent,
    PenHover,
    PenLifted,
    PenLocked,
    PenPage,
    PenPoweredOff,
    PenSample,
    PowerOffReason,
    SheetPage,
    Tip,
)
from pen_driver.transports.bridge_session import MAX_LINE, BridgeSession


def line(event: str, **fields: object) -> bytes:
    return json.dumps({"event": event, **fields}).encode() + b"\n"


DEVICE = line("device", pen_id="TQL-7", model="P20", firmware="1.2", force_steps=1023)
PAGE = line("page", page="ncode:3.27.603.5")
DOWN = line("down", t_pen_ms=1000)
DOTS = line("samples", t_pen_ms=[1008, 1016], x_mm=[10, 11.5], y_mm=[20, 21], force=[0.25, 1.5])
UP = line("up", t_pen_ms=1020)
STROKE = DOWN + DOTS + UP


def hear(data: bytes) -> tuple[list[PenEvent], PenCounters]:
    counters = PenCounters()
    session = BridgeSession(counters)
    events = session.tick(0.0) + session.receive_data(data, 5.0)
    return events + session.link_lost(9.0, DisconnectReason.ENDED), counters


def kinds(events: list[PenEvent]) -> list[DiagnosticKind]:
    return [event.kind for event in events if isinstance(event, PenDiagnostic)]


def test_a_stroke() -> None:
    events, counters = hear(DEVICE + PAGE + STROKE)
    connected, page, down, one, two, lifted, gone = events
    assert isinstance(connected, PenConnected)
    assert (connected.pen_id, connected.model, connected.protocol) == ("TQL-7", "P20", "bridge")
    assert page == PenPage(5.0, NcodePage(3, 27, 603, 5))
    assert isinstance(down, PenDown)
    assert (down.t_host, down.t_pen, down.stroke) == (5.0, 1.0, 1)
    assert isinstance(one, PenSample)
    assert (one.x_mm, one.y_mm, one.force, one.t_pen) == (10.0, 20.0, 0.25, 1.008)
    assert isinstance(two, PenSample)
    assert two.force == 1.0
    assert lifted == PenLifted(5.0, 1.02, down.stroke, 2)
    assert gone == PenDisconnected(9.0, DisconnectReason.ENDED)
    assert counters.samples == 2
    assert counters.repairs == counters.bad_packets == counters.junk_bytes == 0


@given(st.lists(st.integers(1, 40)))
def test_chunking_changes_nothing(sizes: list[int]) -> None:
    wire = b"library 1.0 loaded\n" + DEVICE + PAGE + STROKE + b"\r\n" + line("battery", percent=5)
    whole, _ = hear(wire)
    session = BridgeSession(PenCounters())
    events = session.tick(0.0)
    for size in sizes:
        events += session.receive_data(wire[:size], 5.0)
        wire = wire[size:]
    events += session.receive_data(wire, 5.0)
    assert events + session.link_lost(9.0, DisconnectReason.ENDED) == whole


def test_the_host_greets_first_and_passes_a_password_on() -> None:
    session = BridgeSession(PenCounters())
    assert session.data_to_send() == b""
    session.tick(1.0)
    session.request(SubmitPassword("24\n68"))
    session.request(ReadSettings())
    start, password = (json.loads(part) for part in session.data_to_send().splitlines())
    assert start == {"command": "start", "bridge_version": 1}
    assert password == {"command": "password", "password": "24\n68"}
    (failed,) = session.tick(2.0)
    assert isinstance(failed, PenCommandFailed)


def test_the_rest_of_what_a_bridge_may_say() -> None:
    events, _ = hear(
        line("locked", attempts_left=3, pen_id="A")
        + DEVICE
        + line("page", page="robotpen:A4")
        + line("hover", x_mm=1, y_mm=2)
        + line("battery", percent=80, charging=True)
        + line("down", tip="eraser", colour_argb=0xFF0000FF)
        + line("samples", x_mm=[1], y_mm=[2], tilt_x_deg=[91], tilt_y_deg=[-3.4])
        + line("powered_off", reason="low_battery")
    )
    assert events[0] == PenLocked(5.0, events[0].pen_id, 3)  # type: ignore[union-attr]
    assert events[2:5] == [
        PenPage(5.0, SheetPage("robotpen:A4")),
        PenHover(5.0, SheetPage("robotpen:A4"), 1.0, 2.0),
        PenBattery(5.0, 80, True),
    ]
    down, sample, lifted, off, _ = events[5:]
    assert isinstance(down, PenDown)
    assert (down.tip, down.colour_argb) == (Tip.ERASER, 0xFF0000FF)
    assert isinstance(sample, PenSample)
    assert (sample.force, sample.t_pen, sample.tilt_x, sample.tilt_y) == (None, None, 90, -3)
    assert isinstance(lifted, PenLifted)
    assert lifted.cut_short
    assert off == PenPoweredOff(5.0, PowerOffReason.LOW_BATTERY, 1)


@pytest.mark.parametrize(
    ("wire", "kind"),
    [
        (PAGE + DOTS + UP, DiagnosticKind.MISSING_DOWN),
        (PAGE + UP, DiagnosticKind.MISSING_DOWN),
        (PAGE + DOWN + DOTS + STROKE, DiagnosticKind.MISSING_UP),
        (STROKE, DiagnosticKind.MISSING_PAGE),
        (PAGE + DOWN + UP, DiagnosticKind.TAP),
        (PAGE + DOWN + DOTS + line("page", page="x:1") + UP, DiagnosticKind.MISSING_UP),
    ],
)
def test_strokes_are_repaired_and_balanced(wire: bytes, kind: DiagnosticKind) -> None:
    events, counters = hear(DEVICE + wire)
    assert kind in kinds(events)
    downs = [event.stroke for event in events if isinstance(event, PenDown)]
    ups = [event.stroke for event in events if isinstance(event, PenLifted)]
    assert downs == ups == list(range(1, len(downs) + 1))
    assert counters.repairs >= (kind is not DiagnosticKind.TAP)


def test_the_pen_behind_the_bridge_comes_and_goes() -> None:
    events, counters = hear(DEVICE + PAGE + DOWN + DOTS + line("gone") + DOTS + DEVICE + PAGE)
    names = [type(event).__name__ for event in events]
    assert names[-7:] == [
        "PenSample", "PenLifted", "PenDisconnected", "PenDiagnostic", "PenConnected", "PenPage",
        "PenDisconnected",
    ]  # fmt: skip
    assert counters.early == 1
    assert counters.cut_short == 1


@pytest.mark.parametrize(
    "bad",
    [
        b"{\n",
        b'{"event": 1}\n',
        b'{"event": "samples"}\n',
        b'{"event": "samples", "x_mm": [1], "y_mm": [1, 2]}\n',
        b'{"event": "samples", "x_mm": [1], "y_mm": [NaN]}\n',
        b'{"event": "samples", "x_mm": [1], "y_mm": [1e308]}\n',
        b'{"event": "samples", "x_mm": [1], "y_mm": [1], "force": ["1"]}\n',
        b'{"event": "samples", "x_mm": [true], "y_mm": [1]}\n',
        b'{"event": "page", "page": ""}\n',
        b'{"event": "battery", "percent": 101}\n',
        b'{"event": "down", "tip": "brush"}\n',
        b'{"event": "hover", "x_mm": 1}\n',
        b"{" + b'"a":[' * 3000 + b"\n",
    ],
)
def test_wrong_lines_are_counted_and_left_out(bad: bytes) -> None:
    events, counters = hear(DEVICE + PAGE + bad + STROKE)
    assert counters.bad_packets == 1
    assert kinds(events) == [DiagnosticKind.BAD_PACKET]
    assert counters.samples == 2


def test_what_libraries_print_is_junk() -> None:
    events, counters = hear(b"TQL SDK 3.1 ready\n" + DEVICE + b"\xff\xfe\n")
    assert kinds(events) == [DiagnosticKind.JUNK, DiagnosticKind.JUNK]
    assert counters.junk_bytes == len("TQL SDK 3.1 ready\n") + 3


def test_an_endless_line_is_given_up() -> None:
    events, counters = hear(DEVICE + b"{" * (3 * MAX_LINE) + b"\n" + PAGE + STROKE)
    assert kinds(events) == [DiagnosticKind.OVERSIZED]
    assert counters.oversized == 1
    assert counters.samples == 2


@given(st.lists(st.binary(max_size=60) | st.sampled_from([DEVICE, PAGE, DOWN, DOTS, UP])))
def test_anything_may_come(parts: list[bytes]) -> None:
    events, _ = hear(b"".join(parts))
    downs = [event.stroke for event in events if isinstance(event, PenDown)]
    assert downs == [event.stroke for event in events if isinstance(event, PenLifted)]
