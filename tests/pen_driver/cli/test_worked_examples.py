"""``decode`` on every worked example of a pen's bytes (pen/PROTOCOL 19, pen/OTHER_PENS 2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pen_driver.__main__ import main
from tests.pen_driver.neo import examples as ex
from tests.pen_driver.neo1 import examples as ex1

Event = dict[str, Any]
CONNECTED = ["PenConnected", "PenBattery", "PenMemory", "PenSettings"]
COPIED = ["OfflineInk", "OfflineProgress", "OfflineFetched"]


def decoded(
    wire: bytes, folder: Path, capsys: pytest.CaptureFixture[str], protocol: str = "neo2"
) -> list[Event]:
    """Print the events of bytes; return all but the last, which says that they ended."""
    (folder / "pen").write_bytes(wire)
    assert main(["decode", "--protocol", protocol, str(folder / "pen")]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events.pop()["event"] == "PenDisconnected"
    return events


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (ex.PASSWORD_ACCEPTED, [("PenPasswordResult", "outcome", "accepted")]),
        (ex.PASSWORD_WRONG, [("PenPasswordResult", "attempts_left", 9)]),
        (ex.CLOCK_SET, []),
        (ex.NOT_PERMITTED, [("PenDiagnostic", "detail", "11 result 2")]),
        (ex.NOT_PERMITTED_SHORT, [("PenDiagnostic", "detail", "11 result 2")]),
        (ex.LOW_BATTERY, [("PenBattery", "charge_percent", 9)]),
        (ex.POWER_OFF_CAP, [("PenPoweredOff", "reason", "cap")]),
        (ex.TWO_BOOKS, [("OfflineListed", "books", ["ncode:3.27.603", "ncode:3.27.625"])]),
        (ex.PAGES_5_6, [("OfflinePagesListed", "pages", [5, 6])]),
        (ex.INFO_5_6, [("OfflinePagesListed", "pages", [5, 6])]),
        (ex.VERSION + ex.SETTINGS, [(name, "event", name) for name in CONNECTED]),
        (ex.SETTINGS, [(name, "event", name) for name in CONNECTED[1:]]),
        (ex.IMAGE_ERROR, [("PenDiagnostic", "count", 3)]),
        (ex.STROKE + ex.HOVER, [("PenHover", "x_mm", 59.012667)]),
        (ex.OLD_STROKE, [("PenLifted", "samples", 1)]),
    ],
)
def test_neo2(
    wire: bytes,
    expected: list[tuple[str, str, object]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = decoded(wire, tmp_path, capsys)
    told = events[-len(expected) :] if expected else events
    assert [(event["event"], key, event[key]) for event, (_, key, _) in zip(
        told, expected, strict=True
    )] == expected  # fmt: skip


def test_stored_ink_plain_and_compressed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wire = ex.ANNOUNCED + ex.CHUNK_PLAIN + ex.CHUNK_ZLIB
    events = decoded(wire, tmp_path, capsys)
    assert [event["event"] for event in events] == COPIED * 2
    assert events[0] == events[3]
    assert (events[2]["outcome"], events[2]["strokes"]) == ("whole", 1)
    (stroke,) = events[0]["strokes"]
    assert stroke["page"] == "ncode:3.27.603.5"
    assert [(dot["x_units"], dot["force_steps"]) for dot in stroke["dots"]] == [
        (30.25, 210),
        (30.49, 380),
    ]
    # A chunk that comes twice is one; a damaged one says that it would be asked for again.
    doubled = decoded(ex.ANNOUNCED + ex.CHUNK_PLAIN * 2, tmp_path, capsys)
    assert [event["event"] for event in doubled] == COPIED
    broken = decoded(ex.ANNOUNCED + ex.CHUNK_PLAIN.replace(b"\x73", b"\x74"), tmp_path, capsys)
    assert [event.get("resends") for event in broken] == [1, None]
    assert broken[1]["outcome"] == "link_lost"


def test_neo1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wire = ex1.PEN_ON + ex1.DOWN + ex1.PAGE + ex1.DOT + ex1.NEAR_DOT + ex1.UP
    events = decoded(wire, tmp_path, capsys, "neo1")
    assert [event["event"] for event in events] == [
        "PenConnected", "PenPage", "PenDiagnostic", "PenDown", "PenSample", "PenLifted",
    ]  # fmt: skip
    # The example's dot lies beside its sheet: told with its place, never inked.
    off = events[2]
    assert (off["kind"], off["detail"]) == ("off_page", "x 192.25, y 41.07 units")


def test_anoto(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wire = ex.frames("00 00 0B 08 F0 D1 81 80 00 18 D0 A0 20 14 01 00 00")
    sample = next(
        event for event in decoded(wire, tmp_path, capsys, "anoto") if event["event"] == "PenSample"
    )
    raw = {"x_units": 150000001.625, "y_units": 2147490000.125, "force_steps": 20}
    assert sample["raw"] == raw
    assert sample["force"] == round((126 - 2 * 20) / 126, 6)
