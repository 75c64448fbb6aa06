"""The commands on pens in software."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pen_driver.__main__ import main
from pen_driver.transports.capture import CaptureWriter
from tests.pen_driver.neo import examples as ex
from tests.pen_driver.neo1 import examples as ex1

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
CAPTURE = Path(__file__).resolve().parents[2] / "data" / "captures" / "virtual-five-strokes.cap"


def events(text: str) -> list[dict[str, object]]:
    """What was printed, without the host's times."""
    found = [json.loads(line) for line in text.splitlines()]
    return [{key: value for key, value in event.items() if key != "t_host_s"} for event in found]


@posix_only
def test_replay_of_a_capture_gives_the_same_events(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.cap"
    name = "virtual:maths?once&strokes=3&speed=4"
    assert main(["capture", name, str(file), "--seconds", "3"]) == 0
    live = events(capsys.readouterr().out)
    assert sum(event["event"] == "PenLifted" for event in live) == 3
    text = file.read_text()
    assert "opened neo2" in text
    assert "9C 7B D2 00 A1 7E" in text  # this pen's fourth byte is 00 by nature
    assert main(["replay", str(file), "--fast"]) == 0
    played = events(capsys.readouterr().out)
    assert main(["decode", str(file)]) == 0
    assert events(capsys.readouterr().out) == played
    # A capture that was closed ends with its link, then with itself.
    played = [event for event in played if event["event"] != "PenDisconnected"]
    for then, now in zip(live[:-1], played, strict=True):
        if then["event"] == "PenClock":
            assert now.pop("host_s") == pytest.approx(then.pop("host_s"), abs=0.1)
        assert now == then
    assert live[-1] == {"event": "PenDisconnected", "reason": "closed"}


def test_a_capture_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.cap").write_text("mine")
    assert main(["capture", "virtual:maths", str(tmp_path / "a.cap")]) == 2
    assert (tmp_path / "a.cap").read_text() == "mine"
    assert "a.cap" in capsys.readouterr().err


def test_raw_bytes_and_hexadecimal_lines_say_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wire = b"\x01\x02" + ex.STROKE + ex.OLD_STROKE
    (tmp_path / "raw").write_bytes(wire)
    (tmp_path / "hex").write_text(wire.hex(" ") + "\n# end\n")
    assert main(["decode", str(tmp_path / "raw")]) == 0
    raw = events(capsys.readouterr().out)
    assert main(["decode", "--hex", str(tmp_path / "hex")]) == 0
    # Damage is told at the end of a read, wherever that is; all else comes in the same order.
    lines = events(capsys.readouterr().out)
    ink = [event for event in raw if event["event"] != "PenDiagnostic"]
    assert [event for event in lines if event["event"] != "PenDiagnostic"] == ink
    assert {"event": "PenDiagnostic", "kind": "junk", "count": 2, "detail": ""} in raw
    sample = next(event for event in raw if event["event"] == "PenSample")
    assert {"x_mm", "y_mm", "t_pen_s", "tilt_x_deg", "force"} <= sample.keys()


def test_bad_hexadecimal_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "hex").write_text("C0\nC1 zz\n")
    assert main(["decode", "--hex", str(tmp_path / "hex")]) == 2
    assert "line 2" in capsys.readouterr().err


def test_a_bridges_recording_can_be_decoded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = b'{"event": "device"}\n{"event": "samples", "x_mm": [1], "y_mm": [2]}\n'
    (tmp_path / "lines").write_bytes(lines)
    assert main(["decode", "--protocol", "bridge", str(tmp_path / "lines")]) == 0
    assert "PenSample" in capsys.readouterr().out


@posix_only
def test_doctor_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "virtual:maths?speed=6", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.count("[ok]") == 7
    assert "loss 0.00 %" in out


@posix_only
def test_doctor_names_the_step_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "virtual:maths?locked", "--lang", "zh"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[2].startswith("[x] 没有上锁")
    assert "输错十次" in out[3]


def test_doctor_of_a_port_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", f"serial:{tmp_path / 'pen'}", "--lang", "en"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == "[x] The link opens"
    assert "dialout" in second


def test_doctor_does_not_wait_for_ink_from_a_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", f"disk:{tmp_path}"]) == 2
    assert "stored notes only" in capsys.readouterr().err


def test_doctor_of_a_replay_that_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", f"replay:{CAPTURE}?fast", "--lang", "en"]) == 0
    assert "samples/s" in capsys.readouterr().out


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--seconds", "0", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    maths = next(one for one in found if one["name"] == "virtual:maths")
    assert maths["reasons"] == [["built_in", "maths"]]
    assert maths["is_supported"]


@posix_only
def test_offline_list_and_fetch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "virtual:maths?stored=7"
    assert main(["offline", "list", name]) == 0
    (listed,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert listed["book"] == "ncode:3.27.604"
    for new in (7, 0):  # fetching twice changes nothing
        assert main(["offline", "fetch", name, str(tmp_path)]) == 0
        report = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (report["outcome"], report["strokes"], report["is_verified"]) == ("whole", 7, True)
        assert report["new_strokes"] == new
        assert Path(report["file"]).exists()
    assert main(["offline", "fetch", name, str(tmp_path), "3.27.603"]) == 1


def test_a_capture_of_two_connections_is_played_as_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "a.cap").open("w") as file:
        from pen_driver.transports.base import Direction

        write = CaptureWriter(file)
        for start in (0.0, 1.0):
            write(start, Direction.NOTE, b"opened neo2")
            write(start, Direction.FROM_PEN, ex.HANDSHAKE + ex.STROKE)
            write(start + 0.5, Direction.NOTE, b"closed")
    assert main(["decode", str(tmp_path / "a.cap")]) == 0
    kinds = [event["event"] for event in events(capsys.readouterr().out)]
    assert kinds.count("PenConnected") == 2
    assert kinds.count("PenLifted") == 2


# OTHER_PENS 2 (constructed), 3; PROTOCOL 13: down, page, two dots, up.
ANOTO = "00 00 0B 08 F0 D1 81 80 00 18 D0 A0 20 14 " * 4 + "01 00 00"
ROBOT = "80 81 10 00 20 00 80 81 20 00 30 00 80 80 20 00 30 00"


@pytest.mark.parametrize(
    ("protocol", "text", "samples"),
    [
        ("anoto", ANOTO, 4),
        ("robotpen", ROBOT, 2),
        ("neo1", (ex1.DOWN + ex1.PAGE + ex1.NEAR_DOT * 2 + ex1.UP).hex(), 2),
    ],
)
def test_decode_of_other_makes(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    protocol: str,
    text: str,
    samples: int,
) -> None:
    (tmp_path / "hex").write_text(text)
    assert main(["decode", "--protocol", protocol, "--hex", str(tmp_path / "hex")]) == 0
    kinds = [event["event"] for event in events(capsys.readouterr().out)]
    assert kinds.count("PenSample") == samples
    assert kinds.count("PenDown") == kinds.count("PenLifted") == 1
