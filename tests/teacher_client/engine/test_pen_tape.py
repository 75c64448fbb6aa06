"""Raw bytes of a test: from the connection's beginning on, bounded, secrets out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pen_driver.transports.base import Direction
from teacher_client.engine import pen_tape
from teacher_client.engine.pen_tape import PenTape


def lines(path: Path | None) -> list[str]:
    assert path is not None
    return [line.split(" ", 1)[1] for line in path.read_text().splitlines()[1:]]


def test_a_test_in_the_middle_of_a_connection_has_its_handshake(tmp_path: Path) -> None:
    tape = PenTape()
    tape(0.0, Direction.NOTE, b"opened neo2 5")
    tape(0.1, Direction.FROM_PEN, b"\x01")
    tape.begin()
    tape(0.2, Direction.FROM_PEN, b"\x02")
    tape.end()
    tape(0.3, Direction.FROM_PEN, b"\x03")
    assert lines(tape.save(tmp_path / "tests")) == ["! opened neo2 5", "< 01", "< 02"]


def test_without_a_byte_of_the_pen_there_is_no_file(tmp_path: Path) -> None:
    tape = PenTape()
    tape(0.0, Direction.NOTE, b"opened neo2 5")
    tape.begin()
    tape(0.1, Direction.TO_PEN, b"\x01")
    assert tape.save(tmp_path / "tests") is None
    assert not (tmp_path / "tests").exists()


def test_a_password_is_starred(tmp_path: Path) -> None:
    tape = PenTape()
    tape.begin()
    tape(0.0, Direction.NOTE, b"opened neo2 5")
    typed = b"\xc0\x02\x10\x00" + b"4711".ljust(16, b"\0") + b"\xc1"
    tape(0.1, Direction.TO_PEN, typed)
    tape(0.2, Direction.FROM_PEN, b"\x01")
    path = tape.save(tmp_path)
    assert b"4711".hex(" ") not in "".join(lines(path))


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pen_tape, "MOST_BYTES", 10)
    tape = PenTape()
    tape.begin()
    for _ in range(30):
        tape(0.0, Direction.FROM_PEN, b"ab")
    assert tape.is_cut
    assert len(lines(tape.save(tmp_path))) == 5
