"""A locked pen and a person at a real terminal."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from pathlib import Path

import pytest

from pen_driver.__main__ import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
PATIENCE_S = 30.0


def typed(command: list[str], talk: list[tuple[str, str]]) -> tuple[str, int]:
    """Run a command at a terminal; type each answer when its question comes.

    Returns:
        What stood on the screen, and the exit status.
    """
    import pty

    pid, screen = pty.fork()
    if pid == 0:
        os.environ["LC_ALL"] = "C"
        os.execv(sys.executable, [sys.executable, "-m", "pen_driver", *command])
    seen, at, until = "", 0, time.monotonic() + PATIENCE_S
    waiting = list(talk)
    while time.monotonic() < until:
        if not select.select([screen], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(screen, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not data:
            break
        seen += data.decode()
        if waiting and (found := seen.find(waiting[0][0], at)) >= 0:
            at = found + len(waiting[0][0])
            os.write(screen, waiting.pop(0)[1].encode() + b"\n")
    os.close(screen)
    assert not waiting, seen
    return seen, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_person_is_asked_until_it_is_right() -> None:
    seen, status = typed(
        ["offline", "list", "virtual:maths?locked=4711&stored=3"],
        [("Password (10 attempts left)", "1111"), ("Password (9 attempts left)", "4711")],
    )
    assert status == 0
    assert '"book": "ncode:3.27.604"' in seen
    assert "1111" not in seen
    assert "4711" not in seen


def test_monitor_goes_on_once_it_is_open() -> None:
    seen, status = typed(
        ["monitor", "virtual:maths?locked=4711&once&strokes=2&speed=4", "--seconds", "5"],
        [("Password (10 attempts left)", "4711")],
    )
    assert status == 0
    assert seen.count('"event": "PenLifted"') == 2


def test_the_last_attempts_want_a_word() -> None:
    wrong = [(f"Password ({left} attempts left)", "1111") for left in range(10, 2, -1)]
    seen, status = typed(
        ["offline", "list", "virtual:maths?locked=4711"],
        [*wrong, ("2 more wrong ones wipe the pen", "no")],
    )
    assert status == 2
    assert "the pen is locked, 2 attempts left" in seen


def test_nobody_at_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.json"
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert main(["offline", "list", f"virtual:maths?locked=4711&report={report}"]) == 2
    assert "locked, 10 attempts left" in capsys.readouterr().err
    assert json.loads(report.read_text())["wipes"] == 0
