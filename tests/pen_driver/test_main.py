from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pen_driver.__main__ import main
from tests.pen_driver.neo import examples as ex

CAPTURE = Path(__file__).resolve().parents[1] / "data" / "captures" / "virtual-five-strokes.cap"


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def piped(data: bytes) -> io.TextIOWrapper:
    """Standard input that holds these bytes."""
    return io.TextIOWrapper(io.BytesIO(data))


def test_list_names_our_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--seconds", "0", "--lang", "en"]) == 0
    names = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert "virtual:maths" in names


def test_decode_a_capture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", str(CAPTURE)]) == 0
    out, err = capsys.readouterr()
    events = lines(out)
    assert events[0]["event"] == "PenConnected"
    assert sum(event["event"] == "PenSample" for event in events) == 249
    assert json.loads(err)["strokes"] == 5


def test_decode_hexadecimal_bytes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", piped(ex.STROKE.hex(" ").encode() + b" # a stroke\n"))
    assert main(["decode", "--hex", "-"]) == 0
    events = lines(capsys.readouterr().out)
    assert [event["event"] for event in events] == [
        "PenPage", "PenDown", "PenSample", "PenSample", "PenLifted", "PenDisconnected",
    ]  # fmt: skip
    assert events[0]["page"] == "ncode:3.27.603.5"


def test_replay(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", f"{CAPTURE}?fast"]) == 0
    assert lines(capsys.readouterr().out)[-1]["reason"] == "ended"


def test_errors_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["monitor", "crayon:red"]) == 2
    assert main(["decode", "/nowhere"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
