from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_driver.errors import BadCaptureError
from pen_driver.transports.base import Direction
from pen_driver.transports.capture import CaptureLine, CaptureWriter, read_capture


def test_what_is_written_is_read() -> None:
    file = io.StringIO()
    write = CaptureWriter(file)
    write(50.0, Direction.NOTE, b"opened")
    write(50.25, Direction.TO_PEN, b"\xc0\x01")
    write(50.5, Direction.FROM_PEN, b"\xc1")
    assert list(read_capture(file.getvalue().splitlines())) == [
        CaptureLine(0.0, Direction.NOTE, b"opened"),
        CaptureLine(0.25, Direction.TO_PEN, b"\xc0\x01"),
        CaptureLine(0.5, Direction.FROM_PEN, b"\xc1"),
    ]


@pytest.mark.parametrize("line", ["x < C0", "1 ? C0", "1 < C", "1", "-1 < C0", "nan < C0"])
def test_bad_line_is_named(line: str) -> None:
    with pytest.raises(BadCaptureError, match="line 2"):
        list(read_capture(["# comment", line]))


def test_time_does_not_run_back() -> None:
    with pytest.raises(BadCaptureError, match="line 2"):
        list(read_capture(["2 < C0", "1 < C0"]))


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    with suppress(BadCaptureError):
        assert len(list(read_capture(lines))) <= len(lines)
