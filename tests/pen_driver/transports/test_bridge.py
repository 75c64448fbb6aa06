"""Bridges as real processes: the example, and ones that misbehave."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pen_driver import (
    DisconnectReason,
    PenBattery,
    PenConnected,
    PenDisconnected,
    PenLifted,
    PenSample,
    UnknownPenNameError,
)
from pen_driver.transports.bridge import next_pause, split_command
from tests.pen_driver.transports.desk import opened, wait_until

ROOT = Path(__file__).resolve().parents[3]
DEVICE = 'print(\'{"event": "device", "model": "M"}\', flush=True)'
STROKE = """
print('{"event": "down"}')
print('{"event": "samples", "x_mm": [1, 2], "y_mm": [3, 4]}', flush=True)
"""


def script(tmp_path: Path, text: str) -> str:
    """Return the name of a bridge that runs this text; its folder has a space in it."""
    folder = tmp_path / "my bridges"
    folder.mkdir()
    (folder / "bridge.py").write_text("import os, sys, time\n" + text)
    return f'bridge:"{sys.executable}" "{folder / "bridge.py"}"'


@pytest.fixture(autouse=True)
def _package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_the_example_writes() -> None:
    with opened(f"bridge:{sys.executable} -m pen_driver.bridge_example maths") as (pen, heard):
        heard.wait_for(PenLifted)
        pen.submit_password("1")
        wait_until(lambda: len(heard.of(PenBattery)) == 2)
        assert heard.of(PenConnected)[0].model == "Ink file"
        assert len(heard.of(PenSample)) > 3
        assert pen.counters.repairs == pen.counters.bad_packets == pen.counters.junk_bytes == 0
    assert heard.of(PenDisconnected)[-1].reason is DisconnectReason.CLOSED


def test_the_end_of_its_input_ends_the_example() -> None:
    command = [sys.executable, "-m", "pen_driver.bridge_example", "maths"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b'{"command": "start", "bridge_version": 1}\n')
        child.stdin.flush()
        assert b"device" in child.stdout.readline()
        child.stdin.close()
        assert child.wait(10) == 0


def test_a_bridge_that_dies_is_started_again(tmp_path: Path) -> None:
    name = script(tmp_path, f"{DEVICE}\n{STROKE}\nsys.exit(3)")
    with opened(name) as (pen, heard):
        wait_until(lambda: len(heard.of(PenConnected)) == 3)
        first, second, third = heard.of(PenConnected)[:3]
        assert pen.counters.cut_short >= 2
    assert all(lifted.cut_short for lifted in heard.of(PenLifted))
    assert heard.of(PenDisconnected)[0].reason is DisconnectReason.LINK_LOST
    assert third.t_host - second.t_host > second.t_host - first.t_host - 0.3


def test_pauses_grow() -> None:
    pauses = [0.0]
    for _ in range(8):
        pauses.append(next_pause(pauses[-1]))
    assert pauses[:5] == [0.0, 0.25, 0.5, 1.0, 2.0]
    assert pauses[-1] == 10.0


def test_a_bridge_that_cannot_be_started() -> None:
    with opened("bridge:/nowhere/at-all") as (_, heard):
        assert heard.wait_for(PenDisconnected).reason is DisconnectReason.NO_PORT


def test_a_flood_is_held_back_and_closing_still_works(tmp_path: Path) -> None:
    name = script(tmp_path, "while True: print('x' * 500)")
    with opened(name) as (pen, _):
        wait_until(lambda: pen.counters.junk_bytes > 100_000)
        start = time.monotonic()
    assert time.monotonic() - start < 5


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_stubborn_bridge_and_its_children_are_ended(tmp_path: Path) -> None:
    text = (
        "import signal, subprocess\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        f"{DEVICE}\n"
        "time.sleep(60)"
    )
    with opened(script(tmp_path, text)) as (_, heard):
        heard.wait_for(PenConnected)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    wait_until(lambda: not any(is_running(pid) for pid in pids))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_no_shell_sees_the_command() -> None:
    assert split_command("", "a 'b c' $(d) ; e") == ["a", "b c", "$(d)", ";", "e"]
    for bad in ("", "  ", "a 'b"):
        with pytest.raises(UnknownPenNameError):
            split_command("bridge:", bad)
